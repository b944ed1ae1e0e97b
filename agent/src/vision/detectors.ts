import { AisleError, type Remedy } from '@aisle/contracts';
import type { Detector } from '../ports/detector.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

/** No model, or one that does not work here: pictures are refused until there is one. */
export class NoDetectorError extends AisleError {
  readonly code = 'noDetector';

  override get remedy(): Remedy {
    return 'stop';
  }
}

interface Lane {
  /** of the model's files: others have come in their place when it differs */
  version: string;
  /** when it was last asked for (monotonic ms) */
  usedMs: number;
  opening: Promise<Detector>;
  detector: Detector | undefined;
  /** why there is none, and since when (monotonic ms) */
  failed: { reason: string; atMs: number } | undefined;
}

/** A model that does not open is tried again after this time, ms: somebody may have put it there meanwhile. */
const RETRY_MS = 30_000;
/** A model that nobody has asked for in this time gives its memory back, ms. */
const IDLE_MS = 60_000;

/** Why a camera's pictures are not looked at, and what is to be done. */
export const NO_DETECTOR =
  'there is no detector of real people in use; on this machine: npm run aisle -- model add movenet-multipose';

/** The detectors in use, one per model, opened when first needed. Key: name of the model. */
export class Detectors {
  readonly #lanes = new Map<string, Lane>();
  /** being closed */
  readonly #closing = new Set<Promise<void>>();
  #stopped = false;
  #resting: Timer | undefined;

  constructor(
    private readonly open: (model: string) => Promise<Detector>,
    private readonly clock: Clock,
    private readonly log: Logger,
    /** of a model's files, so that new ones in their place are taken */
    private readonly versionOf: (model: string) => string = () => '',
    /** throws where a model cannot be opened, as far as its files tell; left out: only opening it tells */
    private readonly check?: (model: string) => void,
  ) {}

  /**
   * What does not work is to be known before there is a picture. What looks at pictures (ONNX Runtime, libvips) takes 30 MB that are
   * never given back: a shop whose cameras see for themselves need not have them.
   */
  look(model: string | undefined): void {
    if (model === undefined) return;
    try {
      if (this.check) return this.check(model);
    } catch {
      // told and tried again as every model that does not open
    }
    this.get(model).catch(() => undefined);
  }

  /** @param model undefined: none is in use @throws NoDetectorError saying why there is none */
  async get(model: string | undefined): Promise<Detector> {
    if (model === undefined) throw new NoDetectorError(NO_DETECTOR);
    const now = this.clock.monotonicMs();
    this.#rest(now);
    const version = this.versionOf(model);
    const known = this.#lanes.get(model);
    if (known?.version === version && (!known.failed || now - known.failed.atMs < RETRY_MS)) {
      known.usedMs = now;
      if (known.failed) throw new NoDetectorError(known.failed.reason);
      return known.opening;
    }
    if (this.#stopped) throw new NoDetectorError('the agent is stopping');
    if (known) this.#close(known);
    const opening = this.#open(model);
    const lane: Lane = { version, usedMs: now, opening, detector: undefined, failed: undefined };
    this.#lanes.set(model, lane);
    // Also where no further picture comes that would ask.
    this.#resting ??= this.clock.every(IDLE_MS, () => this.#rest(this.clock.monotonicMs()));
    try {
      lane.detector = await lane.opening;
    } catch (error) {
      lane.failed = { reason: (error as Error).message, atMs: this.clock.monotonicMs() };
    }
    return lane.opening;
  }

  #rest(now: number): void {
    for (const [model, lane] of this.#lanes)
      if (now - lane.usedMs > IDLE_MS && lane.detector) {
        this.#lanes.delete(model);
        this.#close(lane);
      }
    if (this.#lanes.size > 0) return;
    this.#resting?.cancel();
    this.#resting = undefined;
  }

  #close({ opening }: Lane): void {
    const closing = opening.then(
      (detector) => detector.close(),
      () => undefined,
    );
    const gone = closing.finally(() => this.#closing.delete(gone));
    this.#closing.add(gone);
  }

  async #open(model: string): Promise<Detector> {
    try {
      const detector = await this.open(model);
      this.log.info({ model: detector.model.name, sha256: detector.model.sha256.slice(0, 12) }, 'detector ready');
      return detector;
    } catch (error) {
      const reason = (error as Error).message;
      this.log.error({ model, reason }, 'no detector: pictures of its cameras are refused');
      throw new NoDetectorError(`there is no detector "${model}": ${reason}`);
    }
  }

  /** Name and digest of a model as people know it, or its name while it is not open; empty for none. */
  describe(model: string | undefined): string {
    if (model === undefined) return '';
    const detector = this.#lanes.get(model)?.detector;
    return detector ? `${detector.model.name} ${detector.model.sha256.slice(0, 12)}` : model;
  }

  /** Whether a model was tried and does not work. */
  hasFailed(model: string): boolean {
    return this.#lanes.get(model)?.failed !== undefined;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#resting?.cancel();
    for (const lane of this.#lanes.values()) this.#close(lane);
    this.#lanes.clear();
    await Promise.all(this.#closing);
  }
}
