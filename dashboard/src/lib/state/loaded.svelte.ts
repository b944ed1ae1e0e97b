import { untrack } from 'svelte';
import { ApiError } from '../api/client.js';

/** An answer that takes longer is said to; nothing is given up for it. */
export const SLOW_AFTER_MS = 4000;
/** A server that has not answered by then is asked again: the question may have been lost. */
export const GIVE_UP_AFTER_MS = 60_000;

/**
 * One answer that a page shows. A new key clears it (the page shows its skeleton); the same key refreshes it in silence,
 * and a failed or slow refresh keeps the old answer and says from when it is. A question on its way is never put aside for the
 * same one: on a slow line it would never be answered.
 */
export class Loaded<T> {
  #data = $state.raw<T | null>(null);
  #problem = $state.raw<ApiError | null>(null);
  #atMs = $state<number | null>(null);
  #slow = $state(false);
  #key: string | null = null;
  #abort: AbortController | null = null;
  #askedMs = 0;
  /** what has changed since the question on its way was asked: it is asked once more */
  #again: (() => void) | null = null;

  get data(): T | null {
    return this.#data;
  }
  get problem(): ApiError | null {
    return this.#problem;
  }
  /** wall clock of the newest answer, epoch ms */
  get atMs(): number | null {
    return this.#atMs;
  }
  /** an answer is awaited, for longer than it should take */
  get slow(): boolean {
    return this.#slow;
  }
  /** when the answer was true that is shown although a newer one is overdue; null: it is as new as can be */
  get oldSinceMs(): number | null {
    return this.#data !== null && (this.#problem !== null || this.#slow) ? this.#atMs : null;
  }

  /** `anew`: something has changed meanwhile, of which a question on its way may know nothing; one that has been for long may be lost. */
  async run(
    key: string,
    load: (signal: AbortSignal, part: (data: T) => void) => Promise<T>,
    anew = false,
  ): Promise<void> {
    const isLost = anew && Date.now() - this.#askedMs > 2 * SLOW_AFTER_MS;
    if (key === this.#key && this.#abort && !isLost) {
      if (anew) this.#again = () => void this.run(key, load);
      return;
    }
    this.#again = null;
    this.#abort?.abort();
    if (key !== this.#key) {
      this.#key = key;
      this.#data = null;
      this.#problem = null;
      this.#atMs = null;
      this.#slow = false;
    }
    const abort = new AbortController();
    this.#abort = abort;
    this.#askedMs = Date.now();
    const slow = setTimeout(() => (this.#slow = true), SLOW_AFTER_MS);
    const giveUp = setTimeout(() => abort.abort(new ApiError(0, 'network', 'no answer came')), GIVE_UP_AFTER_MS);
    const mine = (): boolean => this.#abort === abort;
    try {
      // parts of a first answer are shown as they come
      const data = await load(abort.signal, (part) => {
        if (mine() && this.#atMs === null) this.#data = part;
      });
      if (!mine()) return;
      this.#data = data;
      this.#problem = null;
      this.#atMs = Date.now();
    } catch (error) {
      if (!mine()) return;
      const problem: unknown = abort.signal.aborted ? abort.signal.reason : error;
      if (!(problem instanceof ApiError)) throw error;
      this.#problem = problem;
    } finally {
      clearTimeout(slow);
      clearTimeout(giveUp);
      if (mine()) {
        this.#abort = null;
        this.#slow = false;
        this.#askAgain();
      }
    }
  }

  #askAgain(): void {
    const again = this.#again;
    this.#again = null;
    again?.();
  }

  stop(): void {
    const abort = this.#abort;
    this.#abort = null;
    this.#again = null;
    this.#slow = false;
    abort?.abort();
  }
}

/** Live figures and today's are asked for again this often. */
export const REFRESH_MS = 10_000;

/** Runs `action` now and, if `everyMs` is given, again and again while the page is visible. The answer stops it. */
export function repeat(action: () => void, everyMs: number | null): () => void {
  untrack(action);
  if (everyMs === null) return () => undefined;
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') action();
  }, everyMs);
  return () => clearInterval(timer);
}
