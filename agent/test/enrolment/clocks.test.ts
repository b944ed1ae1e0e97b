import { describe, expect, it } from 'vitest';
import type { DeviceEvent } from '@aisle/contracts';
import { DeviceClocks } from '../../src/fleet/device-clocks.js';
import { SkewMeter } from '../../src/fleet/skew-meter.js';

const START = 1_772_416_800_000;
const HOUR = 3_600_000;

/** A repeatable stream of delays: mostly small, sometimes large, as a radio gives them. */
function delays(seed: number): () => number {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  return () => Math.round(next() < 0.05 ? 300 + next() * 600 : 5 + next() * 40);
}
/** Feeds messages every `every` ms for `forMs` from a clock that is `ahead`. */
function feed(
  meter: SkewMeter,
  options: { from?: number; forMs: number; every: number; ahead: number; seed?: number },
) {
  const delay = delays(options.seed ?? 1);
  const from = options.from ?? START;
  const outcomes: string[] = [];
  for (let at = from; at < from + options.forMs; at += options.every) {
    const receivedTs = at + delay();
    outcomes.push(meter.add(receivedTs - (at + options.ahead), receivedTs));
  }
  return outcomes;
}

describe('measuring a clock', () => {
  it.each([0, 1_700, -4_200, 125_000, -1_800_000])('that is %i ms ahead, to a twentieth of a second', (ahead) => {
    const meter = new SkewMeter();
    feed(meter, { forMs: 60_000, every: 500, ahead });
    expect(meter.steady).toBe(true);
    expect(Math.abs((meter.offsetMs as number) + ahead)).toBeLessThan(50);
  });

  it('is not steady before half a minute, nor by few messages', () => {
    const meter = new SkewMeter();
    feed(meter, { forMs: 9_000, every: 500, ahead: 2_000 });
    expect(meter.steady).toBe(false);
    const rare = new SkewMeter();
    feed(rare, { forMs: 5 * 60_000, every: 60_000, ahead: 2_000 });
    expect(rare.steady).toBe(false);
    feed(rare, { from: START + 5 * 60_000, forMs: 10 * 60_000, every: 60_000, ahead: 2_000 });
    expect(rare.steady).toBe(true);
  });

  it('takes times of hours ago for a replay, whatever its speed, and not for a skew', () => {
    const meter = new SkewMeter();
    for (const speed of [1, 60])
      for (let index = 0; index < 200; index += 1)
        meter.add(30 * HOUR - index * 500 * (speed - 1), START + index * 500);
    expect(meter.offsetMs).toBeUndefined();
  });

  it('is not led astray by a backlog that comes in late', () => {
    const meter = new SkewMeter();
    feed(meter, { forMs: 60_000, every: 500, ahead: 2_000 });
    const back = START + 20 * 60_000;
    for (let index = 0; index < 500; index += 1) meter.add(back - (START + 60_000 + index * 500 + 2_000), back + index);
    feed(meter, { from: back + 1_000, forMs: 30_000, every: 500, ahead: 2_000 });
    expect(meter.steady).toBe(true);
    expect(Math.abs((meter.offsetMs as number) + 2_000)).toBeLessThan(50);
  });

  it.each([
    ['ahead', 0, 60_000, 1],
    ['back', 60_000, 0, 20],
  ])('begins anew when the clock jumps %s', (_way, before, afterwards, within) => {
    const meter = new SkewMeter();
    feed(meter, { forMs: 60_000, every: 500, ahead: before });
    const outcomes = feed(meter, { from: START + 60_000, forMs: 60_000, every: 500, ahead: afterwards, seed: 2 });
    expect(outcomes.filter((outcome) => outcome === 'jump').length).toBe(1);
    expect(outcomes.indexOf('jump')).toBeLessThan(within);
    expect(Math.abs((meter.offsetMs as number) + afterwards)).toBeLessThan(50);
  });

  it('is not steady by a till whose files are read every five minutes', () => {
    const meter = new SkewMeter();
    for (let index = 0; index < 600; index += 1)
      meter.add(2_000 + ((index * 7_919) % 300) * 1_000, START + Math.floor(index / 10) * 300_000);
    expect(meter.steady).toBe(false);
  });
});

describe('setting times right', () => {
  const store = (clock?: 'corrected') =>
    ({ devices: new Map([['cam-1', { id: 'cam-1', family: 'camera', dialect: 'aisle', clock }]]) }) as never;
  const positions = (ts: number, receivedTs: number): DeviceEvent => ({
    kind: 'positions',
    deviceId: 'cam-1',
    ts,
    receivedTs,
    digest: '',
    people: [],
  });
  const run = (clock: 'corrected' | undefined, aheadAt: (index: number) => number, count = 240) => {
    const clocks = new DeviceClocks();
    const delay = delays(3);
    const out = Array.from({ length: count }, (_, index) => {
      const at = START + index * 500;
      const receivedTs = at + delay();
      const [event] = clocks.set([positions(at + aheadAt(index), receivedTs)], receivedTs, store(clock));
      return { at, ts: event!.ts };
    });
    return { clocks, out };
  };

  it('leaves a trusted device at its word, and still measures it', () => {
    const { clocks, out } = run(undefined, () => 90_000);
    expect(out.every(({ at, ts }) => ts === at + 90_000)).toBe(true);
    expect(Math.abs((clocks.skewMs('cam-1') as number) - 90_000)).toBeLessThan(50);
  });

  it.each([
    ['is ahead', () => 90_000],
    ['is behind', () => -45_000],
    ['drifts', (index: number) => 5_000 + index],
  ])('of a corrected device whose clock %s, from its first message on', (_what, ahead) => {
    const { out } = run('corrected', ahead);
    // until the smallest delay is known a message may be taken for later than it was
    for (const { at, ts } of out) expect(Math.abs(ts - at)).toBeLessThan(1_000);
    for (const { at, ts } of out.slice(80)) expect(Math.abs(ts - at)).toBeLessThan(300);
  });

  it('keeps the order of what a device says, however its correction is refined', () => {
    const { out } = run('corrected', (index) => (index < 100 ? 20_000 : index < 180 ? 3_000_000 : -7_000));
    const outside = [100, 180].flatMap((from) => Array.from({ length: 20 }, (_, index) => from + index));
    const steps = out.map(({ ts }, index) => (index === 0 ? 1 : ts - out[index - 1]!.ts));
    steps.forEach((step, index) => {
      if (!outside.includes(index)) expect(step, String(index)).toBeGreaterThan(0);
    });
    for (const { at, ts } of out.slice(220)) expect(Math.abs(ts - at)).toBeLessThan(1_000);
  });

  it('does not touch a replay of the past', () => {
    const { out, clocks } = run('corrected', () => -30 * HOUR);
    expect(out.every(({ at, ts }) => ts === at - 30 * HOUR)).toBe(true);
    expect(clocks.skewMs('cam-1')).toBeUndefined();
  });

  it('moves the whole span of a play, and leaves arrival times alone', () => {
    const clocks = new DeviceClocks();
    const play: DeviceEvent = {
      kind: 'play',
      deviceId: 'cam-1',
      ts: START + 60_000,
      receivedTs: START,
      digest: '',
      decisionId: 'd',
      contentId: 'c',
      startedTs: START + 50_000,
      endedTs: START + 60_000,
      completed: true,
    };
    expect(clocks.set([play], START, store('corrected'))[0]).toMatchObject({
      ts: START,
      startedTs: START - 10_000,
      endedTs: START,
      receivedTs: START,
    });
    const arrival = [positions(START, START)];
    expect(clocks.set(arrival, START, store('corrected'))).toBe(arrival);
  });
});
