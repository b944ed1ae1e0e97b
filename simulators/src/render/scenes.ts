import { Random } from '../random.js';
import { uprightBox } from './boxes.js';
import type { CameraPose, Triple } from './camera.js';
import { lookOf } from './look.js';
import type { Actor } from './painter.js';
import { randomFloor, randomLight, wallColour } from './scenery.js';
import type { Ball, Scene, Thing, Wall } from './scene.js';
import type { SensorSettings } from './sensor.js';

/**
 * Shops that do not exist, for training and evaluating detectors. Seeds from 1,000,000 up are for evaluation only:
 * nothing is ever trained on them.
 */
export const FIRST_EVALUATION_SEED = 1_000_000;

export interface RandomScene {
  readonly scene: Scene;
  readonly pose: CameraPose;
  readonly sensor: SensorSettings;
  /** from 1 to 100, for every picture of this camera */
  readonly jpegQuality: number;
}

/** A random shop with a random camera. */
export function randomScene(seed: number): RandomScene {
  const random = Random.stream(seed, 'render/scene');
  const [width, depth] = [random.between(7, 24), random.between(7, 20)];
  const height = random.between(3, 6.4);
  const things = thingsOf(random, width, depth);
  const scene: Scene = {
    room: {
      width,
      depth,
      height,
      doorHeight: Math.min(height, random.between(2.2, 4)),
      walls: wallsOf(random, width, depth),
      outside: random.pick([
        [128, 126, 124],
        [96, 98, 104],
        [168, 164, 156],
        [60, 62, 68],
        [214, 214, 210],
      ] as Triple[]),
    },
    floor: randomFloor(random),
    light: randomLight(random, width, depth, 1),
    things,
    balls: ballsOf(random, width, depth),
  };
  return {
    scene,
    pose: poseOf(random, width, depth, height),
    sensor: {
      noise: random.chance(0.3) ? random.between(5, 13) : random.between(0.5, 5),
      drift: 0.05,
      gamma: random.between(0.75, 1.3),
      contrast: random.between(0.72, 1),
      saturation: random.chance(0.15) ? random.between(0, 0.5) : random.between(0.75, 1),
      shutterSeconds: random.between(0.005, 0.05),
    },
    jpegQuality: random.integer(25, 92),
  };
}

function poseOf(random: Random, width: number, depth: number, ceiling: number): CameraPose {
  const [w, h] = random.pick([
    [640, 360],
    [640, 360],
    [640, 360],
    [640, 480],
    [480, 270],
    [352, 288],
  ] as const);
  const z = Math.max(2.6, Math.min(6, ceiling - 0.15, random.between(2.6, 6)));
  const fromVertical = random.chance(0.25) ? random.between(0, 12) : random.between(10, 65);
  // A camera that looks aside hangs near a wall and looks into the room.
  const edge = fromVertical > 25 ? 0.12 : 0.35;
  const [x, y] = [random.between(width * edge, width * (1 - edge)), random.between(depth * edge, depth * (1 - edge))];
  const inward = Math.atan2(depth / 2 - y, width / 2 - x) * (180 / Math.PI);
  return {
    position: [x, y, z],
    yawDegrees: fromVertical > 25 ? inward + random.between(-40, 40) : random.between(0, 360),
    pitchDegrees: 90 - fromVertical,
    rollDegrees: random.chance(0.4) ? random.between(-4, 4) : 0,
    fovDegrees: random.between(60, 110),
    width: w,
    height: h,
  };
}

function wallsOf(random: Random, width: number, depth: number): [Wall, Wall, Wall, Wall] {
  const colour = wallColour(random);
  const wall = (length: number): Wall => {
    const from = random.between(0.5, Math.max(0.6, length - 4));
    return {
      colour: random.chance(0.7) ? colour : wallColour(random),
      glass: random.chance(0.2),
      doors: random.chance(0.4) ? [[from, from + random.between(1, 4)]] : [],
    };
  };
  return [wall(width), wall(depth), wall(width), wall(depth)];
}

/** Rows of shelves with aisles, islands, tills, and clutter: cartons, trolleys, posters. */
function thingsOf(random: Random, width: number, depth: number): Thing[] {
  const things: Thing[] = [];
  const add = (box: ReturnType<typeof uprightBox>, finish: Thing['finish'], colour: Triple) =>
    things.push({ ...box, finish, colour, seed: random.integer(1, 1e6) });
  const shelf = random.pick([
    [206, 206, 202],
    [86, 88, 92],
    [168, 138, 104],
    [40, 42, 46],
    [232, 228, 220],
  ] as Triple[]);
  const turned = random.chance(0.5);
  const [along, across] = turned ? [depth, width] : [width, depth];
  const place = (a: number, b: number): [number, number] => (turned ? [b, a] : [a, b]);
  if (random.chance(0.8)) {
    const gap = random.between(1.6, 3.4);
    const deep = random.between(0.5, 1.1);
    for (let b = random.between(0.4, 2); b < across - 0.5; b += gap + deep) {
      if (random.chance(0.2)) continue;
      const length = random.between(1.5, along * 0.7);
      const a = random.between(length / 2, along - length / 2);
      const [x, y] = place(a, b);
      add(uprightBox(x, y, 0, length, deep, random.between(1.1, 2.1), turned ? 90 : 0), 'shelf', shelf);
    }
  }
  // Shelves along the walls.
  for (let i = random.chance(0.5) ? random.integer(1, 3) : 0; i > 0; i -= 1) {
    const [level, low] = [random.chance(0.5), random.chance(0.5)];
    const length = random.between(2, (level ? width : depth) * 0.8);
    const place = random.between(length / 2, (level ? width : depth) - length / 2);
    const edge = low ? 0.3 : (level ? depth : width) - 0.3;
    const [x, y] = level ? [place, edge] : [edge, place];
    add(uprightBox(x, y, 0, length, 0.6, random.between(1.2, 2.3), level ? 0 : 90), 'shelf', shelf);
  }
  for (let i = random.integer(0, 4); i > 0; i -= 1) {
    const box = uprightBox(
      random.between(1, width - 1),
      random.between(1, depth - 1),
      0,
      random.between(0.6, 2),
      random.between(0.6, 1.2),
      random.between(0.6, 1.4),
      random.between(0, 90),
    );
    add(box, random.chance(0.6) ? 'shelf' : 'plain', random.chance(0.5) ? shelf : wallColour(random));
  }
  for (let i = random.integer(0, 2); i > 0; i -= 1)
    add(
      uprightBox(
        random.between(1, width - 1),
        random.between(1, depth - 1),
        0,
        1.8,
        0.7,
        0.95,
        random.chance(0.5) ? 90 : 0,
      ),
      'counter',
      wallColour(random),
    );
  for (let i = random.integer(0, 6); i > 0; i -= 1) {
    const [w, d, h] = [random.between(0.25, 0.7), random.between(0.25, 0.6), random.between(0.2, 0.9)];
    const [x, y, degrees] = [
      random.between(0.5, width - 0.5),
      random.between(0.5, depth - 0.5),
      random.between(0, 180),
    ];
    add(uprightBox(x, y, 0, w, d, h, degrees), 'carton', [
      random.integer(130, 190),
      random.integer(96, 140),
      random.integer(62, 100),
    ]);
    if (random.chance(0.4))
      add(uprightBox(x + 0.05, y, h, w * 0.8, d * 0.8, 0.3, degrees + 12), 'carton', [168, 128, 86]);
  }
  for (let i = random.integer(0, 3); i > 0; i -= 1) {
    const [x, y, degrees] = [random.between(1, width - 1), random.between(1, depth - 1), random.between(0, 180)];
    add(uprightBox(x, y, 0.45, 0.85, 0.5, 0.45, degrees), 'wire', [172, 174, 178]);
    add(uprightBox(x, y, 0.1, 0.7, 0.42, 0.05, degrees), 'plain', [80, 82, 86]);
  }
  for (let i = random.integer(0, 5); i > 0; i -= 1) {
    const side = random.chance(0.5);
    const [w, h] = [random.between(0.5, 1.8), random.between(0.5, 1.6)];
    const box = side
      ? uprightBox(random.chance(0.5) ? 0.02 : width - 0.02, random.between(1, depth - 1), 1, w, 0.03, h, 90)
      : uprightBox(random.between(1, width - 1), random.chance(0.5) ? 0.02 : depth - 0.02, 1, w, 0.03, h);
    add(box, 'poster', wallColour(random));
  }
  // Mats on the floor, a centimetre high.
  for (let i = random.integer(0, 2); i > 0; i -= 1)
    add(
      uprightBox(
        random.between(1, width - 1),
        random.between(1, depth - 1),
        0,
        random.between(0.8, 3),
        random.between(0.6, 2),
        0.01,
        random.chance(0.5) ? 0 : 90,
      ),
      random.chance(0.3) ? 'poster' : 'plain',
      wallColour(random).map((value) => value * random.between(0.3, 0.9)) as Triple,
    );
  return things;
}

/** Plants, bins, balls and columns: round things that are no people. */
function ballsOf(random: Random, width: number, depth: number): Ball[] {
  const balls: Ball[] = [];
  for (let i = random.integer(0, 5); i > 0; i -= 1) {
    const [x, y] = [random.between(0.5, width - 0.5), random.between(0.5, depth - 0.5)];
    const kind = random.next();
    if (kind < 0.2) {
      // Clothes on a stand: the colours of people, but neither head nor feet.
      const colour = lookOf(random, [120, 120, 120]).top;
      const [wide, deep] = [random.between(0.15, 0.35), random.between(0.08, 0.3)];
      for (const z of [0.85, 1.15])
        balls.push({ centre: [x, y, z], radii: [wide, deep, random.between(0.3, 0.5)], colour });
    } else if (kind < 0.4) {
      const green: Triple = [random.integer(30, 70), random.integer(80, 130), random.integer(30, 60)];
      balls.push({ centre: [x, y, 0.2], radii: [0.2, 0.2, 0.25], colour: [150, 100, 76] });
      for (let j = 0; j < 6; j += 1)
        balls.push({
          centre: [x + random.between(-0.25, 0.25), y + random.between(-0.25, 0.25), random.between(0.6, 1.4)],
          radii: [random.between(0.15, 0.3), random.between(0.15, 0.3), random.between(0.15, 0.4)],
          colour: green.map((value) => value * random.between(0.7, 1.3)) as Triple,
        });
    } else if (kind < 0.7) {
      const colour = wallColour(random).map((value) => value * random.between(0.2, 1)) as Triple;
      balls.push({ centre: [x, y, 0.4], radii: [0.24, 0.24, 0.45], colour });
    } else {
      const colour: Triple = [random.integer(20, 240), random.integer(20, 240), random.integer(20, 240)];
      const radius = random.between(0.12, 0.35);
      balls.push({
        centre: [x, y, random.chance(0.5) ? radius : random.between(0.8, 2)],
        radii: [radius, radius, radius],
        colour,
      });
    }
  }
  return balls;
}

/** People about a random shop: alone, in groups, along shelves, near the picture's border. The `picture`-th of this camera. */
export function randomActors({ scene, pose }: RandomScene, seed: number, picture: number): Actor[] {
  const random = Random.stream(seed, `render/actors/${picture}`);
  const { room, floor } = scene;
  const count = random.chance(0.08) ? 0 : random.chance(0.25) ? random.integer(7, 14) : random.integer(1, 7);
  const actors: Actor[] = [];
  const groups = Array.from({ length: 3 }, () => spot(random, pose, room.width, room.depth));
  const free = (x: number, y: number) =>
    actors.every((other) => Math.hypot(other.x - x, other.y - y) > 0.34) &&
    scene.things.every(({ centre, axes }) => {
      if (centre[2] - axes[2][2] > 0.6 || axes[2][2] < 0.02) return true;
      const [dx, dy] = [x - centre[0], y - centre[1]];
      const inside = ([ax, ay]: Triple) => Math.abs(dx * ax + dy * ay) / Math.hypot(ax, ay) < Math.hypot(ax, ay) + 0.16;
      return !(inside(axes[0]) && inside(axes[1]));
    });
  for (let tries = 0; actors.length < count && tries < 60; tries += 1) {
    const grouped = random.chance(0.4);
    const centre = grouped ? random.pick(groups) : spot(random, pose, room.width, room.depth);
    const spread = grouped ? 0.6 : 0;
    const [x, y] = [centre[0] + spread * random.normal(), centre[1] + spread * random.normal()];
    if (!free(x, y)) continue;
    actors.push({
      personId: actors.length + 1,
      x,
      y,
      headingRadians: random.between(0, 2 * Math.PI),
      metresPerSecond: random.chance(0.5) ? 0 : random.between(0.3, 1.6),
      reaching: random.chance(0.12),
      look: lookOf(random, floor.colour),
    });
  }
  return actors;
}

/** A place on the floor that the camera roughly looks at. */
function spot(random: Random, pose: CameraPose, width: number, depth: number): [number, number] {
  const [px, py, pz] = pose.position;
  for (let tries = 0; tries < 12; tries += 1) {
    const fromVertical = 90 - pose.pitchDegrees;
    const ahead = pz * Math.tan((Math.min(70, Math.max(-20, fromVertical + random.between(-38, 38))) * Math.PI) / 180);
    const aside = Math.hypot(pz, ahead) * random.between(-1, 1) * Math.tan((pose.fovDegrees * Math.PI) / 360);
    const yaw = (pose.yawDegrees * Math.PI) / 180;
    const x = px + ahead * Math.cos(yaw) - aside * Math.sin(yaw);
    const y = py + ahead * Math.sin(yaw) + aside * Math.cos(yaw);
    if (x > 0.25 && y > 0.25 && x < width - 0.25 && y < depth - 0.25) return [x, y];
  }
  return [random.between(0.3, width - 0.3), random.between(0.3, depth - 0.3)];
}
