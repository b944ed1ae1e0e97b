/**
 * `npm run train:interest -- --store FILE --data DIR`: retrains the interest model from a shop's own recorded moments and
 * lets the new one take over only where it is better on the newest quarter of them. Needs nothing but Node.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_ENGAGED_AFTER_SECONDS, parseStoreFile, type StoreFile } from '@aisle/contracts';
import { LibsqlStore } from './adapters/libsql-store.js';
import { firstInterestModel } from './adapters/vision/onnx-interest.js';
import { writeInterestModel } from './config/write-interest-model.js';
import { FEATURE_COUNT, FEATURES_VERSION } from './domain/interest/features.js';
import { examplesOf } from './training/examples.js';
import { onnxFile } from './training/onnx-file.js';
import { comparison, rounded } from './training/report.js';
import { retrain, tooFew } from './training/retrain.js';
import type { InterestModel } from './ports/interest-model.js';

export const USAGE = `usage: npm run train:interest -- --store FILE --data DIR [--seed N]
  --store FILE  the shop's store file: its zones say from which dwell on somebody counts as engaged
  --data DIR    the shop's data folder (the one given to npm start, or the agent's own)
  --seed N      of the training, 1 by default: the same seed and moments give the same model`;
const PPM = 1_000_000;
const ROWS_AT_ONCE = 4_096;

/**
 * @param shippedModels folder of the models that come with Aisle
 * @returns exit code: 0 when a new model took over, 1 when the old one stays, 2 when nothing could be compared
 */
export async function main(
  args: readonly string[],
  shippedModels: string,
  say: (text: string) => void,
): Promise<number> {
  const options = optionsOf(args, say);
  if (!options) return 2;
  let store: StoreFile;
  try {
    store = parseStoreFile(readFileSync(options.store, 'utf8'), options.store, (name) =>
      readFileSync(path.join(path.dirname(options.store), name), 'utf8'),
    );
  } catch (error) {
    say((error as Error).message);
    return 2;
  }
  const dataDir = agentFolder(options.data);
  if (dataDir === undefined) {
    say(`${options.data}: holds no agent.db, nor does its folder "agent"`);
    return 2;
  }
  const own = path.join(dataDir, 'models', 'interest');
  const log = silentBut(say);
  const current = await firstInterestModel([own, path.join(shippedModels, 'interest')], log);
  try {
    return await compare(dataDir, own, store, options.seed, current, say);
  } finally {
    await current?.close();
  }
}

async function compare(
  dataDir: string,
  folder: string,
  store: StoreFile,
  seed: number,
  current: InterestModel | undefined,
  say: (text: string) => void,
): Promise<number> {
  const database = new LibsqlStore(path.join(dataDir, 'agent.db'));
  database.open();
  const samples = database.samples(FEATURES_VERSION);
  database.close();
  const examples = examplesOf(samples);
  const reason = tooFew(examples);
  if (reason !== undefined) {
    say(`Nothing to learn from yet: ${reason}. The model in force stays.`);
    return 2;
  }
  const times = samples.map((sample) => sample.ts);
  const { network, tested, scores, better } = await retrain(
    examples,
    times,
    { seed, engagedAfterSeconds: engagedAfter(store) },
    current ? (features) => judged(current, features) : null,
  );
  const rows = [
    { name: 'retrained', scores: scores.trained },
    ...(scores.current && current ? [{ name: `in force (${current.name})`, scores: scores.current }] : []),
    { name: `dwell from ${engagedAfter(store)} s`, scores: scores.dwellThreshold },
  ];
  say(`${examples.count} moments, compared on the newest ${tested} of them:\n${comparison(rows)}`);
  if (!better.yes) {
    say(`The model in force stays: ${better.reason}.`);
    return 1;
  }
  const span = [times[0], times.at(-1)].map((ts) => new Date(ts as number).toISOString().slice(0, 10)).join(' to ');
  writeInterestModel(folder, onnxFile(network), {
    name: 'interest-own',
    trainedOn: `${examples.count} moments of the shop "${store.store.id}" itself, ${span}, seed ${seed}`,
    scores: {
      'newest quarter': {
        moments: tested,
        model: rounded(scores.trained),
        dwellThreshold: rounded(scores.dwellThreshold),
      },
    },
    licence: 'the shop’s own',
  });
  say(`The new model takes over: ${folder}. The agent uses it from its next start.`);
  return 0;
}

async function judged(model: InterestModel, features: Float32Array): Promise<Float64Array> {
  const out = new Float64Array(features.length / FEATURE_COUNT);
  for (let row = 0; row < out.length; row += ROWS_AT_ONCE) {
    const part = features.slice(row * FEATURE_COUNT, (row + ROWS_AT_ONCE) * FEATURE_COUNT);
    (await model.judge(part)).forEach((ppm, at) => (out[row + at] = ppm / PPM));
  }
  return out;
}

function optionsOf(
  args: readonly string[],
  say: (text: string) => void,
): { store: string; data: string; seed: number } | undefined {
  try {
    const string = { type: 'string' } as const;
    const {
      store,
      data,
      seed = '1',
    } = parseArgs({
      args: [...args],
      options: { store: string, data: string, seed: string },
    }).values;
    if (store === undefined || data === undefined)
      throw new Error(`${store === undefined ? '--store' : '--data'} missing`);
    if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed expected a whole number, got "${seed}"`);
    return { store, data, seed: Number(seed) };
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    return undefined;
  }
}

const agentFolder = (data: string): string | undefined =>
  [path.join(data, 'agent'), data].find((folder) => existsSync(path.join(folder, 'agent.db')));

/** The threshold that the model has to beat: the middle one of the zones with a category. */
function engagedAfter(store: StoreFile): number {
  const seconds = (store.zones ?? [])
    .filter((zone) => zone.category !== undefined)
    .map((zone) => zone.engagedAfterSeconds ?? DEFAULT_ENGAGED_AFTER_SECONDS)
    .sort((a, b) => a - b);
  return seconds[Math.floor(seconds.length / 2)] ?? DEFAULT_ENGAGED_AFTER_SECONDS;
}

/** Only what stops the model in force from being used is worth a line here. */
const silentBut = (say: (text: string) => void) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => say(`${message}: ${(fields as { reason?: string }).reason ?? ''}`),
});
