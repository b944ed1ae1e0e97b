import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openInterestModel } from '../../agent/src/adapters/vision/onnx-interest.js';
import { join } from '../../agent/src/training/examples.js';
import { examplesFrom, simulatedShops } from '../interest/behaviours.js';
import { score, thresholdFrom } from '../interest/scoring.js';
import { root } from '../interest/shops.js';

const { training, evaluation } = simulatedShops();
/** Neither trained on nor stated in the manifest. */
const UNSEEN_SEEDS = [9101, 9102];

describe('the shipped interest model', () => {
  it('shares no seed and no set of parameters with its evaluation', () => {
    const seeds = training.flatMap((shop) => shop.seeds);
    for (const shop of evaluation) {
      expect(shop.seeds.filter((seed) => seeds.includes(seed))).toEqual([]);
      for (const other of training) expect(shop.behaviour).not.toEqual(other.behaviour);
    }
    expect(seeds.filter((seed) => UNSEEN_SEEDS.includes(seed))).toEqual([]);
  });

  it('beats the dwell threshold on unseen seeds, by rank and by probability, and is calibrated', async () => {
    const model = await openInterestModel(fileURLToPath(new URL('models/interest', root)));
    if (!model) throw new Error('models/interest holds no model');
    const [shop] = training as [(typeof training)[0]];
    const threshold = thresholdFrom(examplesFrom(shop, shop.seeds[0] as number, 15));
    // Both shops together, so that the few hundred people of a short run say something.
    const examples = join(evaluation.map((each, at) => examplesFrom(each, UNSEEN_SEEDS[at] as number, 30)));
    expect(examples.count).toBeGreaterThan(5_000);
    const { model: own, dwellThreshold } = await score(model, threshold, examples);
    await model.close();
    const found = JSON.stringify({ own, dwellThreshold });
    expect(own.auc, found).toBeGreaterThan(dwellThreshold.auc + 0.1);
    expect(own.brier, found).toBeLessThan(dwellThreshold.brier - 0.005);
    expect(own.ece, found).toBeLessThanOrEqual(0.05);
  }, 180_000);
});
