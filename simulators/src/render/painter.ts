import { bodyParts, type Posture } from './body.js';
import { drawBackground } from './background.js';
import { Projection, type CameraPose, type Triple } from './camera.js';
import { Canvas, emptySilhouette } from './canvas.js';
import { drawCarried } from './carried.js';
import { LightMap } from './light.js';
import type { Look } from './look.js';
import type { Scene } from './scene.js';
import { Sensor, type SensorSettings, type Smear } from './sensor.js';
import { drawShadow } from './shadow.js';
import { drawEllipsoid, type Shading } from './solids.js';

export interface Actor extends Posture {
  readonly personId: number;
  readonly look: Look;
}

/** What is true of one person in one picture. Pixels, from the top left corner. */
export interface Label {
  readonly personId: number;
  /** left, top, width, height of the body's outline, hidden parts included, clipped to the picture */
  readonly box: readonly [number, number, number, number];
  /** where the floor point under the body lies; may be hidden or outside the picture */
  readonly foot: readonly [number, number];
  /** the middle of the head; may be hidden or outside the picture */
  readonly head: readonly [number, number];
  /** share of the outline's pixels in the picture that show this person and nothing in front, 0 to 1 */
  readonly visible: number;
}

export interface Frame {
  /** red, green, blue of each pixel, row by row; overwritten by the next frame */
  readonly rgb: Uint8Array;
  readonly labels: Label[];
}

const MOST_ACTORS = 250;
/** How high the middle of a head is, as a share of the body's height. */
const HEAD_HEIGHT = 0.92;

/** One camera in one scene: draws the shop once, then people into copies of it. */
export class Painter {
  readonly projection: Projection;
  private readonly lights: LightMap;
  private readonly background: Canvas;
  private readonly canvas: Canvas;
  private readonly sensor: Sensor;
  private readonly clamped: Uint8ClampedArray;
  private readonly rgb: Uint8Array;
  private readonly seen = new Uint32Array(MOST_ACTORS + 1);

  constructor(
    private readonly scene: Scene,
    pose: CameraPose,
    private readonly settings: SensorSettings,
    seed: number,
  ) {
    this.projection = new Projection(pose);
    this.lights = new LightMap(scene, pose.width, pose.height);
    this.background = drawBackground(scene, this.projection, this.lights, settings.saturation);
    this.canvas = new Canvas(pose.width, pose.height);
    this.sensor = new Sensor(settings, seed);
    this.clamped = new Uint8ClampedArray(pose.width * pose.height * 3);
    this.rgb = new Uint8Array(this.clamped.buffer);
  }

  /** The picture taken at `ts` (milliseconds). Only the first 250 people are drawn. */
  draw(ts: number, actors: readonly Actor[]): Frame {
    const { canvas, projection, scene } = this;
    canvas.copyFrom(this.background);
    const drawn = actors.slice(0, MOST_ACTORS).filter((actor) => this.mayBeSeen(actor));
    for (const { x, y } of drawn) drawShadow(canvas, projection, scene.light, x, y);
    const silhouettes = drawn.map((actor, index) => this.drawActor(actor, index + 1, ts));
    const smears: Smear[] = [];
    drawn.forEach((actor, index) => {
      const silhouette = silhouettes[index]!;
      if (silhouette.pixels > 0) smears.push({ silhouette, ...this.motion(actor) });
    });
    this.countSeen();
    this.sensor.expose(canvas, smears, ts, this.clamped);
    const labels: Label[] = [];
    drawn.forEach(({ personId, x, y, look }, index) => {
      const { left, top, right, bottom, pixels } = silhouettes[index]!;
      const foot = projection.project(x, y);
      const head = projection.project(x, y, HEAD_HEIGHT * look.height);
      if (pixels === 0 || !foot || !head) return;
      const visible = this.seen[index + 1]! / pixels;
      labels.push({ personId, box: [left, top, right - left, bottom - top], foot, head, visible });
    });
    return { rgb: this.rgb, labels };
  }

  /** A rough test that saves the work for people far outside the picture or behind the camera. */
  private mayBeSeen({ x, y }: Actor): boolean {
    const [cx, cy, cz] = this.projection.toCamera(x, y, 0.9);
    if (cz < -1.2) return false;
    const { focal, centreX, centreY } = this.projection;
    const near = Math.max(cz, 0.1) + 1.2;
    return Math.abs(cx) - 1.2 < (near * centreX) / focal && Math.abs(cy) - 1.2 < (near * centreY) / focal;
  }

  private drawActor(actor: Actor, owner: number, ts: number) {
    const { canvas, projection } = this;
    const silhouette = emptySilhouette();
    const shading = this.shadingAt(actor.x, actor.y);
    const drawing = { owner, silhouette };
    for (const part of bodyParts(projection, actor.look, actor, ts))
      drawEllipsoid(canvas, projection, part, shading, drawing);
    drawCarried(canvas, projection, actor, shading);
    return silhouette;
  }

  private shadingAt(x: number, y: number): Shading {
    const { light } = this.scene;
    const at = this.projection.project(x, y, 0.9);
    const gain = this.lights.at(x, y) * (at ? Math.max(0.3, this.lights.corner(at[0], at[1])) : 1);
    return {
      direction: this.projection.turn(...light.direction),
      ambient: light.ambient,
      diffuse: light.diffuse,
      tint: this.lights.tint.map((factor) => factor * gain) as Triple,
      saturation: this.settings.saturation,
    };
  }

  /** How far somebody smears while the shutter is open, in pixels. */
  private motion({ x, y, headingRadians, metresPerSecond }: Actor): { dx: number; dy: number } {
    const metres = metresPerSecond * this.settings.shutterSeconds;
    const from = this.projection.project(x, y, 0.9);
    const to = this.projection.project(
      x + metres * Math.cos(headingRadians),
      y + metres * Math.sin(headingRadians),
      0.9,
    );
    return from && to ? { dx: to[0] - from[0], dy: to[1] - from[1] } : { dx: 0, dy: 0 };
  }

  private countSeen(): void {
    const { owner } = this.canvas;
    this.seen.fill(0);
    for (let i = 0; i < owner.length; i += 1) if (owner[i] !== 0) this.seen[owner[i]!]! += 1;
  }
}
