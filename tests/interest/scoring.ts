import { DEFAULT_ENGAGED_AFTER_SECONDS } from '@aisle/contracts';
import { FEATURE_COUNT } from '../../agent/src/domain/interest/features.js';
import type { Examples } from '../../agent/src/training/examples.js';
import { fitThreshold, scoresOf, scoresOfThreshold, type DwellThreshold } from '../../agent/src/training/scores.js';
import type { Scores } from '../../agent/src/ports/interest-model.js';
import type { InterestModel } from '../../agent/src/ports/interest-model.js';

const ROWS_AT_ONCE = 4_096;
const PPM = 1_000_000;

/** The dwell threshold with the constants that fit the training shops best. */
export const thresholdFrom = (training: Examples): DwellThreshold =>
  fitThreshold(training, DEFAULT_ENGAGED_AFTER_SECONDS);

/** What the model, as the agent runs it, is worth on these moments, and what the threshold is. */
export async function score(
  model: InterestModel,
  threshold: DwellThreshold,
  examples: Examples,
): Promise<{ model: Scores; dwellThreshold: Scores }> {
  const said = new Float64Array(examples.count);
  for (let row = 0; row < examples.count; row += ROWS_AT_ONCE) {
    const to = Math.min(examples.count, row + ROWS_AT_ONCE);
    const ppm = await model.judge(examples.features.slice(row * FEATURE_COUNT, to * FEATURE_COUNT));
    ppm.forEach((value, at) => (said[row + at] = value / PPM));
  }
  return { model: scoresOf(said, examples.taken), dwellThreshold: scoresOfThreshold(threshold, examples) };
}
