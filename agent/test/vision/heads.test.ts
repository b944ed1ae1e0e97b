import { describe, expect, it } from 'vitest';
import { Candidates } from '../../src/domain/detection/candidates.js';
import { headOf, type HeadSpec } from '../../src/domain/detection/heads.js';
import { letterbox } from '../../src/domain/detection/letterbox.js';
import { peopleOf } from '../../src/domain/detection/people.js';
import { Suppression } from '../../src/domain/detection/suppression.js';

const spec = (change: Partial<HeadSpec>): HeadSpec => ({
  style: 'yolox',
  inputWidth: 64,
  inputHeight: 32,
  strides: [8, 16],
  classes: 3,
  person: 1,
  ...change,
});
const boxes = (found: Candidates) =>
  Array.from({ length: found.count }, (_, i) =>
    [found.score[i], found.left[i], found.top[i], found.right[i], found.bottom[i]].map(
      (value) => Math.round((value as number) * 100) / 100 + 0,
    ),
  );
const sizeOf = (shape: readonly (number | null)[]) => shape.reduce<number>((product, side) => product * (side ?? 1), 1);

describe('decode styles', () => {
  it('yolox: cell offsets and logarithms of sizes, per stride, objectness times class', () => {
    const head = headOf(spec({}));
    expect(head.shape).toEqual([1, 8 * 4 + 4 * 2, 8]);
    const data = new Float32Array(sizeOf(head.shape));
    // Second grid (stride 16), row 1, column 2: centre in the middle of the cell, 32 × 16 pixels.
    const at = (8 * 4 + 1 * 4 + 2) * 8;
    data.set([0.5, 0.5, Math.log(2), 0, 0.8, 0.9, 0.5, 0.9], at);
    // A cell of the first grid that is sure of another class only.
    data.set([0, 0, 0, 0, 1, 1, 0.1, 1], 0);
    const found = new Candidates(40);
    head.decode(data, 0.2, found);
    expect(boxes(found)).toEqual([[0.4, 24, 16, 56, 32]]);
  });

  it('yolov8: one row per number, without objectness, any number of places', () => {
    const head = headOf(spec({ style: 'yolov8', strides: [] }));
    expect(head.shape).toEqual([1, 7, null]);
    expect(headOf(spec({ style: 'yolov8', strides: [8, 16, 32] })).shape).toEqual([1, 7, 42]);
    // Two places: centre x, centre y, width, height, three classes.
    const data = Float32Array.from([20, 50, 10, 20, 8, 4, 16, 6, 0.9, 0.9, 0.7, 0.05, 0.9, 0.9]);
    const found = new Candidates(2);
    head.decode(data, 0.1, found);
    expect(boxes(found)).toEqual([[0.7, 16, 2, 24, 18]]);
  });

  it('fastestdet: planes, tanh for the centre, sigmoid for the size, weighted score', () => {
    const head = headOf(spec({ style: 'fastestdet', strides: [16] }));
    expect(head.shape).toEqual([1, 8, 2, 4]);
    const data = new Float32Array(64);
    const cell = 6; // row 1, column 2
    const set = (plane: number, value: number) => (data[plane * 8 + cell] = value);
    set(0, 0.5);
    set(1, Math.atanh(0.25));
    set(2, Math.atanh(-0.5));
    set(3, Math.log(1 / 3)); // a quarter of the width
    set(4, 0); // half of the height
    set(6, 0.8);
    const found = new Candidates(8);
    head.decode(data, 0.3, found);
    expect(boxes(found)).toEqual([[Math.round(0.5 ** 0.6 * 0.8 ** 0.4 * 100) / 100, 28, 0, 44, 16]]);
  });

  it('aisle: boxes and feet in pixels of the input', () => {
    const head = headOf(spec({ style: 'aisle', strides: [4], classes: 1, person: 0 }));
    expect(head.shape).toEqual([1, 128, 7]);
    const data = new Float32Array(128 * 7);
    data.set([0.6, 10, 4, 20, 30, 14, 31], 7 * 5);
    const found = new Candidates(128);
    head.decode(data, 0.5, found);
    expect(boxes(found)).toEqual([[0.6, 10, 4, 20, 30]]);
    expect([found.footX[0], found.footY[0]]).toEqual([14, 31]);
  });

  it('leaves out what is no number', () => {
    for (const style of ['yolox', 'yolov8', 'fastestdet', 'aisle'] as const) {
      const head = headOf(spec({ style, strides: [16] }));
      const found = new Candidates(100);
      head.decode(new Float32Array(sizeOf(head.shape)).fill(Number.NaN), 0.1, found);
      expect([style, found.count]).toEqual([style, 0]);
    }
  });

  it.each([
    ['yolox', [], 'expected at least one stride'],
    ['fastestdet', [8, 16], 'expected one stride, found 2'],
    ['yolox', [8, 24], 'expected strides that divide 64 × 32, found 24'],
  ] as const)('%s refuses strides %j', (style, strides, message) => {
    expect(() => headOf(spec({ style, strides }))).toThrow(message);
  });
});

describe('suppression', () => {
  const fill = (rows: number[][]) => {
    const found = new Candidates(rows.length);
    for (const [score, left, top, right, bottom] of rows as [number, number, number, number, number][])
      found.add(score, left, top, right, bottom);
    return found;
  };

  it('keeps the best of those that overlap, best first', () => {
    const found = fill([
      [0.5, 0, 0, 10, 20],
      [0.9, 1, 0, 11, 20],
      [0.7, 30, 0, 40, 20],
    ]);
    expect([...new Suppression(3).apply(found, 0.5)]).toEqual([1, 2]);
  });

  it('keeps both when they share no more than the threshold', () => {
    // They share 5 of 15 columns: a third.
    const found = fill([
      [0.9, 0, 0, 10, 20],
      [0.8, 5, 0, 15, 20],
    ]);
    expect([...new Suppression(2).apply(found, 0.34)]).toEqual([0, 1]);
    expect([...new Suppression(2).apply(found, 0.33)]).toEqual([0]);
  });

  it('gives the same answer for equal scores, and answers again', () => {
    const found = fill([
      [0.5, 50, 0, 60, 20],
      [0.5, 0, 0, 10, 20],
    ]);
    const suppression = new Suppression(2);
    expect([...suppression.apply(found, 0.5)]).toEqual([0, 1]);
    expect([...suppression.apply(found, 0.5)]).toEqual([0, 1]);
  });

  it('stays quick when a model finds somebody everywhere', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [0.9 - i / 1e6, i * 3, 0, i * 3 + 2, 2]);
    expect(new Suppression(20_000).apply(fill(rows), 0.5)).toHaveLength(300);
  });
});

describe('places in the picture', () => {
  it.each([
    ['top-left', 640, 360, { width: 416, height: 234, left: 0, top: 0 }],
    ['centre', 640, 360, { width: 416, height: 234, left: 0, top: 91 }],
    ['centre', 360, 640, { width: 234, height: 416, left: 91, top: 0 }],
    ['stretch', 640, 360, { width: 416, height: 416, left: 0, top: 0 }],
    ['top-left', 416, 416, { width: 416, height: 416, left: 0, top: 0 }],
    ['top-left', 5000, 16, { width: 416, height: 1, left: 0, top: 0 }],
  ] as const)('%s puts %i × %i into 416 × 416', (fit, width, height, expected) => {
    const box = letterbox(fit, 416, 416, width, height);
    expect(box).toMatchObject(expected);
    // Corners come back to corners.
    expect(box.width * box.scaleX).toBeCloseTo(width);
    expect(box.height * box.scaleY).toBeCloseTo(height);
  });

  it('scales back, clips to the picture, and puts the foot below the box', () => {
    const found = new Candidates(3);
    found.add(0.9, 10, 20, 30, 500);
    found.add(0.8, -50, -50, -10, -10);
    found.add(0.7, 10, 20, 30, 40, 20, 250);
    const box = letterbox('centre', 416, 416, 832, 416);
    // The second lies outside, the third in the grey above the picture.
    expect(peopleOf(found, Uint32Array.from([0, 1, 2]), box, 832, 416)).toEqual([
      { x: 20, y: 0, w: 40, h: 416, score: expect.closeTo(0.9) as number, foot: [40, 416] },
    ]);
    // A foot that the model tells stays where it is, even below the picture.
    const inside = peopleOf(found, Uint32Array.from([2]), letterbox('top-left', 416, 416, 832, 416), 832, 416);
    expect(inside[0]).toMatchObject({ x: 20, y: 40, w: 40, h: 40, foot: [40, 500] });
  });
});
