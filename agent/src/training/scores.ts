import { FEATURE_COUNT, FEATURE_NAMES } from '../domain/interest/features.js';
import type { Scores } from '../ports/interest-model.js';
import type { Examples } from './examples.js';

const BINS = 10;

export function scoresOf(probabilities: ArrayLike<number>, taken: Uint8Array): Scores {
  return {
    auc: areaUnderCurve(probabilities, taken),
    brier: brierOf(probabilities, taken),
    ece: calibrationError(probabilities, taken),
  };
}

/** By rank sums; equal scores count half. NaN when only one outcome occurs. */
export function areaUnderCurve(scores: ArrayLike<number>, taken: Uint8Array): number {
  const order = ascending(scores, taken.length);
  let [ranks, positive] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to += 1;
    for (let at = from; at < to; at += 1) {
      if (taken[order[at] as number] === 0) continue;
      ranks += (from + to + 1) / 2;
      positive += 1;
    }
    from = to;
  }
  return (ranks - (positive * (positive + 1)) / 2) / (positive * (taken.length - positive));
}

export function brierOf(probabilities: ArrayLike<number>, taken: Uint8Array): number {
  let sum = 0;
  taken.forEach((outcome, at) => (sum += ((probabilities[at] as number) - outcome) ** 2));
  return sum / taken.length;
}

/** Mean gap between probability and share, over ten bins with equally many moments each, by rising probability. */
export function calibrationError(probabilities: ArrayLike<number>, taken: Uint8Array): number {
  const order = ascending(probabilities, taken.length);
  let gap = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    const part = order.subarray(Math.floor((bin * order.length) / BINS), Math.floor(((bin + 1) * order.length) / BINS));
    let difference = 0;
    for (const at of part) difference += (probabilities[at] as number) - (taken[at] as number);
    gap += Math.abs(difference);
  }
  return gap / taken.length;
}

function ascending(values: ArrayLike<number>, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  return order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/** What the model has to beat: whoever has dwelt for the zone's threshold is interested, the others are not. */
export interface DwellThreshold {
  seconds: number;
  /** share of moments below and from the threshold that ended with something taken: the best constants there are */
  below: number;
  above: number;
}

const DWELL = FEATURE_NAMES.indexOf('dwellSeconds');
const dwellOf = (examples: Examples, at: number): number => examples.features[at * FEATURE_COUNT + DWELL] as number;

export function fitThreshold(training: Examples, seconds: number): DwellThreshold {
  const counts = { below: [0, 0], above: [0, 0] };
  for (let at = 0; at < training.count; at += 1) {
    const side = dwellOf(training, at) < seconds ? counts.below : counts.above;
    side[0] = (side[0] as number) + 1;
    side[1] = (side[1] as number) + (training.taken[at] as number);
  }
  const share = ([all = 0, taken = 0]: number[]) => (all === 0 ? 0.5 : taken / all);
  return { seconds, below: share(counts.below), above: share(counts.above) };
}

/** Its scores: ranked by the seconds themselves, judged by the two constants. */
export function scoresOfThreshold(threshold: DwellThreshold, examples: Examples): Scores {
  const dwell = Float64Array.from({ length: examples.count }, (_, at) => dwellOf(examples, at));
  const probabilities = dwell.map((seconds) => (seconds < threshold.seconds ? threshold.below : threshold.above));
  return { ...scoresOf(probabilities, examples.taken), auc: areaUnderCurve(dwell, examples.taken) };
}
