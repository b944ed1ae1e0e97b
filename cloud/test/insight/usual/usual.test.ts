import { describe, expect, it } from 'vitest';
import { betaBinomial, gammaPoisson, outliers, twoSided, usualRange } from '../../../src/insight/usual/counts.js';
import { Peers, type Cell } from '../../../src/insight/usual/peers.js';
import { incompleteBeta, lnGamma, studentQuantile, studentTail } from '../../../src/insight/usual/special.js';

describe('the functions that what is usual rests on', () => {
  it('have the values that tables give', () => {
    expect(lnGamma(5)).toBeCloseTo(Math.log(24), 10);
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 10);
    // I_x(2, 3) = 6x² − 8x³ + 3x⁴
    expect(incompleteBeta(0.3, 2, 3)).toBeCloseTo(6 * 0.09 - 8 * 0.027 + 3 * 0.0081, 10);
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228139, 5);
    expect(studentTail(2.228139, 10)).toBeCloseTo(0.05, 5);
  });

  it('make of a beta without spread a binomial, and of a gamma without spread a Poisson', () => {
    // P(X ≤ 2) of ten coins
    expect(betaBinomial(10, 0.5, 0).atMost(2)).toBeCloseTo(56 / 1024, 5);
    // P(X ≤ 1) of a Poisson of 2
    expect(gammaPoisson(2, 0).atMost(1)).toBeCloseTo(3 * Math.exp(-2), 4);
    // a uniform chance makes every count as likely
    expect(betaBinomial(9, 0.5, 1 / 12).atMost(3)).toBeCloseTo(0.4, 10);
  });

  it('say the same of many as of few', () => {
    const [few, many] = [betaBinomial(250, 0.2, 0.002), betaBinomial(251, 0.2, 0.002)];
    for (const k of [30, 50, 70]) expect(many.atMost(k)).toBeCloseTo(few.atMost(k), 2);
  });

  it('hold 95 of 100 in their range', () => {
    const law = betaBinomial(40, 0.2, 0.003);
    const { low, high } = usualRange(law);
    expect(law.atMost(high) - law.atMost(low - 1)).toBeGreaterThanOrEqual(0.95);
    expect(twoSided(law, 30)).toBeLessThan(1e-3);
  });
});

describe('what is named', () => {
  it('is hardly ever anything that only chance made, as Holm has it', () => {
    expect(outliers([0.001, 0.5, 0.016, 0.9], 0.05)).toEqual([true, false, true, false]);
    expect(outliers([0.001, 0.5, 0.02, 0.9], 0.05)).toEqual([true, false, false, false]);
    expect(outliers([0.03, 0.5], 0.05)).toEqual([false, false]);
    expect(outliers([], 0.05)).toEqual([]);
  });
});

const cell = (id: string, group: string, count: number, of: number): Cell => ({ id, groups: [group, ''], count, of });

describe('peers', () => {
  it('of a group with much to tell speak for themselves; of one with little they are drawn to the shop', () => {
    const cells = [
      ...Array.from({ length: 20 }, (_, at) => cell(`many-${at}`, 'many', 50 + (at % 2), 100)),
      ...Array.from({ length: 20 }, (_, at) => cell(`other-${at}`, 'other', 10 + (at % 2), 100)),
      cell('lone', 'few', 3, 4),
      cell('asked', 'few', 1, 10),
    ];
    const peers = new Peers(cells, 'share');
    expect(peers.law(['many', ''], 'new', 100)?.rate).toBeCloseTo(0.505, 1);
    const few = peers.law(['few', ''], 'asked', 100)?.rate ?? 0;
    expect(few).toBeGreaterThan(0.28);
    expect(few).toBeLessThan(0.75);
  });

  it('never count a slot among what it is held against', () => {
    const others = [10, 12, 9, 11, 8].map((count, at) => cell(`peer-${at}`, 'g', count, 100));
    const without = new Peers(others, 'share').law(['g', ''], 'odd', 100);
    const with_ = new Peers([...others, cell('odd', 'g', 90, 100)], 'share').law(['g', ''], 'odd', 100);
    expect(with_?.rate).toBeCloseTo(without?.rate ?? 0, 2);
    expect(twoSided(with_!, 90)).toBeLessThan(0.01);
  });

  it('that have done nothing say nothing', () => {
    expect(new Peers([cell('a', 'g', 3, 10)], 'share').law(['g', ''], 'a', 10)).toBeUndefined();
    expect(new Peers([], 'rate').law(['g', ''], 'a', 10)).toBeUndefined();
  });
});
