import { MINUTE_MS, type StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import { StoreDay } from '../world/arrivals.js';

/** How busy a day of the week is against the mean: Sunday first. Weekends are fuller, as grocers find. */
const WEEKDAYS = [1.12, 0.9, 0.9, 0.94, 0.98, 1.06, 1.2] as const;
/** The store's hours change at quarters at the latest in what people write; so often the clock is asked. */
const BLOCK_MS = 15 * MINUTE_MS;
/** Days differ by weather and by chance: standard deviation ÷ mean. */
const DAY_VARIATION = 0.09;

/** How many people come, by the shop's own clock: hour of the day × day of the week × what kind of day it was. */
export class Rhythm {
  private readonly day: StoreDay;
  private readonly date: Intl.DateTimeFormat;
  private block = NaN;
  private open = false;
  /** whether opening hours begin or end within the block */
  private edge = false;
  private factor = 0;
  /** by date of the shop: what kind of day it was */
  private readonly days = new Map<string, number>();

  constructor(
    store: StoreFile,
    private readonly arrivals: Behaviour['arrivals'],
    private readonly seed: number,
  ) {
    this.day = new StoreDay(store);
    this.date = new Intl.DateTimeFormat('en-CA', {
      timeZone: store.store.timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  /** Whether the shop is open at the beginning of a minute. */
  isOpen(minute: number): boolean {
    this.look(minute);
    return this.open;
  }

  /** Shoppers expected within a minute, 0 while the shop is closed. */
  shoppers(minute: number): number {
    this.look(minute);
    return this.open ? (this.arrivals.perHour / 60) * this.factor : 0;
  }

  /** People expected to walk past within a minute. */
  passersBy(minute: number): number {
    this.look(minute);
    return (this.arrivals.passersByPerHour / 60) * this.factor;
  }

  private look(minute: number): void {
    const block = Math.floor(minute / BLOCK_MS);
    if (block === this.block) {
      // opening hours may begin at any minute
      if (this.edge) this.open = this.day.at(minute).open;
      return;
    }
    this.block = block;
    const { hour, open } = this.day.at(minute);
    this.open = open;
    this.edge = this.day.at((block + 1) * BLOCK_MS - MINUTE_MS).open !== open;
    const date = this.date.format(minute);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    this.factor = (this.arrivals.dayProfile[hour] as number) * (WEEKDAYS[weekday] as number) * this.kindOfDay(date);
  }

  private kindOfDay(date: string): number {
    let kind = this.days.get(date);
    if (kind === undefined) {
      kind = Random.stream(this.seed, `history/day/${date}`).logNormal(1, DAY_VARIATION);
      this.days.set(date, kind);
    }
    return kind;
  }
}

/** A draw of a Poisson distribution with a small mean (Knuth's product of uniforms). */
export function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let [count, product] = [0, random.next()];
  while (product > limit) {
    count += 1;
    product *= random.next();
  }
  return count;
}
