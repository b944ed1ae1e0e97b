import { describe, expect, it } from 'vitest';
import { addPresence, densityOf, niceCeil, scaleTop, SteadyScale } from '../../src/lib/heat/field.js';
import { rampOf } from '../../src/lib/heat/ramp.js';

const grid = (columns: number, rows: number, cells: Record<number, number>) => ({
  cellMetres: 0.5,
  columns,
  rows,
  seconds: Array.from({ length: columns * rows }, (_, cell) => cells[cell] ?? 0),
});
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

describe('heat', () => {
  it.each([0, 5, 24, 12])('smoothing keeps the person-seconds of cell %d, also at the edge', (cell) => {
    const density = densityOf(grid(5, 5, { [cell]: 12 }));
    expect(sum(density) * 0.25).toBeCloseTo(12, 4);
  });
  it('the peak stays where somebody stood', () => {
    const density = densityOf(grid(9, 9, { 40: 10 }));
    expect(density.indexOf(Math.max(...density))).toBe(40);
  });
  it('an empty floor stays empty', () => expect(sum(densityOf(grid(8, 8, {})))).toBe(0));

  it('somebody without any seconds yet shows, and more people show more', () => {
    const one = densityOf(grid(9, 9, {}));
    addPresence(one, 9, 9, [[40, 1]], 20);
    const two = densityOf(grid(9, 9, {}));
    addPresence(two, 9, 9, [[40, 2]], 20);
    expect(one[40]).toBeGreaterThan(20 * 0.25);
    expect(two[40]).toBeGreaterThan(one[40] as number);
    expect(one[0]).toBe(0);
  });

  it.each([
    [0, 1],
    [3, 3],
    [3.2, 4],
    [5, 5],
    [51, 60],
    [0.012, 0.015],
  ])('a scale above %d ends at %d', (value, top) => expect(niceCeil(value)).toBeCloseTo(top, 9));

  it('the live scale rises at once and falls late', () => {
    const scale = new SteadyScale(5, 3);
    expect(scale.next([0, 1])).toBe(5);
    expect(scale.next([0, 42])).toBe(50);
    expect([1, 2, 3].map(() => scale.next([0, 4]))).toEqual([50, 50, 50]);
    expect(scale.next([0, 4])).toBe(5);
  });
  it('one cell of many does not set the scale', () => {
    expect(scaleTop([...Array.from({ length: 999 }, () => 8), 4000], 1)).toBe(8);
  });

  it.each(['light', 'dark'] as const)('the %s ramp is transparent at zero and gets stronger steadily', (theme) => {
    const ramp = rampOf(theme);
    expect(ramp[3]).toBe(0);
    const alpha = Array.from({ length: 256 }, (_, index) => ramp[index * 4 + 3] as number);
    expect(alpha.every((value, index) => index === 0 || value >= (alpha[index - 1] as number))).toBe(true);
    const light = (index: number): number =>
      0.2126 * (ramp[index * 4] as number) +
      0.7152 * (ramp[index * 4 + 1] as number) +
      0.0722 * (ramp[index * 4 + 2] as number);
    const steps = Array.from({ length: 15 }, (_, index) => light((index + 1) * 17) - light(index * 17));
    expect(steps.every((step) => (theme === 'dark' ? step > 0 : step < 1))).toBe(true);
  });
});
