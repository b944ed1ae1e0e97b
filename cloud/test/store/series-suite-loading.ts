import { expect, it } from 'vitest';
import type { SeriesRow } from '../../src/ports/series-store.js';
import { hour, minute, slot, zone } from './fact-samples.js';
import type { SuiteStore } from './series-suite.js';

/** What is loaded piece by piece: a past, all of it final. */
export function loadingCases(of: SuiteStore): void {
  const { shop, put, all } = of;

  it('takes what is loaded piece by piece, leaves out what it cannot keep, and puts rollups over it out of use', async () => {
    const id = shop();
    const row = (fact: SeriesRow['fact']): SeriesRow => ({ storeId: id, epoch: 0, fact });
    await put(id, zone('a', hour(9), 1));
    const [from, to] = [hour(0), hour(1)];
    const rollup = { level: 'hour', kind: 'zone', from, to, definition: 'd', payload: '{}' } as const;
    await of.store.writeRollups(id, await of.store.mark(id, from, to), [rollup]);
    const odd = { ...zone('b', minute(4), 1), ts: minute(4) + 1 };
    async function* pieces(): AsyncGenerator<SeriesRow[]> {
      yield [row(slot('s', minute(1), 1, 4)), row(odd)];
      // what is committed meanwhile is there as well
      await put(id, zone('a', hour(8), 2));
      yield [row(slot('s', minute(2), 1, 4)), row(zone('a', minute(3), 1))];
    }
    expect(await of.store.load(pieces())).toBe(1);
    expect((await all(id)).map(({ kind, ts }) => [kind, ts])).toEqual([
      ['slot', minute(1)],
      ['slot', minute(2)],
      ['zone', minute(3)],
      ['zone', hour(8)],
      ['zone', hour(9)],
    ]);
    expect(await of.store.span(id)).toEqual({ earliestTs: minute(1), latestTs: hour(9) });
    const newest = await of.store.newest({ storeId: id, kind: 'slot', before: hour(2) });
    expect(newest.map(({ ts }) => ts)).toEqual([minute(2)]);
    expect(await of.store.trueRollups({ storeId: id, level: 'hour', kinds: ['zone'], from: 0, to: 9e12 })).toEqual([]);
  });

  it('keeps nothing of what is loaded when its source fails, where it has commits, and goes on', async () => {
    const id = shop();
    async function* failing(): AsyncGenerator<SeriesRow[]> {
      yield [{ storeId: id, epoch: 0, fact: zone('a', minute(1), 1) }];
      throw new Error('the source is gone');
    }
    await expect(of.store.load(failing())).rejects.toThrow('the source is gone');
    await put(id, zone('a', minute(2), 1));
    const there = (await all(id)).map(({ ts }) => ts);
    // an engine without commits keeps what came before; it is the same when it comes again
    expect(there).toEqual(of.engine.commitsWhole ? [minute(2)] : [minute(1), minute(2)]);
  });
}
