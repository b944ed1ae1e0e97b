import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { FEATURE_COUNT } from '../../src/domain/interest/features.js';
import { examplesOf, type Examples } from '../../src/training/examples.js';
import { probabilities } from '../../src/training/network.js';
import { onnxFile } from '../../src/training/onnx-file.js';
import { retrain, tooFew } from '../../src/training/retrain.js';
import {
  areaUnderCurve,
  brierOf,
  calibrationError,
  fitThreshold,
  scoresOf,
  scoresOfThreshold,
} from '../../src/training/scores.js';
import { calibrate, train } from '../../src/training/train.js';
import { seeded } from '../domain/shop.js';

/** What is likely in the made-up moments: two features that only together say anything. */
const chanceOf = (features: ArrayLike<number>, from = 0): number =>
  1 / (1 + Math.exp(-((features[from + 2] as number) - 1) * ((features[from + 8] as number) - 1)));

function made(seed: number, count: number): Examples {
  const random = seeded(seed);
  return examplesOf(
    Array.from({ length: count }, () => {
      const features = Array.from({ length: FEATURE_COUNT }, () => random.normal() * 2 + 1);
      return { features, taken: random.next() < chanceOf(features) };
    }),
  );
}
const chances = (features: Float32Array): Float64Array =>
  Float64Array.from({ length: features.length / FEATURE_COUNT }, (_, row) => chanceOf(features, row * FEATURE_COUNT));

describe('scores', () => {
  it('AUC is the chance that a moment with an outcome ranks higher, ties half', () => {
    const taken = Uint8Array.of(0, 0, 1, 1);
    expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], taken)).toBe(0.75);
    expect(areaUnderCurve([0.5, 0.5, 0.5, 0.5], taken)).toBe(0.5);
    expect(areaUnderCurve([0.1, 0.5, 0.5, 0.8], taken)).toBe(0.875);
  });

  it('Brier is the mean square of what is missing', () => {
    expect(brierOf([0.5, 1], Uint8Array.of(1, 1))).toBe(0.125);
  });

  it('ECE is 0 when what is said happens that often, and the gap when it does not', () => {
    const taken = Uint8Array.from({ length: 1000 }, (_, at) => (at % 10 < 3 ? 1 : 0));
    expect(calibrationError(new Float64Array(1000).fill(0.3), taken)).toBeCloseTo(0, 9);
    expect(calibrationError(new Float64Array(1000).fill(0.5), taken)).toBeCloseTo(0.2, 9);
  });

  it('the dwell threshold is ranked by its seconds and judged by the constants of the training', () => {
    const rows = [1, 2, 8, 9].map((dwell, at) => ({
      features: [dwell, ...new Array<number>(FEATURE_COUNT - 1).fill(0)],
      taken: at % 2 === 1,
    }));
    const threshold = fitThreshold(examplesOf([...rows, ...rows.slice(3)]), 5);
    expect(threshold).toEqual({ seconds: 5, below: 0.5, above: 2 / 3 });
    const scores = scoresOfThreshold(threshold, examplesOf(rows));
    expect(scores.auc).toBe(0.75);
    expect(scores.brier).toBeCloseTo((2 * 0.25 + 4 / 9 + 1 / 9) / 4, 9);
  });
});

describe('training', () => {
  const [training, validation, test] = [made(1, 20_000), made(2, 5000), made(3, 5000)];
  const network = train(training, validation, { seed: 7 });

  it('learns what only two features together say, and says it calibrated', () => {
    const scores = scoresOf(probabilities(network, test), test.taken);
    const best = scoresOf(chances(test.features), test.taken);
    expect(best.auc).toBeGreaterThan(0.8);
    expect(scores.auc).toBeGreaterThan(best.auc - 0.02);
    expect(scores.brier).toBeLessThan(best.brier + 0.015);
    expect(scores.ece).toBeLessThan(0.03);
  });

  it('gives the same network for the same seed, another for another', () => {
    const small = [made(4, 800), made(5, 200)] as const;
    const again = (seed: number) =>
      JSON.stringify(train(...small, { seed, passes: 3 }).layers.map((layer) => [...layer.weights]));
    expect(again(1)).toBe(again(1));
    expect(again(2)).not.toBe(again(1));
  });

  it('calibration undoes an overconfident model', () => {
    const random = seeded(9);
    const logits = Float64Array.from({ length: 5000 }, () => random.normal());
    const taken = Uint8Array.from(logits, (logit) => (random.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0));
    const { scale, offset } = calibrate(
      logits.map((logit) => 3 * logit + 1),
      taken,
    );
    expect(scale).toBeCloseTo(1 / 3, 1);
    expect(offset).toBeCloseTo(-1 / 3, 1);
  });

  it('stays finite for features that never vary, and for outcomes that can be told apart perfectly', () => {
    const rows = Array.from({ length: 400 }, (_, at) => ({
      features: Array.from({ length: FEATURE_COUNT }, (_, feature) => (feature === 0 ? at % 2 : 5)),
      taken: at % 2 === 1,
    }));
    const sure = train(examplesOf(rows), examplesOf(rows), { seed: 1, passes: 20 });
    const said = probabilities(sure, examplesOf(rows.slice(0, 2)));
    expect(said[0]).toBeLessThan(0.1);
    expect(said[1]).toBeGreaterThan(0.9);
  });

  it('ONNX Runtime answers what the network says, from raw features', async () => {
    const session = await InferenceSession.create(onnxFile(network));
    const rows = test.features.slice(0, 500 * FEATURE_COUNT);
    const { probability } = await session.run({ features: new Tensor('float32', rows, [500, FEATURE_COUNT]) });
    expect(probability?.dims).toEqual([500, 1]);
    const ours = probabilities(network, { ...test, count: 500, features: rows });
    const data = probability?.data as Float32Array;
    ours.forEach((value, at) => expect(data[at]).toBeCloseTo(value, 4));
    await session.release();
  });
});

describe('retraining', () => {
  const times = (count: number) => Array.from({ length: count }, (_, at) => at * 10_000);
  const options = { seed: 1, engagedAfterSeconds: 5 };

  it('takes over from a model that knows nothing of this shop', async () => {
    const examples = made(11, 8000);
    const guess = (features: Float32Array) =>
      Promise.resolve(new Float64Array(features.length / FEATURE_COUNT).fill(0.5));
    const result = await retrain(examples, times(8000), options, guess);
    expect(result.better).toEqual({ yes: true });
    expect(result.tested).toBe(2000);
    expect(result.scores.trained.auc).toBeGreaterThan(0.75);
    expect(result.scores.current?.auc).toBe(0.5);
  });

  it('does not take over from a model that is as good as can be, and says why', async () => {
    const examples = made(12, 3000);
    const best = (features: Float32Array) => Promise.resolve(chances(features));
    const result = await retrain(examples, times(3000), options, best);
    expect(result.better).toMatchObject({
      yes: false,
      reason: expect.stringMatching(/Brier score .* the model in force/),
    });
  });

  it.each([
    [made(1, 500), /500 moments are recorded/],
    [{ ...made(1, 3000), taken: new Uint8Array(3000) }, /0 of 3000 moments ended/],
  ])('refuses too little to learn from', (examples, reason) => {
    expect(tooFew(examples)).toMatch(reason);
  });
});
