import { describe, expect, it } from 'vitest';
import type { Fact, StoreFile } from '@aisle/contracts';
import { MADE, at, figures, moved, period, sale, sensed, tenMinutes, zone, type Line } from './figure-shop.js';

const of = figures();

describe('zone figures', () => {
  it('are counted, divided once, and rest on the camera of the zone', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('cam'),
      ...tenMinutes('shelf').slice(0, 9),
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
    const rows = await of.insight.zoneMetrics(shop, { ...period('10:00', '10:10'), bucket: 'hour' });
    expect(rows[0]).toEqual({
      from: '2026-11-22T10:00:00+08:00',
      zoneId: 'dairy',
      name: null,
      visits: 3,
      visitors: 2,
      engagedVisits: 1,
      dwellSeconds: { total: 76.4, mean: 25.466667, p50: 4, p90: 70 },
      occupancy: { mean: 0.127333, max: 2 },
      pickups: 2,
      putbacks: 1,
      returned: 1,
      refilled: null,
      pickRate: 0.666667,
      units: 2,
      salesNet: 25,
      currency: 'CNY',
      transactions: 1,
      salesPerSquareMetre: 1.25,
      conversion: 0.5,
      interest: null,
      coverage: 1,
      coverageOf: { people: 1, goods: 0.9, sales: 1 },
      ...MADE,
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
    const shop = await of.shopWith([
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
    const rows = await of.insight.zoneMetrics(shop, { ...period('10:00', '10:10'), engagedAfter });
    expect(rows[0]?.engagedVisits).toBe(engaged);
  });

  it('list every zone and unplaced in one bucket, even of a shop that never said anything', async () => {
    const rows = await of.insight.zoneMetrics(await of.shopWith([]), { ...period('10:00', '11:30'), bucket: 'all' });
    expect(rows.map((row) => [row.from, row.zoneId, row.visits, row.pickups, row.coverage])).toEqual([
      ['2026-11-22T10:00:00+08:00', 'dairy', 0, null, 0],
      ['2026-11-22T10:00:00+08:00', 'wine', null, null, 1],
      ['2026-11-22T10:00:00+08:00', 'unplaced', null, null, 1],
    ]);
    expect(rows[0]?.dwellSeconds).toEqual({ total: 0, mean: null, p50: null, p90: null });
  });

  it('leave out buckets in which nothing happened, and statements that were revised to nothing', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('cam'),
      zone('dairy', '10:00:00', {}),
      zone('dairy', '10:04:00', { overlapMs: 500, maxOpen: 1 }),
    ]);
    const rows = await of.insight.zoneMetrics(shop, { ...period('10:00', '11:00'), bucket: 'minute' });
    expect(rows.map((row) => [row.from, row.visits])).toEqual([['2026-11-22T10:04:00+08:00', 0]]);
  });

  it('say "not sensed" where no camera or shelf looks, never 0, and still divide the sales by the area', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('cam'),
      sale('r1', '10:05:00', [['rice', 1, 1000, [['wine', 1, 1000]]]]),
    ]);
    const wine = (await of.insight.zoneMetrics(shop, period('10:00', '10:10'))).find((row) => row.zoneId === 'wine');
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
    [{}, 5, 1],
    [{}, 4, null],
    [{ minimumCoverage: 0.3 }, 4, 1],
    [{ minimumCoverage: 1 }, 9, null],
  ])(
    'with settings %j and %d of ten minutes sensed: ratios to people of %s, all else as it is',
    async (settings, minutes, conversion) => {
      const shop = await of.shopWith(
        [
          ...tenMinutes('cam').slice(0, minutes),
          ...tenMinutes('shelf'),
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
      const row = (await of.insight.zoneMetrics(shop, period('10:00', '10:10')))[0];
      expect(row).toMatchObject({
        visits: 1,
        salesNet: 25,
        coverage: minutes / 10,
        // tills told what was sold, whatever the camera missed
        salesPerSquareMetre: 1.25,
        coverageOf: { people: minutes / 10, goods: 1, sales: 1 },
      });
      expect([row?.pickRate, row?.conversion]).toEqual(conversion === null ? [null, null] : [0, 1]);
      expect(row?.occupancy.mean).toBe(0.003333);
    },
  );

  it('measure coverage within the opening hours, and a bucket without any as a whole', async () => {
    const hours: StoreFile['hours'] = [{ days: ['sun'], open: '10:02', close: '10:06' }];
    const shop = await of.shopWith(
      [
        sensed('cam', '10:01:00'),
        sensed('cam', '10:02:00'),
        sensed('cam', '10:03:00', 30_000),
        sensed('cam', '11:00:00', 6000),
      ],
      { hours },
    );
    const coverage = async (from: string, to: string) =>
      (await of.insight.zoneMetrics(shop, period(from, to)))[0]?.coverage;
    expect(await coverage('10:00', '10:10')).toBe(0.375);
    expect(await coverage('10:02', '10:03')).toBe(1);
    expect(await coverage('11:00', '11:10')).toBe(0.01);
  });

  it('add up what several epochs say: counts and coverage add, the largest occupancy stays, a sale counts as first told', async () => {
    const line = (net: number): Line => ['milk', 1, net, [['dairy', 1, net]]];
    const visit = { visits: 1, visitors: 1, dwellMs: 1000, histogram: [[1, 1]] as [number, number][], overlapMs: 1000 };
    const shop = await of.shopWith({
      1: [
        zone('dairy', '10:00:00', { ...visit, maxOpen: 3 }),
        sensed('cam', '10:00:00', 40_000),
        sensed('shelf', '10:00:00', 20_000),
        sale('r1', '10:00:30', [line(100)], 99),
        moved('s1', '10:00:00', { pickups: 1, stock: 9 }),
      ],
      2: [
        zone('dairy', '10:00:00', { ...visit, maxOpen: 1 }),
        sensed('cam', '10:00:00', 45_000),
        sensed('shelf', '10:00:00', 10_000),
        sale('r1', '10:00:30', [line(150)], 1),
        moved('s1', '10:00:00', { pickups: 1, stock: 4 }),
      ],
    });
    const row = (await of.insight.zoneMetrics(shop, period('10:00', '10:01')))[0];
    expect(row).toMatchObject({
      visits: 2,
      occupancy: { mean: 0.033333, max: 3 },
      // 40 s and 45 s of one minute are at most the minute
      coverage: 1,
      salesNet: 1,
      transactions: 1,
      pickups: 2,
    });
    expect((await of.insight.productMetrics(shop, period('10:00', '10:01')))[0]).toMatchObject({
      gtin: 'milk',
      stock: 4,
      salesNet: 1,
    });
  });

  it('rest a pick rate on the shelves as well as on the cameras', async () => {
    const visited = zone('dairy', '10:00:00', {
      visits: 4,
      visitors: 4,
      histogram: [[2, 4]],
      overlapMs: 8000,
      maxOpen: 1,
    });
    const taken = moved('s1', '10:01:00', { pickups: 2 });
    const ask = async (shelfMinutes: number) => {
      const shelf = tenMinutes('shelf').slice(0, shelfMinutes);
      const shop = await of.shopWith([...tenMinutes('cam'), ...shelf, visited, taken]);
      return (await of.insight.zoneMetrics(shop, period('10:00', '10:10')))[0];
    };
    expect(await ask(5)).toMatchObject({ pickups: 2, pickRate: 0.5, coverageOf: { goods: 0.5 } });
    expect(await ask(4)).toMatchObject({ pickups: null, pickRate: null, coverageOf: { goods: 0.4 } });
  });

  it('add up less than a minute of several epochs', async () => {
    const shop = await of.shopWith({
      1: [sensed('cam', '10:00:00', 20_000)],
      2: [sensed('cam', '10:00:00', 25_000)],
      3: [sensed('cam', '10:01:00', 30_000)],
    });
    expect((await of.insight.zoneMetrics(shop, period('10:00', '10:02')))[0]?.coverage).toBe(0.625);
  });

  it('know no coverage of sales without a till, and still tell what came by REST', async () => {
    const shop = await of.shopWith(
      [...tenMinutes('cam'), sale('r1', '10:05:00', [['milk', 1, 100, [['dairy', 1, 100]]]])],
      {
        devices: [{ id: 'cam', family: 'camera', dialect: 'aisle' }],
      },
    );
    expect((await of.insight.zoneMetrics(shop, period('10:00', '10:10')))[0]).toMatchObject({
      salesNet: 1,
      salesPerSquareMetre: 0.05,
      coverageOf: { people: 1, goods: null, sales: null },
    });
  });

  it('leave no row for a share of nothing', async () => {
    const shop = await of.shopWith([
      sale('r1', '10:05:00', [
        [
          'milk',
          1,
          100,
          [
            ['dairy', 1, 100],
            ['wine', 0, 0],
            [null, 0, 0],
          ],
        ],
      ]),
    ]);
    const rows = await of.insight.zoneMetrics(shop, { ...period('10:00', '10:10'), bucket: 'hour' });
    expect(rows.map((row) => [row.zoneId, row.transactions])).toEqual([['dairy', 1]]);
  });

  it.each([
    [{ generation: 1 }, { refilled: 3 }, { putbacks: 2, returned: 2, refilled: 3 }],
    [{ generation: 1 }, {}, { putbacks: 2, returned: 2, refilled: 0 }],
    [{}, {}, { putbacks: 2, returned: 2, refilled: null }],
  ])('of facts %j that say %j tell what was brought back by whom: %j', async (made, said, told) => {
    const fact = { ...moved('s1', '10:01:00', { pickups: 2, putbacks: 2, ...said }), ...made } as Fact;
    const shop = await of.shopWith([...tenMinutes('shelf'), fact]);
    const query = period('10:00', '10:10');
    expect((await of.insight.zoneMetrics(shop, query))[0]).toMatchObject(told);
    expect((await of.insight.productMetrics(shop, query))[0]).toMatchObject(told);
    expect((await of.insight.slotMetrics(shop, query))[0]).toMatchObject({ ...told, coverage: 1 });
  });

  it('keep what zones of an earlier floor plan saw, without an area', async () => {
    const shop = await of.shopWith([sale('r1', '10:05:00', [['milk', 1, 100, [['old', 1, 100]]]])]);
    const rows = await of.insight.zoneMetrics(shop, period('10:00', '10:10'));
    expect(rows.map((row) => row.zoneId)).toEqual(['dairy', 'wine', 'old', 'unplaced']);
    expect(rows[2]).toMatchObject({ salesNet: 1, salesPerSquareMetre: null });
  });
});

describe('the interest of a zone', () => {
  const judged = (time: string, ppmMs: number, ms: number): Fact =>
    zone('dairy', time, { visits: 1, visitors: 1, overlapMs: ms, maxOpen: 1, interest: { ppmMs, ms } });

  it('is the mean probability over judged time, and goes by hours of their own', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('cam'),
      judged('10:00:00', 100_000 * 9000, 9000),
      judged('10:01:00', 700_000 * 3000, 3000),
      // nothing was judged in this minute: it neither raises nor lowers the mean
      zone('dairy', '10:02:00', { visits: 1, overlapMs: 60_000, maxOpen: 1 }),
    ]);
    const ask = async (from: string, to: string, bucket: string) =>
      (await of.insight.zoneMetrics(shop, { ...period(from, to), bucket })).map((row) => [row.zoneId, row.interest]);
    expect(await ask('10:00', '10:10', 'all')).toEqual([
      ['dairy', 0.25],
      ['wine', null],
      ['unplaced', null],
    ]);
    expect(await ask('10:00', '10:10', 'minute')).toEqual([
      ['dairy', 0.1],
      ['dairy', 0.7],
      ['dairy', null],
    ]);
  });

  it('of several epochs is added up', async () => {
    const shop = await of.shopWith({
      1: [...tenMinutes('cam'), judged('10:00:00', 200_000 * 1000, 1000)],
      2: [judged('10:00:00', 500_000 * 2000, 2000)],
    });
    expect((await of.insight.zoneMetrics(shop, period('10:00', '10:10')))[0]?.interest).toBe(0.4);
  });

  it.each([
    [5, 0.5],
    [4, null],
  ])(
    'with %d of ten minutes sensed is %s: like every ratio it stays silent where too little was sensed',
    async (minutes, told) => {
      const shop = await of.shopWith([...tenMinutes('cam').slice(0, minutes), judged('10:00:00', 500_000, 1)]);
      expect((await of.insight.zoneMetrics(shop, period('10:00', '10:10')))[0]?.interest).toBe(told);
    },
  );

  it('is there although rollups of the version before it have none: those are not used', async () => {
    const hour = Array.from({ length: 60 }, (_, minute) => sensed('cam', `10:${String(minute).padStart(2, '0')}:00`));
    const shop = await of.shopWith([...hour, judged('10:00:00', 600_000 * 2, 2)]);
    const [from, to] = [at('10:00:00'), at('11:00:00')];
    const mark = await of.series.mark(shop.storeId, from, to);
    const kinds = {
      zone: '[["dairy",1,1,0,2,1,[]]]',
      slot: '[]',
      sale: '[0,["",0,0,0],[],[]]',
      coverage: '[["cam",3600000,3600000]]',
    };
    const rollups = Object.entries(kinds).map(([kind, payload]) => ({
      level: 'hour' as const,
      kind: kind as 'zone',
      from,
      to,
      definition: 'v2|Asia/Shanghai|null',
      payload,
    }));
    await of.series.writeRollups(shop.storeId, mark, rollups);
    const [row] = await of.insight.zoneMetrics(shop, { ...period('10:00', '11:00'), bucket: 'hour' });
    expect(row).toMatchObject({ coverage: 1, interest: 0.6 });
  });
});
