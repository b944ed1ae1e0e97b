import { describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { figures, FILE, at, base, period } from './figure-shop.js';

const of = figures();

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
      },
    ]);
  });
});

describe('the planogram', () => {
  it('is what the store file in force says', () => {
    expect(of.insight.planogram({ storeId: 'x', version: 3, storeFile: FILE })).toEqual({
      version: 3,
      slots: [
        { slotId: 's1', fixtureId: 'f1', zoneId: 'dairy', gtin: 'milk', facings: 3, capacity: null, level: null },
        { slotId: 's2', fixtureId: 'f1', zoneId: 'dairy', gtin: 'milk', facings: 1, capacity: null, level: null },
        { slotId: 's3', fixtureId: 'f2', zoneId: 'wine', gtin: 'rice', facings: 2, capacity: 9, level: 1 },
      ],
    });
  });
});
