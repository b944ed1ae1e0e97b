import { describe, expect, it } from 'vitest';
import { silentOf, type Fact, type SlotFunnelRow, type StoreFile } from '@aisle/contracts';
import { figures, moved, period, sale, sensed, tenMinutes, zone } from './figure-shop.js';

const shop = figures();
const ask = async (facts: readonly Fact[], from = '10:00', to = '10:10'): Promise<SlotFunnelRow[]> => {
  const context = await shop.shopWith(facts);
  return shop.insight.slotFunnel(context, period(from, to), async () => []);
};
/** The whole of ten minutes sensed by what senses the slots of f1. */
const shelf = (): Fact[] => tenMinutes('shelf');

describe('the funnel of a facing', () => {
  it('has a row for each slot with a product, and what nothing senses is not a number', async () => {
    const rows = await ask([
      ...tenMinutes('cam'),
      zone('dairy', '10:01:00', {
        visits: 9,
        visitors: 8,
        histogram: [
          [2, 5],
          [7, 4],
        ],
      }),
    ]);
    expect(rows.map(({ slotId }) => slotId)).toEqual(['s1', 's2', 's3']);
    const [s1, , s3] = rows;
    expect(s1).toMatchObject({ passed: 9, stopped: 4, fixtureId: 'f1', zoneId: 'dairy', facings: 3 });
    // no camera covers the wine, nothing senses its slot
    expect(s3).toMatchObject({
      passed: null,
      stopped: null,
      pickups: null,
      returned: null,
      refilled: null,
      emptySeconds: null,
    });
    expect(s3?.expected).toMatchObject({ pickups: null, returned: null, units: null });
    expect(s3?.standsOut).toBe(false);
  });

  it('gives each slot the sales that were made from it, to the cent, from minutes and from rollups alike', async () => {
    const lines = (at: number): Fact =>
      sale(`r${at}`, `10:0${at}:00`, [
        [
          'milk',
          3,
          1000,
          [
            ['dairy', 1, 333],
            ['dairy', 2, 667],
          ],
        ],
        [
          'rice',
          1,
          500,
          [
            ['wine', 0, 0],
            [null, 0, 0],
            ['wine', 1, 500],
          ],
        ],
      ]);
    const context = await shop.shopWith([lines(1), lines(2), lines(3)]);
    const hour = period('10:00', '11:00');
    const read = async () =>
      (await shop.insight.slotFunnel(context, hour, async () => [])).map(({ slotId, units, salesNet }) => [
        slotId,
        units,
        salesNet,
      ]);
    const fresh = await read();
    // shares go by slot ids s0, s1, s2 in the order of the line
    expect(fresh).toContainEqual(['s1', 6, 20.01]);
    expect(await shop.insight.maintainRollups(context)).toBeGreaterThan(0);
    expect(await read()).toEqual(fresh);
  });

  it('keeps what a slot held before apart from what it holds now', async () => {
    const rows = await ask([
      ...shelf(),
      moved('s1', '10:01:00', { gtin: 'rice', pickups: 2 }),
      moved('s1', '10:05:00', { pickups: 1 }),
    ]);
    const s1 = rows.filter(({ slotId }) => slotId === 's1').map(({ gtin, pickups }) => [gtin, pickups]);
    expect(s1).toContainEqual(['milk', 1]);
    expect(s1.some(([gtin]) => gtin === 'rice')).toBe(true);
  });

  it('says nothing of a shelf that was silent for most of the time', async () => {
    const rows = await ask([sensed('shelf', '10:00:00', 30_000), moved('s1', '10:00:00', { pickups: 3 })]);
    expect(rows[0]).toMatchObject({ slotId: 's1', pickups: null, returned: null });
  });

  it('takes away what a silent load cell missed, of its own slot alone and of its zone’s others not', async () => {
    const silent = (minutes: number): Fact[] =>
      Array.from({ length: minutes }, (_, at) => sensed(silentOf('s1'), `10:0${at}:00`));
    const both = [moved('s1', '10:01:00', { pickups: 3 }), moved('s2', '10:01:00', { pickups: 2 })];
    const [mostly, beside] = await ask([...shelf(), ...silent(7), ...both]);
    expect(mostly).toMatchObject({ slotId: 's1', pickups: null, returned: null, refilled: null, emptySeconds: null });
    expect(mostly?.expected).toMatchObject({ returned: null, units: null });
    expect(mostly?.coverageOf.goods).toBe(0.3);
    expect(beside).toMatchObject({ slotId: 's2', pickups: 2, coverageOf: { goods: 1 } });
    // for less than half of the time: it is told, and how much of the time it was sensed
    const [rarely] = await ask([...shelf(), ...silent(3), ...both]);
    expect(rarely).toMatchObject({ slotId: 's1', pickups: 3, coverageOf: { goods: 0.7 } });
  });

  it('says what is left of sales once the goods are paid, where a cost is known', async () => {
    const products = [{ gtin: 'milk', cost: 1.25 }, { gtin: 'rice' }] as StoreFile['products'];
    const facts = [
      sale('r1', '10:01:00', [
        [
          'milk',
          3,
          1000,
          [
            ['dairy', 1, 333],
            ['dairy', 2, 667],
          ],
        ],
      ]),
      sale('r2', '10:02:00', [['rice', 1, 500, [['wine', 1, 500]]]]),
    ];
    const context = await shop.shopWith(facts, { products: products! });
    const rows = await shop.insight.slotFunnel(context, period('10:00', '10:10'), async () => []);
    const milk = rows.filter(({ gtin }) => gtin === 'milk');
    // shares go by slot ids s0, s1 in the order of the line; nobody has bought from s2
    expect(milk.map(({ slotId, salesNet, margin }) => [slotId, salesNet, margin])).toEqual([
      ['s0', 3.33, 2.08],
      ['s1', 6.67, 4.17],
      ['s2', 0, 0],
    ]);
    // of three facings, in ten minutes of a day
    expect(milk[1]?.marginPerFacingDay).toBeCloseTo((4.17 / 3) * 144, 6);
    expect(rows.find(({ gtin }) => gtin === 'rice')).not.toHaveProperty('margin');
    const [all] = (await shop.insight.productMetrics(context, period('10:00', '10:10'))).filter(
      ({ gtin }) => gtin === 'milk',
    );
    expect(all).toMatchObject({ salesNet: 10, margin: 6.25 });
  });

  it('refuses a period that is none', async () => {
    const context = await shop.shopWith([]);
    await expect(
      shop.insight.slotFunnel(context, { ...period('10:00', '10:10'), to: 'x' }, async () => []),
    ).rejects.toMatchObject({ field: 'to' });
  });
});

describe('the days of zones', () => {
  it('add up what was sold and who came, day by day of the shop', async () => {
    const context = await shop.shopWith([
      zone('dairy', '10:01:00', { visits: 9 }),
      sale('r1', '10:02:00', [['milk', 2, 700, [['dairy', 2, 700]]]]),
      sale('r2', '10:03:00', [['milk', 1, 300, [['dairy', 1, 300]]]]),
    ]);
    const from = Date.parse('2026-11-21T00:00:00+08:00');
    const days = await shop.insight.zoneDays(context, { from, to: from + 3 * 86_400_000 });
    expect(days).toHaveLength(1);
    expect(days[0]).toMatchObject({ from: from + 86_400_000, receipts: 2 });
    expect(days[0]?.zones.get('dairy')).toEqual({ netMinor: 1000, units: 3, visits: 9 });
  });
});
