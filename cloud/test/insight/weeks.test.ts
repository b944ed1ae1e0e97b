import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Fact } from '@aisle/contracts';
import { createInsight, storeTime } from '../../src/insight/index.js';
import type { SeriesRow } from '../../src/ports/index.js';
import { memorySeries } from '../../../tests/support/memory-series.js';
import { shopFile } from './random-shop.js';

describe('weeks of a shop', () => {
  it('begin on its own Monday, have seven of its days, and follow each other without a gap', () => {
    for (const timezone of ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']) {
      const time = storeTime(timezone);
      let at = Date.parse('2026-02-26T12:00:00Z');
      let last = time.week(at);
      for (let count = 0; count < 60; count += 1) {
        at = last.to;
        const week = time.week(at);
        expect(week.from).toBe(last.to);
        expect(new Date(week.from + time.offset(week.from)).toISOString().slice(11)).toBe('00:00:00.000Z');
        expect(new Date(week.from + time.offset(week.from)).getUTCDay()).toBe(1);
        expect(Math.abs(week.to - week.from - 7 * DAY_MS)).toBeLessThanOrEqual(HOUR_MS);
        expect(time.week(week.to - 1)).toEqual(week);
        last = week;
      }
    }
    expect(storeTime('UTC').week(-1)).toEqual({ from: -3 * DAY_MS, to: 4 * DAY_MS });
  });
});

describe('rollups of weeks', () => {
  const MONDAY = Date.parse('2026-03-02T00:00:00+08:00');
  const storeFile = shopFile('Asia/Shanghai', false);
  const crossings = (day: number, hour: number): SeriesRow => {
    const ts = MONDAY + day * DAY_MS + hour * HOUR_MS;
    const fact = {
      kind: 'crossings',
      subject: 'main',
      ts,
      seq: 1,
      generation: 1,
      configVersion: 1,
      value: { in: 1 + day, out: 1, source: 'tracks' },
    };
    return { storeId: 'shop', epoch: 1, fact: fact as unknown as Fact };
  };

  /** A shop that is written into on some days, looked at on others. */
  function shop(days: readonly number[]) {
    let now = MONDAY;
    const rows = days.map((day) => crossings(day, 10));
    const series = memorySeries(rows);
    const asked: string[] = [];
    const told: Record<string, number> = {};
    const watched = {
      ...series,
      readRollups: async (query: Parameters<typeof series.readRollups>[0]) => {
        const found = await series.readRollups(query);
        if (query.kinds.includes('crossings')) {
          asked.push(query.level);
          told[query.level] = (told[query.level] ?? 0) + found.filter(({ kind }) => kind === 'crossings').length;
        }
        return found;
      },
    };
    const clock = { now: () => now, monotonicMs: () => 0, after: () => () => undefined, every: () => () => undefined };
    const insight = createInsight({ series: watched, clock });
    const store = { storeId: 'shop', version: 1, storeFile };
    const at = async (day: number): Promise<void> => {
      now = MONDAY + day * DAY_MS + 12 * HOUR_MS;
      await insight.maintainRollups(store);
    };
    const weeks = async (): Promise<number> =>
      (await series.readRollups({ storeId: 'shop', level: 'week', kinds: ['crossings'], from: 0, to: 9e12 })).length;
    return { insight, store, at, weeks, told, series };
  }

  it('are made of the days of a week that is over, and answer for them', async () => {
    const { insight, store, at, weeks, told } = shop([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await at(5);
    expect(await weeks()).toBe(0);
    await at(9);
    expect(await weeks()).toBe(1);
    const query = {
      from: new Date(MONDAY).toISOString(),
      to: new Date(MONDAY + 9 * DAY_MS).toISOString(),
      bucket: 'all',
    };
    for (const level of Object.keys(told)) delete told[level];
    const rows = await insight.footfall(store, query);
    expect(rows.find(({ entranceId }) => entranceId === 'main')?.in).toBe(45);
    // one week, and the two days behind it
    expect(told).toMatchObject({ week: 1, day: 2 });
  });

  it('are made of a week that ended with days on which nothing was written', async () => {
    const { at, weeks } = shop([0, 3, 8]);
    await at(4);
    await at(6);
    await at(9);
    expect(await weeks()).toBe(1);
  });

  it('are made of an old past at the first look', async () => {
    const { at, weeks, insight, store } = shop([0, 1, 9, 15, 23]);
    await at(30);
    expect(await weeks()).toBe(4);
    const query = {
      from: new Date(MONDAY + 10 * MINUTE_MS).toISOString(),
      to: new Date(MONDAY + 28 * DAY_MS).toISOString(),
      bucket: 'all',
    };
    // a week of which the period has a part only is read by its days and hours
    const main = (await insight.footfall(store, query)).find(({ entranceId }) => entranceId === 'main');
    expect(main?.in).toBe(1 + 2 + 10 + 16 + 24);
  });
});
