import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { ModelManifest } from '../../src/config/model-manifest.js';
import { tinyOnnx, type TinyModel } from './tiny-onnx.js';

const folder = mkdtempSync(path.join(tmpdir(), 'aisle-models-'));
let models = 0;

/** A manifest that fits `tiny()`, in a way of its own where `change` says so. */
export const manifestOf = (change: (manifest: ModelManifest) => void = () => undefined): ModelManifest => {
  const manifest: ModelManifest = {
    name: 'tiny',
    file: 'tiny.onnx',
    sha256: '0'.repeat(64),
    input: {
      name: 'image',
      width: 64,
      height: 32,
      type: 'uint8',
      layout: 'nhwc',
      channels: 'rgb',
      scale: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      fit: 'top-left',
      fill: 114,
    },
    output: { name: 'people', style: 'aisle' },
    classes: ['person'],
    person: 0,
    scoreThreshold: 0.5,
    lowScoreThreshold: 0.1,
    iouThreshold: 0.5,
    licence: 'Apache-2.0',
    scores: {},
  };
  change(manifest);
  return manifest;
};

/** One person in the middle of a picture of 64 × 32, who stands below the box. */
export const tiny = (change: (model: TinyModel) => void = () => undefined): TinyModel => {
  const model: TinyModel = {
    input: { name: 'image', type: 'uint8', shape: [1, 32, 64, 3] },
    output: { name: 'people', shape: [1, 2, 7], values: [0.9, 20, 8, 30, 28, 24, 30, 0.05, 1, 1, 5, 5, 3, 5] },
  };
  change(model);
  return model;
};

/** Writes model and manifest side by side. @returns the manifest's path */
export function writeModel(model: TinyModel, manifest: ModelManifest, sha256?: string): string {
  const place = path.join(folder, String((models += 1)));
  mkdirSync(place);
  const onnx = tinyOnnx(model);
  writeFileSync(path.join(place, path.basename(manifest.file)), onnx);
  const file = path.join(place, 'manifest.json');
  const hash = sha256 ?? createHash('sha256').update(onnx).digest('hex');
  writeFileSync(file, JSON.stringify({ ...manifest, sha256: hash }));
  return file;
}

export const plainPicture = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: 90, g: 120, b: 60 } } })
    .jpeg()
    .toBuffer();
