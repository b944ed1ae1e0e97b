import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readBehaviour, shopFile, UsageError } from '../adapters/files.js';
import { encodeJpeg, letterbox } from '../adapters/jpeg.js';
import { Painter, type Label } from '../render/painter.js';
import { shopPictures, type ShopPicture } from '../render/shop-pictures.js';
import { randomActors, randomScene, type RandomScene } from '../render/scenes.js';
import { neededOption, numberOption, wholeOption } from './options.js';

const OPTIONS = {
  out: { type: 'string' },
  seed: { type: 'string' },
  count: { type: 'string' },
  width: { type: 'string' },
  height: { type: 'string' },
  format: { type: 'string', default: 'tensor' },
  scenes: { type: 'string', default: 'random' },
} as const;

/** Pictures of one shop: drawing a shop costs as much as several pictures of it. */
const PICTURES_PER_SCENE = 4;
const PICTURES_PER_SHOP = 16;

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
  if (values.scenes !== 'random' && values.scenes !== 'shops')
    throw new UsageError(`--scenes: expected random or shops, got "${values.scenes}"`);
  mkdirSync(folder, { recursive: true });
  const labels = openSync(path.join(folder, 'labels.jsonl'), 'w');
  const images = format === 'tensor' ? openSync(path.join(folder, 'images.u8'), 'w') : undefined;
  const tensor = new Uint8Array(width * height * 3);
  const pictures = values.scenes === 'shops' ? ofShops(seed, count) : ofRandomScenes(seed, count);
  let i = 0;
  for (const { pose, rgb, labels: seen, jpegQuality } of pictures) {
    const view = { degreesFromVertical: Math.round(90 - pose.pitchDegrees) };
    const jpeg = await encodeJpeg(rgb, pose.width, pose.height, jpegQuality);
    if (images === undefined) {
      const name = String(i).padStart(6, '0');
      writeFileSync(path.join(folder, `${name}.jpg`), jpeg);
      writeSync(labels, `${JSON.stringify({ file: `${name}.jpg`, ...view, ...line(seen, 1, 1) })}\n`);
    } else {
      const { scaleX, scaleY } = await letterbox(jpeg, pose, tensor, width, height);
      writeSync(images, tensor);
      writeSync(labels, `${JSON.stringify({ ...view, ...line(seen, scaleX, scaleY) })}\n`);
    }
    i += 1;
  }
  closeSync(labels);
  if (images !== undefined) closeSync(images);
  const sourceFormat = 'rendered, JPEG-coded, decoded and letterboxed at the top left, RGB bytes';
  writeFileSync(
    path.join(folder, 'meta.json'),
    `${JSON.stringify({ seed, count, width, height, format, scenes: values.scenes, picturesPerScene: values.scenes === 'shops' ? PICTURES_PER_SHOP : PICTURES_PER_SCENE, sourceFormat }, null, 2)}\n`,
  );
  say(`${count} pictures written to ${folder}`);
  return 0;
}

/** Shops that are nothing but a room with things and people in it: the widest variety. */
function* ofRandomScenes(seed: number, count: number): Generator<ShopPicture> {
  for (let first = 0; first < count; first += PICTURES_PER_SCENE) {
    const sceneSeed = seed + first / PICTURES_PER_SCENE;
    const scene: RandomScene = randomScene(sceneSeed);
    const painter = new Painter(scene.scene, scene.pose, scene.sensor, sceneSeed);
    for (let picture = 0; picture < Math.min(PICTURES_PER_SCENE, count - first); picture += 1) {
      const { rgb, labels } = painter.draw(picture * 47_000, randomActors(scene, sceneSeed, picture));
      yield { pose: scene.pose, rgb, labels, jpegQuality: scene.jpegQuality };
    }
  }
}

/** Shops in which shoppers go about. */
function* ofShops(seed: number, count: number): Generator<ShopPicture> {
  const behaviour = readBehaviour(shopFile('behaviour.yaml'));
  for (let first = 0; first < count; first += PICTURES_PER_SHOP)
    yield* shopPictures(seed + first / PICTURES_PER_SHOP, Math.min(PICTURES_PER_SHOP, count - first), behaviour);
}

const round = (value: number) => Math.round(value * 100) / 100;
const line = (labels: readonly Label[], scaleX: number, scaleY: number) => ({
  people: labels.map(({ box, foot, head, visible }) => ({
    box: box.map((value, axis) => round(value * (axis % 2 === 0 ? scaleX : scaleY))),
    foot: foot.map((value, axis) => round(value * (axis === 0 ? scaleX : scaleY))),
    head: head.map((value, axis) => round(value * (axis === 0 ? scaleX : scaleY))),
    visible: Math.round(visible * 1000) / 1000,
  })),
});
