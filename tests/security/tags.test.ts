import path from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { epcOf, MILK, SHIRT, TAGGED } from '../../agent/test/domain/rfid/tagged-shop.js';
import { topic, until } from '../../agent/test/runtime/harness.js';
import { LeakScanner } from './leak-scanner.js';
import { WatchedAgent } from './watched-agent.js';
import { keptByTheAgent } from './kept-by-the-agent.js';

const START_TS = Date.UTC(2026, 2, 2, 2);
/** A serial that is in nothing else. */
const SERIAL = 183_746_529_107;
const EPC = epcOf(MILK, SERIAL);
const WRONG = epcOf(SHIRT, SERIAL + 2);
/** What a shopper wears, and what is no SGTIN. */
const STRANGERS = [epcOf('00614141123452', SERIAL + 4), 'E2806894000040036F1C2B7A'];
const store: StoreFile = {
  ...TAGGED,
  devices: [
    {
      id: 'rfid-1',
      family: 'rfid',
      dialect: 'aisle',
      antennas: [
        { antenna: 1, slot: 's1' },
        { antenna: 2, role: 'exit' },
      ],
    },
    { id: 'impinj-1', family: 'rfid', dialect: 'impinj', fixture: 'fx-1' },
    { id: 'zebra-1', family: 'rfid', dialect: 'zebra', fixture: 'fx-1' },
  ],
};

describe("tags' numbers", () => {
  let agent: WatchedAgent;
  const scanner = new LeakScanner();

  beforeAll(async () => {
    agent = await WatchedAgent.start(store);
    for (const epc of [EPC, WRONG, ...STRANGERS]) {
      scanner.plantWord(`the EPC ${epc}`, epc);
      scanner.plantWord(`the EPC ${epc} in small letters`, epc.toLowerCase());
      scanner.plantWord(`the EPC ${epc} in base64`, Buffer.from(epc, 'hex').toString('base64url'));
    }
    scanner.plantWord('a serial number', String(SERIAL));
    const client = await mqtt.connectAsync(agent.mqttUrl, { username: 'i', password: 'i' });
    // One item is taken and leaves unpaid, one lies wrong, strangers pass.
    for (let at = 0; at <= 80_000; at += 500) {
      const reads = [WRONG, ...STRANGERS].map((epc) => ({ epc, antenna: 1, rssiDbm: -56 }));
      if (at < 30_000) reads.push({ epc: EPC, antenna: 1, rssiDbm: -56 });
      if (at > 60_000) reads.push({ epc: EPC, antenna: 2, rssiDbm: -56 });
      const payload = JSON.stringify({ ts: START_TS + at, reads });
      await client.publishAsync(topic('rfid-1', 'rfid/reads'), payload, { qos: 1 });
    }
    // What is wrong: samples of refusals must not carry it out either.
    for (const [where, wrong] of [
      [topic('rfid-1', 'rfid/reads'), { ts: START_TS, reads: [{ epc: `${EPC}x` }] }],
      [topic('rfid-1', `rfid/reads/${EPC}`), {}],
      ['impinj/impinj-1/events', { timestamp: 'now', tagInventoryEvent: { epcHex: EPC } }],
      ['impinj/impinj-1/events', { timestamp: '2026-03-02T02:00:00Z', eventType: EPC }],
      ['zebra/zebra-1/tagEvents', { timestamp: 1, data: { idHex: EPC, antenna: EPC } }],
      ['zebra/zebra-1/management', { eventType: EPC, timestamp: EPC }],
    ] as const)
      await client.publishAsync(where, JSON.stringify(wrong), { qos: 1 });
    const told = (what: string) =>
      [...agent.cloud.facts.values()].some(
        ({ kind, value }) => kind === 'incident' && 'what' in value && value.what === what,
      );
    await until('incidents of both items', () => told('unpaid') && told('misplaced'));
    await until('the status', () => agent.cloud.statuses.length > 0, 30_000);
    await client.endAsync();
  }, 90_000);

  afterAll(() => agent.stop());

  const page = (address: string) => agent.page(address, 'local');

  it('are not on the line to the cloud, in facts, live views and status', () => {
    expect(agent.recorder.sent.length).toBeGreaterThan(500);
    expect(scanner.scan('the line to the cloud', agent.recorder.sent)).toEqual([]);
    for (const [name, value] of Object.entries({
      facts: agent.cloud.batches,
      live: agent.cloud.live,
      status: agent.cloud.statuses,
    })) {
      expect(value.length, name).toBeGreaterThan(0);
      expect(scanner.scan(name, Buffer.from(JSON.stringify(value)))).toEqual([]);
    }
  });

  it('are not in the log, at its most talkative', () => {
    expect(scanner.scan('the log', agent.log)).toEqual([]);
  });

  it("are not in the agent's pages, metrics and status", async () => {
    expect((await page('/metrics')).toString()).toContain('aisle_rfid_events_total{device="rfid-1",event="appeared"}');
    for (const address of ['/', '/metrics', '/status']) expect(scanner.scan(address, await page(address))).toEqual([]);
  });

  it("would be found by this test: they are in the agent's own journal", () => {
    const journal = Buffer.concat(keptByTheAgent(path.join(agent.dir, 'journal')).map(([, bytes]) => bytes));
    expect(scanner.scan('the journal', journal)).not.toEqual([]);
  });
});
