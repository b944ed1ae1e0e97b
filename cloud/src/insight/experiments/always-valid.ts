import { LEAST_BLOCKS, type Sample } from './blocks.js';

const MISSES = 0.05;

export interface AlwaysValid {
  low: number;
  high: number;
}

/**
 * Bounds of the lift that may be looked at every day: with 95 % they never miss it, however often and long one looks. Each arm has an asymptotic
 * confidence sequence of its own index (outcome over what the past would lead one to expect), at half of the misses each, and the lift
 * lies between the ratios of their ends: outcomes come late, and then the difference of the arms is no martingale, while each arm is one.
 * Undefined below 20 blocks in an arm, or where an arm has no outcome yet.
 * @param planned blocks of an arm at which the bounds shall be tightest; they hold at every number
 */
export function alwaysValid(sample: Sample, planned: { treated: number; heldOut: number }): AlwaysValid | undefined {
  if (sample.blocks.treated < LEAST_BLOCKS || sample.blocks.heldOut < LEAST_BLOCKS) return undefined;
  const treated = armBounds(sample, 1, planned.treated);
  const heldOut = armBounds(sample, 0, planned.heldOut);
  if (!treated || !heldOut) return undefined;
  return { low: Math.expm1(treated.low - heldOut.high), high: Math.expm1(treated.high - heldOut.low) };
}

/** Bounds of the logarithm of one arm's index. */
function armBounds(sample: Sample, arm: 0 | 1, planned: number): { low: number; high: number } | undefined {
  const { size, treated, outcome, expected } = sample;
  let blocks = 0;
  let sum = 0;
  let hoped = 0;
  for (let i = 0; i < size; i += 1) {
    if (treated[i] !== arm) continue;
    blocks += 1;
    sum += outcome[i]!;
    hoped += expected[i]!;
  }
  if (sum <= 0 || hoped <= 0) return undefined;
  const index = sum / hoped;
  let squares = 0;
  for (let i = 0; i < size; i += 1) {
    if (treated[i] !== arm) continue;
    const left = outcome[i]! - index * expected[i]!;
    squares += left * left;
  }
  // of the logarithm: the residuals over the mean outcome of a block
  const deviation = Math.sqrt(squares / (blocks - 1)) / (sum / blocks);
  const half = deviation * sequenceFactor(blocks, MISSES / 2, planned);
  return { low: Math.log(index) - half, high: Math.log(index) + half };
}

/**
 * Half-width, in standard deviations of one observation, of the asymptotic confidence sequence after `seen` of them (Waudby-Smith, Arbour, Sinha,
 * Kennedy, Ramdas, arXiv 2103.06476, theorem 2.2 and, for where it is tightest, their equation for rho).
 */
export function sequenceFactor(seen: number, misses: number, tightestAt: number): number {
  const log = -2 * Math.log(misses);
  const rhoSquare = (log + Math.log(log + 1)) / Math.max(1, tightestAt);
  const grown = seen * rhoSquare + 1;
  return Math.sqrt(((2 * grown) / (seen * seen * rhoSquare)) * Math.log(Math.sqrt(grown) / misses));
}
