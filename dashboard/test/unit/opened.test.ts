import { describe, expect, it } from 'vitest';
import { goTo, routeFromHash, routeToHash } from '../../src/lib/figures/address.js';
import { dwellSteps } from '../../src/lib/figures/dwell.js';
import { busyHours, hourLines, topOf } from '../../src/lib/figures/hours.js';
import { contentShares, playAt, playHours } from '../../src/lib/figures/screen-day.js';
import { sortFromText, sortToText } from '../../src/lib/figures/sort.js';
import { differs, shareDiffers, usualOf, type CountedHour } from '../../src/lib/figures/usual.js';
import { placeAmong } from '../../src/lib/figures/zones.js';
import type { PlayRow, ZoneRow } from '../../src/lib/api/generated/schema.js';
import type { StoreFile } from '@aisle/contracts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = 'Asia/Shanghai';
const at = (text: string): number => Date.parse(`${text}:00+08:00`);

describe('addresses of pages that open', () => {
  it('hold store, page, subject and what is seen, and come back the same', () => {
    const hash = '#/demo/place/zone/dairy%2Fcold?period=7d&layer=sales&hour=2026-06-13T11%3A00';
    const route = routeFromHash(hash);
    expect(route).toMatchObject({ view: 'place', part: 'zone', subject: 'dairy/cold', see: { layer: 'sales' } });
    expect(routeToHash(route)).toBe(hash);
  });
  it('a page about one thing that is not named is the page above it', () => {
    expect(routeFromHash('#/demo/goods/product').part).toBeUndefined();
    expect(routeFromHash('#/demo/goods/zone/dairy').part).toBeUndefined();
  });
  it('what a page shows of itself stays there, and an hour within its period', () => {
    const here = routeFromHash('#/demo/place/zone/dairy?layer=sales&hour=2026-06-13T11%3A00');
    expect(goTo(here, { view: 'goods' })).not.toHaveProperty('see');
    expect(goTo(here, { view: 'place', part: 'zone', subject: 'drinks' })).not.toHaveProperty('see');
    expect(goTo(here, { period: { kind: 'today' } }).see).toEqual({ layer: 'sales' });
  });
  it('an order is written with its direction; a column that is not there is none', () => {
    const usual = { column: 'sales', descending: true } as const;
    expect(sortFromText('-units', ['sales', 'units'], usual)).toEqual({ column: 'units', descending: true });
    expect(sortFromText('units', ['sales', 'units'], usual)).toEqual({ column: 'units', descending: false });
    expect(sortFromText('-colour', ['sales', 'units'], usual)).toBe(usual);
    expect(sortToText(usual)).toBe('-sales');
  });
});

describe('hours and days', () => {
  it('a line for each day, the newest first; hours without a figure are unknown, not 0', () => {
    const lines = hourLines(
      [
        { startMs: at('2026-06-12T09:00'), value: 4 },
        { startMs: at('2026-06-13T09:00'), value: 0 },
        { startMs: at('2026-06-13T10:00'), value: null },
      ],
      ZONE,
    );
    expect(lines.map(({ dayMs }) => dayMs)).toEqual([at('2026-06-13T00:00'), at('2026-06-12T00:00')]);
    expect([9, 10, 11].map((hour) => lines[0]?.cells[hour]?.value)).toEqual([0, null, null]);
    expect(busyHours(lines)).toEqual({ first: 9, last: 9 });
  });
  it('of more than fourteen days the mean of each weekday, over the days that are known', () => {
    const days = Array.from({ length: 21 }, (_, day) => ({
      startMs: at('2026-06-01T09:00') + day * DAY,
      value: day === 7 ? null : day < 7 ? 10 : 20,
    }));
    const lines = hourLines(days, ZONE);
    expect(lines).toHaveLength(7);
    // 1 June 2026 is a Monday: 10 and 20, the one between is not known
    expect(lines[0]?.cells[9]).toMatchObject({ value: 15, count: 2 });
    expect(lines[1]?.cells[9]?.value).toBeCloseTo(50 / 3, 6);
  });
  it('the hour that a clock has twice is one, and one outlier does not wash out the rest', () => {
    const twice = [0, 1].map((hour) => ({ startMs: Date.parse('2026-10-25T00:00:00Z') + hour * HOUR, value: 3 }));
    expect(hourLines(twice, 'Europe/Berlin')[0]?.cells[2]?.value).toBe(6);
    const many = Array.from({ length: 40 }, (_, hour) => ({
      startMs: at('2026-06-01T00:00') + hour * HOUR,
      value: hour === 5 ? 900 : 10,
    }));
    expect(topOf(hourLines(many, ZONE))).toBe(10);
  });
});

describe('what is usual', () => {
  const hours = (past: (number | null)[], now: number | null): CountedHour[] => [
    ...past.map((visits, week) => ({ startMs: at('2026-06-13T11:00') - (week + 1) * 7 * DAY, counts: { visits } })),
    { startMs: at('2026-06-13T11:00'), counts: { visits: now } },
  ];
  const period = { fromMs: at('2026-06-13T00:00'), toMs: at('2026-06-14T00:00') };
  const ask = (list: CountedHour[], nowMs = at('2026-06-13T15:00')) => usualOf(list, period, nowMs, ZONE, ['visits']);

  it('is the mean of the same hour of the same weekday, of at least two weeks', () => {
    expect(ask(hours([10, 20, null, 30], 40))).toEqual({
      ...{ actual: { visits: 40 }, usual: { visits: 20 } },
      ...{ hours: 1, of: 1, depth: 3 },
    });
    expect(ask(hours([10, null, null, null], 40))).toBeNull();
  });
  it('is not said of an hour that still runs, nor of one that was not sensed', () => {
    expect(ask(hours([10, 20, 30, 40], 40), at('2026-06-13T11:59'))).toBeNull();
    expect(ask(hours([10, 20, 30, 40], null))).toBeNull();
  });
  it('a difference within chance is none', () => {
    expect(differs(12, 10, 4)).toBe('same');
    expect(differs(1200, 1000, 4)).toBe('more');
    expect(differs(800, 1000, 4)).toBe('less');
    expect(differs(0, 0, 4)).toBe('same');
    expect(shareDiffers({ count: 3, of: 10 }, { count: 2, of: 10 }, 4)).toBe('same');
    expect(shareDiffers({ count: 600, of: 1000 }, { count: 400, of: 1000 }, 4)).toBe('more');
    expect(shareDiffers({ count: 0, of: 0 }, { count: 2, of: 10 }, 4)).toBe('same');
  });
});

describe('how long visits last', () => {
  it('is told in steps, one of which begins where engagement does', () => {
    const steps = dwellSteps(
      [
        [0, 5],
        [6, 2],
        [7, 3],
        [700, 1],
      ],
      7,
    );
    expect(steps.reduce((sum, { visits }) => sum + visits, 0)).toBe(11);
    expect(steps.find(({ from }) => from === 7)).toMatchObject({ visits: 3, engaged: true });
    expect(steps.find(({ from }) => from === 5)).toMatchObject({ to: 7, visits: 2, engaged: false });
    expect(steps.at(-1)).toMatchObject({ from: 600, to: null, visits: 1 });
    expect(dwellSteps([], 5)).toHaveLength(1);
  });
});

describe('a screen’s day', () => {
  const play = (startedTs: number, endedTs: number, contentId = 'a'): PlayRow =>
    ({ decisionId: `d${startedTs}`, contentId, startedTs, endedTs }) as PlayRow;
  const day = at('2026-06-13T00:00');
  it('a play over the hour stands in both, and hours without any stay between', () => {
    const hours = playHours([play(day + 1.9 * HOUR, day + 2.1 * HOUR), play(day + 4 * HOUR, day + 4.1 * HOUR)], day);
    expect(hours.map(({ startMs, plays }) => [(startMs - day) / HOUR, plays.length])).toEqual([
      [1, 1],
      [2, 1],
      [3, 0],
      [4, 1],
    ]);
    expect(playHours([], day)).toEqual([]);
  });
  it('shares add up, and a click beside a play means the nearest within a minute', () => {
    const plays = [play(0, 40_000), play(60_000, 90_000, 'b'), play(90_000, 100_000)];
    expect(contentShares(plays)).toEqual([
      { contentId: 'a', seconds: 50, plays: 2 },
      { contentId: 'b', seconds: 30, plays: 1 },
    ]);
    expect(playAt(plays, 45_000)).toBe(plays[0]);
    expect(playAt(plays, 500_000)).toBeUndefined();
  });
});

describe('a zone’s place', () => {
  const file = {
    zones: ['a', 'b', 'till'].map((id) => ({ id, kind: id === 'till' ? 'checkout' : 'aisle', polygon: [] })),
    fixtures: ['a', 'b', 'till'].map((zone) => ({ id: `f-${zone}`, zone })),
  } as unknown as StoreFile;
  const row = (zoneId: string, salesPerSquareMetre: number, transactions: number): ZoneRow =>
    ({ zoneId, salesPerSquareMetre, transactions }) as ZoneRow;
  it('is told with enough purchases behind it, checkouts left out', () => {
    const rows = [row('a', 10, 50), row('b', 20, 3), row('till', 90, 500)];
    expect(placeAmong(rows, file, 'a')).toEqual({ place: 2, count: 2 });
    expect(placeAmong(rows, file, 'b')).toBeNull();
    expect(placeAmong(rows, file, 'till')).toBeNull();
  });
});
