import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AvailabilityRow, ProposalsView, SlotFunnelRow } from '@aisle/contracts';
import { json, noInsight, removeFolders, startCloud, type RunningCloud } from './harness.js';

const CODES = ['4006381333931', '5000112546415', '06901234567892'];
const [TEA, COLA, MILK] = CODES as [string, string, string];
const slot = (id: string, gtin: string, level: string, facings = 2) =>
  `{id: ${id}, gtin: "${gtin}", facings: ${facings}, capacity: 20${level}}`;
const SHOP = `
store: {id: shelves, name: Shelves, timezone: Asia/Shanghai, currency: CNY}
floor: {width: 9, depth: 9}
zones: [{id: z, kind: aisle, polygon: [[0, 0], [8, 0], [8, 8], [0, 8]]}]
products: [{gtin: "${TEA}", name: Tea}, {gtin: "${COLA}", name: Cola}, {gtin: "${MILK}", name: {en: Milk, zh: 牛奶}}]
fixtures:
  - {id: f1, zone: z, slots: [${slot('a', MILK, ', level: 1')}, ${slot('b', TEA, ', level: 2')}, ${slot('c', COLA, ', level: 2')}]}
  - {id: flat, zone: z, slots: [${slot('d', TEA, '')}]}
  - {id: bare, zone: z, slots: [{id: e, level: 1}]}
  - {id: away, zone: z, slots: [${slot('g', TEA, ', level: 1')}]}
  - {id: slow, zone: z, slots: [${slot('h', TEA, ', level: 1')}]}
devices: [{id: till-1, family: till, dialect: aisle}]
`;

/** net sales a facing and day, units in four weeks, share of the time on stock */
type Told = [perFacingDay: number | null, units: number | null, availability: number | null];
const told: Record<string, Told> = {};
const placed: Record<string, [gtin: string, level: number, fixtureId: string]> = {
  ...{ a: [MILK, 1, 'f1'], b: [TEA, 2, 'f1'], c: [COLA, 2, 'f1'], g: [TEA, 1, 'away'], h: [TEA, 1, 'slow'] },
};
let cloud: RunningCloud;
const periods: unknown[] = [];
beforeAll(async () => {
  cloud = await startCloud({
    insight: {
      ...noInsight(),
      slotFunnel: async (_store, query) => {
        periods.push(query);
        return Object.entries(told).map(([slotId, [salesPerFacingDay, units]]) => {
          const [gtin, level, fixtureId] = placed[slotId]!;
          return { slotId, gtin, level, fixtureId, salesPerFacingDay, units, name: null } as unknown as SlotFunnelRow;
        });
      },
      availability: async () =>
        Object.entries(told).map(
          ([slotId, [, , availability]]) =>
            ({ slotId, gtin: placed[slotId]![0], availability }) as unknown as AvailabilityRow,
        ),
    },
  });
  expect(await (await cloud.api('/api/v1/stores', json({ storeFiles: [SHOP] }))).json()).toMatchObject({ refused: [] });
  Object.assign(told, { a: [10, 400, 1], b: [2, 80, 1], c: [5, 200, 0.9], g: [null, null, null], h: [0.1, 4, 1] });
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});
const ask = async (fixture: string): Promise<ProposalsView> => {
  const answer = await cloud.api(`/api/v1/stores/shelves/proposals?fixture=${fixture}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as ProposalsView;
};

describe('GET /stores/{id}/proposals', () => {
  it('proposes the better seller for eye level, with its gain, its interval and its reason in both languages', async () => {
    const view = await ask('f1');
    expect(view).toMatchObject({ why: null, currency: 'CNY', salesNet: 238, left: [] });
    const [move] = view.proposals;
    expect(move).toMatchObject({
      kind: 'eyeLevel',
      moves: [
        { slotId: 'a', gtin: MILK, from: { level: 1, facings: 2 }, to: { level: 2, facings: 2 } },
        { slotId: 'b', gtin: TEA, from: { level: 2, facings: 2 }, to: { level: 1, facings: 2 } },
      ],
      reason: { code: 'sellsBetter', values: { slotId: 'a', other: 'b', from: 1, to: 2, sales: 140, otherSales: 28 } },
    });
    // milk at eye level sells 1.39 times as much, tea on the lowest level so much less
    expect(move!.gain).toBeCloseTo(140 * 0.39 - 28 * (1 - 1 / 1.39), 1);
    expect([move!.low < move!.gain, move!.gain < move!.high]).toEqual([true, true]);
    expect(move!.sentence.en).toContain('Let Milk (level 1) and Tea (level 2, at eye level) change places');
    expect(move!.sentence.zh).toContain('将牛奶（第 1 层）与Tea（第 2 层，视线高度）互换');
    const [{ from, to }] = periods as [{ from: string; to: string }];
    expect(Date.parse(to) - Date.parse(from)).toBe(28 * 24 * 3_600_000);
  });

  it('finds the best arrangement of it within its levels, at least as good as any single move', async () => {
    const { best, proposals, salesNet } = await ask('f1');
    expect(best).toMatchObject({ proven: true });
    expect(best!.arrangement.map(({ slotId }) => slotId).sort()).toEqual(['a', 'b', 'c']);
    const used = (level: number) =>
      best!.arrangement.reduce((sum, { to }) => sum + (to.level === level ? to.facings : 0), 0);
    expect([used(1) <= 2, used(2) <= 4]).toEqual([true, true]);
    expect(best!.gain).toBeGreaterThanOrEqual(proposals[0]!.gain - 0.01);
    expect(best!.value).toBeCloseTo(salesNet! + best!.gain, 1);
  });

  it('gives a facing to what was sold out, from the neighbour that loses the least', async () => {
    Object.assign(told, { a: [5, 200, 1], b: [5, 200, 1] });
    const made = await cloud.api('/api/v1/stores', json({ storeFiles: [SHOP.replaceAll('shelves', 'soldout')] }));
    expect(made.status).toBe(200);
    const answer = await cloud.api('/api/v1/stores/soldout/proposals?fixture=f1');
    const view = (await answer.json()) as ProposalsView;
    const move = view.proposals.find(({ kind }) => kind === 'moreFacings');
    expect(move).toMatchObject({
      moves: [
        { slotId: 'c', from: { facings: 2 }, to: { level: 2, facings: 3 } },
        { slotId: 'b', from: { facings: 2 }, to: { level: 2, facings: 1 } },
      ],
      reason: { code: 'soldOut', values: { slotId: 'c', emptyPercent: 10, from: 2, to: 3, giver: 'b' } },
    });
    expect(move!.sentence.en).toMatch(
      /^Give Cola 3 facings instead of 2, one of them from Tea: it was sold out for 10 %/,
    );
    expect(move!.sentence.zh).toContain('营业时间内有 10% 缺货');
  });

  it.each([
    ['flat', 'noLevels', '层'],
    ['bare', 'nothingPlaced', '没有摆放'],
    ['away', 'salesUnknown', '未知'],
    ['slow', 'tooLittleSold', '4 件'],
  ])('of %s says why it proposes nothing (%s)', async (fixture, why, zh) => {
    const view = await ask(fixture);
    expect(view).toMatchObject({ why, proposals: [], best: null, salesNet: null });
    expect(view.sentence.zh).toContain(zh);
  });

  it('refuses an unknown fixture, a missing one, and whoever has no credential', async () => {
    const status = async (query: string) => (await cloud.api(`/api/v1/stores/shelves/proposals${query}`)).status;
    expect(await status('?fixture=nowhere')).toBe(404);
    const missing = await cloud.api('/api/v1/stores/shelves/proposals');
    expect([missing.status, await missing.json()]).toMatchObject([400, { error: { field: 'fixture' } }]);
    expect((await cloud.api('/api/v1/stores/elsewhere/proposals?fixture=f1')).status).toBe(404);
    const open = await fetch(`${cloud.url}/api/v1/stores/shelves/proposals?fixture=f1`);
    expect(open.status).toBe(401);
  });
});
