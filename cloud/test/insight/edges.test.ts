import { describe, expect, it } from 'vitest';
import { figures, moved, period, sensed, tenMinutes, zone } from './figure-shop.js';

const of = figures();
const TEN = period('10:00', '10:10');
const shelves = (capacity: number) => ({
  fixtures: [
    { id: 'f1', zone: 'dairy', slots: [{ id: 's1', gtin: 'milk', capacity, level: 1 }] },
    { id: 'f2', zone: 'wine', slots: [{ id: 's3', gtin: 'rice' }] },
  ],
});

describe('at their edges, figures', () => {
  it('of the length of visits tell a zone that was watched while nobody came from one that nobody watched', async () => {
    const shop = await of.shopWith([...tenMinutes('cam'), sensed('shelf', '10:00:00')]);
    expect(await of.insight.dwell(shop, 'dairy', TEN)).toMatchObject({ visits: [], coverage: 1 });
    expect(await of.insight.dwell(shop, 'wine', TEN)).toMatchObject({ visits: null });
  });

  it('of the length of visits keep what a zone saw that is gone', async () => {
    const shop = await of.shopWith([
      zone('old', '10:01:00', { visits: 1, visitors: 1, dwellMs: 7000, histogram: [[7, 1]] }),
    ]);
    expect(await of.insight.dwell(shop, 'old', TEN)).toMatchObject({ visits: [[7, 1]] });
  });

  it.each([
    ['an empty shelf', 9, 0, 0],
    ['a place for one item that holds it', 1, 1, 1],
    ['a third', 9, 3, 0.333333],
  ])('of how full a product is: %s', async (_what, capacity, stock, fill) => {
    const facts = [...tenMinutes('shelf'), moved('s1', '10:01:00', { stock })];
    const shop = await of.shopWith(facts, shelves(capacity));
    const rows = await of.insight.productMetrics(shop, TEN);
    expect(rows.find(({ gtin }) => gtin === 'milk')).toMatchObject({ stock, fill });
  });

  it('of how sure a product was recognised weigh every item, taken or brought back', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('shelf'),
      moved('s1', '10:01:00', { pickups: 2, putbacks: 1, confidencePpm: 900_000 }),
      moved('s1', '10:02:00', { pickups: 1, confidencePpm: 500_000 }),
    ]);
    const rows = await of.insight.productMetrics(shop, TEN);
    expect(rows.find(({ gtin }) => gtin === 'milk')?.confidence).toBe(0.8);
  });
});
