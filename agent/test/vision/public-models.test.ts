import { rmSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { InlineDetector } from '../../src/adapters/vision/inline-detector.js';
import { WorkerDetector } from '../../src/adapters/vision/worker-detector.js';
import { modelFolders } from '../../src/config/model-manifest.js';
import type { Detector, DetectedPerson } from '../../src/ports/detector.js';
import { buildWorker } from './worker-file.js';

const folders = modelFolders(process.env.AISLE_MODELS);
const recordings = process.env.AISLE_RECORDINGS;
const models = path.resolve(import.meta.dirname, '../../../models');
const manifest = (name: string) => path.join(models, name, 'manifest.json');
const clip = (name: string) => path.join(recordings as string, 'videos', name);
const frame = (name: string, page: number) => sharp(clip(name), { page }).removeAlpha().png().toBuffer();

/** [score, centre x, centre y, width, height], lengths as if the picture were 416 wide. */
const at416 = ({ score, x, y, w, h }: DetectedPerson, width: number) => [
  score,
  ...[x + w / 2, y + h / 2, w, h].map((pixels) => (pixels * 416) / width),
];

describe.skipIf(folders.length === 0 || recordings === undefined)('public detectors plug in', () => {
  it('YOLOX-Nano finds the two people of the published check, where and as surely as published', async () => {
    const detector = await InlineDetector.open({ manifest: manifest('yolox-nano'), folders });
    const { width, height, boxes } = await detector.detect(await frame('store-aisle-detection.gif', 10));
    expect([width, height]).toEqual([480, 270]);
    const expected = [
      [0.86, 319, 151, 55, 162],
      [0.81, 242, 138, 75, 159],
    ];
    const found = boxes.map((box) => at416(box, width));
    expect(found).toHaveLength(2);
    for (const [i, [score, ...lengths]] of expected.entries()) {
      expect(Math.abs((found[i]?.[0] as number) - (score as number))).toBeLessThan(0.02);
      for (const [k, length] of lengths.entries())
        expect(Math.abs((found[i]?.[k + 1] as number) - length)).toBeLessThan(2);
    }
    for (const { x, y, w, h, foot } of boxes) expect(foot).toEqual([x + w / 2, y + h]);
    await detector.close();
  });

  it('YOLOX-Nano says the same of a JPEG as of the picture itself, and of its pixels', async () => {
    const detector = await InlineDetector.open({ manifest: manifest('yolox-nano'), folders });
    const png = await frame('store-aisle-detection.gif', 10);
    const jpeg = await sharp(png).jpeg({ quality: 90 }).toBuffer();
    const data = await sharp(png).raw().toBuffer();
    const [a, b, c] = await Promise.all([
      detector.detect(png),
      detector.detect(jpeg),
      detector.detect({ data, width: 480, height: 270 }),
    ]);
    expect(c).toEqual(a);
    for (const [i, box] of a.boxes.entries())
      for (const [k, value] of at416(box, 480).entries())
        expect(Math.abs(value - (at416(b.boxes[i] as DetectedPerson, 480)[k] as number))).toBeLessThan(
          k === 0 ? 0.03 : 5,
        );
    await detector.close();
  });

  it('FastestDet finds the same two people', async () => {
    const detector = await InlineDetector.open({ manifest: manifest('fastestdet'), folders });
    const { boxes } = await detector.detect(await frame('store-aisle-detection.gif', 10));
    const sure = boxes.filter(({ score }) => score >= detector.found.manifest.scoreThreshold);
    const centres = sure.map((box) => at416(box, 480).slice(1, 3)).sort((a, b) => (a[0] as number) - (b[0] as number));
    expect(centres).toHaveLength(2);
    for (const [i, [x, y]] of [
      [242, 138],
      [319, 151],
    ].entries()) {
      expect(Math.abs((centres[i]?.[0] as number) - (x as number))).toBeLessThan(15);
      expect(Math.abs((centres[i]?.[1] as number) - (y as number))).toBeLessThan(15);
    }
    await detector.close();
  });

  it('finds nobody in a picture of nothing', async () => {
    const empty = await sharp({ create: { width: 480, height: 270, channels: 3, background: '#808080' } })
      .jpeg()
      .toBuffer();
    for (const name of ['yolox-nano', 'fastestdet']) {
      const detector = await InlineDetector.open({ manifest: manifest(name), folders });
      const { scoreThreshold } = detector.found.manifest;
      const { boxes } = await detector.detect(empty);
      expect(boxes.filter(({ score }) => score >= scoreThreshold)).toEqual([]);
      await detector.close();
    }
  });

  it('answers from its thread what it answers here, while this thread goes on', async () => {
    const entry = await buildWorker();
    const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const options = { manifest: manifest('yolox-nano'), folders };
    const worker = new WorkerDetector({ ...options, entry }, systemClock, systemRandom, silent);
    await worker.start();
    const inline: Detector = await InlineDetector.open(options);
    const picture = await frame('store-aisle-detection.gif', 30);
    // All turns of this thread's loop are counted, not those between two answers: two may come in one turn of a thread
    // that had to wait for its processor. Inference in this thread leaves it a hundredth of them.
    const turnsDuring = async (calls: readonly Promise<unknown>[]): Promise<number> => {
      let answered = 0;
      let turns = 0;
      for (const call of calls) void call.finally(() => (answered += 1)).catch(() => undefined);
      for (; answered < calls.length; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      return turns;
    };
    const calls = Array.from({ length: 5 }, () => worker.detect(picture));
    const beside = await turnsDuring(calls);
    const here = await turnsDuring(Array.from({ length: 5 }, () => inline.detect(picture)));
    expect(beside).toBeGreaterThan(5 * here);
    expect((await Promise.all(calls))[4]).toEqual(await inline.detect(picture));
    await Promise.all([worker.close(), inline.close()]);
    rmSync(entry, { force: true });
  });
});
