import { HOUR_MS, type StoreFile } from '@aisle/contracts';
import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The store's own clock: its hour of the day, and whether it is open. */
export class StoreDay {
  private readonly format: Intl.DateTimeFormat;

  constructor(private readonly store: StoreFile) {
    this.format = new Intl.DateTimeFormat('en-GB', {
      timeZone: store.store.timezone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  }

  at(ts: number): { hour: number; open: boolean } {
    const parts = Object.fromEntries(this.format.formatToParts(ts).map((part) => [part.type, part.value]));
    const hour = Number(parts.hour);
    const minute = hour * 60 + Number(parts.minute);
    const day = (parts.weekday ?? '').toLowerCase();
    const yesterday = (WEEKDAYS[(WEEKDAYS.indexOf(parts.weekday ?? '') + 6) % 7] as string).toLowerCase();
    const { hours } = this.store;
    if (!hours) return { hour, open: true };
    const open = hours.some(({ days, open: opens, close }) => {
      const [from, to] = [minutesOf(opens), minutesOf(close)];
      const today = days.some((candidate) => candidate === day);
      if (from < to) return today && minute >= from && minute < to;
      // Open past midnight.
      return (today && minute >= from) || (days.some((candidate) => candidate === yesterday) && minute < to);
    });
    return { hour, open };
  }
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** A Poisson process whose rate follows the day: candidates at the highest rate, thinned to the hour's. */
export class Arrivals {
  private nextTs: number;
  private readonly busiest: number;

  constructor(
    private readonly perHour: number,
    private readonly behaviour: Behaviour,
    private readonly day: StoreDay,
    private readonly random: Random,
    startTs: number,
  ) {
    this.busiest = Math.max(...behaviour.arrivals.dayProfile);
    this.nextTs = this.candidateAfter(startTs);
  }

  private candidateAfter(ts: number): number {
    const rate = this.perHour * this.busiest;
    return rate > 0 ? ts + this.random.exponential(HOUR_MS / rate) : Infinity;
  }

  /** How many arrive up to and including `ts`. */
  take(ts: number): number {
    let count = 0;
    while (this.nextTs <= ts) {
      const { hour, open } = this.day.at(this.nextTs);
      const keep = this.random.chance((this.behaviour.arrivals.dayProfile[hour] as number) / this.busiest);
      if (open && keep) count += 1;
      this.nextTs = this.candidateAfter(this.nextTs);
    }
    return count;
  }
}
