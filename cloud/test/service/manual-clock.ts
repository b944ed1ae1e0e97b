import type { Clock } from '../../src/ports/index.js';

/** A clock whose hands the test turns. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  readonly #tasks = new Set<{ at: number; every: number | undefined; run: () => void }>();

  now(): number {
    return this.#now;
  }
  monotonicMs(): number {
    return this.#now;
  }
  after(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: undefined, run });
  }
  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, run });
  }
  /** Moves on, running what falls due on the way, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#tasks].filter((task) => task.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = due.at;
      if (due.every === undefined) this.#tasks.delete(due);
      else due.at += due.every;
      due.run();
      await settled();
    }
    this.#now = end;
    await settled();
  }
  #add(task: { at: number; every: number | undefined; run: () => void }): () => void {
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }
}

/** Lets promises that are already resolved run their course. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
