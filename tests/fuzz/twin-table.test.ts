import { describe, expect, it } from 'vitest';
import type { Judged } from '../../simulators/src/score/expect.js';
import { seedsTable } from './twin-table.js';

const row = (over: Partial<Judged> & Pick<Judged, 'key'>): Judged => ({
  ...{ truth: null, system: null, error: 0, wants: 'most', unit: 'share', limit: null, ok: null },
  ...over,
});

describe('the table of hours', () => {
  it('has a column for each seed, says the sign of a share, and marks what misses its limit', () => {
    const one = [
      row({ key: 'entries', truth: 194, system: 193, error: 1, unit: 'people', limit: 2, ok: true }),
      row({ key: 'sales.net', truth: 9670.85, system: 9670.85, unit: 'money', limit: 0, ok: true }),
      row({ key: 'visits', truth: 100, system: 107, error: 0.07, limit: 0.05, ok: false }),
      row({ key: 'pickups.f1', truth: 80, system: 79, error: 0.975, wants: 'least', limit: 0.95, ok: true }),
      row({ key: 'visits.worstZone', truth: 3, system: 4, error: 0.33 }),
    ];
    const other = [
      row({ key: 'visits', truth: 100, system: 99, error: 0.01, limit: 0.05, ok: true }),
      row({ key: 'sales.net', truth: 10, system: null, error: null, unit: 'money', limit: 0, ok: false }),
    ];
    expect(
      seedsTable([
        { seed: 7, rows: one },
        { seed: 8, rows: other },
      ]).split('\n'),
    ).toEqual([
      '| figure | seed 7 | seed 8 | limit |',
      '| --- | --- | --- | --- |',
      '| entries | 194 → 193 | – | ≤ 2 |',
      '| sales.net | 9670.85 → 9670.85 | **not known** | equal |',
      '| visits | **+7.0 %** | −1.0 % | ≤ 5.0 % |',
      '| pickups.f1 | 0.975 (of 80) | – | ≥ 0.95 |',
    ]);
  });
});
