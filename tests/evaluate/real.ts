/** `npm run evaluate:vision -- --real`: detectors against real people, on recordings that lie beside the checkout. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InlineDetector } from '../../agent/src/adapters/vision/inline-detector.js';
import { modelFolders } from '../../agent/src/config/model-manifest.js';
import { Random } from '../../simulators/src/random.js';
import { root } from '../support/system.js';
import { lookAt, recallOf, scoreBoxes, type BoxScore } from './real-boxes.js';
import { throughTheShop } from './real-shop.js';
import { annotationOf } from './real-visits.js';

export const REAL_HELP = `npm run evaluate:vision -- --real [options]
  --recordings DIR  folder of clips (videos/ in the folder that AISLE_RECORDINGS names): GIF, WebP, or video with ffmpeg
  --model NAME|FILE detector or manifest, any number of them (all that are there: those added to --data, and models/)
  --data DIR        where npm run aisle -- model add has put detectors (data)
  --no-visits       boxes only, without starting a shop for the clips whose visits are known (CLIP.visits.json)
  --seed N          of the 95 % interval of the recall, frames drawn anew (1)
  --json FILE       the table as JSON`;

/** The reference that recall and false boxes are counted against, at this score: no truth, but seldom wrong. */
const REFERENCE = 'yolox-nano';
const REFERENCE_SCORE = 0.3;
const DRAWS = 1000;

export interface RealRow extends BoxScore {
  clip: string;
  model: string;
  recall: number | null;
  low: number | null;
  high: number | null;
  /** of the reference's, per frame */
  falseBoxes: number;
  visits: { found: number; truth: number; dwellSeconds: number; truthSeconds: number } | null;
}

interface Named {
  name: string;
  manifest: string;
}

export async function evaluateReal(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ real: { type: 'boolean' }, help: { type: 'boolean' }, 'no-visits': { type: 'boolean' } },
      ...{ recordings: text, data: text, seed: text, json: text, model: { type: 'string', multiple: true } },
    },
  });
  if (values.help === true) {
    console.log(REAL_HELP);
    return 0;
  }
  const seed = Number(values.seed ?? 1);
  if (!Number.isInteger(seed) || seed < 0) throw new Error(`--seed: expected a whole number, got "${values.seed}"`);
  const place = values.recordings ?? path.join(process.env.AISLE_RECORDINGS ?? '', 'videos');
  if (!existsSync(place))
    throw new Error(`--recordings: ${place} is not there; name a folder of clips, or set AISLE_RECORDINGS`);
  const clips = readdirSync(place)
    .filter((name) => /\.(gif|webp|mp4|mkv|avi|mov)$/i.test(name))
    .sort();
  if (clips.length === 0) throw new Error(`--recordings: ${place} holds no clips`);
  const folders = modelFolders(process.env.AISLE_MODELS);
  const models = modelsOf(values.model, path.resolve(values.data ?? 'data', 'models'));
  const reference = await InlineDetector.open({
    manifest: path.join(root, 'models', REFERENCE, 'manifest.json'),
    folders,
  });
  const truths = new Map<string, Awaited<ReturnType<typeof lookAt>>['frames']>();
  for (const clip of clips) truths.set(clip, (await lookAt(path.join(place, clip), reference, REFERENCE_SCORE)).frames);
  await reference.close();
  const rows: RealRow[] = [];
  for (const { name, manifest } of models) {
    const own = await rowsOf(name, manifest, clips, place, truths, folders, seed);
    if (values['no-visits'] !== true) await addVisits(own, manifest, place, folders);
    for (const row of own) console.log(told(row));
    console.log(totalTold(name, own));
    rows.push(...own);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  return 0;
}

/** Those that were named, else all that can be opened here. */
function modelsOf(named: readonly string[] | undefined, added: string): Named[] {
  const places = [added, path.join(root, 'models')];
  const find = (name: string): Named | undefined => {
    const manifest = places.map((place) => path.join(place, name, 'manifest.json')).find((file) => existsSync(file));
    return manifest === undefined ? undefined : { name, manifest };
  };
  if (named)
    return named.map((one) => {
      const found =
        existsSync(one) && one.endsWith('.json')
          ? { name: path.basename(path.dirname(path.resolve(one))), manifest: one }
          : find(one);
      if (!found)
        throw new Error(`--model: "${one}" is neither a manifest nor there; npm run aisle -- model add ${one}`);
      return found;
    });
  const all = ['movenet-multipose', 'nanodet', 'fastestdet', 'person-detector'].map((name) => ({
    name,
    found: find(name),
  }));
  for (const { name, found } of all)
    if (!found) console.log(`${name}: left out, it is not there (npm run aisle -- model add ${name})`);
  return all.flatMap(({ found }) => found ?? []);
}

async function rowsOf(
  model: string,
  manifest: string,
  clips: readonly string[],
  place: string,
  truths: ReadonlyMap<string, Awaited<ReturnType<typeof lookAt>>['frames']>,
  folders: readonly string[],
  seed: number,
): Promise<RealRow[]> {
  const detector = await InlineDetector.open({ manifest, folders });
  const least = detector.found.manifest.scoreThreshold;
  const rows: RealRow[] = [];
  for (const clip of clips) {
    const truth = truths.get(clip) ?? [];
    const { frames, milliseconds } = await lookAt(path.join(place, clip), detector, least);
    const score = scoreBoxes(truth, frames, milliseconds);
    const single = frames.map((frame, at) => scoreBoxes(truth.slice(at, at + 1), [frame], 0));
    const [low, high] = interval(single, Random.stream(seed, `real/${model}/${clip}`));
    rows.push({
      ...score,
      clip,
      model,
      recall: recallOf(score),
      low,
      high,
      falseBoxes: score.extra / score.frames,
      visits: null,
    });
  }
  await detector.close();
  return rows;
}

/** 95 % of the recalls of as many frames, drawn with replacement; null where nobody is to be seen. */
function interval(frames: readonly BoxScore[], random: Random): [number | null, number | null] {
  const recalls: number[] = [];
  for (let draw = 0; draw < DRAWS; draw += 1) {
    let [found, people] = [0, 0];
    for (let at = 0; at < frames.length; at += 1) {
      const one = frames[Math.floor(random.next() * frames.length)] as BoxScore;
      found += one.found;
      people += one.people;
    }
    if (people > 0) recalls.push(found / people);
  }
  recalls.sort((a, b) => a - b);
  const at = (share: number) => recalls[Math.floor(share * (recalls.length - 1))] ?? null;
  return [at(0.025), at(0.975)];
}

async function addVisits(rows: RealRow[], manifest: string, place: string, folders: readonly string[]): Promise<void> {
  const known = rows.flatMap((row) => {
    const file = path.join(place, row.clip);
    const annotation = annotationOf(file, row.clip);
    return annotation ? [{ row, file, annotation }] : [];
  });
  if (known.length === 0) return;
  const found = await throughTheShop(manifest, folders, known);
  known.forEach(({ row, annotation: { visits } }, at) => {
    const one = found[at];
    if (!one) return;
    const truthSeconds = visits.reduce((sum, { enterSeconds, leaveSeconds }) => sum + leaveSeconds - enterSeconds, 0);
    row.visits = { found: one.visits, truth: visits.length, dwellSeconds: one.dwellSeconds, truthSeconds };
  });
}

const shown = (value: number | null, digits = 2): string => (value === null ? '–' : value.toFixed(digits));

function told({ model, clip, recall, low, high, falseBoxes, milliseconds, visits }: RealRow): string {
  const boxes = `recall ${shown(recall)} (${shown(low)}–${shown(high)}), false ${shown(falseBoxes)} a frame, ${milliseconds.toFixed(0)} ms`;
  const stays = visits
    ? `, visits ${visits.found} of ${visits.truth}, dwell ${visits.dwellSeconds.toFixed(1)} of ${visits.truthSeconds.toFixed(1)} s`
    : '';
  return `${model.padEnd(18)} ${clip.padEnd(32)} ${boxes}${stays}`;
}

function totalTold(model: string, rows: readonly RealRow[]): string {
  const sum = (of: (row: RealRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const recall = recallOf({ found: sum((row) => row.found), people: sum((row) => row.people) });
  const visits = rows.flatMap((row) => row.visits ?? []);
  const add = (of: (one: NonNullable<RealRow['visits']>) => number) =>
    visits.reduce((total, one) => total + of(one), 0);
  const stays =
    visits.length > 0
      ? `, visits ${add((one) => one.found)} of ${add((one) => one.truth)}, dwell ${add((one) => one.dwellSeconds).toFixed(1)} of ${add((one) => one.truthSeconds).toFixed(1)} s`
      : '';
  return `${model.padEnd(18)} ${'all'.padEnd(32)} recall ${shown(recall)}, false ${shown(sum((row) => row.extra) / sum((row) => row.frames))} a frame${stays}\n`;
}
