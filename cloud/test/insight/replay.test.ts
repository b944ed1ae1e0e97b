import { describe, expect, it } from 'vitest';
import type { FactValue } from '@aisle/contracts';
import { replayOf } from '../../src/campaigns/replay.js';

function chanceOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const WORTH = { milk: 0.05, tea: 0.15, wine: 0.3 } as const;
const ITEMS = Object.keys(WORTH) as (keyof typeof WORTH)[];

/** Choices by known probabilities, mostly of what is worth least; whoever is interested in something takes it twice as often. */
function log(count: number, seed: number, shares = [0.7, 0.2, 0.1]): FactValue<'decision'>[] {
  const chance = chanceOf(seed);
  return Array.from({ length: count }, (_, at) => {
    const cares = ITEMS[Math.floor(chance() * 3)];
    const draw = chance();
    const place = draw < shares[0]! ? 0 : draw < shares[0]! + shares[1]! ? 1 : 2;
    const shown = ITEMS[place] as keyof typeof WORTH;
    const candidates: FactValue<'decision'>['candidates'] = ITEMS.map((contentId, index) => ({
      ...{ contentId, category: contentId, dwellSeconds: 0, interestPpm: contentId === cares ? 500_000 : 0 },
      probabilityMicro: Math.round(shares[index]! * 500_000),
    }));
    // another campaign plays as often
    candidates.push({ contentId: 'x', category: 'x', dwellSeconds: 0, interestPpm: 0, probabilityMicro: 500_000 });
    return {
      ...{ screenId: 's', contentId: shown, category: shown, reason: '', heldOut: false, candidates },
      ...{ probabilityMicro: candidates[place]!.probabilityMicro as number, arm: 'treated' as const, policy: 'bandit' },
      ...{ campaignId: 'c', inputs: { hour: at % 24, people: 1 } },
      rewarded: chance() < WORTH[shown] * (shown === cares ? 2 : 1),
    };
  });
}
const weights = new Map([['milk', 1], ['tea', 1], ['wine', 2]]); // prettier-ignore
const question = { goal: 'pickups', seed: 5, weights } as const;
/** By the loop: weights 1, 1, 2; a third of the people care for each. */
const LOOP = ((0.05 + 0.15 + 2 * 0.3) / 4) * (4 / 3);
const RULE = ((0.05 + 0.15 + 0.3) / 3) * 2;

describe('a log of decisions, replayed with another policy', () => {
  it.each([
    ['loop', LOOP],
    ['rule', RULE],
  ] as const)('says what the %s would have been worth, with an interval', (policy, truth) => {
    const { other, own, sentence, estimators, choices } = replayOf({ ...question, policy }, log(3000, 1));
    expect(choices).toBe(2000);
    expect(other.low).toBeLessThan(truth);
    expect(other.high).toBeGreaterThan(truth);
    expect((other.high as number) - (other.low as number)).toBeLessThan(0.15);
    expect(other.low).toBeGreaterThan(own.value as number);
    expect(sentence.en).toMatch(/would have led to a pickup .*: more\.$/);
    expect(sentence.zh).toMatch(/会更多。$/);
    expect(estimators.map(({ name }) => name)).toContain('DR');
  });

  it('sees no difference where there is none', () => {
    const { sentence } = replayOf({ ...question, policy: 'loop' }, log(2000, 2, [0.25, 0.25, 0.5]));
    expect(sentence.en).toMatch(/no difference can be seen\.$/);
  });

  it('says how many choices, or rewards, are missing', () => {
    expect(replayOf({ ...question, policy: 'rule' }, log(150, 1))).toMatchObject({
      ...{ choices: 150, other: { value: null }, estimators: [] },
      sentence: { en: expect.stringContaining('50 more') as string },
    });
    const none = log(300, 1).map((one) => ({ ...one, rewarded: false }));
    expect(replayOf({ ...question, policy: 'rule' }, none).sentence.en).toContain('20 more');
  });

  it.each([
    ['of the loop', { policy: 'loop' }],
    ['held out', { arm: 'heldOut' as const }],
    ['that is not settled', { rewarded: undefined }],
    ['of something that is no item any more', { contentId: 'gone' }],
  ])('leaves out what is %s', (_, more) => {
    const decisions = log(300, 1).map((one) => ({ ...one, ...more }) as FactValue<'decision'>);
    expect(replayOf({ ...question, policy: 'loop' }, decisions).choices).toBe(0);
  });
});
