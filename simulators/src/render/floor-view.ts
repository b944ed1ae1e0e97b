import type { Calibration } from '@aisle/contracts';
import { Projection, type CameraPose, type Pair } from './camera.js';

export interface SeesOptions {
  /** kept free at the picture's border, in pixels */
  readonly marginPixels?: number;
  /** how much of a person must be in the picture, from the floor up, in metres */
  readonly bodyMetres?: number;
  /** least height of a person of 1.7 m (seen from above: least width of one of 0.45 m), in pixels */
  readonly leastPixels?: number;
}

/**
 * The part of the floor, a convex polygon in metres, on which a person's foot point and body are properly visible: inside
 * the picture with a margin, and near enough. Fixtures in between are not looked at. Empty where the camera sees no floor.
 */
export function seesOnFloor(pose: CameraPose, options: SeesOptions = {}): Pair[] {
  const { marginPixels = 6, bodyMetres = 1.6, leastPixels = 25 } = options;
  const projection = new Projection(pose);
  const [x, y, z] = pose.position;
  const slant = farthest(projection.focal, z, leastPixels);
  const reach = Math.sqrt(Math.max(0, slant * slant - z * z));
  let polygon: Pair[] = [];
  for (let i = 0; i < 48; i += 1) {
    const angle = (i / 48) * 2 * Math.PI;
    polygon.push([x + reach * Math.cos(angle), y + reach * Math.sin(angle)]);
  }
  const [left, top] = [
    (marginPixels - projection.centreX) / projection.focal,
    (marginPixels - projection.centreY) / projection.focal,
  ];
  for (const height of [0, bodyMetres]) {
    const at = (p: Pair) => projection.toCamera(p[0], p[1], height);
    for (const inside of [
      (p: Pair) => at(p)[2] - 0.2,
      (p: Pair) => at(p)[0] - left * at(p)[2],
      (p: Pair) => -left * at(p)[2] - at(p)[0],
      (p: Pair) => at(p)[1] - top * at(p)[2],
      (p: Pair) => -top * at(p)[2] - at(p)[1],
    ])
      polygon = clip(polygon, inside);
  }
  return polygon;
}

/** The slant distance up to which a person has the wanted size, tall (seen from the side) or wide (from above). */
function farthest(focal: number, cameraMetres: number, leastPixels: number): number {
  let slant = cameraMetres;
  for (; slant < 60; slant += 0.1) {
    const sine = Math.min(1, cameraMetres / slant);
    const tall = 1.7 * Math.sqrt(1 - sine * sine) + 0.4 * sine;
    // The middle of the body is nearer than the feet.
    const away = slant * (1 - 0.9 / Math.max(cameraMetres, 1.8));
    if ((focal * Math.max(tall, 0.45)) / away < leastPixels) break;
  }
  return slant;
}

/** The part of a convex polygon where the linear `side` is not negative. */
function clip(polygon: readonly Pair[], side: (p: Pair) => number): Pair[] {
  const kept: Pair[] = [];
  polygon.forEach((a, index) => {
    const b = polygon[(index + 1) % polygon.length] as Pair;
    const [sa, sb] = [side(a), side(b)];
    if (sa >= 0) kept.push(a);
    if (sa >= 0 !== sb >= 0) {
      const share = sa / (sa - sb);
      kept.push([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
    }
  });
  return kept;
}

const COLUMNS = [0.08, 0.5, 0.92];
const ROWS = [0.1, 0.37, 0.63, 0.92];
const FARTHEST_METRES = 25;

/** How the pose's pixels lie on the floor, as the store file says it: up to twelve well spread points on whole centimetres. */
export function calibrationOf(pose: CameraPose): Calibration {
  const projection = new Projection(pose);
  const points: Calibration['points'] = [];
  // Rows start below the horizon: the highest one that still meets the floor near enough is where they are spread from.
  const meets = (v: number) =>
    COLUMNS.every((share) => {
      const floor = projection.toFloor(share * pose.width, v);
      return floor && Math.hypot(floor[0] - pose.position[0], floor[1] - pose.position[1]) < FARTHEST_METRES;
    });
  let top = 0;
  while (top < pose.height && !meets(top)) top += 1;
  for (const row of ROWS) {
    for (const column of COLUMNS) {
      const floor = projection.toFloor(column * pose.width, top + row * (pose.height - top));
      if (!floor) continue;
      const [x, y] = [Math.round(floor[0] * 100) / 100, Math.round(floor[1] * 100) / 100];
      const image = projection.project(x, y);
      if (image)
        points.push({ image: [Math.round(image[0] * 100) / 100, Math.round(image[1] * 100) / 100], floor: [x, y] });
    }
  }
  return { resolution: [pose.width, pose.height], points };
}

/** A calibrated point may lie this far from where the pose shows it, in pixels: points are clicked by hand. */
const AGREES_PIXELS = 4;

/** Whether a calibration of the store file is of this pose: the same points of the floor lie at the same pixels. */
export function isOfPose(calibration: Calibration, pose: CameraPose): boolean {
  const projection = new Projection(pose);
  const [width, height] = calibration.resolution;
  return calibration.points.every(({ image, floor }) => {
    const shown = projection.project(floor[0], floor[1]);
    if (!shown) return false;
    const [x, y] = [(image[0] * pose.width) / width, (image[1] * pose.height) / height];
    return Math.hypot(shown[0] - x, shown[1] - y) <= AGREES_PIXELS;
  });
}
