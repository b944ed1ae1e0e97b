import type { Random } from './random.js';

export interface PauseOptions {
  /** first and longest pause before another try, ms */
  firstPauseMs?: number;
  longestPauseMs?: number;
}

/** Pauses before tries: twice as long each time up to the longest, until something went well again. */
export class GrowingPause {
  #tries = 0;

  constructor(
    private readonly random: Random,
    private readonly options: PauseOptions,
  ) {}

  /** What is tried works again: the next pause is the first. */
  reset(): void {
    this.#tries = 0;
  }

  /** Pauses since something last went well. */
  get count(): number {
    return this.#tries;
  }

  /** Milliseconds to wait before the next try. */
  next(): number {
    const whole = Math.min(
      this.options.longestPauseMs ?? 60_000,
      (this.options.firstPauseMs ?? 1000) * 2 ** this.#tries,
    );
    this.#tries = Math.min(this.#tries + 1, 20);
    // Between half and all of it: what fell together does not come back together.
    return Math.round(whole * (0.5 + this.random.next() / 2));
  }
}
