import {
  DEFAULT_MINIMUM_COVERAGE,
  minorDigits,
  ratio,
  round6,
  slotGroup,
  toMillimetres,
  type StoreFile,
  type Zone,
} from '@aisle/contracts';
import type { Interval } from '../buckets.js';
import type { Gathering } from '../gather.js';
import type { StoreCalendar, StoreContext } from '../store-calendar.js';
import type { CoverageTally } from '../tallies/coverage-tally.js';

/** A question with everything that its answer needs. */
export interface Asked extends Pick<Gathering, 'from' | 'to' | 'bucket'> {
  store: StoreContext;
  calendar: StoreCalendar;
}

/** The part of the bucket beginning at `start` that lies within the question's period. */
export function within(asked: Asked, start: number): Interval {
  if (asked.bucket === 'all') return { from: asked.from, to: asked.to };
  const bucket = asked.calendar.time.bucket(start, asked.bucket);
  return { from: Math.max(bucket.from, asked.from), to: Math.min(bucket.to, asked.to) };
}

/** How much of a bucket's time each group sensed; the time within opening hours, or all where the shop never opens in it. */
export class CoverageOf {
  readonly #length: number;
  readonly #openMs: number;

  constructor(
    private readonly tally: CoverageTally | undefined,
    calendar: StoreCalendar,
    part: Interval,
  ) {
    this.#length = part.to - part.from;
    this.#openMs = calendar.hours.openMs(part.from, part.to);
  }

  /** 0 to 1. The empty group senses nothing. */
  of(group: string): number {
    const sensed = this.tally?.groups.get(group);
    if (!sensed) return 0;
    return Math.min(1, this.#openMs > 0 ? sensed.open / this.#openMs : sensed.all / this.#length);
  }

  /** Of several groups that must all sense: that of the one that sensed least. 1 when there is none to rest on. */
  ofAll(groups: Iterable<string>): number {
    let least = 1;
    for (const group of groups) least = Math.min(least, this.of(group));
    return least;
  }
}

/** Whether a ratio may rest on this coverage. */
export const enoughSensed = (store: StoreFile, coverage: number): boolean =>
  coverage >= (store.settings?.minimumCoverage ?? DEFAULT_MINIMUM_COVERAGE);

/** The one division of a sensed ratio: null for a zero denominator, a missing part, or too little coverage. */
export function sensedRatio(
  store: StoreFile,
  coverage: number,
  numerator: number | null,
  denominator: number | null,
): number | null {
  if (numerator === null || denominator === null) return null;
  return enoughSensed(store, coverage) ? ratio(numerator, denominator) : null;
}

/** Twice the area in square millimetres: whole, so that nothing is rounded before the one division. */
export function doubleAreaMm2(zone: Zone): number {
  const points = zone.polygon.map(([x, y]) => [toMillimetres(x), toMillimetres(y)] as const);
  let sum = 0;
  points.forEach(([x, y], at) => {
    const [nextX, nextY] = points[(at + 1) % points.length] as readonly [number, number];
    sum += x * nextY - nextX * y;
  });
  return Math.abs(sum);
}

export const minorUnits = (store: StoreFile): number => 10 ** minorDigits(store.store.currency);
export const money = (store: StoreFile, minor: number): number =>
  Number((minor / minorUnits(store)).toFixed(minorDigits(store.store.currency)));
export const units = (quantityMicro: number): number => round6(quantityMicro / 1e6);
/** A coverage as it is shown. */
export const share = (coverage: number): number => round6(coverage);
export const seconds = (ms: number): number => round6(ms / 1000);

export interface PlacedSlot {
  slotId: string;
  fixtureId: string;
  zoneId: string | null;
  gtin: string | null;
  facings: number;
  capacity: number | null;
  level: number | null;
  /** the shelves and readers that sense it, '' for none */
  group: string;
}

/** Every slot of the store file, in its order. */
export function slotsOf(store: StoreFile): PlacedSlot[] {
  return (store.fixtures ?? []).flatMap((fixture) =>
    (fixture.slots ?? []).map((slot) => ({
      slotId: slot.id,
      fixtureId: fixture.id,
      zoneId: fixture.zone ?? null,
      gtin: slot.gtin ?? null,
      facings: slot.facings ?? 1,
      capacity: slot.capacity ?? null,
      level: slot.level ?? null,
      group: slotGroup(store, slot.id),
    })),
  );
}
