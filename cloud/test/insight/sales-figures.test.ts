import { describe, expect, it } from 'vitest';
import type { FactOf } from '@aisle/contracts';
import { MADE, came, figures, FILE, moved, period, sale, sensed, tenMinutes, type Line } from './figure-shop.js';

const of = figures();

describe('sales', () => {
  it('of the zones and unplaced add up to the till, returns and split lines included', async () => {
    const shop = await of.shopWith([
      sale('r1', '10:00:00', [
        [
          'milk',
          3,
          1000,
          [
            ['dairy', 1.5, 334],
            ['wine', 1.5, 333],
            [null, 0, 333],
          ],
        ],
        ['pen', 1, 99, []],
      ]),
      sale('r2', '10:30:00', [['milk', -1, -400, [['dairy', -1, -400]]]]),
      sale('r3', '11:00:00', [
        ['milk', -1, -401, []],
        ['milk', 1, 401, [['wine', 1, 401]]],
      ]),
    ]);
    const rows = await of.insight.zoneMetrics(shop, period('10:00', '12:00'));
    expect(rows.map((row) => [row.zoneId, row.units, row.salesNet, row.transactions])).toEqual([
      ['dairy', 0.5, -0.66, 1],
      ['wine', 2.5, 7.34, 2],
      ['unplaced', 0, 0.31, 1],
    ]);
    expect(await of.insight.sales(shop, { ...period('10:00', '12:00'), bucket: 'hour' })).toEqual([
      { from: '2026-11-22T10:00:00+08:00', salesNet: 6.99, currency: 'CNY', transactions: 1, units: 3, ...MADE },
      { from: '2026-11-22T11:00:00+08:00', salesNet: 0, currency: 'CNY', transactions: 1, units: 0, ...MADE },
    ]);
    expect(await of.insight.shopperMetrics(shop, period('10:00', '12:00'))).toMatchObject({
      transactions: 2,
      salesNet: 6.99,
      averageTransaction: 3.495,
    });
  });

  it('are told in the digits of the currency', async () => {
    const facts = [sale('r1', '10:00:00', [['milk', 1, 1234, [['dairy', 1, 1234]]]])];
    const inYen = await of.shopWith(facts, { store: { ...FILE.store, currency: 'JPY' } });
    const inDinar = await of.shopWith(facts, { store: { ...FILE.store, currency: 'KWD' } });
    expect((await of.insight.sales(inYen, period('10:00', '11:00')))[0]?.salesNet).toBe(1234);
    expect((await of.insight.sales(inDinar, period('10:00', '11:00')))[0]?.salesNet).toBe(1.234);
  });
});

describe('product figures', () => {
  it('rest on what senses the slots, tell the last known stock, and divide by facings and days', async () => {
    const shop = await of.shopWith([
      moved('s1', '09:00:00', { stock: 20, pickups: 5 }),
      moved('s2', '09:00:00', { stock: 7 }),
      moved('s1', '10:01:00', { stock: 18, pickups: 2, putbacks: 1, confidencePpm: 900_000 }),
      moved('s2', '10:01:00', { stock: 7 }),
      ...tenMinutes('shelf'),
      sale('r1', '10:02:00', [
        ['milk', 2, 2400, [['dairy', 2, 2400]]],
        ['rice', 1, 500, []],
        ['pen', 1, 100, []],
      ]),
    ]);
    const rows = await of.insight.productMetrics(shop, period('10:00', '10:10'));
    const perDay = 24 / 4 / (10 / 1440);
    expect(rows).toEqual([
      {
        gtin: 'milk',
        name: null,
        units: 2,
        grams: null,
        salesNet: 24,
        currency: 'CNY',
        pickups: 2,
        putbacks: 1,
        returned: 1,
        refilled: null,
        stock: 25,
        fill: null,
        confidence: 0.9,
        salesPerFacingDay: perDay,
        coverage: 1,
        coverageOf: { people: null, goods: 1, sales: 1 },
        ...MADE,
      },
      {
        gtin: 'rice',
        name: null,
        units: 1,
        grams: null,
        salesNet: 5,
        currency: 'CNY',
        pickups: null,
        putbacks: null,
        returned: null,
        refilled: null,
        stock: null,
        fill: null,
        confidence: null,
        salesPerFacingDay: 360,
        coverage: 1,
        coverageOf: { people: null, goods: null, sales: 1 },
        ...MADE,
      },
      {
        gtin: 'pen',
        name: null,
        units: 1,
        grams: null,
        salesNet: 1,
        currency: 'CNY',
        pickups: null,
        putbacks: null,
        returned: null,
        refilled: null,
        stock: null,
        fill: null,
        confidence: null,
        salesPerFacingDay: null,
        coverage: 1,
        coverageOf: { people: null, goods: null, sales: 1 },
        ...MADE,
      },
    ]);
  });

  it('sold by weight tell their grams; where a line told none, nobody knows how much it was', async () => {
    const weighed = (
      receipt: string,
      time: string,
      lines: [gtin: string, grams: number | undefined, way: 1 | -1][],
    ) => {
      const fact = sale(
        receipt,
        time,
        lines.map(([gtin, , way]): Line => [gtin, way, way * 100, []]),
      ) as FactOf<'sale'>;
      fact.value.lines.forEach((line, at) => {
        const grams = lines[at]?.[1];
        if (grams !== undefined) line.grams = grams;
      });
      return fact;
    };
    const shop = await of.shopWith([
      weighed('r1', '10:01:00', [['ham', 250, 1], ['cheese', 300, 1], ['pen', undefined, 1]]), // prettier-ignore
      weighed('r2', '11:02:00', [['ham', 1500, 1], ['cheese', undefined, 1]]), // prettier-ignore
      weighed('r3', '11:03:00', [['ham', -250, -1]]), // prettier-ignore
    ]);
    const asked = async (from: string, to: string) => {
      const rows = await of.insight.productMetrics(shop, period(from, to));
      return Object.fromEntries(rows.map(({ gtin, units, grams }) => [gtin, [units, grams]]));
    };
    const all = { ham: [1, 1500], cheese: [2, null], pen: [1, null] };
    expect(await asked('10:00', '12:00')).toEqual(all);
    await of.insight.maintainRollups(shop);
    expect(await asked('10:00', '12:00')).toEqual(all);
    expect(await asked('10:00', '11:00')).toEqual({ ham: [1, 250], cheese: [1, 300], pen: [1, null] });
  });

  it('are one whatever form their code was written in, and show the form of the store file, or what is printed on goods', async () => {
    const shop = await of.shopWith(
      [
        sale('r1', '10:01:00', [['6901234567892', 1, 1200, []]]),
        sale('r2', '10:02:00', [['06901234567892', 2, 2400, []]]),
        sale('r3', '10:03:00', [['96385074', 1, 1200, []]]),
        sale('r4', '10:04:00', [['06901234567908', 1, 100, []]]),
        sale('r5', '10:05:00', [['6901234567908', 1, 100, []]]),
        moved('s1', '10:01:00', { gtin: '6901234567892', pickups: 3, stock: 4 }),
        ...tenMinutes('shelf'),
      ],
      {
        products: [{ gtin: '06901234567892', name: 'Milk', codes: ['96385074'] }],
        fixtures: [{ id: 'f1', zone: 'dairy', slots: [{ id: 's1', gtin: '06901234567892' }] }],
      },
    );
    const rows = await of.insight.productMetrics(shop, period('10:00', '10:10'));
    expect(
      rows.map(({ gtin, name, units, salesNet, pickups, stock }) => [gtin, name, units, salesNet, pickups, stock]),
    ).toEqual([
      ['06901234567892', 'Milk', 4, 48, 3, 4],
      ['6901234567908', null, 2, 2, null, null],
    ]);
  });

  it('tell how full the slots are whose stock and capacity are both known, and how sure what moved is', async () => {
    const slots = [
      { id: 's1', gtin: 'milk', capacity: 20 },
      { id: 's2', gtin: 'milk' },
      { id: 's4', gtin: 'milk', capacity: 12 },
    ];
    const shop = await of.shopWith(
      [
        moved('s1', '10:01:00', { stock: 5, pickups: 3, confidencePpm: 1_000_000 }),
        moved('s1', '10:02:00', { stock: 4, pickups: 1, confidencePpm: 500_000 }),
        moved('s2', '10:01:00', { stock: 7, pickups: 4 }),
        moved('s4', '10:01:00', { stock: null }),
        ...tenMinutes('shelf'),
      ],
      { fixtures: [{ id: 'f1', zone: 'dairy', slots }] },
    );
    const [milk] = await of.insight.productMetrics(shop, period('10:00', '10:10'));
    expect(milk).toMatchObject({ gtin: 'milk', stock: 11, fill: 0.2, confidence: 0.875 });
  });

  it('of a shelf that was silent say so, and what tills told of it stays; products of which nothing is known are left out', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('shelf').slice(0, 3),
      sale('r1', '10:02:00', [['milk', 2, 2400, [['dairy', 2, 2400]]]]),
    ]);
    expect(await of.insight.productMetrics(shop, period('10:00', '10:10'))).toEqual([
      {
        gtin: 'milk',
        name: null,
        units: 2,
        grams: null,
        salesNet: 24,
        currency: 'CNY',
        pickups: null,
        putbacks: null,
        returned: null,
        refilled: null,
        stock: null,
        fill: null,
        confidence: null,
        salesPerFacingDay: 864,
        coverage: 0.3,
        coverageOf: { people: null, goods: 0.3, sales: 1 },
        ...MADE,
      },
    ]);
  });
});

describe('what rests on tills', () => {
  const two = { devices: [...(FILE.devices ?? []), { id: 'till-2', family: 'till', dialect: 'aisle' } as const] };
  const minutes = (group: string, count: number) => Array.from({ length: count }, (_, at) => sensed(group, minute(at)));
  const minute = (at: number): string => `10:${String(at).padStart(2, '0')}:00`;
  const sold = [came('main', '10:05:00', 4), sale('r1', '10:06:00', [['milk', 1, 500, [['dairy', 1, 500]]]])];
  const ask = { ...period('10:00', '11:00'), bucket: 'hour' };

  it.each([
    ['none of the hour', [] as const, 1],
    ['half of it', [['till', 30]] as const, 0.5],
    ['another till for longer', [['till', 10], ['till-2', 15]] as const, 0.75], // prettier-ignore
    ['more than half of it', [['till', 31]] as const, 0.483333],
    ['all of it', [['till-2', 60]] as const, 0],
  ])('was there while no till was away: %s', async (_what, away, coverage) => {
    const facts = [...minutes('cam>main', 60), ...sold, ...away.flatMap(([id, count]) => minutes(`${id}!away`, count))];
    const shop = await of.shopWith([...facts, ...minutes('cam', 60)], two);
    const isKnown = coverage >= 0.5;
    for (const rolled of [false, true]) {
      if (rolled) await of.insight.maintainRollups(shop);
      expect(await of.insight.shopperMetrics(shop, period('10:00', '11:00'))).toMatchObject({
        transactions: 1,
        conversion: isKnown ? 0.25 : null,
        salesPerShopper: isKnown ? 1.25 : null,
        averageTransaction: isKnown ? 5 : null,
        coverage: 1,
        coverageOf: { people: 1, sales: coverage },
      });
      const rows = await of.insight.zoneMetrics(shop, ask);
      expect(rows.find(({ zoneId }) => zoneId === 'dairy')).toMatchObject({
        salesNet: 5,
        salesPerSquareMetre: isKnown ? 0.25 : null,
        coverageOf: { sales: coverage },
      });
    }
  });

  it('is measured within opening hours', async () => {
    const hours = [{ days: ['sun' as const], open: '10:30', close: '22:00' }];
    const shop = await of.shopWith([...minutes('till!away', 45), ...sold], { hours });
    const { coverageOf, averageTransaction } = await of.insight.shopperMetrics(shop, period('10:00', '11:00'));
    expect([coverageOf.sales, averageTransaction]).toEqual([0.5, 5]);
  });

  it('is unknown without any till', async () => {
    const shop = await of.shopWith([...minutes('till!away', 45), ...sold], { devices: [] });
    expect((await of.insight.shopperMetrics(shop, period('10:00', '11:00'))).coverageOf.sales).toBeNull();
  });
});
