import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { round6, silentOf, type Fact, type StoreFile } from '@aisle/contracts';
import { createInsight, type Insight, type StoreContext } from '../../src/insight/index.js';
import type { SeriesStore } from '../../src/ports/index.js';
import { Engines } from '../store/engines.js';
import { FILE, moved, period, sale, sensed, zone } from './figure-shop.js';

const engines = new Engines();
beforeAll(() => engines.start());
afterAll(() => engines.stop());

/** Two shelves in one zone: s1 and s2 hold milk, s4 milk and s5 rice. */
const SHOP: StoreFile = {
  ...FILE,
  fixtures: [
    ...(FILE.fixtures ?? []),
    {
      id: 'f3',
      zone: 'dairy',
      slots: [
        { id: 's4', gtin: 'milk' },
        { id: 's5', gtin: 'rice' },
      ],
    },
  ],
  devices: [...(FILE.devices ?? []), { id: 'other', family: 'shelf', dialect: 'aisle', fixture: 'f3' }],
};
const minute = (at: number): string => `10:${String(at).padStart(2, '0')}:00`;
const minutes = (group: string, count: number): Fact[] =>
  Array.from({ length: count }, (_, at) => sensed(group, minute(at)));

/** An hour in which one shelf was there throughout, and the other for so many minutes and milliseconds. */
const hourWith = (count: number, ms: number): Fact[] => [
  ...minutes('cam', 60),
  ...minutes('shelf', 60),
  ...minutes('other', count),
  sensed('other', minute(count), ms),
  zone('dairy', '10:05:00', {
    visits: 2,
    visitors: 2,
    dwellMs: 4000,
    histogram: [[2, 2]],
    overlapMs: 4000,
    maxOpen: 1,
  }),
  moved('s1', '10:05:00', { pickups: 2, refilled: 1, stock: 8 }),
  moved('s4', '10:05:00', { pickups: 3, putbacks: 1, refilled: 2, stock: 5 }),
  moved('s5', '10:05:00', { gtin: 'rice', pickups: 1, refilled: 0, stock: 4 }),
  moved('s4', minute(count), { pickups: 1, refilled: 0, stock: 4 }),
  sale('r1', '10:06:00', [['rice', 1, 500, [['dairy', 1, 500]]]]),
];
const silent = { pickups: null, putbacks: null, returned: null, refilled: null };

describe.each(engines.all)('on %s, a sensor that was silent for more than half of a bucket', (_engine, make) => {
  let series: SeriesStore;
  let insight: Insight;
  beforeAll(async () => {
    series = await make();
    await series.open();
    const clock = { now: () => 9e12, monotonicMs: () => 0, after: () => () => undefined, every: () => () => undefined };
    insight = createInsight({ series, clock });
  });
  afterAll(() => series.close());

  async function shop(storeId: string, facts: readonly Fact[]): Promise<StoreContext> {
    await series.write(facts.map((fact) => ({ storeId, epoch: 1, fact })));
    return { storeId, version: 1, storeFile: SHOP };
  }

  it.each([
    ['hour', '10:00', '11:00'],
    ['day', '10:00', '11:00'],
    ['all', '10:00', '11:00'],
    ['day', '00:00', '23:00'],
  ])('tells nothing, in a %s from %s to %s, nor in the sums of its zone and products', async (bucket, from, to) => {
    const isLong = from !== '10:00';
    const store = await shop(`${bucket}-${from}`, hourWith(29, 59_999));
    const ask = { ...period(from, to), bucket };
    for (const rolled of [false, true]) {
      if (rolled) await insight.maintainRollups(store);
      const slots = await insight.slotMetrics(store, ask);
      const known = isLong ? silent : { pickups: 2, returned: 0, refilled: 1 };
      expect(slots.find(({ slotId }) => slotId === 's1')).toMatchObject(known);
      expect(slots.find(({ slotId }) => slotId === 's4')).toMatchObject({ ...silent, stock: null });
      expect(slots.find(({ slotId }) => slotId === 's5')).toMatchObject({ ...silent, stock: null });
      const dairy = (await insight.zoneMetrics(store, ask)).find(({ zoneId }) => zoneId === 'dairy');
      expect(dairy).toMatchObject({ ...known, visits: 2, pickRate: null, salesNet: 5 });
    }
  });

  it('leaves products the sum of their other slots, and null where there is none', async () => {
    const store = await shop('products', hourWith(29, 59_999));
    const [milk, rice] = await insight.productMetrics(store, period('10:00', '11:00'));
    expect(milk).toMatchObject({ gtin: 'milk', pickups: 2, returned: 0, refilled: 1, stock: 8 });
    expect(rice).toMatchObject({ gtin: 'rice', ...silent, stock: null, fill: null, confidence: null, salesNet: 5 });
  });

  it('is not one that sensed just half of it', async () => {
    const store = await shop('half', hourWith(29, 60_000));
    const ask = { ...period('10:00', '11:00'), bucket: 'all' };
    const slots = await insight.slotMetrics(store, ask);
    expect(slots.find(({ slotId }) => slotId === 's4')).toMatchObject({ pickups: 4, returned: 1, stock: 4 });
    const [dairy] = await insight.zoneMetrics(store, ask);
    expect(dairy).toMatchObject({ pickups: 7, returned: 1, refilled: 3, pickRate: 3.5, coverageOf: { goods: 0.5 } });
    const [milk, rice] = await insight.productMetrics(store, ask);
    expect([milk?.pickups, milk?.stock, rice?.pickups, rice?.stock]).toEqual([6, 12, 1, 4]);
  });

  it('tells of the minutes in which it was there, and keeps the row of one in which it told too little', async () => {
    const store = await shop('minutes', hourWith(29, 20_000));
    const ask = { ...period('10:00', '11:00'), bucket: 'minute' };
    const rows = await insight.slotMetrics(store, ask);
    expect(
      rows.filter(({ slotId }) => slotId === 's4').map(({ from, pickups }) => [from.slice(11, 16), pickups]),
    ).toEqual([
      ['10:05', 3],
      ['10:29', null],
    ]);
    const zones = await insight.zoneMetrics(store, ask);
    expect(
      zones.filter(({ zoneId }) => zoneId === 'dairy').map(({ from, pickups }) => [from.slice(11, 16), pickups]),
    ).toEqual([
      ['10:05', 6],
      ['10:06', 0],
      // the other shelf, which sensed all of it, has nothing to tell
      ['10:29', 0],
    ]);
  });

  it.each([
    ['half an hour and a minute', 31, false],
    ['just half an hour', 30, true],
  ])('is one load cell of a shelf that speaks on: %s of silence', async (_what, silentMinutes, senses) => {
    const cell = Array.from({ length: silentMinutes }, (_, at) => sensed(silentOf('s5'), minute(at + 29)));
    const store = await shop(`cell-${silentMinutes}`, [...hourWith(59, 60_000), ...cell]);
    const ask = { ...period('10:00', '11:00'), bucket: 'all' };
    const told = senses ? { pickups: 1, refilled: 0, stock: 4 } : { ...silent, stock: null };
    const coverage = 1 - silentMinutes / 60;
    for (const rolled of [false, true]) {
      if (rolled) await insight.maintainRollups(store);
      const slots = await insight.slotMetrics(store, ask);
      expect(slots.find(({ slotId }) => slotId === 's5')).toMatchObject({ ...told, coverage: round6(coverage) });
      expect(slots.find(({ slotId }) => slotId === 's4')).toMatchObject({ pickups: 4, stock: 4, coverage: 1 });
      const [milk, rice] = await insight.productMetrics(store, ask);
      expect(milk).toMatchObject({ pickups: 6, stock: 12, coverage: 1 });
      expect(rice).toMatchObject({ ...told, coverage: round6(coverage) });
      const [dairy] = await insight.zoneMetrics(store, ask);
      expect(dairy).toMatchObject({ pickups: senses ? 7 : 6, coverageOf: { goods: round6(coverage) } });
      expect(dairy?.pickRate === null).toBe(!senses);
    }
  });
});
