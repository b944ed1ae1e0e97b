import { describe, expect, it } from 'vitest';
import { firstLevel, weigh, type SlotLevel, type Step } from '../../src/domain/goods/weight-steps.js';
import { seeded, type Seeded } from './shop.js';

interface Truth {
  ts: number;
  taken: number;
}
interface Signal {
  samples: [ts: number, grams: number][];
  truth: Truth[];
}

/**
 * A shelf as it is: noise of 5 g, drift of some grams a minute at random, a heartbeat of about 4 s, and after any change a few
 * samples at 4 Hz. Hands press and lift for a moment, with and without taking something.
 */
function shelfSignal(random: Seeded, unitGrams: number, hours: number, sigma = 5): Signal {
  const samples: [number, number][] = [];
  const truth: Truth[] = [];
  let units = 20;
  let drift = 0;
  let ts = 0;
  const send = (extra = 0) =>
    samples.push([
      Math.round(ts),
      Math.round((units * unitGrams + 500 + drift + extra + random.normal() * sigma) * 10) / 10,
    ]);
  const burst = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      send();
      ts += 250 + random.whole(-20, 20);
    }
  };
  // A hand that jerks, or one that leans on the shelf and leaves again, for 0.4 to 1.2 s.
  const reach = () => {
    if (random.next() < 0.5) {
      for (let i = random.whole(1, 4); i > 0; i -= 1) {
        send((random.next() - 0.4) * 900);
        ts += 250;
      }
      return;
    }
    const peak = (60 + random.next() * 440) * (random.next() < 0.85 ? 1 : -0.4);
    const lasts = 400 + random.next() * 800;
    for (let at = random.next() * 250; at < lasts; at += 250) {
      send(peak * Math.sin((Math.PI * at) / lasts));
      ts += 250;
    }
  };
  while (ts < hours * 3_600_000) {
    const quiet = random.whole(6, 90) * 1000;
    for (const until = ts + quiet; ts < until; ts += 3000 + random.whole(0, 2000)) {
      drift = Math.max(-15, Math.min(15, drift + random.normal() * 0.3));
      send();
    }
    const kind = random.next();
    if (kind < 0.15) {
      reach(); // touched, nothing taken
      burst(4);
      continue;
    }
    const first = ts;
    if (kind < 0.5) reach();
    const back = units < 4 || (random.next() < 0.3 && units < 36);
    const taken = Math.min(units, random.pick([1, 1, 1, 1, 2, 3])) * (back ? -1 : 1);
    units -= taken;
    truth.push({ ts: first, taken });
    burst(random.whole(5, 8));
    if (kind > 0.85 && units > 2) {
      // another one a second or two later
      truth.push({ ts, taken: 1 });
      units -= 1;
      burst(random.whole(5, 8));
    }
  }
  for (let i = 0; i < 5; i += 1, ts += 4000) send();
  return { samples, truth };
}

function detect(samples: Signal['samples'], unitGrams: number | undefined): { steps: Step[]; slot: SlotLevel } {
  const goods = { unitGrams, tareGrams: 500 };
  let slot: SlotLevel | undefined;
  const steps: Step[] = [];
  for (const [ts, grams] of samples) {
    if (!slot) slot = firstLevel(ts, grams, goods);
    else {
      const step = weigh(slot, goods, ts, grams);
      if (step) steps.push(step);
    }
  }
  return { steps, slot: slot as SlotLevel };
}

/** Items matched within 2 s and the same direction. */
function score(truth: readonly Truth[], steps: readonly Step[]) {
  const items = (list: readonly Truth[]) =>
    list.flatMap(({ ts, taken }) => Array.from({ length: Math.abs(taken) }, () => ({ ts, sign: Math.sign(taken) })));
  const expected = items(truth);
  const found = items(steps);
  const free = new Set(found.keys());
  let hits = 0;
  for (const item of expected) {
    const match = [...free].find(
      (index) => found[index]?.sign === item.sign && Math.abs((found[index]?.ts ?? 0) - item.ts) <= 2000,
    );
    if (match === undefined) continue;
    free.delete(match);
    hits += 1;
  }
  return {
    hits,
    missed: expected.length - hits,
    invented: found.length - hits,
    f1: (2 * hits) / (expected.length + found.length),
  };
}

describe('weight steps', () => {
  it.each([40, 60, 95, 120, 250, 500, 1000, 2000])(
    'finds what is taken and put back of %i g units in noise, F1 ≥ 0.99',
    (unitGrams) => {
      let hits = 0;
      let wrong = 0;
      for (let seed = 1; seed <= 8; seed += 1) {
        const { samples, truth } = shelfSignal(seeded(seed * 7919 + unitGrams), unitGrams, 4);
        const result = score(truth, detect(samples, unitGrams).steps);
        hits += result.hits;
        wrong += result.missed + result.invented;
      }
      expect(hits).toBeGreaterThan(2000);
      expect((2 * hits) / (2 * hits + wrong)).toBeGreaterThanOrEqual(0.99);
    },
  );

  it('still finds most of very light goods (20 g, four times the noise), F1 ≥ 0.9', () => {
    const { samples, truth } = shelfSignal(seeded(5), 20, 8);
    expect(score(truth, detect(samples, 20).steps).f1).toBeGreaterThanOrEqual(0.9);
  });

  it('finds nothing on a shelf that nobody touches for a day while it drifts by 200 g', () => {
    const random = seeded(3);
    const samples: Signal['samples'] = [];
    for (let ts = 0; ts < 86_400_000; ts += 4000)
      samples.push([ts, 5500 + (200 * ts) / 86_400_000 + random.normal() * 5]);
    for (const unitGrams of [40, 100, 1000]) expect(detect(samples, unitGrams).steps).toEqual([]);
  });

  const plateau = (from: number, grams: number, count: number): [number, number][] =>
    Array.from({ length: count }, (_, i) => [from + i * 250, grams]);
  it.each([
    ['the first sample sets the level', 500, [[0, 3500]], [], 6],
    [
      'one taken, at the first sample that deviates',
      500,
      [...plateau(0, 3500, 4), ...plateau(5000, 3000, 4)],
      [{ ts: 5000, taken: 1 }],
      5,
    ],
    ['three put back at once', 500, [...plateau(0, 3500, 4), ...plateau(5000, 5000, 4)], [{ ts: 5000, taken: -3 }], 9],
    [
      'a hand that returns the weight is nothing',
      500,
      [...plateau(0, 3500, 4), [1000, 4100], [1250, 3300], ...plateau(1500, 3501, 4)],
      [],
      6,
    ],
    [
      'a hand, then one taken: from the first touch',
      500,
      [...plateau(0, 3500, 4), [1000, 4100], [1250, 3300], ...plateau(1500, 3000, 4)],
      [{ ts: 1000, taken: 1 }],
      5,
    ],
    [
      'two in a row',
      500,
      [...plateau(0, 3500, 4), ...plateau(1000, 3000, 4), ...plateau(2000, 2500, 4)],
      [
        { ts: 1000, taken: 1 },
        { ts: 2000, taken: 1 },
      ],
      4,
    ],
    [
      'two heartbeats are enough where nothing else comes',
      500,
      [
        [0, 3500],
        [5000, 3500],
        [10_000, 3000],
        [15_000, 3002],
      ],
      [{ ts: 10_000, taken: 1 }],
      5,
    ],
    [
      'a foreign thing of no whole unit is no event, the level follows',
      1000,
      [...plateau(0, 4500, 4), ...plateau(1000, 4900, 20), ...plateau(7000, 3900, 4)],
      [{ ts: 7000, taken: 1 }],
      3,
    ],
    [
      'without a unit weight every step is one item',
      undefined,
      [...plateau(0, 800, 4), ...plateau(1000, 600, 4), ...plateau(3000, 1000, 4)],
      [
        { ts: 1000, taken: 1 },
        { ts: 3000, taken: -1 },
      ],
      null,
    ],
  ] as [string, number | undefined, [number, number][], Truth[], number | null][])(
    '%s',
    (_title, unitGrams, samples, expected, stock) => {
      const { steps, slot } = detect(samples, unitGrams);
      expect(steps.map(({ ts, taken }) => ({ ts, taken }))).toEqual(expected);
      expect(slot.stock).toBe(stock);
    },
  );
});
