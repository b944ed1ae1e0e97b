import { expect, it } from 'vitest';
import { awayOf } from '@aisle/contracts';
import { tillShare, type Slice } from '../../src/insight/slices.js';

/** Ten measured minutes of a shop that never opens, in which tills were away for so many ms. */
const slice = (away: Record<string, number>): Slice =>
  ({
    edition: { tills: Object.keys(away) },
    tallies: {
      coverage: { groups: new Map(Object.entries(away).map(([id, all]) => [awayOf(id), { all, open: 0 }])) },
    },
    heldMs: 600_000,
    measuredMs: 600_000,
    openMs: 0,
  }) as unknown as Slice;

it.each([
  ['never', { a: 0 }, 1],
  ['for a quarter', { a: 150_000 }, 0.75],
  ['one for a quarter, one for half', { a: 150_000, b: 300_000 }, 0.5],
  ['longer than was measured, as two journals of one minute may say', { a: 660_000 }, 0],
])('of the tills, which were away %s, so much was there', (_, away, share) => {
  expect(tillShare([slice(away)])).toBe(share);
});
