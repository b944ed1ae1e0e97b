import { FEATURE_COUNT } from '../domain/interest/features.js';
import { slice, type Examples } from './examples.js';
import { probabilities, type Network } from './network.js';
import type { Scores } from '../ports/interest-model.js';
import { fitThreshold, scoresOf, scoresOfThreshold } from './scores.js';
import { train } from './train.js';

/** Fewer moments, or fewer of either outcome, teach nothing that holds. */
export const LEAST_EXAMPLES = 2_000;
export const LEAST_OF_EACH = 200;
/** The newest share is kept for the comparison; of what is older, the newest quarter stops and calibrates the training. */
const TEST_SHARE = 0.25;
const VALIDATION_SHARE = 0.25;
/** Moments just before a border are outcomes of the time behind it: so many milliseconds are left out. */
const BORDER_MS = 60_000;

export interface Retrained {
  network: Network;
  /** moments that the comparison rests on */
  tested: number;
  scores: { trained: Scores; current: Scores | null; dwellThreshold: Scores };
  /** whether the new one is to take over; the reason if not */
  better: { yes: true } | { yes: false; reason: string };
}

/** Why a shop's samples are too few to learn from; undefined when they are enough. */
export function tooFew(examples: Examples): string | undefined {
  const taken = examples.taken.reduce((sum, outcome) => sum + outcome, 0);
  const least = Math.min(taken, examples.count - taken);
  if (examples.count < LEAST_EXAMPLES)
    return `${examples.count} moments are recorded; expected at least ${LEAST_EXAMPLES}`;
  if (least < LEAST_OF_EACH)
    return `${taken} of ${examples.count} moments ended with something taken; expected at least ${LEAST_OF_EACH} of either kind`;
  return undefined;
}

/**
 * Trains on the older part of a shop's moments and compares on its newest quarter with the model in force and with the plain
 * dwell threshold. Rows are in order of time, `times` their event times in ms.
 * @param current what the model in force says of moments; null where there is none
 */
export async function retrain(
  examples: Examples,
  times: ArrayLike<number>,
  options: { seed: number; engagedAfterSeconds: number },
  current: ((features: Float32Array) => Promise<ArrayLike<number>>) | null,
): Promise<Retrained> {
  const testFrom = Math.floor(examples.count * (1 - TEST_SHARE));
  const validationFrom = Math.floor(testFrom * (1 - VALIDATION_SHARE));
  const until = (border: number) => {
    let to = border;
    while (to > 0 && (times[border] as number) - (times[to - 1] as number) <= BORDER_MS) to -= 1;
    return to;
  };
  const training = slice(examples, 0, until(validationFrom));
  const validation = slice(examples, validationFrom, until(testFrom));
  const test = slice(examples, testFrom, examples.count);
  const network = train(training, validation, { seed: options.seed });
  const trained = scoresOf(probabilities(network, test), test.taken);
  const dwellThreshold = scoresOfThreshold(fitThreshold(training, options.engagedAfterSeconds), test);
  const said = current && (await current(test.features.slice(0, test.count * FEATURE_COUNT)));
  const inForce = said && scoresOf(said, test.taken);
  return {
    network,
    tested: test.count,
    scores: { trained, current: inForce, dwellThreshold },
    better: isBetter(trained, inForce ?? dwellThreshold, inForce ? 'the model in force' : 'the dwell threshold'),
  };
}

function isBetter(trained: Scores, other: Scores, name: string): Retrained['better'] {
  if (!(trained.brier < other.brier))
    return {
      yes: false,
      reason: `its Brier score ${trained.brier.toFixed(4)} is not below ${other.brier.toFixed(4)} of ${name}`,
    };
  if (!(trained.auc >= other.auc))
    return { yes: false, reason: `its AUC ${trained.auc.toFixed(4)} is below ${other.auc.toFixed(4)} of ${name}` };
  return { yes: true };
}
