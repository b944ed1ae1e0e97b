import { describe, expect, it } from 'vitest';
import type { StoredFact } from '../../src/ports/index.js';
import { InterestSum } from '../../src/insight/tallies/interest.js';
import { ZoneTally } from '../../src/insight/tallies/zone-tally.js';

const minuteFact = (minute: number, interest?: { ppmMs: number; ms: number }): StoredFact<'zone'> => ({
  kind: 'zone',
  subject: 'dairy',
  ts: minute * 60_000,
  seq: 1,
  configVersion: 1,
  epoch: 1,
  value: {
    visits: 1,
    visitors: 1,
    dwellMs: 0,
    histogram: [[0, 1]],
    overlapMs: 0,
    maxOpen: 1,
    ...(interest && { interest }),
  },
});

describe('interest', () => {
  it.each([
    [[], null],
    [[[0, 5]], 0],
    [[[1_000_000 * 7, 7]], 1],
    [
      [
        [300_000 * 1000, 1000],
        [600_000 * 3000, 3000],
      ],
      0.525,
    ],
    // 1/3 ppm and 1/2 ppm: to six decimals, halves up
    [[[1, 3]], 0],
    [[[1, 2]], 0.000001],
    [[[1_333_333, 4]], 0.333333],
  ] as [[number, number][], number | null][])('of %j (ppm·ms, ms) is %s', (minutes, mean) => {
    const sum = new InterestSum();
    for (const [ppmMs, ms] of minutes) sum.add(ppmMs, ms);
    expect(sum.mean()).toBe(mean);
  });

  it('of a busy year is summed to the last unit, far beyond 2^53, by minutes and by days alike', () => {
    const [minutes, ppmMs, ms] = [200_000, 2 ** 39 + 1, 1_200_000];
    const whole = new ZoneTally();
    const byDays = new ZoneTally();
    for (let from = 0; from < minutes; from += 1000) {
      const day = new ZoneTally();
      for (let minute = from; minute < from + 1000; minute++) {
        whole.add(minuteFact(minute, { ppmMs, ms }));
        day.add(minuteFact(minute, { ppmMs, ms }));
      }
      byDays.addPacked(JSON.parse(JSON.stringify(day.packed())));
    }
    const exact = BigInt(minutes) * BigInt(ppmMs);
    expect(exact).toBeGreaterThan(2n ** 56n);
    for (const tally of [whole, byDays])
      expect(tally.zones.get('dairy')?.interest.packed()).toEqual([String(exact), minutes * ms]);
  });

  it('that no model judged adds nothing to a rollup', () => {
    const tally = new ZoneTally();
    tally.add(minuteFact(0));
    expect(tally.packed()).toEqual([['dairy', 1, 1, 0, 0, 1, [0, 1]]]);
  });
});
