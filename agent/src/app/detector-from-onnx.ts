import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { signatureOf, type Port } from '../adapters/vision/onnx-signature.js';
import type { ModelManifest } from '../config/model-manifest.js';
import { MOVENET_PLANES } from '../domain/detection/movenet-head.js';
import { NANODET_DISTANCES } from '../domain/detection/nanodet-head.js';

/** Of the models that people export: 0 of the 80 classes of COCO is a person. */
const COCO = 80;
/** Sides of the input where the model leaves them open. */
const OPEN_SIDE = 416;
const GRIDS = [
  [8, 16, 32],
  [8, 16, 32, 64],
] as const;
const AISLE_COLUMNS = 7;

type Output = Pick<ModelManifest, 'output' | 'classes'>;
type Sides = { width: number; height: number };

/** What a bare ONNX file is by the shapes of what goes in and comes out; or why it cannot be told. */
export type Guessed = { ok: true; manifest: ModelManifest; why: string } | { ok: false; found: string };

/**
 * A manifest for an ONNX file of a known shape. How a picture becomes numbers stands in no file: it is what the authors of each kind publish.
 * @param file path of the ONNX file
 * @throws ModelError when it is no ONNX model
 */
export async function guessManifest(file: string): Promise<Guessed> {
  const { inputs, outputs } = await signatureOf(file);
  const found = `${shownAll('input', inputs)}, ${shownAll('output', outputs)}`;
  const [input] = inputs;
  if (!input || inputs.length !== 1) return { ok: false, found };
  const picture = pictureOf(input);
  if (!picture) return { ok: false, found };
  for (const port of outputs) {
    const read = port.type === 'float32' ? outputOf(port, picture) : undefined;
    if (!read) continue;
    const { style } = read.output;
    const manifest: ModelManifest = {
      name:
        path
          .basename(file)
          .replace(/\.onnx$/i, '')
          .replace(/[^A-Za-z0-9_.-]+/g, '-')
          .replace(/^[^A-Za-z0-9]+/, '')
          .slice(0, 64) || 'own',
      file: path.basename(file),
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
      input: {
        name: input.name,
        ...picture,
        ...preparationOf(style, input.type),
        type: input.type as 'float32' | 'uint8',
      },
      ...read,
      person: 0,
      ...THRESHOLDS[style],
      licence: 'not told by the file',
      source: file.slice(0, 1000),
      scores: {},
    };
    return { ok: true, manifest, why: `${shownAll('output', [port])} is that of ${style}` };
  }
  return { ok: false, found };
}

const PLAIN = { mean: [0, 0, 0] as [number, number, number], std: [1, 1, 1] as [number, number, number], fill: 114 };
type Preparation = Pick<ModelManifest['input'], 'channels' | 'scale' | 'mean' | 'std' | 'fit' | 'fill'>;
/** As the authors of each kind prepare their pictures: docs/models.md. */
const PICTURES: Readonly<Record<ModelManifest['output']['style'], Preparation>> = {
  yolox: { ...PLAIN, channels: 'bgr', scale: 1, fit: 'top-left' },
  yolov8: { ...PLAIN, channels: 'rgb', scale: 1 / 255, fit: 'centre' },
  fastestdet: { ...PLAIN, channels: 'bgr', scale: 1 / 255, fit: 'stretch' },
  movenet: { ...PLAIN, channels: 'rgb', scale: 1, fit: 'top-left' },
  nanodet: {
    channels: 'bgr',
    scale: 1,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    fit: 'top-left',
    fill: 114,
  },
  aisle: { ...PLAIN, channels: 'rgb', scale: 1 / 255, fit: 'top-left' },
};
const scores = (scoreThreshold: number, lowScoreThreshold: number, iouThreshold: number) => ({
  scoreThreshold,
  lowScoreThreshold,
  iouThreshold,
});
const THRESHOLDS: Readonly<Record<ModelManifest['output']['style'], ReturnType<typeof scores>>> = {
  yolox: scores(0.4, 0.1, 0.5),
  yolov8: scores(0.4, 0.1, 0.5),
  fastestdet: scores(0.65, 0.4, 0.45),
  movenet: scores(0.4, 0.1, 0.5),
  nanodet: scores(0.4, 0.1, 0.5),
  aisle: scores(0.5, 0.1, 0.5),
};

/** A model that takes bytes prepares them by itself. */
const preparationOf = (style: ModelManifest['output']['style'], type: string): Preparation =>
  type === 'uint8' ? { ...PICTURES[style], ...PLAIN, scale: 1 } : PICTURES[style];

function pictureOf({ type, shape }: Port): (Sides & { layout: 'nchw' | 'nhwc' }) | undefined {
  if (shape.length !== 4 || (type !== 'float32' && type !== 'uint8')) return undefined;
  const layout = shape[1] === 3 ? 'nchw' : shape[3] === 3 ? 'nhwc' : undefined;
  if (!layout) return undefined;
  const [height, width] = layout === 'nchw' ? [shape[2], shape[3]] : [shape[1], shape[2]];
  const side = (given: unknown) => (typeof given === 'number' && given > 0 ? given : OPEN_SIDE);
  return { width: side(width), height: side(height), layout };
}

/** The head whose output has this shape. Where the model leaves a side open it must fit by the others. */
function outputOf({ name, shape }: Port, { width, height }: Sides): Output | undefined {
  const told = shape.map((side) => (typeof side === 'number' && side > 0 ? side : undefined));
  const whole = (stride: number): boolean => width % stride === 0 && height % stride === 0;
  const cells = (strides: readonly number[]): number =>
    strides.reduce((sum, stride) => sum + (width / stride) * (height / stride), 0);
  if (told.length === 4) {
    const [, planes, rows] = told;
    const stride = rows === undefined ? undefined : height / rows;
    if (planes === undefined || stride === undefined || !Number.isInteger(stride) || told[3] !== width / stride)
      return undefined;
    const style = planes === MOVENET_PLANES ? 'movenet' : planes > 5 ? 'fastestdet' : undefined;
    return (
      style && { output: { name, style, strides: [stride] }, classes: style === 'movenet' ? ['person'] : planes - 5 }
    );
  }
  if (told.length !== 3) return undefined;
  const [, first, last] = told;
  if (last === AISLE_COLUMNS) return { output: { name, style: 'aisle' }, classes: ['person'] };
  const strides = GRIDS.find((grid) => grid.every(whole) && cells(grid) === first);
  // Of people alone, or of all of COCO: other numbers of columns are those of YOLOX with as many classes.
  const nanodet = [1, COCO].find((classes) => last === classes + NANODET_DISTANCES);
  if (strides && nanodet !== undefined)
    return { output: { name, style: 'nanodet', strides: [...strides] }, classes: nanodet };
  if (strides && last !== undefined && last > 5)
    return { output: { name, style: 'yolox', strides: [...strides] }, classes: last - 5 };
  const places = [[8, 16, 32]].filter((grid) => grid.every(whole)).map(cells)[0];
  if (first !== undefined && first > 4 && (last === undefined || last === places))
    return { output: { name, style: 'yolov8' }, classes: first - 4 };
  return undefined;
}

const shownAll = (what: string, ports: readonly Port[]): string =>
  ports
    .map(
      ({ name, type, shape }) =>
        `${what} "${name}" ${type} [${shape.map((side) => (typeof side === 'number' ? side : 'any')).join(', ')}]`,
    )
    .join(', ');
