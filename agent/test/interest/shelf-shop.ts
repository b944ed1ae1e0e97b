/** A shop with two categories whose shelves have a place and scales, and people who walk up to them. */
import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { FEATURE_NAMES, type FeatureName } from '../../src/domain/interest/features.js';
import type { InterestQuestion } from '../../src/domain/engine/engine-api.js';
import { SHOP, START, positions, weight } from '../domain/shop.js';

export { Bench, START, configured, positions, seeded, weight } from '../domain/shop.js';

export const SHELF_SHOP: StoreFile = {
  ...SHOP,
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      category: 'dairy',
      polygon: [
        [1, 1],
        [5, 1],
        [5, 4],
        [1, 4],
      ],
    },
    {
      id: 'bread',
      kind: 'aisle',
      category: 'bread',
      polygon: [
        [6, 1],
        [10, 1],
        [10, 4],
        [6, 4],
      ],
    },
    {
      id: 'hall',
      kind: 'other',
      polygon: [
        [1, 5],
        [10, 5],
        [10, 7],
        [1, 7],
      ],
    },
  ],
  products: [
    { gtin: 'milk', category: 'dairy', unitGrams: 1000 },
    { gtin: 'loaf', category: 'bread', unitGrams: 500 },
  ],
  fixtures: [
    {
      id: 'fx-1',
      zone: 'dairy',
      at: [1.5, 1],
      size: [3, 0.5],
      facingDegrees: 180,
      slots: [
        { id: 's1', gtin: 'milk' },
        { id: 's2', gtin: 'milk' },
      ],
    },
    {
      id: 'fx-2',
      zone: 'bread',
      at: [6.5, 1],
      size: [3, 0.5],
      facingDegrees: 180,
      slots: [{ id: 's3', gtin: 'loaf' }],
    },
  ],
};

/** One person per id, standing or walking from point to point: `[seconds, x, y]`; a sample every 500 ms in between. */
export function walk(camera: string, people: Record<string, [seconds: number, x: number, y: number][]>): DomainEvent[] {
  const all = Object.values(people).flat();
  const [from, to] = [Math.min(...all.map(([at]) => at)), Math.max(...all.map(([at]) => at))];
  const events: DomainEvent[] = [];
  for (let at = from; at <= to; at += 0.5) {
    const here = Object.entries(people).flatMap(([id, way]): [string, number, number][] => {
      const next = way.findIndex(([seconds]) => seconds >= at);
      const [b, a] = [way[next], way[Math.max(0, next - 1)]];
      if (!a || !b || at < a[0]) return [];
      const share = b[0] === a[0] ? 0 : (at - a[0]) / (b[0] - a[0]);
      return [[id, a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2])]];
    });
    events.push(positions(camera, START + at * 1000, here));
  }
  return events;
}

/** A scale's samples every second; `taken`: at which second how many units go. */
export function scale(
  shelf: string,
  slot: string,
  unitGrams: number,
  seconds: number,
  taken: Record<number, number> = {},
): DomainEvent[] {
  const events: DomainEvent[] = [];
  let units = 20;
  for (let at = 0; at <= seconds; at += 0.25) {
    units -= taken[at] ?? 0;
    const soon = Object.keys(taken).some((second) => at >= Number(second) && at <= Number(second) + 2);
    if (soon || at % 5 === 0) events.push(weight(shelf, START + at * 1000, slot, units * unitGrams));
  }
  return events;
}

/** In order of time, as a shop without delays sends it. */
export const together = (...streams: DomainEvent[][]): DomainEvent[] => streams.flat().sort((a, b) => a.ts - b.ts);

export const feature = (question: InterestQuestion | undefined, name: FeatureName): number =>
  question?.features[FEATURE_NAMES.indexOf(name)] ?? NaN;
