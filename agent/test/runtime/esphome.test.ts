import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fact, StoreFile } from '@aisle/contracts';
import { systemClock } from '../../src/adapters/system.js';
import { SECRETS, STORE, openShop, refusedCount, storeFileCommand, until, type Shop } from './harness.js';

const FILE: StoreFile = {
  ...STORE,
  devices: [
    ...(STORE.devices ?? []).filter(({ id }) => id !== 'cam-1' && id !== 'shelf-1'),
    // The harness has accounts for these two.
    { id: 'cam-1', family: 'shelf', dialect: 'esphome', fixture: 'fx-1', sensors: [{ sensor: 'milk', slot: 'fx-1-a', unit: 'kg' }] }, // prettier-ignore
  ],
};
const NODE = 'cam-1';

describe('an ESPHome shelf at the real broker', () => {
  let shop: Shop;
  /** a node says no time: its values count when they come */
  let now = Date.now();
  beforeAll(async () => {
    shop = await openShop({ withStore: false, deps: { clock: { ...systemClock, now: () => now } } });
    shop.cloud.command(storeFileCommand(1, FILE));
    await until('the store file', () => shop.agent.host.config);
  });
  afterAll(() => shop.end());
  const facts = <K extends Fact['kind']>(kind: K) =>
    [...shop.cloud.facts.values()].filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);

  it('speaks under its own prefix with its own account; weights become stock, pickups and incidents', async () => {
    const node = await shop.connect(NODE, SECRETS['cam-1'], {
      will: { topic: `${NODE}/status`, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    const say = (topic: string, text: string) => node.publishAsync(`${NODE}/${topic}`, text, { qos: 1 });
    // What a node does when it has started.
    await node.subscribeAsync(`${NODE}/+/+/command`);
    await say('status', 'online');
    await say('debug', '[I][app:102]: ESPHome version 2024.6.1');
    await say('sensor/wifi_signal/state', '-61');
    await say('sensor/battery_level/state', '87.5');
    await say('sensor/milk/state', 'nan');
    const samples = async (kilograms: number) => {
      for (let sample = 0; sample < 8; sample += 1) {
        await say('sensor/milk/state', (kilograms + (sample % 3) * 0.002).toFixed(3));
        now += 130;
      }
    };
    await samples(2.06);
    await until('the stock', () => facts('slot').at(-1)?.value.stock === 2);
    await samples(1.03);
    await samples(0);
    const moved = await until('two pickups', () => {
      const values = facts('slot').map(({ value }) => value);
      return values.reduce((sum, { pickups }) => sum + pickups, 0) === 2 && values;
    });
    expect(moved.at(-1)).toMatchObject({ stock: 0, gtin: '06901234567892' });
    expect(moved.find(({ pickups }) => pickups > 0)?.confidencePpm).toBeGreaterThan(900_000);
    const [empty] = await until('the incident', () => facts('incident').length > 0 && facts('incident'));
    expect(empty?.value).toMatchObject({
      what: 'outOfStock',
      subject: 'fx-1-a',
      zoneId: 'dairy',
      until: null,
      count: 0,
    });
    expect(await refusedCount(shop, NODE, 'malformed')).toBe(1);
    expect(await refusedCount(shop, NODE, 'topic')).toBe(0);
  });

  it('may neither speak nor listen below the prefix of another', async () => {
    const node = await shop.connect(NODE, SECRETS['cam-1']);
    const before = await refusedCount(shop, NODE, 'topic');
    await node.publishAsync('shelf-9/sensor/milk/state', '1.0', { qos: 1 });
    expect(await refusedCount(shop, NODE, 'topic')).toBe(before + 1);
    await expect(node.subscribeAsync('shelf-9/#')).rejects.toThrow();
  });
});
