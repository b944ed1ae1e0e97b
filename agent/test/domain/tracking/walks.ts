import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Chance } from './random.js';

/** Somebody's way over the floor: seconds and metres, evenly spaced. */
export interface Walk {
  id: number;
  from: number;
  step: number;
  points: [number, number][];
}

/** Seconds between two rows of the recordings. */
const RECORDED_STEP = 0.4;
const RECORDED_FRAMES_PER_STEP = 10;

/** Where recordings of real walks lie, if they are here. */
export function recordingsFolder(): string | undefined {
  const folder = process.env['AISLE_RECORDINGS'];
  return folder !== undefined && existsSync(path.join(folder, 'walks')) ? folder : undefined;
}

/** Real pedestrians seen from above (ETH BIWI and UCY): tab separated frame, person, x, y in metres. */
export function recordedWalks(folder: string, name: string): Walk[] {
  const people = new Map<number, Map<number, [number, number]>>();
  for (const line of readFileSync(path.join(folder, 'walks', `${name}.txt`), 'utf8').split('\n')) {
    const [frame, id, x, y] = line.trim().split(/\s+/).map(Number);
    if (frame === undefined || id === undefined || x === undefined || y === undefined) continue;
    const steps = people.get(id) ?? new Map<number, [number, number]>();
    steps.set(Math.round(frame / RECORDED_FRAMES_PER_STEP), [x, y]);
    people.set(id, steps);
  }
  const walks: Walk[] = [];
  for (const [id, steps] of people) {
    const numbers = [...steps.keys()].sort((a, b) => a - b);
    const first = numbers[0] ?? 0;
    const points: [number, number][] = [];
    // A hole in a recording ends the walk.
    for (let at = first; steps.has(at); at += 1) points.push(steps.get(at) as [number, number]);
    if (points.length >= 4) walks.push({ id, from: first * RECORDED_STEP, step: RECORDED_STEP, points });
  }
  return walks;
}

/**
 * People in a shop of so many metres: they come in, walk to places, stand there for a while, pass each other and leave.
 */
export function shopWalks(chance: Chance, people: number, seconds: number, width: number, depth: number): Walk[] {
  const step = 0.2;
  const walks: Walk[] = [];
  for (let id = 1; id <= people; id += 1) {
    const from = chance.between(-10, seconds);
    const points: [number, number][] = [];
    let [x, y] = chance.next() < 0.5 ? [chance.between(0, width), depth + 1] : [-1, chance.between(0, depth)];
    const stops = 1 + Math.floor(chance.next() * 4);
    const speed = chance.between(0.6, 1.5);
    let vx = 0;
    let vy = 0;
    for (let stop = 0; stop <= stops; stop += 1) {
      const leaving = stop === stops;
      const goal: [number, number] = leaving
        ? [chance.next() < 0.5 ? -2 : width + 2, chance.between(0, depth)]
        : [chance.between(0.5, width - 0.5), chance.between(0.5, depth - 0.5)];
      for (let guard = 0; guard < 400; guard += 1) {
        const dx = goal[0] - x;
        const dy = goal[1] - y;
        const far = Math.hypot(dx, dy);
        if (far < 0.3) break;
        const wish = Math.min(speed, far * 1.5);
        vx += ((dx / far) * wish - vx) * 0.35;
        vy += ((dy / far) * wish - vy) * 0.35;
        x += vx * step;
        y += vy * step;
        points.push([x, y]);
      }
      const stand = leaving ? 0 : Math.floor(chance.between(0, 12) / step);
      for (let wait = 0; wait < stand; wait += 1) {
        x += chance.normal() * 0.01;
        y += chance.normal() * 0.01;
        points.push([x, y]);
      }
    }
    if (points.length >= 4) walks.push({ id, from, step, points });
  }
  return walks;
}

/** Where a walk is at a time, by Catmull and Rom's curve through its points; undefined before and after it. */
export function placeOf(walk: Walk, seconds: number): [number, number] | undefined {
  const at = (seconds - walk.from) / walk.step;
  const index = Math.floor(at);
  const { points } = walk;
  if (at < 0 || index >= points.length - 1) return undefined;
  const p1 = points[index] as [number, number];
  const p2 = points[index + 1] as [number, number];
  const p0 = points[index - 1] ?? p1;
  const p3 = points[index + 2] ?? p2;
  const t = at - index;
  const curve = (a: number, b: number, c: number, d: number) =>
    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
  return [curve(p0[0], p1[0], p2[0], p3[0]), curve(p0[1], p1[1], p2[1], p3[1])];
}
