import { describe, expect, it } from 'vitest';
import { Value } from '@sinclair/typebox/value';
import {
  FACT_SCHEMAS,
  type CountedEvent,
  type Device,
  type DeviceEvent,
  type NoticedEvent,
  type StoreFile,
  type TrackedEvent,
} from '@aisle/contracts';
import { Bench, configured, positions, seeded, SHOP, START, state, type Seeded } from './shop.js';

/** The picture is the floor from above: 120 × 80 pixels, ten to a metre. */
const FROM_ABOVE = {
  resolution: [120, 80] as [number, number],
  points: ([0, 12] as const).flatMap((x) =>
    ([0, 8] as const).map((y) => ({
      image: [x * 10, y * 10] as [number, number],
      floor: [x, y] as [number, number],
    })),
  ),
};
const ruled: Device = {
  id: 'onvif-1',
  family: 'camera',
  dialect: 'onvif',
  rules: [
    { rule: 'in', kind: 'counter', entrance: 'main', direction: 'in' },
    { rule: 'out', kind: 'counter', entrance: 'main', direction: 'out', resetAt: '03:00' },
    { rule: 'queue', kind: 'occupancy', zone: 'bread', resetAt: '03:00' },
    { rule: 'shelf', kind: 'field', zone: 'dairy' },
    { rule: 'hanging', kind: 'loitering', zone: 'dairy' },
  ],
};
const nvr: Device = { id: 'front', family: 'camera', dialect: 'frigate', calibration: FROM_ABOVE };
const shop = (...devices: Device[]): StoreFile => ({
  ...SHOP,
  store: { ...SHOP.store, timezone: 'Asia/Shanghai' },
  devices,
});

let digests = 0;
const base = (deviceId: string, at: number) => ({
  deviceId,
  ts: START + at,
  receivedTs: START + at,
  digest: `e${(digests += 1)}`,
});
const counted = (at: number, rule: string, count: number): CountedEvent => ({
  kind: 'counted',
  ...base('onvif-1', at),
  rule,
  count,
});
const noticed = (
  at: number,
  what: NoticedEvent['what'],
  count: number,
  {
    rule = what === 'occupancy' ? 'queue' : what === 'inside' ? 'shelf' : 'hanging',
    objectId = null as string | null,
    deviceId = 'onvif-1',
    zoneId = what === 'occupancy' ? 'bread' : 'dairy',
  } = {},
): NoticedEvent => ({ kind: 'noticed', ...base(deviceId, at), rule, what, zoneId, objectId, count });
const inside = (at: number, objectId: string, count: number): NoticedEvent =>
  noticed(at, 'inside', count, { objectId });
/** x and y in metres */
const tracked = (
  at: number,
  objectId: string,
  x: number,
  y: number,
  state: TrackedEvent['state'] = 'update',
): TrackedEvent => ({
  kind: 'tracked',
  ...base('front', at),
  objectId,
  state,
  width: 0,
  height: 0,
  foot: [Math.round(x * 100), Math.round(y * 100)],
});
const crossingsOf = (bench: Bench) =>
  bench.values('crossings', 'main').map(({ ts, value }) => [(ts - START) / 60_000, value.in, value.out]);
const zoneOf = (bench: Bench, zone: string) =>
  bench.values('zone', zone).map(({ ts, value }) => ({ minute: (ts - START) / 60_000, ...value }));

describe('counters of cameras', () => {
  it('become crossings from the second number on, and go on through a restart of the camera and of the agent', () => {
    const bench = new Bench(shop(ruled)).all([
      counted(0, 'in', 100),
      counted(1000, 'in', 103),
      counted(61_000, 'in', 103),
    ]);
    bench.restart();
    bench.all([
      counted(62_000, 'in', 4),
      counted(63_000, 'in', 5),
      counted(64_000, 'out', 7),
      counted(125_000, 'out', 9),
    ]);
    expect(crossingsOf(bench)).toEqual([
      [0, 3, 0],
      [1, 5, 0],
      [2, 0, 2],
    ]);
    expect(bench.values('crossings', 'main')[0]?.value.source).toBe('onvif-1');
  });

  it('are known to have begun anew by the hour of the store, although they stand higher', () => {
    // START is at a whole hour; 03:00 in Shanghai is 19:00 UTC.
    const reset = (Math.floor((START - 19 * 3_600_000) / 86_400_000) + 1) * 86_400_000 + 19 * 3_600_000 - START;
    const bench = new Bench(shop(ruled)).all([counted(reset - 5000, 'out', 3), counted(reset + 60_000, 'out', 8)]);
    expect(crossingsOf(bench).map(([, , out]) => out)).toEqual([8]);
  });

  it('count once: a doubled number changes nothing, an older one is refused, a rule that is not there too', () => {
    const bench = new Bench(shop(ruled));
    const second = counted(2000, 'in', 12);
    bench.all([counted(1000, 'in', 10), second]);
    expect(bench.apply(second)).toMatchObject({ accepted: false, reason: 'duplicate' });
    expect(bench.apply(counted(1500, 'in', 11))).toMatchObject({ accepted: false, reason: 'late' });
    expect(bench.apply(counted(3000, 'side', 1))).toMatchObject({ accepted: false, reason: 'unknownSubject' });
    expect(crossingsOf(bench)).toEqual([[0, 2, 0]]);
  });

  it('go on where they stood when the clock of the camera is set back', () => {
    const bench = new Bench(shop(ruled)).all([counted(0, 'in', 100), counted(10_800_000, 'in', 110)]);
    for (let n = 0; n < 12; n += 1) bench.apply(counted(1000 + n * 1000, 'in', 111 + n));
    expect(bench.engine.clockEpochs().get('onvif-1')).toBe(1);
    expect(crossingsOf(bench).reduce((all, [, into]) => all + (into as number), 0)).toBe(22);
  });
});

describe('how many are in a zone', () => {
  it('is a step function of event time, held until the next word of the camera or 30 s', () => {
    const bench = new Bench(shop(ruled)).all([
      noticed(0, 'occupancy', 2),
      noticed(10_000, 'occupancy', 5),
      noticed(20_000, 'occupancy', 0),
      noticed(50_000, 'occupancy', 1),
      noticed(130_000, 'occupancy', 0),
    ]);
    // 2 × 10 s + 5 × 10 s + 1 × 10 s; the 30 s of the last one reach into the next minute, and no further.
    expect(zoneOf(bench, 'bread')).toMatchObject([
      { minute: 0, overlapMs: 80_000, maxOpen: 5, visits: 0 },
      { minute: 1, overlapMs: 20_000, maxOpen: 1 },
    ]);
  });

  it('goes on while the camera says other things', () => {
    const bench = new Bench(shop(ruled)).all([
      noticed(0, 'occupancy', 3),
      state('onvif-1', START + 20_000),
      counted(40_000, 'in', 1),
      noticed(55_000, 'occupancy', 0),
    ]);
    expect(zoneOf(bench, 'bread')).toMatchObject([{ overlapMs: 165_000, maxOpen: 3 }]);
  });

  it('is 0 from the reset of the camera on', () => {
    const reset = (Math.floor((START - 19 * 3_600_000) / 86_400_000) + 1) * 86_400_000 + 19 * 3_600_000 - START;
    const bench = new Bench(shop(ruled)).all([
      noticed(reset - 5000, 'occupancy', 4),
      noticed(reset + 10_000, 'occupancy', 1),
      noticed(reset + 20_000, 'occupancy', 0),
    ]);
    expect(zoneOf(bench, 'bread').map(({ overlapMs, maxOpen }) => [overlapMs, maxOpen])).toEqual([
      [20_000, 4],
      [10_000, 1],
    ]);
  });

  it('is shown live, and counts for nothing where a camera tracks people', () => {
    const bench = new Bench(shop(ruled, { id: 'cam-1', family: 'camera', dialect: 'aisle', covers: ['dairy'] }));
    bench.all([noticed(0, 'occupancy', 2), inside(0, 'a', 1), noticed(10_000, 'occupancy', 3), inside(10_000, 'a', 0)]);
    expect(bench.engine.live().people).toEqual([{ zoneId: 'bread', deviceId: 'onvif-1', count: 3 }]);
    expect(zoneOf(bench, 'dairy')).toEqual([]);
    expect(zoneOf(bench, 'bread')).toMatchObject([{ overlapMs: 20_000 }]);
  });
});

describe('objects inside a zone', () => {
  it.each([
    [
      'a stay of 600 ms is a visit',
      [
        [0, 1],
        [600, 0],
      ],
      [1, 600],
    ],
    [
      'a shorter one is none',
      [
        [0, 1],
        [599, 0],
      ],
      undefined,
    ],
    [
      'an outing of less than 1,500 ms goes on',
      [
        [0, 1],
        [5000, 0],
        [6499, 1],
        [9000, 0],
      ],
      [1, 9000],
    ],
    [
      'one of 1,500 ms ends it',
      [
        [0, 1],
        [5000, 0],
        [6500, 1],
        [9000, 0],
      ],
      [2, 7500],
    ],
    [
      'what is not over ends at its last word',
      [
        [0, 1],
        [4000, 1],
      ],
      [1, 4000],
    ],
    [
      'a word in between changes nothing',
      [
        [0, 1],
        [1000, 1],
        [2000, 1],
        [20_000, 0],
      ],
      [1, 20_000],
    ],
    [
      'somebody of whom nothing is said for more than ten minutes is somebody else',
      [
        [0, 1],
        [600_001, 1],
        [601_000, 0],
      ],
      [1, 999],
    ],
  ] as [string, [number, number][], [number, number] | undefined][])('%s', (_title, words, expected) => {
    const bench = new Bench(shop(ruled)).all(words.map(([at, count]) => inside(at, '7', count)));
    const zones = zoneOf(bench, 'dairy').filter(({ visits }) => visits > 0);
    const visits = zones.reduce((all, zone) => all + zone.visits, 0);
    const dwell = zones.reduce((all, zone) => all + zone.dwellMs, 0);
    expect(expected === undefined ? zones : [visits, dwell]).toEqual(expected ?? []);
  });

  it('are apart from one another, and one visitor each however often they come', () => {
    const bench = new Bench(shop(ruled)).all([
      inside(0, 'a', 1),
      inside(500, 'b', 1),
      inside(2000, 'a', 0),
      inside(9000, 'a', 1),
      inside(10_000, 'b', 0),
      inside(12_000, 'a', 0),
    ]);
    expect(zoneOf(bench, 'dairy')).toMatchObject([
      { visits: 3, visitors: 2, dwellMs: 2000 + 9500 + 3000, maxOpen: 2, overlapMs: 14_500 },
    ]);
  });

  it('that loiter are an incident of the zone until none does', () => {
    const loiter = (at: number, objectId: string, count: number) => noticed(at, 'loitering', count, { objectId });
    const bench = new Bench(shop(ruled)).all([loiter(0, 'a', 1), loiter(1000, 'b', 1), loiter(9000, 'a', 0)]);
    expect(bench.values('incident').map(({ value }) => value)).toEqual([
      { what: 'loitering', subject: 'dairy', zoneId: 'dairy', since: START, until: null, count: null },
    ]);
    bench.restart();
    bench.apply(loiter(20_000, 'b', 0));
    expect(bench.values('incident').map(({ value }) => value.until)).toEqual([START + 20_000]);
  });
});

describe("people whom an NVR's camera follows", () => {
  it('stand still for minutes without a word and are one visit', () => {
    const bench = new Bench(shop(nvr)).all([
      tracked(0, 'p', 2, 7, 'new'),
      tracked(4000, 'p', 2, 3),
      tracked(64_000, 'p', 2, 3),
      tracked(124_000, 'p', 2.05, 3),
      tracked(126_000, 'p', 2, 7, 'end'),
    ]);
    const [zone] = zoneOf(bench, 'dairy');
    expect(zone).toMatchObject({ visits: 1, visitors: 1 });
    // In at y = 4 after 3 s, out again half a second into the last two.
    expect(Math.abs((zone?.dwellMs ?? 0) - 121_500)).toBeLessThanOrEqual(400);
  });

  it('are present until they are gone, and then nowhere', () => {
    const bench = new Bench(shop(nvr)).all([tracked(0, 'p', 2, 3, 'new'), tracked(60_000, 'q', 6, 3, 'new')]);
    expect(bench.engine.live().zones.map(({ occupancy }) => occupancy)).toEqual([1, 1, 2]);
    bench.apply(tracked(1000, 'p', 2, 3, 'end'));
    expect(bench.engine.live().tracks).toHaveLength(1);
  });

  it('cross a line between two messages', () => {
    const bench = new Bench(shop(nvr)).all([
      tracked(0, 'p', 6, 8.5, 'new'),
      tracked(3000, 'p', 6, 7),
      tracked(20_000, 'p', 6, 8.7, 'end'),
    ]);
    expect(crossingsOf(bench)).toEqual([[0, 1, 1]]);
    expect(bench.values('crossings', 'main')[0]?.value.source).toBe('tracks');
  });

  it('begin anew when nothing was said of them for more than 90 s', () => {
    const bench = new Bench(shop(nvr)).all([
      tracked(0, 'p', 2, 3, 'new'),
      tracked(2000, 'p', 2, 3),
      tracked(92_001, 'p', 2, 3),
      tracked(94_001, 'p', 2, 3, 'end'),
    ]);
    expect(zoneOf(bench, 'dairy').map(({ visits, dwellMs }) => [visits, dwellMs])).toEqual([
      [1, 2000],
      [1, 2000],
    ]);
  });

  it('may end later than others are told of, but not go back in their own time', () => {
    const bench = new Bench(shop(nvr)).all([tracked(0, 'p', 2, 3, 'new'), tracked(9000, 'q', 6, 3, 'new')]);
    expect(bench.apply(tracked(4000, 'p', 2, 3, 'end'))).toEqual({ accepted: true });
    expect(bench.apply(tracked(3000, 'p', 2, 3))).toMatchObject({ reason: 'late' });
    expect(bench.apply(tracked(5000, 'p', 2, 3))).toMatchObject({ reason: 'late' });
    expect(zoneOf(bench, 'dairy')).toMatchObject([{ visits: 1, dwellMs: 4000 }]);
  });

  it('count by the zones of the NVR where the camera is not calibrated; with neither, the refusal says why', () => {
    const bare: Device = { id: 'front', family: 'camera', dialect: 'frigate' };
    const bench = new Bench(shop(bare));
    expect(bench.apply(tracked(0, 'p', 2, 3, 'new'))).toMatchObject({
      reason: 'unknownSubject',
      message: expect.stringContaining('no calibration') as string,
    });
    const zone = { deviceId: 'front', rule: 'dairy', objectId: 'p' };
    bench.all([noticed(1000, 'inside', 1, zone), noticed(31_000, 'inside', 0, zone)]);
    expect(bench.apply(tracked(32_000, 'p', 2, 3))).toEqual({ accepted: true });
    expect(zoneOf(bench, 'dairy')).toMatchObject([{ visits: 1, dwellMs: 30_000 }]);
  });
});

/** What three cameras of a shop say in so many minutes; of each in its own order. */
function randomCameras(random: Seeded, minutes: number): DeviceEvent[][] {
  const end = minutes * 60_000;
  const rules: DeviceEvent[] = [];
  const people: DeviceEvent[] = [];
  let [into, out, queue] = [17, 3, 0];
  for (let at = 0; at < end; at += random.whole(200, 9000)) {
    const kind = random.whole(0, 5);
    if (kind === 0) rules.push(counted(at, 'in', random.next() < 0.02 ? (into = 0) : (into += random.whole(0, 3))));
    else if (kind === 1) rules.push(counted(at, 'out', (out += random.whole(0, 2))));
    else if (kind === 2) rules.push(noticed(at, 'occupancy', (queue = Math.max(0, queue + random.whole(-2, 2)))));
    else if (kind === 3)
      rules.push(noticed(at, 'loitering', random.whole(0, 1), { objectId: `o${random.whole(0, 2)}` }));
    else rules.push(inside(at, `o${random.whole(0, 5)}`, random.whole(0, 1)));
    if (random.next() < 0.05) rules.push(rules[random.whole(0, rules.length - 1)] as DeviceEvent);
  }
  for (let person = 0; person < minutes * 2; person += 1) {
    let at = random.whole(0, end);
    const id = `p${person}`;
    let state: TrackedEvent['state'] = 'new';
    for (let told = random.whole(1, 8); told >= 0; told -= 1, at += random.whole(200, 70_000)) {
      people.push(tracked(at, id, random.next() * 12, random.next() * 9, told === 0 ? 'end' : state));
      state = 'update';
    }
  }
  people.sort((a, b) => a.ts - b.ts);
  const native: DeviceEvent[] = [];
  for (let at = 0; at < end; at += 700)
    native.push(positions('cam-1', START + at, [['n', 8 + Math.sin(at / 9000), 3]]));
  return [rules, people, native];
}
const EVERYTHING = shop(
  ruled,
  { ...nvr, covers: ['ad', 'main'] },
  { id: 'cam-1', family: 'camera', dialect: 'aisle', covers: ['ad'] },
);

describe('the engine', () => {
  it.each([1, 2])(
    'gives the same facts of such cameras whenever it is restarted or pages out (seed %i)',
    (seed) => {
      const random = seeded(seed);
      const stream = randomCameras(random, 135)
        .flat()
        .sort((a, b) => a.ts - b.ts);
      const whole = Bench.guarded(EVERYTHING).all(stream);
      const broken = new Bench(EVERYTHING);
      for (const event of stream) {
        broken.apply(event);
        if (random.next() < 0.001) broken.restart();
        if (random.next() < 0.005) broken.take().evict();
      }
      expect(broken.text()).toBe(whole.text());
      expect(broken.engine.live()).toEqual(whole.engine.live());
      expect(whole.facts.size).toBeGreaterThan(300);
      expect(whole.values('crossings', 'main').length).toBeGreaterThan(50);
      for (const fact of whole.facts.values()) expect([...Value.Errors(FACT_SCHEMAS[fact.kind], fact)]).toEqual([]);
    },
    120_000,
  );

  it.each([1, 2])('gives equal figures however such cameras overtake one another (seed %i)', (seed) => {
    const random = seeded(100 + seed);
    const streams = randomCameras(random, 60);
    const reference = new Bench(EVERYTHING).all(streams.flat()).text(false);
    expect(new Bench(EVERYTHING).all([...streams].reverse().flat()).text(false)).toBe(reference);
    expect(new Bench(EVERYTHING).all(streams.flat().sort((a, b) => a.ts - b.ts)).text(false)).toBe(reference);
  });

  it('holds no more, however many objects a camera names', () => {
    const bench = new Bench(shop({ ...nvr, covers: ['ad'] }, ruled));
    const sizes: number[] = [];
    for (let n = 0; n < 24_000; n += 1) {
      bench.apply(tracked(n * 10, `p${n}`, 3, 3));
      bench.apply(inside(n * 10, `o${n}`, 1));
      if (n % 8000 === 7999) sizes.push(JSON.stringify(bench.engine.snapshot()).length);
    }
    expect(sizes[2]).toBeLessThan((sizes[0] as number) * 1.5);
  });

  it('takes a new store file in the middle of everything', () => {
    const bench = new Bench(shop(ruled)).all([counted(0, 'in', 5), inside(0, 'a', 1), noticed(0, 'occupancy', 3)]);
    bench.all([inside(5000, 'a', 1), configured(shop({ ...ruled, name: 'Door' }), 2, START + 6000)]);
    bench.all([counted(7000, 'in', 9), inside(8000, 'a', 1), inside(9000, 'a', 0), noticed(9000, 'occupancy', 0)]);
    expect(crossingsOf(bench)).toEqual([[0, 4, 0]]);
    expect(zoneOf(bench, 'dairy')).toMatchObject([
      { visits: 1, visitors: 1, dwellMs: 9000, overlapMs: 5000 },
      { visits: 0, visitors: 0, dwellMs: 0, overlapMs: 4000 },
    ]);
    // The three of the queue are held over the change.
    expect(zoneOf(bench, 'bread')).toMatchObject([{ overlapMs: 15_000 }, { overlapMs: 12_000 }]);
    expect(bench.engine.live().people).toEqual([{ zoneId: 'bread', deviceId: 'onvif-1', count: 0 }]);
  });
});
