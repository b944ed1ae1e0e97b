import { beforeEach, describe, expect, it } from 'vitest';
import type { Ack, Fact } from '@aisle/contracts';
import { Committer } from '../../src/ingest/committer.js';
import { StoreError, type SeriesRow, type SeriesStore } from '../../src/ports/index.js';
import { crossings, sale } from './harness.js';
import { ManualClock, settled } from './manual-clock.js';

/** The order of everything that happens. */
let order: string[];
let acks: Ack[];
let clock: ManualClock;
let committer: Committer;
/** how many batches waited, whenever it was told */
let told: number[];
/** how many facts were counted, and as what */
let counted: [how: string, facts: number][];
/** how many receipts were counted as known, and in which way */
let receipts: [how: string, receipts: number][];
/** the batches' seqs of what was told on as kept */
let kept: number[][];
let write: (rows: readonly SeriesRow[]) => Promise<void>;
let ready: () => Promise<void>;
const held: (() => void)[] = [];

const quiet = () => undefined;
const add = (batchId: string, facts: Fact[]) =>
  committer.add({
    storeId: 'demo',
    arrivedMs: 0,
    batch: { batchId, journalId: 'j', epoch: 1, facts, refused: [], indexes: facts.map((_, index) => index) },
    done: (ack) => {
      order.push(`ack ${ack.batchId}`);
      acks.push(ack);
    },
  });

beforeEach(() => {
  order = [];
  acks = [];
  told = [];
  counted = [];
  receipts = [];
  kept = [];
  held.length = 0;
  clock = new ManualClock();
  write = async (rows) => void order.push(`written ${rows.length}`);
  ready = () => Promise.resolve();
  committer = new Committer({
    clock,
    series: { ready: () => ready(), write: (rows: readonly SeriesRow[]) => write(rows) } as unknown as SeriesStore,
    receipts: { noteReceipts: async () => void order.push('receipts'), receipt: async () => undefined },
    metrics: {
      batch: quiet,
      facts: (how, facts) => void counted.push([how, facts]),
      batchSeconds: quiet,
      commit: quiet,
      waiting: (batches) => void told.push(batches),
      knownReceipts: (how, count) => void receipts.push([how, count]),
    },
    log: { warn: quiet, error: quiet },
    committed: (rows) => void kept.push(rows.map(({ fact }) => fact.seq)),
  });
});

describe('a series that wants its commits apart', () => {
  beforeEach(() => {
    ready = () => new Promise<void>((resolve) => held.push(resolve));
  });

  it('is given all that has come by then in one commit', async () => {
    add('a', [crossings(1, 1)]);
    await settled();
    add('b', [crossings(2, 2)]);
    expect(order).toEqual([]);
    held.shift()!();
    await settled();
    expect(order).toEqual(['written 2', 'ack a', 'ack b']);
  });

  it('is given nothing any more by who stops meanwhile', async () => {
    add('a', [crossings(1, 1)]);
    await settled();
    const stopped = committer.stop();
    held.shift()!();
    await stopped;
    expect([order, committer.waiting]).toEqual([[], 1]);
  });
});

describe('a batch', () => {
  it('is acknowledged only after the store says that it is on disk, and its receipts are known', async () => {
    write = async (rows) => {
      order.push('writing');
      await new Promise<void>((resolve) => held.push(resolve));
      order.push(`written ${rows.length}`);
    };
    add('a', [crossings(1, 1), sale('r', 1)]);
    await settled();
    expect(order).toEqual(['writing']);
    held.shift()!();
    await settled();
    expect(order).toEqual(['writing', 'written 2', 'receipts', 'ack a']);
  });

  it('is told as waiting until its commit is done', async () => {
    add('a', [crossings(1, 1)]);
    add('b', [crossings(2, 1)]);
    await settled();
    expect(told).toEqual([1, 2, 0]);
  });

  it('that arrives during a commit shares the next one with all others that did', async () => {
    write = async (rows) => {
      order.push(`writing ${rows.length}`);
      await new Promise<void>((resolve) => held.push(resolve));
    };
    add('a', [crossings(1, 1)]);
    await settled();
    add('b', [crossings(2, 1)]);
    add('c', [crossings(3, 1)]);
    held.shift()!();
    await settled();
    held.shift()!();
    await settled();
    expect(order).toEqual(['writing 1', 'ack a', 'writing 2', 'ack b', 'ack c']);
  });

  it('shares a commit of at most 20,000 facts; one that is larger has a commit of its own, and nothing waits behind it', async () => {
    write = async (rows) => {
      order.push(`writing ${rows.length}`);
      await new Promise<void>((resolve) => held.push(resolve));
    };
    add('first', [crossings(1, 1)]);
    await settled();
    const facts = (count: number): Fact[] => Array.from({ length: count }, (_, seq) => crossings(seq, 1));
    for (const [batchId, count] of [
      ['b', 15_000],
      ['c', 5_000],
      ['d', 1],
      ['large', 20_001],
      ['e', 2],
    ] as const)
      // prettier-ignore
      add(batchId, facts(count));
    for (let commit = 0; commit < 5; commit += 1) {
      held.shift()?.();
      await settled();
    }
    expect(order.filter((step) => step.startsWith('writing'))).toEqual(
      [1, 20_000, 1, 20_001, 2].map((count) => `writing ${count}`),
    );
    expect(acks.map(({ batchId }) => batchId)).toEqual(['first', 'b', 'c', 'd', 'large', 'e']);
  });

  it('is tried again, and not acknowledged meanwhile, while the store cannot write', async () => {
    let broken = true;
    write = async () => {
      order.push(broken ? 'failed' : 'written');
      if (broken) throw new StoreError('unreachable', 'no route');
    };
    add('a', [crossings(1, 1)]);
    await settled();
    await clock.advance(10_000);
    expect(order.length).toBeGreaterThan(2);
    expect(order.every((step) => step === 'failed')).toBe(true);
    broken = false;
    await clock.advance(30_000);
    expect(order.slice(-2)).toEqual(['written', 'ack a']);
  });

  it('loses only those facts that the store refuses, whichever batch they came in', async () => {
    write = async (rows) => {
      if (rows.some((row) => row.fact.ts < 0)) throw new StoreError('outOfRange', 'ts is below 0');
      order.push(`written ${rows.length}`);
    };
    const bad = { ...crossings(1, 1), ts: -1 };
    add('a', [crossings(1, 1), bad, crossings(2, 1, 1)]);
    add('b', [crossings(3, 1, 2), crossings(4, 1, 3)]);
    await settled();
    await settled();
    expect(acks.map((ack) => [ack.batchId, ack.status, ack.refused])).toEqual([
      ['a', 'committed', [{ index: 1, field: '', message: 'ts is below 0', code: 'outOfRange' }]],
      ['b', 'committed', []],
    ]);
    const written = order.filter((step) => step.startsWith('written')).map((step) => Number(step.split(' ')[1]));
    expect(written.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('is told on and counted without what the store refused, be it a single fact', async () => {
    write = async (rows) => {
      if (rows.some((row) => row.fact.ts < 0)) throw new StoreError('outOfRange', 'ts is below 0');
    };
    add('a', [crossings(1, 1), { ...crossings(2, 2), ts: -1 }, crossings(3, 3)]);
    await settled();
    await settled();
    expect(kept).toEqual([[1, 3]]);
    expect(counted).toEqual([
      ['committed', 2],
      ['refused', 1],
    ]);
  });

  it('without sales asks nothing of receipts', async () => {
    add('a', [crossings(1, 1)]);
    await settled();
    expect(receipts).toEqual([]);
    add('b', [sale('r', 1)]);
    await settled();
    expect(receipts).toEqual([
      ['same', 0],
      ['conflict', 0],
    ]);
  });

  it('that has not begun when the cloud stops stays unacknowledged', async () => {
    write = () => new Promise<void>((resolve) => held.push(resolve));
    add('a', [crossings(1, 1)]);
    await settled();
    add('b', [crossings(2, 1)]);
    const stopped = committer.stop();
    held.shift()!();
    await stopped;
    expect(order).toEqual(['ack a']);
  });
});
