import { describe, expect, it } from 'vitest';
import type { ShoppersRow, ZoneRow } from '@aisle/contracts';
import {
  compareSpan,
  periodFromText,
  periodToText,
  resolvePeriod,
  bucketStarts,
} from '../../src/lib/figures/periods.js';
import { fromWall, startOfDay, toWall } from '../../src/lib/figures/store-time.js';
import { begun, heardOf, stepsOf, type Step } from '../../src/lib/figures/series.js';
import { sortRows } from '../../src/lib/figures/sort.js';
import { changeOf, changeTold, tell } from '../../src/lib/figures/truth.js';
import { areaOf, standings } from '../../src/lib/figures/zones.js';
import { estimateWidth, fixtureBox, placeLabel } from '../../src/lib/figures/labels.js';
import { formatNumber, formatPercent } from '../../src/lib/i18n/format.js';
import { translate, type Locale } from '../../src/lib/i18n/translate.js';
import { routeFromHash, routeToHash } from '../../src/lib/figures/address.js';

const iso = (ms: number): string => new Date(ms).toISOString();
const BERLIN = 'Europe/Berlin';
const SHANGHAI = 'Asia/Shanghai';

describe('periods in the store’s time', () => {
  const now = Date.parse('2026-06-13T09:24:31Z'); // 17:24:31 in Shanghai

  it('live and today run from the store’s midnight to the end of this minute', () => {
    const span = resolvePeriod({ kind: 'today' }, now, SHANGHAI);
    expect([iso(span.fromMs), iso(span.toMs), span.bucket]).toEqual([
      '2026-06-12T16:00:00.000Z',
      '2026-06-13T09:25:00.000Z',
      'hour',
    ]);
    expect(resolvePeriod({ kind: 'live' }, now, SHANGHAI)).toEqual(span);
  });

  it('seven days are today and the six before', () => {
    const span = resolvePeriod({ kind: 'week' }, now, SHANGHAI);
    expect([iso(span.fromMs), span.bucket]).toEqual(['2026-06-06T16:00:00.000Z', 'day']);
  });

  it('a range is read in the store’s wall clock', () => {
    const span = resolvePeriod({ kind: 'range', from: '2026-06-13T10:00', to: '2026-06-13T11:00' }, now, SHANGHAI);
    expect([iso(span.fromMs), iso(span.toMs), span.bucket]).toEqual([
      '2026-06-13T02:00:00.000Z',
      '2026-06-13T03:00:00.000Z',
      'minute',
    ]);
  });

  it.each([
    ['2026-03-29T12:00:00Z', 23],
    ['2026-10-25T12:00:00Z', 25],
    ['2026-06-13T12:00:00Z', 24],
  ])('the day of %s has %d hours in Berlin', (text, hours) => {
    const at = Date.parse(text);
    const span = { fromMs: startOfDay(at, BERLIN), toMs: startOfDay(at, BERLIN, 1) };
    expect((span.toMs - span.fromMs) / 3_600_000).toBe(hours);
    expect(bucketStarts(span, 'hour', BERLIN)).toHaveLength(hours);
    expect(bucketStarts(span, 'day', BERLIN)).toHaveLength(1);
  });

  it('hours begin where the store’s clock says so, also half an hour off', () => {
    const at = Date.parse('2026-06-13T09:24:00Z');
    const starts = bucketStarts({ fromMs: startOfDay(at, 'Asia/Kolkata'), toMs: at }, 'hour', 'Asia/Kolkata');
    expect(iso(starts[1] as number)).toBe('2026-06-12T19:30:00.000Z');
  });

  it('wall clock and instant go back and forth', () => {
    expect(toWall(fromWall('2026-10-25T14:30', BERLIN), BERLIN)).toBe('2026-10-25T14:30');
    expect(fromWall('nonsense', BERLIN)).toBeNaN();
  });

  it.each([
    ['previous', '2026-06-11T16:00:00.000Z'],
    ['week', '2026-06-05T16:00:00.000Z'],
  ] as const)('today is compared with %s, as far as the day has come', (compare, from) => {
    const span = resolvePeriod({ kind: 'today' }, now, SHANGHAI);
    const before = compareSpan({ kind: 'today' }, span, compare, SHANGHAI);
    expect(iso(before?.fromMs ?? 0)).toBe(from);
    expect((before?.toMs ?? 0) - (before?.fromMs ?? 0)).toBe(span.toMs - span.fromMs);
  });

  it('nothing is compared with nothing', () => {
    expect(compareSpan({ kind: 'today' }, { fromMs: 0, toMs: 1 }, 'none', SHANGHAI)).toBeNull();
  });
});

describe('the address', () => {
  it.each([
    '#/demo/place',
    '#/demo/goods?period=today',
    '#/shop%202/people?period=7d&compare=week',
    '#/demo/place?period=2026-06-13T10:00~2026-06-13T11:00',
  ])('%s says the same when it is read and written', (hash) => expect(routeToHash(routeFromHash(hash))).toBe(hash));
  it('what is wrong takes its default', () => {
    expect(routeFromHash('#/demo/nowhere?period=soon&compare=moon')).toEqual({
      storeId: 'demo',
      view: 'place',
      period: { kind: 'live' },
      compare: 'previous',
    });
    expect(periodToText(periodFromText('2026-06-14T00:00~2026-06-13T00:00'))).toBe('live');
  });
});

describe('no number that was not sensed', () => {
  const say = (locale: Locale, value: number | null, options: Parameters<typeof tell>[3]) =>
    tell((key, params) => translate(locale, key, params), locale, value, options);

  it('where nothing was sensed, that is all that is said', () => {
    for (const value of [0, 12, null])
      expect(say('en', value, { coverage: 0.004, ratioOf: 0 })).toMatchObject({
        why: 'notSensed',
        words: 'nothing was sensed',
      });
    expect(say('en', 12, { coverage: 0.006 })).toMatchObject({ why: 'tooLittle' });
  });

  it('too little coverage is told in words, with the share, in both languages', () => {
    expect(say('en', 12, { coverage: 0.333 })).toMatchObject({
      kind: 'words',
      words: 'not enough was sensed (33\u00a0%)',
    });
    expect(say('zh', 12, { coverage: 0.333 })).toMatchObject({ kind: 'words', words: '数据不足（仅采集到 33% 时段）' });
    expect(say('en', 12, { coverage: 0.5 })).toMatchObject({ kind: 'value', value: 12 });
  });
  it('null is not sensed, and never 0', () => {
    expect(say('en', null, {})).toMatchObject({ words: 'not sensed' });
    expect(say('zh', null, { coverage: 1 })).toMatchObject({ words: '未装传感器' });
    expect(say('en', 0, { coverage: 1 })).toMatchObject({ kind: 'value', value: 0 });
  });
  it('a ratio over nobody says that there was nobody', () => {
    expect(say('en', null, { coverage: 1, ratioOf: 0 })).toMatchObject({ why: 'noBase' });
    expect(say('en', null, { coverage: 1, ratioOf: null })).toMatchObject({ why: 'notSensed' });
    // a judgement is missing where people were seen and no model judged them
    const judged = { coverage: 1, judged: true };
    expect(say('en', null, { ...judged, ratioOf: 7 })).toMatchObject({
      why: 'notJudged',
      words: 'no model has judged here',
    });
    expect(say('en', null, { ...judged, ratioOf: 0 })).toMatchObject({ why: 'noBase' });
    expect(say('en', null, { ...judged, ratioOf: null })).toMatchObject({ why: 'notSensed' });
    expect(say('en', null, { ...judged, ratioOf: 7, coverage: 0.2 })).toMatchObject({ why: 'tooLittle' });
    expect(say('en', 0.25, { ...judged, ratioOf: 7 })).toMatchObject({ kind: 'value', value: 0.25 });
  });
  it('money of several currencies has no sum, and says so in both languages', () => {
    expect(say('en', null, { currency: null })).toMatchObject({ why: 'mixedMoney', words: 'two currencies in this period' }); // prettier-ignore
    expect(say('zh', null, { currency: null, ratioOf: 3 })).toMatchObject({ words: '这段时间内有两种货币' });
    expect(say('en', null, { currency: 'CNY', ratioOf: 0 })).toMatchObject({ why: 'noBase' });
    expect(say('en', null, { currency: null, coverage: 0.2 })).toMatchObject({ why: 'tooLittle' });
    expect(say('en', 4, { currency: 'CNY' })).toMatchObject({ kind: 'value', value: 4 });
  });
  it('there is no change where either side may not be told', () => {
    const words = say('en', null, {});
    expect(changeOf({ kind: 'value', value: 12 }, { kind: 'value', value: 10 })).toBeCloseTo(0.2);
    expect(changeOf(words, { kind: 'value', value: 10 })).toBeNull();
    expect(changeOf({ kind: 'value', value: 12 }, words)).toBeNull();
    expect(changeOf({ kind: 'value', value: 12 }, { kind: 'value', value: 0 })).toBeNull();
  });
  it('a comparison needs both sides sensed, and sums about the same share of them', () => {
    const of = (value: number, share: number, isSum = true) =>
      ({ kind: 'value', value, base: { share, minimum: 0.5, isSum } }) as const;
    // three sensed days of a week against seven: not twice as many people
    expect(changeOf(of(700, 1), of(300, 3 / 7))).toBeNull();
    expect(changeOf(of(300, 3 / 7), of(700, 1))).toBeNull();
    expect(changeOf(of(700, 1), of(500, 5 / 7))).toBeNull();
    expect(changeOf(of(700, 1), of(665, 0.95))).toBeCloseTo(0.0526, 3);
    expect(changeOf(of(0.3, 1, false), of(0.2, 5 / 7, false))).toBeCloseTo(0.5);
  });
  it('shares change by points, and what reads the same on both sides is the same', () => {
    const value = (of: number) => ({ kind: 'value', value: of }) as const;
    const percent = { isShare: true, format: (share: number) => formatPercent('en', share) };
    expect(changeTold(value(0.284), value(0.2806), percent)).toMatchObject({ direction: 'same' });
    expect(changeTold(value(0.31), value(0.28), percent)).toMatchObject({ direction: 'up', isInPoints: true });
    expect(changeTold(value(0.31), value(0.28), percent)?.by).toBeCloseTo(0.03);
    expect(changeTold(value(0.02), value(0), percent)?.by).toBeCloseTo(0.02);
    const count = { isShare: false, format: (people: number) => formatNumber('en', people) };
    expect(changeTold(value(200), value(250), count)).toMatchObject({ direction: 'down', tone: 'worse', by: 0.2 });
    // what is brought back, and who waits at the till
    expect(changeTold(value(0.3), value(0.2), { ...percent, lessIsBetter: true })).toMatchObject({ tone: 'worse' });
    expect(changeTold(value(200), value(250), { ...count, lessIsBetter: true })).toMatchObject({ tone: 'better' });
    expect(changeTold(value(1000), value(1004), count)).toMatchObject({ direction: 'same' });
    expect(changeTold(value(3.2), value(2.9), count)).toMatchObject({ direction: 'same' });
    expect(changeTold(value(5), say('en', null, {}), count)).toBeNull();
  });
});

describe('steps of a chart', () => {
  const HOUR = 3_600_000;
  const start = Date.parse('2026-06-13T00:00:00+08:00');
  const span = { fromMs: start, toMs: start + 4 * HOUR };
  const row = (hour: number, more: Partial<ShoppersRow> = {}): ShoppersRow => ({
    from: iso(start + hour * HOUR),
    footfall: 3,
    transactions: 1,
    salesNet: 12.5,
    currency: 'CNY',
    conversion: null,
    salesPerShopper: null,
    averageTransaction: null,
    coverage: 1,
    coverageOf: { people: 1, goods: null, sales: 1 },
    versions: [1],
    metricVersion: 4,
    ...more,
  });
  const told = (rows: ShoppersRow[]): unknown[] =>
    stepsOf(span, 'hour', SHANGHAI, rows).map(({ footfall, sales, coverage }) => [footfall, sales, coverage]);

  it('a quiet hour is 0 where it was sensed, and unknown where the shop told nothing: no 0 visitors and no sales of 0', () => {
    expect(
      told([row(0), row(1, { footfall: 0, salesNet: 0 }), row(2, { footfall: 0, salesNet: 4, coverage: 0 })]),
    ).toEqual([
      [3, 12.5, 1],
      [0, 0, 1],
      [null, 4, 0],
      [null, null, 0],
    ]);
  });
  it('a bucket that begins before the span belongs to its first step', () => {
    const cut = { fromMs: start + HOUR / 2, toMs: span.toMs };
    expect(stepsOf(cut, 'hour', SHANGHAI, [row(0)])[0]).toMatchObject({ footfall: 3 });
  });
  it('sales in several currencies leave a gap', () => {
    expect(stepsOf(span, 'hour', SHANGHAI, [row(0, { salesNet: null, currency: null })])[0]).toMatchObject({
      ...{ sales: null, transactions: 1, row: true },
    });
  });
  it('says of how much of the time until now the shop told anything', () => {
    const steps = stepsOf(span, 'hour', SHANGHAI, [row(0), row(1)]);
    expect(heardOf(steps, span.toMs)).toBe(0.5);
    expect(heardOf(steps, start + 2 * HOUR)).toBe(1);
    expect(heardOf(steps, start)).toBe(0);
  });
  it('a line of sales leaves out a last step that has only begun, and no other', () => {
    const step = (coverage: number, sales: number): Step => ({
      startMs: 0,
      footfall: 1,
      sales,
      transactions: 1,
      coverage,
      row: true,
    });
    const sales = (steps: Step[]): (number | null)[] => begun(steps, 0.5, (one) => one.sales);
    expect(sales([step(0.1, 4), step(1, 5), step(0.02, 0)])).toEqual([4, 5, null]);
    expect(sales([step(1, 4), step(0.6, 3)])).toEqual([4, 3]);
  });
});

describe('zones', () => {
  const zone = (zoneId: string, perArea: number | null): ZoneRow =>
    ({ zoneId, salesPerSquareMetre: perArea }) as ZoneRow;

  it('area of a polygon, whichever way round', () => {
    expect(
      areaOf([
        [1, 1],
        [8, 1],
        [8, 6],
        [1, 6],
      ]),
    ).toBe(35);
    expect(
      areaOf([
        [1, 6],
        [8, 6],
        [8, 1],
        [1, 1],
      ]),
    ).toBe(35);
  });
  describe('colours of zones', () => {
    const sold = (
      id: string,
      salesPerSquareMetre: number | null,
      transactions: number,
      more: Partial<ZoneRow> = {},
    ): ZoneRow => ({
      ...zone(id, salesPerSquareMetre),
      ...{ salesNet: salesPerSquareMetre === null ? null : salesPerSquareMetre * 10, transactions },
      ...more,
    });
    const areas = new Map(['a', 'b', 'c', 'd'].map((id) => [id, 10]));

    it('tell size: twice the middle is full blue, half of it full orange, and in between less', () => {
      const of = standings(
        [sold('a', 50, 500), sold('b', 200, 2000), sold('c', 100, 1000), sold('d', 140, 1400)],
        areas,
      );
      expect(of.get('a')?.share).toBeCloseTo(-1);
      expect(of.get('b')?.share).toBeGreaterThan(0.7);
      expect(Math.abs(of.get('d')?.share ?? 1)).toBeLessThan(0.4);
      expect(of.get('b')?.tag).toBe('best');
      expect(of.get('a')?.tag).toBe('worst');
    });
    it('tell nothing of what differs by less than its error: a receipt or two make no best and no worst', () => {
      const of = standings([sold('a', 5, 1), sold('b', 15, 2), sold('c', 10, 2)], areas);
      expect([...of.values()]).toEqual(
        areas.size === 0 ? [] : Array.from({ length: 3 }, () => ({ share: 0, tag: null })),
      );
    });
    it('two that lead together have no best', () => {
      const of = standings(
        [sold('a', 200, 1000), sold('b', 199, 1000), sold('c', 100, 1000), sold('d', 100, 1000)],
        areas,
      );
      expect(of.get('a')).toMatchObject({ tag: null });
      expect(of.get('a')?.share).toBeGreaterThan(0.3);
    });
    it('the same for interest, by the number of visits', () => {
      const judged = (id: string, interest: number | null, visits: number): ZoneRow => ({
        ...zone(id, 1),
        interest,
        visits,
      });
      const few = standings([judged('a', 0.1, 4), judged('b', 0.3, 4), judged('c', 0.2, 4)], areas, 'interest');
      expect([...few.values()].every(({ share }) => share === 0)).toBe(true);
      const many = standings([judged('a', 0.1, 4000), judged('b', 0.4, 4000), judged('c', null, 9)], areas, 'interest');
      expect(many.get('a')?.share).toBeLessThan(0);
      expect(many.get('b')?.share).toBeGreaterThan(0);
      expect(many.has('c')).toBe(false);
    });
    it('leave out what is not ranked, and equal zones alone', () => {
      expect(standings([sold('a', 10, 9), sold('till', 0, 0)], areas).has('till')).toBe(false);
      expect(standings([sold('a', 10, 99), sold('b', 10, 99)], areas).get('a')).toEqual({ share: 0, tag: null });
    });
  });
  it('sorting puts the unknown last both ways', () => {
    const rows = [{ v: 2 }, { v: null }, { v: 5 }];
    expect(sortRows(rows, (row) => row.v, true, 'en').map((row) => row.v)).toEqual([5, 2, null]);
    expect(sortRows(rows, (row) => row.v, false, 'en').map((row) => row.v)).toEqual([2, 5, null]);
  });
});

describe('labels on the plan', () => {
  const zone = {
    id: 'z',
    kind: 'aisle' as const,
    polygon: [
      [0, 0],
      [7, 0],
      [7, 4],
      [0, 4],
    ] as [number, number][],
  };
  it('a fixture turned sideways is deep where it was wide', () => {
    expect(fixtureBox({ id: 'f', at: [2, 1], size: [3, 0.6], facingDegrees: 180 })).toEqual({
      left: 2,
      top: 1,
      right: 5,
      bottom: 1.6,
    });
    expect(fixtureBox({ id: 'f', at: [2, 1], size: [3, 0.6], facingDegrees: 270 })).toEqual({
      left: 2,
      top: 1,
      right: 2.6,
      bottom: 4,
    });
    expect(fixtureBox({ id: 'f' })).toBeNull();
  });
  it('keeps clear of fixtures, then gets shorter, then gives way', () => {
    const widths = { name: 60, value: 20, size: 20 };
    expect(placeLabel(zone, [], 25, widths, true).mode).toBe('stacked');
    const island = [{ left: 1, top: 1.4, right: 6, bottom: 2.6 }];
    const beside = placeLabel(zone, island, 20, widths, true);
    expect(beside.mode).toBe('inline');
    expect(Math.abs(beside.y - 40)).toBeGreaterThan(12);
    expect(placeLabel(zone, [], 6, widths, true).mode).toBe('value');
    expect(placeLabel(zone, [], 1, widths, true).mode).toBe('none');
  });
  it('Chinese characters are counted square', () => expect(estimateWidth('乳品', 12)).toBe(24));
});
