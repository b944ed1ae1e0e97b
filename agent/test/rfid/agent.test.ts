import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { metric, openShop, refusedCount, storeFileCommand, topic, until, type Shop } from '../runtime/harness.js';
import { epcOf, MILK, SHIRT, TAGGED } from '../domain/rfid/tagged-shop.js';

const START = Date.UTC(2026, 2, 2, 2);
const reader = (id: string, dialect: string): NonNullable<StoreFile['devices']>[number] => ({
  id,
  family: 'rfid',
  dialect,
  antennas: [
    { antenna: 1, slot: 's1' },
    { antenna: 2, slot: 's3' },
    { antenna: 3, role: 'exit' },
  ],
});
const STORE: StoreFile = {
  ...TAGGED,
  devices: [
    { id: 'till-1', family: 'till', dialect: 'aisle' },
    reader('native-1', 'aisle'),
    reader('impinj-1', 'impinj'),
    reader('zebra-1', 'zebra'),
  ],
};
const nanos = (ts: number) => new Date(ts).toISOString().replace('Z', '123456Z');
const hours = (ts: number) => `${new Date(ts + 8 * 3_600_000).toISOString().slice(0, -1)}+0800`;

/** What each maker's reader writes for the same sightings. */
const WRITE: Record<string, (ts: number, seen: [string, number][]) => [string, string]> = {
  'native-1': (ts, seen) => [
    topic('native-1', 'rfid/reads'),
    JSON.stringify({ ts, reads: seen.map(([epc, antenna]) => ({ epc, antenna, rssiDbm: -56.5 })) }),
  ],
  'impinj-1': (ts, seen) => [
    'impinj/impinj-1/events',
    seen
      .map(([epc, antenna]) =>
        JSON.stringify({
          timestamp: nanos(ts),
          eventType: 'tagInventory',
          tagInventoryEvent: {
            epc: Buffer.from(epc, 'hex').toString('base64url'),
            antennaPort: antenna,
            peakRssiCdbm: -5650,
            lastSeenTime: nanos(ts),
          },
        }),
      )
      .join('\r\n'),
  ],
  'zebra-1': (ts, seen) => [
    'zebra/zebra-1/tagEvents',
    JSON.stringify(
      seen.map(([epc, antenna]) => ({
        type: 'SIMPLE',
        timestamp: hours(ts),
        data: { idHex: epc.toLowerCase(), antenna, peakRssi: -56, eventNum: 1, format: 'epc' },
      })),
    ),
  ],
};

describe('readers of three makers through the broker', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ withStore: false });
    shop.cloud.command(storeFileCommand(1, STORE));
    await until('the store file', () => shop.agent.host.config);
  });
  afterAll(async () => shop.end());

  it.each(Object.keys(WRITE))('%s: reads become pickups, stock and an unpaid item', async (id) => {
    const client = await shop.connect();
    const serial = Object.keys(WRITE).indexOf(id) * 1000;
    const [milk, shirt, taken] = [epcOf(MILK, serial), epcOf(SHIRT, serial), epcOf(MILK, serial + 1)];
    const start = START + Object.keys(WRITE).indexOf(id) * 3_600_000;
    const say = async (at: number, seen: [string, number][]) => {
      const [where, what] = WRITE[id]?.(start + at, seen) as [string, string];
      await client.publishAsync(where, what, { qos: 1 });
    };
    for (let at = 0; at < 90_000; at += 500)
      await say(at, [
        [milk, 1],
        [shirt, 2],
        ...(at < 60_000 ? [[taken, 1] as [string, number]] : []),
        ...(at > 80_000 ? [[taken, 3] as [string, number]] : []),
      ]);
    const slot = await until('the pickup as a fact', () =>
      [...shop.cloud.facts.values()].find(
        (fact) => fact.kind === 'slot' && fact.subject === 's1' && fact.ts >= start && fact.value.pickups === 1,
      ),
    );
    expect(slot).toMatchObject({ ts: start, value: { gtin: MILK, zoneId: 'dairy', putbacks: 0 } });
    expect(
      [...shop.cloud.facts.values()].find((fact) => fact.kind === 'slot' && fact.subject === 's3' && fact.ts >= start)
        ?.value,
    ).toMatchObject({ gtin: SHIRT.slice(1), stock: expect.any(Number) });
    await until('the unpaid item', () =>
      [...shop.cloud.facts.values()].some(
        (fact) =>
          fact.kind === 'incident' &&
          fact.value.what === 'unpaid' &&
          fact.ts > start + 80_000 &&
          fact.value.count === 1,
      ),
    );
    expect(await metric(shop, `aisle_rfid_events_total{device="${id}",event="appeared"}`)).toBe(4);
    expect(await metric(shop, `aisle_rfid_events_total{device="${id}",event="gone"}`)).toBe(1);
    const [heard, thinned] = [
      await metric(shop, `aisle_rfid_reads_total{device="${id}"}`),
      await metric(shop, `aisle_rfid_reads_thinned_total{device="${id}"}`),
    ];
    expect(heard).toBe(180 * 2 + 120 + 19);
    expect(thinned).toBeGreaterThan(300);
    // The item's own number is in no fact.
    for (const fact of shop.cloud.facts.values()) expect(JSON.stringify(fact)).not.toContain(taken);
  });

  it('knows a heartbeat for a sign of life, and what no decoder can read for refused', async () => {
    const client = await shop.connect();
    const beat = { eventType: 'heartbeat', timestamp: hours(START), component: 'RG', data: { system: {} } };
    const before = shop.agent.journal.lastSeq;
    await client.publishAsync('zebra/zebra-1/managementEvents', JSON.stringify(beat), { qos: 1 });
    await client.publishAsync('zebra/zebra-1/managementEvents', JSON.stringify(beat), { qos: 1 });
    expect(shop.agent.journal.lastSeq).toBe(before + 2);
    await client.publishAsync('impinj/impinj-1/events', '{"eventType":"tagInventory"}', { qos: 1 });
    expect(await refusedCount(shop, 'impinj-1', 'malformed')).toBe(1);
    expect(await refusedCount(shop, 'zebra-1', 'unsupported')).toBe(0);
  });

  it('acknowledges a message that says nothing new, and counts one that comes twice', async () => {
    const client = await shop.connect();
    const at = START + 10 * 3_600_000;
    const [where, what] = WRITE['native-1']?.(at, [[epcOf(MILK, 5), 1]]) as [string, string];
    const accepted = (await metric(shop, 'aisle_messages_accepted_total')) ?? 0;
    await client.publishAsync(where, what, { qos: 1 });
    await client.publishAsync(where, what, { qos: 1 });
    expect(await refusedCount(shop, 'native-1', 'duplicate')).toBe(1);
    const before = shop.agent.journal.lastSeq;
    for (let index = 1; index < 20; index += 1) {
      const [, more] = WRITE['native-1']?.(at + index, [[epcOf(MILK, 5), 1]]) as [string, string];
      await client.publishAsync(where, more, { qos: 1 });
    }
    expect(shop.agent.journal.lastSeq).toBe(before + 2);
    expect(await metric(shop, 'aisle_messages_accepted_total')).toBe(accepted + 20);
  });

  it('refuses a late message of a native reader', async () => {
    const client = await shop.connect();
    const [where, what] = WRITE['native-1']?.(START, [[epcOf(MILK, 6), 1]]) as [string, string];
    await client.publishAsync(where, what, { qos: 1 });
    expect(await refusedCount(shop, 'native-1', 'late')).toBe(1);
  });
});
