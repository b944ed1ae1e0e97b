import { DAY_MS } from '@aisle/contracts';
import { expect, it } from 'vitest';
import { Compaction } from '../../src/store/duckdb/compaction.js';
import type { Connection } from '../../src/store/duckdb/connection.js';
import { SaidLast, type SaidLastParts } from '../../src/store/duckdb/said-last.js';
import type { StoredFact } from '../../src/ports/series-store.js';

/** A connection whose transactions take as long as the test says. */
const slow = (said: string[], open: Promise<void>) =>
  ({
    rows: async (sql: string) => (sql.startsWith('SELECT store') ? [['demo', 5]] : [[0]]),
    transaction: async () => {
      said.push('compacts');
      await open;
      said.push('has compacted');
    },
    close: async () => undefined,
  }) as unknown as Connection;

it('lets nobody delete from the log while it is compacted, and is not begun while somebody does', async () => {
  const said: string[] = [];
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const compaction = new Compaction(slow(said, opened), {}, { rows: 5, stamp: 1 });
  const first = compaction.now(1);
  const deleted = compaction.apart(async () => {
    said.push('deletes');
    await Promise.resolve();
    said.push('has deleted');
    return 3;
  });
  open();
  expect(await deleted).toBe(3);
  await first;
  const failed = compaction.apart(() => Promise.reject(new Error('no room')));
  await expect(failed).rejects.toThrow('no room');
  const again = compaction.now(2);
  await again;
  await compaction.close();
  // hours that were written are brought up to date in a transaction of their own
  const run = ['compacts', 'has compacted', 'compacts', 'has compacted'];
  expect(said).toEqual([...run, 'deletes', 'has deleted', ...run]);
});

it('keeps nothing of facts that are deleted while what was said last is being made of them', async () => {
  const day = 20_000 * DAY_MS;
  const said = { kind: 'slot', subject: 's1', ts: day, seq: 1, epoch: 1, configVersion: 1 } as StoredFact<'slot'>;
  let facts = [said];
  let kept: StoredFact[] = [];
  let read = () => undefined as void;
  const reading = new Promise<void>((resolve) => (read = resolve));
  let first = true;
  const last = new SaidLast({
    file: {
      saidDays: () => new Map(),
      keepSaid: (_store: string, _kind: string, _day: number, _mark: number, found: StoredFact[]) => (kept = found),
      saidBefore: () => kept,
      unendedBefore: () => [],
      forgetBefore: () => (kept = []),
    },
    facts: async () => {
      const found = facts;
      if (first) await reading;
      first = false;
      return found;
    },
    touchedDays: async () => new Map([[day, 1]]),
    stamp: () => 1,
  } as unknown as SaidLastParts);
  const ask = () => last.newest({ storeId: 'demo', kind: 'slot', before: day + 5 * DAY_MS });
  const asked = ask();
  facts = [];
  const deleted = last.deleted('demo', ['slot'], day + DAY_MS);
  read();
  await Promise.all([asked, deleted]);
  expect(kept).toEqual([]);
  expect(await ask()).toEqual([]);
});
