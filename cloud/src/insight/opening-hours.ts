import { DAY_MS, HOUR_MS, MINUTE_MS, WEEKDAYS, type StoreFile } from '@aisle/contracts';
import type { Interval, StoreTime } from './buckets.js';

/** When the shop is open. Without opening hours in the store file it always is. */
export class OpeningHours {
  /** by local midnight: what opens on that date, in order, not overlapping */
  readonly #days = new Map<number, readonly Interval[]>();

  constructor(
    private readonly time: StoreTime,
    private readonly hours: StoreFile['hours'],
  ) {}

  /** Milliseconds of [from, to) in which the shop is open. */
  openMs(from: number, to: number): number {
    if (!this.hours) return Math.max(0, to - from);
    let sum = 0;
    for (const open of this.#between(from, to)) sum += Math.max(0, Math.min(open.to, to) - Math.max(open.from, from));
    return sum;
  }

  isOpen(ts: number): boolean {
    return this.openMs(ts, ts + 1) > 0;
  }

  /** Openings that touch [from, to); one that runs past midnight belongs to the date on which it began. */
  *#between(from: number, to: number): Generator<Interval> {
    let seenTo = -Infinity;
    for (let { midnight } = this.time.day(from - DAY_MS); ; midnight += DAY_MS) {
      // a date may begin a few hours off its own midnight, never a day
      if (midnight - this.time.offset(from) > to + DAY_MS) return;
      for (const open of this.#openings(midnight)) {
        const start = Math.max(open.from, seenTo);
        if (open.to > start) yield { from: start, to: open.to };
        seenTo = Math.max(seenTo, open.to);
      }
    }
  }

  #openings(midnight: number): readonly Interval[] {
    let openings = this.#days.get(midnight);
    if (!openings) {
      const weekday = WEEKDAYS[(new Date(midnight).getUTCDay() + 6) % 7];
      openings = (this.hours ?? [])
        .filter((opening) => opening.days.some((day) => day === weekday))
        .map(({ open, close }) => {
          const [start, end] = [clock(open), clock(close)];
          return {
            from: this.time.instant(midnight + start),
            to: this.time.instant(midnight + (end <= start ? end + DAY_MS : end)),
          };
        })
        .sort((a, b) => a.from - b.from);
      this.#days.set(midnight, openings);
    }
    return openings;
  }
}

/** "09:30" → milliseconds after midnight */
const clock = (text: string): number => Number(text.slice(0, 2)) * HOUR_MS + Number(text.slice(3)) * MINUTE_MS;
