import { gzipSync } from 'node:zlib';
import type { Fact, UpChannel } from '@aisle/contracts';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AGENT_PASSWORD,
  FakeAgent,
  PERIOD,
  crossings,
  noInsight,
  removeFolders,
  sale,
  sha256,
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
const stored = async (kinds: ('crossings' | 'sale')[] = ['crossings']) =>
  cloud.series.read({ storeId: 'demo', kinds, ...PERIOD });

beforeEach(async () => {
  cloud = await startCloud({ insight: noInsight() });
});
afterEach(async () => {
  for (const made of agents.splice(0)) await made.leave();
  await cloud.stop();
});
afterAll(removeFolders);

describe('a batch of facts', () => {
  it('is acknowledged once it can be read back', async () => {
    const shop = await agent().join();
    const ack = await shop.facts([crossings(1, 3), sale('r-1', 1250)]);
    expect(ack).toEqual({ batchId: ack.batchId, status: 'committed', refused: [] });
    expect(await stored()).toMatchObject([{ subject: 'main', seq: 1, epoch: 1, value: { in: 3 } }]);
    expect(await cloud.catalog.receipts.receipt('demo', 'r-1')).toMatchObject({ contentDigest: 'd'.repeat(64) });
  });

  it('changes nothing when it comes twice, or after a newer one', async () => {
    const shop = await agent().join();
    await shop.facts([crossings(2, 5)]);
    await shop.facts([crossings(2, 5)]);
    await shop.facts([crossings(1, 3)]);
    expect(await stored()).toMatchObject([{ seq: 2, value: { in: 5 } }]);
  });

  it('loses only its bad facts: they are listed with index, field and message', async () => {
    const shop = await agent().join();
    const bad = crossings(1, 3, 1) as { value: { in: unknown } };
    bad.value = { ...bad.value, in: -1 };
    const ack = await shop.facts([crossings(1, 3), bad, { kind: 'weather' }, null, crossings(1, 4, 2)]);
    expect(ack.status).toBe('committed');
    expect(ack.refused).toMatchObject([
      { index: 1, field: 'value.in', code: 'malformed' },
      { index: 2, field: 'kind', code: 'unknownKind' },
      { index: 3, field: '', code: 'malformed' },
    ]);
    expect((await stored()).map((fact) => fact.value)).toMatchObject([{ in: 3 }, { in: 4 }]);
  });

  it('loses only the fact that the store itself cannot hold', async () => {
    const shop = await agent().join();
    const far = { ...crossings(1, 9), ts: 9e15 };
    const ack = await shop.facts([crossings(1, 3), far, crossings(1, 4, 2)]);
    expect(ack.refused).toMatchObject([{ index: 1 }]);
    expect((await stored()).map((fact) => fact.value)).toMatchObject([{ in: 3 }, { in: 4 }]);
  });

  it.each([
    ['another epoch', { epoch: 7 }],
    ['another journal', { journalId: 'somebody-else' }],
  ])('of %s is refused with reason "epoch"', async (_what, wrong) => {
    const shop = await agent().join();
    expect(await shop.facts([crossings(1, 3)], wrong)).toMatchObject({ status: 'refused', reason: 'epoch' });
    expect(await stored()).toEqual([]);
  });

  it.each<[string, () => Buffer]>([
    ['that is not gzip', () => Buffer.from('{}')],
    ['that is not JSON', () => gzipSync('{"batchId":')],
    ['that unpacks to a hundred megabytes', () => gzipSync(Buffer.alloc(100_000_000, 32))],
  ])('%s is refused, counted, and disturbs nobody', async (_what, payload) => {
    const shop = await agent().join();
    await shop.packed(payload());
    expect((await shop.facts([crossings(1, 3)])).status).toBe('committed');
    await until(
      async () =>
        (await (await cloud.api('/metrics')).text()).includes('aisle_ingest_batches_total{outcome="unreadable"} 1'),
      'the count of the batch',
    );
    expect(cloud.logs.some((line) => /a batch was refused/.test(String(line.msg)))).toBe(true);
  });

  it('that is no batch is told so, when it says which one it is', async () => {
    const shop = await agent().join();
    await shop.packed(gzipSync(JSON.stringify({ batchId: 'b-1', epoch: 'one' })));
    await until(() => shop.got.ack.length > 0, 'an answer');
    expect(shop.got.ack[0]).toMatchObject({ batchId: 'b-1', status: 'refused', reason: 'malformed' });
  });

  it('shares its commit with others that arrive meanwhile, and each is answered', async () => {
    const shop = await agent().join();
    const acks = await Promise.all(Array.from({ length: 40 }, (_, at) => shop.facts([crossings(1, at + 1, at)])));
    expect(acks.every((ack) => ack.status === 'committed')).toBe(true);
    expect(await stored()).toHaveLength(40);
    const metrics = await (await cloud.api('/metrics')).text();
    const commits = Number(/aisle_ingest_commit_seconds_count (\d+)/.exec(metrics)?.[1]);
    expect(commits).toBeLessThan(40);
  });
});

describe('an agent’s journal', () => {
  it('keeps its epoch, and a new one gets a higher, whose facts add up', async () => {
    const first = await agent({ journalId: 'journal-one' }).join();
    expect(first.epoch).toBe(1);
    await first.facts([crossings(5, 3)]);
    await first.leave();
    const again = await agent({ journalId: 'journal-one' }).join();
    expect(again.epoch).toBe(1);
    await again.leave();
    const second = await agent({ journalId: 'journal-two' }).join();
    expect(second.epoch).toBe(2);
    await second.facts([crossings(1, 4)]);
    expect(await stored()).toMatchObject([
      { epoch: 1, value: { in: 3 } },
      { epoch: 2, value: { in: 4 } },
    ]);
  });
});

describe('receipts after a lost disk', () => {
  it('stay as the older journal told them; the same changes nothing, another content is counted', async () => {
    const first = await agent({ journalId: 'journal-one' }).join();
    await first.facts([sale('r-1', 1250), sale('r-2', 800)]);
    await first.leave();
    const second = await agent({ journalId: 'journal-two' }).join();
    const [same, other, fresh] = [sale('r-1', 1250), sale('r-2', 900), sale('r-3', 500)] as [Fact, Fact, Fact];
    const later = { ...other, ts: other.ts + 60_000, value: { ...other.value, contentDigest: 'e'.repeat(64) } } as Fact;
    // what the new journal lost of the hour before may have placed it elsewhere; that changes nothing either
    expect((await second.facts([same, later, fresh])).refused).toEqual([]);
    await second.facts([{ ...fresh, seq: 99 } as Fact, same]);
    expect((await stored(['sale'])).map((fact) => [fact.subject, fact.epoch, fact.seq, fact.ts])).toEqual([
      ['r-1', 1, same.seq, same.ts],
      ['r-2', 1, other.seq, other.ts],
      ['r-3', 2, 99, fresh.ts],
    ]);
    const metrics = await (await cloud.api('/metrics')).text();
    expect(metrics).toMatch(/aisle_ingest_known_receipts_total\{outcome="same"\} 2/);
    expect(metrics).toMatch(/aisle_ingest_known_receipts_total\{outcome="conflict"\} 1/);
    expect(cloud.logs.some((line) => /older journal told otherwise/.test(String(line.msg)))).toBe(true);
  });
});

describe('what came into force', () => {
  it('is stored and can be read', async () => {
    const shop = await agent().join();
    const ts = PERIOD.from + 20_000;
    const fact = {
      kind: 'inForce',
      subject: `2@${ts}`,
      ts,
      seq: 7,
      generation: 1,
      configVersion: 2,
      value: { version: 2, before: 1, sections: ['layout', 'rules'] },
    } as Fact;
    expect((await shop.facts([fact])).refused).toEqual([]);
    expect(await cloud.series.read({ storeId: 'demo', kinds: ['inForce'], ...PERIOD })).toEqual([
      { ...fact, epoch: 1 },
    ]);
  });
});

describe('the agents’ broker', () => {
  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown name', { username: 'agent:elsewhere' }],
    ['no name', { username: '', password: '' }],
  ])('refuses %s', async (_what, wrong) => {
    await expect(agent(wrong).connect()).rejects.toThrow(/bad user ?name or password/i);
  });

  it('refuses subscriptions outside the agent’s own store with 0x80', async () => {
    const shop = await agent().join();
    for (const topic of [
      '#',
      '+/v1/stores/demo/down/+',
      'aisle/v1/stores/other/down/+',
      'aisle/v1/stores/demo/up/facts',
      '$SYS/#',
    ]) {
      await expect(shop.client.subscribeAsync(topic)).rejects.toThrow(/unspecified error|0x80|128/i);
    }
    await expect(shop.client.subscribeAsync('aisle/v1/stores/demo/down/watch')).resolves.toMatchObject([{ qos: 0 }]);
  });

  it('drops what an agent publishes elsewhere, acknowledges it, and keeps the connection', async () => {
    await cloud.catalog.stores.ensureStore('other', 'org');
    await cloud.catalog.agents.putAgent({
      storeId: 'other',
      username: 'agent:other',
      passwordSha256: sha256(AGENT_PASSWORD),
    });
    const other = await agent({ storeId: 'other' }).join();
    const shop = await agent().join();
    for (const topic of [
      'aisle/v1/stores/other/up/hello',
      'aisle/v1/stores/other/down/ack',
      'aisle/v1/stores/demo/down/ack',
      'x',
    ]) {
      await shop.client.publishAsync(topic, '{"seq":1}', { qos: 1 });
    }
    expect((await shop.facts([crossings(1, 3)])).status).toBe('committed');
    expect(other.got.ack).toEqual([]);
    const metrics = await (await cloud.api('/metrics')).text();
    expect(metrics).toMatch(/aisle_agents_refused_total\{what="publish"\} 4/);
  });

  it('ends a connection that announces more than it may send, before the log-in and after', async () => {
    const { connect } = await import('node:net');
    const socket = connect(cloud.mqttPort, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    // CONNECT of 200 MB
    socket.write(Buffer.from([0x10, 0x80, 0x84, 0xaf, 0x5f]));
    await closed;
    const shop = await agent().join();
    shop.client.publish('aisle/v1/stores/demo/up/facts', Buffer.alloc(9 * 1024 * 1024), { qos: 0 });
    await until(() => !shop.client.connected, 'the end of the connection');
  });

  it.each<[UpChannel, string]>([
    ['hello', 'junk'],
    ['hello', '{"journalId":"x"}'],
    ['inbox-ack', '{"seq":-1}'],
    ['live', '{"n":1,"type":"delta"}'],
    ['live', '[]'],
    ['status', 'null'],
    ['facts', ''],
  ])('is not disturbed by a message on %s that says %s', async (channel, text) => {
    const shop = await agent().join();
    await shop.client.publishAsync(`aisle/v1/stores/demo/up/${channel}`, text, { qos: 1 });
    expect((await shop.facts([crossings(1, 3)])).status).toBe('committed');
    await until(() => cloud.logs.some((line) => line.level === 40 && line.store === 'demo'), 'a warning in the log');
    expect(cloud.logs.filter((line) => Number(line.level) >= 50)).toEqual([]);
  });

  it('lets the newest connection of a store take the place of the older', async () => {
    const old = await agent().join();
    const fresh = await agent({ journalId: 'journal-new' }).join();
    await until(() => !old.client.connected, 'the end of the older connection');
    expect((await fresh.facts([crossings(1, 3)])).status).toBe('committed');
    expect(await (await cloud.api('/metrics')).text()).toMatch(/aisle_agent_online\{store="demo"\} 1/);
  });
});
