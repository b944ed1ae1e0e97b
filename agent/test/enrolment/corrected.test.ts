import { afterEach, describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { systemClock } from '../../src/adapters/system.js';
import { SECRETS, STORE, openShop, positions, storeFileCommand, topic, until, type Shop } from '../runtime/harness.js';

/** The camera's clock is so far ahead. */
const AHEAD_MS = 20 * 60_000;
let shop: Shop;
afterEach(() => shop?.end());

const withClock = (clock: 'trusted' | 'corrected'): StoreFile => ({
  ...STORE,
  devices: STORE.devices?.map((device) => (device.id === 'cam-1' ? { ...device, clock } : device)) ?? [],
});

describe('a camera whose clock is twenty minutes ahead', () => {
  it.each([
    ['corrected', 0],
    ['trusted', AHEAD_MS],
  ] as const)('and is %s: its footfall counts in the minute that is %i ms from now', async (clock, off) => {
    let now = Date.now();
    shop = await openShop({ withStore: false, deps: { clock: { ...systemClock, now: () => now } } });
    shop.cloud.command(storeFileCommand(1, withClock(clock)));
    await until('the store file', () => shop.agent.host.config);
    const cam = await shop.connect('cam-1', SECRETS['cam-1']);
    const began = now;
    for (let step = 0; step <= 12; step += 1) {
      // through the entrance, at 2 m/s
      const walk: [string, number, number][] = [['1', 10, 10.6 - step * 0.1]];
      await cam.publishAsync(topic('cam-1', 'camera/positions'), positions(now + AHEAD_MS, walk), { qos: 1 });
      now += 50;
    }
    const entry = await until('the entry', () =>
      [...shop.cloud.facts.values()].find(
        ({ kind, value }) => kind === 'crossings' && (value as { in: number }).in === 1,
      ),
    );
    const minutes = [began + off, now + off].map((ts) => Math.floor(ts / 60_000) * 60_000);
    expect(minutes).toContain(entry.ts);
  });
});
