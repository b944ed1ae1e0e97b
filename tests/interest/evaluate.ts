/**
 * `npm run evaluate:interest`: the shipped interest model against the plain dwell threshold, on simulated shops with seeds and
 * behaviour that its training never saw. Exit code 1 when it does not beat it on AUC and Brier, or its ECE is above 0.05.
 */
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

const { minutes, model: folder } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    model: { type: 'string', default: fileURLToPath(new URL('models/interest', root)) },
  },
}).values;
const model = await openInterestModel(folder);
if (!model) throw new Error(`${folder}: holds no interest model`);
const { training, evaluation } = simulatedShops();
const threshold = thresholdFrom(join(training.map((shop) => examplesFrom(shop, shop.seeds[0] as number, FIT_MINUTES))));
process.stdout.write(`${model.name}; ${minutes} minutes of each seed; ECE over 10 bins of equal mass\n`);
let good = true;
for (const shop of evaluation) {
  const examples = join(shop.seeds.map((seed) => examplesFrom(shop, seed, Number(minutes))));
  const scores = await score(model, threshold, examples);
  const taken = examples.taken.reduce((sum, outcome) => sum + outcome, 0) / examples.count;
  const title = `\n${shop.name} (seeds ${shop.seeds.join(', ')}): ${examples.count} moments, ${(100 * taken).toFixed(1)} % taken`;
  const rows = [
    { name: 'interest model', scores: scores.model },
    { name: `dwell threshold ${threshold.seconds} s`, scores: scores.dwellThreshold },
  ];
  process.stdout.write(`${title}\n${comparison(rows)}\n`);
  const { auc, brier, ece } = scores.model;
  good &&= auc > scores.dwellThreshold.auc && brier < scores.dwellThreshold.brier && ece <= MOST_ECE;
}
process.stdout.write(
  good ? '\nBetter than the dwell threshold on AUC and Brier everywhere, and calibrated.\n' : '\nNOT good enough.\n',
);
await model.close();
process.exitCode = good ? 0 : 1;
