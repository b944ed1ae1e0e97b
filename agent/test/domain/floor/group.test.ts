import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/domain/engine/engine.js';
import type { ObservedVisit } from '../../../src/domain/engine/engine-api.js';
import { Bench, positions, seeded, SHOP, START, state, sum, type Seeded } from '../shop.js';
import { along, calibrationOf, cameraDevice, detect, grid, mount, type Spot, type Way } from './scene.js';

const LEFT = mount('cam-a', [0, 0], [7, 5], { height: 3.2, degrees: 95 });
const RIGHT = mount('cam-b', [12, 0], [5, 5], { height: 3.2, degrees: 95 });
const SPOTS = grid(12, 9, 1);
const told = (id: string) => ({ id, family: 'camera' as const, dialect: 'aisle', group: 'all' });
const shop = (devices: NonNullable<StoreFile['devices']>, over: Partial<StoreFile> = {}): StoreFile => ({
  ...SHOP,
  floor: { width: 12, depth: 9 },
  products: [],
  fixtures: [],
  passersBy: [],
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [1, 1],
        [5, 1],
        [5, 4],
        [1, 4],
      ],
    },
    {
      id: 'bread',
      kind: 'aisle',
      polygon: [
        [7, 1],
        [11, 1],
        [11, 4],
        [7, 4],
      ],
    },
  ],
  devices,
  ...over,
});
const GROUP = shop([
  cameraDevice(LEFT, calibrationOf(LEFT, SPOTS, [0.1, -0.1]), { group: 'all' }),
  cameraDevice(RIGHT, calibrationOf(RIGHT, SPOTS, [-0.1, 0.05]), { group: 'all' }),
  told('cam-c'),
  told('cam-d'),
]);

interface Watched {
  visits: ObservedVisit[];
  crossings: string[];
  /** of the group's people: id → places */
  people: Map<string, [ts: number, x: number, y: number][]>;
  bench: Bench;
}
function watch(store: StoreFile, events: Iterable<DomainEvent>): Watched {
  const visits: ObservedVisit[] = [];
  const crossings: string[] = [];
  const people: Watched['people'] = new Map();
  const engine = createEngine(undefined, {
    visit: (visit) => visits.push(visit),
    visitTakenBack: (visit) => void visits.splice(visits.indexOf(visit), 1),
    crossing: (_id, _ts, direction) => crossings.push(direction),
    crossingTakenBack: (_id, _ts, direction) => void crossings.splice(crossings.lastIndexOf(direction), 1),
    sample: (_source, id, ts, x, y) => people.set(id, [...(people.get(id) ?? []), [ts, x / 1000, y / 1000]]),
  });
  return { visits, crossings, people, bench: new Bench(store, engine).all(events) };
}
const every = (ms: number, from: number, to: number, make: (ts: number, seconds: number) => DomainEvent) => {
  const events: DomainEvent[] = [];
  for (let at = from; at <= to; at += ms) events.push(make(START + at, at / 1000));
  return events;
};
const byTime = (...lists: DomainEvent[][]): DomainEvent[] => lists.flat().sort((a, b) => a.ts - b.ts);
const tell =
  (id: string, track: string, way: Way, off: Spot = [0, 0]) =>
  (ts: number, seconds: number) => {
    const at = way(seconds);
    return positions(id, ts, at ? [[track, at[0] + off[0], at[1] + off[1]]] : []);
  };
const film =
  (camera: typeof LEFT, ways: Way[], random?: Seeded, sigma = 0.04) =>
  (ts: number, seconds: number) =>
    detect(
      camera,
      ts,
      ways.flatMap((way) => {
        const at = way(seconds);
        return at ? [at] : [];
      }),
      random,
      sigma,
    );

describe('cameras of one group', () => {
  it('count somebody whom both see once, as one calm person', () => {
    const random = seeded(1);
    const way = along([0, 6, 8.8], [4, 6, 5], [7, 3, 2.5], [17, 3, 2.5], [20, 6, 5], [24, 6, 8.8]);
    const { visits, crossings, people } = watch(
      GROUP,
      byTime(every(200, 0, 24_000, film(LEFT, [way], random)), every(200, 70, 24_070, film(RIGHT, [way], random))),
    );
    expect(people.size).toBe(1);
    expect(crossings).toEqual(['in', 'out']);
    expect(visits.map((visit) => visit.zoneId)).toEqual(['dairy']);
    const places = [...(people.values().next().value ?? [])].filter(([ts]) => ts > START + 9000 && ts < START + 16_000);
    for (const [, x, y] of places) expect(Math.hypot(x - 3, y - 2.5)).toBeLessThan(0.3);
    // Where two cameras differ by twenty centimetres nobody goes to and fro between them.
    const steps = places
      .slice(1)
      .map(([, x, y], i) => Math.hypot(x - (places[i]?.[1] ?? 0), y - (places[i]?.[2] ?? 0)));
    expect(sum(steps) / steps.length).toBeLessThan(0.05);
  });

  it.each([
    ['looks like half a person', 0.45, 1],
    ['is taken for a person, and surely', 0.9, 2],
  ])('make nobody of a thing that somebody has walked away from, if it %s', (_, score, count) => {
    const way = along([0, 6, 8.8], [4, 6, 5], [7, 3, 2.5], [10, 3, 2.5], [14, 10, 5], [30, 10, 5]);
    const thing: Spot = [3.2, 2.2];
    const seen = film(LEFT, [way]);
    // The detector finds the thing only where nobody stands before it.
    const left = every(200, 0, 28_000, (ts, seconds) => {
      const event = seen(ts, seconds);
      const [box] = detect(LEFT, ts, [thing]).boxes;
      const at = way(seconds) as Spot;
      if (!box || Math.hypot(at[0] - thing[0], at[1] - thing[1]) < 0.6 || seconds < 7) return event;
      box[4] = score * 1e6;
      return { ...event, boxes: [...event.boxes, box] };
    });
    const { people } = watch(GROUP, byTime(left, every(200, 70, 28_070, film(RIGHT, [way]))));
    const still = [...people.values()].filter((places) => places.some(([ts]) => ts > START + 25_000));
    expect(still.length).toBe(count);
  });

  it('keep two people apart who walk side by side', () => {
    const random = seeded(2);
    const one = along([0, 5.6, 8.8], [4, 5.6, 5], [8, 3, 2.5], [14, 3, 2.5]);
    const two = along([0, 6.4, 8.8], [4, 6.4, 5], [8, 3.8, 2.5], [14, 3.8, 2.5]);
    const { crossings, people, bench } = watch(
      GROUP,
      byTime(
        every(200, 0, 14_000, film(LEFT, [one, two], random)),
        every(200, 70, 14_070, film(RIGHT, [one, two], random)),
      ),
    );
    expect(people.size).toBe(2);
    expect(crossings).toEqual(['in', 'in']);
    expect(bench.values('zone', 'dairy').at(-1)?.value).toMatchObject({ visits: 2, visitors: 2, maxOpen: 2 });
  });

  it.each([0.4, 1.8])('hand somebody over who is out of every view for %s s: the visit goes on', (gap) => {
    const way = along([0, 2, 3], [20, 4.5, 3]);
    const before = every(200, 0, 8000, tell('cam-c', 'c7', way));
    const after = every(200, 8000 + gap * 1000, 20_000, tell('cam-d', 'd1', way, [0.15, 0.1]));
    const idle = every(200, 8200, 20_000, (ts) => positions('cam-c', ts, []));
    const { visits, people } = watch(GROUP, byTime(before, after, idle));
    expect(people.size).toBe(1);
    expect(visits).toHaveLength(1);
    expect((visits[0]?.leaveTs ?? 0) - START).toBe(20_000);
  });

  it('see somebody new where the wait was longer, the place is another, or one camera alone gives a new id', () => {
    const way = along([0, 2, 3], [20, 4.5, 3]);
    const before = every(200, 0, 8000, tell('cam-c', 'c7', way));
    const later = (from: number, camera: string, off: Spot) => every(200, from, 20_000, tell(camera, 'd1', way, off));
    for (const after of [later(10_200, 'cam-d', [0, 0]), later(8400, 'cam-d', [0, 3]), later(8400, 'cam-c', [0, 0])])
      expect(watch(GROUP, byTime(before, after)).people.size).toBe(2);
  });

  it('take a camera at its word where it alone sees somebody, like a camera without a group', () => {
    const random = seeded(5);
    const events: DomainEvent[] = [];
    let [x, y] = [6, 7.9];
    for (let at = 0; at < 300_000; at += 400) {
      x = Math.min(11, Math.max(1, x + random.normal() * 0.3));
      y = Math.min(8.8, Math.max(1, y + random.normal() * 0.3));
      events.push(positions('cam-c', START + at, [[at > 150_000 ? 'b' : 'a', x, y]]));
    }
    // Taken at its word: ids as they are.
    const alone = (GROUP.devices ?? []).map(({ group: _group, ...device }) => ({ ...device, stitch: false }));
    const figures = (store: StoreFile) => {
      const { bench } = watch(store, events);
      return [bench.values('zone'), bench.values('heat'), bench.values('crossings')].map((facts) =>
        facts.map((fact) => fact.value),
      );
    };
    expect(figures(GROUP)).toEqual(figures({ ...GROUP, devices: alone }));
    expect(figures(GROUP)[2]?.length).toBeGreaterThan(1);
  });

  it('absorb a person whom two cameras at first took for two, and take back what the younger had counted', () => {
    const here = along([0, 3, 2.5], [20, 3, 2.5]);
    // The second camera is first a metre off, then agrees.
    const off: Way = (seconds) => (seconds < 2 ? [3, 3.7] : [3, 2.6]);
    const { visits, people, bench } = watch(
      GROUP,
      byTime(every(200, 0, 20_000, tell('cam-c', 'c', here)), every(200, 20, 20_020, tell('cam-d', 'd', off))),
    );
    expect(people.size).toBe(2);
    expect(visits).toHaveLength(1);
    expect(bench.values('zone', 'dairy')[0]?.value).toMatchObject({
      visits: 1,
      visitors: 1,
      maxOpen: 1,
      dwellMs: 20_000,
    });
    const warm = sum(bench.values('heat').flatMap((fact) => fact.value.cells.map(([, ms]) => ms)));
    expect(warm).toBeGreaterThanOrEqual(19_800);
    expect(warm).toBeLessThanOrEqual(20_100);
    expect(bench.engine.live().tracks).toHaveLength(1);
    const heat = bench.engine.live().heatMs;
    expect(Math.abs(heat.reduce((total, ms) => total + ms, 0) - warm)).toBeLessThan(1);
  });

  it('part two people who were taken for one', () => {
    const one = along([0, 3, 2.5], [3, 3, 2.5], [8, 2, 2], [12, 2, 2]);
    const two = along([0, 3.3, 2.6], [3, 3.3, 2.6], [8, 9, 2.5], [12, 9, 2.5]);
    const { visits, people, bench } = watch(
      GROUP,
      byTime(every(200, 0, 12_000, tell('cam-c', 'c', one)), every(200, 20, 12_020, tell('cam-d', 'd', two))),
    );
    expect(people.size).toBe(2);
    expect(visits.map((visit) => visit.zoneId).sort()).toEqual(['bread', 'dairy']);
    const live = bench.engine
      .live()
      .tracks.map((track) => Math.round(track.xMm / 1000))
      .sort();
    expect(live).toEqual([2, 9]);
  });

  it('name a camera for each person, so that silence shows', () => {
    const { bench } = watch(
      GROUP,
      every(
        200,
        0,
        4000,
        tell('cam-c', 'c', () => [3, 2.5]),
      ),
    );
    expect(bench.engine.live().tracks).toMatchObject([{ deviceId: 'cam-c', zoneIds: ['dairy'] }]);
    expect(bench.engine.audienceOf('dairy')).toHaveLength(1);
  });
});

describe('the order of a group', () => {
  const stand = (id: string, at: number) => positions(id, START + at, [['x', 3, 2.5]]);
  const dwell = (bench: Bench) => bench.values('zone', 'dairy')[0]?.value.dwellMs ?? 0;

  it('waits for a camera that is there, at most two seconds of event time, and not for one that is gone', () => {
    const bench = new Bench(GROUP).all([state('cam-c', START), state('cam-d', START)]);
    for (let at = 0; at <= 1800; at += 200) bench.apply(stand('cam-c', at));
    expect(dwell(bench)).toBe(0);
    bench.apply(positions('cam-d', START + 1000, []));
    expect(dwell(bench)).toBe(1000);
    for (let at = 2000; at <= 5000; at += 200) bench.apply(stand('cam-c', at));
    expect(dwell(bench)).toBe(3000);
    bench.apply(state('cam-d', START + 5000, 'offline'));
    expect(dwell(bench)).toBe(5000);
  });

  it('does not wait for a camera that has never spoken, nor long for one that has fallen silent', () => {
    const bench = new Bench(GROUP);
    for (let at = 0; at <= 1000; at += 200) bench.apply(stand('cam-c', at));
    expect(dwell(bench)).toBe(1000);
    bench.apply(positions('cam-d', START + 1000, []));
    for (let at = 1200; at <= 40_000; at += 200) bench.apply(stand('cam-c', at));
    expect(dwell(bench)).toBe(40_000);
  });

  it('refuses as late what comes after its moment has been settled', () => {
    const bench = new Bench(GROUP).all([state('cam-c', START), state('cam-d', START)]);
    for (let at = 0; at <= 6000; at += 200) bench.apply(stand('cam-c', at));
    expect(bench.apply(stand('cam-d', 3000))).toMatchObject({ accepted: false, reason: 'late' });
    expect(bench.apply(stand('cam-d', 4400))).toEqual({ accepted: true });
  });

  it('begins anew with a camera whose clock is set back', () => {
    const bench = new Bench(GROUP);
    for (let at = 0; at <= 4000; at += 200) bench.apply(stand('cam-c', at + 7_200_000));
    for (let at = 0; at <= 4000; at += 200) bench.apply(stand('cam-c', at));
    expect(bench.engine.clockEpochs().get('cam-c')).toBe(1);
    expect(sum(bench.values('zone', 'dairy').map((fact) => fact.value.dwellMs))).toBe(4000 + 4000 - 1800);
  });
});
