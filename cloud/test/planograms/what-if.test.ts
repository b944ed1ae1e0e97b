import { describe, expect, it } from 'vitest';
import { expectedOf, expectedOfAll, type Changed } from '../../src/planograms/expected-sales.js';
import { moved, type Moved, type Stand } from '../../src/planograms/shelf-model.js';
import { differences } from '../../src/planograms/stands.js';
import { weeklySpread } from '../../src/planograms/weekly-spread.js';
import type { StoreFile } from '@aisle/contracts';

const stand = (facings: number, height = 1, stops: number | null = 100): Stand => ({
  ...{ facings, stops },
  level: { expected: height, pessimistic: 1, optimistic: height ** 2 },
});
const WEEKS = { before: 4, ahead: 4 };
const SPREAD = { dispersion: 2, common: 0.05 };
const changed = (more: Partial<Changed> = {}): Changed => ({
  ...{ units: 50, sales: 500, seen: 200, moved: { factor: 1.2, shared: [0.05, 0, 0], own: 0.1 } },
  ...more,
});

describe('what a product sells once it is moved', () => {
  it('rises ever more slowly with its facings, and falls by less than it rose', () => {
    const factor = (from: number, to: number): number => {
      const found = moved(stand(from), stand(to), false, false);
      if (typeof found === 'string') throw new Error(found);
      return found.factor;
    };
    expect(factor(2, 4)).toBeCloseTo(2 ** 0.17, 9);
    expect(factor(4, 8) - 1).toBeCloseTo(factor(2, 4) - 1, 9);
    expect(factor(2, 3) * factor(3, 4)).toBeCloseTo(factor(2, 4), 9);
    expect(1 - factor(4, 2)).toBeLessThan(factor(2, 4) - 1);
    expect(factor(3, 3)).toBe(1);
  });

  it('follows the level, and those who stop in another zone, each only where it changes', () => {
    const low = stand(2, 0.72);
    expect(moved(low, stand(2), false, true)).toMatchObject({ factor: 1 / 0.72 });
    expect(moved(low, stand(2), false, false)).toMatchObject({ factor: 1, shared: [0, 0, 0] });
    const busy = moved(stand(2), stand(2, 1, 200), true, false);
    expect(busy).toMatchObject({ factor: expect.closeTo(2 ** 0.35, 9) });
    expect((busy as Moved).shared[2]).toBeGreaterThan(0);
  });

  it('is not known without a level or without those who stop there', () => {
    expect(moved({ ...stand(2), level: null }, stand(2), false, true)).toBe('levelUnknown');
    expect(moved(stand(2), stand(2, 1, null), true, false)).toBe('stopsUnknown');
    expect(moved(stand(2), stand(2, 1, 0), true, false)).toBe('stopsUnknown');
  });

  it('has a wider range the less was sold, the fewer weeks are to come and the more weeks differ', () => {
    const width = (one: Changed, spread = SPREAD, weeks = WEEKS): number => {
      const { low, expected, high } = expectedOf(one, spread, weeks).sales;
      expect([low < expected, expected < high]).toEqual([true, true]);
      return high / low;
    };
    const usual = width(changed());
    expect(expectedOf(changed(), SPREAD, WEEKS).sales).toMatchObject({ now: 500, expected: 600 });
    expect(width(changed({ seen: 20, units: 5 }))).toBeGreaterThan(usual);
    expect(width(changed(), SPREAD, { before: 4, ahead: 1 })).toBeGreaterThan(usual);
    expect(width(changed(), { dispersion: 6, common: 0.05 })).toBeGreaterThan(usual);
    expect(width(changed(), { dispersion: 2, common: 0.3 })).toBeGreaterThan(usual);
  });

  it('adds up with others: chance evens out, the figures of the model do not, and a swap takes them off', () => {
    const one = expectedOfAll([changed()], SPREAD, WEEKS);
    const alone = expectedOf(changed(), SPREAD, WEEKS).sales;
    expect([one.low, one.high]).toEqual([expect.closeTo(alone.low, 9), expect.closeTo(alone.high, 9)]);
    const many = expectedOfAll(
      Array.from({ length: 30 }, () => changed()),
      SPREAD,
      WEEKS,
    );
    expect([many.now, many.expected]).toEqual([expect.closeTo(15_000, 6), expect.closeTo(18_000, 6)]);
    expect(many.high / many.low).toBeLessThan(one.high / one.low);
    // what all share stays: one standard error of .05 and the weeks' own
    expect(Math.log(many.high / many.low)).toBeGreaterThan(2 * 1.645 * 0.05);
    const back = changed({ moved: { factor: 1.2, shared: [-0.05, 0, 0], own: 0.1 } });
    const swap = expectedOfAll([changed(), back], SPREAD, WEEKS);
    const alike = expectedOfAll([changed(), changed()], SPREAD, WEEKS);
    expect(swap.high / swap.low).toBeLessThan(alike.high / alike.low);
  });

  it('is nothing where it stands nowhere any more', () => {
    const gone = changed({ moved: { factor: 0, shared: [0, 0, 0], own: 0 } });
    expect(expectedOf(gone, SPREAD, WEEKS).sales).toEqual({ now: 500, expected: 0, low: 0, high: 0 });
    expect(expectedOfAll([gone], SPREAD, WEEKS)).toEqual({ now: 500, expected: 0, low: 0, high: 0 });
  });
});

describe('how weeks differ by themselves', () => {
  const product = (weeks: readonly number[], times: number): number[][] =>
    Array.from({ length: times }, () => [...weeks]);
  it('is what products differ by beside the whole shop, never less than chance', () => {
    // all rise together: the shop differs, its products do not
    const together = weeklySpread(product([100, 130, 90, 110], 40));
    expect(together.dispersion).toBe(1);
    expect(together.common).toBeGreaterThan(0.1);
    const apart = weeklySpread([...product([100, 140, 100, 60], 20), ...product([100, 60, 100, 140], 20)]);
    // 16 a cell in the weeks that differ, none in the others, over three quarters of the cells
    expect(apart.dispersion).toBeGreaterThan(8);
    expect(apart.common).toBeLessThan(0.05);
  });

  it('is what is usual where a shop has too little of its own', () => {
    expect(weeklySpread([])).toEqual({ dispersion: 2, common: 0.05 });
    expect(weeklySpread([[1, 0, 2, 0]]).dispersion).toBe(2);
  });
});

describe('which products stand otherwise', () => {
  const file = (slots: { id: string; gtin?: string; level?: number; facings?: number }[]): StoreFile =>
    ({
      store: { id: 's', name: 'S', timezone: 'UTC', currency: 'EUR' },
      fixtures: [{ id: 'f', zone: 'z', slots }],
    }) as unknown as StoreFile;
  it('are those with other levels or facings, whatever slot and whatever form of the code', () => {
    const now = file([
      { id: 'a', gtin: '4006381333931', level: 1 },
      { id: 'b', gtin: '5000112546415', level: 2, facings: 3 },
      { id: 'c', gtin: '06901234567892', level: 2 },
    ]);
    const then = file([
      { id: 'b', gtin: '04006381333931', level: 1 },
      { id: 'a', gtin: '5000112546415', level: 2, facings: 2 },
      { id: 'd', gtin: '96385074', level: 2 },
    ]);
    expect(differences(now, now)).toEqual([]);
    const found = differences(now, then).map(({ gtin, from, to }) => [gtin, from.length, to.length]);
    expect(found).toEqual([
      ['5000112546415', 1, 1],
      ['06901234567892', 1, 0],
      ['96385074', 0, 1],
    ]);
  });
});
