/**
 * A pinhole camera over the floor. World: x right, y down the plan, z up, in metres; camera space: right, down, forward;
 * picture: pixels from the top left corner, a pixel's centre at .5.
 */
export interface CameraPose {
  /** metres: x, y on the plan, z above the floor */
  readonly position: readonly [number, number, number];
  /** where it looks on the plan: 0 right (x), 90 down (y) */
  readonly yawDegrees: number;
  /** how far it looks down: 0 level, 90 straight down */
  readonly pitchDegrees: number;
  /** clockwise turn of the camera round its own axis; 0 is upright */
  readonly rollDegrees?: number;
  /** horizontal field of view */
  readonly fovDegrees: number;
  /** pixels */
  readonly width: number;
  readonly height: number;
}

export type Triple = [number, number, number];
export type Pair = [number, number];

/** Nothing nearer than this is drawn, in metres along the camera's axis. */
export const NEAR_METRES = 0.12;
const RADIANS = Math.PI / 180;

/** The geometry of one pose: world ↔ camera space ↔ pixels. */
export class Projection {
  readonly right: Triple;
  readonly down: Triple;
  readonly forward: Triple;
  /** pixels per unit of slope */
  readonly focal: number;
  readonly centreX: number;
  readonly centreY: number;

  constructor(readonly pose: CameraPose) {
    const [yaw, pitch, roll] = [
      pose.yawDegrees * RADIANS,
      pose.pitchDegrees * RADIANS,
      (pose.rollDegrees ?? 0) * RADIANS,
    ];
    const [hx, hy] = [Math.cos(yaw), Math.sin(yaw)];
    const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
    const right: Triple = [-hy, hx, 0];
    const down: Triple = [-hx * sp, -hy * sp, -cp];
    const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
    this.right = [cr * right[0] + sr * down[0], cr * right[1] + sr * down[1], cr * right[2] + sr * down[2]];
    this.down = [cr * down[0] - sr * right[0], cr * down[1] - sr * right[1], cr * down[2] - sr * right[2]];
    this.forward = [hx * cp, hy * cp, -sp];
    this.focal = pose.width / 2 / Math.tan((pose.fovDegrees * RADIANS) / 2);
    this.centreX = pose.width / 2;
    this.centreY = pose.height / 2;
  }

  /** A direction of the world in camera space. */
  turn(x: number, y: number, z: number): Triple {
    const { right, down, forward } = this;
    return [
      x * right[0] + y * right[1] + z * right[2],
      x * down[0] + y * down[1] + z * down[2],
      x * forward[0] + y * forward[1] + z * forward[2],
    ];
  }

  /** A point of the world in camera space; the third coordinate is its depth in metres. */
  toCamera(x: number, y: number, z: number): Triple {
    const [px, py, pz] = this.pose.position;
    return this.turn(x - px, y - py, z - pz);
  }

  /** A point of the world in pixels, also outside the picture; undefined behind the camera. */
  project(x: number, y: number, z = 0): Pair | undefined {
    const [cx, cy, depth] = this.toCamera(x, y, z);
    if (depth <= 1e-6) return undefined;
    return [this.centreX + (this.focal * cx) / depth, this.centreY + (this.focal * cy) / depth];
  }

  /** The world's direction of the ray through a pixel, scaled to depth 1. */
  ray(u: number, v: number): Triple {
    const [a, b] = [(u - this.centreX) / this.focal, (v - this.centreY) / this.focal];
    const { right, down, forward } = this;
    return [
      a * right[0] + b * down[0] + forward[0],
      a * right[1] + b * down[1] + forward[1],
      a * right[2] + b * down[2] + forward[2],
    ];
  }

  /** Where the ray through a pixel meets the plane `z` metres above the floor; undefined at and above the horizon. */
  toFloor(u: number, v: number, z = 0): Pair | undefined {
    const [dx, dy, dz] = this.ray(u, v);
    const [px, py, pz] = this.pose.position;
    const depth = (z - pz) / dz;
    if (!(depth > 0) || !Number.isFinite(depth)) return undefined;
    return [px + dx * depth, py + dy * depth];
  }
}

/** Yaw and pitch in degrees of a camera at `position` that looks at the floor point `target`. */
export function lookAt(
  position: readonly [number, number, number],
  target: readonly [number, number],
): { yawDegrees: number; pitchDegrees: number } {
  const [dx, dy] = [target[0] - position[0], target[1] - position[1]];
  const flat = Math.hypot(dx, dy);
  return {
    // Straight down the top of the picture would be anywhere: it is the top of the plan.
    yawDegrees: flat < 1e-9 ? -90 : Math.atan2(dy, dx) / RADIANS,
    pitchDegrees: Math.atan2(position[2], flat) / RADIANS,
  };
}
