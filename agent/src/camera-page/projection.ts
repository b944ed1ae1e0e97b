import { floorOf, imageOf, type Homography } from '../domain/floor/homography.js';
import type { PlanView } from '../http/camera-api.js';

type Point = readonly [number, number];
type Line = Point[];
type Matrix = Homography['toImage'];

/** How near to the camera's own plane floor is still drawn, as a share of the depth of the picture's lower middle. */
const NEAREST = 0.05;

/** Zones as they show in the picture, pixels; those behind the camera are left out. */
export function zonesInPicture(homography: Homography, plan: PlanView): { id: string; outline: Line }[] {
  const near = nearest(homography);
  return plan.zones
    .map(({ id, polygon }) => ({
      id,
      outline: clipped(
        homography.toImage,
        polygon.map(([x, y]) => [x * 1000, y * 1000] as const),
        near,
      ),
    }))
    .filter(({ outline }) => outline.length > 2);
}

/** Lines every metre of the floor, pixels. */
export function gridInPicture(homography: Homography, plan: PlanView): Line[] {
  const near = nearest(homography);
  const lines: Line[] = [];
  const add = (a: Point, b: Point) => {
    const line = clipped(homography.toImage, [a, b], near);
    if (line.length > 1) lines.push(line.slice(0, 2));
  };
  for (let x = 0; x <= plan.width + 1e-9; x += 1) add([x * 1000, 0], [x * 1000, plan.depth * 1000]);
  for (let y = 0; y <= plan.depth + 1e-9; y += 1) add([0, y * 1000], [plan.width * 1000, y * 1000]);
  return lines;
}

/** The part of the floor that the picture shows, metres on the plan; what is near the horizon is cut off. */
export function pictureOnPlan(homography: Homography): Line {
  const [w, h] = homography.resolution;
  const corners: Point[] = [
    [0, 0],
    [w, 0],
    [w, h],
    [0, h],
  ];
  const m = homography.toFloor;
  const near = Math.max(...corners.map((corner) => depth(m, corner))) * NEAREST;
  return clipped(m, corners, near).map(([x, y]) => [x / 1000, y / 1000]);
}

/** Where a foot stands on the plan, metres; undefined above the horizon. */
export function onPlan(homography: Homography, [x, y]: Point): Point | undefined {
  const at = floorOf(homography, x, y);
  return at && [at[0] / 1000, at[1] / 1000];
}
export const inPicture = (homography: Homography, [x, y]: Point): Point | undefined =>
  imageOf(homography, x * 1000, y * 1000);

const depth = (m: Matrix, [x, y]: Point): number => m[6] * x + m[7] * y + m[8];

function nearest(homography: Homography): number {
  const [w, h] = homography.resolution;
  const at = floorOf(homography, w / 2, h) ?? floorOf(homography, w / 2, h / 2);
  return at ? depth(homography.toImage, at) * NEAREST : 0;
}

/** A polygon (or, of two points, a line) cut where its depth falls below `near`, then projected. */
function clipped(m: Matrix, points: readonly Point[], near: number): Line {
  const kept: Point[] = [];
  points.forEach((point, index) => {
    const before = points[(index + points.length - 1) % points.length] as Point;
    const [a, b] = [depth(m, before) - near, depth(m, point) - near];
    const isEdge = points.length > 2 || index > 0;
    if (isEdge && a > 0 !== b > 0) {
      const t = a / (a - b);
      kept.push([before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])]);
    }
    if (b > 0) kept.push(point);
  });
  return kept.map((point) => {
    const w = depth(m, point);
    return [(m[0] * point[0] + m[1] * point[1] + m[2]) / w, (m[3] * point[0] + m[4] * point[1] + m[5]) / w];
  });
}
