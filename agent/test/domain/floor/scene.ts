/** A pinhole camera over a floor, people who walk, and what the camera's detector would say of them. Metres, seconds, pixels. */
import type { Calibration, Device } from '@aisle/contracts';
import { type Seeded } from '../shop.js';

export type Spot = readonly [x: number, y: number];
export type Way = (seconds: number) => Spot | undefined;

export interface Mount {
  id: string;
  /** where it hangs, and how high */
  at: Spot;
  height: number;
  /** the point of the floor that it looks at */
  towards: Spot;
  /** horizontal field of view */
  degrees: number;
  width: number;
  heightPixels: number;
}
export const mount = (id: string, at: Spot, towards: Spot, over: Partial<Mount> = {}): Mount => ({
  id,
  at,
  height: 3,
  towards,
  degrees: 90,
  width: 640,
  heightPixels: 360,
  ...over,
});

/** Where a point (metres, `up` above the floor) shows; undefined behind the camera. May lie outside the picture. */
export function project(camera: Mount, [x, y]: Spot, up = 0): [number, number] | undefined {
  const sub = (a: number[], b: number[]) => a.map((value, i) => value - (b[i] as number));
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  const unit = (a: number[]) => a.map((value) => value / Math.hypot(...a));
  const eye = [camera.at[0], camera.at[1], camera.height];
  const forward = unit(sub([camera.towards[0], camera.towards[1], 0], eye));
  // The plan's y runs down: seen from above, right of "forward" is (−fy, fx).
  const right = unit([-(forward[1] as number), forward[0] as number, 0]);
  const down = [
    (forward[1] as number) * 0 - (forward[2] as number) * (right[1] as number),
    (forward[2] as number) * (right[0] as number) - (forward[0] as number) * 0,
    (forward[0] as number) * (right[1] as number) - (forward[1] as number) * (right[0] as number),
  ].map((value) => value);
  const sign = (down[2] as number) < 0 ? 1 : -1;
  const ray = sub([x, y, up], eye);
  const depth = dot(ray, forward);
  if (depth <= 0.05) return undefined;
  const focal = camera.width / 2 / Math.tan(((camera.degrees / 2) * Math.PI) / 180);
  return [
    camera.width / 2 + (focal * dot(ray, right)) / depth,
    camera.heightPixels / 2 + (focal * sign * dot(ray, down)) / depth,
  ];
}

export const sees = (camera: Mount, spot: Spot, margin = 2): boolean => {
  const at = project(camera, spot);
  return (
    at !== undefined &&
    at[0] >= margin &&
    at[1] >= margin &&
    at[0] <= camera.width - margin &&
    at[1] <= camera.heightPixels - margin
  );
};

/** Point pairs on a grid that the camera sees, `offset` metres off on the floor (an installer's mistake). */
export function calibrationOf(camera: Mount, spots: readonly Spot[], offset: Spot = [0, 0]): Calibration {
  const points = spots
    .filter((spot) => sees(camera, spot))
    .map((spot) => ({
      image: project(camera, spot) as [number, number],
      floor: [spot[0] + offset[0], spot[1] + offset[1]] as [number, number],
    }));
  return { resolution: [camera.width, camera.heightPixels], points };
}
export const grid = (width: number, depth: number, step = 2): Spot[] => {
  const spots: Spot[] = [];
  for (let x = 0; x <= width; x += step) for (let y = 0; y <= depth; y += step) spots.push([x, y]);
  return spots;
};

export const cameraDevice = (camera: Mount, calibration: Calibration, more: Partial<Device> = {}): Device => ({
  id: camera.id,
  family: 'camera',
  dialect: 'aisle',
  calibration,
  ...more,
});

let digests = 0;
/** What a detector finds at `ts`; `sigma` is the noise of the foot on the floor, metres. */
export function detect(camera: Mount, ts: number, people: readonly Spot[], random?: Seeded, sigma = 0, miss = 0) {
  const boxes: [number, number, number, number, number, number, number][] = [];
  for (const [x, y] of people) {
    if (!sees(camera, [x, y]) || (random && random.next() < miss)) continue;
    const shaken: Spot = random ? [x + random.normal() * sigma, y + random.normal() * sigma] : [x, y];
    const foot = project(camera, shaken);
    const head = project(camera, shaken, 1.7);
    if (!foot || !head) continue;
    const h = Math.max(8, foot[1] - head[1]);
    const w = h * 0.4;
    const tenths = (value: number) => Math.round(value * 10);
    const left = (foot[0] + head[0]) / 2 - w / 2;
    boxes.push([tenths(left), tenths(foot[1] - h), tenths(w), tenths(h), 900_000, tenths(foot[0]), tenths(foot[1])]);
  }
  return {
    kind: 'detections' as const,
    deviceId: camera.id,
    ts,
    receivedTs: ts,
    digest: `f${(digests += 1)}`,
    width: camera.width,
    height: camera.heightPixels,
    boxes,
  };
}

/** Straight from point to point, each reached at its second. */
export const along =
  (...stops: [seconds: number, x: number, y: number][]): Way =>
  (seconds) => {
    for (let i = 1; i < stops.length; i += 1) {
      const [from, fx, fy] = stops[i - 1] as [number, number, number];
      const [to, tx, ty] = stops[i] as [number, number, number];
      if (seconds < from || seconds > to) continue;
      const share = (seconds - from) / (to - from);
      return [fx + (tx - fx) * share, fy + (ty - fy) * share];
    }
    return undefined;
  };
