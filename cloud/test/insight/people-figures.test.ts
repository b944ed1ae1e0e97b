import { describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { MADE, figures, base, came, period, sale, tenMinutes } from './figure-shop.js';

const of = figures();

describe('shopper figures', () => {
  it('count entries without passers-by and divide by them while the entrances are seen', async () => {
    const facts = [
      came('main', '10:00:00', 3, 1),
      came('main', '10:05:00', 1),
      came('street', '10:00:00', 50),
      sale('r1', '10:02:00', [['milk', 1, 1000, []]]),
    ];
    const seen = await of.shopWith([...facts, ...tenMinutes('cam>main')]);
    expect(await of.insight.shopperMetrics(seen, period('10:00', '10:10'))).toEqual({
      footfall: 4,
      transactions: 1,
      salesNet: 10,
      conversion: 0.25,
      salesPerShopper: 2.5,
      averageTransaction: 10,
      currency: 'CNY',
      coverage: 1,
      coverageOf: { people: 1, goods: null, sales: 1 },
      ...MADE,
    });
    const whole = { name: null, coverage: 1, coverageOf: { people: 1, goods: null, sales: null }, ...MADE };
    expect(await of.insight.footfall(seen, { ...period('10:00', '10:10'), bucket: 'minute' })).toEqual([
      { from: '2026-11-22T10:00:00+08:00', entranceId: 'main', in: 3, out: 1, ...whole },
      { from: '2026-11-22T10:05:00+08:00', entranceId: 'main', in: 1, out: 0, ...whole },
    ]);
    const unseen = await of.shopWith([...facts, ...tenMinutes('cam>main').slice(0, 2)]);
    expect(await of.insight.shopperMetrics(unseen, period('10:00', '10:10'))).toEqual({
      footfall: 4,
      transactions: 1,
      salesNet: 10,
      conversion: null,
      salesPerShopper: null,
      averageTransaction: 10,
      currency: 'CNY',
      coverage: 0.2,
      coverageOf: { people: 0.2, goods: null, sales: 1 },
      ...MADE,
    });
  });

  it('have no footfall where nothing counts', async () => {
    const shop = await of.shopWith([sale('r1', '10:02:00', [['milk', 1, 1000, []]])], {
      devices: [{ id: 'till', family: 'till', dialect: 'aisle' }],
    });
    expect(await of.insight.shopperMetrics(shop, period('10:00', '10:10'))).toMatchObject({
      footfall: null,
      conversion: null,
      salesPerShopper: null,
      averageTransaction: 10,
      coverage: 0,
    });
    expect(await of.insight.footfall(shop, { ...period('10:00', '10:10'), bucket: 'all' })).toMatchObject([
      { entranceId: 'main', in: null, out: null },
    ]);
  });
});

describe('the heat map', () => {
  it('adds up person-seconds per cell on the floor as it was', async () => {
    const heat = (time: string, columns: number, cells: [number, number][]): Fact => ({
      ...base(time),
      kind: 'heat',
      subject: 'floor',
      value: { columns, rows: 2, cells },
    });
    const shop = await of.shopWith([
      heat('10:00:00', 4, [
        [0, 1500],
        [5, 1],
      ]),
      heat('10:01:00', 4, [[5, 499]]),
      heat('10:02:00', 6, [
        [0, 1000],
        [5, 9000],
        [6, 2000],
      ]),
    ]);
    expect(await of.insight.heatmap(shop, period('10:00', '10:10'))).toEqual({
      cellMetres: 0.5,
      columns: 4,
      rows: 2,
      seconds: [2.5, 0, 0, 0, 2, 0.5, 0, 0],
      ...MADE,
    });
  });
});
