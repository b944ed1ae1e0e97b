import { drawBox } from './boxes.js';
import type { Projection, Triple } from './camera.js';
import { Canvas } from './canvas.js';
import type { LightMap } from './light.js';
import type { Ball, Scene } from './scene.js';
import { drawEllipsoid, type Shading } from './solids.js';
import { floorPaint, hash, thingPaint } from './textures.js';

/** How far the street is seen, metres. */
const STREET_METRES = 14;
const PLAIN: Shading = { direction: [0, -1, 0], ambient: 0.75, diffuse: 0.35, tint: [1, 1, 1], saturation: 1 };

/** The empty shop as the camera sees it, lit and softened, with its depth. Drawn once; every frame starts from a copy. */
export function drawBackground(scene: Scene, projection: Projection, lights: LightMap, saturation: number): Canvas {
  const { width, height } = projection.pose;
  const canvas = new Canvas(width, height);
  paintRoom(canvas, scene, projection);
  for (const thing of scene.things) drawBox(canvas, projection, thing, thingPaint(thing));
  for (const ball of scene.balls) drawBall(canvas, projection, ball);
  light(canvas, projection, lights, scene);
  fade(canvas.rgb, saturation);
  soften(canvas);
  return canvas;
}

function drawBall(canvas: Canvas, projection: Projection, { centre, radii, colour }: Ball): void {
  const axes: [Triple, Triple, Triple] = [
    projection.turn(radii[0], 0, 0),
    projection.turn(0, radii[1], 0),
    projection.turn(0, 0, radii[2]),
  ];
  const shading = { ...PLAIN, direction: projection.turn(0.2, 0.1, 0.97) };
  drawEllipsoid(canvas, projection, { centre: projection.toCamera(...centre), axes, colour }, shading, { owner: 0 });
}

/** Floor, walls, ceiling and what is outside: the first of them that each pixel's ray meets from inside the room. */
function paintRoom(canvas: Canvas, { room, floor, things }: Scene, projection: Projection): void {
  const { width, height, rgb, depth } = canvas;
  const paint = floorPaint(floor);
  const seed = floor.seed + things.length;
  const [px, py, pz] = projection.pose.position;
  const out = new Float64Array(3);
  const [right, down, forward] = [projection.right, projection.down, projection.forward];
  for (let v = 0, at = 0; v < height; v += 1) {
    const b = (v + 0.5 - projection.centreY) / projection.focal;
    for (let u = 0; u < width; u += 1, at += 1) {
      const a = (u + 0.5 - projection.centreX) / projection.focal;
      const dx = a * right[0] + b * down[0] + forward[0];
      const dy = a * right[1] + b * down[1] + forward[1];
      const dz = a * right[2] + b * down[2] + forward[2];
      const level = dz < 0 ? -pz / dz : (room.height - pz) / dz;
      const wallX = dx > 0 ? (room.width - px) / dx : dx < 0 ? -px / dx : 1e9;
      const wallY = dy > 0 ? (room.depth - py) / dy : dy < 0 ? -py / dy : 1e9;
      const wallAt = wallX < wallY ? wallX : wallY;
      let t = level;
      if (wallAt < level) {
        const x = px + dx * wallAt;
        const y = py + dy * wallAt;
        const z = pz + dz * wallAt;
        const wall = room.walls[wallX < wallY ? (dx > 0 ? 1 : 3) : dy > 0 ? 2 : 0];
        const place = wallX < wallY ? y : x;
        let open = false;
        if (z < room.doorHeight) {
          for (const door of wall.doors) open ||= place > door[0] && place < door[1];
          // Windows stand in posts of 6 cm, two metres apart.
          open ||= wall.glass && z > 0.12 && Math.abs(place - 2 * Math.round(place / 2)) > 0.03;
        }
        if (open) {
          const beyond = dz < 0 ? level : 1e9;
          if (beyond - wallAt > STREET_METRES) {
            const haze =
              0.8 +
              0.2 *
                hash(Math.floor((dx / dy + dy / dx) * 9), Math.floor((dz / (Math.abs(dx) + Math.abs(dy))) * 6), seed);
            rgb[at * 3] = room.outside[0] * haze;
            rgb[at * 3 + 1] = room.outside[1] * haze;
            rgb[at * 3 + 2] = room.outside[2] * haze;
            depth[at] = wallAt + STREET_METRES;
            continue;
          }
        } else {
          t = wallAt;
          const skirting = z < 0.1 ? 0.6 : 1;
          const gain = skirting * (0.78 + 0.12 * (z / room.height) + (wallX < wallY ? 0.06 : 0));
          rgb[at * 3] = wall.colour[0] * gain;
          rgb[at * 3 + 1] = wall.colour[1] * gain;
          rgb[at * 3 + 2] = wall.colour[2] * gain;
          depth[at] = t;
          continue;
        }
      }
      depth[at] = t;
      if (dz >= 0) {
        // A ceiling of panels, every few of them a lamp.
        const i = Math.floor((px + dx * t) / 0.6);
        const j = Math.floor((py + dy * t) / 0.6);
        const panel = i % 4 === 0 && j % 3 === 0 ? 255 : 178 + 12 * hash(i, j, seed);
        rgb[at * 3] = rgb[at * 3 + 1] = rgb[at * 3 + 2] = panel;
        continue;
      }
      const x = px + dx * t;
      const y = py + dy * t;
      if (x >= 0 && y >= 0 && x <= room.width && y <= room.depth) paint(x, y, t, out);
      else {
        const slab = 0.92 + 0.08 * hash(Math.floor(x * 1.6), Math.floor(y * 1.6), seed);
        out[0] = room.outside[0] * slab;
        out[1] = room.outside[1] * slab;
        out[2] = room.outside[2] * slab;
      }
      rgb[at * 3] = out[0]!;
      rgb[at * 3 + 1] = out[1]!;
      rgb[at * 3 + 2] = out[2]!;
    }
  }
}

/** Multiplies each pixel by the light at its place in the shop. */
function light(canvas: Canvas, projection: Projection, lights: LightMap, scene: Scene): void {
  const { width, height, rgb, depth } = canvas;
  const [px, py, pz] = projection.pose.position;
  const { gloss } = scene.light;
  const [right, down, forward] = [projection.right, projection.down, projection.forward];
  const [red, green, blue] = lights.tint;
  for (let v = 0, at = 0; v < height; v += 1) {
    const b = (v + 0.5 - projection.centreY) / projection.focal;
    for (let u = 0; u < width; u += 1, at += 1) {
      const a = (u + 0.5 - projection.centreX) / projection.focal;
      const t = depth[at]!;
      const x = px + t * (a * right[0] + b * down[0] + forward[0]);
      const y = py + t * (a * right[1] + b * down[1] + forward[1]);
      let gain = lights.at(x, y);
      if (gloss > 0) {
        const dz = a * right[2] + b * down[2] + forward[2];
        // On the floor: the lamps' mirror images, where the ray would meet the ceiling on its way up again.
        if (pz + t * dz < 0.02) {
          const up = scene.room.height / -dz;
          const mirrored = lights.at(x + (up * (x - px)) / t, y + (up * (y - py)) / t) - 1;
          if (mirrored > 0) gain += gloss * mirrored;
        }
      }
      gain *= lights.corner(u, v);
      rgb[at * 3] = rgb[at * 3]! * gain * red;
      rgb[at * 3 + 1] = rgb[at * 3 + 1]! * gain * green;
      rgb[at * 3 + 2] = rgb[at * 3 + 2]! * gain * blue;
    }
  }
}

/** Takes colour out of a picture: 1 leaves it, 0 leaves grey. */
function fade(rgb: Uint8ClampedArray, saturation: number): void {
  if (saturation >= 1) return;
  for (let i = 0; i < rgb.length; i += 3) {
    const grey = 0.3 * rgb[i]! + 0.59 * rgb[i + 1]! + 0.11 * rgb[i + 2]!;
    rgb[i] = grey + (rgb[i]! - grey) * saturation;
    rgb[i + 1] = grey + (rgb[i + 1]! - grey) * saturation;
    rgb[i + 2] = grey + (rgb[i + 2]! - grey) * saturation;
  }
}

/** The lens: each pixel is half itself, half its four neighbours. */
function soften({ width, height, rgb }: Canvas): void {
  const before = rgb.slice();
  const row = width * 3;
  for (let v = 1; v < height - 1; v += 1)
    for (let i = v * row + 3; i < (v + 1) * row - 3; i += 1)
      rgb[i] = (before[i]! * 4 + before[i - 3]! + before[i + 3]! + before[i - row]! + before[i + row]!) >> 3;
}
