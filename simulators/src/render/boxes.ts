import { NEAR_METRES, type Projection, type Triple } from './camera.js';
import type { Canvas } from './canvas.js';

/** An upright or tilted box in the world: a centre in metres, and three half axes at right angles. */
export interface Box {
  readonly centre: Triple;
  readonly axes: readonly [Triple, Triple, Triple];
}

/** A box on the floor: `width` along the direction of `degrees` on the plan, `depth` across it. Metres. */
export function uprightBox(
  x: number,
  y: number,
  z: number,
  width: number,
  depth: number,
  height: number,
  degrees = 0,
): Box {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return {
    centre: [x, y, z + height / 2],
    axes: [
      [(c * width) / 2, (s * width) / 2, 0],
      [(-s * depth) / 2, (c * depth) / 2, 0],
      [0, 0, height / 2],
    ],
  };
}

/** Where a ray met a box: which axis' face (0 to 2) on which side, the place on the box (−1 to 1 along each axis), the depth. */
export interface Hit {
  axis: number;
  side: number;
  s: number;
  t: number;
  w: number;
  depth: number;
}
/** Colours a hit into `out` as red, green and blue; false where the box is see-through there. */
export type Paint = (hit: Hit, out: Float64Array) => boolean;

const colour = new Float64Array(3);
const hit: Hit = { axis: 0, side: 1, s: 0, t: 0, w: 0, depth: 0 };

/** Draws one box with a depth test, owned by nobody. */
export function drawBox(canvas: Canvas, projection: Projection, box: Box, paint: Paint): void {
  const bounds = boundsOf(projection, box);
  if (!bounds) return;
  const { focal, centreX, centreY } = projection;
  const { width, rgb, depth, owner } = canvas;
  const centre = projection.toCamera(...box.centre);
  // Like the ellipsoids: each ray in the space in which the box is the cube from −1 to 1.
  const rows = box.axes.map((axis) => {
    const [x, y, z] = projection.turn(...axis);
    const size = x * x + y * y + z * z;
    return [x / size, y / size, z / size, -(x * centre[0] + y * centre[1] + z * centre[2]) / size] as const;
  });
  const [[x0, x1, x2, xo], [y0, y1, y2, yo], [z0, z1, z2, zo]] = rows as [Row, Row, Row];
  const step = 1 / focal;
  for (let v = bounds.top; v <= bounds.bottom; v += 1) {
    const b = (v + 0.5 - centreY) * step;
    let a = (bounds.left + 0.5 - centreX) * step;
    for (let u = bounds.left, at = v * width + bounds.left; u <= bounds.right; u += 1, at += 1, a += step) {
      const dx = x0 * a + x1 * b + x2;
      const dy = y0 * a + y1 * b + y2;
      const dz = z0 * a + z1 * b + z2;
      const nearX = (dx > 0 ? -1 - xo : 1 - xo) / dx;
      const nearY = (dy > 0 ? -1 - yo : 1 - yo) / dy;
      const nearZ = (dz > 0 ? -1 - zo : 1 - zo) / dz;
      let axis = 0;
      let enter = nearX;
      if (nearY > enter) [enter, axis] = [nearY, 1];
      if (nearZ > enter) [enter, axis] = [nearZ, 2];
      if (enter < NEAR_METRES || enter >= depth[at]!) continue;
      hit.s = xo + dx * enter;
      hit.t = yo + dy * enter;
      hit.w = zo + dz * enter;
      if (
        (axis !== 0 && (hit.s > 1 || hit.s < -1)) ||
        (axis !== 1 && (hit.t > 1 || hit.t < -1)) ||
        (axis !== 2 && (hit.w > 1 || hit.w < -1))
      )
        continue;
      hit.axis = axis;
      hit.side = (axis === 0 ? dx : axis === 1 ? dy : dz) > 0 ? -1 : 1;
      hit.depth = enter;
      if (!paint(hit, colour)) continue;
      depth[at] = enter;
      owner[at] = 0;
      rgb[at * 3] = colour[0]!;
      rgb[at * 3 + 1] = colour[1]!;
      rgb[at * 3 + 2] = colour[2]!;
    }
  }
}
type Row = readonly [number, number, number, number];

/** The pixels that a box may cover, clipped to the picture; undefined if none. */
function boundsOf(projection: Projection, box: Box) {
  const corners: Triple[] = [];
  for (const i of [-1, 1])
    for (const j of [-1, 1])
      for (const k of [-1, 1]) {
        const [p, q, r] = box.axes;
        corners.push(
          projection.toCamera(
            box.centre[0] + i * p[0] + j * q[0] + k * r[0],
            box.centre[1] + i * p[1] + j * q[1] + k * r[1],
            box.centre[2] + i * p[2] + j * q[2] + k * r[2],
          ),
        );
      }
  let [left, right, top, bottom] = [1e9, -1e9, 1e9, -1e9];
  const take = (x: number, y: number, z: number) => {
    const [u, v] = [projection.centreX + (projection.focal * x) / z, projection.centreY + (projection.focal * y) / z];
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  };
  corners.forEach((a, index) => {
    if (a[2] >= NEAR_METRES) take(...a);
    // Edges join corners whose numbers differ in one bit; those that run behind the camera are cut where it begins to see.
    for (const bit of [1, 2, 4]) {
      const b = corners[index ^ bit] as Triple;
      if (a[2] >= NEAR_METRES === b[2] >= NEAR_METRES) continue;
      const share = (NEAR_METRES - a[2]) / (b[2] - a[2]);
      take(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), NEAR_METRES);
    }
  });
  const { width, height } = projection.pose;
  const clipped = {
    left: Math.max(0, Math.floor(left - 0.5)),
    right: Math.min(width - 1, Math.ceil(right - 0.5)),
    top: Math.max(0, Math.floor(top - 0.5)),
    bottom: Math.min(height - 1, Math.ceil(bottom - 0.5)),
  };
  return clipped.left <= clipped.right && clipped.top <= clipped.bottom ? clipped : undefined;
}
