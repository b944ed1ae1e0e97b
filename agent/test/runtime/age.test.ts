import path from 'node:path';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import { FACT_KINDS, SPEAKS, SPEAKS_0_1, factKey, type Fact } from '@aisle/contracts';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import {
  SECRETS,
  STORE,
  metric,
  openShop,
  positions,
  storeFileCommand,
  tempDir,
  topic,
  until,
  type Shop,
} from './harness.js';

let shop: Shop | undefined;
afterEach(async () => {
  await shop?.end();
  shop = undefined;
});

const MINUTE = 60_000;
const base = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
const coverage = (minute: number, more: Partial<Fact> = {}): Fact =>
  ({
    kind: 'coverage',
    subject: 'cam-1',
    ts: base - minute * MINUTE,
    seq: 1,
    configVersion: 1,
    generation: 1,
    value: { sensedMs: 1 },
    ...more,
  }) as Fact;
const inForce = (version: number, ts = base): Fact => ({
  kind: 'inForce',
  subject: `${version}@${ts}`,
  ts,
  seq: 1,
  generation: 1,
  configVersion: version,
  value: { version, before: version - 1, sections: ['rules'] },
});

/** Puts facts into the outbox of a shop, as the engine does. */
function put({ agent }: Shop, facts: readonly Fact[]): void {
  (agent.host as unknown as { store: LibsqlStore }).store.saveFacts(agent.journal.id, facts);
}
/** Somebody walks about: there is something new to send. */
async function walk(at: Shop): Promise<void> {
  const client = await at.connect();
  for (let n = 0; n < 3; n += 1)
    await client.publishAsync(topic('cam-1', 'camera/positions'), positions(base + n * 1000, [['p', 2, 2]]), {
      qos: 1,
    });
}
const kindsAt = ({ cloud }: Shop) => new Set([...cloud.facts.values()].map(({ kind }) => kind));
const heldCount = (at: Shop) => metric(at, 'aisle_outbox_held{kind="inForce"}');
const comeBack = async ({ cloud }: Shop) => {
  await cloud.stop();
  await cloud.start();
};

describe('an agent with an older cloud', () => {
  it('keeps facts that the cloud does not speak, counts and shows them, sends the rest, and them after its upgrade', async () => {
    shop = await openShop({ withCloud: false });
    shop.cloud.speaks = undefined;
    await shop.cloud.start();
    await until('the first store file', () => shop?.agent.host.config);
    put(shop, [coverage(1), inForce(7), coverage(2)]);
    await walk(shop);
    await until('both minutes', () => [1, 2].every((n) => shop?.cloud.facts.has(factKey(coverage(n)))));
    expect(kindsAt(shop)).not.toContain('inForce');
    expect(await heldCount(shop)).toBeGreaterThanOrEqual(1);
    const page = await fetch(shop.http, {
      headers: { authorization: `Bearer ${SECRETS.local}`, 'accept-language': 'zh' },
    });
    expect(await page.text()).toMatch(/\d+ 条数据等云端升级后上传（inForce）/);
    await until('a status that says so', () =>
      shop?.cloud.statuses.some(({ held }) => (held as { kind: string }[])[0]?.kind === 'inForce'),
    );
    shop.cloud.speaks = SPEAKS;
    await comeBack(shop);
    await until('the version at the cloud', () => shop?.cloud.facts.has(factKey(inForce(7))), 20_000);
    expect(await heldCount(shop)).toBeUndefined();
  });

  it('is not held up by them, however many there are and however old', async () => {
    shop = await openShop({ withCloud: false });
    shop.cloud.speaks = undefined;
    put(
      shop,
      Array.from({ length: 9000 }, (_, n) => inForce(n + 1, base - 90 * 86_400_000 + n)),
    );
    put(
      shop,
      Array.from({ length: 5000 }, (_, n) => coverage(n)),
    );
    await shop.cloud.start();
    await until('every minute', () => shop?.cloud.facts.has(factKey(coverage(4999))), 20_000);
    // And the shop's own first version.
    await until('that nothing else waits', async () => (await metric(shop as Shop, 'aisle_outbox_waiting')) === 9001);
    expect(kindsAt(shop)).toEqual(new Set(['coverage']));
  });

  it('keeps what the cloud refuses as of an unknown kind, although it had said that it speaks it', async () => {
    shop = await openShop();
    shop.cloud.acknowledge = false;
    put(shop, [inForce(7)]);
    await walk(shop);
    const batch = await until('a batch with it', () =>
      shop?.cloud.batches.find(({ facts }) => facts.some(({ subject }) => subject === inForce(7).subject)),
    );
    shop.cloud.acknowledge = true;
    // One that was put there, and the shop's own first version.
    const indexes = [...batch.facts.keys()].filter((index) => batch.facts[index]?.kind === 'inForce');
    const refused = indexes.map((index) => ({ index, field: 'kind', message: 'expected one of …' }));
    shop.cloud.send('ack', { batchId: batch.batchId, status: 'committed', refused });
    await until('it waits', async () => ((await heldCount(shop as Shop)) ?? 0) >= indexes.length);
    expect(await metric(shop, 'aisle_outbox_refused_total')).toBe(0);
    await comeBack(shop);
    await until('it has gone', () => shop?.cloud.facts.has(factKey(inForce(7))), 20_000);
  });

  it('of another protocol keeps everything until both are of one age', async () => {
    shop = await openShop({ withCloud: false });
    shop.cloud.speaks = { ...SPEAKS, protocol: 2 };
    put(shop, [coverage(1)]);
    await shop.cloud.start();
    await until('a hello', () => (shop?.cloud.hellos.length ?? 0) > 0);
    shop.cloud.speaks = SPEAKS;
    expect(shop.cloud.batches).toEqual([]);
    await comeBack(shop);
    await until('the minute', () => shop?.cloud.facts.has(factKey(coverage(1))), 20_000);
  });
});

describe('the outbox', () => {
  const openStore = (file = path.join(tempDir(), 'agent.db')) => {
    const store = new LibsqlStore(file);
    store.open();
    return store;
  };
  const rows = (store: LibsqlStore, kinds: readonly string[] = FACT_KINDS) =>
    store.takeRows('j', { fromTs: 0, toTs: 1e15, limit: 100, kinds, exclude: new Set() });

  it('keeps the higher generation of a key, whatever its sequence, and removes only what was sent', () => {
    const store = openStore();
    const stated = (generation: number, seq: number) => coverage(0, { generation, seq });
    store.saveFacts('j', [stated(2, 5), stated(1, 9)]);
    expect(rows(store)).toMatchObject([{ generation: 2, seq: 5 }]);
    const key = factKey(coverage(0));
    store.removeRows('j', [{ key, generation: 1, seq: 9 }]);
    expect(rows(store)).toHaveLength(1);
    store.saveFacts('j', [stated(2, 6)]);
    store.removeRows('j', [{ key, generation: 2, seq: 5 }]);
    expect(rows(store)).toHaveLength(1);
    store.removeRows('j', [{ key, generation: 2, seq: 6 }]);
    expect(rows(store)).toEqual([]);
    store.close();
  });

  it('has one row for each version of a minute in which the store file changed', () => {
    const store = openStore();
    store.saveFacts('j', [coverage(0), coverage(0, { configVersion: 2 })]);
    expect(rows(store)).toHaveLength(2);
    store.close();
  });

  it('of an agent of 0.1 is opened as it lies, goes as it is, and is dropped like any other when the disk is full', () => {
    const file = path.join(tempDir(), 'agent.db');
    const old = new Database(file);
    old.exec(`
      create table outbox (journal text not null, key text not null, seq integer not null, kind text not null,
        ts integer not null, payload text not null, primary key (journal, key)) without rowid;
      create index outbox_by_ts on outbox (journal, ts);`);
    const { generation: _none, ...minute } = coverage(0);
    const key = `coverage|${minute.ts}|cam-1`;
    const insert = old.prepare('insert into outbox values (?, ?, ?, ?, ?, ?)');
    insert.run(['j', key, 3, 'coverage', minute.ts, JSON.stringify({ ...minute, seq: 3 })]);
    insert.run(['j', 'sale|1|r', 2, 'sale', 1, '{"kind":"sale"}']);
    old.close();
    const store = openStore(file);
    store.saveFacts('j', [coverage(0)]);
    expect(new Map(rows(store).map((row) => [row.key, row.generation]))).toEqual(
      new Map([
        ['sale|1|r', 0],
        [key, 0],
        [factKey(coverage(0)), 1],
      ]),
    );
    store.removeRows('j', [{ key, generation: 0, seq: 3 }]);
    expect(rows(store)).toHaveLength(2);
    expect([store.dropOldestMinuteFacts(10), rows(store).map((row) => row.kind)]).toEqual([1, ['sale']]);
    store.close();
    const again = openStore(file);
    expect(rows(again)).toHaveLength(1);
    again.close();
  });

  it('counts what waits for a newer cloud by kind, also kinds of a newer agent that this one took the place of', () => {
    const store = openStore();
    store.saveFacts('j', [coverage(0), inForce(1), inForce(2), { ...inForce(3), kind: 'gaze' as never }]);
    expect(store.waitingBut(Object.keys(SPEAKS_0_1.facts))).toEqual([
      { kind: 'gaze', count: 1 },
      { kind: 'inForce', count: 2 },
    ]);
    expect(store.waitingBut([...FACT_KINDS, 'gaze'])).toEqual([]);
    expect(rows(store, ['coverage'])).toHaveLength(1);
    store.close();
  });
});

describe('a command that this agent cannot use', () => {
  const sale = (receipt: string) => ({
    ts: base,
    receipt,
    lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }],
  });
  const receipts = (at: Shop) =>
    [...at.cloud.facts.values()].flatMap((fact) => (fact.kind === 'sale' ? [fact.value.receipt] : []));

  it.each([
    ['of a kind of its future', { kind: 'ofTomorrow', campaign: {} }, 'unknownCommand'],
    ['of a known kind with other contents', { kind: 'tare', slot: 'fx-1-a' }, 'malformed'],
    [
      'with a store file of the future',
      { kind: 'storeFile', version: 2, storeFile: { ...STORE, aisles: [] } },
      'malformed',
    ],
    [
      'with a planned store file of the future',
      { kind: 'planned', version: 2, validFrom: 1, storeFile: { ...STORE, x: 1 } },
      'malformed',
    ],
  ])('%s is refused by name, and what comes behind it is taken', async (_what, command, code) => {
    shop = await openShop();
    shop.cloud.command({ seq: 2, ...command });
    shop.cloud.command({ seq: 3, kind: 'sale', sale: sale('r-3') });
    await until('both acknowledgements', () => shop?.cloud.inboxAcks.includes(3));
    expect(shop.cloud.refused).toEqual([{ seq: 2, code }]);
    expect(shop.agent.host.config?.version).toBe(1);
    await until('the sale', () => receipts(shop as Shop).includes('r-3'));
    expect(await metric(shop, `aisle_inbox_refused{reason="${code}"}`)).toBe(1);
  });

  it('is told again with every hello, also in another life, and taken when it comes in words that it knows', async () => {
    shop = await openShop();
    shop.cloud.command({ seq: 2, kind: 'ofTomorrow' });
    shop.cloud.command({ seq: 3, kind: 'tare', slotId: 'fx-1-a', knownGrams: 5 });
    await until('the acknowledgement', () => shop?.cloud.inboxAcks.includes(3));
    await shop.agent.stop();
    await shop.start();
    await until('a hello that says so', () => shop?.cloud.hellos.at(-1)?.refused?.[0]?.seq === 2);
    expect(shop.cloud.hellos.at(-1)).toMatchObject({ inboxSeq: 3, refused: [{ seq: 2, code: 'unknownCommand' }] });
    shop.cloud.send('inbox', { seq: 2, kind: 'sale', sale: sale('r-2') });
    await until('it is taken after all', () => receipts(shop as Shop).includes('r-2'));
    await comeBack(shop);
    await until('a hello without it', () => shop?.cloud.hellos.at(-1)?.refused?.length === 0, 20_000);
  });

  it('a sale before the first store file is refused as too early, and taken when it comes again', async () => {
    shop = await openShop({ withStore: false });
    await until('the welcome', () => (shop?.cloud.hellos.length ?? 0) > 0);
    shop.cloud.command({ seq: 1, kind: 'sale', sale: sale('r-1') });
    await until('the refusal', () => (shop?.cloud.refused.length ?? 0) > 0);
    expect(shop.cloud.refused).toEqual([{ seq: 1, code: 'noStoreFile' }]);
    shop.cloud.command(storeFileCommand(2));
    shop.cloud.command({ seq: 3, kind: 'sale', sale: sale('r-1') });
    await until('the sale', () => receipts(shop as Shop).includes('r-1'));
  });

  it('a sale right behind the first store file waits for it, and those behind the sale keep their place', async () => {
    shop = await openShop({ withStore: false });
    await until('the welcome', () => (shop?.cloud.hellos.length ?? 0) > 0);
    shop.cloud.command(storeFileCommand(1));
    for (const seq of [2, 3, 4]) shop.cloud.command({ seq, kind: 'sale', sale: sale(`r-${seq}`) });
    await until('all of them', () => receipts(shop as Shop).length === 3);
    expect(shop.cloud.refused).toEqual([]);
    expect(shop.agent.host.inboxSeq).toBe(4);
  });
});
