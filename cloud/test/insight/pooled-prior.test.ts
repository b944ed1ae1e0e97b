import { describe, expect, it } from 'vitest';
import type { FactValue } from '@aisle/contracts';
import { addChoice, addSums, pooledPrior, type Sums } from '../../src/campaigns/pooled-prior.js';

function chanceOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const decision = (more: Partial<FactValue<'decision'>>): FactValue<'decision'> => ({
  ...{ screenId: 's', contentId: 'a', category: null, reason: '', probabilityMicro: 1, heldOut: false },
  ...{ candidates: [], arm: 'treated', inputs: { hour: 12, people: 1 }, rewarded: true },
  ...more,
});

/** Shops whose items are worth so much on average, plus so much with full interest, and differ by so much. */
function shops(count: number, { base, match, spread }: { base: number; match: number; spread: number }, each = 400) {
  const chance = chanceOf(3);
  return Array.from({ length: count }, (_, shop): Sums => {
    const sums: Sums = new Map();
    for (let item = 0; item < 6; item += 1) {
      const worth = base + spread * (item - 2.5);
      const contentId = `${shop}-${item}`;
      for (let n = 0; n < each; n += 1) {
        const interestPpm = chance() < 0.4 ? 500_000 : 0;
        const rewarded = chance() < worth + (match * interestPpm) / 1e6;
        const candidates = [{ contentId, category: null, dwellSeconds: 0, interestPpm }];
        const inputs = { hour: Math.floor(chance() * 24), people: 1 + Math.floor(chance() * 3) };
        addChoice(sums, decision({ contentId, candidates, inputs, rewarded }));
      }
    }
    return sums;
  });
}

describe('the prior that shops together tell', () => {
  it('finds what items are worth, and what interest adds', () => {
    const prior = pooledPrior('pickups', shops(4, { base: 0.2, match: 0.3, spread: 0 }), 7);
    expect(prior).toMatchObject({ goal: 'pickups', shops: 4, items: 24, choices: 9600, atTs: 7 });
    const [one = 0, interest = 0, people = 0, cos = 0, sin = 0] = prior?.mean ?? [];
    expect(one + people * 0.4).toBeCloseTo(0.2, 1);
    expect(interest).toBeCloseTo(0.3, 1);
    expect(Math.abs(cos) + Math.abs(sin)).toBeLessThan(0.03);
  });

  it('is the surer, the more alike items are', () => {
    const sureOf = (spread: number) =>
      pooledPrior('pickups', shops(4, { base: 0.25, match: 0, spread }), 0)?.precision[0] ?? NaN;
    expect(sureOf(0)).toBeGreaterThan(300);
    // six items 0.08 apart: a standard deviation of 0.137
    expect(sureOf(0.08)).toBeGreaterThan(1 / 0.17 ** 2);
    expect(sureOf(0.08)).toBeLessThan(1 / 0.11 ** 2);
  });

  it.each([
    ['one shop alone', shops(1, { base: 0.2, match: 0, spread: 0 })],
    ['two of which one tells nothing', [...shops(1, { base: 0.2, match: 0, spread: 0 }), new Map()]],
    ['few choices', shops(2, { base: 0.2, match: 0, spread: 0 }, 5)],
    ['nobody', []],
  ])('is not told by %s', (_, told) => expect(pooledPrior('pickups', told, 0)).toBeUndefined());

  it('is the same in whatever pieces the days come', () => {
    const [first, second] = shops(2, { base: 0.2, match: 0.1, spread: 0.02 }) as [Sums, Sums];
    const halves = [...first].map(([id, sums], at): Sums => new Map(at % 2 === 0 ? [[id, sums]] : []));
    const rest: Sums = new Map([...first].filter((_, at) => at % 2 === 1));
    const joined: Sums = new Map();
    for (const part of [...halves, rest]) addSums(joined, part);
    const [whole, pieces] = [pooledPrior('sales', [first, second], 0), pooledPrior('sales', [joined, second], 0)];
    pieces?.mean.forEach((value, at) => expect(value).toBeCloseTo(whole?.mean[at] as number, 9));
  });

  it.each([
    ['whose reward is not settled', { rewarded: undefined }],
    ['held out', { arm: 'heldOut' as const }],
    ['for nobody', { inputs: { hour: 12, people: 0 } }],
    ['of an older agent', { inputs: undefined }],
  ])('learns nothing from a choice %s', (_, more) => {
    const sums: Sums = new Map();
    addChoice(sums, decision(more as never));
    expect(sums.size).toBe(0);
  });
});
