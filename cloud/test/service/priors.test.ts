import { describe, expect, it } from 'vitest';
import { SPEAKS, SPEAKS_0_1, type FactOf } from '@aisle/contracts';
import { Priors } from '../../src/campaigns/priors.js';

const DAY_MS = 86_400_000;
/** Four in the morning, UTC: yesterday is settled. */
const NOW = Date.UTC(2026, 4, 20, 4);

function decisions(storeId: string, count: number, more: object = {}): (FactOf<'decision'> & { epoch: number })[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{
      kind: 'decision' as const,
      subject: `${storeId}-${at}`,
      ts: NOW - DAY_MS,
      seq: at,
      configVersion: 1,
      epoch: 1,
    },
    value: {
      ...{ screenId: 's', contentId: `item-${at % 4}`, category: null, reason: '', probabilityMicro: 250_000 },
      ...{ heldOut: false, candidates: [], campaignId: 'c1', arm: 'treated' as const },
      ...{ inputs: { hour: 12, people: 1 }, rewarded: at % 5 === 0, ...more },
    },
  }));
}

function cloud(shops: Record<string, { facts: FactOf<'decision'>[]; speaks?: unknown; organisationId?: string }>) {
  const added: { storeId: string; kind: string }[] = [];
  const state = { now: NOW, reads: 0 };
  const parts = {
    stores: {
      stores: () =>
        Promise.resolve(
          Object.entries(shops).map(([storeId, { organisationId = 'o' }]) => ({ storeId, organisationId })),
        ),
    },
    campaigns: { campaigns: () => Promise.resolve([{ campaignId: 'c1', settings: { goal: 'pickups' } }]) },
    agents: {
      agent: (storeId: string) => Promise.resolve({ speaks: JSON.stringify(shops[storeId]?.speaks ?? SPEAKS) }),
    },
    series: {
      read: ({ storeId, from, to }: { storeId: string; from: number; to: number }) => {
        state.reads += 1;
        return Promise.resolve((shops[storeId]?.facts ?? []).filter(({ ts }) => ts >= from && ts < to));
      },
    },
    inbox: {
      add: (storeId: string, { kind }: { kind: string }) => {
        added.push({ storeId, kind });
        return Promise.resolve();
      },
    },
    clock: { now: () => state.now },
  };
  const priors = new Priors(parts as never);
  /** as many minutes as it takes to read four weeks of these shops */
  const look = async () => {
    for (let minute = 0; minute < 12; minute += 1) {
      const sent = await priors.look();
      if (sent.length > 0) return sent;
    }
    return [];
  };
  return { look, added, state };
}

describe('what shops have learnt together', () => {
  it('goes to every shop whose agent knows what to do with it, once a day, and reads each day once', async () => {
    const { look, added, state } = cloud({
      a: { facts: decisions('a', 200) },
      b: { facts: decisions('b', 200) },
      old: { facts: [], speaks: SPEAKS_0_1 },
    });
    const [prior] = await look();
    expect(prior).toMatchObject({ goal: 'pickups', shops: 2, choices: 400, items: 8, atTs: NOW });
    expect(added).toEqual([
      { storeId: 'a', kind: 'prior' },
      { storeId: 'b', kind: 'prior' },
    ]);
    const { reads } = state;
    expect(await look()).toEqual([]);
    expect(state.reads).toBe(reads);
    state.now += DAY_MS;
    expect(await look()).toHaveLength(1);
    // only the new day of each
    expect(state.reads).toBe(reads + 3);
  });

  it.each([
    ['of one shop alone', { a: { facts: decisions('a', 500) }, b: { facts: [] } }],
    [
      'of several organisations',
      { a: { facts: decisions('a', 500) }, b: { facts: decisions('b', 500), organisationId: 'p' } },
    ],
    [
      'of older agents',
      {
        a: { facts: decisions('a', 500, { rewarded: undefined }) },
        b: { facts: decisions('b', 500, { rewarded: undefined }) },
      },
    ],
    [
      'of campaigns that nobody knows',
      {
        a: { facts: decisions('a', 500, { campaignId: 'x' }) },
        b: { facts: decisions('b', 500, { campaignId: 'x' }) },
      },
    ],
  ])('is nothing where all is %s', async (_, shops) => {
    const { look, added } = cloud(shops);
    expect(await look()).toEqual([]);
    expect(added).toEqual([]);
  });
});
