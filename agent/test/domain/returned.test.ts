import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { judge } from '../../src/domain/goods/returned.js';
import { Bench, positions, sale, SHOP, START, weight } from './shop.js';

const MINUTE = 60_000;
/** A shelf of milk (1 kg) along the back wall; whoever has been in the bread zone is staff. */
const FILE: StoreFile = {
  ...SHOP,
  fixtures: [
    { id: 'fx-1', zone: 'dairy', at: [1, 0.5], size: [3, 0.5], slots: [{ id: 's1', gtin: 'milk', capacity: 24 }] },
    { id: 'fx-2', zone: 'bread', slots: [{ id: 's3', gtin: 'milk', capacity: 24 }] },
  ],
  staff: { zones: ['bread'] },
};
const settles = (minute: number, units: number) =>
  [0, 250, 500, 750, 1000].map((after) => weight('shelf-1', START + minute * MINUTE + after, 's1', units * 1000));
/** Somebody walks from the staff's zone to a place and stays there. */
const staffAt = (minute: number, x: number, y: number, seconds = 20) =>
  Array.from({ length: seconds * 2 }, (_, step) => {
    const ts = START + minute * MINUTE + step * 500;
    return positions('cam-1', ts, [step < 6 ? ['a', 6, 2] : ['a', x, y]]);
  });
/** [pickups, returned, refilled] */
const movesOf = (bench: Bench) => {
  const facts = bench.values('slot', 's1').map(({ value }) => value);
  const sum = (pick: (value: (typeof facts)[number]) => number) => facts.reduce((all, value) => all + pick(value), 0);
  return [sum((value) => value.pickups), sum((value) => value.putbacks), sum((value) => value.refilled ?? 0)];
};

describe('what comes onto a slot', () => {
  it.each([
    ['30 min to the millisecond after it was taken', 30 * MINUTE, 0],
    ['a millisecond later', 30 * MINUTE + 1, 2],
  ])('is returned or refilled: %s', (_when, after, refilled) => {
    const steps = [
      { ts: START, taken: 2, refilled: 0 },
      { ts: START + after, taken: -2, refilled: 0 },
    ];
    judge(steps, START, 24, () => false);
    expect(steps[1]?.refilled).toBe(refilled);
  });

  it.each([
    ['is returned when it was taken from there within half an hour', [settles(0, 20), settles(1, 18), settles(29, 19)], [2, 1, 0]], // prettier-ignore
    ['is refilled when that was longer ago', [settles(0, 20), settles(1, 18), settles(32, 19)], [2, 0, 1]],
    ['is refilled as far as it is more than was taken', [settles(0, 15), settles(1, 13), settles(2, 18)], [2, 2, 3]],
    ['is returned only once', [settles(0, 15), settles(1, 14), settles(2, 15), settles(3, 16)], [1, 1, 1]],
    ['is returned again when taken again', [settles(0, 15), settles(1, 14), settles(2, 15), settles(3, 14), settles(4, 15)], [2, 2, 0]], // prettier-ignore
    ['is refilled in one step of more than a quarter of the capacity', [settles(0, 15), settles(1, 5), settles(2, 12)], [10, 0, 7]], // prettier-ignore
    ['may be returned in one step of a quarter', [settles(0, 15), settles(1, 5), settles(2, 11)], [10, 6, 0]],
  ])('%s', (_title, events, expected) => {
    expect(movesOf(new Bench(FILE).all(events.flat()))).toEqual(expected);
  });

  it('is refilled while staff stands at the fixture, whoever is heard first', () => {
    const taken = [...settles(0, 15), ...settles(1, 13)];
    const came = settles(2.15, 15);
    const staff = staffAt(2, 2, 1.2);
    expect(movesOf(new Bench(FILE).all([...taken, ...staff, ...came]))).toEqual([2, 0, 2]);
    expect(movesOf(new Bench(FILE).all([...taken, ...came, ...staff]))).toEqual([2, 0, 2]);
  });

  it('is returned while staff stands elsewhere, or a shopper at the fixture', () => {
    const taken = [...settles(0, 15), ...settles(1, 13)];
    const shopper = Array.from({ length: 40 }, (_, step) =>
      positions('cam-1', START + 2 * MINUTE + step * 500, [['b', 2, 1.2]]),
    );
    for (const people of [staffAt(2, 9, 6), shopper])
      expect(movesOf(new Bench(FILE).all([...taken, ...people, ...settles(2.15, 15)]))).toEqual([2, 2, 0]);
  });

  it('is refilled by whoever turns out as staff only later, and returned while staff walks past', () => {
    const taken = [...settles(0, 15), ...settles(1, 13)];
    // At the shelf first, and in the staff's zone three minutes later.
    const found = Array.from({ length: 400 }, (_, step) =>
      positions('cam-1', START + 2 * MINUTE + step * 500, [step < 380 ? ['a', 2, 1.2] : ['a', 6, 2]]),
    );
    expect(movesOf(Bench.guarded(FILE).all([...taken, ...settles(2.15, 15), ...found]))).toEqual([2, 0, 2]);
    const walking = Array.from({ length: 40 }, (_, step) =>
      positions('cam-1', START + 2 * MINUTE + step * 500, [step < 4 ? ['a', 6, 2] : ['a', 6 - (step - 4) * 0.55, 1.4]]),
    );
    expect(movesOf(new Bench(FILE).all([...taken, ...walking, ...settles(2.08, 15)]))).toEqual([2, 2, 0]);
  });

  it('takes nothing from net pickups when it was refilled: the sale still goes where it was picked up', () => {
    const bench = new Bench(FILE).all([...settles(0, 15), ...settles(1, 14), ...settles(2, 24)]);
    bench.all([
      weight('shelf-2', START + MINUTE, 's3', 9000),
      sale('till-1', START + 3 * MINUTE, 'r', [['milk', 1, 1000]]),
    ]);
    expect(bench.values('sale')[0]?.value.lines[0]?.shares.map(({ slotId }) => slotId)).toEqual(['s1']);
  });

  it('is judged the same after a restart, and when windows were paged out in between', () => {
    const bench = new Bench(FILE).all([...settles(0, 20), ...settles(1, 18)]);
    bench.restart();
    for (let beat = 0; beat < 12_000; beat += 1)
      bench.apply(positions('cam-1', START + 3 * 60 * MINUTE + beat * 100, []));
    bench.take();
    expect(bench.evict()).toBeGreaterThan(0);
    bench.all(settles(29, 19));
    expect(movesOf(bench)).toEqual([2, 1, 0]);
  });
});
