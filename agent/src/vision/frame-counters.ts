import type { LiveCamera } from '@aisle/contracts';
import type { Clock } from '../ports/clock.js';

export type FrameOutcome = 'received' | 'processed' | 'dropped' | 'refused';
export const FRAME_OUTCOMES: readonly FrameOutcome[] = ['received', 'processed', 'dropped', 'refused'];

/** Rate and latency look back this far, ms. */
const LOOK_BACK_MS = 60_000;
/** Upper bounds of the latency histogram, seconds. */
export const LATENCY_BOUNDS_S = [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5] as const;

export interface LatencyHistogram {
  /** pictures at or below each of LATENCY_BOUNDS_S */
  buckets: readonly number[];
  count: number;
  sumSeconds: number;
}

interface Done {
  /** monotonic */
  atMs: number;
  latencyMs: number;
}

/** How the pictures of one camera fare, since the agent's start. */
export class FrameCounters {
  readonly #counts: Record<FrameOutcome, number> = { received: 0, processed: 0, dropped: 0, refused: 0 };
  #recent: Done[] = [];
  #firstMs: number | undefined;
  readonly #buckets = new Array<number>(LATENCY_BOUNDS_S.length).fill(0);
  #sumMs = 0;

  constructor(private readonly clock: Clock) {}

  add(outcome: Exclude<FrameOutcome, 'processed'>): void {
    this.#counts[outcome] += 1;
  }

  /** A picture has been looked at. @param latencyMs since it arrived */
  processed(latencyMs: number): void {
    const atMs = this.clock.monotonicMs();
    this.#counts.processed += 1;
    this.#firstMs ??= atMs;
    this.#recent.push({ atMs, latencyMs });
    this.#sumMs += latencyMs;
    LATENCY_BOUNDS_S.forEach((bound, index) => {
      if (latencyMs <= bound * 1000) this.#buckets[index] = (this.#buckets[index] as number) + 1;
    });
    // Forgotten in bulk, so that no picture pays for a shift of the whole list.
    if (this.#recent.length > 256 && (this.#recent[128] as Done).atMs < atMs - LOOK_BACK_MS) this.#forget(atMs);
  }

  get counts(): Readonly<Record<FrameOutcome, number>> {
    return this.#counts;
  }

  get histogram(): LatencyHistogram {
    return { buckets: this.#buckets, count: this.#counts.processed, sumSeconds: this.#sumMs / 1000 };
  }

  /** For people: counts, and rate and latency over the last minute. */
  view(source: LiveCamera['source'], model: string): LiveCamera {
    const now = this.clock.monotonicMs();
    this.#forget(now);
    const sorted = this.#recent.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
    const rank = (q: number) => Math.round(sorted[Math.ceil(q * sorted.length) - 1] as number);
    // A camera that has just begun is not slow: the first seconds count as long as they are.
    const spanMs = Math.min(LOOK_BACK_MS, Math.max(1000, now - (this.#firstMs ?? now)));
    return {
      source,
      ...this.#counts,
      framesPerSecond: Math.round((sorted.length / spanMs) * 10_000) / 10,
      latencyMs: sorted.length === 0 ? null : { p50: rank(0.5), p95: rank(0.95) },
      model,
    };
  }

  #forget(now: number): void {
    const from = this.#recent.findIndex(({ atMs }) => atMs >= now - LOOK_BACK_MS);
    this.#recent = from < 0 ? [] : this.#recent.slice(from);
  }
}
