import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OnnxModel } from '../../src/adapters/vision/onnx-model.js';
import { findModel, modelFolders, type ModelManifest } from '../../src/config/model-manifest.js';
import { ModelError } from '../../src/ports/model-error.js';
import { manifestOf, tiny, writeModel } from './models.js';
import type { TinyModel } from './tiny-onnx.js';

async function refusal(file: string, folders: string[] = []): Promise<ModelError> {
  try {
    const model = await OnnxModel.load(findModel(file, folders), 1);
    await model.release();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error('the model was taken');
}

describe('a manifest is refused', () => {
  const cases: [string, (manifest: ModelManifest) => void, string, RegExp][] = [
    ['an unknown key', (m) => Object.assign(m.input, { norm: 1 }), 'input.norm', /is not a known key/],
    ['a missing key', (m) => delete (m as Partial<ModelManifest>).licence, 'licence', /is missing/],
    ['an unknown style', (m) => Object.assign(m.output, { style: 'ssd' }), 'output.style', /"yolov8".*got "ssd"/],
    ['a file elsewhere', (m) => (m.file = '../../etc/model.onnx'), 'file', /without folders/],
    ['a threshold above 1', (m) => (m.iouThreshold = 45), 'iouThreshold', /0 to 1, got 45/],
    [
      'thresholds the wrong way round',
      (m) => (m.lowScoreThreshold = 0.7),
      'lowScoreThreshold',
      /expected at most scoreThreshold \(0.5\), found 0.7/,
    ],
    ['strides that do not divide', (m) => (m.output.strides = [5]), 'output.strides', /divide 64 × 32, found 5/],
    ['bytes that are to be scaled', (m) => (m.input.scale = 0.5), 'input.scale', /expected scale 1/],
  ];
  it.each(cases)('for %s', async (_, change, field, reason) => {
    const error = await refusal(writeModel(tiny(), manifestOf(change), '0'.repeat(64)));
    expect(error).toMatchObject({ code: 'manifest', field });
    expect(error.reason).toMatch(reason);
    expect(error.message).toContain(error.file);
  });

  it('for not being there, or not JSON', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-manifest-'));
    const file = path.join(folder, 'manifest.json');
    expect((await refusal(file)).message).toBe(`${file}: cannot be read (ENOENT)`);
    writeFileSync(file, '{"name":');
    expect((await refusal(file)).message).toContain('is not JSON');
  });

  it.each([
    ['names that have person elsewhere', ['car', 'person'], 0, 'expected 1 ("person"), found 0 ("car")'],
    ['an index beyond the names', ['person'], 1, 'expected an index below 1 (classes), found 1'],
    ['an index beyond the number', 80, 80, 'expected an index below 80 (classes), found 80'],
  ])('for a class map: %s', async (_, classes, person, reason) => {
    const file = writeModel(
      tiny(),
      manifestOf((m) => Object.assign(m, { classes, person })),
    );
    expect(await refusal(file)).toMatchObject({ code: 'modelClasses', field: 'person', reason });
  });
});

describe('a model is looked for and refused', () => {
  it('when it is nowhere: beside the manifest, then in the named folders', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'aisle-models-'));
    const file = writeModel(tiny(), manifestOf());
    const elsewhere = path.join(other, 'manifest.json');
    writeFileSync(elsewhere, readFileSync(file));
    const error = await refusal(elsewhere, [tmpdir()]);
    expect(error).toMatchObject({ code: 'modelFile', field: 'file' });
    expect(error.reason).toContain(`expected tiny.onnx in ${other} or ${tmpdir()}`);
    expect(findModel(elsewhere, [tmpdir(), path.dirname(file)]).modelFile).toBe(
      path.join(path.dirname(file), 'tiny.onnx'),
    );
  });

  it('when it is another file than the manifest means', async () => {
    const error = await refusal(writeModel(tiny(), manifestOf(), 'a'.repeat(64)));
    expect(error).toMatchObject({ code: 'modelHash', field: 'sha256' });
    expect(error.reason).toMatch(/^expected a{64}, found [0-9a-f]{64} in .*tiny\.onnx$/);
  });

  it('when it is no ONNX model', async () => {
    const file = writeModel(tiny(), manifestOf());
    const model = path.join(path.dirname(file), 'tiny.onnx');
    writeFileSync(model, 'not a model');
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update('not a model').digest('hex');
    writeFileSync(file, JSON.stringify({ ...manifestOf(), sha256 }));
    expect(await refusal(file)).toMatchObject({ code: 'modelFile', field: 'file' });
  });

  const shapes: [string, (m: ModelManifest) => void, (t: TinyModel) => void, string, string][] = [
    [
      'another name of the input',
      (m) => (m.input.name = 'images'),
      () => undefined,
      'input.name',
      'expected one input "images", found "image"',
    ],
    [
      'another name of the output',
      (m) => (m.output.name = 'boxes'),
      () => undefined,
      'output.name',
      'expected "boxes", found "people"',
    ],
    [
      'another size of the input',
      (m) => Object.assign(m.input, { width: 128 }),
      () => undefined,
      'input',
      'expected uint8 [1, 32, 128, 3], found uint8 [1, 32, 64, 3]',
    ],
    [
      'another layout',
      (m) => (m.input.layout = 'nchw'),
      () => undefined,
      'input',
      'expected uint8 [1, 3, 32, 64], found uint8 [1, 32, 64, 3]',
    ],
    [
      'another type',
      (m) => (m.input.type = 'float32'),
      () => undefined,
      'input',
      'expected float32 [1, 32, 64, 3], found uint8 [1, 32, 64, 3]',
    ],
    [
      'another number of places',
      (m) => (m.output.strides = [16]),
      () => undefined,
      'output',
      'expected float32 [1, 8, 7] (1 classes), found float32 [1, 2, 7]',
    ],
    [
      'another number of classes',
      (m) => Object.assign(m, { output: { name: 'people', style: 'yolov8' }, classes: 80 }),
      (t) => (t.output = { name: 'people', shape: [1, 83, 1], values: new Float32Array(83) }),
      'output',
      'expected float32 [1, 84, any] (80 classes), found float32 [1, 83, 1]',
    ],
  ];
  it.each(shapes)('for %s', async (_, change, model, field, reason) => {
    expect(await refusal(writeModel(tiny(model), manifestOf(change)))).toMatchObject({
      code: 'modelShape',
      field,
      reason,
    });
  });

  it('but not for a side that the model leaves open', async () => {
    const file = writeModel(
      tiny((model) => (model.input.shape = ['batch', 32, 64, 3])),
      manifestOf(),
    );
    await (await OnnxModel.load(findModel(file, []), 1)).release();
  });
});

describe('the manifests that come with Aisle', () => {
  const models = path.resolve(import.meta.dirname, '../../../models');
  const named = readdirSync(models).filter((name) => existsSync(path.join(models, name, 'manifest.json')));
  it('say what the schema asks for', () => {
    expect(named).toEqual(expect.arrayContaining(['fastestdet', 'yolox-nano']));
    for (const name of named.filter((one) => one !== 'interest')) {
      try {
        findModel(path.join(models, name, 'manifest.json'), modelFolders(process.env.AISLE_MODELS));
      } catch (error) {
        // The weights are not ours to give; everything else must hold.
        expect(error).toMatchObject({ code: 'modelFile' });
      }
    }
  });

  it('folders are separated as in PATH', () => {
    expect(modelFolders(['/a', '', '/b c'].join(path.delimiter))).toEqual(['/a', '/b c']);
    expect(modelFolders(undefined)).toEqual([]);
  });
});
