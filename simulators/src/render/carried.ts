import type { Posture } from './body.js';
import { drawBox, uprightBox, type Paint } from './boxes.js';
import type { Projection, Triple } from './camera.js';
import type { Canvas } from './canvas.js';
import type { Look } from './look.js';
import { lit, type Shading } from './solids.js';
import { thingPaint } from './textures.js';

type Finish = 'wire' | 'plain';

/** Draws what somebody pushes or holds. It hides people, but is no part of them. */
export function drawCarried(
  canvas: Canvas,
  projection: Projection,
  { x, y, headingRadians, look }: Posture & { readonly look: Look },
  shading: Shading,
): void {
  const { carries, carried, build, height } = look;
  if (carries !== 'trolley' && carries !== 'basket') return;
  const [hx, hy] = [Math.cos(headingRadians), Math.sin(headingRadians)];
  const degrees = (headingRadians * 180) / Math.PI;
  const draw = (
    place: { forward: number; right: number; up: number },
    size: { along: number; across: number; high: number },
    finish: Finish,
    colour: Triple,
  ) => {
    const cx = x + place.forward * hx - place.right * hy;
    const cy = y + place.forward * hy + place.right * hx;
    const box = uprightBox(cx, cy, place.up, size.along, size.across, size.high, degrees);
    drawBox(canvas, projection, box, paintOf(finish, lit(colour, shading), shading.ambient + 0.6 * shading.diffuse));
  };
  if (carries === 'trolley') {
    draw({ forward: 0.78, right: 0, up: 0.48 }, { along: 0.82, across: 0.5, high: 0.42 }, 'wire', [170, 172, 176]);
    draw({ forward: 0.78, right: 0, up: 0.1 }, { along: 0.7, across: 0.42, high: 0.05 }, 'plain', [90, 92, 96]);
    draw({ forward: 0.36, right: 0, up: 0.96 }, { along: 0.05, across: 0.52, high: 0.05 }, 'plain', carried);
  } else {
    const place = { forward: 0.06, right: -0.17 * build, up: 0.24 * height };
    draw(place, { along: 0.42, across: 0.28, high: 0.22 }, 'plain', carried);
  }
}

function paintOf(finish: Finish, colour: Triple, gain: number): Paint {
  return thingPaint({
    centre: [0, 0, 0],
    axes: [
      [0.4, 0, 0],
      [0, 0.25, 0],
      [0, 0, 0.2],
    ],
    finish,
    colour: [colour[0] * gain, colour[1] * gain, colour[2] * gain],
    seed: 1,
  });
}
