import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fact, FactOf, StoreFile } from '@aisle/contracts';
import { QueryError, createInsight, type Insight, type StoreContext } from '../../src/insight/index.js';
import type { SeriesStore } from '../../src/ports/index.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';

let dir: string;
let series: SeriesStore;
let insight: Insight;
let shops = 0;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aisle-metrics-'));
  series = new DuckDbSeriesStore({ file: join(dir, 'series.duckdb') });
  await series.open();
  insight = createInsight({
    series,
    clock: { now: () => 9e12, monotonicMs: () => 0, after: () => () => undefined, every: () => () => undefined },
  });
});
afterAll(async () => {
  await series.close();
  rmSync(dir, { recursive: true, force: true });
});

const at = (time: string): number => Date.parse(`2026-11-22T${time}+08:00`);
const period = (from: string, to: string) => ({ from: `2026-11-22T${from}:00+08:00`, to: `2026-11-22T${to}:00+08:00` });

const FILE: StoreFile = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 2, depth: 1 },
  entrances: [
    {
      id: 'main',
      line: [
        [0, 1],
        [1, 1],
      ],
      inward: [0, -1],
    },
  ],
  passersBy: [
    {
      id: 'street',
      line: [
        [0, 2],
        [1, 2],
      ],
    },
  ],
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [0, 0],
        [8, 0],
        [8, 2.5],
        [0, 2.5],
      ],
    },
    {
      id: 'wine',
      kind: 'aisle',
      polygon: [
        [10, 0],
        [11, 0],
        [11, 1],
        [10, 1],
      ],
      engagedAfterSeconds: 10,
    },
  ],
  products: [{ gtin: 'milk' }, { gtin: 'rice' }],
  fixtures: [
    {
      id: 'f1',
      zone: 'dairy',
      slots: [
        { id: 's1', gtin: 'milk', facings: 3 },
        { id: 's2', gtin: 'milk' },
      ],
    },
    { id: 'f2', zone: 'wine', slots: [{ id: 's3', gtin: 'rice', facings: 2, capacity: 9, level: 1 }] },
  ],
  devices: [
    { id: 'cam', family: 'camera', dialect: 'aisle', covers: ['dairy'] },
    { id: 'shelf', family: 'shelf', dialect: 'aisle', fixture: 'f1' },
    { id: 'till', family: 'till', dialect: 'aisle' },
  ],
};

/** A shop of its own with these facts, told by epoch. */
async function shopWith(
  facts: readonly Fact[] | Record<number, readonly Fact[]>,
  changes: Partial<StoreFile> = {},
): Promise<StoreContext> {
  const storeId = `shop-${++shops}`;
  const byEpoch = Array.isArray(facts) ? { 1: facts as readonly Fact[] } : (facts as Record<number, readonly Fact[]>);
  for (const [epoch, list] of Object.entries(byEpoch))
    await series.write(list.map((fact) => ({ storeId, epoch: Number(epoch), fact })));
  return { storeId, version: 3, storeFile: { ...FILE, ...changes } };
}

const base = (time: string, seq = 1) => ({ ts: at(time), seq, configVersion: 1 });
const zone = (subject: string, time: string, value: Partial<FactOf<'zone'>['value']>): Fact => ({
  ...base(time),
  kind: 'zone',
  subject,
  value: { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 0, maxOpen: 0, ...value },
});
const sensed = (subject: string, time: string, sensedMs = 60_000): Fact => ({
  ...base(time),
  kind: 'coverage',
  subject,
  value: { sensedMs },
});
const moved = (subject: string, time: string, value: Partial<FactOf<'slot'>['value']>): Fact => ({
  ...base(time),
  kind: 'slot',
  subject,
  value: { gtin: 'milk', zoneId: 'dairy', pickups: 0, putbacks: 0, stock: null, ...value },
});
const came = (subject: string, time: string, inwards: number, out = 0): Fact => ({
  ...base(time),
  kind: 'crossings',
  subject,
  value: { in: inwards, out, source: 'tracks' },
});
type Line = [
  gtin: string,
  quantity: number,
  netMinor: number,
  shares: [zoneId: string | null, quantity: number, netMinor: number][],
];
const sale = (receipt: string, time: string, lines: Line[], seq = 1): Fact => ({
  ...base(time, seq),
  kind: 'sale',
  subject: receipt,
  value: {
    receipt,
    deviceId: 'till',
    contentDigest: receipt,
    transaction: lines.some(([, quantity]) => quantity > 0),
    netMinor: lines.reduce((sum, [, , net]) => sum + net, 0),
    lines: lines.map(([gtin, quantity, netMinor, shares]) => ({
      gtin,
      quantityMicro: quantity * 1e6,
      netMinor,
      shares: shares.map(([zoneId, part, net], index) => ({
        slotId: `s${index}`,
        zoneId,
        quantityMicro: Math.round(part * 1e6),
        netMinor: net,
      })),
    })),
  },
});
/** The whole of ten minutes sensed by the camera. */
const tenMinutes = (group: string): Fact[] =>
  Array.from({ length: 10 }, (_, minute) => sensed(group, `10:0${minute}:00`));

describe('zone figures', () => {
  it('are counted, divided once, and rest on the camera of the zone', async () => {
    const shop = await shopWith([
      ...tenMinutes('cam'),
      zone('dairy', '10:00:00', {
        visits: 2,
        visitors: 2,
        dwellMs: 5500,
        histogram: [
          [0, 1],
          [4, 1],
        ],
        overlapMs: 5500,
        maxOpen: 2,
      }),
      zone('dairy', '10:01:00', {
        visits: 1,
        visitors: 0,
        dwellMs: 70_900,
        histogram: [[70, 1]],
        overlapMs: 59_000,
        maxOpen: 1,
      }),
      zone('dairy', '10:02:00', { overlapMs: 11_900, maxOpen: 1 }),
      moved('s1', '10:01:00', { pickups: 2, putbacks: 1 }),
      sale('r1', '10:05:00', [
        ['milk', 2, 2500, [['dairy', 2, 2500]]],
        ['pen', 1, 300, []],
      ]),
    ]);
    const rows = await insight.zoneMetrics(shop, { ...period('10:00', '10:10'), bucket: 'hour' });
    expect(rows[0]).toEqual({
      from: '2026-11-22T10:00:00+08:00',
      zoneId: 'dairy',
      visits: 3,
      visitors: 2,
      engagedVisits: 1,
      dwellSeconds: { total: 76.4, mean: 25.466667, p50: 4, p90: 70 },
      occupancy: { mean: 0.127333, max: 2 },
      pickups: 2,
      putbacks: 1,
      pickRate: 0.666667,
      units: 2,
      salesNet: 25,
      transactions: 1,
      salesPerSquareMetre: 1.25,
      conversion: 0.5,
      interest: null,
      coverage: 1,
    });
    expect(rows.map((row) => [row.zoneId, row.salesNet, row.transactions])).toEqual([
      ['dairy', 25, 1],
      ['unplaced', 3, 1],
    ]);
  });

  it.each([
    ['4', 2],
    ['5', 1],
    ['70', 1],
    ['71', 0],
    ['0', 3],
  ])('count visits of %s s or more as engaged when asked to: %d', async (engagedAfter, engaged) => {
    const shop = await shopWith([
      zone('dairy', '10:00:00', {
        visits: 3,
        dwellMs: 1,
        histogram: [
          [0, 1],
          [4, 1],
          [70, 1],
        ],
      }),
    ]);
    const rows = await insight.zoneMetrics(shop, { ...period('10:00', '10:10'), engagedAfter });
    expect(rows[0]?.engagedVisits).toBe(engaged);
  });

  it('list every zone and unplaced in one bucket, even of a shop that never said anything', async () => {
    const rows = await insight.zoneMetrics(await shopWith([]), { ...period('10:00', '11:30'), bucket: 'all' });
    expect(rows.map((row) => [row.from, row.zoneId, row.visits, row.pickups, row.coverage])).toEqual([
      ['2026-11-22T10:00:00+08:00', 'dairy', 0, 0, 0],
      ['2026-11-22T10:00:00+08:00', 'wine', null, null, 1],
      ['2026-11-22T10:00:00+08:00', 'unplaced', null, null, 1],
    ]);
    expect(rows[0]?.dwellSeconds).toEqual({ total: 0, mean: null, p50: null, p90: null });
  });

  it('leave out buckets in which nothing happened, and statements that were revised to nothing', async () => {
    const shop = await shopWith([
      ...tenMinutes('cam'),
      zone('dairy', '10:00:00', {}),
      zone('dairy', '10:04:00', { overlapMs: 500, maxOpen: 1 }),
    ]);
    const rows = await insight.zoneMetrics(shop, { ...period('10:00', '11:00'), bucket: 'minute' });
    expect(rows.map((row) => [row.from, row.visits])).toEqual([['2026-11-22T10:04:00+08:00', 0]]);
  });

  it('say "not sensed" where no camera or shelf looks, never 0, and still divide the sales by the area', async () => {
    const shop = await shopWith([
      ...tenMinutes('cam'),
      sale('r1', '10:05:00', [['rice', 1, 1000, [['wine', 1, 1000]]]]),
    ]);
    const wine = (await insight.zoneMetrics(shop, period('10:00', '10:10'))).find((row) => row.zoneId === 'wine');
    expect(wine).toMatchObject({
      visits: null,
      visitors: null,
      engagedVisits: null,
      dwellSeconds: { total: null, mean: null, p50: null, p90: null },
      occupancy: { mean: null, max: null },
      pickups: null,
      putbacks: null,
      pickRate: null,
      conversion: null,
      salesNet: 10,
      transactions: 1,
      salesPerSquareMetre: 10,
      coverage: 1,
    });
  });

  it.each([
    [{}, 5, 1.25],
    [{}, 4, null],
    [{ minimumCoverage: 0.3 }, 4, 1.25],
    [{ minimumCoverage: 1 }, 9, null],
  ])(
    'with settings %j and %d of ten minutes sensed: ratios of %s, counts as they are',
    async (settings, minutes, perSquareMetre) => {
      const shop = await shopWith(
        [
          ...tenMinutes('cam').slice(0, minutes),
          zone('dairy', '10:00:00', {
            visits: 1,
            visitors: 1,
            dwellMs: 2000,
            histogram: [[2, 1]],
            overlapMs: 2000,
            maxOpen: 1,
          }),
          sale('r1', '10:05:00', [['milk', 2, 2500, [['dairy', 2, 2500]]]]),
        ],
        { settings },
      );
      const row = (await insight.zoneMetrics(shop, period('10:00', '10:10')))[0];
      expect(row).toMatchObject({
        visits: 1,
        salesNet: 25,
        coverage: minutes / 10,
        salesPerSquareMetre: perSquareMetre,
      });
      expect([row?.pickRate, row?.conversion]).toEqual(perSquareMetre === null ? [null, null] : [0, 1]);
      expect(row?.occupancy.mean).toBe(0.003333);
    },
  );

  it('measure coverage within the opening hours, and a bucket without any as a whole', async () => {
    const hours: StoreFile['hours'] = [{ days: ['sun'], open: '10:02', close: '10:06' }];
    const shop = await shopWith(
      [
        sensed('cam', '10:01:00'),
        sensed('cam', '10:02:00'),
        sensed('cam', '10:03:00', 30_000),
        sensed('cam', '11:00:00', 6000),
      ],
      { hours },
    );
    const coverage = async (from: string, to: string) =>
      (await insight.zoneMetrics(shop, period(from, to)))[0]?.coverage;
    expect(await coverage('10:00', '10:10')).toBe(0.375);
    expect(await coverage('10:02', '10:03')).toBe(1);
    expect(await coverage('11:00', '11:10')).toBe(0.01);
  });

  it('add up what several epochs say: counts add, the largest occupancy and coverage stay, a sale counts once', async () => {
    const line = (net: number): Line => ['milk', 1, net, [['dairy', 1, net]]];
    const visit = { visits: 1, visitors: 1, dwellMs: 1000, histogram: [[1, 1]] as [number, number][], overlapMs: 1000 };
    const shop = await shopWith({
      1: [
        zone('dairy', '10:00:00', { ...visit, maxOpen: 3 }),
        sensed('cam', '10:00:00', 40_000),
        sale('r1', '10:00:30', [line(100)], 99),
        moved('s1', '10:00:00', { pickups: 1, stock: 9 }),
      ],
      2: [
        zone('dairy', '10:00:00', { ...visit, maxOpen: 1 }),
        sensed('cam', '10:00:00', 45_000),
        sale('r1', '10:00:30', [line(150)], 1),
        moved('s1', '10:00:00', { pickups: 1, stock: 4 }),
      ],
    });
    const row = (await insight.zoneMetrics(shop, period('10:00', '10:01')))[0];
    expect(row).toMatchObject({
      visits: 2,
      occupancy: { mean: 0.033333, max: 3 },
      coverage: 0.75,
      salesNet: 1.5,
      transactions: 1,
      pickups: 2,
    });
    expect((await insight.productMetrics(shop, period('10:00', '10:01')))[0]).toMatchObject({
      gtin: 'milk',
      stock: 4,
      salesNet: 1.5,
    });
  });

  it('keep what zones of an earlier floor plan saw, without an area', async () => {
    const shop = await shopWith([sale('r1', '10:05:00', [['milk', 1, 100, [['old', 1, 100]]]])]);
    const rows = await insight.zoneMetrics(shop, period('10:00', '10:10'));
    expect(rows.map((row) => row.zoneId)).toEqual(['dairy', 'wine', 'old', 'unplaced']);
    expect(rows[2]).toMatchObject({ salesNet: 1, salesPerSquareMetre: null });
  });
});

describe('sales', () => {
  it('of the zones and unplaced add up to the till, returns and split lines included', async () => {
    const shop = await shopWith([
      sale('r1', '10:00:00', [
        [
          'milk',
          3,
          1000,
          [
            ['dairy', 1.5, 334],
            ['wine', 1.5, 333],
            [null, 0, 333],
          ],
        ],
        ['pen', 1, 99, []],
      ]),
      sale('r2', '10:30:00', [['milk', -1, -400, [['dairy', -1, -400]]]]),
      sale('r3', '11:00:00', [
        ['milk', -1, -401, []],
        ['milk', 1, 401, [['wine', 1, 401]]],
      ]),
    ]);
    const rows = await insight.zoneMetrics(shop, period('10:00', '12:00'));
    expect(rows.map((row) => [row.zoneId, row.units, row.salesNet, row.transactions])).toEqual([
      ['dairy', 0.5, -0.66, 1],
      ['wine', 2.5, 7.34, 2],
      ['unplaced', 0, 0.31, 1],
    ]);
    expect(await insight.sales(shop, { ...period('10:00', '12:00'), bucket: 'hour' })).toEqual([
      { from: '2026-11-22T10:00:00+08:00', salesNet: 6.99, transactions: 1, units: 3 },
      { from: '2026-11-22T11:00:00+08:00', salesNet: 0, transactions: 1, units: 0 },
    ]);
    expect(await insight.shopperMetrics(shop, period('10:00', '12:00'))).toMatchObject({
      transactions: 2,
      salesNet: 6.99,
      averageTransaction: 3.495,
    });
  });

  it('are told in the digits of the currency', async () => {
    const facts = [sale('r1', '10:00:00', [['milk', 1, 1234, [['dairy', 1, 1234]]]])];
    const inYen = await shopWith(facts, { store: { ...FILE.store, currency: 'JPY' } });
    const inDinar = await shopWith(facts, { store: { ...FILE.store, currency: 'KWD' } });
    expect((await insight.sales(inYen, period('10:00', '11:00')))[0]?.salesNet).toBe(1234);
    expect((await insight.sales(inDinar, period('10:00', '11:00')))[0]?.salesNet).toBe(1.234);
  });
});

describe('product figures', () => {
  it('rest on what senses the slots, tell the last known stock, and divide by facings and days', async () => {
    const shop = await shopWith([
      moved('s1', '09:00:00', { stock: 20, pickups: 5 }),
      moved('s2', '09:00:00', { stock: 7 }),
      moved('s1', '10:01:00', { stock: 18, pickups: 2, putbacks: 1 }),
      ...tenMinutes('shelf'),
      sale('r1', '10:02:00', [
        ['milk', 2, 2400, [['dairy', 2, 2400]]],
        ['rice', 1, 500, []],
        ['pen', 1, 100, []],
      ]),
    ]);
    const rows = await insight.productMetrics(shop, period('10:00', '10:10'));
    const perDay = 24 / 4 / (10 / 1440);
    expect(rows).toEqual([
      {
        gtin: 'milk',
        units: 2,
        salesNet: 24,
        pickups: 2,
        putbacks: 1,
        stock: 25,
        salesPerFacingDay: perDay,
        coverage: 1,
      },
      {
        gtin: 'rice',
        units: 1,
        salesNet: 5,
        pickups: null,
        putbacks: null,
        stock: null,
        salesPerFacingDay: 360,
        coverage: 1,
      },
      {
        gtin: 'pen',
        units: 1,
        salesNet: 1,
        pickups: null,
        putbacks: null,
        stock: null,
        salesPerFacingDay: null,
        coverage: 1,
      },
    ]);
  });

  it('of a shelf that was silent are not divided, and products of which nothing is known are left out', async () => {
    const shop = await shopWith([
      ...tenMinutes('shelf').slice(0, 3),
      sale('r1', '10:02:00', [['milk', 2, 2400, [['dairy', 2, 2400]]]]),
    ]);
    expect(await insight.productMetrics(shop, period('10:00', '10:10'))).toEqual([
      {
        gtin: 'milk',
        units: 2,
        salesNet: 24,
        pickups: 0,
        putbacks: 0,
        stock: null,
        salesPerFacingDay: null,
        coverage: 0.3,
      },
    ]);
  });
});

describe('shopper figures', () => {
  it('count entries without passers-by and divide by them while the entrances are seen', async () => {
    const facts = [
      came('main', '10:00:00', 3, 1),
      came('main', '10:05:00', 1),
      came('street', '10:00:00', 50),
      sale('r1', '10:02:00', [['milk', 1, 1000, []]]),
    ];
    const seen = await shopWith([...facts, ...tenMinutes('cam>main')]);
    expect(await insight.shopperMetrics(seen, period('10:00', '10:10'))).toEqual({
      footfall: 4,
      transactions: 1,
      salesNet: 10,
      conversion: 0.25,
      salesPerShopper: 2.5,
      averageTransaction: 10,
      coverage: 1,
    });
    expect(await insight.footfall(seen, { ...period('10:00', '10:10'), bucket: 'minute' })).toEqual([
      { from: '2026-11-22T10:00:00+08:00', entranceId: 'main', in: 3, out: 1, coverage: 1 },
      { from: '2026-11-22T10:05:00+08:00', entranceId: 'main', in: 1, out: 0, coverage: 1 },
    ]);
    const unseen = await shopWith([...facts, ...tenMinutes('cam>main').slice(0, 2)]);
    expect(await insight.shopperMetrics(unseen, period('10:00', '10:10'))).toEqual({
      footfall: 4,
      transactions: 1,
      salesNet: 10,
      conversion: null,
      salesPerShopper: null,
      averageTransaction: 10,
      coverage: 0.2,
    });
  });

  it('have no footfall where nothing counts', async () => {
    const shop = await shopWith([sale('r1', '10:02:00', [['milk', 1, 1000, []]])], {
      devices: [{ id: 'till', family: 'till', dialect: 'aisle' }],
    });
    expect(await insight.shopperMetrics(shop, period('10:00', '10:10'))).toMatchObject({
      footfall: null,
      conversion: null,
      salesPerShopper: null,
      averageTransaction: 10,
      coverage: 0,
    });
    expect(await insight.footfall(shop, { ...period('10:00', '10:10'), bucket: 'all' })).toMatchObject([
      { entranceId: 'main', in: null, out: null },
    ]);
  });
});

describe('the heat map', () => {
  it('adds up person-seconds per cell on the floor as it is', async () => {
    const heat = (time: string, columns: number, cells: [number, number][]): Fact => ({
      ...base(time),
      kind: 'heat',
      subject: 'floor',
      value: { columns, rows: 2, cells },
    });
    const shop = await shopWith([
      heat('10:00:00', 4, [
        [0, 1500],
        [5, 1],
      ]),
      heat('10:01:00', 4, [[5, 499]]),
      heat('10:02:00', 6, [
        [0, 1000],
        [5, 9000],
        [6, 2000],
      ]),
    ]);
    expect(await insight.heatmap(shop, period('10:00', '10:10'))).toEqual({
      cellMetres: 0.5,
      columns: 4,
      rows: 2,
      seconds: [2.5, 0, 0, 0, 2, 0.5, 0, 0],
    });
  });
});

describe('plays', () => {
  it('tell the decision behind them, although it was made before the period', async () => {
    const play = (screenId: string, decisionId: string, time: string): Fact => ({
      ...base(time),
      kind: 'play',
      subject: `${decisionId}@${time}`,
      value: {
        screenId,
        decisionId,
        contentId: 'milk-ad',
        startedTs: at(time),
        endedTs: at(time) + 8000,
        completed: true,
      },
    });
    const decision: Fact = {
      ...base('09:59:59'),
      kind: 'decision',
      subject: 'd1',
      value: {
        screenId: 'screen-1',
        contentId: 'milk-ad',
        category: 'dairy',
        reason: 'dwell',
        probabilityMicro: 900_000,
        heldOut: true,
        candidates: [],
      },
    };
    const shop = await shopWith([
      decision,
      play('screen-1', 'd2', '10:01:00'),
      play('screen-1', 'd1', '10:00:00'),
      play('screen-2', 'd1', '10:00:30'),
      play('screen-1', 'd1', '10:10:00'),
    ]);
    expect(await insight.plays(shop, 'screen-1', period('10:00', '10:10'))).toEqual([
      {
        decisionId: 'd1',
        contentId: 'milk-ad',
        startedTs: at('10:00:00'),
        endedTs: at('10:00:08'),
        reason: 'dwell',
        probability: 0.9,
        heldOut: true,
        completed: true,
      },
      {
        decisionId: 'd2',
        contentId: 'milk-ad',
        startedTs: at('10:01:00'),
        endedTs: at('10:01:08'),
        reason: null,
        probability: null,
        heldOut: false,
        completed: true,
      },
    ]);
  });
});

describe('a question', () => {
  it('whose answer has more than 100,000 rows is refused', async () => {
    const minutes = Array.from({ length: 50_001 }, (_, minute) => at('10:00:00') + minute * 60_000);
    const value = {
      visits: 1,
      visitors: 1,
      dwellMs: 1000,
      histogram: [[1, 1]] as [number, number][],
      overlapMs: 1000,
      maxOpen: 1,
    };
    const facts = minutes.flatMap((ts): Fact[] =>
      ['dairy', 'wine'].map((subject) => ({ kind: 'zone', subject, ts, seq: 1, configVersion: 1, value })),
    );
    const shop = await shopWith(facts);
    const query = { from: '2026-11-22T00:00:00Z', to: '2027-01-22T00:00:00Z' };
    await expect(insight.zoneMetrics(shop, { ...query, bucket: 'minute' })).rejects.toSatisfy(
      (error) => error instanceof QueryError && error.code === 'tooManyRows' && error.status === 400,
    );
    expect((await insight.zoneMetrics(shop, { ...query, bucket: 'all' }))[0]?.visits).toBe(50_001);
  });

  it('about all time is answered', async () => {
    const shop = await shopWith([came('main', '10:00:00', 2)], {
      hours: [{ days: ['sun'], open: '09:00', close: '22:00' }],
    });
    const all = { from: '1970-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' };
    expect(await insight.footfall(shop, { ...all, bucket: 'day' })).toMatchObject([
      { from: '2026-11-22T00:00:00+08:00', in: 2 },
    ]);
    expect((await insight.shopperMetrics(shop, all)).footfall).toBe(2);
  });
});

describe('the planogram', () => {
  it('is what the store file in force says', () => {
    expect(insight.planogram({ storeId: 'x', version: 3, storeFile: FILE })).toEqual({
      version: 3,
      slots: [
        { slotId: 's1', fixtureId: 'f1', zoneId: 'dairy', gtin: 'milk', facings: 3, capacity: null, level: null },
        { slotId: 's2', fixtureId: 'f1', zoneId: 'dairy', gtin: 'milk', facings: 1, capacity: null, level: null },
        { slotId: 's3', fixtureId: 'f2', zoneId: 'wine', gtin: 'rice', facings: 2, capacity: 9, level: 1 },
      ],
    });
  });
});
