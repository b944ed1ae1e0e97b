import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zoneGroup, type Fact, type StoreFile } from '@aisle/contracts';
import { createInsight, type Insight, type StoreContext } from '../../src/insight/index.js';
import type { SeriesStore } from '../../src/ports/index.js';
import { Engines } from '../store/engines.js';
import { FILE, at, came, moved, period, sale, sensed, zone } from './figure-shop.js';

const engines = new Engines();
beforeAll(() => engines.start());
afterAll(() => engines.stop());

/** Everything that a person may change at noon. */
function changed(): StoreFile {
  const file = structuredClone(FILE);
  const [dairy, wine] = file.zones as [NonNullable<StoreFile['zones']>[0], NonNullable<StoreFile['zones']>[0]];
  dairy.polygon = dairy.polygon.map(([x, y]) => [x * 2, y]);
  dairy.engagedAfterSeconds = 30;
  dairy.name = 'Cold shelves';
  wine.name = { en: 'Wine', zh: '酒' };
  file.zones = [
    {
      id: 'new',
      kind: 'promotion',
      polygon: [
        [20, 0],
        [21, 0],
        [21, 1],
        [20, 1],
      ],
    },
    dairy,
    wine,
  ];
  const [first] = file.fixtures as [NonNullable<StoreFile['fixtures']>[0]];
  first.slots = [
    { id: 's1', gtin: 'rice', facings: 9 },
    { id: 's2', gtin: 'milk', facings: 7, capacity: 40 },
  ];
  file.products = [{ gtin: 'tea', name: 'Tea' }, { gtin: 'milk', price: 9.5, name: 'Milk' }, { gtin: 'rice' }];
  file.devices = [
    { id: 'cam-b', family: 'camera', dialect: 'aisle', covers: ['dairy', 'new'] },
    { id: 'cam-c', family: 'camera', dialect: 'aisle' },
    { id: 'shelf', family: 'shelf', dialect: 'aisle', fixture: 'f1' },
    { id: 'till', family: 'till', dialect: 'aisle' },
  ];
  file.hours = [{ days: ['mon'], open: '11:30', close: '22:00' }];
  file.settings = { minimumCoverage: 0.9 };
  file.floor = { width: 3, depth: 2 };
  file.entrances = [
    { ...FILE.entrances![0]!, name: 'Front' },
    { ...FILE.entrances![0]!, id: 'back' },
  ];
  return file;
}

const two = (value: number): string => String(value).padStart(2, '0');
const made = (facts: readonly Fact[], configVersion: number, generation = 1): Fact[] =>
  facts.map((fact) => ({ ...fact, configVersion, generation }));
const minutes = (hour: number, of: (time: string, minute: number) => Fact[]): Fact[] =>
  Array.from({ length: 60 }, (_, minute) => of(`${hour}:${two(minute)}:00`, minute)).flat();

/** An hour in which everything happens, as a version of the file has its devices. */
const fullHour = (hour: number, file: StoreFile): Fact[] =>
  minutes(hour, (time, minute) => [
    sensed(zoneGroup(file, 'dairy'), time, minute % 7 === 0 ? 20_000 : 60_000),
    sensed(`${file === FILE ? 'cam' : 'cam-b&cam-c'}>main`, time),
    sensed('shelf', time),
    zone('dairy', time, {
      visits: 2,
      visitors: 1,
      dwellMs: 26_000,
      histogram: [
        [6, 1],
        [20, 1],
      ],
      overlapMs: 26_000,
      maxOpen: 2,
      interest: { ppmMs: 500_000 * 900, ms: 900 },
    }),
    moved('s1', time, { gtin: file === FILE ? 'milk' : 'rice', pickups: 1, stock: 60 - minute }),
    moved('s2', time, { pickups: 1, putbacks: 1, refilled: 2, stock: 12, confidencePpm: 900_000 }),
    came('main', time, 3, 1),
    ...(minute % 5 === 0
      ? [
          sale(`r-${hour}-${minute}`, time, [
            ['milk', 2, 2500, [['dairy', 2, 2500]]],
            ['pen', 1, 99, []],
          ]),
        ]
      : []),
    {
      ...came('floor', time, 0),
      kind: 'heat',
      subject: 'floor',
      value: { columns: 4, rows: 2, cells: [[minute % 8, 700]] },
    } as Fact,
  ]);
const inForce = (version: number, time: string): Fact => ({
  kind: 'inForce',
  subject: `${version}@${at(time)}`,
  ts: at(time),
  seq: 1,
  configVersion: version,
  value: { version, before: version - 1, sections: ['layout'] },
});

describe.each(engines.all)('the time line of a shop on %s', (_engine, open) => {
  let series: SeriesStore;
  let insight: Insight;
  let shops = 0;
  const files = new Map<string, StoreFile>();
  beforeAll(async () => {
    series = await open();
    await series.open();
    insight = createInsight({
      series,
      clock: { now: () => 9e12, monotonicMs: () => 0, after: () => () => undefined, every: () => () => undefined },
      versions: {
        version: async (storeId, version) => {
          const storeFile = files.get(`${storeId}|${version}`);
          return storeFile && { storeFile };
        },
        versions: async (storeId) =>
          [1, 2, 3]
            .filter((version) => files.has(`${storeId}|${version}`))
            .map((version) => ({ version, validFrom: version === 1 ? at('00:00:00') : at('12:00:00') })),
      },
    });
  });
  afterAll(() => series.close());

  const shop = (...versions: StoreFile[]): StoreContext => {
    const storeId = `shop-${++shops}`;
    versions.forEach((file, index) => files.set(`${storeId}|${index + 1}`, file));
    return { storeId, version: versions.length, storeFile: versions.at(-1) as StoreFile };
  };
  const write = ({ storeId }: StoreContext, ...facts: Fact[]) =>
    series.write(facts.map((fact) => ({ storeId, epoch: 1, fact })));
  /** Every figure of a period, in every bucket, as it leaves. */
  const everything = async (store: StoreContext, query: { from: string; to: string }): Promise<string> => {
    const answers: unknown[] = [];
    for (const bucket of ['minute', 'hour', 'day', 'all']) {
      const asked = { ...query, bucket };
      answers.push(
        await insight.zoneMetrics(store, asked),
        await insight.zoneMetrics(store, { ...asked, engagedAfter: '7' }),
      );
      answers.push(await insight.footfall(store, asked), await insight.sales(store, asked));
      answers.push(await insight.slotMetrics(store, asked));
    }
    answers.push(await insight.productMetrics(store, query), await insight.shopperMetrics(store, query));
    answers.push(await insight.heatmap(store, query));
    return JSON.stringify(answers);
  };

  it('leaves an hour as it was, byte for byte, when everything is changed after it', async () => {
    const store = shop(FILE);
    await write(store, ...made(fullHour(11, FILE), 1));
    const hour = period('11:00', '12:00');
    const before = await everything(store, hour);
    expect(before).toContain('"versions":[1]');
    const silentBefore = await everything(store, period('05:00', '06:00'));
    await insight.maintainRollups(store);
    expect(await everything(store, hour)).toBe(before);

    const after = { ...store, version: 2, storeFile: changed() };
    files.set(`${store.storeId}|2`, after.storeFile);
    // by the minutes, by rollups made under the old file, and by those made under the new one
    expect(await everything(after, hour)).toBe(before);
    await write(after, inForce(2, '12:00:00'), ...made(fullHour(12, after.storeFile), 2));
    expect(await everything(after, hour)).toBe(before);
    await insight.maintainRollups(after);
    expect(await everything(after, hour)).toBe(before);
    await write(after, ...made(fullHour(11, FILE), 1));
    expect(await everything(after, hour)).toBe(before);
    // nor does an hour of which no fact tells become one of the new file
    expect(await everything(after, period('05:00', '06:00'))).toBe(silentBefore);
  });

  it('tells a period over the change by both versions: sums add, ratios are weighted by time', async () => {
    const store = shop(FILE, changed());
    await write(store, ...made(fullHour(11, FILE), 1), inForce(2, '12:00:00'), ...made(fullHour(12, changed()), 2));
    const query = period('11:00', '13:00');
    const zones = await insight.zoneMetrics(store, query);
    expect(zones.map((row) => [row.zoneId, row.versions])).toEqual([
      ['new', [2]],
      ['dairy', [1, 2]],
      ['wine', [1, 2]],
      ['unplaced', [1, 2]],
    ]);
    // 20 m² for an hour, 40 m² for another; at the first threshold half of the visits were engaged, at the second none
    expect(zones[1]).toMatchObject({
      name: 'Cold shelves',
      visits: 240,
      engagedVisits: 120,
      salesNet: 600,
      salesPerSquareMetre: 20,
      returned: 120,
      refilled: 240,
    });
    const later = await insight.zoneMetrics(store, { ...query, engagedAfter: '30' });
    expect(later[1]?.engagedVisits).toBe(0);
    const [milk] = await insight.productMetrics(store, query);
    // 4 facings for an hour, 7 for another: 600 ÷ (11 ÷ 24)
    expect(milk).toMatchObject({
      gtin: 'milk',
      name: 'Milk',
      stock: 12,
      salesPerFacingDay: 1309.090909,
      versions: [1, 2],
    });
    expect(await insight.heatmap(store, query)).toMatchObject({ columns: 6, rows: 4, versions: [1, 2] });
    expect(
      (await insight.footfall(store, { ...query, bucket: 'hour' })).map((row) => [row.from, row.versions]),
    ).toEqual([
      ['2026-11-22T11:00:00+08:00', [1]],
      ['2026-11-22T12:00:00+08:00', [2]],
    ]);
  });

  it('cuts a minute where the version changed in it: both count, by what each was told', async () => {
    const store = shop(FILE, changed());
    const seen = (visits: number, second: number) =>
      zone('dairy', '12:00:00', {
        visits,
        visitors: visits,
        histogram: [[second, visits]],
        overlapMs: 1000,
        maxOpen: 1,
      });
    await write(
      store,
      ...made([seen(2, 20), sensed('cam', '12:00:00', 20_000)], 1),
      inForce(2, '12:00:20'),
      ...made([seen(3, 20), sensed('cam-b&cam-c', '12:00:00', 40_000)], 2),
    );
    const row = (await insight.zoneMetrics(store, period('12:00', '12:01'))).find(({ zoneId }) => zoneId === 'dairy');
    expect(row).toMatchObject({ visits: 5, engagedVisits: 2, coverage: 1, versions: [1, 2] });
  });

  it('does not count facts without a generation twice when their version changed within a minute', async () => {
    const store = shop(FILE, changed());
    const seen = (visits: number, seq: number, configVersion: number): Fact => ({
      ...zone('dairy', '12:00:00', { visits, histogram: [[20, visits]], overlapMs: 1000, maxOpen: 1 }),
      seq,
      configVersion,
    });
    await write(store, seen(2, 5, 1), seen(3, 9, 2), seen(1, 4, 2));
    const [, dairy] = await insight.zoneMetrics(store, period('12:00', '12:01'));
    expect(dairy).toMatchObject({ zoneId: 'dairy', visits: 3, engagedVisits: 0, versions: [2] });
  });

  it('adds no money of different currencies, and all that is no money', async () => {
    const inYen: StoreFile = { ...FILE, store: { ...FILE.store, currency: 'JPY' } };
    const store = shop(FILE, inYen);
    const bought = (hour: number, zoneId: string) =>
      sale(`r-${hour}`, `${hour}:05:00`, [['milk', 2, 2500, [[zoneId, 2, 2500]]]]);
    await write(store, ...made([bought(11, 'dairy')], 1), inForce(2, '12:00:00'), ...made([bought(12, 'wine')], 2));
    const query = period('11:00', '13:00');
    const money = (rows: readonly { salesNet: number | null; currency: string | null }[]) =>
      rows.map(({ salesNet, currency }) => [salesNet, currency]);
    // each zone sold in one currency, the shop in two
    expect(money((await insight.zoneMetrics(store, query)).slice(0, 2))).toEqual([
      [25, 'CNY'],
      [2500, 'JPY'],
    ]);
    expect(await insight.shopperMetrics(store, query)).toMatchObject({
      salesNet: null,
      currency: null,
      salesPerShopper: null,
      averageTransaction: null,
      transactions: 2,
    });
    expect(money(await insight.sales(store, { ...query, bucket: 'hour' }))).toEqual([
      [25, 'CNY'],
      [2500, 'JPY'],
    ]);
    expect((await insight.productMetrics(store, query))[0]).toMatchObject({
      gtin: 'milk',
      units: 4,
      salesNet: null,
      salesPerFacingDay: null,
    });
  });

  it('keeps a zone that is gone with the area that it had', async () => {
    const store = shop(FILE, { ...FILE, zones: [FILE.zones![1]!] });
    await write(
      store,
      ...made([sale('r-1', '11:05:00', [['milk', 1, 4000, [['dairy', 1, 4000]]]])], 1),
      inForce(2, '12:00:00'),
      ...made([sale('r-2', '12:05:00', [['milk', 1, 300, [['wine', 1, 300]]]])], 2),
    );
    const rows = await insight.zoneMetrics(store, period('11:00', '13:00'));
    expect(rows.map((row) => [row.zoneId, row.salesPerSquareMetre, row.versions])).toEqual([
      ['wine', 3, [1, 2]],
      ['dairy', 2, [1]],
      ['unplaced', null, [1, 2]],
    ]);
  });
});
