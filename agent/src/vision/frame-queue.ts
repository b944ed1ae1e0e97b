import type { Detections, Detector } from '../ports/detector.js';
import type { Clock } from '../ports/clock.js';

/** A picture on its way to the detector. It lives here and in the worker only. */
export interface Frame {
  cameraId: string;
  picture: Uint8Array;
  /** event time, epoch ms */
  ts: number;
  /** arrival, epoch ms */
  receivedTs: number;
  /** arrival by the monotonic clock, ms */
  arrivedMs: number;
}

export interface FrameHandlers<F extends Frame> {
  detectorFor(frame: F): Promise<Detector>;
  found(frame: F, people: Detections, latencyMs: number, detector: Detector): void;
  /** PictureError: not one that is taken. Anything else: there is no detector, or it broke */
  failed(frame: F, error: unknown): void;
  /** a newer one has taken its place */
  dropped(frame: F): void;
}

/** One picture is looked at while the next is decoded; more would only grow old in the worker. */
const IN_FLIGHT = 2;

/**
 * Which picture is looked at next: per camera only the newest waits, and cameras take turns, so that a fast one cannot
 * starve a slow one. Nothing here ever waits for the detector but the pictures themselves.
 */
export class FrameQueue<F extends Frame> {
  /** Key: camera id. In the order of their turns: who was served goes to the end with its next picture. */
  readonly #waiting = new Map<string, F>();
  #inFlight = 0;
  #stopped = false;

  constructor(
    private readonly handlers: FrameHandlers<F>,
    private readonly clock: Clock,
  ) {}

  get waiting(): number {
    return this.#waiting.size;
  }

  put(frame: F): void {
    if (this.#stopped) return;
    const before = this.#waiting.get(frame.cameraId);
    if (before && before.ts > frame.ts) return this.handlers.dropped(frame);
    // Setting a key that is there keeps its place in the order of turns.
    this.#waiting.set(frame.cameraId, frame);
    if (before) this.handlers.dropped(before);
    this.#next();
  }

  /** What waits is forgotten, what is under way is not reported any more. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
  }

  #next(): void {
    while (this.#inFlight < IN_FLIGHT && !this.#stopped) {
      const first = this.#waiting.values().next();
      if (first.done) return;
      const frame = first.value;
      this.#waiting.delete(frame.cameraId);
      this.#inFlight += 1;
      void this.#look(frame).finally(() => {
        this.#inFlight -= 1;
        this.#next();
      });
    }
  }

  async #look(frame: F): Promise<void> {
    try {
      const detector = await this.handlers.detectorFor(frame);
      const people = await detector.detect(frame.picture);
      if (!this.#stopped) this.handlers.found(frame, people, this.clock.monotonicMs() - frame.arrivedMs, detector);
    } catch (error) {
      if (!this.#stopped) this.handlers.failed(frame, error);
    }
  }
}
