import type { StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import { uprightBox } from './boxes.js';
import type { Triple } from './camera.js';
import { randomLight, randomFloor, wallColour } from './scenery.js';
import type { Scene, Thing, Wall } from './scene.js';

const CEILING_METRES = 4.6;

/** The shop of a store file as something to look at: its fixtures with goods, doors, tills, and what else stands about. */
export function sceneOfStore(store: StoreFile, seed: number): Scene {
  const random = Random.stream(seed, 'render/shop');
  const { width, depth } = store.floor;
  const things: Thing[] = [];
  for (const fixture of store.fixtures ?? []) {
    if (!fixture.at || !fixture.size) continue;
    const zone = store.zones?.find(({ id }) => id === fixture.zone);
    const turned = Math.abs(Math.sin(((fixture.facingDegrees ?? 0) * Math.PI) / 180)) > 0.7;
    const [along, across] = fixture.size;
    const [w, d] = turned ? [across, along] : [along, across];
    // Islands and racks at the till are low, shelves along walls and aisles are not.
    const height = zone?.kind === 'promotion' ? 1.1 : zone?.kind === 'checkout' ? 1.2 : random.between(1.6, 2);
    const box = uprightBox(fixture.at[0] + w / 2, fixture.at[1] + d / 2, 0, along, across, height, turned ? 90 : 0);
    things.push({ ...box, finish: 'shelf', colour: pick(random, SHELVES), seed: random.integer(1, 1e6) });
  }
  for (const zone of store.zones ?? []) {
    if (zone.kind !== 'checkout') continue;
    const xs = zone.polygon.map(([x]) => x);
    const ys = zone.polygon.map(([, y]) => y);
    const count = Math.max(1, (store.devices ?? []).filter((device) => device.family === 'till').length);
    const [left, right, bottom] = [Math.min(...xs), Math.max(...xs), Math.max(...ys)];
    for (let i = 0; i < count; i += 1) {
      const x = left + ((i + 0.5) / count) * (right - left);
      const till = uprightBox(x, bottom + 0.3, 0, 1.8, 0.6, 0.95);
      things.push({ ...till, finish: 'counter', colour: [176, 160, 140], seed: i });
    }
  }
  things.push(...postersOf(random, width, depth));
  return {
    room: {
      width,
      depth,
      height: CEILING_METRES,
      doorHeight: 3.7,
      walls: wallsOf(store, random),
      outside: [128, 126, 124],
    },
    floor: randomFloor(random, ['tiles', 'terrazzo', 'concrete']),
    light: randomLight(random, width, depth, 0.5),
    things,
    balls: [],
  };
}

const SHELVES: Triple[] = [
  [206, 206, 202],
  [86, 88, 92],
  [168, 138, 104],
];
const pick = (random: Random, colours: Triple[]): Triple => random.pick(colours);

/** Posters hang flat on the walls, where nobody walks. */
function postersOf(random: Random, width: number, depth: number): Thing[] {
  return Array.from({ length: 6 }, (_, index) => {
    const [w, h] = [random.between(0.6, 1.6), random.between(0.6, 1.2)];
    const side = index % 2 === 0;
    const box = side
      ? uprightBox(index % 4 === 0 ? 0.02 : width - 0.02, random.between(1, depth - 1), 1.9, w, 0.03, h, 90)
      : uprightBox(random.between(1, width - 1), 0.02, 2.3, w, 0.03, h);
    return { ...box, finish: 'poster', colour: wallColour(random), seed: random.integer(1, 1e6) };
  });
}

/** The wall with the widest entrance is a shop window from end to end; the others are solid, with doors where entrances are. */
function wallsOf(store: StoreFile, random: Random): [Wall, Wall, Wall, Wall] {
  const { width, depth } = store.floor;
  const doors: [number, number][][] = [[], [], [], []];
  let widest = 0;
  let front = -1;
  for (const { line } of store.entrances ?? []) {
    const [[ax, ay], [bx, by]] = line;
    const level = Math.abs(ay - by) < Math.abs(ax - bx);
    const side = level ? (ay + by > depth ? 2 : 0) : ax + bx > width ? 1 : 3;
    doors[side]!.push(level ? [Math.min(ax, bx), Math.max(ax, bx)] : [Math.min(ay, by), Math.max(ay, by)]);
    const length = Math.hypot(ax - bx, ay - by);
    if (length > widest) [widest, front] = [length, side];
  }
  const colour = wallColour(random);
  const wall = (side: number): Wall => ({ colour, glass: side === front, doors: doors[side] ?? [] });
  return [wall(0), wall(1), wall(2), wall(3)];
}
