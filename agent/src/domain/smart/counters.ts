import { lastReset } from '../core/local-time.js';

/** What a running number of a camera says has changed since the one before it. */
export interface CountChange {
  /** people since the last message; of an occupancy negative when some have left */
  change: number;
  /** the camera began anew in between, by its daily reset or by a restart */
  reset: boolean;
}

export interface CounterSettings {
  kind: 'counter' | 'occupancy';
  /** local time "HH:MM" at which the camera sets the number to 0 every day; undefined: it does not */
  resetAt?: string;
  /** IANA zone of the store */
  timezone: string;
}

interface Last {
  ts: number;
  count: number;
}

/**
 * Turns the running numbers of counting cameras into steps. A counter that goes down has been set to 0; one that was
 * set to 0 at its hour may already stand higher than before, which only the hour tells. An occupancy that a reset
 * empties is nobody leaving. The first number of all is where counting begins and no step.
 */
export class Counters {
  /** keyed by device and rule, as the caller joins them */
  readonly #last: Map<string, Last>;

  constructor(state: Iterable<readonly [string, Last]> = []) {
    this.#last = new Map([...state].map(([key, last]) => [key, { ...last }]));
  }

  /** `undefined`: the first number of this counter, or one older than the last. `ts`: event time, epoch ms. */
  step(key: string, ts: number, count: number, settings: CounterSettings): CountChange | undefined {
    const last = this.#last.get(key);
    if (last && ts < last.ts) return undefined;
    this.#last.set(key, { ts, count });
    if (!last) return undefined;
    const since = settings.resetAt === undefined ? undefined : lastReset(ts, settings.resetAt, settings.timezone);
    const byHour = since !== undefined && since > last.ts;
    const reset = byHour || (settings.kind === 'counter' && count < last.count);
    return { change: count - (reset ? 0 : last.count), reset };
  }

  /** The clock was set back to `ts`; the number that stood there goes on. Keys that begin with `prefix`. */
  rewind(prefix: string, ts: number): void {
    for (const [key, last] of this.#last) if (key.startsWith(prefix) && last.ts > ts) last.ts = ts;
  }

  /** Only these go on: rules that are gone from the store file begin anew when they come back. */
  keep(isKnown: (key: string) => boolean): void {
    for (const key of this.#last.keys()) if (!isKnown(key)) this.#last.delete(key);
  }

  /** Plain, for a snapshot. */
  state(): [string, Last][] {
    return [...this.#last].map(([key, last]) => [key, { ...last }]);
  }
}
