import { AisleError, type Remedy } from '@aisle/contracts';
import type { Detector } from '../ports/detector.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

/** No model, or one that does not work here: pictures are refused until there is one. */
export class NoDetectorError extends AisleError {
  readonly code = 'noDetector';

  override get remedy(): Remedy {
    return 'stop';
  }
}

interface Lane {
  opening: Promise<Detector>;
  detector: Detector | undefined;
  /** why there is none, and since when (monotonic ms) */
  failed: { reason: string; atMs: number } | undefined;
}

/** A model that does not open is tried again after this time, ms: somebody may have put it there meanwhile. */
const RETRY_MS = 30_000;

/** The detectors in use, one per model, opened when first needed. Key: name of the model. */
export class Detectors {
  readonly #lanes = new Map<string, Lane>();
  #stopped = false;

  constructor(
    private readonly open: (model: string) => Promise<Detector>,
    /** of cameras that name none */
    readonly standard: string,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** @throws NoDetectorError saying why there is none */
  async get(model = this.standard): Promise<Detector> {
    const known = this.#lanes.get(model);
    if (known && (!known.failed || this.clock.monotonicMs() - known.failed.atMs < RETRY_MS)) {
      if (known.failed) throw new NoDetectorError(known.failed.reason);
      return known.opening;
    }
    if (this.#stopped) throw new NoDetectorError('the agent is stopping');
    const lane: Lane = { opening: this.#open(model), detector: undefined, failed: undefined };
    this.#lanes.set(model, lane);
    try {
      lane.detector = await lane.opening;
    } catch (error) {
      lane.failed = { reason: (error as Error).message, atMs: this.clock.monotonicMs() };
    }
    return lane.opening;
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

  /** Name and digest of a model as people know it, or its name while it is not open. */
  describe(model = this.standard): string {
    const detector = this.#lanes.get(model)?.detector;
    return detector ? `${detector.model.name} ${detector.model.sha256.slice(0, 12)}` : model;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    await Promise.all(
      lanes.map(({ opening }) =>
        opening.then(
          (detector) => detector.close(),
          () => undefined,
        ),
      ),
    );
  }
}
