import { describe, expect, it } from 'vitest';
import { at, figures, moved, period, sale, sensed, tenMinutes, zone } from './figure-shop.js';

const of = figures();

describe('figures of one zone, one product, one slot', () => {
  it('a zone alone has a row for each hour of which the shop has told anything, also where nobody came', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('cam'),
      zone('dairy', '10:00:00', { visits: 1, visitors: 1, dwellMs: 4000, histogram: [[4, 1]] }),
      // another hour in which the camera looked and nobody came; in the one between nothing was told at all
      sensed('cam', '12:00:00'),
    ]);
    const rows = await of.insight.zoneMetrics(shop, { ...period('09:00', '13:00'), bucket: 'hour', zoneId: 'dairy' });
    expect(rows.map((row) => [row.from.slice(11, 16), row.zoneId, row.visits])).toEqual([
      ['10:00', 'dairy', 1],
      ['12:00', 'dairy', 0],
    ]);
    expect(rows[1]?.coverage).toBeCloseTo(1 / 60, 6);
    expect(await of.insight.zoneMetrics(shop, { ...period('09:00', '13:00'), zoneId: 'nowhere' })).toEqual([]);
    await expect(of.insight.zoneMetrics(shop, { ...period('09:00', '13:00'), zoneId: '' })).rejects.toMatchObject({
      field: 'zoneId',
    });
  });

  it('a product alone has its hours, and stock at the end of the whole period only', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('shelf'),
      moved('s1', '10:01:00', { pickups: 2, putbacks: 1, stock: 7 }),
      sale('r1', '10:05:00', [['milk', 2, 2500, [['dairy', 2, 2500]]]]),
      sensed('shelf', '11:00:00'),
      sale('r2', '11:00:30', [['pen', 1, 300, []]]),
    ]);
    const gtin = (await of.insight.productMetrics(shop, period('10:00', '12:00')))[0]?.gtin ?? '';
    const hours = (from: string, to: string) =>
      of.insight.productMetrics(shop, { ...period(from, to), bucket: 'hour', gtin });
    expect(await hours('10:00', '10:10')).toMatchObject([
      { from: '2026-11-22T10:00:00+08:00', units: 2, pickups: 2, stock: null },
    ]);
    // a minute of the shelf in an hour is too little to say that nobody took anything
    expect(await hours('11:00', '12:00')).toMatchObject([{ units: 0, pickups: null, stock: null }]);
    const [whole] = await of.insight.productMetrics(shop, { ...period('10:00', '10:10'), gtin });
    expect(whole).toMatchObject({ gtin, units: 2, pickups: 2, stock: 7 });
  });

  it('dwell is told second by second, with the share that was sensed', async () => {
    const shop = await of.shopWith([
      ...tenMinutes('cam'),
      zone('dairy', '10:00:00', {
        visits: 3,
        dwellMs: 9000,
        histogram: [
          [0, 1],
          [4, 2],
        ],
      }),
      zone('dairy', '10:01:00', {
        visits: 2,
        dwellMs: 74_000,
        histogram: [
          [4, 1],
          [70, 1],
        ],
      }),
    ]);
    expect(await of.insight.dwell(shop, 'dairy', period('10:00', '10:10'))).toMatchObject({
      zoneId: 'dairy',
      visits: [
        [0, 1],
        [4, 3],
        [70, 1],
      ],
      coverage: 1,
    });
  });

  it('the shop over time says of an hour without anybody that nobody came, of a silent one nothing', async () => {
    const shop = await of.shopWith([...tenMinutes('cam'), sensed('cam', '12:00:00')]);
    const rows = await of.insight.shoppersOverTime(shop, { ...period('09:00', '13:00'), bucket: 'hour' });
    expect(rows.map((row) => [row.from.slice(11, 16), row.footfall, row.transactions])).toEqual([
      ['10:00', 0, 0],
      ['12:00', 0, 0],
    ]);
  });

  it('a page’s period begins where sensing began, and what it is compared with is as long', async () => {
    const shop = await of.shopWith([...tenMinutes('cam')]);
    const asked = {
      ...period('07:00', '13:00'),
      bucket: 'hour',
      begin: 'sensed',
      parts: 'zones,entrances,products,heatmap',
    };
    const before = new Date(at('07:00:00') - 7 * 86_400_000).toISOString();
    const page = await of.insight.page(shop, { ...asked, before });
    expect(page.sensingSince?.slice(11, 16)).toBe('10:00');
    expect([page.now.from.slice(11, 16), page.now.to.slice(11, 16), page.bucket]).toEqual(['10:00', '13:00', 'hour']);
    expect([page.before?.from.slice(0, 16), page.before?.to.slice(11, 16)]).toEqual(['2026-11-15T10:00', '13:00']);
    expect(page.before?.steps).toEqual([]);
    // each part is what its own call says of the same span
    const same = { from: page.now.from, to: page.now.to };
    expect(page.now.shoppers).toEqual(await of.insight.shopperMetrics(shop, same));
    expect(page.now.steps).toEqual(await of.insight.shoppersOverTime(shop, { ...same, bucket: 'hour' }));
    expect(page.zones).toEqual(await of.insight.zoneMetrics(shop, { ...same, bucket: 'all' }));
    expect(page.entrances).toEqual(await of.insight.footfall(shop, { ...same, bucket: 'all' }));
    expect(page.now.products).toEqual(await of.insight.productMetrics(shop, same));
    expect(page.heatmap).toEqual(await of.insight.heatmap(shop, same));
    // as asked: nothing is moved, and nothing is there that was not wanted
    const plain = await of.insight.page(shop, { ...period('07:00', '13:00'), bucket: 'hour' });
    expect([plain.sensingSince, plain.now.from.slice(11, 16), plain.before, plain.zones]).toEqual([
      null,
      '07:00',
      null,
      undefined,
    ]);
  });

  it('a page’s period begins in the last hour of the day on which clocks go back, if sensing did: that day has 25', async () => {
    const store = { id: 'demo', name: 'Demo', timezone: 'Europe/Berlin', currency: 'EUR' };
    const first = Date.parse('2026-10-25T23:20:00+01:00');
    const minutes = Array.from({ length: 90 }, (_, minute) => ({
      ...sensed('cam', '00:00:00'),
      ts: first + minute * 60_000,
    }));
    const shop = await of.shopWith(minutes, { store });
    const asked = {
      from: '2026-10-22T00:00:00+02:00',
      to: '2026-10-28T00:00:00+01:00',
      bucket: 'day',
      begin: 'sensed',
    };
    expect((await of.insight.page(shop, asked)).sensingSince).toBe('2026-10-25T23:20:00+01:00');
  });

  it.each([
    ['parts', { parts: 'zones,secrets' }],
    ['begin', { begin: 'whenever' }],
    ['bucket', { bucket: 'all' }],
    ['before', { before: 'yesterday' }],
  ])('a page’s question with a wrong %s is refused by that name', async (field, wrong) => {
    const shop = await of.shopWith([]);
    await expect(
      of.insight.page(shop, { ...period('07:00', '13:00'), bucket: 'hour', ...wrong }),
    ).rejects.toMatchObject({ field });
  });

  it('availability leaves out when a slot was empty, and stays silent where its shelf was', async () => {
    const shop = await of.shopWith([...tenMinutes('shelf')]);
    const spells = [
      { slotId: 's1', from: at('09:50:00'), to: at('10:02:00') },
      { slotId: 's1', from: at('10:01:00'), to: at('10:03:00') },
      { slotId: 's1', from: at('10:09:00'), to: null },
    ];
    const asked: [number, number][] = [];
    const rows = await of.insight.availability(shop, period('10:00', '10:10'), (from, to) => {
      asked.push([from, to]);
      return Promise.resolve(spells);
    });
    expect(asked).toEqual([[at('10:00:00'), at('10:10:00')]]);
    const row = rows.find(({ slotId }) => slotId === 's1');
    expect(row).toMatchObject({ openSeconds: 600, emptySeconds: 240, availability: 0.6, coverage: 1 });
    expect(row?.spells.map(({ since, until }) => [since.slice(11, 16), until?.slice(11, 16) ?? null])).toEqual([
      ['09:50', '10:02'],
      ['10:01', '10:03'],
      ['10:09', null],
    ]);
    // a quarter of an hour of which the shelf has told ten minutes, then an hour with so little that nothing can be said
    const later = await of.insight.availability(shop, period('10:00', '11:00'), () => Promise.resolve(spells));
    expect(later.find(({ slotId }) => slotId === 's1')).toMatchObject({ availability: null });
  });
});
