import { DAY_MS, type JudgedEvent } from '@aisle/contracts';
import type { Engine, InterestQuestion } from '../domain/engine/engine-api.js';
import { FEATURE_COUNT, FEATURES_VERSION } from '../domain/interest/features.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { InterestModel } from '../ports/interest-model.js';
import { isDiskFull } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import type { SampleStore } from '../ports/sample-store.js';

/** Questions of one run of the model, and those that may wait for it: beyond that the oldest are left to expire. */
const BATCH = 1_024;
const QUEUE_LIMIT = 20_000;
/** Samples are stored this often; one moment in so many, since neighbouring seconds of a stay say nearly the same. */
const STORE_MS = 60_000;
const THINNING = 10;
const PRUNE_EVERY_SAMPLES = 1_000;
export const SAMPLES_KEPT_MS = 90 * DAY_MS;
export const SAMPLES_LIMIT = 300_000;
/** A model that fails does so at every question: it is said once a minute. */
const COMPLAIN_MS = 60_000;

export interface InterestParts {
  engine(): Engine;
  /** journals answers */
  append(event: JudgedEvent): void;
  /** false while nothing can be journaled */
  ready(): boolean;
  journalId(): string;
  samples: SampleStore;
  clock: Clock;
  log: Logger;
}

/** Counts since the start. */
export interface InterestCounts {
  /** null without a model */
  model: string | null;
  asked: number;
  answered: number;
  /** questions that the model failed at */
  failed: number;
  /** questions that did not even wait for it */
  dropped: number;
}

/**
 * Has the interest model answer what the engine asks, and journals its answers. Never holds up what comes in: one run at a
 * time in ONNX Runtime's own thread, and questions that find no answer expire. Without a model nobody asks.
 */
export class InterestStage {
  #waiting: InterestQuestion[] = [];
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  #asked = 0;
  #answered = 0;
  #failed = 0;
  #dropped = 0;
  #unpruned = 0;
  #complainedMs = -Infinity;
  #stopped = false;

  constructor(
    private readonly model: InterestModel | undefined,
    private readonly parts: InterestParts,
  ) {}

  counts(): InterestCounts {
    return {
      model: this.model?.name ?? null,
      asked: this.#asked,
      answered: this.#answered,
      failed: this.#failed,
      dropped: this.#dropped,
    };
  }

  start(): void {
    this.#timer = this.parts.clock.every(STORE_MS, () => this.#store());
    // What an earlier life left unanswered.
    this.look();
  }

  /** Something was applied: there may be questions. */
  look(): void {
    if (!this.model || this.#stopped || !this.parts.ready()) return;
    const questions = this.parts.engine().takeQuestions();
    if (questions.length === 0) return;
    this.#asked += questions.length;
    this.#waiting.push(...questions);
    const over = this.#waiting.length - QUEUE_LIMIT;
    if (over > 0) {
      this.#waiting.splice(0, over);
      this.#dropped += over;
    }
    this.#running ??= this.#run(this.model).finally(() => (this.#running = undefined));
  }

  async #run(model: InterestModel): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopped) {
      const batch = this.#waiting.splice(0, BATCH);
      const features = new Float32Array(batch.length * FEATURE_COUNT);
      batch.forEach((question, at) => features.set(question.features, at * FEATURE_COUNT));
      try {
        const ppm = await model.judge(features);
        if (this.#stopped) return;
        const answers = batch.map(({ n }, at): [number, number] => [n, ppm[at] as number]);
        this.parts.append({ kind: 'judged', ts: this.parts.clock.now(), model: model.name, answers });
        this.#answered += batch.length;
      } catch (error) {
        this.#failed += batch.length;
        this.#complain(error);
      }
    }
  }

  #complain(error: unknown): void {
    const now = this.parts.clock.monotonicMs();
    if (now - this.#complainedMs < COMPLAIN_MS) return;
    this.#complainedMs = now;
    this.parts.log.warn(
      { model: this.model?.name, failed: this.#failed, reason: (error as Error).message },
      'the interest model fails: its questions expire unanswered',
    );
  }

  #store(): void {
    const samples = this.parts
      .engine()
      .takeSamples()
      .filter(({ n }) => n % THINNING === 0);
    if (samples.length === 0) return;
    try {
      this.parts.samples.saveSamples(this.parts.journalId(), FEATURES_VERSION, samples);
      this.#unpruned += samples.length;
      if (this.#unpruned < PRUNE_EVERY_SAMPLES) return;
      this.#unpruned = 0;
      this.parts.samples.pruneSamples(SAMPLES_KEPT_MS, SAMPLES_LIMIT);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.parts.log.warn({ samples: samples.length }, 'no room for samples of interest: they are left out');
    }
  }

  /** Waits for what runs; stores the last samples. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
    this.#store();
    await this.model?.close();
  }
}
