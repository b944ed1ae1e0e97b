import { describe, expect, it } from 'vitest';
import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { Bench, positions, seeded, SHOP, START } from './shop.js';

const BADGE = { id: 'anna', address: 'C4:7C:8D:6A:21:9E' };
const BADGED: StoreFile = {
  ...SHOP,
  staff: { badges: [BADGE] },
  devices: [
    ...(SHOP.devices ?? []),
    { id: 'ble-d', family: 'ble', dialect: 'aisle', zone: 'dairy' },
    { id: 'ble-b', family: 'ble', dialect: 'aisle', zone: 'bread', nearDbm: -50 },
    { id: 'ble-x', family: 'ble', dialect: 'aisle' },
  ],
};

let digests = 0;
const heard = (deviceId: string, ts: number, dbm: number | null, badge = BADGE.id): DomainEvent => ({
  kind: 'heard',
  deviceId,
  ts,
  receivedTs: ts,
  digest: `h${(digests += 1)}`,
  badges: dbm === null ? [] : [[badge, dbm]],
  members: [],
  others: 3,
});

type Place = readonly [x: number, y: number];
const DAIRY: Place = [2, 1.5];
const BREAD: Place = [6, 1.5];
const FLOOR: Place = [10, 6];
/** Who is where from which second on; undefined: not in the shop. */
type Way = readonly (readonly [from: number, place: Place | undefined])[];
const placeAt = (way: Way, second: number): Place | undefined => way.findLast(([from]) => from <= second)?.[1];

interface Scene {
  seconds: number;
  people: Record<string, Way>;
  /** of the badge; what the receivers hear follows from it */
  badge: Way;
  /** a badge that is on but whose wearer stands where no camera looks */
  dbm?: (receiver: string, place: Place) => number | null;
}
const loudness = (receiver: string, place: Place): number | null => {
  const near = (receiver === 'ble-d' && place === DAIRY) || (receiver === 'ble-b' && place === BREAD);
  return near ? -45 : -80;
};

/** Positions twice a second, receivers once. */
function eventsOf({ seconds, people, badge, dbm = loudness }: Scene): DomainEvent[] {
  const events: DomainEvent[] = [];
  for (let second = 0; second < seconds; second += 1) {
    for (const part of [0, 500]) {
      const ts = START + second * 1000 + part;
      const seen = Object.entries(people).flatMap(([id, way]): [string, number, number][] => {
        const place = placeAt(way, second);
        return place ? [[id, place[0], place[1]]] : [];
      });
      events.push(positions('cam-1', ts, seen));
    }
    const at = placeAt(badge, second);
    for (const receiver of ['ble-d', 'ble-b'])
      events.push(heard(receiver, START + second * 1000 + 300, at ? dbm(receiver, at) : null));
  }
  return events;
}

/** Seconds in zones by all who count. */
function dwell(bench: Bench): Record<string, number> {
  const seconds: Record<string, number> = {};
  for (const zone of ['dairy', 'bread'])
    seconds[zone] =
      bench.values('zone', zone).reduce((sum, fact) => sum + (fact.value as { dwellMs: number }).dwellMs, 0) / 1000;
  return seconds;
}
const run = (scene: Scene, file: StoreFile = BADGED): Bench => Bench.guarded(file).all(eventsOf(scene));
const rounded = (bench: Bench) => Object.fromEntries(Object.entries(dwell(bench)).map(([z, s]) => [z, Math.round(s)]));

/** Works in the dairy and at the bread, with the badge on. */
const ROUND: Way = [
  [0, FLOOR],
  [20, DAIRY],
  [60, FLOOR],
  [80, BREAD],
  [120, FLOOR],
  [140, DAIRY],
  [180, FLOOR],
];

describe('badges of the staff', () => {
  it('make staff of whoever goes about with one, and take back what they counted', () => {
    const scene = { seconds: 220, people: { anna: ROUND }, badge: ROUND };
    expect(rounded(run({ ...scene, badge: [[0, undefined]] }))).toEqual({ dairy: 79, bread: 40 });
    expect(rounded(run(scene))).toEqual({ dairy: 0, bread: 0 });
  });

  it('make staff of nobody where the store file names no badges', () => {
    const { staff: _none, ...plain } = BADGED;
    expect(rounded(run({ seconds: 220, people: { anna: ROUND }, badge: ROUND }, plain)).dairy).toBeGreaterThan(70);
  });

  it('leave shoppers alone who are in the same zones at other times, and at the same time', () => {
    const shopper: Way = [
      [0, FLOOR],
      [40, DAIRY],
      [100, FLOOR],
      [110, BREAD],
      [150, undefined],
    ];
    const alone = rounded(run({ seconds: 220, people: { shopper }, badge: [[0, undefined]] }));
    const both = rounded(run({ seconds: 220, people: { anna: ROUND, shopper }, badge: ROUND }));
    expect(both).toEqual(alone);
    expect(alone).toEqual({ dairy: 60, bread: 40 });
  });

  it('leave a shopper alone who is served for a while by somebody whom no camera sees', () => {
    const shopper: Way = [
      [0, FLOOR],
      [60, DAIRY],
      [150, FLOOR],
      [180, undefined],
    ];
    // The badge has been behind the counter all day, or was there before and after.
    for (const badge of [
      [[0, DAIRY]],
      [
        [30, DAIRY],
        [170, FLOOR],
      ],
    ] as Way[])
      expect(rounded(run({ seconds: 200, people: { shopper }, badge }))).toEqual({ dairy: 90, bread: 0 });
  });

  it('leave two alone who came together, until it shows who of them wears it', () => {
    const other: Way = [
      [0, FLOOR],
      [20, DAIRY],
      [60, FLOOR],
      [200, undefined],
    ];
    const early = { seconds: 75, people: { anna: ROUND, other }, badge: ROUND };
    expect(rounded(run(early)).dairy).toBe(79);
    expect(rounded(run({ ...early, seconds: 220 }))).toEqual({ dairy: 40, bread: 0 });
  });

  it('do nothing where they are only heard from far, by a receiver without a zone, or without a signal strength', () => {
    const scene = { seconds: 220, people: { anna: ROUND }, badge: ROUND };
    const faint = { ...scene, dbm: () => -66 };
    expect(rounded(run(faint)).dairy).toBe(79);
    // The receiver at the bread wants them nearer than the one in the dairy does.
    const stays: Way = [
      [0, FLOOR],
      [20, BREAD],
      [160, FLOOR],
    ];
    const heardAt = (dbm: number) => (receiver: string, at: Place) => (loudness(receiver, at) === -45 ? dbm : -80);
    const bread = (dbm: number) =>
      rounded(run({ seconds: 200, people: { anna: stays }, badge: stays, dbm: heardAt(dbm) }));
    expect([bread(-55).bread, bread(-49).bread]).toEqual([140, 0]);
    const bench = new Bench(BADGED);
    for (const event of eventsOf({ ...scene, badge: [[0, undefined]] })) {
      bench.apply(event);
      if (event.kind === 'heard' && event.deviceId === 'ble-d') bench.apply(heard('ble-x', event.ts, -30));
    }
    expect(rounded(bench).dairy).toBe(79);
  });

  it('know a person anew after a gap: a track under an old id is another one', () => {
    const way: Way = [
      [0, DAIRY],
      [70, FLOOR],
      [90, undefined],
      [130, DAIRY],
      [160, FLOOR],
      [200, undefined],
    ];
    // The badge went home with whoever was "1" first.
    const badge: Way = [
      [0, DAIRY],
      [70, FLOOR],
      [90, undefined],
    ];
    expect(rounded(run({ seconds: 210, people: { '1': way }, badge }))).toEqual({ dairy: 30, bread: 0 });
  });

  it.each([1, 2, 3])(
    'give the same figures whoever comes first within two seconds, restarted anywhere (seed %i)',
    (seed) => {
      const random = seeded(seed);
      const shopper: Way = [
        [0, FLOOR],
        [40, DAIRY],
        [100, FLOOR],
        [110, BREAD],
        [150, undefined],
      ];
      const events = eventsOf({ seconds: 220, people: { anna: ROUND, shopper }, badge: ROUND });
      const reference = new Bench(BADGED).all(events).text(false);
      // Each device's own order stays; devices overtake each other by up to two seconds.
      const lag = new Map(['cam-1', 'ble-d', 'ble-b'].map((id) => [id, random.whole(0, 2000)]));
      const arrival = (event: DomainEvent) =>
        'deviceId' in event && 'receivedTs' in event ? event.ts + (lag.get(event.deviceId) ?? 0) : 0;
      const mixed = [...events].sort((a, b) => arrival(a) - arrival(b));
      expect(mixed).not.toEqual(events);
      const bench = new Bench(BADGED);
      mixed.forEach((event) => {
        bench.apply(event);
        if (random.next() < 0.02) bench.restart();
      });
      expect(bench.text(false)).toBe(reference);
    },
  );

  describe('and a shopper who goes on under their id', () => {
    const OUT: Place = [6, 8.5];
    const later = (way: Way, by: number): [number, Place | undefined][] => way.map(([from, at]) => [from + by, at]);
    /** They stand beside each other at 240; who was the shopper leaves under the badge's old id, the badge goes on under the shopper's. */
    const scene: Scene = {
      seconds: 520,
      people: {
        anna: [...ROUND, [250, OUT], [252, undefined]],
        shopper: [[200, OUT], [202, FLOOR], ...later(ROUND, 250).slice(1)],
      },
      badge: [...ROUND, ...later(ROUND, 250).slice(1)],
    };
    const crossed = (bench: Bench) =>
      bench
        .values('crossings', 'main')
        .map(({ value }) => value as { in: number; out: number })
        .reduce((sum, one) => ({ in: sum.in + one.in, out: sum.out + one.out }), { in: 0, out: 0 });

    it('count a shopper’s way in and out, and no more of what the staff did', () => {
      const bench = run(scene);
      expect(crossed(bench)).toEqual({ in: 1, out: 1 });
      expect(rounded(bench)).toEqual({ dairy: 0, bread: 0 });
    });

    it('count nobody where staff itself went out and came back', () => {
      const people = {
        anna: [...ROUND, [250, OUT], [252, undefined]] as Way,
        again: [[262, OUT], [264, FLOOR], ...later(ROUND, 270).slice(1)] as Way,
      };
      const badge: Way = [...ROUND, [250, undefined], [264, FLOOR], ...later(ROUND, 270).slice(1)];
      expect(crossed(run({ seconds: 520, people, badge }))).toEqual({ in: 0, out: 0 });
    });

    it('say the same after a restart at any time', () => {
      const events = eventsOf(scene);
      const [whole, parts] = [Bench.guarded(BADGED).all(events), Bench.guarded(BADGED)];
      events.forEach((event, index) => {
        parts.all([event]);
        if (index % 97 === 0) parts.restart();
      });
      expect(parts.facts).toEqual(whole.facts);
    });
  });

  it('hold no more the longer they are heard', () => {
    const bench = new Bench(BADGED);
    const sizes: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (let second = 0; second < 600; second += 1) {
        const ts = START + (round * 600 + second) * 1000;
        const place = second % 60 < 30 ? DAIRY : BREAD;
        bench.apply(positions('cam-1', ts, [[`p${round}-${Math.floor(second / 20)}`, place[0], place[1]]]));
        // Receivers that nobody ever hears from again while cameras go on, too.
        if (round < 3) bench.apply(heard('ble-d', ts, place === DAIRY ? -40 : -80));
      }
      const { data } = bench.engine.snapshot() as { data: { parts: { badges: unknown } } };
      sizes.push(JSON.stringify(data.parts.badges).length);
    }
    expect(Math.max(...sizes)).toBeLessThan(40_000);
    expect(sizes[2]).toBeLessThan((sizes[0] as number) * 1.5 + 500);
  });

  it('take back what their wearer counted under an id that broke before it was known whose it was, also after restarts', () => {
    const file: StoreFile = {
      ...BADGED,
      devices: (BADGED.devices ?? []).map((device) =>
        device.family === 'camera' ? { ...device, stitch: false } : device,
      ),
    };
    // By turns in the dairy, at the bread and on the floor; three shoppers stay where they are.
    const stops: readonly Place[] = [DAIRY, FLOOR, BREAD, FLOOR, [4.5, 3], BREAD, [2, 3.5], FLOOR];
    const placeOf = (second: number): Place => {
      const at = second / 12;
      const [from, to] = [stops[Math.floor(at) % stops.length], stops[(Math.floor(at) + 1) % stops.length]] as [
        Place,
        Place,
      ];
      const share = Math.min(1, (at % 1) * 3);
      return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    };
    const shoppers: [string, number, number][] = [
      ['s1', 3, 2.5],
      ['s2', 6, 2],
      ['s3', 10, 3],
    ];
    const dwellOf = (ids: (second: number) => string, isRestarted: boolean, badge: boolean) => {
      const bench = new Bench(file);
      const random = seeded(5);
      for (let second = 0; second < 400; second += 1) {
        const [x, y] = placeOf(second);
        for (const part of [0, 500])
          bench.apply(positions('cam-1', START + second * 1000 + part, [[ids(second), x, y], ...shoppers]));
        for (const [receiver, atX, atY] of [
          ['ble-d', 3, 2.5],
          ['ble-b', 7, 2.5],
        ] as const) {
          const dbm = Math.round(
            -59 - 22 * Math.log10(Math.max(0.5, Math.hypot(x - atX, y - atY))) + 3 * random.normal(),
          );
          bench.apply(heard(receiver, START + second * 1000 + 300, badge ? dbm : null));
        }
        if (isRestarted && second % 37 === 0) bench.restart();
      }
      return rounded(bench);
    };
    const whole = dwellOf(() => 'w', false, true);
    const broken = (second: number): string => (second < 60 ? 'w' : 'v');
    expect(dwellOf(broken, false, true)).toEqual(whole);
    expect(dwellOf(broken, true, true)).toEqual(whole);
    expect(dwellOf(broken, false, false).dairy).toBeGreaterThan((whole.dairy ?? 0) + 20);
  });
});
