import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelFolders } from '../../agent/src/config/model-manifest.js';
import { evaluateReal, type RealRow } from '../evaluate/real.js';
import { throughTheShop } from '../evaluate/real-shop.js';
import { annotationOf } from '../evaluate/real-visits.js';
import { root } from '../support/system.js';

const recordings = process.env.AISLE_RECORDINGS;
const folders = modelFolders(process.env.AISLE_MODELS);

describe.skipIf(recordings === undefined || folders.length === 0)('real clips', () => {
  const videos = path.join(recordings ?? '', 'videos');

  it('are scored against YOLOX-Nano, the same with the same seed', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-real-'));
    const rows = async (seed: string) => {
      const json = path.join(folder, `${seed}.json`);
      const args = [
        '--real',
        '--recordings',
        videos,
        '--model',
        'yolox-nano',
        '--no-visits',
        '--seed',
        seed,
        '--json',
        json,
      ];
      expect(await evaluateReal(args)).toBe(0);
      return JSON.parse(readFileSync(json, 'utf8')) as RealRow[];
    };
    const first = await rows('1');
    expect(first.map(({ clip }) => clip)).toContain('store-aisle-detection.gif');
    // The reference itself, from 0.4 on: it finds no one else, and not all.
    for (const { recall, low, high, falseBoxes } of first) {
      expect(falseBoxes).toBe(0);
      expect(recall).toBeGreaterThan(0);
      expect(low).toBeLessThanOrEqual(recall as number);
      expect(high).toBeGreaterThanOrEqual(recall as number);
    }
    const figures = (list: RealRow[]) => list.map(({ recall, low, high }) => [recall, low, high]);
    expect(figures(await rows('1'))).toEqual(figures(first));
    expect(figures(await rows('2'))).not.toEqual(figures(first));
  }, 240_000);

  it('go the whole way of a shop, from a picture to the visits of a zone', async () => {
    const name = 'worker-zone-detection.gif';
    const file = path.join(videos, name);
    const annotation = annotationOf(file, name);
    if (!annotation) throw new Error(`${name} has no visits`);
    const manifest = path.join(root, 'models/yolox-nano/manifest.json');
    const [found] = await throughTheShop(manifest, folders, [{ file, annotation }]);
    const truth = annotation.visits.reduce(
      (sum, { enterSeconds, leaveSeconds }) => sum + leaveSeconds - enterSeconds,
      0,
    );
    expect(found?.visits).toBe(annotation.visits.length);
    expect(Math.abs((found?.dwellSeconds as number) / truth - 1)).toBeLessThan(0.1);
  }, 240_000);

  it('that are not there are told by the option', async () => {
    await expect(evaluateReal(['--real', '--recordings', '/nowhere'])).rejects.toThrow(
      /^--recordings: \/nowhere is not there/,
    );
    await expect(evaluateReal(['--real', '--recordings', videos, '--model', 'nothing'])).rejects.toThrow(
      /^--model: "nothing"/,
    );
    await expect(evaluateReal(['--real', '--recordings', videos, '--seed', 'x'])).rejects.toThrow(/^--seed: /);
  });
});
