import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { Bench, configured, positions, seeded, SHOP, START, state, type Seeded } from '../shop.js';
import { calibrationOf, cameraDevice, detect, grid, mount, sees, type Spot } from './scene.js';

const LEFT = mount('cam-a', [0, 0], [7, 5], { height: 3.2, degrees: 95 });
const RIGHT = mount('cam-b', [12, 0], [5, 5], { height: 3.2, degrees: 95 });
const ALONE = mount('cam-z', [6, 10], [6, 4], { height: 3.5 });
const SPOTS = grid(12, 9, 2);
/** A shared machine may be slow: the work is some seconds. */
const SLOW_MS = 180_000;
const STORE: StoreFile = {
  ...SHOP,
  staff: { zones: ['bread'], afterMinutes: 5 },
  devices: [
    cameraDevice(LEFT, calibrationOf(LEFT, SPOTS, [0.1, 0]), { group: 'all' }),
    cameraDevice(RIGHT, calibrationOf(RIGHT, SPOTS, [0, -0.15]), { group: 'all' }),
    { id: 'cam-c', family: 'camera', dialect: 'aisle', group: 'all' },
    cameraDevice(ALONE, calibrationOf(ALONE, SPOTS)),
  ],
};

/** What each camera says of a crowd that comes and goes: misses, doubled messages, late ones and silences included. */
function cameras(random: Seeded, seconds: number): DomainEvent[][] {
  const people: { x: number; y: number; tx: number; ty: number; told: string }[] = [];
  const heard: DomainEvent[][] = [[state('cam-a', START)], [state('cam-b', START)], [state('cam-c', START)], []];
  const silent = [0, 0, 0, 0];
  let ids = 0;
  for (let at = 0; at < seconds * 1000; at += 50) {
    if (random.next() < 0.012 && people.length < 9) people.push({ x: 6, y: 8.8, tx: 6, ty: 5, told: `t${(ids += 1)}` });
    if (random.next() < 0.002) people.shift();
    for (const person of people) {
      const [dx, dy] = [person.tx - person.x, person.ty - person.y];
      const distance = Math.hypot(dx, dy);
      if (distance < 0.1) [person.tx, person.ty] = [1 + random.next() * 10, 1 + random.next() * 7.5];
      else if (random.next() < 0.9)
        [person.x, person.y] = [person.x + (dx / distance) * 0.06, person.y + (dy / distance) * 0.06];
    }
    [LEFT, RIGHT, undefined, ALONE].forEach((camera, index) => {
      if ((at / 50 + index) % 4 !== 0) return;
      if (random.next() < 0.002) silent[index] = at + random.whole(500, 6000);
      if (at < (silent[index] as number)) return;
      const ts = START + at + index * 7;
      const event = camera
        ? detect(
            camera,
            ts,
            people.map(({ x, y }): Spot => [x, y]),
            random,
            0.06,
            0.04,
          )
        : positions(
            'cam-c',
            ts,
            people.filter(({ x, y }) => sees(RIGHT, [x, y])).map(({ told, x, y }) => [told, x + 0.1, y]),
          );
      const list = heard[index] as DomainEvent[];
      list.push(event);
      const earlier = list.at(-3);
      if (random.next() < 0.01) list.push(event);
      if (earlier && 'digest' in earlier && random.next() < 0.01)
        list.push({ ...earlier, digest: `${earlier.digest}late` });
    });
  }
  return heard;
}

/** One stream: each message arrives up to `lag` ms after its time, the order within a device kept. */
function arrive(random: Seeded, heard: DomainEvent[][], lag: number): DomainEvent[] {
  const all: { event: DomainEvent; at: number }[] = [];
  for (const list of heard) {
    let last = 0;
    for (const event of list) all.push({ event, at: (last = Math.max(last, event.ts + random.next() * lag)) });
  }
  return all.sort((a, b) => a.at - b.at).map(({ event }) => event);
}

describe('the floor', () => {
  it.each([1, 2])(
    'gives the same figures however messages of its cameras overtake each other, within two seconds (seed %i)',
    (seed) => {
      const random = seeded(seed);
      const heard = cameras(random, 90);
      const states = heard.flatMap((list) => list.splice(0, list[0]?.kind === 'deviceState' ? 1 : 0));
      const figures = (lag: number) => {
        const bench = new Bench(STORE).all([...states, ...arrive(random, heard, lag)]);
        // Everybody says once more that nobody is there: what waits is taken.
        for (const { id } of STORE.devices ?? []) bench.apply(positions(id, START + 110_000, []));
        return bench;
      };
      const reference = figures(0);
      const text = reference.text(false);
      expect(reference.facts.size).toBeGreaterThan(8);
      for (const lag of [150, 1900, 1900]) {
        const bench = figures(lag);
        expect(bench.engine.refusals()).toEqual(reference.engine.refusals());
        expect(bench.text(false)).toBe(text);
      }
    },
    SLOW_MS,
  );

  it.each([1, 2])(
    'goes on after a restart anywhere as if there had been none (seed %i)',
    (seed) => {
      const random = seeded(100 + seed);
      const stream = arrive(random, cameras(random, 100), 700);
      const gone = random.whole(250, stream.length - 250);
      stream.splice(gone, 0, state('cam-b', (stream[gone] as DomainEvent).ts, 'offline'));
      const change = random.whole(250, stream.length - 250);
      const changed = { ...STORE, zones: (STORE.zones ?? []).slice(0, 2), staff: { zones: ['bread'] } };
      stream.splice(change, 0, configured(changed, 2, START + 1000));
      const calibration = calibrationOf(ALONE, SPOTS, [0.3, 0.3]);
      stream.splice(change - 200, 0, { kind: 'calibrated', ts: START, cameraId: 'cam-z', calibration });
      const atTheEnd = Bench.guarded(STORE).all(stream);
      const restarted = new Bench(STORE);
      const taken = new Bench(STORE);
      const restarts = new Set([
        change,
        change + 1,
        gone,
        ...Array.from({ length: 8 }, () => random.whole(0, stream.length - 1)),
      ]);
      stream.forEach((event, index) => {
        expect(taken.apply(event)).toEqual(restarted.apply(event));
        taken.take().evict();
        if (restarts.has(index)) restarted.restart();
      });
      expect(restarted.text()).toBe(atTheEnd.text());
      expect(taken.text()).toBe(atTheEnd.text());
      expect(restarted.engine.live()).toEqual(atTheEnd.engine.live());
      expect(restarted.engine.refusals()).toEqual(atTheEnd.engine.refusals());
      expect(restarted.engine.calibrationOf('cam-z')).toEqual(calibration);
    },
    SLOW_MS,
  );
});
