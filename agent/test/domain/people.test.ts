import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PositionsEvent, StoreFile } from '@aisle/contracts';
import { createEngine } from '../../src/domain/engine/engine.js';
import type { ObservedVisit } from '../../src/domain/engine/engine-api.js';
import { heatFigures, plainReading, zoneFigures, type PlainLine, type Recording } from './plain-reading.js';
import { Bench, configured, crossing, positions, seeded, SHOP, START } from './shop.js';

const mm = (points: readonly (readonly number[])[]): [number, number][] =>
  points.map(([x, y]) => [Math.round((x as number) * 1000), Math.round((y as number) * 1000)]);
const zonesOf = (store: StoreFile) => (store.zones ?? []).map((zone) => ({ id: zone.id, polygon: mm(zone.polygon) }));
const linesOf = (store: StoreFile): PlainLine[] => [
  ...(store.entrances ?? []).map(({ id, line, inward }) => ({
    id,
    a: mm(line)[0] as [number, number],
    b: mm(line)[1] as [number, number],
    inward: inward as [number, number],
  })),
  ...(store.passersBy ?? []).map(({ id, line }) => {
    const [a, b] = mm(line) as [[number, number], [number, number]];
    return { id, a, b, inward: [-(b[1] - a[1]), b[0] - a[0]] as [number, number] };
  }),
];

function recordingOf(events: readonly PositionsEvent[]): Recording {
  const recording: Recording = new Map();
  for (const { deviceId, ts, people } of events) {
    for (const [id, x, y] of people) {
      const key = `${deviceId}/${id}`;
      recording.set(key, [...(recording.get(key) ?? []), { ts, x, y }]);
    }
  }
  return recording;
}

/** The ids that a camera gives are taken as they are: what the plain reading does. */
const withIdsAsTheyAre = (store: StoreFile): StoreFile => ({
  ...store,
  devices: (store.devices ?? []).map((device) => (device.family === 'camera' ? { ...device, stitch: false } : device)),
});

/** Everything that the engine says of people equals the plain reading. */
function expectPlain(store: StoreFile, events: readonly PositionsEvent[]): void {
  const visits: ObservedVisit[] = [];
  const crossings: unknown[] = [];
  const engine = createEngine(undefined, {
    visit: (visit) => visits.push(visit),
    crossing: (lineId, ts, direction) => crossings.push({ lineId, ts, direction }),
  });
  const bench = new Bench(store, engine).all(events);
  const recording = recordingOf(events);
  const plain = plainReading(recording, zonesOf(store), linesOf(store));
  const sorted = (list: readonly object[]) => list.map((item) => JSON.stringify(item)).sort();
  expect(sorted(visits)).toEqual(
    sorted(plain.visits.map(({ zoneId, enterTs, leaveTs }) => ({ zoneId, enterTs, leaveTs }))),
  );
  expect(sorted(crossings as object[])).toEqual(sorted(plain.crossings));
  const zoneFacts = new Map(bench.values('zone').map((fact) => [`zone|${fact.ts}|${fact.subject}`, fact.value]));
  expect(Object.fromEntries(zoneFacts)).toEqual(Object.fromEntries(zoneFigures(plain.visits)));
  const heat = heatFigures(recording, Math.round(store.floor.width * 1000), Math.round(store.floor.depth * 1000));
  const heatFacts = new Map(bench.values('heat').map((fact) => [fact.ts, new Map(fact.value.cells)]));
  expect(heatFacts).toEqual(heat);
  const counted = { in: 0, out: 0 };
  for (const { value } of bench.values('crossings', 'main')) {
    counted.in += value.in;
    counted.out += value.out;
  }
  const main = plain.crossings.filter((crossing) => crossing.lineId === 'main');
  expect(counted).toEqual({
    in: main.filter((c) => c.direction === 'in').length,
    out: main.filter((c) => c.direction === 'out').length,
  });
}

/** People who wander, stand on edges and lines, flicker, vanish and come back. */
function randomWalk(seed: number, steps: number): PositionsEvent[] {
  const random = seeded(seed);
  const people = Array.from({ length: 6 }, (_, index) => ({
    id: `p${index}`,
    x: random.next() * 12,
    y: random.next() * 9,
    hidden: 0,
  }));
  const snaps = [1, 2, 4, 5, 6, 7, 8, 9];
  const events: PositionsEvent[] = [];
  let ts = START + random.whole(0, 59_000);
  for (let step = 0; step < steps; step += 1) {
    ts += random.pick([100, 200, 300, 400, 400, 500, 600, 750, 1500, 1999, 2000, 2001, 2600]);
    const seen: [string, number, number][] = [];
    for (const person of people) {
      if (person.hidden > 0) {
        person.hidden -= 1;
        continue;
      }
      if (random.next() < 0.03) person.hidden = random.whole(1, 8);
      person.x += random.normal() * 0.6;
      person.y += random.normal() * 0.6;
      if (random.next() < 0.3) person.x = random.pick(snaps);
      if (random.next() < 0.3) person.y = random.pick(snaps);
      if (person.x < -1 || person.x > 13) person.x = 6;
      if (person.y < -1 || person.y > 10) person.y = 5;
      seen.push([person.id, person.x, person.y]);
    }
    events.push(positions('cam-1', ts, seen));
  }
  return events;
}

describe('people on the floor', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'agree with a plain reading of the definitions, random walk %i',
    (seed) => {
      expectPlain(SHOP, randomWalk(seed, 250));
    },
  );

  it('agree with a plain reading on a polygon with a notch and a slanted entrance', () => {
    const store: StoreFile = {
      ...SHOP,
      zones: [
        {
          id: 'notch',
          kind: 'aisle',
          polygon: [
            [1, 1],
            [9, 1],
            [9, 8],
            [6, 8],
            [5, 4],
            [4, 8],
            [1, 8],
          ],
        },
      ],
      entrances: [
        {
          id: 'main',
          line: [
            [2, 1],
            [8, 7],
          ],
          inward: [-1, 0.5],
        },
      ],
    };
    for (let seed = 100; seed < 110; seed += 1) expectPlain(store, randomWalk(seed, 250));
  });

  // Inside samples of zone dairy at `inside`, outside ones at `outside`, ms from the start → [enter, leave] of its visits.
  it.each([
    ['no visit at 599 ms', [0, 599], [], []],
    ['a visit at 600 ms', [0, 600], [], [[0, 600]]],
    ['a visit by its first sample after 600 ms, dwell to the last', [0, 400, 800, 1200], [], [[0, 1200]]],
    ['an outing of 1499 ms does not end it', [0, 600, 2299], [800], [[0, 2299]]],
    [
      'an outing of 1500 ms ends it, the sample begins another',
      [0, 600, 2300, 2900],
      [800],
      [
        [0, 600],
        [2300, 2900],
      ],
    ],
    [
      'an outside sample after 1500 ms ends it',
      [0, 600, 2400, 3000],
      [800, 2300],
      [
        [0, 600],
        [2400, 3000],
      ],
    ],
    ['a short outing before it became a visit does not reset it', [0, 1000], [500], [[0, 1000]]],
    ['a gap of 2000 ms goes on', [0, 600, 2600], [], [[0, 2600]]],
    [
      'a gap of 2001 ms is another track',
      [0, 600, 2601, 3201],
      [],
      [
        [0, 600],
        [2601, 3201],
      ],
    ],
    ['an absence is no outside sample', [0, 1900, 3800], [], [[0, 3800]]],
  ] as [string, number[], number[], number[][]][])('stays: %s', (_title, inside, outside, expected) => {
    const visits: ObservedVisit[] = [];
    const engine = createEngine(undefined, { visit: (visit) => visits.push(visit) });
    const samples = [...inside.map((at) => [at, 2, 1.5]), ...outside.map((at) => [at, 0.5, 0.5])].sort(
      (a, b) => (a[0] as number) - (b[0] as number),
    );
    new Bench(SHOP, engine).all(
      samples.map(([at, x, y]) => positions('cam-1', START + (at as number), [['a', x as number, y as number]])),
    );
    expect(
      visits
        .filter((visit) => visit.zoneId === 'dairy')
        .map(({ enterTs, leaveTs }) => [enterTs - START, leaveTs - START]),
    ).toEqual(expected);
  });

  it.each([
    ['from outside onto the line counts in', [6, 8.5], [6, 8], [1, 0]],
    ['from the line to the inside counts nothing', [6, 8], [6, 7.5], [0, 0]],
    ['from the line outwards counts out', [6, 8], [6, 8.001], [0, 1]],
    ['through the end point counts', [8, 8.5], [8, 7.5], [1, 0]],
    ['one millimetre beside the end does not', [8.001, 8.5], [8.001, 7.5], [0, 0]],
    ['along the line counts nothing', [5, 8], [7, 8], [0, 0]],
  ] as [string, number[], number[], number[]][])('crossings: %s', (_title, from, to, [into, out]) => {
    const bench = new Bench().all([
      positions('cam-1', START, [['a', from[0] as number, from[1] as number]]),
      positions('cam-1', START + 400, [['a', to[0] as number, to[1] as number]]),
    ]);
    const [fact] = bench.values('crossings', 'main');
    expect([fact?.value.in ?? 0, fact?.value.out ?? 0]).toEqual([into, out]);
  });

  it('counts a visitor once per track and zone, and again on a new track', () => {
    const stay = (from: number) => [0, 300, 600].map((at) => positions('cam-1', START + from + at, [['a', 2, 1.5]]));
    const away = (at: number) => positions('cam-1', START + at, [['a', 0.5, 0.5]]);
    const bench = new Bench().all([...stay(0), away(1000), away(2600), ...stay(3000), ...stay(6000)]);
    const [fact] = bench.values('zone', 'dairy');
    expect(fact?.value).toMatchObject({ visits: 3, visitors: 2 });
  });

  it('counts both of two messages with equal time', () => {
    const both = (at: number) => [
      positions('cam-1', START + at, [['a', 2, 1.5]]),
      positions('cam-1', START + at, [['b', 3, 1.5]]),
    ];
    const bench = new Bench().all([0, 400, 800].flatMap(both));
    expect(bench.values('zone', 'dairy')[0]?.value).toMatchObject({ visits: 2, maxOpen: 2 });
  });

  it('restates the minute of the enter time as a visit goes on', () => {
    const bench = new Bench();
    for (let at = 0; at <= 150_000; at += 1000) bench.apply(positions('cam-1', START + 30_000 + at, [['a', 2, 1.5]]));
    const facts = bench.values('zone', 'dairy');
    expect(
      facts.map((fact) => [
        fact.ts - START,
        fact.value.visits,
        fact.value.dwellMs,
        fact.value.overlapMs,
        fact.value.maxOpen,
      ]),
    ).toEqual([
      [0, 1, 150_000, 30_000, 1],
      [60_000, 0, 0, 60_000, 1],
      [120_000, 0, 0, 60_000, 1],
    ]);
    expect(facts[0]?.seq).toBe(bench.seq);
  });

  it('shows who is present, without who is gone for two seconds, and the heat of the last minute', () => {
    const bench = new Bench();
    bench.apply(positions('cam-1', START, [['gone', 1.2, 1.2]]));
    for (let at = 500; at <= 90_000; at += 500) bench.apply(positions('cam-1', START + at, [['a', 2.2, 2.2]]));
    const live = bench.engine.live();
    expect(live.tracks).toEqual([
      { deviceId: 'cam-1', xMm: 2200, yMm: 2200, ts: START + 90_000, zoneIds: ['dairy', 'ad'] },
    ]);
    expect(live.zones).toEqual([
      { zoneId: 'dairy', occupancy: 1 },
      { zoneId: 'bread', occupancy: 0 },
      { zoneId: 'ad', occupancy: 1 },
    ]);
    const warm = [...live.heatMs].flatMap((ms, cell) => (ms > 0 ? [[cell, ms]] : []));
    expect(warm).toEqual([[4 * 24 + 4, 60_000]]);
    const [member] = bench.engine.audienceOf('ad');
    expect(member).toEqual({
      stayMs: 89_500,
      ts: START + 90_000,
      person: [expect.any(String), expect.any(String), expect.any(Number)],
      interestByZone: new Map(),
      dwellMsByZone: new Map([
        ['dairy', 89_500],
        ['ad', 89_500],
      ]),
    });
    expect(bench.engine.audienceOf('bread')).toEqual([]);
  });

  it('goes on with open stays when another store file comes into force: the visit belongs to the one, its time to both', () => {
    const bench = new Bench();
    const stand = (from: number, to: number) => {
      for (let at = from; at <= to; at += 500) bench.apply(positions('cam-1', START + at, [['a', 2, 1.5]]));
    };
    stand(0, 2000);
    bench.apply(configured({ ...SHOP, zones: (SHOP.zones ?? []).slice(0, 1) }, 2));
    stand(2500, 4500);
    expect(
      bench
        .values('zone', 'dairy')
        .map(({ configVersion, value: { visits, visitors, dwellMs, overlapMs, maxOpen } }) => [
          ...[configVersion, visits, visitors, dwellMs, overlapMs, maxOpen],
        ]),
    ).toEqual([
      [1, 1, 1, 4500, 2000, 1],
      [2, 0, 0, 0, 2500, 1],
    ]);
  });
});

const recordings = process.env.AISLE_RECORDINGS;
const walks = recordings ? path.join(recordings, 'walks') : '';
describe.skipIf(!recordings || !existsSync(walks))('recorded walks', () => {
  interface Gate {
    line_x: number;
    in: number;
    out: number;
  }
  const gates =
    walks && existsSync(walks)
      ? (JSON.parse(readFileSync(path.join(walks, 'gate_counts.json'), 'utf8')) as Record<string, Gate>)
      : {};
  it.each(['biwi_hotel', 'crowds_zara01', 'students003'])(
    '%s: the gate counts exactly, everything agrees with a plain reading',
    (name) => {
      const gate = gates[name] as Gate;
      const rows = readFileSync(path.join(walks, `${name}.txt`), 'utf8')
        .trim()
        .split('\n')
        .map((row) => row.split('\t').map(Number) as [number, number, number, number]);
      const offset = [20, 20] as const;
      const frames = new Map<number, [string, number, number][]>();
      for (const [frame, id, x, y] of rows)
        frames.set(frame, [...(frames.get(frame) ?? []), [String(id), x + offset[0], y + offset[1]]]);
      const events = [...frames]
        .sort((a, b) => a[0] - b[0])
        .map(([frame, people]) => positions('cam-1', START + frame * 40, people));
      const x = gate.line_x + offset[0];
      const store: StoreFile = {
        ...SHOP,
        floor: { width: 60, depth: 60 },
        entrances: [
          {
            id: 'main',
            line: [
              [x, 0],
              [x, 60],
            ],
            inward: [1, 0],
          },
        ],
        zones: [
          {
            id: 'a',
            kind: 'aisle',
            polygon: [
              [18, 12],
              [24, 12],
              [24, 22],
              [18, 22],
            ],
          },
          {
            id: 'b',
            kind: 'aisle',
            polygon: [
              [24, 20],
              [32, 20],
              [30, 30],
              [24, 26],
            ],
          },
          {
            id: 'c',
            kind: 'screen',
            polygon: [
              [20, 14],
              [30, 14],
              [30, 32],
              [26, 24],
              [20, 32],
            ],
          },
        ],
      };
      // In the recording of the hotel ids do break: somebody who stands there has five of them, one after the other.
      expectPlain(name === 'biwi_hotel' ? withIdsAsTheyAre(store) : store, events);
      const counted = new Bench(store).all(events).values('crossings', 'main');
      expect([counted.reduce((n, f) => n + f.value.in, 0), counted.reduce((n, f) => n + f.value.out, 0)]).toEqual([
        gate.in,
        gate.out,
      ]);
    },
  );
});

describe('what coverage rests on beside a counter at the door', () => {
  const door = { id: 'door', family: 'camera' as const, dialect: 'aisle' };
  const shop = { ...SHOP, devices: [...(SHOP.devices ?? []).filter((device) => device.id !== 'cam-2'), door] };
  const watched = Array.from({ length: 4 }, (_, n) => positions('cam-1', START + n * 20_000, []));
  const sensed = (bench: Bench) =>
    Object.fromEntries(bench.values('coverage').map(({ subject, value }) => [subject, value.sensedMs]));

  it.each(['before', 'after'])('zones rest on the camera alone, the counter having reported %s it', (when) => {
    const counted = [crossing('door', START + 1000, 'in')];
    const events = when === 'before' ? [...counted, ...watched] : [...watched, ...counted];
    expect(sensed(new Bench(shop).all(events))).toEqual({
      'cam-1&door': 60_000,
      'cam-1&door>main': 60_000,
      'cam-1&door>street': 60_000,
    });
  });

  it('an entrance rests on the counter where no camera gives positions', () => {
    const counted = [0, 10, 40, 50].map((second) => crossing('door', START + second * 1000, 'in'));
    expect(sensed(new Bench(shop).all(counted))).toMatchObject({ 'cam-1&door>main': 50_000 });
  });
});
