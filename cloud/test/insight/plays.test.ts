import { describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { figures, at, base, period } from './figure-shop.js';

const of = figures();

/** what agents up to 0.2 do not say */
const OLDER = {
  ...{ campaignId: null, outcome: 'completed', trouble: null, arm: null },
  ...{ opportunities: null, watchers: null, verifiedImpressions: null, scans: null },
};

describe('plays', () => {
  it('tell the decision behind them, although it was made before the period', async () => {
    const play = (screenId: string, decisionId: string, time: string): Fact => ({
      ...base(time),
      kind: 'play',
      subject: `${decisionId}@${time}`,
      value: {
        screenId,
        decisionId,
        contentId: 'milk-ad',
        startedTs: at(time),
        endedTs: at(time) + 8000,
        completed: true,
      },
    });
    const decision: Fact = {
      ...base('09:59:59'),
      kind: 'decision',
      subject: 'd1',
      value: {
        screenId: 'screen-1',
        contentId: 'milk-ad',
        category: 'dairy',
        reason: 'Shoppers here spent longest in Dairy (47 s)',
        why: { code: 'dwell', values: { category: 'dairy', seconds: 47 } },
        probabilityMicro: 900_000,
        heldOut: true,
        candidates: [
          { contentId: 'milk-ad', category: 'dairy', dwellSeconds: 47 },
          { contentId: 'hello', category: null, dwellSeconds: 0 },
        ],
      },
    };
    const shop = await of.shopWith([
      decision,
      play('screen-1', 'd2', '10:01:00'),
      play('screen-1', 'd1', '10:00:00'),
      play('screen-2', 'd1', '10:00:30'),
      play('screen-1', 'd1', '10:10:00'),
    ]);
    expect(await of.insight.plays(shop, 'screen-1', period('10:00', '10:10'))).toEqual([
      {
        decisionId: 'd1',
        contentId: 'milk-ad',
        startedTs: at('10:00:00'),
        endedTs: at('10:00:08'),
        reason: {
          code: 'dwell',
          values: { category: 'dairy', seconds: 47 },
          en: 'People here have stopped longest at dairy: 47\u00a0s in all.',
          zh: '屏前顾客在「dairy」停留最久，共 47秒。',
        },
        probability: 0.9,
        heldOut: true,
        candidates: [
          { contentId: 'milk-ad', category: 'dairy', dwellSeconds: 47 },
          { contentId: 'hello', category: null, dwellSeconds: 0 },
        ],
        completed: true,
        ...OLDER,
      },
      {
        decisionId: 'd2',
        contentId: 'milk-ad',
        startedTs: at('10:01:00'),
        endedTs: at('10:01:08'),
        reason: null,
        probability: null,
        heldOut: false,
        candidates: [],
        completed: true,
        ...OLDER,
      },
    ]);
  });

  it('tell what an agent says of outcome, arm and audience, and name why one failed', async () => {
    const more = {
      ...{ campaignId: 'c-1', arm: 'treated' as const, probabilityMicro: 250_000, outcome: 'failed' as const },
      ...{ trouble: 'notDecodable', opportunities: 4, watchers: 2, verifiedImpressions: 3, scans: 1 },
    };
    const shop = await of.shopWith([
      {
        ...base('10:00:00'),
        kind: 'play',
        subject: 'd9@1',
        value: {
          ...{ screenId: 'screen-1', decisionId: 'd9', contentId: 'x', completed: false },
          ...{ startedTs: at('10:00:00'), endedTs: at('10:00:01') },
          ...more,
        },
      },
    ]);
    const [row] = await of.insight.plays(shop, 'screen-1', period('10:00', '10:10'));
    const { probabilityMicro, ...said } = more;
    expect(row).toMatchObject({ ...said, probability: probabilityMicro / 1e6, heldOut: false });
  });
});

describe('blocks', () => {
  it('are those of the group that a screen is in, with coverage and money of their counted span', async () => {
    const block = (groupId: string, time: string, screens: string[], sensedMs: number): Fact => ({
      ...base(time),
      kind: 'block',
      subject: `c-1|${groupId}@${at(time)}`,
      value: {
        ...{ campaignId: 'c-1', groupId, screens, arm: 'heldOut', probabilityMicro: 200_000, sensedMs },
        ...{ fromTs: at(time), countedFromTs: at(time) + 300_000, toTs: at(time) + 1_200_000 },
        ...{ counted: sensedMs > 450_000, why: sensedMs > 450_000 ? null : 'thin' },
        ...{ opportunities: 7, watchers: 3, stops: 2, scans: 0 },
        featured: { pickups: 2, unitsMicro: 1_500_000, netMinor: 1250 },
        category: { pickups: 3, unitsMicro: 2_000_000, netMinor: 2000 },
        store: { pickups: 9, unitsMicro: 9_000_000, netMinor: 9990 },
      },
    });
    const shop = await of.shopWith([
      block('screen-1', '10:00:00', ['screen-1', 'screen-2'], 900_000),
      block('screen-1', '10:20:00', ['screen-1', 'screen-2'], 90_000),
      block('screen-3', '10:00:00', ['screen-3'], 900_000),
      block('screen-1', '11:00:00', ['screen-1', 'screen-2'], 900_000),
    ]);
    const rows = await of.insight.blocks(shop, 'screen-2', period('10:00', '11:00'));
    expect(rows.map(({ from, counted, why, coverage }) => [from, counted, why, coverage])).toEqual([
      ['2026-11-22T10:00:00+08:00', true, null, 1],
      ['2026-11-22T10:20:00+08:00', false, 'thin', 0.1],
    ]);
    expect(rows[0]).toMatchObject({
      countedFrom: '2026-11-22T10:05:00+08:00',
      ...{ arm: 'heldOut', probability: 0.2, opportunities: 7, watchers: 3, stops: 2, scans: 0 },
      ...{ pickups: 2, units: 1.5, salesNet: 12.5 },
      category: { pickups: 3, units: 2, salesNet: 20 },
      store: { pickups: 9, units: 9, salesNet: 99.9 },
    });
  });
});
