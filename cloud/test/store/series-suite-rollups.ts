import { expect, it } from 'vitest';
import { StoreError, type StoredRollup } from '../../src/ports/series-store.js';
import { hour, minute, sale, zone } from './fact-samples.js';
import type { SuiteStore } from './series-suite.js';

/** Rollups beside the facts, what is there again after a start, and what is deleted for its age. */
export function rollupCases(of: SuiteStore): void {
  const { shop, put, all } = of;
  const rollup = (at: number, payload = `{"z":${at}}`): StoredRollup => ({
    level: 'hour',
    kind: 'zone',
    from: hour(at),
    to: hour(at + 1),
    definition: 'v1|"Asia/Shanghai", 9–22',
    payload,
  });
  const hours = (storeId: string) =>
    of.store.readRollups({ storeId, level: 'hour', kinds: ['zone', 'sale'], from: 0, to: 9e12 });

  it('has everything again after it was closed and opened', async () => {
    const id = shop();
    await put(id, zone('a', minute(0), 2), sale('r', minute(0) + 1, 2));
    const mark = await of.store.mark(id, hour(0), hour(1));
    await of.store.writeRollups(id, mark, [rollup(0)]);
    const before = await all(id);
    await of.store.close();
    await expect(of.store.write([{ storeId: id, epoch: 1, fact: zone('b', minute(0), 1) }])).rejects.toThrow(
      StoreError,
    );
    of.store = await of.engine.make();
    await of.store.open();
    expect(await all(id)).toEqual(before);
    expect(before).toHaveLength(2);
    expect(await hours(id)).toEqual([rollup(0)]);
    expect(await of.store.span(id)).toEqual({ earliestTs: minute(0), latestTs: minute(0) });
    await of.store.quickCheck();
  });

  it('says which rollups are true without what they hold', async () => {
    const id = shop();
    await put(id, zone('a', hour(0), 1));
    await of.store.writeRollups(id, await of.store.mark(id, hour(0), hour(2)), [rollup(0), rollup(1)]);
    const { payload: _payload, ...place } = rollup(1);
    await put(id, zone('a', hour(0), 2));
    const query = { storeId: id, level: 'hour', kinds: ['zone'], from: 0, to: 9e12 } as const;
    expect(await of.store.trueRollups(query)).toEqual([place]);
  });

  it('gives rollups of the asked level, kinds and range', async () => {
    const id = shop();
    const mark = await of.store.mark(id, hour(0), hour(24));
    const day: StoredRollup = { ...rollup(0), level: 'day', to: hour(24) };
    const sales: StoredRollup = { ...rollup(1), kind: 'sale', payload: '[]' };
    await of.store.writeRollups(id, mark, [rollup(0), rollup(1), rollup(2), day, sales]);
    expect(await hours(id)).toEqual([rollup(0), sales, rollup(1), rollup(2)]);
    expect(await of.store.readRollups({ storeId: id, level: 'day', kinds: ['zone'], from: 0, to: 9e12 })).toEqual([
      day,
    ]);
    expect(
      await of.store.readRollups({ storeId: id, level: 'hour', kinds: ['zone'], from: hour(1), to: hour(2) }),
    ).toEqual([rollup(1)]);
    expect(await hours(shop())).toEqual([]);
  });

  it('keeps large rollups, and the newer one in the place of the older', async () => {
    const id = shop();
    await of.store.writeRollups(id, await of.store.mark(id, hour(0), hour(1)), [rollup(0, 'x'.repeat(400_000))]);
    expect((await hours(id))[0]?.payload).toHaveLength(400_000);
    await of.store.writeRollups(id, await of.store.mark(id, hour(0), hour(1)), [rollup(0, '{"short":true}')]);
    expect(await hours(id)).toEqual([rollup(0, '{"short":true}')]);
  });

  it('puts a rollup out of use when a fact of its time is written, and only that one', async () => {
    const id = shop();
    await put(id, zone('a', hour(0), 1), zone('a', hour(1), 1), zone('a', hour(2), 1));
    await of.store.writeRollups(id, await of.store.mark(id, hour(0), hour(3)), [rollup(0), rollup(1), rollup(2)]);
    expect(await hours(id)).toHaveLength(3);
    await put(id, sale('late', hour(2) - 1, 9));
    expect(await hours(id)).toEqual([rollup(0), rollup(2)]);
    await of.store.writeRollups(id, await of.store.mark(id, hour(1), hour(2)), [rollup(1, '"again"')]);
    expect(await hours(id)).toEqual([rollup(0), rollup(1, '"again"'), rollup(2)]);
  });

  it('does not use a rollup made of facts read before a write that came in between', async () => {
    const id = shop();
    const mark = await of.store.mark(id, hour(0), hour(2));
    await put(id, zone('a', hour(0) + 60_000, 1));
    await of.store.writeRollups(id, mark, [rollup(0), rollup(1)]);
    expect(await hours(id)).toEqual([rollup(1)]);
  });

  it('deletes what is older of some kinds, with its rollups, and nothing else', async () => {
    const [id, other] = [shop(), shop()];
    for (const each of [id, other])
      await put(each, zone('a', hour(0), 1), sale('r', hour(0) + 5, 1), zone('a', hour(1), 1), zone('a', hour(30), 1));
    await of.store.writeRollups(id, await of.store.mark(id, hour(0), hour(31)), [rollup(0), rollup(1), rollup(30)]);
    expect(await of.store.older(id, ['zone'], hour(2))).toEqual({ count: 2, oldestTs: hour(0) });
    expect(await of.store.deleteOlder(id, ['zone', 'heat'], hour(2))).toBe(2);
    expect(await of.store.older(id, ['zone'], hour(2))).toEqual({ count: 0 });
    expect((await all(id)).map(({ kind, ts }) => [kind, ts])).toEqual([
      ['sale', hour(0) + 5],
      ['zone', hour(30)],
    ]);
    expect(await hours(id)).toEqual([rollup(30)]);
    expect(await all(other)).toHaveLength(4);
    expect((await of.store.span(id))?.earliestTs).toBe(hour(0));
    await of.store.deleteOlder(id, ['sale'], hour(2));
    expect((await of.store.span(id))?.earliestTs).toBe(hour(30));
    expect(await of.store.deleteOlder(id, ['sale'], hour(2))).toBe(0);
  });

  it('lets a day of a zone off by half an hour end where it ends', async () => {
    const id = shop();
    const day: StoredRollup = { ...rollup(0), level: 'day', from: hour(0) + 1_800_000, to: hour(24) + 1_800_000 };
    const days = () => of.store.readRollups({ storeId: id, level: 'day', kinds: ['zone'], from: 0, to: 9e12 });
    await of.store.writeRollups(id, await of.store.mark(id, day.from, day.to), [day]);
    await put(id, zone('a', hour(26), 1));
    expect(await days()).toEqual([day]);
    await put(id, zone('a', hour(24) + 1_740_000, 1));
    expect(await days()).toEqual([]);
  });
}
