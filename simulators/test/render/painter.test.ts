import { describe, expect, it } from 'vitest';
import { Random } from '../../src/random.js';
import { uprightBox } from '../../src/render/boxes.js';
import { CameraView } from '../../src/render/camera-view.js';
import { lookAt, Projection, type CameraPose } from '../../src/render/camera.js';
import { lookOf, type Look } from '../../src/render/look.js';
import { Painter, type Actor } from '../../src/render/painter.js';
import type { Scene, Thing } from '../../src/render/scene.js';
import type { SensorSettings } from '../../src/render/sensor.js';
import { demoStore } from '../support.js';

const WALL = { colour: [200, 200, 200] as [number, number, number], glass: false, doors: [] };
const emptyShop = (things: Thing[] = []): Scene => ({
  room: { width: 12, depth: 12, height: 5, doorHeight: 3, walls: [WALL, WALL, WALL, WALL], outside: [90, 90, 90] },
  floor: {
    finish: 'tiles',
    colour: [120, 120, 120],
    second: [90, 90, 90],
    size: 0.6,
    contrast: 0,
    degrees: 0,
    seed: 1,
  },
  light: {
    exposure: 1,
    tint: [1, 1, 1],
    direction: [0, 0, 1],
    ambient: 0.6,
    diffuse: 0.5,
    pools: [],
    vignette: 0,
    gloss: 0,
    shadow: 0,
  },
  things,
  balls: [],
});
/** A camera without faults, so that pictures differ by people only. */
const EXACT: SensorSettings = { noise: 0, drift: 0, gamma: 1, contrast: 1, saturation: 1, shutterSeconds: 0 };
const CAMERA: [number, number, number] = [6, 9.5, 3.5];
const pose: CameraPose = { position: CAMERA, ...lookAt(CAMERA, [6, 5.5]), fovDegrees: 90, width: 320, height: 180 };
const overhead: CameraPose = { ...pose, position: [6, 6, 4], ...lookAt([6, 6, 4], [6, 6]) };

const red: Look = {
  ...lookOf(Random.stream(1, 'look'), [0, 0, 0]),
  height: 1.7,
  build: 1,
  top: [230, 20, 20],
  bottom: [230, 20, 20],
  hair: [240, 240, 20],
  headwear: 'none',
  skin: [240, 20, 160],
  shoes: [20, 230, 20],
  lower: 'trousers',
  stripes: 0,
  carries: 'nothing',
};
const someone = (personId: number, x: number, y: number, change: Partial<Actor> = {}): Actor => ({
  personId,
  x,
  y,
  headingRadians: 1,
  metresPerSecond: 0,
  look: red,
  ...change,
});
const paint = (actors: Actor[], things: Thing[] = [], from = pose) =>
  new Painter(emptyShop(things), from, EXACT, 1).draw(0, actors);

describe('labels', () => {
  it.each([
    ['from the side', pose, 6, 5.5],
    ['from above', overhead, 6.4, 5.6],
    ['at the left border', pose, 2.05, 5.5],
    ['at the lower border', pose, 6.6, 8.1],
  ])('hold exactly the pixels that a person changes (%s)', (_, from, x, y) => {
    const bare = paint([], [], from).rgb.slice();
    const { rgb, labels } = paint([someone(7, x, y)], [], from);
    const { width, height } = from;
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (let v = 0; v < height; v += 1)
      for (let u = 0; u < width; u += 1)
        for (let c = 0; c < 3; c += 1)
          if (Math.abs(rgb[(v * width + u) * 3 + c]! - bare[(v * width + u) * 3 + c]!) > 3) {
            [left, right] = [Math.min(left, u), Math.max(right, u + 1)];
            [top, bottom] = [Math.min(top, v), Math.max(bottom, v + 1)];
          }
    expect(labels).toHaveLength(1);
    const [bx, by, bw, bh] = labels[0]!.box;
    // Soft edges colour one pixel more on each side.
    for (const [changed, label] of [
      [left, bx],
      [top, by],
      [right, bx + bw],
      [bottom, by + bh],
    ] as const)
      expect(Math.abs(changed - label)).toBeLessThanOrEqual(1);
    expect(labels[0]!.visible).toBe(1);
    expect(labels[0]!.foot).toEqual(new Projection(from).project(x, y));
    expect(labels[0]!.personId).toBe(7);
  });

  it('tell the size of people: as tall as their height projects', () => {
    const { labels } = paint([someone(1, 6, 4)]);
    const projection = new Projection(pose);
    const [foot, head] = [projection.project(6, 4), projection.project(6, 4, 1.7)] as [number, number][];
    expect(Math.abs(labels[0]!.box[1] - head![1])).toBeLessThan(5);
    expect(Math.abs(labels[0]!.box[1] + labels[0]!.box[3] - foot![1])).toBeLessThan(6);
  });

  it('say where the head is: in the hair, for whoever is looked at from behind', () => {
    const { rgb, labels } = paint([someone(1, 6, 4, { headingRadians: -Math.PI / 2 })]);
    const [x, y] = labels[0]!.head.map(Math.round) as [number, number];
    const [r, g, b] = rgb.subarray((y * pose.width + x) * 3);
    expect([r! > 2 * b!, g! > 2 * b!]).toEqual([true, true]);
  });

  it('say less is visible the more a fixture hides', () => {
    const visibleBehind = (height: number) => {
      const shelf: Thing = {
        ...uprightBox(6, 6.2, 0, 3, 0.4, height),
        finish: 'plain',
        colour: [200, 200, 200],
        seed: 1,
      };
      return paint([someone(1, 6, 5.4)], [shelf]).labels[0]!;
    };
    const [free, low, high] = [visibleBehind(0.01), visibleBehind(0.8), visibleBehind(1.3)];
    expect(free.visible).toBe(1);
    expect(low.visible).toBeLessThan(0.95);
    expect(high.visible).toBeLessThan(low.visible);
    expect(high.visible).toBeGreaterThan(0);
    // What is hidden still belongs to the outline.
    expect(high.box).toEqual(free.box);
    expect(high.foot).toEqual(free.foot);
  });

  it('say that someone in front hides someone behind, in whatever order they come', () => {
    const [front, behind] = [someone(1, 6, 6.4), someone(2, 6, 5.9)];
    for (const order of [
      [front, behind],
      [behind, front],
    ]) {
      const { labels } = paint(order);
      const visible = (id: number) => labels.find(({ personId }) => personId === id)!.visible;
      expect(visible(1)).toBe(1);
      expect(visible(2)).toBeLessThan(0.7);
      expect(visible(2)).toBeGreaterThan(0.05);
    }
  });

  it('keep a wholly hidden person, as invisible, and leave out whoever is not in the picture', () => {
    const shelf: Thing = { ...uprightBox(6, 6.3, 0, 6, 0.4, 3.2), finish: 'plain', colour: [200, 200, 200], seed: 1 };
    const { labels } = paint([someone(1, 6, 5.9), someone(2, 6, 11.8), someone(3, 0.4, 9)], [shelf]);
    expect(labels.map(({ personId, visible }) => [personId, visible])).toEqual([[1, 0]]);
  });

  it('do not count a trolley as part of its pusher, though it hides people', () => {
    const pusher = (carries: Look['carries']) => someone(1, 5, 5.5, { headingRadians: 0, look: { ...red, carries } });
    const other = someone(2, 5.78, 5.2);
    const [without, with_] = [paint([pusher('nothing'), other]), paint([pusher('trolley'), other])];
    expect(with_.labels[1]!.visible).toBeLessThan(without.labels[1]!.visible);
    expect(with_.labels[0]!.box[2]).toBeLessThan(40);
  });
});

describe('a camera view of the demo shop', () => {
  const store = demoStore();
  const people = [
    { personId: 1, x: 13, y: 18, headingRadians: 1, metresPerSecond: 1.2 },
    { personId: 2, x: 15, y: 17, headingRadians: 4, metresPerSecond: 0, reaching: true },
  ];
  const shop: CameraPose = { ...pose, position: [14, 15, 4.3], ...lookAt([14, 15, 4.3], [14, 18]) };
  const view = (seed: number, deviceId = 'cam-2') => new CameraView(store, shop, seed, deviceId);

  it('gives the same bytes for the same seed, time and people, whatever was drawn before', () => {
    const fresh = view(5).draw(9000, people).rgb.slice();
    const used = view(5);
    used.draw(1000, [{ ...people[0]!, personId: 9 }]);
    used.draw(8800, people);
    expect(Buffer.compare(used.draw(9000, people).rgb, fresh)).toBe(0);
  });

  it('gives another picture for another seed, another time, and another camera', () => {
    const fresh = view(5).draw(9000, people).rgb.slice();
    for (const other of [view(6).draw(9000, people), view(5).draw(9200, people), view(5, 'cam-3').draw(9000, people)])
      expect(Buffer.compare(other.rgb, fresh)).not.toBe(0);
  });

  it('dresses a person alike in every camera and picture', () => {
    const shirt = (deviceId: string, ts: number) => {
      const { rgb, labels } = view(5, deviceId).draw(ts, [people[1]!]);
      const [x, y, w, h] = labels[0]!.box;
      const at = (Math.round(y + 0.45 * h) * shop.width + Math.round(x + w / 2)) * 3;
      return [...rgb.subarray(at, at + 3)];
    };
    const [a, b, c] = [shirt('cam-2', 0), shirt('cam-3', 0), shirt('cam-2', 60_000)];
    for (let i = 0; i < 3; i += 1) {
      expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(45);
      expect(Math.abs(a[i]! - c[i]!)).toBeLessThan(45);
    }
  });

  it('moves legs as people walk', () => {
    const walking = view(5);
    const first = walking.draw(9000, people).labels[0]!.box;
    const boxes = [200, 400, 600].map((later) => walking.draw(9000 + later, people).labels[0]!.box);
    expect(boxes.some((box) => box.some((value, index) => value !== first[index]))).toBe(true);
  });
});
