import { describe, expect, it } from 'vitest';
import { HOUR_MS, type SlotFunnelRow, type StoreFile } from '@aisle/contracts';
import { createInsight } from '../../cloud/src/insight/index.js';
import type { SeriesRow } from '../../cloud/src/ports/series-store.js';
import { readBehaviour, readStore, shopFile } from '../../simulators/src/adapters/files.js';
import { historyOf } from '../../simulators/src/history/history.js';
import { memorySeries } from '../support/memory-series.js';

/** Moment B: something is wrong with one slot from 14:00 on; by 15:00 the funnel names exactly that one. */
const DAY = Date.parse('2026-11-24T00:00:00+08:00');
const at = (hour: number): number => DAY + hour * HOUR_MS;

/** The demo shop's first eight fixtures: everybody who comes takes from them, so that an hour of one slot tells something. None is sold out. */
function shopOf(seed: number): StoreFile {
  const demo = readStore(shopFile('demo.yaml'));
  const fixtures = (demo.fixtures ?? []).slice(0, 8).map((fixture) => ({
    ...fixture,
    slots: (fixture.slots ?? []).map((slot) => ({ ...slot, capacity: 500 })),
  }));
  const isKept = (fixture: string | undefined) => fixture === undefined || fixtures.some(({ id }) => id === fixture);
  const devices = (demo.devices ?? []).filter((device) => isKept(device.fixture));
  return { ...demo, store: { ...demo.store, id: `shop-${seed}` }, fixtures, devices };
}

/** Twice as many as on a quiet day come. */
function busy() {
  const behaviour = readBehaviour(shopFile('behaviour.yaml'));
  return { ...behaviour, arrivals: { ...behaviour.arrivals, perHour: 2 * behaviour.arrivals.perHour } };
}

/** A shop from midnight to three in the afternoon. @returns which rows of an hour stand out */
function shop(seed: number, astray?: string): (hour: number) => Promise<SlotFunnelRow[]> {
  const storeFile = shopOf(seed);
  const { id: storeId } = storeFile.store;
  const rows: SeriesRow[] = [];
  for (const facts of historyOf({
    ...{ storeFile, seed, behaviour: busy(), slots: 'changed' },
    ...{ from: at(0), to: at(15), outagesPerDay: 0 },
    ...(astray !== undefined && { astray: { slotId: astray, from: at(14), putbacks: 4, purchases: 0.25 } }),
  }))
    rows.push(...facts.map((fact) => ({ storeId, epoch: 1, fact })));
  const clock = { now: () => at(16), monotonicMs: () => 0, after: () => () => undefined, every: () => () => undefined };
  const insight = createInsight({ series: memorySeries(rows), clock });
  const context = { storeId, version: 1, storeFile };
  let rolled: Promise<number> | undefined;
  return async (hour) => {
    await (rolled ??= insight.maintainRollups(context));
    const period = { from: new Date(at(hour)).toISOString(), to: new Date(at(hour + 1)).toISOString() };
    return (await insight.slotFunnel(context, period, async () => [])).filter(({ standsOut }) => standsOut);
  };
}

describe('moment B', () => {
  it.each([11, 12, 13])('names exactly the slot with a wrong label within the hour (seed %i)', async (seed) => {
    const slots = shopOf(seed).fixtures!.flatMap(({ slots: own = [] }) => own.map(({ id }) => id));
    const wrong = slots[(seed * 7) % slots.length] as string;
    const rows = await shop(seed, wrong)(14);
    expect(rows.map(({ slotId }) => slotId)).toEqual([wrong]);
    expect(rows[0]?.expected.returned).toMatchObject({ standsOut: 'more' });
    expect(rows[0]?.sentence?.en).toMatch(/were put back \(usual: \d+ to \d+\)/);
    expect(rows[0]?.sentence?.zh).toMatch(/放回 \d+ 件/);
  });

  it('names hardly any on quiet days: in at most one hour of twenty', async () => {
    const quiet = shop(21);
    const named: number[] = [];
    for (let hour = 5; hour < 15; hour += 1) if ((await quiet(hour)).length > 0) named.push(hour);
    // of 10 hours half of one is to be expected at the very most; more than 2 come in one of eighty such counts
    expect(named.length).toBeLessThanOrEqual(2);
  });
});
