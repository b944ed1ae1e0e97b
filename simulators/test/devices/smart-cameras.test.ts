import type { CameraRule, Device, StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { CrossingCounter } from '../../src/devices/camera/crossings.js';
import { FrigateCamera, poseOver } from '../../src/devices/camera/frigate.js';
import { OnvifCamera } from '../../src/devices/camera/onvif.js';
import type { Sensed, SensedPerson } from '../../src/devices/device.js';
import type { Message } from '../../src/devices/message.js';
import { NOISELESS } from '../../src/devices/settings.js';
import { Random } from '../../src/random.js';
import { Projection } from '../../src/render/camera.js';
import { recording } from '../recordings.js';

const START = Date.parse('2026-03-02T23:59:00+08:00');
const store = {
  store: { id: 's', name: 'S', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 10, depth: 10 },
  entrances: [
    {
      id: 'main',
      line: [
        [4, 10],
        [6, 10],
      ],
      inward: [0, -1],
    },
  ],
  zones: [
    {
      id: 'corner',
      kind: 'other',
      polygon: [
        [1, 1],
        [4, 1],
        [4, 4],
        [1, 4],
      ],
    },
  ],
} as unknown as StoreFile;
const rules: CameraRule[] = [
  { rule: 'in', kind: 'line', entrance: 'main', direction: 'in' },
  { rule: 'count', kind: 'counter', entrance: 'main', direction: 'in', resetAt: '00:00' },
  { rule: 'inside', kind: 'occupancy', zone: 'corner' },
  { rule: 'field', kind: 'field', zone: 'corner' },
  { rule: 'stays', kind: 'loitering', zone: 'corner' },
];
const person = (personId: number, x: number, y: number): SensedPerson => ({
  personId,
  position: { x, y },
  staff: false,
});
const sensed = (ts: number, more: Partial<Sensed> = {}): Sensed => ({
  ts,
  sinceMs: ts - START,
  people: [],
  items: [],
  crossings: [],
  gramsOf: () => 0,
  ...more,
});
const crossing = { personId: 1, lineId: 'main', direction: 'in' } as const;
interface Body {
  UtcTime: string;
  Source: Record<string, unknown>;
  Key?: Record<string, unknown>;
  Data: Record<string, unknown>;
}
const bodyOf = (told: Message): Body => JSON.parse(told.payload) as Body;
const onvif = (index: number) =>
  new OnvifCamera(
    { id: 'cam', family: 'camera', dialect: 'onvif', rules },
    store,
    NOISELESS.smartCamera,
    Random.stream(1, 'cam'),
    (ts) => ts,
    400,
    index,
  );
const of = (told: Message[], rule: string) => told.filter(({ topic }) => topic.endsWith(`/${rule}`));

describe('a camera that speaks ONVIF', () => {
  it.each([
    { maker: 'one that names the rule and writes numbers bare', index: 0, one: 1 },
    { maker: 'one that puts numbers into quotes and names the rule in the topic only', index: 1, one: '1' },
  ])('$maker', ({ index, one }) => {
    const camera = onvif(index);
    camera.start(START);
    const before = Number(bodyOf(of(camera.start(START), 'count')[0] as Message).Data['Count']);
    const told = camera.sample(sensed(START, { crossings: [crossing] }));
    const [line] = of(told, 'in');
    expect(line?.topic).toBe('cam/onvif-ej/RuleEngine/LineDetector/Crossed/&1/in');
    expect(bodyOf(line as Message).UtcTime).toBe('2026-03-02T15:59:00.000Z');
    expect(bodyOf(line as Message).Source['Rule']).toBe(index === 0 ? 'in' : undefined);
    const [counter] = of(told, 'count');
    expect(counter?.topic).toBe('cam/onvif-ej/RuleEngine/CountAggregation/Counter/&1/count');
    expect(Number(bodyOf(counter as Message).Data['Count'])).toBe(before + 1);
    expect(typeof bodyOf(counter as Message).Data['Count']).toBe(typeof one);
  });

  it('counts from nothing at its hour of local time', () => {
    const camera = onvif(0);
    const [first] = of(camera.start(START), 'count');
    const counts = [bodyOf(first as Message).Data['Count'] as number];
    for (let ts = START; ts <= START + 120_000; ts += 400) {
      const told = camera.sample(sensed(ts, { crossings: ts === START + 100_000 ? [crossing] : [] }));
      counts.push(...of(told, 'count').map((message) => bodyOf(message).Data['Count'] as number));
    }
    expect(counts.at(0)).toBeGreaterThan(19);
    expect(counts.slice(1)).toEqual([0, 1]);
  });

  it('tells who is inside, how many, and who stays too long', () => {
    const camera = onvif(0);
    const told: Message[] = [];
    for (let ts = START; ts <= START + 60_000; ts += 400) {
      const inside = ts >= START + 2000 && ts < START + 55_000;
      told.push(...camera.sample(sensed(ts, { people: [person(7, inside ? 2 : 8, 2)] })));
    }
    expect(of(told, 'field').map((message) => bodyOf(message).Data['IsInside'])).toEqual([true, false]);
    expect(of(told, 'inside').map((message) => bodyOf(message).Data['Count'])).toEqual([0, 1, 0]);
    const [stays] = of(told, 'stays');
    expect(stays?.topic).toBe('cam/onvif-ej/RuleEngine/LoiteringDetector/ObjectIsLoitering/&1/stays');
    expect(of(told, 'stays').map((message) => bodyOf(message).Data['State'])).toEqual([true, false]);
    expect(bodyOf(stays as Message).Key).toEqual(bodyOf(of(told, 'field')[0] as Message).Key);
  });
});

describe('a counter over a door', () => {
  it('says that it is there once at a time, and tells crossings of its own doors', () => {
    const { smartCamera, stateIntervalMs } = NOISELESS;
    const counter = new CrossingCounter(
      'c',
      new Set(['main']),
      smartCamera,
      Random.stream(1, 'c'),
      (ts) => ts,
      stateIntervalMs,
    );
    expect([...counter.start(START), ...counter.sample(sensed(START))]).toHaveLength(1);
    expect(counter.sample(sensed(START + stateIntervalMs))).toHaveLength(1);
    const crossings = [crossing, { ...crossing, lineId: 'side' }];
    const [told, ...others] = counter.sample(sensed(START + 400, { crossings }));
    expect(others).toEqual([]);
    expect(JSON.parse(told?.payload ?? '')).toEqual({ ts: START + 400, entrance: 'main', direction: 'in', count: 1 });
  });
});

describe('an NVR that speaks as Frigate does', () => {
  const device: Device = {
    id: 'cam',
    family: 'camera',
    dialect: 'frigate',
    nvrCamera: 'corner_cam',
    covers: ['corner'],
  };
  const frigate = (cam = device) =>
    new FrigateCamera(cam, store, poseOver(cam, store), NOISELESS.smartCamera, Random.stream(1, 'f'), (ts) => ts);
  type Event = { type: string; before: Record<string, unknown>; after: Record<string, unknown> };
  const events = (told: Message[]): Event[] =>
    told.filter(({ topic }) => topic === 'frigate/events').map(({ payload }) => JSON.parse(payload) as Event);

  it('tells of somebody who comes, moves, goes: one id, new, updates, end', () => {
    const camera = frigate();
    const told: Message[] = [];
    const start = Math.ceil(START / 200) * 200;
    for (let ts = start; ts <= start + 12_000; ts += 200) {
      const here = ts < start + 6000;
      told.push(...camera.sample(sensed(ts, { people: here ? [person(3, 2 + (ts - start) / 10_000, 2.2)] : [] })));
    }
    const seen = events(told);
    expect(seen.map(({ type }) => type)).toEqual(['new', ...seen.slice(1, -1).map(() => 'update'), 'end']);
    expect(seen.length).toBeGreaterThan(4);
    expect(new Set(seen.map(({ after }) => after['id'])).size).toBe(1);
    expect(seen[0]?.after).toMatchObject({ camera: 'corner_cam', label: 'person', end_time: null });
    expect(seen[0]?.after['current_zones']).toEqual(['corner']);
    expect(seen.at(-1)?.after['end_time']).toBeGreaterThan(start / 1000 + 6);
  });

  it('is masked down to the zones that it covers where it has no calibration', () => {
    const people = [person(3, 2.4, 2.6), person(4, 4.5, 4.2)];
    const seenBy = (camera: FrigateCamera) => events(camera.sample(sensed(START, { people }))).length;
    expect(seenBy(frigate())).toBe(1);
    expect(seenBy(frigate({ ...device, calibration: { resolution: [1280, 720], points: [] } }))).toBe(2);
  });

  it('draws the box round a body whose feet are where the person stands', () => {
    const [seen] = events(frigate().sample(sensed(START, { people: [person(3, 2.4, 2.6)] })));
    const [left, top, right, bottom] = seen?.after['box'] as [number, number, number, number];
    const [u, v] = new Projection(poseOver(device, store)).project(2.4, 2.6) as [number, number];
    expect((left + right) / 2).toBeCloseTo(u, -0.5);
    expect(bottom).toBeCloseTo(v, -0.5);
    expect(bottom - top).toBeGreaterThan(40);
  });

  const recorded = recording<Event>('wire-samples', 'frigate_event.json');
  it.skipIf(!recorded)(
    'AISLE_RECORDINGS frigate_event.json: has every field that was recorded, of the same type',
    () => {
      const [seen] = events(frigate().sample(sensed(START, { people: [person(3, 2.4, 2.6)] })));
      for (const [key, value] of Object.entries(recorded?.after ?? {})) {
        expect(seen?.after).toHaveProperty(key);
        if (value !== null && seen?.after[key] !== null) expect(typeof seen?.after[key], key).toBe(typeof value);
      }
    },
  );
});
