import type { Clock } from '../ports/index.js';

/**
 * The clock that the processes of one cloud share: that of their database, as far as each has heard. Machines whose clocks differ by
 * minutes thus agree on what is in force, what has run out and what came first. Durations stay those of the machine.
 */
export class ReplicaClock implements Clock {
  #offsetMs = 0;

  constructor(private readonly own: Clock) {}

  /** How far the machine's clock is behind the shared one, ms; negative: before it. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** @param sharedTs what the database's clock said, epoch ms, somewhere between two moments of this machine's monotonic clock */
  heard(sharedTs: number, askedMs: number, answeredMs: number): void {
    // half of the way was there, half back: the error is at most half the time that it took
    const then = this.own.now() - (this.own.monotonicMs() - (askedMs + answeredMs) / 2);
    this.#offsetMs = sharedTs - then;
  }

  now(): number {
    return Math.round(this.own.now() + this.#offsetMs);
  }
  monotonicMs(): number {
    return this.own.monotonicMs();
  }
  after(ms: number, task: () => void): () => void {
    return this.own.after(ms, task);
  }
  every(ms: number, task: () => void): () => void {
    return this.own.every(ms, task);
  }
}
