import { describe, expect, it } from 'vitest';
import type { StoreFile, ZoneRow } from '@aisle/contracts';
import { usualRate } from '../../src/campaigns/usual-rate.js';
import type { StoreVersion } from '../../src/ports/index.js';

const STORE_FILE = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  zones: [
    { id: 'dairy', category: 'dairy' },
    { id: 'wine', category: 'wine' },
  ],
  products: [
    { gtin: '06901234567892', category: 'dairy' },
    { gtin: '06901234567915', category: 'dairy' },
  ],
} as unknown as StoreFile;
const store = { storeId: 'demo', version: 1, storeFile: STORE_FILE } as unknown as StoreVersion;
const NOW = Date.parse('2026-03-29T12:00:00+08:00');
const settings = {
  ...{
    goal: 'sales' as const,
    category: null,
    gtins: ['6901234567892'],
    content: [],
    blockMinutes: 60,
    washInMinutes: 15,
  },
};

/** Ten hours a day of four weeks: so many units in the dairy each hour, half of them milk. */
function insightOf(units: (hour: number, day: number) => number | null) {
  const rows = Array.from({ length: 28 }, (_, day) =>
    Array.from({ length: 10 }, (__, hour) =>
      ['dairy', 'wine'].map((zoneId) => {
        const from = `2026-03-${String(day + 1).padStart(2, '0')}T${String(hour + 9).padStart(2, '0')}:00:00+08:00`;
        return { from, zoneId, units: zoneId === 'dairy' ? units(hour, day) : 500 } as ZoneRow;
      }),
    ),
  ).flat(2);
  return {
    zoneMetrics: () => Promise.resolve(rows),
    productMetrics: () =>
      Promise.resolve([
        { gtin: '06901234567892', units: 70 },
        { gtin: '06901234567915', units: 70 },
      ] as never),
  };
}

describe('what a shop usually sells', () => {
  it('is its rate a day in blocks, by its own products, and how much it scatters', async () => {
    const steady = await usualRate(insightOf((hour) => 10 + hour) as never, settings, [store], NOW);
    // 145 a day, half of them milk; of an hour's block half an hour of sales count
    expect(steady?.perDay).toBeCloseTo(145 * 0.5 * 0.5, 6);
    expect(steady?.dispersion).toBe(1);
    const wild = await usualRate(insightOf((hour, day) => (day % 2 === 0 ? 0 : 20)) as never, settings, [store], NOW);
    expect(wild?.dispersion).toBeGreaterThan(5);
  });

  it('is unknown where little was sensed, and of scans', async () => {
    expect(await usualRate(insightOf(() => null) as never, settings, [store], NOW)).toBeUndefined();
    expect(
      await usualRate(insightOf((_hour, day) => (day < 3 ? 50 : null)) as never, settings, [store], NOW),
    ).toBeUndefined();
    expect(await usualRate(insightOf(() => 50) as never, { ...settings, goal: 'scans' }, [store], NOW)).toBeUndefined();
  });
});
