import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeJpeg, letterbox } from '../../src/adapters/jpeg.js';
import { render } from '../../src/commands/render.js';
import { randomActors, randomScene } from '../../src/render/scenes.js';

const folders: string[] = [];
const folder = () => folders[folders.push(mkdtempSync(path.join(tmpdir(), 'render-'))) - 1] as string;
afterEach(() => folders.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));
const quiet = { say: () => undefined };
interface Line {
  file?: string;
  people: { box: number[]; foot: number[]; head: number[]; visible: number }[];
}
const labelsIn = (dir: string) =>
  readFileSync(path.join(dir, 'labels.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('render', () => {
  it('writes letterboxed pictures with labels inside them, alike for the same seed', async () => {
    const [a, b, c] = [folder(), folder(), folder()];
    const args = (dir: string, seed: string) => [
      '--out',
      dir,
      '--seed',
      seed,
      '--count',
      '5',
      '--width',
      '160',
      '--height',
      '96',
    ];
    expect(await render(args(a, '3'), quiet)).toBe(0);
    await render(args(b, '3'), quiet);
    await render(args(c, '4'), quiet);
    const pictures = (dir: string) => readFileSync(path.join(dir, 'images.u8'));
    expect(pictures(a)).toHaveLength(5 * 96 * 160 * 3);
    expect(pictures(b).equals(pictures(a))).toBe(true);
    expect(labelsIn(b)).toEqual(labelsIn(a));
    expect(pictures(c).equals(pictures(a))).toBe(false);
    // A run from the next seed starts with the second shop of this one.
    expect(
      pictures(c)
        .subarray(0, 96 * 160 * 3)
        .equals(pictures(a).subarray(4 * 96 * 160 * 3, 5 * 96 * 160 * 3)),
    ).toBe(true);
    const labels = labelsIn(a);
    expect(labels).toHaveLength(5);
    expect(labels.flatMap(({ people }) => people).length).toBeGreaterThan(2);
    for (const { box, head, visible } of labels.flatMap(({ people }) => people)) {
      const [x, y, w, h] = box as [number, number, number, number];
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + w).toBeLessThanOrEqual(160.01);
      expect(y + h).toBeLessThanOrEqual(96.01);
      expect(visible >= 0 && visible <= 1).toBe(true);
      // Where the picture cuts nobody off, the head is in the box.
      if (Math.min(x, y) > 1 && x + w < 159 && y + h < 95)
        expect([head[0]! > x, head[0]! < x + w, head[1]! > y, head[1]! < y + h]).toEqual([true, true, true, true]);
    }
    expect(JSON.parse(readFileSync(path.join(a, 'meta.json'), 'utf8'))).toMatchObject({
      seed: 3,
      count: 5,
      width: 160,
      height: 96,
    });
  });

  it('writes JPEGs to look at', async () => {
    const dir = folder();
    await render(['--out', dir, '--seed', '8', '--count', '2', '--format', 'jpeg'], quiet);
    expect(readdirSync(dir).sort()).toEqual(['000000.jpg', '000001.jpg', 'labels.jsonl', 'meta.json']);
    expect(readFileSync(path.join(dir, '000000.jpg')).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    expect(labelsIn(dir).map(({ file }) => file)).toEqual(['000000.jpg', '000001.jpg']);
  });

  it.each([
    [['--count', '2'], '--out'],
    [['--out', 'x', '--format', 'png'], '--format'],
    [['--out', 'x', '--count', '0'], '--count'],
    [['--out', 'x', '--width', 'wide'], '--width'],
  ])('refuses %j, naming the option', async (args, named) => {
    await expect(render(args, quiet)).rejects.toThrow(named);
  });
});

describe('a letterboxed picture', () => {
  it('lies at the top left, keeps its proportions, and has grey below or beside it', async () => {
    const [width, height] = [64, 48];
    const rgb = new Uint8Array(width * height * 3).fill(200);
    const jpeg = await encodeJpeg(rgb, width, height, 90);
    const into = new Uint8Array(32 * 32 * 3);
    expect(await letterbox(jpeg, { width, height }, into, 32, 32)).toEqual({ scaleX: 0.5, scaleY: 0.5 });
    expect([into[0], into[(23 * 32 + 31) * 3], into[24 * 32 * 3], into[into.length - 1]]).toEqual([200, 200, 114, 114]);
  });

  it('is enlarged if it is small', async () => {
    const jpeg = await encodeJpeg(new Uint8Array(8 * 4 * 3).fill(50), 8, 4, 90);
    const into = new Uint8Array(16 * 16 * 3);
    expect((await letterbox(jpeg, { width: 8, height: 4 }, into, 16, 16)).scaleX).toBe(2);
    expect([into[0], into[(7 * 16 + 15) * 3], into[8 * 16 * 3]]).toEqual([50, 50, 114]);
  });
});

describe('random shops', () => {
  it('vary in cameras, floors and crowds within their stated bounds', () => {
    const scenes = Array.from({ length: 60 }, (_, seed) => randomScene(seed));
    const finishes = new Set(scenes.map(({ scene }) => scene.floor.finish));
    expect(finishes.size).toBe(6);
    for (const { pose } of scenes) {
      expect(pose.position[2]).toBeGreaterThanOrEqual(2.6);
      expect(pose.position[2]).toBeLessThanOrEqual(6);
      expect(pose.pitchDegrees).toBeGreaterThanOrEqual(25);
      expect(pose.fovDegrees).toBeGreaterThanOrEqual(60);
      expect(pose.fovDegrees).toBeLessThanOrEqual(110);
    }
    expect(scenes.some(({ pose }) => pose.pitchDegrees > 80)).toBe(true);
    expect(scenes.some(({ pose }) => pose.pitchDegrees < 40)).toBe(true);
    const crowds = scenes.map((scene, seed) => randomActors(scene, seed, 0).length);
    expect(Math.max(...crowds)).toBeGreaterThanOrEqual(7);
    expect(Math.min(...crowds)).toBe(0);
    expect(Math.max(...crowds)).toBeLessThanOrEqual(14);
  });
});
