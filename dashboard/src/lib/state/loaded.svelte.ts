import { untrack } from 'svelte';
import { ApiError } from '../api/client.js';

/**
 * One answer that a page shows. A new key clears it (the page shows its skeleton); the same key refreshes it in silence,
 * and a failed refresh keeps the old answer and says from when it is.
 */
export class Loaded<T> {
  #data = $state.raw<T | null>(null);
  #problem = $state.raw<ApiError | null>(null);
  #atMs = $state<number | null>(null);
  #key: string | null = null;
  #abort: AbortController | null = null;

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

  async run(key: string, load: (signal: AbortSignal) => Promise<T>): Promise<void> {
    if (key !== this.#key) {
      this.#key = key;
      this.#data = null;
      this.#problem = null;
      this.#atMs = null;
    }
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const data = await load(abort.signal);
      if (abort.signal.aborted) return;
      this.#data = data;
      this.#problem = null;
      this.#atMs = Date.now();
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#problem = error;
    }
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
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
