import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ModelManifest } from '../../config/model-manifest.js';
import type { Clock, Timer } from '../../ports/clock.js';
import {
  DetectorDownError,
  PictureError,
  type Detections,
  type Detector,
  type DetectorModel,
} from '../../ports/detector.js';
import { GrowingPause } from '../../ports/growing-pause.js';
import type { Logger } from '../../ports/logger.js';
import { ModelError } from '../../ports/model-error.js';
import type { Random } from '../../ports/random.js';
import type { DetectorOptions } from './inline-detector.js';
import type { FromWorker, ToWorker } from './worker-protocol.js';

export interface WorkerDetectorOptions extends DetectorOptions {
  /** file of the thread (found beside this one by default) */
  entry?: string;
  /** the thread is taken for stuck, and started again, when a picture has waited so long (30,000) */
  answerWithinMs?: number;
  /** pause before the thread is started again after its first break, doubled each time (500) */
  firstPauseMs?: number;
}

const ANSWER_WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After so long without a break the pauses begin anew. */
const STEADY_MS = 60_000;
/** The thread's own heap holds a few small objects; pictures and the model lie outside it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

interface Pending {
  resolve(detections: Detections): void;
  reject(error: Error): void;
}

/**
 * The detector in a thread of its own. When that breaks, pictures on the way get an error, and it is started again with
 * growing, jittered pauses.
 */
export class WorkerDetector implements Detector {
  #worker: Worker | undefined;
  #manifest: ModelManifest | undefined;
  #ready = false;
  #closed = false;
  #nextId = 1;
  /** on the way, in order of arrival */
  readonly #pending = new Map<number, Pending>();
  readonly #pauses: GrowingPause;
  #startedMs = 0;
  #pause: Timer | undefined;
  #patience: Timer | undefined;

  constructor(
    private readonly options: WorkerDetectorOptions,
    private readonly clock: Clock,
    random: Random,
    private readonly logger: Logger,
  ) {
    const { firstPauseMs = FIRST_PAUSE_MS } = options;
    this.#pauses = new GrowingPause(random, { firstPauseMs, longestPauseMs: LONGEST_PAUSE_MS });
  }

  /** Starts the thread and loads the model. @throws ModelError when the model is not what its manifest says */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#launch(resolve, reject));
  }

  get model(): DetectorModel {
    const { name, sha256, scoreThreshold } = this.manifest;
    return { name, sha256, scoreThreshold };
  }

  /** What the model says of itself. @throws Error before `start` has come back */
  get manifest(): ModelManifest {
    if (!this.#manifest) throw new Error('the detector has not been started');
    return this.#manifest;
  }

  /** @throws DetectorDownError while the thread is not running, PictureError for bytes that are no picture that is taken */
  detect(picture: Uint8Array): Promise<Detections> {
    const worker = this.#worker;
    if (!worker || !this.#ready)
      return Promise.reject(new DetectorDownError(this.#closed ? 'the detector is closed' : 'the detector is down'));
    const id = this.#nextId;
    this.#nextId += 1;
    // The caller's bytes may be part of a larger buffer: a copy is handed over.
    const copy = new Uint8Array(picture);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      if (this.#pending.size === 1) this.#beginPatience();
      worker.postMessage({ kind: 'detect', id, picture: copy } satisfies ToWorker, [copy.buffer]);
    });
  }

  /** Answers what is on the way, then ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pause?.cancel();
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#ready = false;
    worker.postMessage({ kind: 'close' } satisfies ToWorker);
    await gone;
  }

  #launch(onReady?: () => void, onRefused?: (error: Error) => void): void {
    this.#startedMs = this.clock.monotonicMs();
    const { entry, answerWithinMs: _, firstPauseMs: __, ...workerData } = this.options;
    const worker = new Worker(entry ?? visionWorkerFile(), { workerData, resourceLimits: RESOURCE_LIMITS });
    this.#worker = worker;
    let trouble: Error | undefined;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        this.#manifest = message.manifest;
        this.#ready = true;
        onReady?.();
        onReady = onRefused = undefined;
      } else if (message.kind === 'refused') {
        trouble = new ModelError(message.code, message.file, message.field, message.reason);
      } else this.#answer(message);
    });
    worker.on('error', (error: Error) => (trouble = error));
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#ready = false;
      this.#patience?.cancel();
      this.#failAll(trouble?.message ?? 'its thread ended');
      if (onRefused) onRefused(trouble ?? new DetectorDownError('the detector ended while it started'));
      else if (!this.#closed) this.#pauseThenLaunch(trouble);
    });
  }

  #answer(message: Extract<FromWorker, { id: number }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    this.#patience?.cancel();
    if (this.#pending.size > 0) this.#beginPatience();
    if (message.kind === 'found') pending.resolve(message.detections);
    else pending.reject(message.picture ? new PictureError(message.message) : new Error(message.message));
  }

  #beginPatience(): void {
    const limitMs = this.options.answerWithinMs ?? ANSWER_WITHIN_MS;
    this.#patience = this.clock.after(limitMs, () => {
      this.logger.error({ waitedMs: limitMs }, 'the detector does not answer; its thread is ended');
      void this.#worker?.terminate();
    });
  }

  #failAll(reason: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new DetectorDownError(`the detector broke down: ${reason}`));
  }

  #pauseThenLaunch(trouble: Error | undefined): void {
    if (this.clock.monotonicMs() - this.#startedMs > STEADY_MS) this.#pauses.reset();
    const pauseMs = this.#pauses.next();
    this.logger.error(
      { reason: trouble?.message ?? 'its thread ended', breaks: this.#pauses.count, pauseMs },
      'the detector broke down; it is started again after a pause',
    );
    this.#pause = this.clock.after(pauseMs, () => {
      try {
        this.#launch();
      } catch (error) {
        this.#pauseThenLaunch(error as Error);
      }
    });
  }
}

/** The thread's bundle: beside the agent's own, wherever this code has been bundled to. */
export function visionWorkerFile(): string {
  const places = ['./vision-worker.mjs', '../agent/vision-worker.mjs', '../../../../dist/agent/vision-worker.mjs'];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`vision-worker.mjs is not built; expected ${files.join(' or ')}`);
  return file;
}
