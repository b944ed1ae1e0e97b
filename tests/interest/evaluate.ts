/**
 * `npm run evaluate:interest`: the shipped interest model against the plain dwell threshold, on simulated shops with seeds and
 * behaviour that its training never saw. `--seed N --runs R`: other seeds, N to N + R − 1, of each shop. `--json FILE` writes the table.
 * Exit code 1 when it does not beat it on AUC and Brier, or its ECE is above 0.05.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openInterestModel } from '../../agent/src/adapters/vision/onnx-interest.js';
import { join } from '../../agent/src/training/examples.js';
import { comparison } from '../../agent/src/training/report.js';
import { examplesFrom, simulatedShops } from './behaviours.js';
import { score, thresholdFrom } from './scoring.js';
import { root } from './shops.js';

export const MOST_ECE = 0.05;
/** Minutes of the first training shops that the threshold's constants are fitted on. */
const FIT_MINUTES = 30;

const {
  minutes,
  model: folder,
  ...chosen
} = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string' },
    runs: { type: 'string' },
    json: { type: 'string' },
    model: { type: 'string', default: fileURLToPath(new URL('models/interest', root)) },
  },
}).values;
const seeds = seedsOf(chosen.seed, chosen.runs);
const model = await openInterestModel(folder);
if (!model) throw new Error(`${folder}: holds no interest model`);
const { training, evaluation } = simulatedShops();
const threshold = thresholdFrom(join(training.map((shop) => examplesFrom(shop, shop.seeds[0] as number, FIT_MINUTES))));
process.stdout.write(`${model.name}; ${minutes} minutes of each seed; ECE over 10 bins of equal mass\n`);
let good = true;
const table: object[] = [];
for (const usual of evaluation) {
  const shop = { ...usual, seeds: seeds ?? usual.seeds };
  const examples = join(shop.seeds.map((seed) => examplesFrom(shop, seed, Number(minutes))));
  const scores = await score(model, threshold, examples);
  const taken = examples.taken.reduce((sum, outcome) => sum + outcome, 0) / examples.count;
  const title = `\n${shop.name} (seeds ${shop.seeds.join(', ')}): ${examples.count} moments, ${(100 * taken).toFixed(1)} % taken`;
  const rows = [
    { name: 'interest model', scores: scores.model },
    { name: `dwell threshold ${threshold.seconds} s`, scores: scores.dwellThreshold },
  ];
  process.stdout.write(`${title}\n${comparison(rows)}\n`);
  table.push({ shop: shop.name, seeds: shop.seeds, moments: examples.count, takenShare: taken, ...scores });
  const { auc, brier, ece } = scores.model;
  good &&= auc > scores.dwellThreshold.auc && brier < scores.dwellThreshold.brier && ece <= MOST_ECE;
}
process.stdout.write(
  good ? '\nBetter than the dwell threshold on AUC and Brier everywhere, and calibrated.\n' : '\nNOT good enough.\n',
);
if (chosen.json !== undefined) writeFileSync(chosen.json, JSON.stringify({ good, shops: table }));
await model.close();
process.exitCode = good ? 0 : 1;

/** Seeds from N on, or the usual ones. @throws RangeError naming the option */
function seedsOf(first: string | undefined, count: string | undefined): number[] | undefined {
  if (first === undefined && count === undefined) return undefined;
  const whole = (name: string, text: string, least: number): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new RangeError(`--${name}: expected a whole number from ${least} on, got "${text}"`);
    return value;
  };
  const from = whole('seed', first ?? '1', 0);
  return Array.from({ length: whole('runs', count ?? '1', 1) }, (_, index) => from + index);
}
