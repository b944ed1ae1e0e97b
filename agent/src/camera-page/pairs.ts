import { calibrationProblem, type Calibration } from '@aisle/contracts';
import { CalibrationError, fitHomography, reprojectionErrors, type Homography } from '../domain/floor/homography.js';

export type Side = 'image' | 'floor';
export type Point = [number, number];
export interface Pair {
  image: Point | undefined;
  floor: Point | undefined;
}

export type Grade = 'good' | 'fair' | 'poor';
export type Verdict =
  | { kind: 'more'; needed: number }
  | { kind: 'refused'; why: 'line' | 'repeats' | 'outside' | 'swapped'; pair: number }
  | {
      kind: 'fits';
      homography: Homography;
      /** per pair, in the order of complete pairs */
      errors: { metres: number; pixels: number; grade: Grade }[];
      /** root mean square */
      metres: number;
      pixels: number;
      grade: Grade;
      /** four pairs always fit */
      exact: boolean;
    };

/** Up to which error a calibration is good, and fair, metres: half a step, and a step. A single pair may err half as much again. */
const GOOD_METRES = 0.1;
const FAIR_METRES = 0.3;
export const NEEDED = 4;

/** The pairs of points that an installer sets: at most one of them waits for its other side. */
export class Pairs {
  list: Pair[] = [];
  /** of the pair that arrows move, and on which side */
  chosen: { index: number; side: Side } | undefined;
  resolution: [number, number] = [1, 1];

  /** Which side the next click belongs to; undefined: either, preferably the picture. */
  get expected(): Side {
    const pending = this.pending;
    return pending?.image && !pending.floor ? 'floor' : 'image';
  }
  get pending(): Pair | undefined {
    return this.list.find(({ image, floor }) => !image || !floor);
  }
  get complete(): { image: Point; floor: Point }[] {
    return this.list.filter((pair): pair is { image: Point; floor: Point } => !!pair.image && !!pair.floor);
  }

  /** A click: completes the pair that waits for this side, or moves its waiting point, or begins a pair. */
  place(side: Side, at: Point): void {
    let pair = this.pending;
    if (!pair) this.list.push((pair = { image: undefined, floor: undefined }));
    pair[side] = this.#rounded(side, at);
    this.chosen = { index: this.list.indexOf(pair), side };
  }

  move(index: number, side: Side, at: Point): void {
    const pair = this.list[index];
    if (pair?.[side]) pair[side] = this.#rounded(side, at);
  }

  remove(index: number): void {
    this.list.splice(index, 1);
    this.chosen = undefined;
  }

  /** Takes the points of a calibration. */
  load({ resolution, points }: Calibration): void {
    const [w, h] = resolution;
    this.list = points.map(({ image, floor }) => ({
      image: this.#rounded('image', [(image[0] * this.resolution[0]) / w, (image[1] * this.resolution[1]) / h]),
      floor: [floor[0], floor[1]],
    }));
    this.chosen = undefined;
  }

  /** The picture has another size now: points keep their place in it. */
  resize(width: number, height: number): void {
    const [w, h] = this.resolution;
    this.resolution = [width, height];
    for (const pair of this.list)
      if (pair.image) pair.image = this.#rounded('image', [(pair.image[0] * width) / w, (pair.image[1] * height) / h]);
  }

  get calibration(): Calibration {
    return { resolution: this.resolution, points: this.complete };
  }

  get verdict(): Verdict {
    const { calibration } = this;
    const pairOf = (point: number) => this.list.indexOf(this.complete[point] as Pair);
    if (calibration.points.length < NEEDED) return { kind: 'more', needed: NEEDED - calibration.points.length };
    const problem = calibrationProblem(calibration);
    if (problem) return { kind: 'refused', why: problem.kind, pair: pairOf(problem.point ?? 0) };
    let homography: Homography;
    try {
      homography = fitHomography(calibration);
    } catch (error) {
      if (!(error instanceof CalibrationError)) throw error;
      return { kind: 'refused', why: 'swapped', pair: pairOf(error.point ?? 0) };
    }
    const errors = reprojectionErrors(homography, calibration.points);
    const mean = (pick: (error: (typeof errors)[number]) => number) =>
      Math.sqrt(errors.reduce((sum, error) => sum + pick(error) ** 2, 0) / errors.length);
    const metres = mean((error) => error.metres);
    return {
      kind: 'fits',
      homography,
      errors: errors.map((error) => ({ ...error, grade: gradeOf(error.metres / 1.5) })),
      metres,
      pixels: mean((error) => error.pixels),
      grade: gradeOf(metres),
      exact: errors.length === NEEDED,
    };
  }

  /** Tenths of pixels and whole centimetres are finer than anybody can click. */
  #rounded(side: Side, [x, y]: Point): Point {
    if (side === 'floor') return [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
    const [w, h] = this.resolution;
    const within = (value: number, most: number) => Math.round(Math.min(most, Math.max(0, value)) * 10) / 10;
    return [within(x, w), within(y, h)];
  }
}

const gradeOf = (metres: number): Grade => (metres <= GOOD_METRES ? 'good' : metres <= FAIR_METRES ? 'fair' : 'poor');

/** For the camera's entry in the store file. */
export function yamlOf({ resolution, points }: Calibration): string {
  const lines = points.map(({ image, floor }) => `    - {image: [${image.join(', ')}], floor: [${floor.join(', ')}]}`);
  return [`calibration:`, `  resolution: [${resolution.join(', ')}]`, '  points:', ...lines].join('\n');
}
