import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProductRow, SlotFunnelRow, WhatIfView, ZoneRow } from '@aisle/contracts';
import { json, noInsight, removeFolders, startCloud, type RunningCloud } from './harness.js';

const [TEA, COLA, MILK, NUTS] = ['4006381333931', '5000112546415', '06901234567892', '96385074'] as const;
const SHOP = `
store: {id: tries, name: Tries, timezone: Asia/Shanghai, currency: CNY}
floor: {width: 9, depth: 9}
zones:
  - {id: quiet, kind: aisle, polygon: [[0, 0], [4, 0], [4, 8], [0, 8]]}
  - {id: busy, kind: aisle, polygon: [[5, 0], [8, 0], [8, 8], [5, 8]]}
  - {id: dark, kind: aisle, polygon: [[0, 8.1], [8, 8.1], [8, 9], [0, 9]]}
products: [{gtin: "${TEA}", name: Tea}, {gtin: "${COLA}", name: Cola}, {gtin: "${MILK}", name: {en: Milk, zh: 牛奶}}, {gtin: "${NUTS}"}]
fixtures:
  - {id: f1, zone: quiet, slots: [{id: a, gtin: "${TEA}", facings: 2, level: 1}, {id: b, gtin: "${COLA}", facings: 2, level: 2}]}
  - {id: f2, zone: busy, slots: [{id: c, gtin: "${MILK}", facings: 2, level: 1}, {id: d, level: 2}]}
  - {id: f3, zone: dark, slots: [{id: e, level: 1}, {id: f}]}
devices: [{id: till-1, family: till, dialect: aisle}]
`;
let cloud: RunningCloud;
let funnel: Partial<SlotFunnelRow>[] = [];
let asked = 0;
beforeAll(async () => {
  cloud = await startCloud({
    insight: {
      ...noInsight(),
      productMetrics: async () => [TEA, COLA, MILK].map((gtin) => ({ gtin, units: 100 }) as ProductRow),
      slotFunnel: async () => {
        asked += 1;
        return funnel as SlotFunnelRow[];
      },
      zoneMetrics: async () =>
        [
          ['quiet', 4000, 400, 1],
          ['busy', 8000, 800, 1],
          ['dark', null, null, null],
        ].map(
          ([zoneId, visits, engagedVisits, people]) =>
            ({ zoneId, visits, engagedVisits, coverageOf: { people } }) as ZoneRow,
        ),
    },
  });
  expect(await (await cloud.api('/api/v1/stores', json({ storeFiles: [SHOP] }))).json()).toMatchObject({ refused: [] });
  const row = (slotId: string, fixtureId: string, gtin: string, level: number): Partial<SlotFunnelRow> => ({
    ...{ slotId, fixtureId, gtin, level, facings: 2, units: 400, salesNet: 4000, pickups: 500 },
    salesPerFacingDay: 4000 / 28 / 2,
  });
  funnel = [row('a', 'f1', TEA, 1), row('b', 'f1', COLA, 2), { ...row('c', 'f2', MILK, 1), units: 8, salesNet: 80 }];
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});
const post = (body: unknown, store = 'tries') =>
  cloud.api(`/api/v1/stores/${store}/planogram/what-if`, json(body as object));
const ask = async (body: unknown): Promise<WhatIfView> => {
  const answer = await post(body);
  expect(answer.status).toBe(200);
  return (await answer.json()) as WhatIfView;
};
const slots = (...of: [id: string, gtin?: string, level?: number, facings?: number][]) =>
  of.map(([id, gtin, level, facings]) => ({
    id,
    ...(gtin && { gtin }),
    ...(level && { level }),
    ...(facings && { facings }),
  }));

describe('POST /stores/{id}/planogram/what-if', () => {
  it('says what products would sell that change places, each with its interval, and both together', async () => {
    const view = await ask({ fixtures: [{ id: 'f1', slots: slots(['a', COLA, 1, 2], ['b', TEA, 2, 2]) }] });
    expect(view).toMatchObject({ version: 1, weeks: 4, currency: 'CNY', why: null });
    const [tea, cola] = [TEA, COLA].map((gtin) => view.products.find((product) => product.gtin === gtin)!);
    // from the lowest level to the best: two fifths more; the other way round
    expect(tea).toMatchObject({
      from: [{ slotId: 'a', level: 1 }],
      to: [{ slotId: 'b', level: 2 }],
      salesNet: { now: 1000, expected: 1390 },
    });
    expect(cola).toMatchObject({ salesNet: { now: 1000, expected: 719.42 } });
    expect(tea!.funnel).toEqual({
      passed: { now: 1000, expected: 1000 },
      stopped: { now: 100, expected: 100 },
      pickups: { now: 125, expected: 173.75 },
      units: { now: 100, expected: 139 },
    });
    for (const { units, salesNet } of view.products)
      for (const each of [units!, salesNet!])
        expect([each.low < each.expected, each.expected < each.high]).toEqual([true, true]);
    expect(view.salesNet).toMatchObject({ now: 2000, expected: 2109.42 });
    expect(view.sentence.en).toContain(
      'The 2 products that would stand otherwise are expected to sell 2109.42 CNY a week instead of 2000.00',
    );
    expect(view.sentence.en).toContain('whether it helps is not sure');
    expect(view.sentence.zh).toMatch(/^调整的 2 个商品预计每周销售 2109\.42 CNY/);
    expect(view.assumptions).toMatchObject({ moreSpace: 0.17, bestToWorstLevel: 1.39, followsStops: 0.35 });
  });

  it('sells more where more stop, and nothing of what stands nowhere any more', async () => {
    const busy = await ask({
      fixtures: [
        { id: 'f1', slots: slots(['a'], ['b', COLA, 2, 2]) },
        { id: 'f2', slots: slots(['c', MILK, 1, 2], ['d', TEA, 1, 2]) },
      ],
    });
    const tea = busy.products.find(({ gtin }) => gtin === TEA)!;
    expect(tea.salesNet?.expected).toBeCloseTo(1000 * 2 ** 0.35, 1);
    expect(tea.funnel.stopped).toEqual({ now: 100, expected: 200 });
    const gone = await ask({ fixtures: [{ id: 'f1', slots: slots(['a'], ['b', COLA, 2, 2]) }] });
    expect(gone.products).toMatchObject([{ gtin: TEA, to: [], salesNet: { now: 1000, expected: 0, low: 0, high: 0 } }]);
  });

  it('asks for the figures once, whoever tries one draft after the other', async () => {
    const before = asked;
    for (const facings of [1, 3, 4])
      await ask({ fixtures: [{ id: 'f1', slots: slots(['a', TEA, 1, facings], ['b', COLA, 2, 2]) }] });
    expect(asked).toBe(before);
  });

  it('says why where nothing can be said, and then no number', async () => {
    const whyOf = async (fixtures: unknown, gtin: string) => {
      const view = await ask({ fixtures });
      const product = view.products.find((each) => each.gtin === gtin);
      if (product) expect([product.units, product.salesNet]).toEqual([null, null]);
      expect([view.salesNet, view.sentence.en.length > 0, view.sentence.zh.length > 0]).toEqual([null, true, true]);
      return [view.why, product?.why];
    };
    const without = { id: 'f1', slots: slots(['a'], ['b', COLA, 2, 2]) };
    expect(await whyOf([], TEA)).toEqual(['nothingChanged', undefined]);
    expect(await whyOf([{ id: 'f2', slots: slots(['c', MILK, 1, 4], ['d']) }], MILK)).toEqual([
      'tooLittleSold',
      'tooLittleSold',
    ]);
    expect(await whyOf([{ id: 'f2', slots: slots(['c', MILK, 1, 2], ['d', NUTS, 2]) }], NUTS)).toEqual([
      'newHere',
      'newHere',
    ]);
    expect(await whyOf([without, { id: 'f3', slots: slots(['e', TEA, 1, 2], ['f']) }], TEA)).toEqual([
      'stopsUnknown',
      'stopsUnknown',
    ]);
    expect(await whyOf([without, { id: 'f3', slots: slots(['e'], ['f', TEA, 0, 2]) }], TEA)).toEqual([
      'levelUnknown',
      'levelUnknown',
    ]);
    const [tea, ...others] = funnel;
    funnel = [{ ...tea, salesNet: null, salesPerFacingDay: null }, ...others];
    const made = await cloud.api('/api/v1/stores', json({ storeFiles: [SHOP.replaceAll('tries', 'silent')] }));
    expect(made.status).toBe(200);
    const silent = (await (
      await post({ fixtures: [{ id: 'f1', slots: slots(['a', TEA, 1, 3], ['b', COLA, 2, 2]) }] }, 'silent')
    ).json()) as WhatIfView;
    expect(silent).toMatchObject({
      why: 'salesUnknown',
      salesNet: null,
      products: [{ why: 'salesUnknown', salesNet: null }],
    });
    funnel = [tea!, ...others];
  });

  it('refuses what cannot be, at its place, and makes no version of anything', async () => {
    const refused = async (body: unknown): Promise<[number, string | undefined]> => {
      const answer = await post(body);
      return [answer.status, ((await answer.json()) as { error?: { field?: string } }).error?.field];
    };
    expect(await refused({ fixtures: [{ id: 'nowhere', slots: [] }] })).toEqual([400, 'fixtures[0].id']);
    expect(
      await refused({
        fixtures: [
          { id: 'f1', slots: [] },
          { id: 'f1', slots: [] },
        ],
      }),
    ).toEqual([400, 'fixtures[1].id']);
    const strange = { id: 'f2', slots: slots(['c', '4006381333930', 1, 2]) };
    const [status, field] = await refused({ fixtures: [{ id: 'f1', slots: slots(['a'], ['b']) }, strange] });
    expect([status, field]).toEqual([400, 'fixtures[1].slots[0].gtin']);
    expect(await refused({ fixtures: [], weeks: 13 })).toEqual([400, 'weeks']);
    expect((await refused({ fixtures: [{ id: 'f1', slots: [{ id: 'a', shelf: 1 }] }] }))[0]).toBe(400);
    expect((await post({ fixtures: [] }, 'elsewhere')).status).toBe(404);
    expect((await fetch(`${cloud.url}/api/v1/stores/tries/planogram/what-if`, { method: 'POST' })).status).toBe(401);
    const versions = (await (await cloud.api('/api/v1/stores/tries/versions')).json()) as unknown[];
    expect(versions).toHaveLength(1);
  });
});
