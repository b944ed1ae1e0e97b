import type { Calibration } from './device-entry.js';
import { problem, type Problem } from '../words/problem.js';

type Point = readonly [number, number];

/** A point counts as lying on a line, or on another point, within this share of the extent of all points. */
const NEAR_SHARE = 0.01;
/** Triangles whose least height is smaller, as a share of the extent, turn over by the shake of a hand and say nothing. */
const SLIM_SHARE = 0.03;

/** What is wrong with a calibration; `point` is the index of the pair that it is about, where it is about one. */
export interface CalibrationProblem {
  kind: 'outside' | 'repeats' | 'line' | 'swapped';
  point?: number;
  /** its field is relative to the calibration */
  problem: Problem;
}

/**
 * Why no plane can be laid through the points of a calibration, undefined when one can. Asked for: four
 * points of which no three lie on one line, in the picture and on the floor, all in front of the camera.
 */
export function calibrationProblem(calibration: Calibration): CalibrationProblem | undefined {
  const { points, resolution } = calibration;
  const image = points.map((point) => point.image);
  const floor = points.map((point) => point.floor);
  for (const [index, [x, y]] of image.entries()) {
    if (x < 0 || y < 0 || x > resolution[0] || y > resolution[1])
      return {
        kind: 'outside',
        point: index,
        problem: problem(`points[${index}].image`, 'outsidePicture', { width: resolution[0], height: resolution[1] }),
      };
  }
  return degenerate(image, 'image') ?? degenerate(floor, 'floor') ?? turned(image, floor);
}

function degenerate(points: readonly Point[], side: 'image' | 'floor'): CalibrationProblem | undefined {
  const near = extentOf(points) * NEAR_SHARE;
  for (const [index, point] of points.entries()) {
    const other = points.slice(0, index).findIndex((candidate) => distance(candidate, point) <= near);
    if (other >= 0)
      return {
        kind: 'repeats',
        point: index,
        problem: problem(`points[${index}].${side}`, 'pointRepeats', { other: `points[${other}].${side}` }),
      };
  }
  // Four of which no three lie on one line exist exactly when every line through two points leaves two others off it.
  for (let i = 0; i < points.length; i += 1) {
    for (let j = i + 1; j < points.length; j += 1) {
      const [a, b] = [points[i] as Point, points[j] as Point];
      const limit = near * distance(a, b);
      let off = 0;
      for (const p of points) if (Math.abs(cross(a, b, p)) > limit) off += 1;
      if (off < 2)
        return {
          kind: 'line',
          problem: problem('points', 'pointsOnLine', {
            where: side === 'image' ? 'inPicture' : 'onFloor',
            off: off === 1 ? 'one' : 'none',
          }),
        };
    }
  }
  return undefined;
}

/**
 * What a camera sees of a floor keeps its sense of rotation: every triangle is turned over, or none (a mirrored picture). Where
 * some are, points have been swapped, or lie behind the horizon.
 */
function turned(image: readonly Point[], floor: readonly Point[]): CalibrationProblem | undefined {
  const leastImage = extentOf(image) * SLIM_SHARE;
  const leastFloor = extentOf(floor) * SLIM_SHARE;
  const wrong = image.map(() => 0);
  let kept = 0;
  let over = 0;
  const each = (visit: (i: number, j: number, k: number, sense: number) => void) => {
    for (let i = 0; i < image.length; i += 1) {
      for (let j = i + 1; j < image.length; j += 1) {
        for (let k = j + 1; k < image.length; k += 1) {
          const a = heightOf(image[i] as Point, image[j] as Point, image[k] as Point);
          const b = heightOf(floor[i] as Point, floor[j] as Point, floor[k] as Point);
          if (Math.abs(a) > leastImage && Math.abs(b) > leastFloor) visit(i, j, k, Math.sign(a * b));
        }
      }
    }
  };
  each((_i, _j, _k, sense) => (sense > 0 ? (kept += 1) : (over += 1)));
  if (kept === 0 || over === 0) return undefined;
  const usual = kept >= over ? 1 : -1;
  each((i, j, k, sense) => {
    if (sense === usual) return;
    for (const index of [i, j, k]) wrong[index] = (wrong[index] as number) + 1;
  });
  const worst = wrong.indexOf(Math.max(...wrong));
  return {
    kind: 'swapped',
    point: worst,
    problem: problem('points', 'pointsSwapped', { point: `points[${worst}]` }),
  };
}

const distance = (a: Point, b: Point): number => Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2);
const cross = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** The least height of a triangle, with the sign of its sense of rotation. */
const heightOf = (a: Point, b: Point, c: Point): number =>
  cross(a, b, c) / Math.max(distance(a, b), distance(b, c), distance(c, a));

function extentOf(points: readonly Point[]): number {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}
