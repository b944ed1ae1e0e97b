import { DAY_MS, HOUR_MS, MINUTE_MS } from '@aisle/contracts';

export type Bucket = 'minute' | 'hour' | 'day' | 'all';
/** [from, to), epoch ms */
export interface Interval {
  from: number;
  to: number;
}

/** A stretch of time with one offset from UTC, cut at the days of UTC. */
interface Stretch extends Interval {
  /** local time − UTC, ms */
  offset: number;
}

/**
 * Hours and days as the shop's clock shows them. A day runs from the first moment of its date to the first moment of the
 * next, and so may have 23, 24 or 25 hours; an hour is cut where the clock is changed, so that the two hours that both
 * show 02 on an autumn night stay apart. "Local" numbers are milliseconds that read like UTC but mean the shop's clock.
 */
export class StoreTime {
  readonly #format: Intl.DateTimeFormat;
  /** by day of UTC */
  readonly #stretches = new Map<number, readonly Stretch[]>();

  constructor(readonly timezone: string) {
    this.#format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The bucket that holds `ts`. */
  bucket(ts: number, bucket: Exclude<Bucket, 'all'>): Interval {
    if (bucket === 'minute') {
      const from = Math.floor(ts / MINUTE_MS) * MINUTE_MS;
      return { from, to: from + MINUTE_MS };
    }
    return bucket === 'hour' ? this.#hour(ts) : this.day(ts);
  }

  /** Local time − UTC at `ts`, ms. */
  offset(ts: number): number {
    return this.#stretch(ts).offset;
  }

  /** `2026-11-22T10:00:00+08:00` */
  iso(ts: number): string {
    const offset = this.offset(ts);
    const minutes = Math.abs(Math.round(offset / MINUTE_MS));
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${new Date(ts + offset).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  }

  /** The store day that holds `ts`, and the local midnight that names it. */
  day(ts: number): Interval & { midnight: number } {
    let midnight = Math.floor((ts + this.offset(ts)) / DAY_MS) * DAY_MS;
    let to = this.instant(midnight + DAY_MS);
    // where clocks go back over midnight, the date has begun already although it is shown a second time
    if (to <= ts) to = this.instant((midnight += DAY_MS) + DAY_MS);
    return { from: this.instant(midnight), to, midnight };
  }

  /** The seven store days from Monday on that hold `ts`. */
  week(ts: number): Interval {
    const day = this.day(ts).midnight / DAY_MS;
    // the first of January 1970 was a Thursday
    const monday = day - ((((day + 3) % 7) + 7) % 7);
    return { from: this.instant(monday * DAY_MS), to: this.instant((monday + 7) * DAY_MS) };
  }

  /** The first moment at which the shop's clock shows `local` or more. */
  instant(local: number): number {
    // no clock is more than 15 hours ahead of UTC, so that this is early enough
    let stretch = this.#stretch(local - 15 * HOUR_MS);
    for (;;) {
      const wanted = local - stretch.offset;
      if (wanted < stretch.to) return Math.max(wanted, stretch.from);
      stretch = this.#stretch(stretch.to);
    }
  }

  #hour(ts: number): Interval {
    const { offset } = this.#stretch(ts);
    const from = ts - modulo(ts + offset, HOUR_MS);
    return { from: this.#backTo(ts, from), to: this.#onTo(ts, from + HOUR_MS) };
  }

  /** `earliest`, or the change of the clock between it and `ts`. */
  #backTo(ts: number, earliest: number): number {
    let stretch = this.#stretch(ts);
    while (stretch.from > earliest) {
      const before = this.#stretch(stretch.from - 1);
      if (before.offset !== stretch.offset) return stretch.from;
      stretch = before;
    }
    return earliest;
  }

  #onTo(ts: number, latest: number): number {
    let stretch = this.#stretch(ts);
    while (stretch.to < latest) {
      const after = this.#stretch(stretch.to);
      if (after.offset !== stretch.offset) return stretch.to;
      stretch = after;
    }
    return latest;
  }

  #stretch(ts: number): Stretch {
    const day = Math.floor(ts / DAY_MS);
    let stretches = this.#stretches.get(day);
    if (!stretches) this.#stretches.set(day, (stretches = this.#cut(day * DAY_MS, (day + 1) * DAY_MS)));
    return stretches.find((stretch) => ts < stretch.to)!;
  }

  /** The clock is changed at most once within a day of UTC; the moment is found by halving. */
  #cut(from: number, to: number): Stretch[] {
    const first = this.#measure(from);
    const last = this.#measure(to - 1000);
    if (first === last) return [{ from, to, offset: first }];
    let [before, after] = [from, to - 1000];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (this.#measure(middle) === first) before = middle;
      else after = middle;
    }
    return [
      { from, to: after, offset: first },
      { from: after, to, offset: last },
    ];
  }

  /** `ts` is a whole second. */
  #measure(ts: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(ts)) part[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - ts;
  }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const known = new Map<string, StoreTime>();
/** One calendar per time zone, because finding the changes of the clock is what costs. */
export function storeTime(timezone: string): StoreTime {
  let time = known.get(timezone);
  if (!time) known.set(timezone, (time = new StoreTime(timezone)));
  return time;
}
