import type { Projection } from './camera.js';
import type { Canvas } from './canvas.js';
import type { Light } from './scene.js';

/** Lengthwise and across, metres: a body darkens the floor about this far. */
const ALONG = 0.55;
const ACROSS = 0.3;
/** The far shadow ends at this many times that. */
const EDGE = Math.SQRT2;
const CORNERS = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
] as const;

/** Darkens the floor round somebody's feet, most where they touch it, and softly away from the light. */
export function drawShadow(canvas: Canvas, projection: Projection, light: Light, x: number, y: number): void {
  const flat = Math.hypot(light.direction[0], light.direction[1]);
  const [ax, ay] = flat < 0.05 ? [1, 0] : [-light.direction[0] / flat, -light.direction[1] / flat];
  const long = ALONG + 0.5 * flat;
  const [cx, cy] = [x + ax * 0.35 * flat, y + ay * 0.35 * flat];
  let [left, right, top, bottom] = [1e9, -1e9, 1e9, -1e9];
  const [reach, side] = [long * EDGE, ACROSS * EDGE];
  for (const [i, j] of CORNERS) {
    const [px, py, depth] = projection.toCamera(
      cx + i * reach * ax - j * side * ay,
      cy + i * reach * ay + j * side * ax,
      0,
    );
    if (depth < 0.3) return;
    const u = projection.centreX + (projection.focal * px) / depth;
    const v = projection.centreY + (projection.focal * py) / depth;
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  }
  const { width, height, rgb, depth } = canvas;
  const [u0, u1] = [Math.max(0, Math.floor(left)), Math.min(width - 1, Math.ceil(right))];
  const [v0, v1] = [Math.max(0, Math.floor(top)), Math.min(height - 1, Math.ceil(bottom))];
  const [camX, camY, camZ] = projection.pose.position;
  const { right: r, down: d, forward: f, focal, centreX, centreY } = projection;
  for (let v = v0; v <= v1; v += 1) {
    const b = (v + 0.5 - centreY) / focal;
    for (let u = u0, at = v * width + u0; u <= u1; u += 1, at += 1) {
      const a = (u + 0.5 - centreX) / focal;
      const dz = a * r[2] + b * d[2] + f[2];
      const t = -camZ / dz;
      // Only the floor takes the shadow, not what stands on it.
      const gap = t - depth[at]!;
      if (gap > 0.03 || gap < -0.03) continue;
      const wx = camX + t * (a * r[0] + b * d[0] + f[0]) - x;
      const wy = camY + t * (a * r[1] + b * d[1] + f[1]) - y;
      const ox = wx + x - cx;
      const oy = wy + y - cy;
      const along = (ox * ax + oy * ay) / long;
      const across = (ox * ay - oy * ax) / ACROSS;
      const near = 1 - (wx * wx + wy * wy) / 0.07;
      const far = 1 - (along * along + across * across) * 0.5;
      if (near <= 0 && far <= 0) continue;
      const factor = 1 - light.shadow * ((far > 0 ? 0.55 * far * far : 0) + (near > 0 ? 0.4 * near : 0));
      rgb[at * 3] = rgb[at * 3]! * factor;
      rgb[at * 3 + 1] = rgb[at * 3 + 1]! * factor;
      rgb[at * 3 + 2] = rgb[at * 3 + 2]! * factor;
    }
  }
}
