import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { factKey, type Fact } from '@aisle/contracts';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import { Outbox } from '../../src/uplink/outbox.js';
import { FactSender } from '../../src/uplink/sender.js';
import type { CloudLink } from '../../src/ports/cloud-link.js';
import { TestClock } from '../frames/support.js';
import { quiet, tempDir } from './harness.js';

const MINUTE = 60_000;
const coverage = (ts: number, seq: number, sensedMs = 1): Fact => ({
  ...{ kind: 'coverage', subject: 'cam-1', ts, seq, generation: 0, configVersion: 1 },
  value: { sensedMs },
});
const decision = (n: number, seq: number): Fact =>
  ({
    ...{ kind: 'play', subject: `d-${n}@${n}`, ts: n, seq, generation: 0, configVersion: 1 },
    value: { screenId: 's', decisionId: `d-${n}`, contentId: 'c', startedTs: n, endedTs: n + 1, completed: true },
  }) as Fact;
const ALL = { fromTs: 0, toTs: Infinity, limit: 100, kinds: ['coverage', 'play'], exclude: new Set<string>() };

function opened(dir = tempDir(), most?: number): { database: LibsqlStore; outbox: Outbox; dir: string } {
  const database = new LibsqlStore(path.join(dir, 'agent.db'));
  const outbox = new Outbox(database, most);
  outbox.open();
  return { database, outbox, dir };
}
const seqs = (outbox: Outbox, which = ALL) => outbox.takeRows('j', which).map(({ ts, seq }) => [ts, seq]);

describe('what waits for the cloud', () => {
  it('loses minutes of the memory only as far as there are more than fit, the oldest first', () => {
    const { database, outbox } = opened(undefined, 2);
    outbox.saveFacts('j', [coverage(2 * MINUTE, 3), coverage(0, 1)]);
    expect(outbox.dropOldestMinuteFacts(5)).toBe(0);
    database.saveFacts = () => {
      throw new Error('the disk is full');
    };
    expect(() => outbox.saveFacts('j', [coverage(MINUTE, 2), decision(1, 4)])).toThrow('full');
    expect(outbox.dropOldestMinuteFacts(1)).toBe(1);
    expect(outbox.dropOldestMinuteFacts(5)).toBe(1);
    expect(seqs(outbox)).toEqual([
      [1, 4],
      [2 * MINUTE, 3],
    ]);
    database.close();
  });

  it('loses none of them while more would fit', () => {
    const { outbox } = opened(undefined, 4);
    outbox.saveFacts('j', [coverage(0, 1), coverage(MINUTE, 2), coverage(2 * MINUTE, 3)]);
    expect(outbox.dropOldestMinuteFacts(5)).toBe(0);
    expect(seqs(outbox)).toHaveLength(3);
    outbox.close();
  });

  it('is written at the end; a full disk is no failure then, since the journal states it again, anything else is', () => {
    const ending = (error: Error) => {
      const { database, outbox, dir } = opened();
      outbox.saveFacts('j', [coverage(0, 1)]);
      database.saveFacts = () => {
        throw error;
      };
      return { outbox, dir };
    };
    const full = ending(Object.assign(new Error('no room'), { code: 'ENOSPC' }));
    full.outbox.close();
    const broken = ending(new Error('broken'));
    expect(() => broken.outbox.close()).toThrow('broken');
    // The file is let go of all the same.
    opened(broken.dir).outbox.close();
    expect(() => broken.outbox.takeRows('j', ALL)).toThrow();
  });

  it('is the newest statement of each key, whether it stands in memory, in the database or in both', () => {
    const { database, outbox } = opened();
    outbox.saveFacts('j', [coverage(0, 5), coverage(MINUTE, 6)]);
    outbox.saveSnapshot(snapshotAt(6), []);
    outbox.saveFacts('j', [coverage(MINUTE, 9), coverage(2 * MINUTE, 8), coverage(2 * MINUTE, 7)]);
    expect(database.outbox().waiting).toBe(2);
    expect(outbox.outbox()).toEqual({ waiting: 3, oldestTs: 0 });
    expect(seqs(outbox)).toEqual([
      [0, 5],
      [MINUTE, 9],
      [2 * MINUTE, 8],
    ]);
    expect(seqs(outbox, { ...ALL, limit: 2 })).toHaveLength(2);
    expect(seqs(outbox, { ...ALL, fromTs: MINUTE, toTs: 2 * MINUTE })).toEqual([[MINUTE, 9]]);
    expect(seqs(outbox, { ...ALL, exclude: new Set([factKey(coverage(MINUTE, 0))]) })).toHaveLength(2);
    outbox.close();
  });

  it('goes from both when the cloud has taken it, but not what has been stated anew since then', () => {
    const { database, outbox } = opened();
    outbox.saveFacts('j', [coverage(0, 5), coverage(MINUTE, 6)]);
    outbox.saveSnapshot(snapshotAt(6), []);
    outbox.saveFacts('j', [coverage(0, 7), coverage(MINUTE, 8)]);
    const taken = outbox.takeRows('j', ALL);
    outbox.saveFacts('j', [coverage(MINUTE, 9)]);
    outbox.removeRows('j', taken);
    expect(database.outbox().waiting).toBe(0);
    expect(seqs(outbox)).toEqual([[MINUTE, 9]]);
    outbox.close();
  });

  it('touches no file while the cloud takes it, and is all there after a clean end', () => {
    const { database, outbox, dir } = opened();
    for (let seq = 1; seq <= 500; seq += 1) outbox.saveFacts('j', [coverage(0, seq)]);
    expect(database.outbox().waiting).toBe(0);
    outbox.close();
    const again = opened(dir);
    expect(seqs(again.outbox)).toEqual([[0, 500]]);
    again.outbox.close();
  });

  it('does not fill the memory while the line is down', () => {
    const { database, outbox } = opened(tempDir(), 50);
    for (let n = 0; n < 500; n += 1) outbox.saveFacts('j', [coverage(n * MINUTE, n + 1)]);
    expect(outbox.inMemory).toBeLessThanOrEqual(50);
    expect(outbox.outbox().waiting).toBe(500);
    expect(database.outbox().waiting).toBe(500 - outbox.inMemory);
    expect(outbox.takeRows('j', { ...ALL, limit: 1000 }).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 500 }, (_, n) => n + 1),
    );
    outbox.close();
  });

  it('counts what no cloud understands once', () => {
    const { outbox } = opened();
    outbox.saveFacts('j', [decision(1, 1), decision(2, 2)]);
    outbox.saveSnapshot(snapshotAt(2), []);
    outbox.saveFacts('j', [decision(2, 3), decision(3, 4)]);
    expect(outbox.waitingBut(['coverage'])).toEqual([{ kind: 'play', count: 3 }]);
    expect(outbox.waitingBut(['coverage', 'play'])).toEqual([]);
    outbox.close();
  });
});

describe('a minute that goes on changing', () => {
  it('goes up once in ten seconds while nobody reads figures, whatever is stated, and its last statement does', async () => {
    const line = sending();
    await line.state(600, () => undefined);
    expect(line.sent('coverage').length).toBeGreaterThan(5);
    expect(line.sent('coverage').length).toBeLessThanOrEqual(8);
    await line.quiet(20_000);
    expect(line.sent('coverage').at(-1)).toBe(600);
    expect(line.outbox.outbox().waiting).toBe(0);
    line.outbox.close();
  });

  it('goes up each second while somebody reads them, and no longer', async () => {
    const line = sending();
    line.sender.asked(30_000);
    await line.state(300, () => undefined);
    expect(line.sent('coverage').length).toBeGreaterThanOrEqual(27);
    const before = line.sent('coverage').length;
    await line.state(300, () => undefined, 300);
    expect(line.sent('coverage').length - before).toBeLessThanOrEqual(5);
    line.outbox.close();
  });

  it('holds up no sale, alert, decision or play', async () => {
    const line = sending();
    await line.state(300, (step) => {
      if (step % 50 === 25) line.outbox.saveFacts('j', [decision(step, 1_000 + step)]);
    });
    const late = line.plays.map(({ saidAt, sentAt }) => sentAt - saidAt);
    expect(late).toHaveLength(6);
    expect(Math.max(...late)).toBeLessThanOrEqual(1_100);
    line.outbox.close();
  });
});

const snapshotAt = (seq: number) => ({
  ...{ journalId: 'j', seq, json: '{}', windows: [], savedTs: 0, forgetSavedBefore: 0 },
});

/** A sender over an outbox, to a cloud that takes all; `state` states the same minute anew every 100 ms. */
function sending() {
  const clock = new TestClock();
  const { outbox } = opened();
  const batches: Fact[][] = [];
  const plays: { saidAt: number; sentAt: number }[] = [];
  const link = {
    send: async (_topic: string, payload: Buffer) => {
      const { batchId, facts } = JSON.parse(gunzipSync(payload).toString()) as { batchId: string; facts: Fact[] };
      batches.push(facts);
      for (const fact of facts)
        if (fact.kind === 'play') plays.push({ saidAt: began + (fact.ts + 1) * 100, sentAt: clock.monotonicMs() });
      queueMicrotask(() => sender.answer({ batchId, status: 'committed', refused: [] }));
    },
  } as unknown as CloudLink;
  let ids = 0;
  const random = { next: () => 0.5, id: () => `b-${(ids += 1)}` };
  const sender = new FactSender('demo', outbox, link, clock, random, quiet, () => 0);
  const began = clock.monotonicMs();
  sender.open(new Map([['j', 1]]), { coverage: 2, play: 1 });
  const arrived = async () => {
    // Packing runs in the thread pool.
    while (sender.batchesInFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...{ clock, outbox, sender, plays },
    sent: (kind: string) => batches.flat().flatMap((fact) => (fact.kind === kind ? [fact.seq] : [])),
    async state(steps: number, also: (step: number) => void, from = 0): Promise<void> {
      for (let step = 0; step < steps; step += 1) {
        await clock.pass(100);
        outbox.saveFacts('j', [coverage(0, from + step + 1)]);
        also(step);
        sender.poke();
        await arrived();
      }
    },
    async quiet(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 500) {
        await clock.pass(500);
        await arrived();
      }
    },
  };
}
