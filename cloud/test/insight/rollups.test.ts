import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { StoreCalendar, createInsight, type Insight, type StoreContext } from '../../src/insight/index.js';
import type { SeriesRow, SeriesStore } from '../../src/ports/index.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';
import { Oracle } from './oracle.js';
import { generator, randomRows, shopFile, underVersions, versionsOf } from './random-shop.js';

let dir: string;
let series: SeriesStore;
let now: number;
let insight: Insight;
/** by shop and version */
const catalog = new Map<string, StoreFile>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aisle-insight-'));
  series = new DuckDbSeriesStore({ file: join(dir, 'series.duckdb'), compactRows: 700 });
  await series.open();
  insight = createInsight({
    series,
    clock: { now: () => now, monotonicMs: () => 0, after: () => () => undefined, every: () => () => undefined },
    versions: {
      version: async (storeId, version) => {
        const storeFile = catalog.get(`${storeId}|${version}`);
        return storeFile && { storeFile };
      },
      versions: async (storeId) =>
        [1, 2, 3]
          .filter((version) => catalog.has(`${storeId}|${version}`))
          .map((version) => ({ version, validFrom: 9e12 })),
    },
  });
});
afterAll(async () => {
  await series.close();
  rmSync(dir, { recursive: true, force: true });
});

const iso = (ts: number): string => new Date(ts).toISOString();

/** Facts at random, late facts at random, rollups made at random moments: every answer equals a look at every minute. */
describe('figures with rollups equal those of the plain reading', () => {
  it.each([
    ['Europe/Berlin', '2026-10-24T04:00:00Z', true],
    ['Europe/Berlin', '2026-03-28T20:00:00Z', false],
    ['America/New_York', '2026-10-31T11:00:00Z', true],
    ['Asia/Shanghai', '2026-11-21T16:00:00Z', true],
    ['Australia/Lord_Howe', '2026-04-04T01:00:00Z', true],
    ['Australia/Lord_Howe', '2026-10-03T01:00:00Z', false],
    ['Asia/Kathmandu', '2026-05-05T05:00:00Z', true],
  ])(
    'in %s from %s, opening hours: %s',
    async (timezone, begin, hours) => {
      const any = generator(Date.parse(begin) / 1000);
      const storeId = `shop ${timezone} ${begin}`;
      const files = versionsOf(timezone, hours);
      for (const version of [1, 2, 3] as const) catalog.set(`${storeId}|${version}`, files[version]);
      const store: StoreContext = { storeId, version: 3, storeFile: files[3] };
      const from = Date.parse(begin);
      const to = from + 54 * 3_600_000;
      const minute = (below: number): number => from + any(below * 60) * 60_000;
      const changes = [minute(20), minute(20) + 20 * 3_600_000] as const;
      const anew = minute(40);
      const random = (count: number): SeriesRow[] =>
        underVersions(any, randomRows(any, storeId, from, to, count), changes, anew);
      const written: SeriesRow[] = [];
      let rollups = 0;
      for (let round = 0; round < 6; round++) {
        const rows = random(round === 0 ? 500 : 12);
        await series.write(rows);
        written.push(...rows);
        now = from + any(60) * 3_600_000;
        if (round !== 1) {
          const due = await insight.rollupsDue(new StoreCalendar(store));
          const made = await insight.maintainRollups(store);
          if (made > 0) expect(due).toBe(true);
          rollups += made;
        }
        if (any(2) === 0) {
          // late, after the rollups were made, and not rolled up again before the question
          const late = random(3);
          await series.write(late);
          written.push(...late);
        }
        const oracle = new Oracle(files, store.storeFile, written, now);
        for (const bucket of ['hour', 'day', 'all', 'minute']) {
          const start = from + any(20 * 60) * 60_000;
          const end = start + (1 + any(bucket === 'minute' ? 100 : 40 * 60)) * 60_000;
          const [a, b] = any(4) === 0 ? [from - 36e5 * 24, to + 36e5] : [start, end];
          const query = { from: iso(a), to: iso(b), bucket };
          expect(await insight.zoneMetrics(store, { ...query, engagedAfter: '4' })).toEqual(
            oracle.zones(a, b, bucket, 4),
          );
          expect(await insight.zoneMetrics(store, query)).toEqual(oracle.zones(a, b, bucket));
          expect(await insight.footfall(store, query)).toEqual(oracle.footfall(a, b, bucket));
          expect(await insight.sales(store, query)).toEqual(oracle.sales(a, b, bucket));
          expect((await insight.heatmap(store, query)).seconds).toEqual(oracle.heat(a, b, 8, 6));
        }
      }
      expect(rollups).toBeGreaterThan(20);
    },
    120_000,
  );
});

describe('rollups', () => {
  const store: StoreContext = { storeId: 'upkeep', version: 1, storeFile: shopFile('Asia/Shanghai', true) };
  const from = Date.parse('2026-11-22T00:00:00+08:00');

  it('are made once, and again only where something was written since', async () => {
    now = from + 50 * 3_600_000;
    await series.write(randomRows(generator(1), store.storeId, from, from + 48 * 3_600_000, 2000));
    expect(await insight.maintainRollups(store)).toBe(50);
    expect(await insight.maintainRollups(store)).toBe(0);
    await series.write(randomRows(generator(2), store.storeId, from + 3_600_000, from + 7_200_000, 1));
    expect(await insight.maintainRollups(store)).toBe(2);
    expect(await insight.maintainRollups(store)).toBe(0);
  });

  it('are looked for only where there may be some to make', async () => {
    const quiet: StoreContext = { ...store, storeId: 'quiet' };
    const calendar = new StoreCalendar(quiet);
    const hour = (of: number): number => from + of * 3_600_000;
    now = hour(5.5);
    expect(await insight.rollupsDue(calendar)).toBe(true);
    await series.write(randomRows(generator(4), quiet.storeId, hour(5), now, 20));
    await insight.maintainRollups(quiet);
    expect(await insight.rollupsDue(calendar)).toBe(false);
    // the hour that runs is stated again
    await series.write(randomRows(generator(5), quiet.storeId, hour(5), now, 20));
    expect(await insight.rollupsDue(calendar)).toBe(false);
    // one that is over
    await series.write(randomRows(generator(6), quiet.storeId, hour(3), hour(4), 5));
    expect(await insight.rollupsDue(calendar)).toBe(true);
    expect(await insight.maintainRollups(quiet)).toBe(1);
    expect(await insight.rollupsDue(calendar)).toBe(false);
    now = hour(6);
    expect(await insight.rollupsDue(calendar)).toBe(true);
    expect(await insight.rollupsDue(new StoreCalendar({ ...quiet, storeFile: shopFile('Asia/Tokyo', true) }))).toBe(
      true,
    );
  });

  it('are made for what is over only', async () => {
    const later: StoreContext = { ...store, storeId: 'open day' };
    await series.write(randomRows(generator(3), later.storeId, from, from + 24 * 3_600_000, 2000));
    now = from + 5.5 * 3_600_000;
    expect(await insight.maintainRollups(later)).toBe(5);
    now = from + 24 * 3_600_000;
    expect(await insight.maintainRollups(later)).toBe(20);
  });

  it('stay true when the opening hours change: each minute keeps those it was made under', async () => {
    const other: StoreContext = { ...store, version: 2, storeFile: shopFile('Asia/Shanghai', false) };
    now = from + 50 * 3_600_000;
    catalog.set(`${store.storeId}|1`, store.storeFile);
    const query = { from: iso(from), to: iso(from + 24 * 3_600_000), bucket: 'all' };
    const before = await insight.zoneMetrics(store, query);
    expect(await insight.maintainRollups(other)).toBe(0);
    expect(await insight.zoneMetrics(other, query)).toEqual(before);
  });

  it('of another time zone are not used, and replaced', async () => {
    const other: StoreContext = { ...store, version: 2, storeFile: shopFile('Asia/Tokyo', true) };
    now = from + 50 * 3_600_000;
    expect(await insight.maintainRollups(other)).toBeGreaterThan(48);
    expect(await insight.maintainRollups(other)).toBe(0);
  });
});
