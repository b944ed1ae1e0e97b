import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import type { StoreVersion } from '../../src/ports/index.js';
import { Stores } from '../../src/stores/stores.js';
import { Upkeep } from '../../src/stores/upkeep.js';

const fileOf = (id: string): StoreFile => ({
  store: { id, name: { en: id }, timezone: 'UTC', currency: 'EUR' } as StoreFile['store'],
  floor: { outline: [] } as unknown as StoreFile['floor'],
  hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], open: '09:00', close: '21:00' }],
});

function shops(count: number) {
  const ids = Array.from({ length: count }, (_, at) => `shop-${at}`);
  const read: string[] = [];
  const planned = new Map<string, number>();
  let now = Date.parse('2026-03-02T00:00:00Z');
  const stores = new Stores({
    stores: {} as never,
    versions: {
      currentVersion: async (storeId: string) => {
        read.push(storeId);
        return { storeId, version: 1, storeFile: fileOf(storeId), validFrom: 0 } as unknown as StoreVersion;
      },
      versions: async (storeId: string) => [{ version: 2, validFrom: planned.get(storeId) ?? Infinity }],
    } as never,
    clock: { now: () => now } as never,
  });
  return { ids, read, planned, stores, wait: (ms: number) => (now += ms) };
}

describe('the store files of many shops', () => {
  it('are kept as far as they were asked for last; when a shop is open is known of all', async () => {
    const { ids, read, stores } = shops(300);
    for (const id of ids) await stores.current(id);
    expect(read).toHaveLength(300);
    await stores.current('shop-299');
    await stores.current('shop-220');
    expect(read).toHaveLength(300);
    await stores.current('shop-0');
    expect(read.slice(300)).toEqual(['shop-0']);
    // asked for again, it is not the one that goes
    for (let at = 0; at < 99; at += 1) {
      await stores.current('shop-220');
      await stores.current(`shop-${at + 1}`);
    }
    await stores.current('shop-220');
    expect(read.filter((id) => id === 'shop-220')).toHaveLength(1);
    const noon = Date.parse('2026-03-02T20:00:00Z');
    expect(stores.calendar('shop-150')?.hours.openMs(noon, noon + 2 * 3_600_000)).toBe(3_600_000);
  });

  it('are asked for by the upkeep only where something is to be done', async () => {
    const { ids, read, planned, stores, wait } = shops(5);
    const due = new Set<string>();
    const made: string[] = [];
    const upkeep = new Upkeep({
      records: { stores: async () => ids.map((storeId) => ({ storeId })) } as never,
      stores,
      retention: { apply: async () => undefined },
      clock: { monotonicMs: () => 0 },
      insight: {
        rollupsDue: async ({ storeId }) => due.has(storeId),
        maintainRollups: async ({ storeId }) => made.push(storeId),
      },
      log: { error: (details) => expect.unreachable(JSON.stringify(details)) },
    });
    planned.set('shop-4', Date.parse('2026-03-03T00:00:00Z'));
    await upkeep.run();
    expect(made.splice(0)).toEqual(ids);
    due.add('shop-3');
    await upkeep.run();
    expect(made.splice(0)).toEqual(['shop-3']);
    expect(read).toHaveLength(5);
    // whatever the new version says
    stores.forget('shop-1');
    wait(86_400_000);
    await upkeep.run();
    expect(made).toEqual(['shop-1', 'shop-3', 'shop-4']);
  });
});
