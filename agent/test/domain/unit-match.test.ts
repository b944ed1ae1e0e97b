import { describe, expect, it } from 'vitest';
import { explain, type Load } from '../../src/domain/goods/unit-match.js';

const load = (more: Partial<Load> = {}): Load => ({
  unitGrams: 500,
  neighbours: [],
  foreign: [],
  stock: 10,
  capacity: 24,
  ...more,
});
const units = (taken: number, removed?: number) => ({ kind: 'units', taken, removed });
const FOREIGN = { kind: 'foreign' };

describe('what a change of weight means', () => {
  it.each([
    ['one taken', -500, load(), units(1), 0.95, 1],
    ['one taken, of goods that are not all alike', -540, load(), units(1), 0.9, 1],
    ['three put back', 1502, load(), units(-3), 0.9, 1],
    ['nothing: the scale is a little off', 6, load(), units(0), 0.9, 1],
    ['a phone', 180, load(), FOREIGN, 0.9, 1],
    ['an item of the product beside it', 330, load({ neighbours: [330] }), FOREIGN, 0.95, 1],
    ['one put back, though the product beside it weighs nearly as much', 500, load({ neighbours: [550] }), units(-1), 0.8, 0.999], // prettier-ignore
    ['the phone is taken away again', -182, load({ foreign: [180] }), units(0, 0), 0.5, 0.9],
    ['one taken beside the phone, which stays', -500, load({ foreign: [180] }), units(1), 0.5, 0.9],
    ['the phone and one with it', -680, load({ foreign: [180] }), units(1, 0), 0.5, 0.9],
    ['a refill of a slot that is nearly empty', 60 * 16, load({ unitGrams: 60, stock: 2, neighbours: [1030] }), units(-16), 0.5, 0.98], // prettier-ignore
    ['no refill of a full slot: what is beside it', 1030, load({ unitGrams: 60, stock: 23, neighbours: [1030] }), FOREIGN, 0.8, 1], // prettier-ignore
  ] as [string, number, Load, object, number, number][])('%s', (_title, change, given, expected, least, most) => {
    const found = explain(change, 2, given);
    expect(found).toMatchObject(expected);
    expect(found.confidence).toBeGreaterThanOrEqual(least);
    expect(found.confidence).toBeLessThanOrEqual(most);
  });

  it('is less sure the less it fits, and never out of bounds', () => {
    const sure = [0, 20, 40, 60].map((off) => explain(-500 - off, 2, load()).confidence);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    for (let change = -5000; change <= 5000; change += 7) {
      const { confidence } = explain(change, 3, load({ foreign: [250], neighbours: [80, 700] }));
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  });
});
