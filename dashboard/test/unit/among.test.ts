import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import type { ZoneRow } from '../../src/lib/api/generated/schema.js';
import { amongReason } from '../../src/lib/figures/among.js';
import { formatPercent } from '../../src/lib/i18n/format.js';

const square = (side: number): [number, number][] => [
  [0, 0],
  [side, 0],
  [side, side],
  [0, side],
];
const zone = (id: string, side: number, kind = 'aisle') => ({ id, kind, polygon: square(side) });
const file = {
  zones: [zone('a', 2), zone('b', 4), zone('c', 5), zone('till', 3, 'checkout'), zone('d', 2)],
  fixtures: ['a', 'b', 'c', 'till', 'd'].map((id) => ({
    id: `fx-${id}`,
    zone: id,
    slots: [{ id: `s-${id}`, gtin: 'x' }],
  })),
} as unknown as StoreFile;
const row = (zoneId: string, visitors: number | null, transactions: number, salesNet: number, more = {}): ZoneRow =>
  ({
    ...{ zoneId, visitors, transactions, salesNet, currency: 'EUR', coverage: 1, salesPerSquareMetre: 1 },
    ...{ coverageOf: { people: 1, goods: 1, sales: 1 }, ...more },
  }) as unknown as ZoneRow;
const told: Record<string, unknown>[] = [];
const words = {
  ...{ locale: 'en' as const, timeZone: 'UTC', minimum: 0.5, nowMs: 0, money: (value: number) => `€${value}` },
  t: ((key: string, values: Record<string, unknown>) => (told.push(values), key)) as never,
};
const ask = (rows: readonly ZoneRow[], of = 'a') => {
  told.length = 0;
  const reason = amongReason(words, rows, file, of);
  return reason && told[0];
};
const a = row('a', 40, 40, 200);
const b = row('b', 320, 160, 1600);
const c = row('c', 1000, 100, 2000);

describe('why a square metre earns what it does, beside the others', () => {
  it('tells what its figure is made of, and the middle of the others, checkouts left out', () => {
    expect(ask([a, b, c, row('till', 9000, 900, 9), row('d', 8, 3, 9)])).toEqual({
      ...{
        count: 2,
        visitors: '10',
        visitorsThere: '30',
        bought: formatPercent('en', 1),
        boughtThere: formatPercent('en', 0.3),
      },
      ...{ purchase: '€5', purchaseThere: '€15' },
    });
  });

  it.each([
    ['too few purchases', [row('a', 40, 29, 200), b, c]],
    ['visitors that nobody counted', [row('a', null, 40, 200), b, c]],
    ['too little of the time sensed', [row('a', 40, 40, 200, { coverage: 0.4 }), b, c]],
    ['two currencies', [row('a', 40, 40, 200, { currency: null }), b, c]],
    ['tills that were away', [row('a', 40, 40, 200, { coverageOf: { people: 1, goods: 1, sales: 0.1 } }), b, c]],
    ['one other zone of which that is known', [a, b, row('c', null, 100, 2000)]],
  ])('says nothing with %s', (_what, rows) => {
    expect(ask(rows)).toBeUndefined();
  });

  it('says nothing of a checkout', () => {
    expect(ask([a, b, c, row('till', 9000, 900, 9)], 'till')).toBeUndefined();
  });
});
