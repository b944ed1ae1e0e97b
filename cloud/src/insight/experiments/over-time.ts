import { sampleOf, type BlockOutcome, type Sample } from './blocks.js';
import { drawnList, drawsOf, type Chance, type Draws } from './draws.js';
import { estimateOf, REDRAWS, spreadAt } from './randomisation.js';
import { residualsAt } from './residuals.js';

const NORMAL = 1.959964;

export interface WeekLift {
  week: number;
  lift: number;
  low: number;
  high: number;
}

export interface Novelty {
  /** of a lift that neither grows nor fades; null with fewer than two weeks */
  p: number | null;
  /** change of the lift a week, in shares of the usual outcome */
  slope: number | null;
  weeks: WeekLift[];
}

export interface CarryOver {
  /** of a block before that does not show */
  p: number;
  /** what a treated block before adds, in shares of the usual outcome */
  effect: number;
}

/** The lift of each week, and whether it changes: a screen that is new is looked at more. Weeks in which an arm has no outcome have no row. */
export function novelty(blocks: readonly BlockOutcome[], chance: Chance, redraws = REDRAWS): Novelty {
  const weeks = [...new Set(blocks.map(({ week }) => week))]
    .sort((a, b) => a - b)
    .flatMap((week) => weekLift(blocks, week));
  const sample = sampleOf(blocks);
  if (weeks.length < 2) return { p: null, slope: null, weeks };
  const draws = drawsOf(sample, redraws, chance);
  const drawn = drawnList(sample, draws);
  const { values, unit } = residualsAt(sample, estimateOf(sample, draws, drawn));
  const shares = shareOfTreated(sample);
  const mean = sample.week.reduce((sum, week) => sum + week, 0) / sample.size;
  // Each block weighs by how far its week is from the middle: treated blocks of late weeks against treated blocks of early ones.
  const weight = sample.week.map((week) => week - mean);
  const leverage = weight.reduce((sum, one, i) => sum + one * one * shares[i]! * (1 - shares[i]!), 0);
  const trend = (list: Int32Array): { t: number; slope: number } => {
    let sum = 0;
    let square = 0;
    const sign = draws.ofTreated ? 1 : -1;
    const listed = new Uint8Array(sample.size);
    for (const i of list) listed[i] = 1;
    for (let i = 0; i < sample.size; i += 1) {
      const treated = sign === 1 ? listed[i]! : 1 - listed[i]!;
      const part = (treated - shares[i]!) * weight[i]! * values[i]!;
      sum += part;
      square += part * part;
    }
    return { t: square > 0 ? sum / Math.sqrt(square) : 0, slope: leverage > 0 ? sum / leverage / unit : 0 };
  };
  const seen = trend(drawn);
  return { p: asFarAs(Math.abs(seen.t), draws, (list) => Math.abs(trend(list).t)), slope: seen.slope, weeks };
}

/** Whether the block before still shows. Undefined where too few blocks follow another one of either arm. */
export function carryOver(sample: Sample, chance: Chance, redraws = REDRAWS): CarryOver | undefined {
  const followers = { treated: 0, heldOut: 0 };
  for (const previous of sample.previous) {
    if (previous === 1) followers.treated += 1;
    if (previous === 0) followers.heldOut += 1;
  }
  if (followers.treated < 2 || followers.heldOut < 2 || sample.sums.treated <= 0 || sample.sums.heldOut <= 0)
    return undefined;
  const draws = drawsOf(sample, redraws, chance);
  const { values, unit } = residualsAt(sample, estimateOf(sample, draws, drawnList(sample, draws)));
  const seen = followed(values, sample.previous);
  // What could have been before each block: the arms of those right before it, drawn anew.
  const before = predecessors(sample);
  const other = (list: Int32Array): number => {
    const inList = new Uint8Array(sample.size);
    for (const i of list) inList[i] = 1;
    const previous = sample.previous.map((own, i) => {
      const predecessor = before[i]!;
      if (own < 0 || predecessor < 0) return own;
      return (inList[predecessor] === 1) === draws.ofTreated ? 1 : 0;
    });
    return Math.abs(followed(values, previous).t);
  };
  return { p: asFarAs(Math.abs(seen.t), draws, other), effect: seen.difference / unit };
}

function weekLift(blocks: readonly BlockOutcome[], week: number): WeekLift[] {
  const sample = sampleOf(blocks.filter((block) => block.week === week));
  if (sample.sums.treated <= 0 || sample.sums.heldOut <= 0 || sample.blocks.treated < 2 || sample.blocks.heldOut < 2)
    return [];
  const draws = drawsOf(sample, 0, () => 0);
  const drawn = drawnList(sample, draws);
  const lift = estimateOf(sample, draws, drawn);
  const half = NORMAL * spreadAt(sample, lift, draws, drawn);
  const log = Math.log1p(lift);
  return [{ week, lift, low: Math.expm1(log - half), high: Math.expm1(log + half) }];
}

/** Per block, the share of its stratum that is treated. */
function shareOfTreated({ size, stratum, strata, treated }: Sample): Float64Array {
  const all = new Float64Array(strata);
  const drawn = new Float64Array(strata);
  for (let i = 0; i < size; i += 1) {
    all[stratum[i]!]! += 1;
    drawn[stratum[i]!]! += treated[i]!;
  }
  return Float64Array.from(stratum, (own) => drawn[own]! / all[own]!);
}

/** Where the block before is in the sample: right before it in the list, if its arm is the one that is said; else −1. */
function predecessors({ size, previous, treated }: Sample): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => (i > 0 && previous[i] === treated[i - 1] ? i - 1 : -1));
}

function followed(values: Float64Array, previous: Int8Array): { difference: number; t: number } {
  const sums = [0, 0];
  const squares = [0, 0];
  const counts = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const arm = previous[i]!;
    if (arm < 0) continue;
    sums[arm]! += values[i]!;
    squares[arm]! += values[i]! * values[i]!;
    counts[arm]! += 1;
  }
  const means = sums.map((sum, arm) => sum / counts[arm]!);
  const errors = squares.map(
    (square, arm) => (square / counts[arm]! - means[arm]! ** 2) / Math.max(1, counts[arm]! - 1),
  );
  const difference = means[1]! - means[0]!;
  const error = Math.sqrt(errors[0]! + errors[1]!);
  return { difference, t: error > 0 ? difference / error : 0 };
}

function asFarAs(seen: number, draws: Draws, statistic: (list: Int32Array) => number): number {
  let asFar = 1;
  for (const list of draws.lists) if (statistic(list) >= seen - 1e-12) asFar += 1;
  return asFar / (draws.lists.length + 1);
}
