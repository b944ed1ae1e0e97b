import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system.js';
import { openShop, positions, STORE, storeFileCommand, topic, until, type Shop } from './harness.js';

const base = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
let shop: Shop;
afterEach(() => shop.end());

/** Somebody walks in and stays; QoS 1, so that it is durable when this comes back. */
async function walk(from = base, seconds = 20): Promise<void> {
  const client = await shop.connect();
  for (let n = 0; n < seconds; n += 1)
    await client.publishAsync(topic('cam-1', 'camera/positions'), positions(from + n * 1000, [['p', 2, 2]]), {
      qos: 1,
    });
}
const visitsAtCloud = () =>
  [...shop.cloud.facts.values()]
    .filter((fact) => fact.kind === 'zone')
    .reduce((sum, fact) => sum + (fact.kind === 'zone' ? fact.value.visits : 0), 0);
const sale = (receipt: string) => ({
  ts: base,
  receipt,
  lines: [{ gtin: '06901234567892', quantity: 1, net: 12.345 }],
});
const salesAtCloud = () => [...shop.cloud.facts.values()].filter((fact) => fact.kind === 'sale');

describe('the way up', () => {
  it('brings facts to the cloud and empties the outbox', async () => {
    shop = await openShop();
    await walk();
    await until('the visit at the cloud', () => visitsAtCloud() === 1);
    await until('an empty outbox', async () =>
      (await fetch(`${shop.http}/metrics`, { headers: { authorization: 'Bearer local-secret' } }))
        .text()
        .then((text) => /^aisle_outbox_waiting 0$/m.test(text)),
    );
    expect(shop.cloud.hellos.at(-1)).toMatchObject({ journalId: shop.agent.journal.id, inboxSeq: 0 });
  });

  it('keeps facts until they are acknowledged, over a restart, and sends them again', async () => {
    shop = await openShop();
    shop.cloud.acknowledge = false;
    await walk();
    await until('a batch without an answer', () =>
      shop.cloud.batches.some((batch) => batch.facts.some((fact) => fact.kind === 'zone')),
    );
    await shop.agent.stop();
    expect(visitsAtCloud()).toBe(0);
    shop.cloud.acknowledge = true;
    await shop.start();
    await until('the visit at the cloud', () => visitsAtCloud() === 1);
    expect(new Set(shop.cloud.batches.map((batch) => batch.epoch))).toEqual(new Set([1]));
  });

  it('has at most four batches of 2,000 facts in flight, today first, then from the oldest', async () => {
    shop = await openShop({ withCloud: false, withStore: false });
    const store = (shop.agent.host as unknown as { store: { saveFacts(journal: string, facts: unknown[]): void } })
      .store;
    const fact = (ts: number) => ({
      kind: 'coverage',
      subject: 'cam-1',
      ts,
      seq: 1,
      configVersion: 1,
      value: { sensedMs: 1 },
    });
    const day = 86_400_000;
    const today = Math.floor(Date.now() / day) * day;
    store.saveFacts(
      shop.agent.journal.id,
      Array.from({ length: 20_000 }, (_, n) => fact(today - 20 * day + n * 60_000)),
    );
    store.saveFacts(shop.agent.journal.id, [fact(today), fact(today + 60_000)]);
    shop.cloud.acknowledge = false;
    await shop.cloud.start();
    await until('four batches', () => shop.cloud.batches.length === 4);
    // What the agent is told later has come: nothing was sent before it, though there is so much to send.
    shop.cloud.send('watch', { leaseMs: 10_000, fresh: true });
    await until('a later message', () => shop.cloud.live.length > 0);
    expect(shop.cloud.batches.map((batch) => batch.facts.length)).toEqual([2000, 2000, 2000, 2000]);
    const times = shop.cloud.batches.flatMap((batch) => batch.facts.map((sent) => sent.ts));
    expect(times.slice(0, 2)).toEqual([today, today + 60_000]);
    expect(times.slice(2)).toEqual([...times.slice(2)].sort((a, b) => a - b));
    shop.cloud.acknowledge = true;
    for (const batch of [...shop.cloud.batches])
      shop.cloud.send('ack', { batchId: batch.batchId, status: 'committed', refused: [] });
    await until('all of it', () => shop.cloud.batches.flatMap((batch) => batch.facts).length === 20_002, 20_000);
    await shop.cloud.stop();
  });

  it('starts without the cloud with its last good store file, and ends in the same facts once the cloud is back', async () => {
    shop = await openShop();
    await shop.agent.stop();
    await shop.cloud.stop();
    await shop.start();
    expect(shop.agent.host.config?.version).toBe(1);
    await walk();
    expect(visitsAtCloud()).toBe(0);
    await shop.cloud.start();
    await until('the visit at the cloud', () => visitsAtCloud() === 1, 20_000);
  });

  it('refuses everybody as unknown before its first store file, and takes them afterwards', async () => {
    shop = await openShop({ withStore: false });
    const client = await shop.connect();
    await client.publishAsync(topic('cam-1', 'camera/positions'), positions(base), { qos: 1 });
    expect(shop.agent.refusedTotals().get('unknown')).toMatchObject([{ reason: 'unknownDevice', count: 1 }]);
    shop.cloud.command(storeFileCommand());
    await until('the store file', () => shop.agent.host.config);
    await client.publishAsync(topic('cam-1', 'camera/positions'), positions(base + 1), { qos: 1 });
    expect(shop.agent.host.engine.live().ts).toBe(base + 1);
  });
});

describe('the way down', () => {
  it('journals each command before it acknowledges, and takes a repeated one once', async () => {
    shop = await openShop();
    shop.cloud.command({ seq: 2, kind: 'sale', sale: sale('r-1') });
    shop.cloud.send('inbox', { seq: 2, kind: 'sale', sale: sale('r-1') });
    await until(
      'both acknowledgements',
      () => shop.cloud.inboxAcks.filter((seq) => seq === 2).length >= 1 && shop.cloud.inboxAcks.includes(1),
    );
    await until('the sale at the cloud', () => salesAtCloud().length === 1);
    expect(salesAtCloud()[0]?.value).toMatchObject({ receipt: 'r-1', netMinor: 1235, transaction: true });
    const { lastSeq } = shop.agent.journal;
    shop.cloud.send('inbox', { seq: 2, kind: 'sale', sale: sale('r-1') });
    await until('it is acknowledged again', () => shop.cloud.inboxAcks.filter((seq) => seq === 2).length >= 2);
    expect(shop.agent.journal.lastSeq).toBe(lastSeq);
  });

  it('books a sale to the till that it names, else to none', async () => {
    shop = await openShop();
    shop.cloud.command({ seq: 2, kind: 'sale', sale: sale('r-1'), till: 'till-1' });
    shop.cloud.command({ seq: 3, kind: 'sale', sale: sale('r-2') });
    await until('both sales at the cloud', () => salesAtCloud().length === 2);
    const tillOf = (receipt: string) => salesAtCloud().find(({ value }) => value.receipt === receipt)?.value.deviceId;
    expect([tillOf('r-1'), tillOf('r-2')]).toEqual(['till-1', 'rest']);
  });

  it('survives a crash between the journal and the acknowledgement', async () => {
    shop = await openShop();
    shop.cloud.command({ seq: 2, kind: 'sale', sale: sale('r-2') });
    await until('the sale is in the journal', () => shop.agent.host.inboxSeq === 2);
    await shop.agent.stop();
    await shop.start();
    await until('a hello that says so', () => shop.cloud.hellos.at(-1)?.inboxSeq === 2);
    // The cloud never saw the acknowledgement and sends it again all the same.
    shop.cloud.inboxAcks.length = 0;
    shop.cloud.send('inbox', { seq: 2, kind: 'sale', sale: sale('r-2') });
    await until('the acknowledgement', () => shop.cloud.inboxAcks.includes(2));
    await until('one sale', () => salesAtCloud().length === 1);
  });

  it.each([
    ['an unknown key', { ...STORE, flor: 1 }],
    [
      'a polygon that crosses itself',
      {
        ...STORE,
        zones: [
          {
            id: 'z',
            kind: 'other',
            polygon: [
              [0, 0],
              [1, 1],
              [1, 0],
              [0, 1],
            ],
          },
        ],
      },
    ],
    ["another store's id", { ...STORE, store: { ...STORE.store, id: 'other' } }],
  ])('keeps the last good store file when the new one has %s, and goes on', async (_title, file) => {
    shop = await openShop();
    shop.cloud.command(storeFileCommand(2, file));
    await until('it is acknowledged, so that others do not wait', () => shop.cloud.inboxAcks.includes(2));
    expect(shop.agent.host.config?.version).toBe(1);
    shop.cloud.command(storeFileCommand(3, STORE, 3));
    await until('the next one', () => shop.agent.host.config?.version === 3);
  });
});

describe('the live way', () => {
  it('sends nothing without a lease; with one, a snapshot and then only what changed', async () => {
    shop = await openShop();
    await walk(base, 3);
    expect(shop.cloud.live).toEqual([]);
    shop.cloud.send('watch', { leaseMs: 30_000, fresh: true });
    await until('a snapshot', () => shop.cloud.live.length >= 1);
    const [first] = shop.cloud.live as unknown as [
      {
        n: number;
        type: string;
        snapshot: { occupancy: number; zones: unknown[]; heat: { seconds: number[]; columns: number } };
      },
    ];
    expect(first).toMatchObject({
      n: 0,
      type: 'snapshot',
      snapshot: { occupancy: 1, heat: { columns: 40, rows: 20 } },
    });
    // [2, 2] is in cell (4, 4); two steps of a second.
    expect(first.snapshot.heat.seconds[4 * 40 + 4]).toBe(2);
    const client = await shop.connect();
    await client.publishAsync(topic('cam-1', 'camera/positions'), positions(base + 3000, [['p', 17, 2]]), { qos: 1 });
    await until('a delta', () => shop.cloud.live.some((update) => Array.isArray(update['presence'])));
    const delta = shop.cloud.live.find((update) => Array.isArray(update['presence'])) as never;
    expect(delta).toMatchObject({ type: 'delta', presence: [[4 * 40 + 34, 1]], heat: [[4 * 40 + 4, 3]] });
    expect(shop.cloud.live.map((update) => update.n)).toEqual(shop.cloud.live.map((_, index) => index));
  });

  it('stops when the lease has run out', async () => {
    let passedMs = 0;
    const monotonicMs = (): number => systemClock.monotonicMs() + passedMs;
    shop = await openShop({ deps: { clock: { ...systemClock, monotonicMs } } });
    shop.cloud.send('watch', { leaseMs: 60_000, fresh: true });
    await until('a snapshot', () => shop.cloud.live.length >= 1);
    passedMs = 60_001;
    const { length } = shop.cloud.live;
    await walk(base, 3);
    // Changes go out at once, facts later.
    await until('facts of the walk', () => [...shop.cloud.facts.values()].some(({ kind }) => kind === 'heat'));
    expect(shop.cloud.live).toHaveLength(length);
  });

  it('says what was refused, by device and reason', async () => {
    shop = await openShop();
    const client = await shop.connect();
    await client.publishAsync(topic('cam-1', 'camera/positions'), '{"ts":"x"}', { qos: 1 });
    const status = await until('a status with the refusal', () =>
      shop.cloud.statuses.find((candidate) => (candidate['refused'] as unknown[]).length > 0),
    );
    expect(status).toMatchObject({ configVersion: 1, refused: [{ deviceId: 'cam-1', reason: 'malformed', count: 1 }] });
  });
});

describe("the cloud's refusals", () => {
  it('of single facts are counted, and those facts are not sent again', async () => {
    shop = await openShop();
    shop.cloud.acknowledge = false;
    await walk(base, 3);
    const batch = await until('a batch', () => shop.cloud.batches[0]);
    shop.cloud.acknowledge = true;
    shop.cloud.send('ack', {
      batchId: batch.batchId,
      status: 'committed',
      refused: [{ index: 0, field: 'value', message: 'is odd' }],
    });
    const metrics = async () =>
      (await fetch(`${shop.http}/metrics`, { headers: { authorization: 'Bearer local-secret' } })).text();
    await until('the count', async () => /^aisle_outbox_refused_total 1$/m.test(await metrics()));
    await until('an empty outbox', async () => /^aisle_outbox_waiting 0$/m.test(await metrics()));
  });

  it('of an epoch lead to a new hello, and nothing is lost', async () => {
    shop = await openShop();
    shop.cloud.acknowledge = false;
    await walk(base, 5);
    const batch = await until('a batch', () =>
      shop.cloud.batches.find((sent) => sent.facts.some((fact) => fact.kind === 'zone')),
    );
    shop.cloud.acknowledge = true;
    const { length } = shop.cloud.hellos;
    shop.cloud.send('ack', { batchId: batch.batchId, status: 'refused', reason: 'epoch', refused: [] });
    await until('another hello', () => shop.cloud.hellos.length > length);
    await until('the visit at the cloud', () => visitsAtCloud() === 1);
  });
});
