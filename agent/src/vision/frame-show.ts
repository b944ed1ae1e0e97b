import type { Clock, Timer } from '../ports/clock.js';

/** A picture and what was found in it, of one moment. In memory only, and only while somebody looks. */
export interface Shown<T> {
  /** rises with every picture of a camera */
  seq: number;
  picture: Uint8Array;
  about: T;
}

interface Watch<T> {
  /** monotonic ms */
  untilMs: number;
  newest: Shown<T> | undefined;
  waiting: Set<(shown: Shown<T> | undefined) => void>;
}

/** Nobody has asked for so long: nobody looks. ms */
export const WATCH_LEASE_MS = 10_000;

/** The newest picture of each camera that somebody looks at. Key: camera id. */
export class FrameShow<T> {
  readonly #watches = new Map<string, Watch<T>>();
  #seq = 0;
  #sweeper: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  isWatched(cameraId: string): boolean {
    const watch = this.#watches.get(cameraId);
    return watch !== undefined && watch.untilMs > this.clock.monotonicMs();
  }

  /** Pictures of this camera that are held just now: for the test that they go. */
  get held(): number {
    return [...this.#watches.values()].filter(({ newest }) => newest !== undefined).length;
  }

  put(cameraId: string, picture: Uint8Array, about: T): void {
    const watch = this.#watches.get(cameraId);
    if (!watch || !this.isWatched(cameraId)) return;
    watch.newest = { seq: (this.#seq += 1), picture, about };
    this.#answer(watch, watch.newest);
  }

  /** The newest picture behind `afterSeq`, waited for at most `waitMs`; asking renews the lease. */
  next(cameraId: string, afterSeq: number, waitMs: number): Promise<Shown<T> | undefined> {
    let watch = this.#watches.get(cameraId);
    if (!watch) this.#watches.set(cameraId, (watch = { untilMs: 0, newest: undefined, waiting: new Set() }));
    watch.untilMs = this.clock.monotonicMs() + WATCH_LEASE_MS;
    this.#sweeper ??= this.clock.every(1000, () => this.#sweep());
    const { newest, waiting } = watch;
    if (newest && newest.seq !== afterSeq) return Promise.resolve(newest);
    return new Promise((resolve) => {
      const timer = this.clock.after(waitMs, () => answer(undefined));
      const answer = (shown: Shown<T> | undefined) => {
        timer.cancel();
        waiting.delete(answer);
        resolve(shown);
      };
      waiting.add(answer);
    });
  }

  stop(): void {
    for (const watch of this.#watches.values()) this.#answer(watch, undefined);
    this.#watches.clear();
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
  }

  #answer(watch: Watch<T>, shown: Shown<T> | undefined): void {
    for (const answer of [...watch.waiting]) answer(shown);
  }

  #sweep(): void {
    for (const [cameraId, watch] of this.#watches) {
      if (this.isWatched(cameraId)) continue;
      this.#answer(watch, undefined);
      this.#watches.delete(cameraId);
    }
    if (this.#watches.size > 0) return;
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
  }
}
