import { describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { Incidents } from '../../src/domain/core/incidents.js';
import { StockWatch } from '../../src/domain/goods/stock-watch.js';
import { modelOf, type SlotModel } from '../../src/domain/core/store-model.js';
import { WindowStore } from '../../src/domain/core/window-store.js';
import { SHOP } from './shop.js';

const slot: SlotModel = {
  id: 's1',
  gtin: 'milk',
  zoneId: 'dairy',
  fixtureId: 'fx-1',
  facings: 1,
  unitGrams: 1000,
  tareGrams: 0,
  capacity: 10,
  lowAt: 2,
  weighed: true,
};

/** [seconds, units] → [kind, since, until, count] of every incident, seconds */
function watch(levels: [number, number | null][], of: SlotModel = slot): unknown[] {
  const store = new WindowStore();
  const incidents = new Incidents(store);
  let stock = new StockWatch(incidents);
  const facts = new Map<string, Extract<Fact, { kind: 'incident' }>>();
  levels.forEach(([seconds, units], index) => {
    store.seq = store.applied = index + 1;
    stock.stock(of, seconds * 1000, units);
    const saved = JSON.parse(JSON.stringify(stock.save())) as unknown;
    stock = new StockWatch(incidents);
    stock.restore(saved);
    for (const fact of store.takeFacts()) facts.set(fact.subject, fact as Extract<Fact, { kind: 'incident' }>);
  });
  return [...facts.values()].map(({ value: { what, since, until, count } }) => [
    what,
    since / 1000,
    until === null ? null : until / 1000,
    count,
  ]);
}

describe('stock incidents', () => {
  it.each([
    ['nothing on a full slot', [[0, 10]], []],
    ['nothing where the stock is not known', [[0, null]], []],
    ['low at the limit', [[0, 3], [1, 2]], [['lowStock', 1, null, 2]]], // prettier-ignore
    ['low, and lower', [[0, 3], [1, 2], [9, 1]], [['lowStock', 1, null, 1]]], // prettier-ignore
    ['out of stock ends low stock: one word is enough', [[0, 2], [5, 0]], [['lowStock', 0, 5, 2], ['outOfStock', 5, null, 0]]], // prettier-ignore
    ['an item put back and taken again opens nothing anew', [[0, 0], [5, 1], [20, 0], [40, 1], [99, 1]], [['outOfStock', 0, null, 0]]], // prettier-ignore
    ['one item that stays for a minute ends it, and few are left then', [[0, 0], [5, 1], [65, 1], [70, 1]], [['outOfStock', 0, 5, 0], ['lowStock', 65, null, 1]]], // prettier-ignore
    [
      'refilled at once, it ends at once',
      [
        [0, 0],
        [30, 8],
      ],
      [['outOfStock', 0, 30, 0]],
    ],
    [
      'what is not known ends nothing',
      [
        [0, 0],
        [30, null],
      ],
      [['outOfStock', 0, null, 0]],
    ],
    ['low stock needs two more, or a minute', [[0, 2], [5, 3], [9, 2], [20, 3], [80, 3]], [['lowStock', 0, 20, 2]]], // prettier-ignore
  ] as [string, [number, number | null][], unknown[]][])('%s', (_title, levels, expected) => {
    expect(watch(levels)).toEqual(expected);
  });

  it('says nothing of low stock where neither capacity nor a limit is known', () => {
    expect(watch([[0, 1]], { ...slot, lowAt: undefined })).toEqual([]);
  });

  it.each([
    [{ capacity: 24 }, 4],
    [{ capacity: 3 }, 1],
    [{ capacity: 24, lowAt: 8 }, 8],
    [{}, undefined],
  ])('of a slot with %j few are left at %s', (more, lowAt) => {
    const [fixture] = SHOP.fixtures ?? [];
    const storeFile = { ...SHOP, fixtures: [{ ...fixture!, slots: [{ id: 's1', gtin: 'milk', ...more }] }] };
    expect(modelOf({ version: 1, storeFile }).slots.get('s1')).toMatchObject({ lowAt, weighed: true });
  });
});
