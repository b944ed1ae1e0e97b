import { describe, expect, it } from 'vitest';
import { missBetween, type At } from '../../src/domain/people/same-person.js';

/** A way along x at so many metres a second, seen every 100 ms for 1.2 s; it begins or ends at a place and a time. */
const wayTo = (speed: number, ts: number, x: number): At[] =>
  Array.from({ length: 13 }, (_, index): At => [ts - (12 - index) * 100, x - (12 - index) * 100 * speed, 0]);
const wayFrom = (speed: number, ts: number, x: number): At[] =>
  Array.from({ length: 13 }, (_, index): At => [ts + index * 100, x + index * 100 * speed, 0]);

describe('an id that vanished and one that appeared beside it', () => {
  const end = wayTo(0.36, 10_000, 5_000);

  it('are one person who goes on', () => {
    expect(missBetween(end, wayFrom(0.36, 10_500, 5_180))).toBeLessThan(20);
  });

  it('are one person who strolls and turns back: so slow a way says little of where it goes', () => {
    expect(missBetween(end, wayFrom(-0.36, 10_500, 5_000))).toBeLessThan(20);
  });

  it('are two who pass each other where both walk', () => {
    expect(missBetween(wayTo(0.5, 10_000, 5_000), wayFrom(-0.5, 10_500, 5_000))).toBeUndefined();
  });

  it('are one person where somebody stops, or begins to walk', () => {
    expect(missBetween(wayTo(1, 10_000, 5_000), wayFrom(0, 10_500, 5_250))).toBeDefined();
    expect(missBetween(wayTo(0, 10_000, 5_000), wayFrom(1, 10_500, 5_250))).toBeDefined();
  });
});
