import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FACT_KINDS, type Fact, type WeightEvent } from '@aisle/contracts';
import { FsLogFiles } from '../../src/adapters/fs-log-files.js';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { Journal } from '../../src/journal/journal.js';
import { Housekeeper, type HousekeeperOptions } from '../../src/pipeline/housekeeper.js';
import type { Reserve } from '../../src/ports/reserve.js';
import { TestClock } from '../frames/support.js';
import { quiet, tempDir } from './harness.js';

const HOUR_MS = 3_600_000;
const KEEP_MS = 2 * HOUR_MS;

/** The engine's side: what the keeper asks of it, counted. */
class Host {
  appliedSeq = 0;
  snapshotSeq = 0;
  flushes = 0;
  snapshots = 0;
  newFacts = 0;
  fails: NodeJS.ErrnoException | undefined;
  flush(): number {
    if (this.fails) throw this.fails;
    this.flushes += 1;
    return this.newFacts;
  }
  snapshot(): Promise<number> {
    if (this.fails) return Promise.reject(this.fails);
    this.snapshots += 1;
    this.snapshotSeq = this.appliedSeq;
    return Promise.resolve(this.snapshotSeq);
  }
}
class Room implements Reserve {
  held = 0;
  released = 0;
  async hold(): Promise<void> {
    this.held += 1;
  }
  async release(): Promise<boolean> {
    this.released += 1;
    return this.released === 1;
  }
}
const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

const weight = (n: number, receivedTs: number): WeightEvent => {
  return { kind: 'weight', deviceId: 'shelf-1', ts: n, receivedTs, digest: `d${n}`, slotId: 'a', decigrams: n };
};
const minute = (n: number): Fact => ({
  kind: 'coverage',
  subject: 'cam-1',
  ts: n * 60_000,
  seq: n,
  generation: 1,
  configVersion: 1,
  value: { sensedMs: 60_000 },
});
const sale: Fact = {
  kind: 'sale',
  subject: 'r-1',
  ts: 0,
  seq: 1,
  generation: 1,
  configVersion: 1,
  value: { receipt: 'r-1', deviceId: 'till-1', contentDigest: 'x', transaction: true, netMinor: 100, lines: [] },
};

describe('the housekeeper', () => {
  let clock: TestClock;
  let host: Host;
  let room: Room;
  let journal: Journal;
  let store: LibsqlStore;
  let poked: number;
  let fatal: unknown[];

  const keeper = (options: Partial<HousekeeperOptions> = {}): Housekeeper =>
    new Housekeeper(host, journal, store, room, clock, quiet, {
      keepMs: KEEP_MS,
      onFacts: () => (poked += 1),
      onFatal: (error) => fatal.push(error),
      ...options,
    });
  /** Events that came in at `receivedTs`; so many that several files of the journal are full. */
  const fill = (from: number, to: number, receivedTs: number): Promise<void> =>
    new Promise((resolve) => {
      for (let n = from; n <= to; n += 1) journal.append(weight(n, receivedTs), n === to ? () => resolve() : undefined);
    });

  beforeEach(async () => {
    clock = new TestClock();
    host = new Host();
    room = new Room();
    [poked, fatal] = [0, []];
    const dir = tempDir();
    journal = new Journal(new FsLogFiles(path.join(dir, 'journal')), systemClock, systemRandom, quiet, {
      segmentBytes: 100,
    });
    await journal.open();
    store = new LibsqlStore(path.join(dir, 'agent.db'));
    store.open();
  });
  afterEach(async () => {
    await journal.close();
    store.close();
  });

  it('flushes once soon after many changes, and tells of new facts only', async () => {
    const tidy = keeper({ flushMs: 60 });
    tidy.start();
    for (let n = 0; n < 10; n += 1) tidy.changed();
    await clock.pass(59);
    expect(host.flushes).toBe(0);
    await clock.pass(1);
    expect([host.flushes, poked]).toEqual([1, 0]);
    host.newFacts = 3;
    tidy.changed();
    await clock.pass(60);
    expect([host.flushes, poked]).toEqual([2, 1]);
  });

  it('takes a snapshot every minute, and sooner after very many events', async () => {
    const tidy = keeper({ snapshotMs: 60_000, snapshotEvents: 100 });
    tidy.start();
    await clock.pass(59_999);
    expect(host.snapshots).toBe(0);
    await clock.pass(1);
    expect(host.snapshots).toBe(1);
    host.appliedSeq = 99;
    tidy.changed();
    await clock.pass(1);
    expect(host.snapshots).toBe(1);
    host.appliedSeq = 100;
    tidy.changed();
    await clock.pass(1);
    expect(host.snapshots).toBe(2);
  });

  it('keeps events for the stated time behind a snapshot, and no longer', async () => {
    for (let from = 1; from <= 60; from += 20) await fill(from, from + 19, clock.now());
    const before = journal.segmentCount;
    expect(before).toBeGreaterThan(2);
    host.appliedSeq = 60;
    const tidy = keeper();
    await clock.pass(KEEP_MS);
    await tidy.snapshot();
    expect(journal.segmentCount).toBe(before);
    await clock.pass(1);
    await tidy.snapshot();
    expect(journal.segmentCount).toBe(1);
  });

  it('never deletes what no snapshot holds, however old', async () => {
    for (let from = 1; from <= 60; from += 20) await fill(from, from + 19, 0);
    const before = journal.segmentCount;
    host.appliedSeq = 0;
    await keeper().snapshot();
    expect(journal.segmentCount).toBe(before);
  });

  it('makes room on a full disk from the journal first, and leaves all facts', async () => {
    for (let from = 1; from <= 60; from += 20) await fill(from, from + 19, clock.now());
    store.saveFacts('j', [minute(1), sale]);
    host.appliedSeq = 60;
    await keeper().makeRoom();
    expect(room.released).toBe(1);
    expect(journal.segmentCount).toBe(1);
    expect(store.outbox().waiting).toBe(2);
  });

  it('deletes what the last snapshot holds where there is no room for another one', async () => {
    for (let from = 1; from <= 60; from += 20) await fill(from, from + 19, clock.now());
    host.appliedSeq = host.snapshotSeq = 60;
    host.fails = full;
    await keeper().makeRoom();
    expect(journal.segmentCount).toBe(1);
    expect(fatal).toEqual([]);
  });

  it('then drops minute facts, never sales, and counts them over every start', async () => {
    store.saveFacts('j', [minute(1), minute(2), sale]);
    const tidy = keeper();
    await tidy.makeRoom();
    const all = { fromTs: 0, toTs: 1e15, limit: 10, kinds: FACT_KINDS, exclude: new Set<string>() };
    expect(store.takeRows('j', all).map(({ kind }) => kind)).toEqual(['sale']);
    expect(tidy.discarded).toBe(2);
    store.saveFacts('j', [minute(3)]);
    const again = keeper();
    await again.makeRoom();
    expect(again.discarded).toBe(3);
  });

  it('lets facts wait in memory while the disk is full, and takes every other failure for the end', async () => {
    const tidy = keeper();
    host.fails = full;
    tidy.changed();
    await clock.pass(60);
    await tidy.snapshot();
    expect(fatal).toEqual([]);
    const broken = new Error('broken');
    host.fails = broken;
    tidy.changed();
    await clock.pass(60);
    await tidy.snapshot();
    expect(fatal).toEqual([broken, broken]);
  });

  it('takes the reserve back once there is room', async () => {
    const tidy = keeper();
    tidy.start();
    await tidy.makeRoom();
    await clock.pass(1);
    expect([room.held, room.released]).toEqual([2, 1]);
  });

  it('takes a last snapshot when it stops, and does nothing afterwards', async () => {
    const tidy = keeper();
    tidy.start();
    await tidy.stop();
    expect(host.snapshots).toBe(1);
    tidy.changed();
    await clock.pass(120_000);
    expect([host.snapshots, host.flushes]).toEqual([1, 0]);
  });
});
