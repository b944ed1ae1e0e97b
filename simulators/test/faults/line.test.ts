import type { StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { message, surely, type Message } from '../../src/devices/message.js';
import { checkFaults, parseFaults, type Faults } from '../../src/faults/fault-file.js';
import { garble } from '../../src/faults/garble.js';
import { FaultyLine } from '../../src/faults/line.js';
import { FaultPlan } from '../../src/faults/plan.js';
import { Random } from '../../src/random.js';

const START = 1_772_413_200_000;
const store = {
  fixtures: [{ id: 'fx', slots: [{ id: 'a' }, { id: 'b' }] }],
  devices: [
    { id: 'till-1', family: 'till', dialect: 'aisle' },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx' },
    { id: 'shelf-2', family: 'shelf', dialect: 'esphome' },
  ],
} as unknown as StoreFile;
const HEAVY: Faults = { line: { lost: 0.2, doubled: 0.2, late: 0.2, reordered: 0.1, garbled: 0.2 } };

interface Arrived {
  ts: number;
  message: Message;
}
/** A message of each kind every 100 ms through a line with these faults. */
function run(faults: Faults, minutes = 2, seed = 1) {
  const line = new FaultyLine(new FaultPlan(faults, store, seed, START), store, seed);
  const arrived: Arrived[] = [];
  const sent: Message[] = [];
  for (let ts = START; ts < START + minutes * 60_000; ts += 100) {
    const own = [
      surely(message('till-1', 'till/sale', { ts, receipt: `r-${ts}`, lines: [] })),
      message('shelf-1', 'shelf/weight', { ts, slot: 'a', grams: 512.5 }),
    ];
    sent.push(...own);
    arrived.push(...line.pass(own, ts).map((told) => ({ ts, message: told })));
  }
  const endTs = START + minutes * 60_000;
  arrived.push(...line.finish([]).map((told) => ({ ts: endTs, message: told })));
  const whole = arrived
    .filter(({ message: { bytes } }) => bytes === undefined)
    .map(({ message: told }) => told.payload);
  return { line, arrived, sent, whole };
}

describe('the line between devices and broker', () => {
  it('without faults, everything arrives at once and in order', () => {
    const { arrived, sent } = run({});
    expect(arrived.map(({ message: told }) => told)).toEqual(sent);
  });

  it('what its sender keeps always arrives whole, whatever happens', () => {
    const { sent, whole } = run({ ...HEAVY, dead: [{ device: 'till-1', fromMinute: 0.5, toMinute: 1 }] });
    const arrived = new Set(whole);
    for (const { sure, payload } of sent) if (sure) expect(arrived).toContain(payload);
  });

  it('of the rest, the shares that were asked for are lost, doubled, late and garbled', () => {
    const { line, sent, whole } = run(HEAVY, 5);
    const counts = new Map<string, number>();
    for (const payload of whole) counts.set(payload, (counts.get(payload) ?? 0) + 1);
    const weights = sent.filter(({ sure }) => !sure);
    const share = (many: number) =>
      weights.filter(({ payload }) => (counts.get(payload) ?? 0) === many).length / weights.length;
    expect(share(0)).toBeGreaterThan(0.37);
    expect(share(0)).toBeLessThan(0.43);
    expect(share(2)).toBeGreaterThan(0.17);
    expect(share(2)).toBeLessThan(0.23);
    for (const what of ['lost', 'doubled', 'late', 'reordered', 'garbled'] as const)
      expect(line.counts[what]).toBeGreaterThan(500 * 0.8);
  });

  it('late ones come after others that were sent later', () => {
    const { arrived } = run({ line: { late: 0.1, lateSeconds: { least: 2, most: 5 } } });
    const tsOf = (told: Message) => (JSON.parse(told.payload) as { ts: number }).ts;
    const waits = arrived.map(({ ts, message: told }) => ts - tsOf(told)).filter((wait) => wait > 0);
    expect(waits.length).toBeGreaterThan(100);
    // Those that are on their way when the run ends come then.
    expect(waits.filter((wait) => wait < 2000).length).toBeLessThan(waits.length * 0.05);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5100);
  });

  it('the same seed, the same faults; another seed, others', () => {
    const payloads = (seed: number) => run(HEAVY, 1, seed).arrived.map(({ message: told }) => told);
    expect(payloads(4)).toEqual(payloads(4));
    expect(payloads(4)).not.toEqual(payloads(5));
  });

  it('a device that is switched off says nothing, and its last will tells so', () => {
    const { arrived } = run({ dead: [{ device: 'shelf aisle', fromMinute: 0.5, toMinute: 1 }] });
    const of = arrived.filter(({ message: told }) => told.deviceId === 'shelf-1');
    const silent = of.filter(({ ts }) => ts > START + 30_000 && ts < START + 60_000);
    expect(silent).toEqual([]);
    const states = of.filter(({ message: told }) => told.topic.endsWith('/state'));
    expect(
      states.map(({ ts, message: told }) => [ts - START, (JSON.parse(told.payload) as { state: string }).state]),
    ).toEqual([
      [30_000, 'offline'],
      [60_000, 'online'],
    ]);
  });

  it('a flapping device comes and goes', () => {
    const plan = new FaultPlan(
      { flapping: [{ device: 'shelf-2', fromMinute: 1, toMinute: 2, onSeconds: 10, offSeconds: 5 }] },
      store,
      1,
      START,
    );
    const off = Array.from({ length: 180 }, (_, second) => plan.isOff('shelf-2', START + second * 1000));
    expect(off.filter(Boolean)).toHaveLength(20);
    expect([off[59], off[60], off[64], off[65], off[74], off[75], off[120]]).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
  });
});

describe('a damaged message', () => {
  const text = JSON.stringify({ ts: START, slot: 'a', grams: 512.5, reads: ['3034257BF7194E4000001A85'] });
  it.each([
    ['long', text, false],
    ['long, kept by its sender', text, true],
    ['short: a number as plain text', '512.5', false],
    ['two letters', 'on', false],
  ])('is nothing that could have been meant: %s', (_, payload, whole) => {
    const random = Random.stream(1, 'garble');
    for (let time = 0; time < 2000; time += 1) {
      const bytes = garble(payload, random, whole);
      let read: unknown;
      try {
        read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      } catch {
        continue;
      }
      expect.fail(`reads as ${JSON.stringify(read)}`);
    }
  });
});

describe('what is wrong with devices themselves', () => {
  it('clocks are skewed steadily, and set when a jump says so', () => {
    const faults: Faults = {
      clocks: { families: ['shelf'], skewSeconds: 1 },
      jumps: [{ device: 'shelf-1', atMinute: 1, seconds: -4 }],
    };
    const plan = new FaultPlan(faults, store, 1, START);
    const clock = plan.clockOf('shelf-1');
    const skew = clock(START) - START;
    expect(skew).not.toBe(0);
    expect(Math.abs(skew)).toBeLessThanOrEqual(3000);
    expect(clock(START + 59_000) - START - 59_000).toBe(skew);
    expect(clock(START + 60_000) - START - 60_000).toBe(skew - 4000);
    expect(plan.clockOf('till-1')(START)).toBe(START);
  });

  it('load cells wander steadily', () => {
    const plan = new FaultPlan({ drift: [{ device: 'shelf aisle', gramsPerHour: 40 }] }, store, 1, START);
    expect(plan.driftOf('a', START + 1_800_000)).toBe(20);
    expect(plan.driftOf('elsewhere', START + 1_800_000)).toBe(0);
  });
});

describe('a file of faults', () => {
  it.each([
    ['line: { lots: 1 }', /line\.lots/],
    ['line: { lost: 2 }', /line\.lost/],
    ['dead: [{ device: a, fromMinute: 3, toMinute: 2 }]', /dead\[0\]\.toMinute/],
    ['line: { lateSeconds: { least: 3, most: 2 } }', /line\.lateSeconds/],
    ['clocks: { families: [lidar], skewSeconds: 1 }', /clocks\.families/],
    ['nonsense: 1', /nonsense/],
    ['a: [', /is not YAML/],
  ])('that is wrong names the key: %s', (text, message) => {
    expect(() => parseFaults(text, 'faults.yaml')).toThrow(message);
  });

  it('may be empty', () => {
    expect(checkFaults(undefined, 'x')).toEqual({});
  });
});
