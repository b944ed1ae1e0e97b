import type { Candidates } from './candidates.js';
import { MOVENET_PLANES, movenet } from './movenet-head.js';
import { nanodet, NANODET_DISTANCES } from './nanodet-head.js';

/** Ways in which detectors write down what they found. docs/models.md says how they differ. */
export type HeadStyle = 'yolox' | 'yolov8' | 'fastestdet' | 'movenet' | 'nanodet' | 'aisle';

export interface HeadSpec {
  style: HeadStyle;
  inputWidth: number;
  inputHeight: number;
  /** pixels of the input per cell, one number for each grid of the output */
  strides: readonly number[];
  /** number of classes that the model knows */
  classes: number;
  /** index of the class "person" */
  person: number;
}

export interface Head {
  /** of the output; null where the model may choose */
  shape: readonly (number | null)[];
  /**
   * Reads an output into `found`, in pixels of the input, with everybody whose score is at least `threshold`.
   * @param data the output, row by row, of exactly `shape`
   */
  decode(data: Float32Array, threshold: number, found: Candidates): void;
}

/** The columns of a person in the output of our own head. */
const AISLE_COLUMNS = 7;

/** @throws Error when the strides do not divide the input, or are not as many as the style has grids */
export function headOf(spec: HeadSpec): Head {
  const { style, inputWidth, inputHeight, strides, classes } = spec;
  const one = style === 'fastestdet' || style === 'movenet';
  const several = style === 'yolox' || style === 'nanodet';
  if (several && strides.length === 0) throw new Error('expected at least one stride');
  if (one && strides.length !== 1) throw new Error(`expected one stride, found ${strides.length}`);
  for (const stride of strides) {
    if (inputWidth % stride !== 0 || inputHeight % stride !== 0)
      throw new Error(`expected strides that divide ${inputWidth} × ${inputHeight}, found ${stride}`);
  }
  const cells = strides.reduce((sum, stride) => sum + (inputWidth / stride) * (inputHeight / stride), 0);
  const places = cells === 0 ? null : cells;
  switch (style) {
    case 'yolox':
      return {
        shape: [1, cells, 5 + classes],
        decode: (data, threshold, found) => yolox(spec, data, threshold, found),
      };
    case 'yolov8':
      return {
        shape: [1, 4 + classes, places],
        decode: (data, threshold, found) => yolov8(spec, data, threshold, found),
      };
    case 'fastestdet': {
      const [stride] = strides as [number];
      return {
        shape: [1, 5 + classes, inputHeight / stride, inputWidth / stride],
        decode: (data, threshold, found) => fastestdet(spec, data, threshold, found),
      };
    }
    case 'movenet': {
      const [stride] = strides as [number];
      const grid = { stride, columns: inputWidth / stride, rows: inputHeight / stride };
      return {
        shape: [1, MOVENET_PLANES, grid.rows, grid.columns],
        decode: (data, threshold, found) => movenet(grid, data, threshold, found),
      };
    }
    case 'nanodet':
      return {
        shape: [1, cells, classes + NANODET_DISTANCES],
        decode: (data, threshold, found) => nanodet(spec, data, threshold, found),
      };
    case 'aisle':
      return { shape: [1, places, AISLE_COLUMNS], decode: aisle };
  }
}

/**
 * YOLOX without its decoding layer: per cell the offset of the centre in cells, the logarithm of width and height in cells,
 * objectness, and a score for each class (both already 0 to 1).
 */
function yolox(spec: HeadSpec, data: Float32Array, threshold: number, found: Candidates): void {
  const step = 5 + spec.classes;
  const personAt = 5 + spec.person;
  let at = 0;
  for (const stride of spec.strides) {
    const columns = spec.inputWidth / stride;
    const rows = spec.inputHeight / stride;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += step) {
        // No class score exceeds 1: most cells end here.
        const objectness = data[at + 4] as number;
        if (!(objectness >= threshold)) continue;
        const score = objectness * (data[at + personAt] as number);
        if (!(score >= threshold)) continue;
        const x = ((data[at] as number) + column) * stride;
        const y = ((data[at + 1] as number) + row) * stride;
        const halfWidth = (Math.exp(data[at + 2] as number) * stride) / 2;
        const halfHeight = (Math.exp(data[at + 3] as number) * stride) / 2;
        found.add(score, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
      }
    }
  }
}

/** YOLOv8 and its kin: one row for each of centre x, y, width, height (pixels of the input) and each class; no objectness. */
function yolov8(spec: HeadSpec, data: Float32Array, threshold: number, found: Candidates): void {
  const places = data.length / (4 + spec.classes);
  const scores = (4 + spec.person) * places;
  for (let i = 0; i < places; i += 1) {
    const score = data[scores + i] as number;
    if (!(score >= threshold)) continue;
    const x = data[i] as number;
    const y = data[places + i] as number;
    const halfWidth = (data[2 * places + i] as number) / 2;
    const halfHeight = (data[3 * places + i] as number) / 2;
    found.add(score, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
  }
}

/**
 * FastestDet: planes of objectness, centre offset (tanh, in cells), width and height (sigmoid, share of the input), classes.
 * The score weighs objectness^0.6 with class^0.4, as the post-processing of github.com/dog-qiuqiu/FastestDet does
 * (utils/tool.py, example/onnx-runtime/runtime.py).
 */
function fastestdet(spec: HeadSpec, data: Float32Array, threshold: number, found: Candidates): void {
  const stride = spec.strides[0] as number;
  const columns = spec.inputWidth / stride;
  const plane = columns * (spec.inputHeight / stride);
  const scores = (5 + spec.person) * plane;
  for (let i = 0; i < plane; i += 1) {
    const score = (data[i] as number) ** 0.6 * (data[scores + i] as number) ** 0.4;
    if (!(score >= threshold)) continue;
    const x = ((i % columns) + Math.tanh(data[plane + i] as number)) * stride;
    const y = (Math.floor(i / columns) + Math.tanh(data[2 * plane + i] as number)) * stride;
    const halfWidth = (sigmoid(data[3 * plane + i] as number) * spec.inputWidth) / 2;
    const halfHeight = (sigmoid(data[4 * plane + i] as number) * spec.inputHeight) / 2;
    found.add(score, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
  }
}

/** Our own head: per place score, left, top, right, bottom, foot x, foot y, all in pixels of the input. */
function aisle(data: Float32Array, threshold: number, found: Candidates): void {
  for (let at = 0; at + AISLE_COLUMNS <= data.length; at += AISLE_COLUMNS) {
    const score = data[at] as number;
    if (!(score >= threshold)) continue;
    found.add(
      score,
      data[at + 1] as number,
      data[at + 2] as number,
      data[at + 3] as number,
      data[at + 4] as number,
      data[at + 5] as number,
      data[at + 6] as number,
    );
  }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
