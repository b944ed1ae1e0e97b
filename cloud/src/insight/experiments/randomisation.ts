import { type Sample } from './blocks.js';
import { drawnList, drawsOf, type Chance, type Draws } from './draws.js';
import { residualsAt } from './residuals.js';

/** How often the arms are drawn anew. With 999 the smallest p is 0.001. */
export const REDRAWS = 999;
const SHARE_OUTSIDE = 0.05;
/** Halvings of the way between a lift that is believed and one that is not: to less than a hundredth of the interval. */
const HALVINGS = 7;
const FARTHEST = 40;

export interface Interval {
  lift: number;
  low: number;
  high: number;
  /** of no lift at all, two-sided */
  p: number;
}

/**
 * Lift per shopper with its 95 % interval by randomisation: all lifts that the drawing of the arms does not contradict. The statistic is the
 * difference of the arms' mean residuals over its standard error, so that arms may also differ in spread. Read it once, at the planned end.
 * Undefined where an arm has no outcome at all: no ratio then.
 */
export function fixedHorizon(sample: Sample, chance: Chance, redraws = REDRAWS): Interval | undefined {
  const { sums, blocks } = sample;
  if (blocks.treated < 2 || blocks.heldOut < 2 || sums.treated <= 0 || sums.heldOut <= 0) return undefined;
  const draws = drawsOf(sample, redraws, chance);
  const drawn = drawnList(sample, draws);
  const lift = estimateOf(sample, draws, drawn);
  const step = spreadAt(sample, lift, draws, drawn);
  const pAt = (log: number): number => pOf(sample, Math.expm1(log), draws, drawn);
  const at = Math.log1p(lift);
  return {
    lift,
    low: Math.expm1(endOf(at, -step, pAt)),
    high: Math.expm1(endOf(at, step, pAt)),
    p: pAt(0),
  };
}

/** The lift at which the arms' residuals have the same mean. */
export function estimateOf(sample: Sample, draws: Draws, drawn: Int32Array): number {
  const difference = (log: number): number => {
    const { values, unit } = residualsAt(sample, Math.expm1(log));
    return meanDifference(values, drawn, draws) / unit;
  };
  const people = { treated: 0, heldOut: 0 };
  for (let i = 0; i < sample.size; i += 1)
    people[sample.treated[i] === 1 ? 'treated' : 'heldOut'] += sample.shoppers[i]!;
  let log = Math.log(sample.sums.treated / people.treated / (sample.sums.heldOut / people.heldOut));
  let [before, valueBefore] = [log + 0.05, difference(log + 0.05)];
  for (let i = 0; i < 30; i += 1) {
    const value = difference(log);
    if (Math.abs(value) < 1e-9 || value === valueBefore) break;
    const next = log - Math.max(-1, Math.min(1, (value * (log - before)) / (value - valueBefore)));
    [before, valueBefore, log] = [log, value, next];
  }
  return Math.expm1(log);
}

/** Standard error of the logarithm of 1 + lift, as the residuals at that lift say. */
export function spreadAt(sample: Sample, lift: number, draws: Draws, drawn: Int32Array): number {
  const { values, unit } = residualsAt(sample, lift);
  const { difference, error } = compared(values, squares(values), totals(values), drawn, draws);
  return Number.isFinite(difference) && error > 0 ? error / unit : 0;
}

/** From a lift that is believed outwards to the last one that is. */
function endOf(from: number, step: number, pAt: (log: number) => number): number {
  if (step === 0) return from;
  let inside = from;
  let outside = from + 1.5 * step;
  for (let i = 0; i < FARTHEST && pAt(outside) > SHARE_OUTSIDE; i += 1) {
    inside = outside;
    outside += step;
  }
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (inside + outside) / 2;
    if (pAt(middle) > SHARE_OUTSIDE) inside = middle;
    else outside = middle;
  }
  return (inside + outside) / 2;
}

function pOf(sample: Sample, lift: number, draws: Draws, drawn: Int32Array): number {
  const { values } = residualsAt(sample, lift);
  return pOfResiduals(values, draws, drawn);
}

/** The share of drawings, this one among them, whose statistic is at least as far from 0. */
export function pOfResiduals(values: Float64Array, draws: Draws, drawn: Int32Array): number {
  const square = squares(values);
  const total = totals(values);
  const statistic = (list: Int32Array): number => {
    const { difference, error } = compared(values, square, total, list, draws);
    return error > 0 ? Math.abs(difference / error) : 0;
  };
  const seen = statistic(drawn) - 1e-12;
  let asFar = 1;
  for (const list of draws.lists) if (statistic(list) >= seen) asFar += 1;
  return asFar / (draws.lists.length + 1);
}

interface Totals {
  sum: number;
  square: number;
}

const squares = (values: Float64Array): Float64Array => values.map((value) => value * value);

function totals(values: Float64Array): Totals {
  let sum = 0;
  let square = 0;
  for (const value of values) {
    sum += value;
    square += value * value;
  }
  return { sum, square };
}

/** Treated less held out: difference of the means and its standard error. */
function compared(
  values: Float64Array,
  square: Float64Array,
  total: Totals,
  list: Int32Array,
  { ofTreated }: Draws,
): { difference: number; error: number } {
  let sum = 0;
  let squareSum = 0;
  for (let k = 0; k < list.length; k += 1) {
    sum += values[list[k]!]!;
    squareSum += square[list[k]!]!;
  }
  const few = list.length;
  const many = values.length - few;
  const meanFew = sum / few;
  const meanMany = (total.sum - sum) / many;
  const varianceFew = (squareSum - few * meanFew * meanFew) / (few - 1);
  const varianceMany = (total.square - squareSum - many * meanMany * meanMany) / (many - 1);
  const difference = ofTreated ? meanFew - meanMany : meanMany - meanFew;
  return { difference, error: Math.sqrt(Math.max(0, varianceFew / few + varianceMany / many)) };
}

function meanDifference(values: Float64Array, drawn: Int32Array, draws: Draws): number {
  return compared(values, squares(values), totals(values), drawn, draws).difference;
}
