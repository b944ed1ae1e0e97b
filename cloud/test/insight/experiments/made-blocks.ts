import type { BlockOutcome } from '../../../src/insight/experiments/blocks.js';

/** A chance that repeats. */
export function chanceOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return next;
}

export interface Made {
  days: number;
  blocksPerDay: number;
  holdout: number;
  mean: number;
  lift: (week: number) => number;
  carried?: number;
}

/** Blocks with counts of about Poisson spread around `mean`, 10 shoppers in each, one stratum a day. */
export function madeBlocks(
  { days, blocksPerDay, holdout, mean, lift, carried = 0 }: Made,
  chance: () => number,
): BlockOutcome[] {
  const blocks: BlockOutcome[] = [];
  for (let day = 0; day < days; day += 1) {
    let previousArm: BlockOutcome['arm'] | null = null;
    for (let index = 0; index < blocksPerDay; index += 1) {
      const arm = chance() < holdout ? 'heldOut' : 'treated';
      const week = Math.floor(day / 7);
      const effect = arm === 'treated' ? lift(week) : previousArm === 'treated' ? carried * lift(week) : 0;
      blocks.push({
        arm,
        stratum: `${day}`,
        week,
        previousArm,
        shoppers: 10,
        outcome: poisson(mean * (1 + effect), chance),
        usual: null,
      });
      previousArm = arm;
    }
  }
  return blocks;
}

function poisson(mean: number, chance: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = chance(); product > limit; product *= chance()) count += 1;
  return count;
}
