import { expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { emptied } from '../../src/journal/emptied.js';

const base = { subject: 's', ts: 60_000, seq: 7, generation: 2, configVersion: 3 };
const slot = { gtin: '06901234567892', zoneId: 'dairy', pickups: 3, putbacks: 1, stock: 4 };

it.each([
  ['crossings', { in: 4, out: 5, source: 'tracks' }, { in: 0, out: 0, source: 'tracks' }],
  [
    'zone',
    { visits: 2, visitors: 2, dwellMs: 900, histogram: [[0, 2]], overlapMs: 900, maxOpen: 2 },
    { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 0, maxOpen: 0 },
  ],
  ['heat', { cellMm: 500, cells: [[1, 2, 300]] }, { cellMm: 500, cells: [] }],
  // What it holds stays; of its stock nothing is known.
  ['slot', slot, { ...slot, pickups: 0, putbacks: 0, stock: null }],
  ['coverage', { sensedMs: 60_000 }, { sensedMs: 0 }],
])(
  'a minute of %s that is taken back says that nothing happened, under its own key and revision',
  (kind, value, none) => {
    expect(emptied({ ...base, kind, value } as unknown as Fact)).toEqual({ ...base, kind, value: none });
  },
);

it('a record stays as it is', () => {
  const play = { ...base, kind: 'play', value: { screenId: 'a' } } as unknown as Fact;
  expect(emptied(play)).toBe(play);
});
