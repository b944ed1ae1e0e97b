import { AisleError, calibrationProblem, problem, type Calibration, type Problem } from '@aisle/contracts';
import { adjugate, multiply, smallestEigenvector, solve, type Matrix3 } from './matrix.js';

/**
 * How the pixels of a picture lie on the floor: a plane homography from point pairs, as in Hartley & Zisserman, "Multiple View
 * Geometry" (2nd edition): normalised direct linear transformation (algorithm 4.2), then Gauss-Newton on the distance in the
 * picture (§4.5). Pure, so that the calibration page uses it in the browser.
 */
export interface Homography {
  /** width and height of the picture that it was made for, pixels */
  readonly resolution: readonly [number, number];
  /** homogeneous pixels → homogeneous millimetres; the third coordinate is positive in front of the camera */
  readonly toFloor: Matrix3;
  /** homogeneous millimetres → homogeneous pixels; the third coordinate is positive in front of the camera */
  readonly toImage: Matrix3;
}

export interface ReprojectionError {
  /** between the floor point given and where the pixel lands, metres */
  metres: number;
  /** between the pixel given and where the floor point shows, pixels */
  pixels: number;
}

/** Why a calibration cannot be used; `field` is relative to it. */
export class CalibrationError extends AisleError {
  readonly code = 'calibration';
  constructor(
    readonly problem: Problem,
    /** which of the points it is about, where it is about one */
    readonly point?: number,
  ) {
    super(`${problem.field} ${problem.message}`);
  }
}

type Point = readonly [number, number];
const STEPS = 12;

/**
 * The homography of four or more point pairs; with more than four, that with the least squared distances in the picture.
 * @throws CalibrationError when the points do not make one
 */
export function fitHomography(calibration: Calibration): Homography {
  const wrong = calibrationProblem(calibration);
  if (wrong) throw new CalibrationError(wrong.problem, wrong.point);
  const image = calibration.points.map((point) => point.image);
  const floor = calibration.points.map(({ floor: [x, y] }): Point => [x * 1000, y * 1000]);
  const fromImage = normaliser(image);
  const fromFloor = normaliser(floor);
  const pixels = image.map((point) => moved(fromImage, point));
  const metres = floor.map((point) => moved(fromFloor, point));
  let normal = linear(metres, pixels);
  if (pixels.length > 4) normal = refined(normal, metres, pixels);
  let toImage = scaled(multiply(multiply(adjugate(fromImage), normal), fromFloor));
  if (depth(toImage, floor[0] as Point) < 0) toImage = scaled(toImage, -1);
  let toFloor = scaled(adjugate(toImage));
  if (depth(toFloor, image[0] as Point) < 0) toFloor = scaled(toFloor, -1);
  for (let index = 0; index < image.length; index += 1) {
    const behind = depth(toImage, floor[index] as Point) <= 0 || depth(toFloor, image[index] as Point) <= 0;
    if (behind || !toFloor.every(Number.isFinite))
      throw new CalibrationError(problem(`points[${index}]`, 'behindHorizon'), index);
  }
  return { resolution: calibration.resolution, toFloor, toImage };
}

/** Where on the floor a pixel lies, millimetres; undefined on or above the horizon. Pixels of the calibration's resolution. */
export function floorOf({ toFloor: m }: Homography, x: number, y: number): [x: number, y: number] | undefined {
  const w = m[6] * x + m[7] * y + m[8];
  if (w <= 0) return undefined;
  const at: [number, number] = [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w];
  // Within a hair of the horizon the answer is larger than any shop.
  return Math.abs(at[0]) < FAR_MM && Math.abs(at[1]) < FAR_MM ? at : undefined;
}
const FAR_MM = 1e8;

/** Where a point of the floor (millimetres) shows in the picture; undefined when it is behind the camera. */
export function imageOf({ toImage: m }: Homography, x: number, y: number): [x: number, y: number] | undefined {
  const w = m[6] * x + m[7] * y + m[8];
  if (w <= 0) return undefined;
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w];
}

/** How far a foot point moves on the floor when it moves by one pixel, at worst: millimetres per pixel, Infinity above the horizon. */
export function millimetresPerPixel(homography: Homography, x: number, y: number): number {
  const at = floorOf(homography, x, y);
  if (!at) return Infinity;
  const { toFloor: m } = homography;
  const w = m[6] * x + m[7] * y + m[8];
  const a = (m[0] - at[0] * m[6]) / w;
  const b = (m[1] - at[0] * m[7]) / w;
  const c = (m[3] - at[1] * m[6]) / w;
  const d = (m[4] - at[1] * m[7]) / w;
  // The larger singular value of the 2 × 2 Jacobian.
  const sum = a * a + b * b + c * c + d * d;
  const det = a * d - b * c;
  return Math.sqrt((sum + Math.sqrt(Math.max(0, sum * sum - 4 * det * det))) / 2);
}

/** The same view in a picture of another size: pixels are scaled, width and height apart. */
export function resized(homography: Homography, width: number, height: number): Homography {
  const [w, h] = homography.resolution;
  if (w === width && h === height) return homography;
  const sx = w / width;
  const sy = h / height;
  return {
    resolution: [width, height],
    toFloor: scaled(multiply(homography.toFloor, [sx, 0, 0, 0, sy, 0, 0, 0, 1])),
    toImage: scaled(multiply([1 / sx, 0, 0, 0, 1 / sy, 0, 0, 0, 1], homography.toImage)),
  };
}

/** How far each point of a calibration is from where the homography puts it. */
export function reprojectionErrors(homography: Homography, points: Calibration['points']): ReprojectionError[] {
  return points.map(({ image, floor }) => {
    const onFloor = floorOf(homography, image[0], image[1]);
    const inImage = imageOf(homography, floor[0] * 1000, floor[1] * 1000);
    return {
      metres: onFloor ? Math.hypot(onFloor[0] / 1000 - floor[0], onFloor[1] / 1000 - floor[1]) : Infinity,
      pixels: inImage ? Math.hypot(inImage[0] - image[0], inImage[1] - image[1]) : Infinity,
    };
  });
}

/** Moves points to their centre and to a mean distance of √2 (§4.4.4): without it the system is badly conditioned. */
function normaliser(points: readonly Point[]): Matrix3 {
  const n = points.length;
  const cx = points.reduce((sum, point) => sum + point[0], 0) / n;
  const cy = points.reduce((sum, point) => sum + point[1], 0) / n;
  const spread = points.reduce((sum, point) => sum + Math.hypot(point[0] - cx, point[1] - cy), 0) / n;
  const s = Math.SQRT2 / spread;
  return [s, 0, -s * cx, 0, s, -s * cy, 0, 0, 1];
}

const depth = (m: Matrix3, [x, y]: Point): number => m[6] * x + m[7] * y + m[8];
function moved(m: Matrix3, point: Point): Point {
  const w = depth(m, point);
  const [x, y] = point;
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w];
}
function scaled(m: Matrix3, sign = 1): Matrix3 {
  const size = Math.max(...m.map(Math.abs));
  return m.map((value) => (sign * value) / size) as unknown as Matrix3;
}

/** The matrix that maps `from` onto `to` with the least algebraic error: the null vector of the stacked equations. */
function linear(from: readonly Point[], to: readonly Point[]): Matrix3 {
  const normal = Array.from({ length: 9 }, () => new Array<number>(9).fill(0));
  const add = (row: readonly number[]) => {
    for (let i = 0; i < 9; i += 1)
      for (let j = 0; j < 9; j += 1)
        (normal[i] as number[])[j] = ((normal[i] as number[])[j] as number) + (row[i] as number) * (row[j] as number);
  };
  from.forEach(([x, y], index) => {
    const [u, v] = to[index] as Point;
    add([0, 0, 0, -x, -y, -1, v * x, v * y, v]);
    add([x, y, 1, 0, 0, 0, -u * x, -u * y, -u]);
  });
  return smallestEigenvector(normal) as unknown as Matrix3;
}

/** Gauss-Newton on the distances in `to`, nine parameters held together by a little damping; never worse than the start. */
function refined(start: Matrix3, from: readonly Point[], to: readonly Point[]): Matrix3 {
  let best = start;
  let cost = costOf(best, from, to);
  let damping = 1e-6;
  for (let step = 0; step < STEPS; step += 1) {
    const normal = Array.from({ length: 9 }, (_row, i) =>
      Array.from({ length: 9 }, (_c, j) => (i === j ? damping : 0)),
    );
    const right = new Array<number>(9).fill(0);
    const add = (row: readonly number[], residual: number) => {
      for (let i = 0; i < 9; i += 1) {
        right[i] = (right[i] as number) - (row[i] as number) * residual;
        for (let j = 0; j < 9; j += 1)
          (normal[i] as number[])[j] = ((normal[i] as number[])[j] as number) + (row[i] as number) * (row[j] as number);
      }
    };
    from.forEach((point, index) => {
      const [x, y] = point;
      const w = depth(best, point);
      const [u, v] = moved(best, point);
      const [wantedU, wantedV] = to[index] as Point;
      add([x / w, y / w, 1 / w, 0, 0, 0, (-u * x) / w, (-u * y) / w, -u / w], u - wantedU);
      add([0, 0, 0, x / w, y / w, 1 / w, (-v * x) / w, (-v * y) / w, -v / w], v - wantedV);
    });
    const change = solve(normal, right);
    if (!change) break;
    const next = scaled(best.map((value, i) => value + (change[i] as number)) as unknown as Matrix3);
    const nextCost = costOf(next, from, to);
    if (nextCost < cost) {
      const gain = (cost - nextCost) / cost;
      best = next;
      cost = nextCost;
      damping = Math.max(damping / 10, 1e-12);
      if (gain < 1e-9) break;
    } else damping *= 100;
  }
  return best;
}

function costOf(m: Matrix3, from: readonly Point[], to: readonly Point[]): number {
  let cost = 0;
  from.forEach((point, index) => {
    const [u, v] = moved(m, point);
    const [x, y] = to[index] as Point;
    cost += (u - x) ** 2 + (v - y) ** 2;
  });
  return Number.isFinite(cost) ? cost : Infinity;
}
