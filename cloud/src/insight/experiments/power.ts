import { type Sample } from './blocks.js';
import { drawnList, drawsOf } from './draws.js';
import { estimateOf } from './randomisation.js';
import { residualsAt } from './residuals.js';

/** Standard normal: two-sided 5 %, and 80 % power. */
const Z = 1.959964 + 0.841621;

export interface Needed {
  days: number;
  blocks: number;
  /** outcomes (units, stops, …) of both arms in that time */
  outcomes: number;
}

/**
 * How long it takes until a lift of `lift` would be seen in four of five campaigns: from the spread of this shop's own blocks, their number a day and
 * the share held out. Undefined where the blocks have no outcome to go by.
 * @param sample past blocks (before a campaign starts: those of the weeks before, all held out), or the campaign's own
 * @param blocksPerDay counted ones, of both arms
 */
export function neededFor(sample: Sample, lift: number, blocksPerDay: number, holdout: number): Needed | undefined {
  const total = sample.sums.treated + sample.sums.heldOut;
  if (sample.size < 2 || total <= 0 || blocksPerDay <= 0 || holdout <= 0 || holdout >= 1) return undefined;
  const { values, unit } = residualsAt(sample, currentLift(sample));
  const freedom = Math.max(1, sample.size - sample.strata);
  const variance = values.reduce((sum, one) => sum + one * one, 0) / freedom / (unit * unit);
  const blocks = ((Z * Z) / Math.log1p(lift) ** 2) * variance * (1 / holdout + 1 / (1 - holdout));
  return { days: blocks / blocksPerDay, blocks, outcomes: (blocks * total) / sample.size };
}

/**
 * Outcomes of both arms that a lift needs to be seen in four of five campaigns (`docs/experiments.md`): with the variance of counts,
 * `dispersion` times their mean, from the shop's own past.
 */
export const outcomesFor = (lift: number, holdout: number, dispersion: number): number =>
  ((Z * Z) / Math.log1p(lift) ** 2) * dispersion * (1 / holdout + 1 / (1 - holdout));

function currentLift(sample: Sample): number {
  if (sample.sums.treated <= 0 || sample.sums.heldOut <= 0) return 0;
  const draws = drawsOf(sample, 0, () => 0);
  return estimateOf(sample, draws, drawnList(sample, draws));
}
