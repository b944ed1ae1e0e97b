import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RECEIPT_DIGEST, receiptContent } from '@aisle/contracts';
import {
  FakeAgent,
  crossings,
  demoStoreFile,
  PERIOD,
  json,
  noInsight,
  removeFolders,
  sale,
  startCloud,
  until,
  type RunningCloud,
} from './harness.js';

let cloud: RunningCloud;
const agents: FakeAgent[] = [];
const agent = (options: ConstructorParameters<typeof FakeAgent>[1] = {}): FakeAgent => {
  const made = new FakeAgent(cloud.mqttPort, options);
  agents.push(made);
  return made;
};
const restart = async () => {
  await cloud.stop();
  cloud = await startCloud({ dir: cloud.dir, insight: noInsight() });
};
const ticket = (receipt: string, net = 12.5, ts = 1_772_416_800_000) => ({
  ts,
  receipt,
  lines: [{ gtin: '06901234567892', quantity: 1, net }],
});
const post = (body: unknown) => cloud.api('/api/v1/stores/demo/sales', json(body));
const seqs = (made: FakeAgent) => made.got.inbox.map((command) => command.seq);

beforeEach(async () => {
  cloud = await startCloud({ insight: noInsight() });
});
afterEach(async () => {
  for (const made of agents.splice(0)) await made.leave();
  await cloud.stop();
});
afterAll(removeFolders);

describe('a sale by REST', () => {
  it('is accepted, and goes down to the shop', async () => {
    const shop = await agent().join();
    await until(() => shop.got.inbox.length === 1, 'the store file');
    const response = await post(ticket('r-1'));
    expect([response.status, await response.json()]).toEqual([202, { receipt: 'r-1', status: 'accepted' }]);
    await until(() => shop.got.inbox.length === 2, 'the sale');
    expect(shop.got.inbox[1]).toEqual({ seq: 2, kind: 'sale', sale: ticket('r-1') });
  });

  it('sent again with the same content is accepted again and goes down once', async () => {
    const shop = await agent().join();
    expect([(await post(ticket('r-1'))).status, (await post(ticket('r-1'))).status]).toEqual([202, 202]);
    expect((await post(ticket('r-2'))).status).toBe(202);
    await until(() => seqs(shop).length >= 3, 'both sales');
    expect(shop.got.inbox.map((command) => (command.kind === 'sale' ? command.sale.receipt : command.kind))).toEqual([
      'storeFile',
      'r-1',
      'r-2',
    ]);
  });

  it.each<[string, () => object]>([
    ['another amount', () => ticket('r-1', 13)],
    ['another time', () => ticket('r-1', 12.5, 1_772_416_800_001)],
    ['another line', () => ({ ...ticket('r-1'), lines: [...ticket('r-1').lines, ...ticket('r-1').lines] })],
  ])('of a known receipt with %s is a conflict', async (_what, other) => {
    await post(ticket('r-1'));
    const response = await post(other());
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { error: { code: 'receiptConflict', field: 'receipt' } },
    ]);
  });

  it('is held against the same receipt in the currency that held at its time', async () => {
    await post(ticket('r-1', 12.4));
    const storeFile = await demoStoreFile(cloud);
    const inYen = { ...storeFile, store: { ...storeFile.store, currency: 'JPY' } };
    expect((await cloud.api('/api/v1/stores/demo/versions', json({ basedOn: 1, storeFile: inYen }))).status).toBe(201);
    expect([(await post(ticket('r-1', 12.4))).status, (await post(ticket('r-1', 12.3))).status]).toEqual([202, 409]);
  });

  it('whose receipt a till of the shop has used for something else is a conflict', async () => {
    const shop = await agent().join();
    await shop.facts([sale('r-till', 999)]);
    expect((await post(ticket('r-till'))).status).toBe(409);
  });

  it('is held against what the shop states now: a receipt that a later file replaced is known by its new content', async () => {
    const shop = await agent().join();
    const stated = (net: number, seq: number) => {
      const gtin = '06901234567892';
      const { ts } = ticket('r-file');
      const lines = [{ gtin, quantityMicro: 1_000_000, netMinor: Math.round(net * 100) }];
      const contentDigest = createHash(RECEIPT_DIGEST.algorithm)
        .update(receiptContent(ts, lines))
        .digest('hex')
        .slice(0, RECEIPT_DIGEST.hexDigits);
      const fact = sale('r-file', Math.round(net * 100), seq);
      return { ...fact, value: { ...fact.value, contentDigest } };
    };
    await shop.facts([stated(12.5, 1)]);
    expect([(await post(ticket('r-file'))).status, (await post(ticket('r-file', 13))).status]).toEqual([202, 409]);
    await shop.facts([stated(13, 2)]);
    expect([(await post(ticket('r-file'))).status, (await post(ticket('r-file', 13))).status]).toEqual([409, 202]);
  });

  it.each<[string, object | string, string]>([
    ['a text as amount', { ...ticket('r'), lines: [{ gtin: '1', quantity: 1, net: '12' }] }, 'lines[0].net'],
    [
      'a missing amount',
      {
        ...ticket('r'),
        lines: [
          { gtin: '1', quantity: 1, net: 1 },
          { gtin: '1', quantity: 1 },
        ],
      },
      'lines[1].net',
    ],
    ['no lines', { ...ticket('r'), lines: [] }, 'lines'],
    ['no receipt', { ts: 1, lines: ticket('r').lines }, 'receipt'],
    ['a broken time', { ...ticket('r'), ts: 1.5 }, 'ts'],
    ['a time in two days', { ...ticket('r'), ts: Date.now() + 2 * 86_400_000 }, 'ts'],
  ])('with %s is refused, naming the field', async (_what, body, field) => {
    const response = await post(body);
    const answer = (await response.json()) as { error: { field: string; message: string } };
    expect([response.status, answer.error.field]).toEqual([400, field]);
    expect(answer.error.message).toContain(field);
  });

  it('may name its till, which goes down with it', async () => {
    const shop = await agent().join();
    expect((await post({ ...ticket('r-1'), till: 'till-1' })).status).toBe(202);
    // the number of the receipt is the shop's, whoever made it
    expect((await post(ticket('r-1'))).status).toBe(202);
    expect((await post(ticket('r-1', 13))).status).toBe(409);
    await until(() => shop.got.inbox.length === 2, 'the sale');
    expect(shop.got.inbox[1]).toEqual({ seq: 2, kind: 'sale', sale: ticket('r-1'), till: 'till-1' });
  });

  it('of a till whose numbers begin anew every day is known by till, store day and number', async () => {
    const file = await demoStoreFile(cloud);
    const devices = (file.devices ?? []).map((device) =>
      device.id === 'till-1' ? { ...device, receiptScope: 'day' as const } : device,
    );
    const daily = { id: 'till-2', family: 'till' as const, dialect: 'aisle', receiptScope: 'day' as const };
    const made = await cloud.api(
      '/api/v1/stores/demo/versions',
      json({ basedOn: 1, storeFile: { ...file, devices: [...devices, daily] } }),
    );
    expect(made.status).toBe(201);
    // an hour before and an hour after midnight in Shanghai
    const [evening, night] = [Date.parse('2026-03-02T23:00:00+08:00'), Date.parse('2026-03-03T01:00:00+08:00')];
    const at = async (ts: number, till: string, net: number) => (await post({ ...ticket('7', net, ts), till })).status;
    expect(await at(evening, 'till-1', 1)).toBe(202);
    expect(await at(evening, 'till-1', 2)).toBe(409);
    expect(await at(night, 'till-1', 2)).toBe(202);
    expect(await at(evening, 'till-2', 3)).toBe(202);
  });

  it.each([
    ['is not in the store file', 'till-9'],
    ['is no till', 'cam-1'],
    ['has an empty name', ''],
    ['has a number for a name', 4],
  ])('of a till that %s is refused, naming the field', async (_what, till) => {
    const response = await post({ ...ticket('r-1'), till });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { field: 'till' } }]);
    expect((await post({ ...ticket('r-1', 99), till: 'till-1' })).status).toBe(202);
  });

  it('that is no object is refused', async () => {
    expect((await post([])).status).toBe(400);
    expect((await post('text')).status).toBe(400);
  });
});

describe('the inbox of a store', () => {
  it('is sent in order, kept until it is acknowledged, and sent again after a reconnect', async () => {
    for (const receipt of ['a', 'b', 'c']) await post(ticket(receipt));
    const shop = await agent().join();
    await until(() => seqs(shop).length === 4, 'four commands');
    expect(seqs(shop)).toEqual([1, 2, 3, 4]);
    await shop.up('inbox-ack', { seq: 2 });
    await shop.leave();
    const again = await agent({ journalId: shop.journalId }).join({ inboxSeq: 2, configVersion: 1 });
    await until(() => seqs(again).length === 2, 'the rest');
    expect(seqs(again)).toEqual([3, 4]);
    await again.up('inbox-ack', { seq: 4 });
    await until(
      async () => (await cloud.catalog.inbox.inboxAfter('demo', 1, 10)).length === 0,
      'an inbox without sales',
    );
  });

  it('outlives a restart of the cloud', async () => {
    await post(ticket('a'));
    await restart();
    const shop = await agent().join();
    await until(() => seqs(shop).length === 2, 'both commands');
    expect(shop.got.inbox[1]).toMatchObject({ kind: 'sale', sale: { receipt: 'a' } });
  });

  it('is not thrown away by an acknowledgement of what was never sent', async () => {
    const shop = await agent().join();
    await shop.up('inbox-ack', { seq: 99 });
    await post(ticket('a'));
    await until(() => seqs(shop).length === 2, 'both commands');
    expect(await cloud.catalog.inbox.inboxAfter('demo', 0, 10)).toHaveLength(2);
  });

  it('gives the store file again to an agent that lost its disk', async () => {
    const shop = await agent().join();
    await post(ticket('a'));
    await until(() => seqs(shop).length === 2, 'both commands');
    await shop.up('inbox-ack', { seq: 2 });
    await until(
      async () => (await cloud.catalog.inbox.inboxAfter('demo', 1, 10)).length === 0,
      'an inbox without sales',
    );
    await shop.leave();
    const blank = await agent({ journalId: 'journal-after-the-loss' }).join();
    await post(ticket('b'));
    await until(() => seqs(blank).length === 2, 'the file and the new sale');
    expect(blank.got.inbox).toMatchObject([
      { seq: 1, kind: 'storeFile', version: 1 },
      { seq: 3, kind: 'sale', sale: { receipt: 'b' } },
    ]);
  });

  it('reaches an agent that knew an older catalog, now lost', async () => {
    const shop = await agent().join({ inboxSeq: 7, configVersion: 3 });
    await until(() => seqs(shop).length === 1, 'the store file');
    await post(ticket('a'));
    await until(() => seqs(shop).length === 2, 'the sale');
    expect(seqs(shop)).toEqual([8, 9]);
    await shop.up('inbox-ack', { seq: 9 });
    await until(
      async () => (await cloud.catalog.inbox.inboxAfter('demo', 8, 10)).length === 0,
      'an inbox without sales',
    );
  });

  it('is sent whole, however long it is', async () => {
    for (let at = 0; at < 120; at += 1) expect((await post(ticket(`r-${at}`))).status).toBe(202);
    const shop = await agent().join();
    let acknowledged = 0;
    await until(async () => {
      const newest = seqs(shop).at(-1) ?? 0;
      if (newest > acknowledged) await shop.up('inbox-ack', { seq: (acknowledged = newest) });
      return newest === 121;
    }, 'the whole inbox');
    expect(seqs(shop)).toEqual(Array.from({ length: 121 }, (_, at) => at + 1));
  });
});

describe('a store file', () => {
  const file = () => path.join(cloud.dir, 'store.yaml');

  it('makes a new version when its content differs, and goes down to the agent', async () => {
    const shop = await agent().join();
    await until(() => shop.got.inbox.length === 1, 'the first version');
    await shop.up('inbox-ack', { seq: 1 });
    writeFileSync(file(), `${readFileSync(file(), 'utf8')}\n# a comment changes nothing\n`);
    await restart();
    expect((await cloud.catalog.versions.currentVersion('demo', Date.now()))!.version).toBe(1);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('price: 12.5', 'price: 13'));
    await restart();
    const again = await agent({ journalId: shop.journalId }).join({ inboxSeq: 1, configVersion: 1 });
    expect(again.got.welcome[0]).toMatchObject({ epoch: 1, configVersion: 2 });
    await until(() => again.got.inbox.length === 1, 'the second version');
    expect(again.got.inbox[0]).toMatchObject({ seq: 2, kind: 'storeFile', version: 2 });
  });

  it('is kept, and the conflict reported, when it was edited in the dashboard since', async () => {
    const storeFile = (await cloud.catalog.versions.currentVersion('demo', Date.now()))!.storeFile;
    await cloud.catalog.versions.addStoreVersion({
      storeId: 'demo',
      storeFile: { ...storeFile, floor: { width: 12, depth: 8 } },
      createdTs: 2,
    });
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('price: 12.5', 'price: 13'));
    await restart();
    expect((await cloud.catalog.versions.currentVersion('demo', Date.now()))!.storeFile.floor.width).toBe(12);
    expect(cloud.logs.some((line) => /edited in the dashboard is kept/.test(String(line.msg)))).toBe(true);
  });
});

describe('a restart of the cloud', () => {
  it('keeps facts, epochs, receipts, sessions and what agents said of themselves', async () => {
    const shop = await agent({ journalId: 'journal-one' }).join();
    await shop.facts([crossings(4, 3), sale('r-1', 100)]);
    await shop.up('status', {
      ts: 1,
      agentVersion: 'test',
      configVersion: 1,
      refused: [{ deviceId: 'cam-1', reason: 'late', count: 7 }],
      clockEpochs: [{ deviceId: 'cam-2', count: 2 }],
      outbox: { waiting: 12, oldestTs: null, discarded: 0 },
      journalSeq: 9,
    });
    const line = 'aisle_messages_refused_total{device="cam-1",reason="late",store="demo"} 7';
    await until(async () => (await (await cloud.api('/metrics')).text()).includes(line), 'the count');
    await restart();
    expect(await cloud.series.read({ storeId: 'demo', kinds: ['crossings'], ...PERIOD })).toHaveLength(1);
    expect(await (await cloud.api('/metrics')).text()).toContain(line);
    expect((await post(ticket('r-1'))).status).toBe(409);
    const text = await (await cloud.api('/metrics')).text();
    expect(text).toContain('aisle_messages_refused_total{device="unknown",reason="conflict",store="demo"} 1');
    expect(text).toContain('aisle_device_clock_epochs_total{device="cam-2",store="demo"} 2');
    const other = await agent({ journalId: 'journal-two' }).join();
    expect(other.epoch).toBe(2);
  });
});

describe('an agent whose shop is looked at', () => {
  it('is told so by whoever reads of it, and by nobody else', async () => {
    const here = await agent().join();
    await post(ticket('r-asked'));
    await until(() => here.got.inbox.some((command) => command.kind === 'sale'), 'the sale');
    expect(here.got.asked).toEqual([]);
    expect((await cloud.api('/api/v1/stores/demo/versions', { token: 'nobodys' })).status).toBe(401);
    expect((await cloud.api('/api/v1/stores/demo/versions')).status).toBe(200);
    await until(() => here.got.asked.length > 0, 'the word that somebody reads');
    expect(here.got.asked).toEqual([{ leaseMs: 30_000 }]);
  });
});
