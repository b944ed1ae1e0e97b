import { describe, expect, it } from 'vitest';
import type { DeviceEvent, FactOf, FactKind, SaleEvent } from '@aisle/contracts';
import { openShop, SECRETS, metric, storeFileCommand, until, type Shop } from '../../agent/test/runtime/harness.js';
import { systemClock } from '../../agent/src/adapters/system.js';
import { DeviceDecoder } from '../../agent/src/devices/registry.js';
import { indexStore } from '../../agent/src/devices/store-index.js';
import { MqttPublisher } from '../../simulators/src/adapters/mqtt-publisher.js';
import { linesOf, openTwin, saidBy, TWIN_START, twinStore, type Twin } from '../support/twin.js';

interface SaleLine {
  till: string;
  receipt: string;
  lines: { gtin: string; quantity: number; net: number }[];
}
const minorOf = (amount: number) => Math.round(amount * 100);
const netOf = (sales: readonly SaleLine[]) =>
  sales.flatMap(({ lines }) => lines).reduce((sum, { net }) => sum + minorOf(net), 0);

describe('every simulated dialect, read by the agent', { timeout: 120_000 }, () => {
  const decoder = new DeviceDecoder();

  /** What the agent makes of everything that the twin says: by family and dialect, how many events of which kind. */
  function decode(twin: Twin) {
    const index = indexStore(twin.store, 1);
    const kinds = new Map<string, Map<string, number>>();
    const refused: string[] = [];
    const events: DeviceEvent[] = [];
    for (const { ts, message } of saidBy(twin)) {
      const speakers = index.topics.devicesOn(message.topic);
      if (speakers.length === 0) refused.push(`nobody speaks on ${message.topic}`);
      for (const deviceId of speakers) {
        const payload = Buffer.from(message.bytes ?? message.payload);
        const read = decoder.decode({ deviceId, topic: message.topic, payload, receivedTs: ts }, index);
        const { family, dialect } = index.devices.get(deviceId) ?? {};
        const counts = kinds.get(`${family} ${dialect}`) ?? new Map<string, number>();
        kinds.set(`${family} ${dialect}`, counts);
        const count = (kind: string, add = 1) => counts.set(kind, (counts.get(kind) ?? 0) + add);
        if (!read.ok) {
          if (!read.elsewhere)
            refused.push(`${deviceId} ${message.topic}: ${read.reason} ${read.field} ${read.message}`);
          continue;
        }
        for (const part of read.refused ?? []) refused.push(`${deviceId}: part: ${part.reason} ${part.message}`);
        for (const event of read.events) count(event.kind);
        events.push(...read.events);
        if ('adverts' in read && read.adverts) count('adverts', read.adverts.adverts.length);
      }
    }
    return { kinds, refused, events };
  }

  it('nothing is refused, every dialect gives its events, and sales and loads are what they truly are', () => {
    const twin = openTwin({ seed: 11, minutes: 6, outlets: { rest: () => undefined } });
    const { kinds, refused, events } = decode(twin);
    expect(refused.slice(0, 5)).toEqual([]);
    const expected: [string, string[]][] = [
      ['camera aisle', ['positions', 'crossing', 'deviceState']],
      ['camera onvif', ['crossing', 'counted', 'noticed']],
      ['camera frigate', ['tracked', 'noticed', 'deviceState']],
      ['shelf aisle', ['weight', 'deviceState']],
      ['shelf esphome', ['weight', 'deviceState']],
      ['ble aisle', ['adverts', 'deviceState']],
      ['ble theengs', ['adverts', 'deviceState']],
      ['rfid aisle', ['reads', 'deviceState']],
      ['rfid impinj', ['reads', 'deviceState']],
      ['rfid zebra', ['reads', 'deviceState']],
      ['till aisle', ['sale', 'deviceState']],
      ['till csv', ['sale']],
      ['till poslog', ['sale']],
      ['screen aisle', ['deviceState']],
    ];
    for (const [device, wanted] of expected)
      for (const kind of wanted) expect(kinds.get(device)?.get(kind) ?? 0, `${device} ${kind}`).toBeGreaterThan(0);

    const sold = linesOf<SaleLine>(twin.ledger, 'sale').filter(({ till }) => till !== 'till-4');
    const read = events.filter((event): event is SaleEvent => event.kind === 'sale');
    expect(read.map(({ receipt }) => receipt).sort()).toEqual(sold.map(({ receipt }) => receipt).sort());
    expect(read.flatMap(({ lines }) => lines).reduce((sum, { netMinor }) => sum + netMinor, 0)).toBe(netOf(sold));

    // The last weight of each slot: tare and units, but for noise and drift.
    const last = new Map<string, number>();
    for (const event of events) if (event.kind === 'weight') last.set(event.slotId, event.decigrams / 10);
    expect(last.size).toBeGreaterThan(50);
    for (const [slotId, grams] of last) {
      const slot = twin.simulation.world.shelves.slot(slotId);
      expect(Math.abs(grams - slot.place.tareGrams - slot.units * slot.unitGrams), slotId).toBeLessThan(40);
    }

    // Every tag that is read is one that truly exists.
    const tags = new Set(
      linesOf<{ slots: Record<string, string[]> }>(twin.ledger, 'tags').flatMap(({ slots }) =>
        Object.values(slots).flat(),
      ),
    );
    for (const { epc } of linesOf<{ epc: string }>(twin.ledger, 'tag')) tags.add(epc);
    const seen = events.flatMap((event) => (event.kind === 'reads' ? event.reads : []));
    expect(seen.length).toBeGreaterThan(10_000);
    for (const [epc] of seen) if (!tags.has(epc)) expect(tags).toContain(epc);
  });

  it('with the default faults, what is refused is what was damaged, and nothing is made up', () => {
    const twin = openTwin({ seed: 12, minutes: 5, faults: true, outlets: { rest: () => undefined } });
    const { refused, events } = decode(twin);
    expect(twin.line?.counts.garbled ?? 0).toBeGreaterThan(5);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter((text) => !/: malformed /.test(text))).toEqual([]);
    expect(refused.length).toBeLessThanOrEqual(twin.line?.counts.garbled ?? 0);
    const sold = linesOf<SaleLine>(twin.ledger, 'sale').filter(({ till }) => till !== 'till-4');
    const receipts = new Set(events.flatMap((event) => (event.kind === 'sale' ? [event.receipt] : [])));
    expect([...receipts].sort()).toEqual(sold.map(({ receipt }) => receipt).sort());
  });
});

describe('the shop of all dialects, through a real broker into a real agent', () => {
  const facts = <K extends FactKind>(shop: Shop, kind: K): FactOf<K>[] =>
    [...shop.cloud.facts.values()].filter((fact) => fact.kind === kind) as unknown as FactOf<K>[];

  it('sales and entries are exact, stock is right, and the slot that was emptied is told of', async () => {
    const outOfStock = [{ slotId: 'fx-17-a', fromTs: TWIN_START + 60_000, toTs: TWIN_START + 400_000 }];
    // Sales by REST go by the cloud, which is not here: that till speaks the native dialect.
    const file = twinStore();
    const store = {
      ...file,
      store: { ...file.store, id: 'demo' },
      devices: (file.devices ?? []).map((device) =>
        device.id === 'till-4' ? { ...device, dialect: 'aisle' } : device,
      ),
    };
    const twin = openTwin({ seed: 13, minutes: 5, store, faults: true, outOfStock });
    // The agent's wall clock is the twin's: messages without a time of their own came when they were sent.
    const clock = { ...systemClock, now: () => twin.shop.ts };
    const shop = await openShop({ withStore: false, deps: { clock } });
    const publisher = new MqttPublisher({
      url: shop.url,
      username: 'integrator',
      password: SECRETS.integrator,
      clientId: 'twin',
      window: 64,
      limit: 64,
    });
    try {
      shop.cloud.command(storeFileCommand(1, store));
      await until('the store file', () => shop.agent.host.config);
      await publisher.start();
      for (const { message } of saidBy(twin)) {
        publisher.publish(message);
        if (publisher.isFull) await publisher.room();
      }
      expect(await publisher.drained(20_000)).toBe(true);
      const sold = linesOf<SaleLine>(twin.ledger, 'sale');
      await until('all sales', () => facts(shop, 'sale').length >= sold.length, 30_000);
      await until(
        'all that was heard to be applied, and all facts of it to be in the cloud',
        async () =>
          (await metric(shop, 'aisle_journal_applied_seq')) === (await metric(shop, 'aisle_journal_seq')) &&
          (await metric(shop, 'aisle_outbox_waiting')) === 0,
        60_000,
        100,
      );

      expect(
        facts(shop, 'sale')
          .map(({ value }) => value.receipt)
          .sort(),
      ).toEqual(sold.map(({ receipt }) => receipt).sort());
      expect(facts(shop, 'sale').reduce((sum, { value }) => sum + value.netMinor, 0)).toBe(netOf(sold));

      const crossed = linesOf<{ direction: 'in' | 'out'; entranceId: string }>(twin.ledger, 'crossing');
      for (const entranceId of ['main', 'side'])
        for (const direction of ['in', 'out'] as const) {
          const told = facts(shop, 'crossings').filter(({ subject }) => subject === entranceId);
          const truth = crossed.filter((line) => line.entranceId === entranceId && line.direction === direction).length;
          const counted = told.reduce((sum, { value }) => sum + value[direction], 0);
          expect(Math.abs(counted - truth), `${entranceId} ${direction}: ${counted} of ${truth}`).toBeLessThanOrEqual(
            1,
          );
        }

      const [{ stock }] = linesOf<{ stock: Record<string, number> }>(twin.ledger, 'end') as [
        { stock: Record<string, number> },
      ];
      const wrong: string[] = [];
      for (const [slotId, units] of Object.entries(stock)) {
        const newest = facts(shop, 'slot')
          .filter(({ subject }) => subject === slotId)
          .sort((a, b) => b.ts - a.ts)[0];
        const told = newest?.value.stock;
        if (told === undefined || told === null || Math.abs(told - units) > 1)
          wrong.push(`${slotId}: ${told} of ${units}`);
      }
      expect(wrong.length, wrong.join(', ')).toBeLessThanOrEqual(Object.keys(stock).length * 0.05);

      const [empty] = linesOf<{ ts: number; slotId: string }>(twin.ledger, 'empty').filter(
        ({ slotId }) => slotId === 'fx-17-a',
      );
      const incidents = facts(shop, 'incident').filter(
        ({ value }) => value.what === 'outOfStock' && value.subject === 'fx-17-a',
      );
      expect(incidents.length).toBeGreaterThan(0);
      expect(Math.abs((incidents[0]?.value.since ?? 0) - (empty?.ts ?? 0))).toBeLessThan(60_000);
    } finally {
      await publisher.stop();
      await shop.end();
    }
  }, 240_000);
});
