import { describe, expect, it } from 'vitest';
import {
  ESTIMATORS,
  policyIntervals,
  policyValues,
  type LoggedDecision,
  type TargetPolicy,
} from '../../../src/insight/experiments/off-policy.js';
import { chanceOf } from './made-blocks.js';

/** Reward probability of each of four candidates in two cells. */
const TRUTH = [
  [0.1, 0.3, 0.05, 0.2],
  [0.2, 0.1, 0.4, 0.05],
] as const;
const TARGET: TargetPolicy = [Float64Array.of(0.1, 0.7, 0.1, 0.1), Float64Array.of(0.1, 0.1, 0.7, 0.1)];
const WORTH = [0, 1].reduce(
  (sum, cell) => sum + TARGET[cell]!.reduce((of, share, a) => of + share * TRUTH[cell]![a]!, 0) / 2,
  0,
);

function loggedAtRandom(count: number, chance: () => number): LoggedDecision[] {
  return Array.from({ length: count }, (_, index) => {
    const cell = index % 2;
    const chosen = Math.floor(chance() * 4);
    return { cell, chosen, probability: 0.25, reward: chance() < TRUTH[cell]![chosen]! ? 1 : 0 };
  });
}

describe('what another policy would have been worth', () => {
  it('is, of three decisions, what the formulas give by hand', () => {
    const log: LoggedDecision[] = [
      { cell: 0, chosen: 0, probability: 0.5, reward: 1 },
      { cell: 0, chosen: 1, probability: 0.25, reward: 0 },
      { cell: 0, chosen: 0, probability: 0.5, reward: 1 },
    ];
    const values = policyValues(log, [Float64Array.of(0.8, 0.2)]);
    expect(values.IPS).toBeCloseTo((1.6 + 0 + 1.6) / 3, 12);
    expect(values.SNIPS).toBeCloseTo(3.2 / (1.6 + 0.8 + 1.6), 12);
    // The first and the last are judged by one success and one failure, each drawn four times towards their mean: 0.6 and 0.4. The
    // second by two successes alone: whoever was never shown is as good as all.
    expect(values.DM).toBeCloseTo((0.56 + 1 + 0.56) / 3, 12);
    expect(values.DR).toBeCloseTo(values.DM + (1.6 * 0.4 + 0.8 * -1 + 1.6 * 0.4) / 3, 12);
  });

  it.each([0, 1])(
    'is a number by every estimator where every reward was %i, though a candidate was never shown',
    (reward) => {
      const log: LoggedDecision[] = Array.from({ length: 7 }, () => ({ cell: 0, chosen: 0, probability: 0.5, reward }));
      const values = policyValues(log, [Float64Array.of(0.5, 0.5), Float64Array.of(0.5, 0.5)]);
      for (const name of ESTIMATORS) expect(values[name]).toBe(reward);
    },
  );

  it('is its own mean reward where the other policy is the one that logged', () => {
    const log = loggedAtRandom(400, chanceOf(1));
    const same: TargetPolicy = [new Float64Array(4).fill(0.25), new Float64Array(4).fill(0.25)];
    const mean = log.reduce((sum, { reward }) => sum + reward, 0) / log.length;
    const values = policyValues(log, same);
    expect(values.IPS).toBeCloseTo(mean, 12);
    expect(values.SNIPS).toBeCloseTo(mean, 12);
    for (const name of ESTIMATORS) expect(Math.abs(values[name] - mean)).toBeLessThan(0.02);
  });

  it('comes near the truth with every estimator, and its interval holds it about as often as it says', () => {
    const covered = Object.fromEntries(ESTIMATORS.map((name) => [name, 0]));
    const runs = 40;
    for (let run = 0; run < runs; run += 1) {
      const chance = chanceOf(run + 5);
      const found = policyIntervals(loggedAtRandom(300, chance), TARGET, chance, { repeats: 80 });
      for (const name of ESTIMATORS)
        if (found[name].low <= WORTH && WORTH <= found[name].high) covered[name] = (covered[name] as number) + 1;
    }
    for (const name of ESTIMATORS.filter((one) => one !== 'DM')) expect(covered[name], name).toBeGreaterThanOrEqual(33);
  });

  it('rests on the log alone where the reward model is wrong', () => {
    // rewards that depend on cell and candidate together, which the model (a product) cannot say
    const values = policyValues(loggedAtRandom(40_000, chanceOf(3)), TARGET);
    for (const name of ['IPS', 'SNIPS', 'DR', 'Switch-DR', 'DRos'] as const)
      expect(Math.abs(values[name] - WORTH), name).toBeLessThan(0.012);
    expect(Math.abs(values.DM - WORTH)).toBeGreaterThan(0.012);
  });
});
