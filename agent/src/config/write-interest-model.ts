import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { FEATURE_NAMES, FEATURES_VERSION, HORIZON_SECONDS } from '../domain/interest/features.js';
import type { InterestManifest } from '../ports/interest-model.js';
import { INTEREST_MANIFEST } from './interest-model.js';

/**
 * Puts a model and its manifest into a folder, each in one go. Cut off between the two, the manifest does not fit the file:
 * the hash tells, and the model is refused rather than mistaken.
 */
export function writeInterestModel(
  folder: string,
  onnx: Uint8Array,
  words: Pick<InterestManifest, 'name' | 'trainedOn' | 'scores' | 'licence'>,
): InterestManifest {
  const file = 'interest.onnx';
  const manifest: InterestManifest = {
    name: words.name,
    file,
    sha256: createHash('sha256').update(onnx).digest('hex'),
    features: { version: FEATURES_VERSION, names: [...FEATURE_NAMES] },
    horizonSeconds: HORIZON_SECONDS,
    trainedOn: words.trainedOn,
    scores: words.scores,
    licence: words.licence,
  };
  mkdirSync(folder, { recursive: true });
  put(path.join(folder, file), onnx);
  put(path.join(folder, INTEREST_MANIFEST), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}

/** Old or new, never half. */
function put(file: string, bytes: Uint8Array): void {
  const fresh = `${file}.new`;
  const fd = openSync(fresh, 'w');
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(fresh, file);
}
