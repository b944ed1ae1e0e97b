import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../adapters/files.js';
import { encodeJpeg, letterbox } from '../adapters/jpeg.js';
import { Painter, type Label } from '../render/painter.js';
import { randomActors, randomScene, type RandomScene } from '../render/scenes.js';
import { neededOption, numberOption, wholeOption } from './options.js';

const OPTIONS = {
  out: { type: 'string' },
  seed: { type: 'string' },
  count: { type: 'string' },
  width: { type: 'string' },
  height: { type: 'string' },
  format: { type: 'string', default: 'tensor' },
} as const;

/** Pictures of one shop: drawing a shop costs as much as several pictures of it. */
const PICTURES_PER_SCENE = 4;

/**
 * `render`: pictures of random shops with labels, for training and evaluating detectors. Each scene takes a seed of its own:
 * `--seed N --count C` uses the seeds from N to N + C/4, so that runs whose seeds lie that far apart share no shop.
 */
export async function render(args: string[], { say }: { say: (line: string) => void }): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
  const folder = neededOption('out', values.out);
  const seed = wholeOption('seed', values.seed, 1);
  const count = numberOption('count', values.count, 100, 1, 10_000_000);
  const width = numberOption('width', values.width, 320, 32, 4096);
  const height = numberOption('height', values.height, 192, 32, 4096);
  const { format } = values;
  if (format !== 'tensor' && format !== 'jpeg')
    throw new UsageError(`--format: expected tensor or jpeg, got "${format}"`);
  mkdirSync(folder, { recursive: true });
  const labels = openSync(path.join(folder, 'labels.jsonl'), 'w');
  const images = format === 'tensor' ? openSync(path.join(folder, 'images.u8'), 'w') : undefined;
  const tensor = new Uint8Array(width * height * 3);
  let scene: RandomScene | undefined;
  let painter: Painter | undefined;
  for (let i = 0; i < count; i += 1) {
    const sceneSeed = seed + Math.floor(i / PICTURES_PER_SCENE);
    const picture = i % PICTURES_PER_SCENE;
    if (picture === 0 || !scene || !painter) {
      scene = randomScene(sceneSeed);
      painter = new Painter(scene.scene, scene.pose, scene.sensor, sceneSeed);
    }
    const frame = painter.draw(picture * 47_000, randomActors(scene, sceneSeed, picture));
    const view = { degreesFromVertical: Math.round(90 - scene.pose.pitchDegrees) };
    const jpeg = await encodeJpeg(frame.rgb, scene.pose.width, scene.pose.height, scene.jpegQuality);
    if (images === undefined) {
      const name = String(i).padStart(6, '0');
      writeFileSync(path.join(folder, `${name}.jpg`), jpeg);
      writeSync(labels, `${JSON.stringify({ file: `${name}.jpg`, ...view, ...line(frame.labels, 1, 1) })}\n`);
    } else {
      const { scaleX, scaleY } = await letterbox(jpeg, scene.pose, tensor, width, height);
      writeSync(images, tensor);
      writeSync(labels, `${JSON.stringify({ ...view, ...line(frame.labels, scaleX, scaleY) })}\n`);
    }
  }
  closeSync(labels);
  if (images !== undefined) closeSync(images);
  const sourceFormat = 'rendered, JPEG-coded, decoded and letterboxed at the top left, RGB bytes';
  writeFileSync(
    path.join(folder, 'meta.json'),
    `${JSON.stringify({ seed, count, width, height, format, picturesPerScene: PICTURES_PER_SCENE, sourceFormat }, null, 2)}\n`,
  );
  say(`${count} pictures written to ${folder}`);
  return 0;
}

const round = (value: number) => Math.round(value * 100) / 100;
const line = (labels: readonly Label[], scaleX: number, scaleY: number) => ({
  people: labels.map(({ box, foot, visible }) => ({
    box: box.map((value, axis) => round(value * (axis % 2 === 0 ? scaleX : scaleY))),
    foot: foot.map((value, axis) => round(value * (axis === 0 ? scaleX : scaleY))),
    visible: Math.round(visible * 1000) / 1000,
  })),
});
