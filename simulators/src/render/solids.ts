import { NEAR_METRES, type Projection, type Triple } from './camera.js';
import type { Canvas, Silhouette } from './canvas.js';

/** How light falls: towards `direction` in camera space it is brightest. */
export interface Shading {
  readonly direction: Triple;
  /** brightness without direct light, and what direct light adds */
  readonly ambient: number;
  readonly diffuse: number;
  /** factors on red, green and blue */
  readonly tint: Triple;
  /** 1 leaves colours as they are, 0 makes them grey */
  readonly saturation: number;
}

/** A colour as it looks in this light. */
export function lit([r, g, b]: Triple, { tint, saturation }: Shading): Triple {
  const grey = (1 - saturation) * (0.3 * r + 0.59 * g + 0.11 * b);
  return [(r * saturation + grey) * tint[0], (g * saturation + grey) * tint[1], (b * saturation + grey) * tint[2]];
}

/** An ellipsoid in camera space: a centre, and three half axes at right angles. */
export interface Ellipsoid {
  readonly centre: Triple;
  readonly axes: readonly [Triple, Triple, Triple];
  readonly colour: Triple;
  /** stripes along the first axis: how many, 0 none, and their colour */
  readonly stripes?: number;
  readonly second?: Triple;
}

/** Who is drawn: 0 for things. With a silhouette, the person's pixels are counted there. */
export interface Drawing {
  readonly owner: number;
  readonly silhouette?: Silhouette;
}

const squared = (a: Triple) => a[0] * a[0] + a[1] * a[1] + a[2] * a[2];

/**
 * Draws one ellipsoid with a depth test. Each pixel's ray is carried into the space in which the solid is the unit sphere;
 * there it is linear in the pixel, so a row costs a handful of additions and a square root where it meets the solid.
 */
export function drawEllipsoid(
  canvas: Canvas,
  projection: Projection,
  { centre, axes, colour, stripes = 0, second }: Ellipsoid,
  shading: Shading,
  { owner, silhouette }: Drawing,
): void {
  const { direction, ambient, diffuse } = shading;
  const [p, q, r] = axes;
  const [cx, cy, cz] = centre;
  const front = cz - Math.sqrt(p[2] * p[2] + q[2] * q[2] + r[2] * r[2]);
  if (front < NEAR_METRES) return;
  const { focal, centreX, centreY } = projection;
  const { width, height, rgb, depth, owner: owners, mark } = canvas;
  // The exact box of the outline, from the dual of its quadric.
  const c22 = p[2] * p[2] + q[2] * q[2] + r[2] * r[2] - cz * cz;
  const c02 = p[0] * p[2] + q[0] * q[2] + r[0] * r[2] - cx * cz;
  const c12 = p[1] * p[2] + q[1] * q[2] + r[1] * r[2] - cy * cz;
  const c00 = p[0] * p[0] + q[0] * q[0] + r[0] * r[0] - cx * cx;
  const c11 = p[1] * p[1] + q[1] * q[1] + r[1] * r[1] - cy * cy;
  const halfU = Math.sqrt(Math.max(0, c02 * c02 - c00 * c22)) / -c22;
  const halfV = Math.sqrt(Math.max(0, c12 * c12 - c11 * c22)) / -c22;
  const left = Math.max(0, Math.ceil(centreX + focal * (c02 / c22 - halfU) - 0.5));
  const right = Math.min(width - 1, Math.floor(centreX + focal * (c02 / c22 + halfU) - 0.5));
  const top = Math.max(0, Math.ceil(centreY + focal * (c12 / c22 - halfV) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(centreY + focal * (c12 / c22 + halfV) - 0.5));
  if (left > right || top > bottom) return;

  const [pp, qq, rr] = [squared(p), squared(q), squared(r)];
  const [p0, p1, p2] = [p[0] / pp, p[1] / pp, p[2] / pp];
  const [q0, q1, q2] = [q[0] / qq, q[1] / qq, q[2] / qq];
  const [r0, r1, r2] = [r[0] / rr, r[1] / rr, r[2] / rr];
  const op = -(p0 * cx + p1 * cy + p2 * cz);
  const oq = -(q0 * cx + q1 * cy + q2 * cz);
  const or = -(r0 * cx + r1 * cy + r2 * cz);
  const outside = op * op + oq * oq + or * or - 1;
  const lp = p0 * direction[0] + p1 * direction[1] + p2 * direction[2];
  const lq = q0 * direction[0] + q1 * direction[1] + q2 * direction[2];
  const lr = r0 * direction[0] + r1 * direction[1] + r2 * direction[2];
  const [ip, iq, ir] = [1 / pp, 1 / qq, 1 / rr];
  const [red, green, blue] = lit(colour, shading);
  const [red2, green2, blue2] = second ? lit(second, shading) : [red, green, blue];
  const step = 1 / focal;
  for (let v = top; v <= bottom; v += 1) {
    const b = (v + 0.5 - centreY) * step;
    let a = (left + 0.5 - centreX) * step;
    for (let u = left, at = v * width + left; u <= right; u += 1, at += 1, a += step) {
      const dp = p0 * a + p1 * b + p2;
      const dq = q0 * a + q1 * b + q2;
      const dr = r0 * a + r1 * b + r2;
      const aa = dp * dp + dq * dq + dr * dr;
      const bb = op * dp + oq * dq + or * dr;
      const discriminant = bb * bb - aa * outside;
      if (discriminant <= 0) continue;
      if (silhouette && mark[at] !== owner) {
        mark[at] = owner;
        silhouette.pixels += 1;
        if (u < silhouette.left) silhouette.left = u;
        if (u >= silhouette.right) silhouette.right = u + 1;
        if (v < silhouette.top) silhouette.top = v;
        if (v >= silhouette.bottom) silhouette.bottom = v + 1;
      }
      const t = (-bb - Math.sqrt(discriminant)) / aa;
      if (t >= depth[at]!) continue;
      depth[at] = t;
      owners[at] = owner;
      const np = op + t * dp;
      const nq = oq + t * dq;
      const nr = or + t * dr;
      const cosine = (np * lp + nq * lq + nr * lr) / Math.sqrt(np * np * ip + nq * nq * iq + nr * nr * ir);
      // Wrapped light: even the far side of a body gets some from walls and floor.
      const light = ambient + diffuse * (cosine * 0.6 + 0.4 > 0 ? cosine * 0.6 + 0.4 : 0);
      const other = stripes > 0 && (((np + 1) * stripes) & 1) === 1;
      rgb[at * 3] = (other ? red2 : red) * light;
      rgb[at * 3 + 1] = (other ? green2 : green) * light;
      rgb[at * 3 + 2] = (other ? blue2 : blue) * light;
    }
  }
}
