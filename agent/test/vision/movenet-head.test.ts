import { describe, expect, it } from 'vitest';
import { Candidates } from '../../src/domain/detection/candidates.js';
import { headOf, type HeadSpec } from '../../src/domain/detection/heads.js';
import { inputSizeFor } from '../../src/domain/detection/letterbox.js';

const SPEC: HeadSpec = {
  ...{ style: 'movenet', inputWidth: 128, inputHeight: 96, strides: [4], classes: 1, person: 0 },
};
const COLUMNS = 32;
const ROWS = 24;

interface Body {
  row: number;
  column: number;
  score: number;
  height: number;
  width: number;
  /** columns of the left and right shoulder, where they are seen */
  shoulders?: [left: number, right: number];
}

/** The planes of the heads as they would be with these bodies. */
function heads(bodies: readonly Body[]): Float32Array {
  const data = new Float32Array(90 * ROWS * COLUMNS);
  const put = (plane: number, row: number, column: number, value: number) => {
    data[(plane * ROWS + row) * COLUMNS + column] = value;
  };
  for (const { row, column, score, height, width, shoulders } of bodies) {
    put(0, row, column, score);
    // Next to the centre the heat is lower, and no peak.
    put(0, row, column + 1, score * 0.9);
    put(1, row, column, height);
    put(2, row, column, width);
    put(3, row, column, 0.5);
    put(4, row, column, 0.25);
    shoulders?.forEach((at, side) => {
      const joint = 5 + side;
      const shoulderRow = row - Math.round(height / 4);
      put(5 + joint, shoulderRow, at, 0.9);
      put(22 + 2 * joint, row, column, shoulderRow - row);
      put(22 + 2 * joint + 1, row, column, at - column);
      put(56 + 2 * joint + 1, shoulderRow, at, 0.5);
    });
  }
  return data;
}

function people(bodies: readonly Body[], threshold = 0.1) {
  const found = new Candidates(1000);
  const head = headOf(SPEC);
  expect(head.shape).toEqual([1, 90, ROWS, COLUMNS]);
  head.decode(heads(bodies), threshold, found);
  return Array.from({ length: found.count }, (_one, at) => ({
    score: found.score[at] as number,
    box: [found.left[at], found.top[at], found.right[at], found.bottom[at]],
    facing: found.facing[at] as number,
  }));
}

describe('MoveNet MultiPose’s heads', () => {
  it('give a box around each peak of the centres, in pixels of the input', () => {
    const [one, ...others] = people([{ row: 10, column: 8, score: 0.75, height: 12, width: 5 }]);
    expect(others).toEqual([]);
    expect(one?.score).toBeCloseTo(0.75);
    // Centre (8.25, 10.5) in cells of four pixels; 5 wide, 12 high.
    expect(one?.box).toEqual([23, 18, 43, 66]);
    expect(one?.facing).toBeNaN();
  });

  it('see more than six people, and none below the threshold', () => {
    const row = Array.from({ length: 8 }, (_one, at) => ({
      ...{ row: 10, column: 2 + 3 * at, score: 0.4 + at / 20, height: 8, width: 3 },
    }));
    const found = people([...row, { row: 20, column: 8, score: 0.3, height: 8, width: 3 }], 0.35);
    expect(found).toHaveLength(8);
  });

  it('say who faces the camera, who turns the back and who stands side on, by the shoulders', () => {
    const body = { row: 12, column: 12, score: 0.9, height: 16, width: 8 };
    const facing = (left: number, right: number) => people([{ ...body, shoulders: [left, right] }])[0]?.facing;
    // The person's own left is on the right of the picture when they face it.
    expect(facing(14, 10)).toBeCloseTo(4 / 16);
    expect(facing(10, 14)).toBeCloseTo(-4 / 16);
    expect(facing(12, 12)).toBeCloseTo(0);
  });
});

describe('an input of any size', () => {
  const input = { width: 512, height: 288, multiple: 32 };
  it.each([
    [1920, 1080, 512, 288],
    [640, 480, 448, 320],
    [1080, 1920, 288, 512],
    [480, 270, 512, 288],
    [1000, 1000, 384, 384],
    [8000, 100, 2048, 32],
  ])('for pictures of %d × %d is %d × %d', (width, height, inputWidth, inputHeight) => {
    expect(inputSizeFor(input, width, height)).toEqual({ width: inputWidth, height: inputHeight });
  });

  it('is the manifest’s own where the model has one size only', () => {
    expect(inputSizeFor({ width: 416, height: 416 }, 1920, 1080)).toEqual({ width: 416, height: 416 });
  });
});
