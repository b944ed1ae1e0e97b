import type { Chance } from './draws.js';

/**
 * What another policy would have been worth, from a log of decisions with their true probabilities. The estimators' formulas: `docs/experiments.md`.
 */
export interface LoggedDecision {
  /** the situation that the reward model tells apart (screen, part of the day, the audience's category), from 0 */
  cell: number;
  /** the candidate that was shown, as its place in the target's list */
  chosen: number;
  /** the probability that it had, before chance was drawn; above 0 */
  probability: number;
  reward: number;
}

/** The other policy: the probability of each candidate in a cell; they add up to 1. */
export type TargetPolicy = readonly Float64Array[];

export const ESTIMATORS = ['IPS', 'SNIPS', 'DM', 'DR', 'Switch-DR', 'DRos'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

export interface PolicyValue {
  value: number;
  low: number;
  high: number;
}

/** Candidates are taken to differ by at least this share of the mean, however little the log shows of it: few rewards show nothing. */
const LEAST_SPREAD = 0.5;

/** Expected reward per cell and candidate. */
type RewardModel = readonly Float64Array[];

const FOLDS = 3;
/** Candidates for the bound on a weight (Switch-DR) and for the shrinkage (DRos); the best by estimated mean squared error is taken. */
const BOUNDS = [1, 3, 10, 30, 100, 300, 1000, Infinity] as const;

/** One estimate of the mean reward under the target policy by each estimator. Needs at least one decision. */
export function policyValues(log: readonly LoggedDecision[], target: TargetPolicy): Record<Estimator, number> {
  const size = log.length;
  const weight = new Float64Array(size);
  const direct = new Float64Array(size);
  const left = new Float64Array(size);
  const models = Array.from({ length: FOLDS }, (_, fold) => rewardModel(log, target, fold));
  let weights = 0;
  let weighted = 0;
  log.forEach(({ cell, chosen, probability, reward }, i) => {
    const wanted = target[cell] as Float64Array;
    const model = (models[i % FOLDS] as RewardModel)[cell] as Float64Array;
    weight[i] = (wanted[chosen] as number) / probability;
    left[i] = reward - (model[chosen] as number);
    let expected = 0;
    for (let action = 0; action < wanted.length; action += 1) expected += wanted[action]! * model[action]!;
    direct[i] = expected;
    weights += weight[i]!;
    weighted += weight[i]! * reward;
  });
  const switched = (bound: number) => (w: number) => (w <= bound ? w : 0);
  const shrunk = (bound: number) => (w: number) => (bound === Infinity ? w : (bound * w) / (w * w + bound));
  return {
    IPS: weighted / size,
    SNIPS: weights > 0 ? weighted / weights : 0,
    DM: mean(direct),
    DR: mean(direct) + corrected(weight, left, (w) => w).mean,
    'Switch-DR': mean(direct) + best(weight, left, direct, switched),
    DRos: mean(direct) + best(weight, left, direct, shrunk),
  };
}

/**
 * The estimates with 95 % intervals by the bootstrap: decisions are drawn again with replacement, and the reward model is made anew each time. Where the
 * target policy is itself known from a log only, `targetOf` draws it again, too.
 */
export function policyIntervals(
  log: readonly LoggedDecision[],
  target: TargetPolicy,
  chance: Chance,
  options: { repeats?: number; targetOf?: () => TargetPolicy } = {},
): Record<Estimator, PolicyValue> {
  const { repeats = 1000, targetOf = () => target } = options;
  const point = policyValues(log, target);
  const drawn = Object.fromEntries(ESTIMATORS.map((name) => [name, [] as number[]])) as Record<Estimator, number[]>;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const again = log.map(() => log[Math.floor(chance() * log.length)] as LoggedDecision);
    const values = policyValues(again, targetOf());
    for (const name of ESTIMATORS) drawn[name].push(values[name]);
  }
  return Object.fromEntries(
    ESTIMATORS.map((name) => {
      const sorted = drawn[name].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(repeats - 1, Math.floor(share * repeats))] ?? point[name];
      return [name, { value: point[name], low: at(0.025), high: at(0.975) }];
    }),
  ) as Record<Estimator, PolicyValue>;
}

/**
 * Expected rewards from the decisions of the other folds: per candidate, drawn towards the mean of all the more, the less they differ beyond chance,
 * times how much better or worse the cell is than all.
 */
function rewardModel(log: readonly LoggedDecision[], target: TargetPolicy, fold: number): RewardModel {
  const actions = (target[0] as Float64Array).length;
  const shown = new Float64Array(actions);
  const gained = new Float64Array(actions);
  const cellShown = new Float64Array(target.length);
  const cellGained = new Float64Array(target.length);
  let rows = 0;
  let rewards = 0;
  let squares = 0;
  for (let i = 0; i < log.length; i += 1) {
    if (i % FOLDS === fold && log.length >= FOLDS) continue;
    const { cell, chosen, reward } = log[i] as LoggedDecision;
    shown[chosen]! += 1;
    gained[chosen]! += reward;
    cellShown[cell]! += 1;
    cellGained[cell]! += reward;
    rows += 1;
    rewards += reward;
    squares += reward * reward;
  }
  const overall = rows > 0 ? rewards / rows : 0;
  const noise = rows > 0 ? squares / rows - overall * overall : 0;
  // how much the candidates differ beyond chance (moments), and so how many decisions the mean of all is worth
  let between = 0;
  for (let a = 0; a < actions; a += 1)
    if (shown[a]! > 0) between += shown[a]! * (gained[a]! / shown[a]! - overall) ** 2 - noise;
  const spread = Math.max(rows > 0 ? between / rows : 0, (LEAST_SPREAD * overall) ** 2);
  const worth = spread > 0 ? noise / spread : 1;
  // where all rewards are alike the mean of all is worth nothing, and of what was never shown it is all that is known
  const towardsAll = (of: number, times: number): number =>
    times + worth > 0 ? (of + overall * worth) / (times + worth) : overall;
  return target.map((_, cell) => {
    const own = overall > 0 ? towardsAll(cellGained[cell]!, cellShown[cell]!) / overall : 1;
    return Float64Array.from({ length: actions }, (__, a) => own * towardsAll(gained[a]!, shown[a]!));
  });
}

function corrected(
  weight: Float64Array,
  left: Float64Array,
  as: (w: number) => number,
): { mean: number; bias: number } {
  let sum = 0;
  let bias = 0;
  for (let i = 0; i < weight.length; i += 1) {
    const used = as(weight[i]!);
    sum += used * left[i]!;
    bias += (weight[i]! - used) * left[i]!;
  }
  return { mean: sum / weight.length, bias: bias / weight.length };
}

/** The correction whose estimated mean squared error (variance and squared bias) is least. */
function best(
  weight: Float64Array,
  left: Float64Array,
  direct: Float64Array,
  family: (bound: number) => (w: number) => number,
): number {
  let least = Infinity;
  let chosen = 0;
  const size = weight.length;
  for (const bound of BOUNDS) {
    const as = family(bound);
    const { mean: correction, bias } = corrected(weight, left, as);
    let sum = 0;
    let square = 0;
    for (let i = 0; i < size; i += 1) {
      const part = direct[i]! + as(weight[i]!) * left[i]!;
      sum += part;
      square += part * part;
    }
    const variance = (square / size - (sum / size) ** 2) / size;
    const error = variance + bias * bias;
    if (error >= least) continue;
    least = error;
    chosen = correction;
  }
  return chosen;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
