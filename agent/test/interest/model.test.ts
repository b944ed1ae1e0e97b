import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { firstInterestModel, openInterestModel } from '../../src/adapters/vision/onnx-interest.js';
import { writeInterestModel } from '../../src/config/write-interest-model.js';
import { FEATURE_COUNT } from '../../src/domain/interest/features.js';
import { examplesOf } from '../../src/training/examples.js';
import type { Network } from '../../src/training/network.js';
import { networkIn, onnxFile } from '../../src/training/onnx-file.js';
import { plainInterest } from '../../src/training/plain-interest.js';
import { train } from '../../src/training/train.js';
import { seeded } from '../domain/shop.js';

const random = seeded(1);
const rows = examplesOf(
  Array.from({ length: 300 }, () => {
    const features = Array.from({ length: FEATURE_COUNT }, () => random.next());
    return { features, taken: (features[0] as number) > 0.5 };
  }),
);
const network: Network = train(rows, rows, { seed: 1, passes: 2, hidden: [4] });
const words = { name: 'test', trainedOn: 'noise', scores: {}, licence: 'Apache-2.0' };

const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(path.join(os.tmpdir(), 'aisle-interest-'));
  folders.push(made);
  return made;
};
const written = (onnx: Uint8Array = onnxFile(network)) => {
  const made = folder();
  writeInterestModel(made, onnx, words);
  return made;
};
const edited = (change: (manifest: Record<string, unknown>) => void, onnx?: Uint8Array) => {
  const made = written(onnx);
  const file = path.join(made, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
  return made;
};
/** A graph that is sound and wants other features. */
const narrow = (): Uint8Array => {
  const half = (values: Float64Array) => values.slice(0, FEATURE_COUNT / 2);
  const { standard, layers } = network;
  return onnxFile({
    ...network,
    standard: {
      mean: half(standard.mean),
      deviation: half(standard.deviation),
      logMean: half(standard.logMean),
      logDeviation: half(standard.logDeviation),
    },
    layers,
  });
};

afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

describe('the model in a folder', () => {
  it('answers each row with a probability in ppm', async () => {
    const model = await openInterestModel(written());
    expect(model?.name).toMatch(/^test@[0-9a-f]{12}$/);
    const answers = await model?.judge(rows.features.slice(0, 7 * FEATURE_COUNT));
    expect(answers).toHaveLength(7);
    expect([...(answers ?? [])].every((ppm) => Number.isInteger(ppm) && ppm > 0 && ppm < 1_000_000)).toBe(true);
    await model?.close();
  });

  it('answers without ONNX Runtime as with it, where the network is of our own making', async () => {
    const [plain, runtime] = [plainInterest(onnxFile(network)), await openInterestModel(written())];
    const asked = rows.features.slice(0, 50 * FEATURE_COUNT);
    const answers = await runtime?.judge(asked);
    const plainly = Array.from((await plain?.probabilities(asked)) ?? [], (value) => Math.round(value * 1_000_000));
    expect(plainly).toHaveLength(50);
    // ONNX Runtime counts in float32
    plainly.forEach((ppm, at) => expect(Math.abs(ppm - (answers?.[at] ?? 0))).toBeLessThanOrEqual(2));
    await runtime?.close();
  });

  it('leaves every other graph to ONNX Runtime, however like ours it is', async () => {
    const file = onnxFile(network);
    for (let at = 0; at < file.length; at += 1) {
      const other = Uint8Array.from(file);
      other[at] = (other[at] as number) ^ 0x40;
      // what is taken all the same must be a network of ours with other numbers
      const found = networkIn(other);
      if (found) expect(Buffer.from(onnxFile(found)).equals(other)).toBe(true);
    }
    expect(plainInterest(file.subarray(0, file.length - 1))).toBeUndefined();
    expect(plainInterest(Uint8Array.from([...file, 0x28, 1]))).toBeUndefined();
    expect(plainInterest(narrow())).toBeUndefined();
    expect(plainInterest(new Uint8Array())).toBeUndefined();
  });

  it('is none where the folder holds none', async () => {
    expect(await openInterestModel(folder())).toBeUndefined();
  });

  it.each([
    [
      'another file',
      () => {
        const made = written();
        writeFileSync(path.join(made, 'interest.onnx'), 'another');
        return made;
      },
      'modelHash',
      /sha256: expected [0-9a-f]{64}, found [0-9a-f]{64}/,
    ],
    [
      'no file',
      () => {
        const made = written();
        rmSync(path.join(made, 'interest.onnx'));
        return made;
      },
      'modelFile',
      /file: .*cannot be read \(ENOENT\)/,
    ],
    ['a file that is no model', () => written(Buffer.from('no model')), 'modelFile', /ONNX Runtime cannot read it/],
    ['a model of another shape', () => written(narrow()), /model(Shape|File)/, /features|ONNX Runtime/],
    [
      'other features',
      () => edited((manifest) => (manifest['features'] = { version: 1, names: ['dwellSeconds'] })),
      'manifest',
      /features.names: expected dwellSeconds .* found dwellSeconds$/,
    ],
    [
      'another version of the features',
      () => edited((manifest) => ((manifest['features'] as { version: number }).version = 99)),
      'manifest',
      /features.version: expected 1, found 99/,
    ],
    [
      'another horizon',
      () => edited((manifest) => (manifest['horizonSeconds'] = 30)),
      'manifest',
      /horizonSeconds: expected 60, found 30/,
    ],
    ['an unknown key', () => edited((manifest) => (manifest['colour'] = 'red')), 'manifest', /colour/],
    [
      'no JSON',
      () => {
        const made = written();
        writeFileSync(path.join(made, 'manifest.json'), '{');
        return made;
      },
      'manifest',
      /is not JSON/,
    ],
  ])('with %s is refused with the reason', async (_what, make, code, reason) => {
    const refused = openInterestModel(make());
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(code) as unknown,
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it('gives way to the next folder when it is refused, and both are said', async () => {
    const said: string[] = [];
    const log = {
      debug: () => undefined,
      info: (_: object, text: string) => said.push(`info: ${text}`),
      warn: (_: object, text: string) => said.push(`warn: ${text}`),
      error: (_: object, text: string) => said.push(`error: ${text}`),
    };
    const bad = edited((manifest) => (manifest['horizonSeconds'] = 30));
    const model = await firstInterestModel([bad, written()], log);
    expect(model?.name).toMatch(/^test@/);
    await model?.close();
    expect(said).toEqual(['error: the interest model is refused', 'info: interest model']);
    said.length = 0;
    expect(await firstInterestModel([bad, folder()], log)).toBeUndefined();
    expect(said).toEqual(['error: the interest model is refused', 'warn: no interest model: interest is not judged']);
  });

  it('takes the place of an older one without leaving anything behind', () => {
    const made = written();
    const onnx = onnxFile({ ...network, offset: 1 });
    writeInterestModel(made, onnx, words);
    expect(readdirSync(made).sort()).toEqual(['interest.onnx', 'manifest.json']);
    expect(JSON.parse(readFileSync(path.join(made, 'manifest.json'), 'utf8'))).toMatchObject({
      sha256: createHash('sha256').update(onnx).digest('hex'),
    });
  });
});
