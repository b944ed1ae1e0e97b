/**
 * `npm run train:interest -- --store FILE --data DIR` retrains from a shop's own moments (see agent/src/train-interest.ts);
 * `npm run train:interest -- --from-simulation` trains the model that everybody gets, from simulated shops.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openInterestModel } from '../../agent/src/adapters/vision/onnx-interest.js';
import { writeInterestModel } from '../../agent/src/config/write-interest-model.js';
import { join } from '../../agent/src/training/examples.js';
import { onnxFile } from '../../agent/src/training/onnx-file.js';
import { comparison, rounded } from '../../agent/src/training/report.js';
import { train } from '../../agent/src/training/train.js';
import { main as retrain } from '../../agent/src/train-interest.js';
import type { InterestManifest, InterestModel } from '../../agent/src/ports/interest-model.js';
import { examplesFrom, simulatedShops, trainingExamples } from './behaviours.js';
import { score, thresholdFrom } from './scoring.js';
import { root } from './shops.js';

const say = (text: string) => void process.stdout.write(`${text}\n`);
const shipped = fileURLToPath(new URL('models', root));
const args = process.argv.slice(2);

if (args.includes('--from-simulation')) await fromSimulation(args);
else process.exitCode = await retrain(args, shipped, say);

async function fromSimulation(given: readonly string[]): Promise<void> {
  const { minutes, seed, out } = parseArgs({
    args: [...given],
    options: {
      'from-simulation': { type: 'boolean' },
      minutes: { type: 'string', default: '150' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: `${shipped}/interest` },
    },
  }).values;
  const shops = simulatedShops();
  const { training, validation } = trainingExamples(shops.training, Number(minutes), say);
  say(`${training.count} moments to learn from, ${validation.count} to stop and calibrate by`);
  const network = train(training, validation, {
    seed: Number(seed),
    onPass: (pass, learnt, held) => say(`pass ${pass}: log loss ${learnt.toFixed(4)}, held out ${held.toFixed(4)}`),
  });
  const onnx = onnxFile(network);
  const names = shops.training.map((shop) => `${shop.name} ${shop.seeds.join(' ')}`).join(', ');
  const words: Omit<Parameters<typeof writeInterestModel>[2], 'scores'> = {
    name: 'interest',
    trainedOn: `simulated demo shop, ${minutes} minutes of each seed of models/interest/behaviours.yaml: ${names}; training seed ${seed}`,
    licence: 'Apache-2.0',
  };
  writeInterestModel(out, onnx, { ...words, scores: {} });
  // As the agent runs it: what is stated is what ONNX Runtime answers.
  const model = (await openInterestModel(out)) as InterestModel;
  const threshold = thresholdFrom(training);
  const scores: InterestManifest['scores'] = {};
  for (const shop of shops.evaluation) {
    const examples = join(shop.seeds.map((own) => examplesFrom(shop, own, 120)));
    const found = await score(model, threshold, examples);
    const table = [
      { name: 'interest model', scores: found.model },
      { name: 'dwell threshold', scores: found.dwellThreshold },
    ];
    say(`\n${shop.name}: ${examples.count} moments\n${comparison(table)}`);
    scores[shop.name] = {
      moments: examples.count,
      model: rounded(found.model),
      dwellThreshold: rounded(found.dwellThreshold),
    };
  }
  await model.close();
  const { sha256 } = writeInterestModel(out, onnx, { ...words, scores });
  say(`\n${out}: ${onnx.length} bytes, ${sha256}`);
}
