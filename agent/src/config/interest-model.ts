import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Type } from '@sinclair/typebox';
import { compile } from '@aisle/contracts';
import { FEATURE_NAMES, FEATURES_VERSION, HORIZON_SECONDS } from '../domain/interest/features.js';
import type { InterestManifest } from '../ports/interest-model.js';
import { ModelError } from '../ports/model-error.js';

const strict = { additionalProperties: false } as const;
const Score = Type.Object({ auc: Type.Number(), brier: Type.Number(), ece: Type.Number() }, strict);
const Schema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: 'a text of 1 to 64 characters' }),
    file: Type.String({ pattern: '^[^/\\\\]+$', description: 'a file name without folders' }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256, 64 lower-case hex digits' }),
    features: Type.Object({ version: Type.Integer(), names: Type.Array(Type.String()) }, strict),
    horizonSeconds: Type.Integer(),
    trainedOn: Type.String(),
    scores: Type.Record(
      Type.String(),
      Type.Object({ moments: Type.Integer(), model: Score, dwellThreshold: Score }, strict),
    ),
    licence: Type.String(),
  },
  strict,
);
const checker = compile(Schema);

export const INTEREST_MANIFEST = 'manifest.json';

export interface FoundInterestModel {
  manifest: InterestManifest;
  /** whose hash has been checked */
  bytes: Uint8Array;
  /** of the manifest */
  path: string;
}

/**
 * The interest model in a folder; undefined when the folder holds none.
 * @throws ModelError when there is one that cannot be used, and why
 */
export function readInterestModel(folder: string): FoundInterestModel | undefined {
  const file = path.join(folder, INTEREST_MANIFEST);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ModelError('manifest', file, '', `cannot be read (${code ?? (error as Error).message})`);
  }
  const manifest = parsed(file, text);
  const model = path.join(folder, manifest.file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(model);
  } catch (error) {
    throw new ModelError(
      'modelFile',
      file,
      'file',
      `${model} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== manifest.sha256)
    throw new ModelError('modelHash', file, 'sha256', `expected ${manifest.sha256}, found ${hash} in ${model}`);
  return { manifest, bytes, path: file };
}

function parsed(file: string, text: string): InterestManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ModelError('manifest', file, '', `is not JSON (${(error as Error).message})`);
  }
  const [problem] = checker.problems(value, 1);
  if (problem) throw new ModelError('manifest', file, problem.field, problem.message);
  const manifest = value as InterestManifest;
  const expect = (field: string, wanted: string | number, found: string | number) => {
    if (wanted !== found) throw new ModelError('manifest', file, field, `expected ${wanted}, found ${found}`);
  };
  expect('features.version', FEATURES_VERSION, manifest.features.version);
  expect('features.names', FEATURE_NAMES.join(' '), manifest.features.names.join(' '));
  expect('horizonSeconds', HORIZON_SECONDS, manifest.horizonSeconds);
  return manifest;
}
