import { cpSync, rmSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FACT_KINDS, factKey, type DomainEvent, type Fact } from '@aisle/contracts';
import { FsLogFiles } from '../../src/adapters/fs-log-files.js';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import { bindable } from '../../src/adapters/libsql-statement.js';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { createEngine } from '../../src/domain/engine/engine.js';
import { Journal } from '../../src/journal/journal.js';
import { DeviceBook } from '../../src/fleet/device-book.js';
import { EngineHost } from '../../src/pipeline/engine-host.js';
import { HeldFiles } from './held-files.js';
import { STORE, metric, openShop, positions, quiet, refusedCount, tempDir, topic, until } from './harness.js';

describe('what a device is told', () => {
  it('gets its PUBACK only once its event is on the disk, and in the order in which it was sent', async () => {
    const shop = await openShop();
    await shop.agent.stop();
    const files = new HeldFiles(new FsLogFiles(path.join(shop.dir, 'journal')));
    await shop.start({ logFiles: files });
    const camera = await shop.connect('cam-1', 'cam-secret');
    const acked: string[] = [];
    files.hold = true;
    const now = Date.now();
    const sent = [
      ['good', positions(now)],
      ['bad', 'nonsense'],
      ['better', positions(now + 100)],
    ].map(([name, payload]) =>
      camera
        .publishAsync(topic('cam-1', 'camera/positions'), payload as string, { qos: 1 })
        .then(() => acked.push(name as string)),
    );
    await until('its group to be written, but not yet safe', () => files.waiting > 0);
    // Whoever comes later has been answered: an acknowledgement that does not wait would be here by now.
    await shop.connect();
    expect(acked).toEqual([]);
    files.release();
    await Promise.all(sent);
    expect(acked).toEqual(['good', 'bad', 'better']);
    await shop.end();
  });

  it('hears nothing while the disk is full, and its acknowledgement when there is room again', async () => {
    const shop = await openShop();
    await shop.agent.stop();
    const files = new HeldFiles(new FsLogFiles(path.join(shop.dir, 'journal')));
    await shop.start({ logFiles: files });
    const camera = await shop.connect('cam-1', 'cam-secret');
    files.failWrites = 'ENOSPC';
    let acked = false;
    const sent = camera
      .publishAsync(topic('cam-1', 'camera/positions'), positions(Date.now()), { qos: 1 })
      .then(() => (acked = true));
    await until(
      'the agent says that its disk is full',
      async () => (await metric(shop, 'aisle_journal_blocked')) === 1,
    );
    const other = await shop.connect();
    await other.publishAsync(topic('cam-1', 'camera/positions'), positions(Date.now() + 1), { qos: 0 });
    await until(
      'a message that nobody sends again is refused as busy',
      async () => (await refusedCount(shop, 'cam-1', 'busy')) === 1,
    );
    expect(acked).toBe(false);
    files.failWrites = undefined;
    await sent;
    expect(await metric(shop, 'aisle_journal_blocked')).toBe(0);
    await shop.end();
  });

  it('slows a sender down instead of filling the memory', async () => {
    const shop = await openShop();
    await shop.agent.stop();
    const files = new HeldFiles(new FsLogFiles(path.join(shop.dir, 'journal')));
    await shop.start({ logFiles: files });
    const camera = await shop.connect('cam-1', 'cam-secret');
    files.hold = true;
    const people = Array.from({ length: 200 }, (_, index): [string, number, number] => [`${index}`, 1, 1]);
    const now = Date.now();
    const sent = Array.from({ length: 2000 }, (_, index) =>
      camera.publishAsync(topic('cam-1', 'camera/positions'), positions(now + index, people), { qos: 1 }),
    );
    await until('the first to be written, but not yet safe', () => files.waiting > 0);
    await until('no more to be taken in while others are answered', async () => {
      const before = shop.agent.journal.queuedBytes;
      for (let other = 0; other < 3; other += 1) await shop.connect();
      return shop.agent.journal.queuedBytes === before;
    });
    // 2,000 messages of 6 kB are 12 MB: only a few chunks of the socket have been taken in.
    expect(shop.agent.journal.queuedBytes).toBeGreaterThan(0);
    expect(shop.agent.journal.queuedBytes).toBeLessThan(2 << 20);
    files.release();
    await Promise.all(sent);
    expect(await metric(shop, 'aisle_messages_accepted_total')).toBe(2000);
    await shop.end();
  });
});

/** A morning's events: people walk, weights change, sales are made, some of it late or doubled; twice over two hours apart. */
function* events(): Generator<DomainEvent> {
  yield { kind: 'configured', ts: 0, version: 1, storeFile: STORE };
  const start = Date.parse('2026-03-02T09:00:00+08:00');
  let digest = 0;
  for (const hour of [0, 3, 6]) {
    const from = start + hour * 3_600_000;
    // Long enough in the middle for the first hour's windows to be paged out.
    for (let n = 0; n < (hour === 3 ? 12_000 : 600); n += 1) {
      const ts = from + n * (hour === 3 ? 250 : 500);
      const base = { deviceId: 'cam-1', ts, receivedTs: ts, digest: `p${(digest += 1)}` };
      yield {
        kind: 'positions',
        ...base,
        people: [
          [`${Math.floor(n / 100) % 50}`, 1000 + (n % 100) * 90, 9000 - (n % 100) * 80],
          ['x', 2000, 2000],
        ],
      };
      if (n % 50 === 0)
        yield {
          kind: 'weight',
          deviceId: 'shelf-1',
          ts,
          receivedTs: ts,
          digest: `w${digest}`,
          slotId: 'fx-1-a',
          decigrams: 10_300 * (20 - Math.floor((n % 600) / 50)),
        };
      if (n % 120 === 60) {
        // A sale of the morning, rung up late: it touches windows that have been paged out.
        const late = hour === 6 ? start + 60_000 : ts;
        yield {
          kind: 'sale',
          deviceId: 'till-1',
          ts: late,
          receivedTs: ts,
          digest: `s${digest}`,
          source: 'till',
          receipt: `r${digest}`,
          contentDigest: `c${digest}`,
          lines: [{ gtin: '06901234567892', quantityMicro: 1_000_000, netMinor: 1250 }],
        };
        yield {
          kind: 'crossing',
          deviceId: 'cam-1',
          ts: late,
          receivedTs: ts,
          digest: `c${digest}`,
          entranceId: 'main',
          direction: 'in',
          count: 1,
        };
      }
      if (n % 77 === 0) yield { kind: 'positions', ...base, people: [] };
    }
  }
}

const allRows = (store: LibsqlStore, journalId: string) =>
  store.takeRows(journalId, {
    fromTs: 0,
    toTs: Number.MAX_SAFE_INTEGER,
    limit: 1_000_000,
    kinds: FACT_KINDS,
    exclude: new Set(),
  });

class Machine {
  readonly store: LibsqlStore;
  journal!: Journal;
  host!: EngineHost;
  constructor(readonly dir: string) {
    this.store = new LibsqlStore(path.join(dir, 'agent.db'));
  }
  async open(): Promise<this> {
    this.store.open();
    this.journal = new Journal(new FsLogFiles(path.join(this.dir, 'journal')), systemClock, systemRandom, quiet, {
      segmentBytes: 200_000,
    });
    await this.journal.open();
    this.host = new EngineHost(createEngine, [new DeviceBook()], this.journal, this.store, systemClock, quiet);
    expect(await this.host.recover()).toBe(true);
    this.journal.consume((entry) => this.host.apply(entry).accepted);
    return this;
  }
  take(event: DomainEvent): Promise<boolean> {
    return new Promise((resolve) => this.journal.append(event, resolve));
  }
  facts(): Map<string, Fact> {
    this.host.flush();
    const rows = allRows(this.store, this.journal.id);
    return new Map(rows.map((row) => [row.key, JSON.parse(row.payload) as Fact]));
  }
}

describe('a crash', () => {
  it('leaves exactly the facts of an undisturbed run, wherever it strikes', async () => {
    const calm = await new Machine(tempDir()).open();
    for (const event of events()) void calm.take(event);
    await calm.take({ kind: 'deviceState', deviceId: 'cam-1', ts: 1, receivedTs: 1, digest: 'end', state: 'online' });
    const expected = calm.facts();
    expect(expected.size).toBeGreaterThan(50);

    let machine = await new Machine(tempDir()).open();
    let n = 0;
    let crashes = 0;
    for (const event of events()) {
      n += 1;
      const durable = machine.take(event);
      if (n % 397 === 0) await durable.then(() => machine.host.flush());
      if (n % 811 === 0) await durable.then(() => machine.host.snapshot());
      if (n % 2003 === 0) {
        // kill -9: what lies on the disk goes on, nothing else does.
        await durable;
        crashes += 1;
        const next = tempDir();
        cpSync(machine.dir, next, { recursive: true });
        machine = await new Machine(next).open();
      }
    }
    await machine.take({
      kind: 'deviceState',
      deviceId: 'cam-1',
      ts: 1,
      receivedTs: 1,
      digest: 'end',
      state: 'online',
    });
    const facts = machine.facts();
    expect(crashes).toBe(Math.floor(n / 2003));
    // The late sales did meet windows that had been paged out.
    const early: DomainEvent = {
      kind: 'crossing',
      deviceId: 'cam-1',
      ts: Date.parse('2026-03-02T09:02:00+08:00'),
      receivedTs: 1,
      digest: 'x',
      entranceId: 'main',
      direction: 'in',
      count: 1,
    };
    await machine.host.snapshot();
    expect(machine.host.engine.requires(early)).not.toEqual([]);
    expect([...facts.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, fact] of expected) expect(facts.get(key)).toEqual(fact);
    expect(facts.has(factKey({ kind: 'sale', subject: 'none', ts: 0, configVersion: 1 }))).toBe(false);
  });

  it('that takes the database alone is mended from the journal, if that reaches back to its beginning', async () => {
    const shop = await openShop();
    const camera = await shop.connect();
    await camera.publishAsync(topic('cam-1', 'camera/positions'), positions(Date.now()), { qos: 1 });
    const before = shop.agent.journal.id;
    await shop.agent.host.snapshot();
    await shop.agent.stop();
    for (const name of readdirSync(shop.dir)) if (name.startsWith('agent.db')) rmSync(path.join(shop.dir, name));
    await shop.start();
    expect(shop.agent.journal.id).toBe(before);
    expect(shop.agent.host.config?.version).toBe(1);
    await shop.end();
  });

  it('that takes the database and leaves half a journal is not mended: partial figures must not overwrite whole ones', async () => {
    const machine = await new Machine(tempDir()).open();
    const all = [...events()];
    for (const [index, event] of all.entries())
      await (index % 5000 === 0 ? machine.take(event) : void machine.take(event));
    await machine.take(all.at(-1) as DomainEvent);
    expect(await machine.journal.retain(await machine.host.snapshot(), Infinity)).toBeGreaterThan(0);
    await machine.journal.close();
    machine.store.close();
    rmSync(path.join(machine.dir, 'agent.db'));
    machine.store.open();
    const journal = new Journal(new FsLogFiles(path.join(machine.dir, 'journal')), systemClock, systemRandom, quiet);
    await journal.open();
    expect(await new EngineHost(createEngine, [], journal, machine.store, systemClock, quiet).recover()).toBe(false);
  });
});

describe("the agent's database", () => {
  it.each([[[true]], [[undefined]], [[{}]], [[new Uint8Array(2)]]])('refuses to bind %j', (values) => {
    expect(() => bindable(values)).toThrow(/cannot be bound/);
  });
  it('refuses a bare Buffer, which would end the process', () => {
    expect(() => bindable(Buffer.from('x') as never)).toThrow(/must be an array/);
  });
  it('keeps the newest statement of a fact, whatever the order of writing', () => {
    const store = new LibsqlStore(path.join(tempDir(), 'agent.db'));
    store.open();
    const fact = (seq: number, count: number): Fact => ({
      kind: 'coverage',
      subject: 'cam-1',
      ts: 60_000,
      seq,
      configVersion: 1,
      value: { sensedMs: count },
    });
    store.saveFacts('j', [fact(2, 20)]);
    store.saveFacts('j', [fact(1, 10)]);
    expect(allRows(store, 'j').map((row) => row.seq)).toEqual([2]);
    store.saveFacts('j', [fact(3, 30)]);
    store.removeRows('j', [{ key: factKey(fact(2, 0)), generation: 0, seq: 2 }]);
    expect(store.outbox().waiting).toBe(1);
    store.removeRows('j', [{ key: factKey(fact(3, 0)), generation: 0, seq: 3 }]);
    expect(store.outbox()).toEqual({ waiting: 0, oldestTs: null });
    store.close();
  });
  it('drops the oldest minute facts first and never a sale', () => {
    const store = new LibsqlStore(path.join(tempDir(), 'agent.db'));
    store.open();
    const minutes = Array.from({ length: 10 }, (_, n): Fact => ({
      kind: 'coverage',
      subject: 'cam-1',
      ts: n * 60_000,
      seq: n,
      configVersion: 1,
      value: { sensedMs: 1 },
    }));
    const sale: Fact = {
      kind: 'sale',
      subject: 'r',
      ts: 0,
      seq: 1,
      configVersion: 1,
      value: { receipt: 'r', deviceId: 'till-1', contentDigest: 'x', transaction: true, netMinor: 1, lines: [] },
    };
    store.saveFacts('j', [...minutes, sale]);
    expect(store.dropOldestMinuteFacts(4)).toBe(4);
    expect(allRows(store, 'j').map((row) => row.ts)).toEqual([0, ...[4, 5, 6, 7, 8, 9].map((n) => n * 60_000)]);
    expect(store.dropOldestMinuteFacts(100)).toBe(6);
    expect(store.outbox().waiting).toBe(1);
    store.close();
  });
});
