import { describe, expect, it } from 'vitest';
import { Bench, seeded, sum } from '../shop.js';
import { epcOf, listens, MILK, TAGGED } from './tagged-shop.js';

const epcs = Array.from({ length: 12 }, (_, index) => epcOf(MILK, index + 1));
const moves = (bench: Bench) => {
  const facts = bench.values('slot', 's1').map(({ value }) => value);
  return [sum(facts.map(({ pickups }) => pickups)), sum(facts.map(({ putbacks }) => putbacks)), facts.at(-1)?.stock];
};
/** All tags lie on the shelf for two minutes; `dips`: which of them are weaker, by how much, and when, s. */
function shelf(dips: readonly { tags: number; db: number; from: number; to: number }[], seed = 1): Bench {
  const random = seeded(seed);
  return Bench.guarded(TAGGED).all(
    listens('r-1', 0, 120_000, (ts) =>
      epcs.map((epc, index): [string, number, number] => {
        const dip = dips.find(({ tags, from, to }) => index < tags && ts >= from * 1000 && ts < to * 1000);
        return [epc, 1, -45 - (dip?.db ?? 0) + random.normal() * 1.5];
      }),
    ),
  );
}

describe('a tag that is taken and put back within the hold-off', () => {
  it('was taken and is returned, though its antenna heard it all the while', () => {
    for (const seconds of [3, 5, 9, 20])
      expect(moves(shelf([{ tags: 1, db: 18, from: 60, to: 60 + seconds }]))).toEqual([1, 1, 12]);
    expect(moves(shelf([{ tags: 2, db: 14, from: 60, to: 66 }]))).toEqual([2, 2, 12]);
  });

  it('was not, where it got a little weaker, stayed weaker, or all that its antenna hears did', () => {
    expect(moves(shelf([{ tags: 1, db: 5, from: 60, to: 66 }]))).toEqual([0, 0, 12]);
    expect(moves(shelf([{ tags: 1, db: 18, from: 40, to: 110 }]))).toEqual([0, 0, 12]);
    expect(moves(shelf([{ tags: 12, db: 18, from: 60, to: 66 }]))).toEqual([0, 0, 12]);
    expect(moves(shelf([{ tags: 6, db: 18, from: 60, to: 66 }]))).toEqual([0, 0, 12]);
  });

  it('noise makes no pickups', () => {
    for (let seed = 1; seed <= 10; seed += 1) expect(moves(shelf([], seed))).toEqual([0, 0, 12]);
  });

  it('is counted the same after a restart while it is in somebody’s hand', () => {
    const dips = [{ tags: 1, db: 18, from: 30, to: 36 }];
    const random = seeded(7);
    const bench = new Bench(TAGGED);
    for (const event of listens('r-1', 0, 60_000, (ts) =>
      epcs.map((epc, index): [string, number, number] => [
        epc,
        1,
        -45 - (index === 0 && ts >= 30_000 && ts < 36_000 ? (dips[0]?.db ?? 0) : 0) + random.normal(),
      ]),
    )) {
      bench.apply(event);
      if ('ts' in event && random.next() < 0.2) bench.restart();
    }
    expect(moves(bench)).toEqual([1, 1, 12]);
  });
});
