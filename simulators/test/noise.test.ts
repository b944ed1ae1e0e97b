import { describe, expect, it } from 'vitest';
import { Camera } from '../src/devices/camera.js';
import { NOISY } from '../src/devices/settings.js';
import { Shelf } from '../src/devices/shelf.js';
import { Reading } from '../src/ledger/reading.js';
import { Random } from '../src/random.js';
import { demoRun, demoStore, linesOf, payloadsOf, simulate, START } from './support.js';

const deviation = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

describe('the camera', () => {
  const still = Array.from({ length: 10 }, (_, index) => ({ personId: index + 1, position: { x: 2 * index, y: 5 } }));
  const samples = (settings = NOISY.camera) => {
    const camera = new Camera('cam-1', settings, Random.stream(1, 'camera'), 1);
    return Array.from(
      { length: 2000 },
      (_, index) =>
        (JSON.parse(camera.sample(index * 400, still).payload) as { people: { id: string; x: number; y: number }[] })
          .people,
    );
  };

  it('errs by 0.15 m on each axis, white, and misses 2 % of samples', () => {
    const seen = samples().flat();
    expect(seen.length / 20_000).toBeGreaterThan(0.975);
    expect(seen.length / 20_000).toBeLessThan(0.985);
    const errors = seen.map((person) => person.x - 2 * (Number(person.id) - 1));
    expect(deviation(errors)).toBeCloseTo(0.15, 2);
    expect(deviation(seen.map((person) => person.y - 5))).toBeCloseTo(0.15, 2);
    const lagged = errors.slice(10).map((error, index) => error * (errors[index] as number));
    expect(Math.abs(lagged.reduce((sum, value) => sum + value, 0) / lagged.length)).toBeLessThan(0.001);
  });

  it('never breaks the ids of people who stand apart', () => {
    expect(
      new Set(
        samples()
          .flat()
          .map((person) => person.id),
      ).size,
    ).toBe(10);
  });

  it('breaks or swaps ids of about a share of those who come close, once for each time', () => {
    const camera = new Camera('cam-1', { ...NOISY.camera, missingShare: 0 }, Random.stream(3, 'camera'), 1);
    const apart = [
      { personId: 1, position: { x: 1, y: 1 } },
      { personId: 2, position: { x: 3, y: 1 } },
    ];
    const close = [apart[0], { personId: 2, position: { x: 1.3, y: 1 } }] as typeof apart;
    let mixed = 0;
    let before = '';
    const meetings = 2000;
    for (let i = 0; i < meetings * 4; i += 1) {
      const { people } = JSON.parse(camera.sample(i * 400, i % 4 < 2 ? apart : close).payload) as {
        people: { id: string }[];
      };
      const ids = people.map((person) => person.id).join();
      if (before !== '' && ids !== before) mixed += 1;
      before = ids;
    }
    expect(mixed / meetings).toBeGreaterThan(NOISY.camera.breakShare - 0.04);
    expect(mixed / meetings).toBeLessThan(NOISY.camera.breakShare + 0.04);
  });

  it('is so noisy by default that a plain reading still counts entries within 1 %, and dwell within 3 %', () => {
    const simulated = simulate({ minutes: 60, seed: 11 });
    const counts = { in: 0, out: 0 };
    const dwell = new Map<string, number>();
    const add = (map: Map<string, number>, zoneId: string, ms: number) => map.set(zoneId, (map.get(zoneId) ?? 0) + ms);
    const reading = new Reading(demoStore(), {
      onCrossing: ({ direction }) => direction && (counts[direction] += 1),
      onVisit: ({ zoneId, enterTs, leaveTs }) => add(dwell, zoneId, leaveTs - enterTs),
    });
    for (const { ts, people } of payloadsOf<{ ts: number; people: { id: string; x: number; y: number }[] }>(
      simulated,
      'camera/positions',
    )) {
      reading.sample(
        ts,
        people.map(({ id, x, y }) => ({ personId: Number(id), x: Math.round(x * 1000), y: Math.round(y * 1000) })),
      );
    }
    reading.finish();
    const crossings = linesOf<{ direction: 'in' | 'out' }>(simulated.ledger, 'crossing');
    const entries = crossings.filter(({ direction }) => direction === 'in').length;
    expect(Math.abs(counts.in - entries)).toBeLessThanOrEqual(Math.max(1, entries * 0.01));
    const truth = new Map<string, number>();
    for (const visit of linesOf<{ zoneId: string; enterTs: number; leaveTs: number }>(simulated.ledger, 'visit'))
      add(truth, visit.zoneId, visit.leaveTs - visit.enterTs);
    expect(truth.size).toBe(15);
    for (const [zoneId, ms] of truth) expect(Math.abs((dwell.get(zoneId) ?? 0) / ms - 1), zoneId).toBeLessThan(0.03);
  });
});

describe('a shelf', () => {
  interface Weight {
    ts: number;
    grams: number;
  }
  const hour = (gramsAt: (ts: number) => number): Weight[] => {
    const shelf = new Shelf('shelf-1', ['a'], NOISY.shelf, 5, START, 0);
    const weights: Weight[] = [];
    for (let ts = START; ts < START + 3_600_000; ts += 50) {
      for (const message of shelf.sample(ts, () => gramsAt(ts))) weights.push(JSON.parse(message.payload) as Weight);
    }
    return weights;
  };

  it('says every 5 s what lies on it, with σ 5 g and slow drift', () => {
    const weights = hour(() => 10_000);
    expect(weights.length).toBeGreaterThan(715);
    expect(weights.length).toBeLessThan(760);
    const steps = weights.slice(1).map((weight, index) => weight.grams - (weights[index] as Weight).grams);
    // Two readings of one weight differ by √2 σ.
    expect(deviation(steps) / Math.SQRT2).toBeGreaterThan(4.6);
    expect(deviation(steps) / Math.SQRT2).toBeLessThan(5.4);
    const half = weights.length / 2;
    const mean = (list: Weight[]) => list.reduce((sum, weight) => sum + weight.grams, 0) / list.length;
    expect(Math.abs(mean(weights.slice(0, half)) - mean(weights.slice(half)))).toBeLessThan(40);
  });

  it('tells a change at once, and the next four samples, a quarter of a second apart', () => {
    const liftTs = START + 1_800_000;
    const weights = hour((ts) => (ts < liftTs ? 10_000 : 9_880)).filter(({ ts }) => ts >= liftTs && ts < liftTs + 2000);
    expect(weights.length).toBeGreaterThanOrEqual(5);
    expect((weights[0] as Weight).ts - liftTs).toBeLessThan(250);
    expect(weights.slice(0, 5).map((weight, index) => weight.ts - (weights[0] as Weight).ts - index * 250)).toEqual([
      0, 0, 0, 0, 0,
    ]);
    for (const { grams } of weights) expect(Math.abs(grams - 9_880)).toBeLessThan(50);
  });
});

describe('with noise off', () => {
  it('positions are whole millimetres, and what a plain reading makes of them is the ledger, visit by visit', () => {
    const simulated = demoRun({ noise: false });
    const seen: string[] = [];
    let exact = true;
    const reading = new Reading(demoStore(), {
      onCrossing: ({ ts, lineId, direction }) => direction && seen.push(`${ts} ${lineId} ${direction}`),
      onVisit: ({ zoneId, enterTs, leaveTs }) => seen.push(`${enterTs} ${leaveTs} ${zoneId}`),
    });
    for (const { ts, people } of payloadsOf<{ ts: number; people: { id: string; x: number; y: number }[] }>(
      simulated,
      'camera/positions',
    )) {
      exact &&= people.every(({ x, y }) => Math.round(x * 1000) / 1000 === x && Math.round(y * 1000) / 1000 === y);
      reading.sample(
        ts,
        people.map(({ id, x, y }) => ({ personId: Number(id), x: Math.round(x * 1000), y: Math.round(y * 1000) })),
      );
    }
    reading.finish();
    const crossings = linesOf<{ ts: number; entranceId: string; direction: string }>(simulated.ledger, 'crossing');
    const visits = linesOf<{ enterTs: number; leaveTs: number; zoneId: string }>(simulated.ledger, 'visit');
    const truth = [
      ...crossings.map(({ ts, entranceId, direction }) => `${ts} ${entranceId} ${direction}`),
      ...visits.map(({ enterTs, leaveTs, zoneId }) => `${enterTs} ${leaveTs} ${zoneId}`),
    ];
    expect(exact).toBe(true);
    expect(truth.length).toBeGreaterThan(50);
    expect(seen.sort()).toEqual(truth.sort());
  });

  it('weights are tare and whole units', () => {
    const simulated = demoRun({ noise: false });
    const grams = new Map(demoStore().products?.map((product) => [product.gtin, product.unitGrams as number]));
    const slots = new Map(
      demoStore().fixtures?.flatMap((fixture) => (fixture.slots ?? []).map((slot) => [slot.id, slot])),
    );
    for (const weight of payloadsOf<{ slot: string; grams: number }>(simulated, 'shelf/weight')) {
      const slot = slots.get(weight.slot);
      const units = (weight.grams - (slot?.tareGrams ?? 0)) / (grams.get(slot?.gtin ?? '') as number);
      expect(Math.abs(units - Math.round(units))).toBeLessThan(1e-6);
    }
  });
});
