import { describe, expect, it } from 'vitest';
import { Bandit, type BanditSettings } from '../../src/domain/screens/bandit.js';
import { probabilitiesOfBest } from '../../src/domain/screens/best-of.js';

function chanceOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const normalOf = (chance: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

describe('the probability of being the best', () => {
  it('is that of two normals, in closed form', () => {
    // P(X > Y) = Φ(0.5 ÷ √(1 + 4)) = Φ(0.2236) = 0.58847
    const [first] = probabilitiesOfBest([0.5, 0], [1, 2]);
    expect(first).toBeCloseTo(0.58847, 3);
  });

  it('is shared by equals and adds up to 1, also for very sure and very unsure ones together', () => {
    const equals = probabilitiesOfBest(new Array<number>(500).fill(0.1), new Array<number>(500).fill(0.2));
    for (const share of equals) expect(share).toBeCloseTo(1 / 500, 6);
    const mixed = probabilitiesOfBest([0.3, 0.3001, 0.1, 0], [1e-5, 1e-5, 0.3, 1e-6]);
    expect(mixed.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(mixed[1]! / mixed[0]!).toBeGreaterThan(100);
    expect(mixed[3]).toBe(0);
  });

  it('is as often as drawing says', () => {
    const chance = chanceOf(4);
    for (let trial = 0; trial < 6; trial += 1) {
      const count = 3 + Math.floor(chance() * 8);
      const means = Array.from({ length: count }, () => 0.3 * normalOf(chance));
      const deviations = Array.from({ length: count }, () => 0.02 + chance() ** 3);
      const wins = new Float64Array(count);
      const draws = 20_000;
      for (let draw = 0; draw < draws; draw += 1) {
        const values = means.map((mean, i) => mean + deviations[i]! * normalOf(chance));
        wins[values.indexOf(Math.max(...values))]! += 1 / draws;
      }
      // 1.5 % is four standard errors of one half, and the grid's own error
      probabilitiesOfBest(means, deviations).forEach((share, i) =>
        expect(Math.abs(share - wins[i]!)).toBeLessThan(0.015),
      );
    }
  });
});

const SETTINGS: BanditSettings = {
  features: 2,
  prior: { mean: [0.1, 0], precision: [25, 25] },
  noise: 0.1,
  halfLifeDays: 1e6,
};

describe('the choice of a screen', () => {
  it('records the probability that it was made with', () => {
    const bandit = new Bandit(SETTINGS);
    bandit.reward('a', [1, 0], 1, 0, 30);
    const items = ['a', 'b', 'c'];
    const features = items.map(() => [1, 0.5]);
    const chance = chanceOf(1);
    const counts = new Float64Array(3);
    const draws = 4000;
    const { probabilities } = bandit.choose(items, features, 0, 0);
    for (let draw = 0; draw < draws; draw += 1)
      counts[bandit.choose(items, features, 0, chance()).chosen]! += 1 / draws;
    expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    probabilities.forEach((share, i) => expect(Math.abs(share - counts[i]!)).toBeLessThan(0.032));
  });

  it('learns in which moment an item is worth more', () => {
    const bandit = new Bandit(SETTINGS);
    const chance = chanceOf(2);
    for (let play = 0; play < 400; play += 1) {
      const match = play % 2;
      bandit.reward('milk', [1, match], chance() < 0.05 + 0.4 * match ? 1 : 0, play);
      bandit.reward('snack', [1, match], chance() < 0.25 ? 1 : 0, play);
    }
    const probabilityOfMilk = (match: number): number =>
      bandit.choose(
        ['milk', 'snack'],
        [
          [1, match],
          [1, match],
        ],
        400,
        0.5,
      ).probabilities[0]!;
    expect(probabilityOfMilk(1)).toBeGreaterThan(0.95);
    expect(probabilityOfMilk(0)).toBeLessThan(0.05);
  });

  it('does not depend on the order in which late rewards arrive', () => {
    const fading = { ...SETTINGS, halfLifeDays: 7 };
    const rewards = [0, 3, 1, 9, 4].map((day) => [day * 86_400_000, day % 2] as const);
    const shares = [rewards, [...rewards].reverse()].map((order) => {
      const bandit = new Bandit(fading);
      for (const [ts, reward] of order) bandit.reward('a', [1, 0.5], reward, ts);
      return bandit.choose(
        ['a', 'b'],
        [
          [1, 0.5],
          [1, 0.5],
        ],
        10 * 86_400_000,
        0,
      ).probabilities[0]!;
    });
    expect(shares[0]).toBeCloseTo(shares[1]!, 12);
  });

  it('forgets: what was learnt long ago weighs no more than the prior', () => {
    const bandit = new Bandit({ ...SETTINGS, halfLifeDays: 7 });
    for (let play = 0; play < 500; play += 1) bandit.reward('a', [1, 0], 1, play);
    const after = (days: number): number =>
      bandit.choose(
        ['a', 'new'],
        [
          [1, 0],
          [1, 0],
        ],
        days * 86_400_000,
        0,
      ).probabilities[0]!;
    expect(after(0)).toBeGreaterThan(0.99);
    expect(after(365)).toBeCloseTo(0.5, 2);
  });

  it('goes on from its state as if it had never stopped', () => {
    const bandit = new Bandit(SETTINGS);
    for (let play = 0; play < 50; play += 1)
      bandit.reward(play % 3 === 0 ? 'a' : 'b', [1, play % 2], play % 5 === 0 ? 1 : 0, play);
    const again = new Bandit(SETTINGS, JSON.parse(JSON.stringify(bandit.state())) as ReturnType<Bandit['state']>);
    const ask = (of: Bandit) =>
      of.choose(
        ['a', 'b', 'c'],
        [
          [1, 1],
          [1, 1],
          [1, 1],
        ],
        60,
        0.4,
      );
    expect(ask(again)).toEqual(ask(bandit));
  });

  it('regrets at most half of what chance would, and less and less', () => {
    let regret = 0;
    let ofChance = 0;
    for (let seed = 1; seed <= 10; seed += 1) {
      const chance = chanceOf(seed);
      const items = Array.from({ length: 8 }, (_, i) => `item-${i}`);
      const worth = items.map(() => ({ base: 0.05 + 0.2 * chance(), match: 0.3 * chance() }));
      const bandit = new Bandit(SETTINGS);
      for (let play = 0; play < 1500; play += 1) {
        const features = items.map(() => [1, chance() < 0.3 ? 1 : 0]);
        const means = worth.map(({ base, match }, i) => base + match * features[i]![1]!);
        const { chosen } = bandit.choose(items, features, play, chance());
        bandit.reward(items[chosen]!, features[chosen]!, chance() < means[chosen]! ? 1 : 0, play);
        const best = Math.max(...means);
        regret += best - means[chosen]!;
        ofChance += best - means.reduce((sum, mean) => sum + mean, 0) / means.length;
      }
    }
    expect(regret / ofChance).toBeLessThan(0.5);
  });
});
