import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, type EffectView, type StoreFile } from '@aisle/contracts';
import type { Insight, ZoneDay } from '../../src/insight/index.js';
import { json, noInsight, removeFolders, startCloud, type RunningCloud } from './harness.js';

/** Midnight in Shanghai, some weeks ago: a change at midnight costs no day. */
const TODAY = Math.floor((Date.now() + 8 * 3_600_000) / DAY_MS) * DAY_MS - 8 * 3_600_000;
const WEEKS = { before: 10, after: 4 };
const CHANGED = TODAY - WEEKS.after * 7 * DAY_MS;
const BEGAN = CHANGED - WEEKS.before * 7 * DAY_MS;
const MILK = '06901234567892';
const TEA = '4006381333931';

const shopYaml = (id: string, zones: number): string => `
store: {id: ${id}, name: ${id}, timezone: Asia/Shanghai, currency: CNY}
floor: {width: ${zones * 3}, depth: 4}
zones:
${Array.from({ length: zones }, (_, at) => `  - {id: z${at}, kind: aisle, category: c${at}, polygon: [[${at * 3}, 0], [${at * 3 + 2}, 0], [${at * 3 + 2}, 2], [${at * 3}, 2]]}`).join('\n')}
products: [{gtin: "${MILK}", name: {en: Milk, zh: 牛奶}, category: c0, price: 12.5}, {gtin: "${TEA}", name: Tea, category: c1, price: 9}]
fixtures:
${Array.from({ length: zones }, (_, at) => `  - {id: f${at}, zone: z${at}, slots: [{id: s${at}, gtin: "${at === 0 ? MILK : TEA}", facings: 2}]}`).join('\n')}
devices: [{id: till-1, family: till, dialect: aisle}]
`;

/** The days of a shop: weeks swing a little by a rule that anybody can follow. @param closed days on which nothing is sold */
function daysOf(zones: number, shop: number, lift: number, closed: readonly number[] = [], began = BEGAN): ZoneDay[] {
  const days: ZoneDay[] = [];
  for (let day = 0; BEGAN + day * DAY_MS < TODAY; day += 1) {
    const from = BEGAN + day * DAY_MS;
    if (closed.includes(day) || from < began) continue;
    const sums = Array.from({ length: zones }, (_, zone) => {
      const swing = 1 + 0.03 * Math.sin(day * (zone + 2) + 13 * shop + zone * zone);
      const units = 100 * (1 + zone / 3 + shop / 7) * swing * (zone === 0 && from >= CHANGED ? 1 + lift : 1);
      return [`z${zone}`, { units, netMinor: Math.round(units * 1250), visits: Math.round(units * 3) }] as const;
    });
    days.push({ from, receipts: 10, openMs: DAY_MS / 2, zones: new Map(sums) });
  }
  return days;
}

/** by shop */
const told = new Map<string, readonly ZoneDay[]>();
let cloud: RunningCloud;
beforeAll(async () => {
  const zoneDays: Insight['zoneDays'] = async ({ storeId }, { from, to }) =>
    (told.get(storeId) ?? []).filter((day) => day.from >= from && day.from < to);
  cloud = await startCloud({ insight: { ...noInsight(), zoneDays } });
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

const make = async (id: string, zones: number, days: readonly ZoneDay[]): Promise<void> => {
  const taken = await cloud.api('/api/v1/stores', json({ storeFiles: [shopYaml(id, zones)] }));
  expect(await taken.json()).toMatchObject({ stores: [{ outcome: 'created' }], refused: [] });
  told.set(id, days);
};
/** A version that came into force when it was made, in the past. */
const change = async (storeId: string, createdTs: number, edit: (file: StoreFile) => void): Promise<number> => {
  const versions = await cloud.catalog.versions.versions(storeId);
  const newest = await cloud.catalog.versions.version(storeId, versions.at(-1)!.version);
  const storeFile = structuredClone(newest!.storeFile);
  edit(storeFile);
  return (await cloud.catalog.versions.addStoreVersion({ storeId, storeFile, createdTs, author: 'a@b.test' })).version;
};
const effect = async (storeId: string, version: number | string, query = ''): Promise<EffectView> => {
  const answer = await cloud.api(`/api/v1/stores/${storeId}/versions/${version}/effect${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EffectView;
};
const moreFacings = (file: StoreFile): void => {
  file.fixtures![0]!.slots![0]!.facings = 4;
};

describe('what a version was worth', () => {
  it('is not claimed where only the twelve zones of one shop can be compared, and why is said in both languages', async () => {
    await make('alone', 12, daysOf(12, 1, 0.3));
    const version = await change('alone', CHANGED, moreFacings);
    const view = await effect('alone', version);
    expect(view).toMatchObject({ unitKind: 'zone', units: 12, claims: false, why: 'tooFewUnits', zones: ['z0'] });
    expect(view.smallestP).toBeCloseTo(1 / 12, 6);
    expect(view.effect).toBeCloseTo(0.3, 1);
    expect(view.low!).toBeLessThan(view.effect!);
    expect(view.sentence.en).toContain('No claim is made: with 12 zones');
    expect(view.sentence.zh).toContain('不作结论');
    expect(view.weeks).toHaveLength(WEEKS.before + WEEKS.after);
    expect(view.weeks.filter(({ after }) => after)).toHaveLength(WEEKS.after);
    expect(Date.parse(view.weeks[0]!.from)).toBe(BEGAN);
  });

  it('is claimed against nineteen other shops, one of whose number had its own change and is left out', async () => {
    await make('moved', 2, daysOf(2, 2, 0.3));
    const version = await change('moved', CHANGED, moreFacings);
    for (let shop = 3; shop < 23; shop += 1) await make(`beside-${shop}`, 2, daysOf(2, shop, 0));
    await change('beside-3', CHANGED + 5 * DAY_MS, moreFacings);
    const view = await effect('moved', version);
    expect(view).toMatchObject({ unitKind: 'store', method: 'syntheticControl', claims: true, why: null });
    expect(view.leftOut).toContain('beside-3');
    expect(view.comparedWith).not.toContain('beside-3');
    expect(view.units).toBeGreaterThanOrEqual(20);
    expect(view.p!).toBeLessThanOrEqual(0.05);
    expect([view.low! < 0.3, view.high! > 0.3]).toEqual([true, true]);
    expect(view.sentence.en).toMatch(/^Net sales rose by \d/);
  });

  it('names prices that changed and days without sales in the weeks that are compared', async () => {
    const closed = WEEKS.before * 7 + 3;
    await make('priced', 12, daysOf(12, 40, 0, [closed]));
    const version = await change('priced', CHANGED, moreFacings);
    await change('priced', CHANGED + 8 * DAY_MS, (file) => {
      file.products![0]!.price = 11;
    });
    const view = await effect('priced', version);
    expect(view.marks.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['closure', 'priced'],
      ['price', MILK],
    ]);
    expect(view.sentence.en).toContain('the price of Milk changed');
    expect(view.sentence.zh).toContain('牛奶 调价');
  });

  it('ends where the same zone is changed again, and begins behind the change before', async () => {
    await make('often', 12, daysOf(12, 41, 0));
    await change('often', CHANGED - 5 * 7 * DAY_MS, (file) => void (file.fixtures![0]!.slots![0]!.facings = 7));
    const version = await change('often', CHANGED, moreFacings);
    await change('often', CHANGED + 15 * DAY_MS, (file) => void (file.fixtures![0]!.slots![0]!.facings = 1));
    const { weeks } = await effect('often', version);
    expect([weeks.filter(({ after }) => !after).length, weeks.filter(({ after }) => after).length]).toEqual([5, 2]);
  });

  it('is silent, and says why, of a first version, of one that moved nothing, too soon, and without a past', async () => {
    await make('young', 12, daysOf(12, 42, 0, [], CHANGED - 20 * DAY_MS));
    expect(await effect('young', 1)).toMatchObject({ why: 'first', effect: null, claims: false });
    const named = await change('young', CHANGED - DAY_MS, (file) => void (file.store.name = 'Younger'));
    expect(await effect('young', named)).toMatchObject({ why: 'nothingChanged' });
    const early = await change('young', CHANGED, moreFacings);
    expect(await effect('young', early)).toMatchObject({ why: 'noPast', effect: null, p: null });
    const late = await change('young', TODAY - 2 * DAY_MS, (file) => void (file.fixtures![1]!.slots![0]!.facings = 9));
    expect(await effect('young', late)).toMatchObject({ why: 'tooSoon', zones: ['z1'] });
  });

  it('refuses what is no version and what is no measure', async () => {
    const path = '/api/v1/stores/alone/versions';
    expect((await cloud.api(`${path}/99/effect`)).status).toBe(404);
    expect((await cloud.api(`${path}/x/effect`)).status).toBe(404);
    const wrong = await cloud.api(`${path}/2/effect?metric=love`);
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ error: { field: 'metric' } });
    expect((await cloud.api(`${path}/2/effect`, { token: null })).status).toBe(401);
  });
});
