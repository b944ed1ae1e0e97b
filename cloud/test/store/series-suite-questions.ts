import { expect, it } from 'vitest';
import type { SeriesRow } from '../../src/ports/series-store.js';
import { generator } from '../insight/random-shop.js';
import { crossings, hour, incident, minute, sale, slot, under, zone } from './fact-samples.js';
import type { SuiteStore } from './series-suite.js';

/** What is asked of a period: its bounds, kinds and subjects, the newest statements, and the hours in which anything was written. */
export function questionCases(of: SuiteStore): void {
  const { shop, put } = of;

  it('reads from, inclusive, to, exclusive', async () => {
    const id = shop();
    await put(id, ...[0, 1, 2, 3].map((at) => zone('dairy', minute(at), 59_999_999_999)));
    const records = [minute(1) - 1, minute(1), minute(2) - 1, minute(2)].map((ts) =>
      sale(`r${ts}`, ts, 59_999_999_999),
    );
    await put(id, ...records);
    const read = await of.store.read({ storeId: id, kinds: ['zone', 'sale'], from: minute(1), to: minute(2) });
    expect(read.map((fact) => [fact.kind, fact.ts])).toEqual([
      ['sale', minute(1)],
      ['zone', minute(1)],
      ['sale', minute(2) - 1],
    ]);
    // a range need not begin at a whole minute
    expect(
      (await of.store.read({ storeId: id, kinds: ['zone', 'sale'], from: minute(1) + 1, to: minute(2) + 1 })).map(
        (fact) => [fact.kind, fact.ts],
      ),
    ).toEqual([
      ['sale', minute(2) - 1],
      ['sale', minute(2)],
      ['zone', minute(2)],
    ]);
    expect(await of.store.read({ storeId: id, kinds: ['zone'], from: minute(2), to: minute(2) })).toEqual([]);
  });

  it('gives only the kinds, subjects and the shop that are asked for', async () => {
    const [id, other] = [shop(), shop()];
    await put(id, zone('a', minute(0), 1), zone('b', minute(0), 1), crossings('a', minute(0), 1));
    await put(other, zone('a', minute(0), 1, { visits: 99 }));
    expect((await of.store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 })).map((f) => f.subject)).toEqual([
      'a',
      'b',
    ]);
    expect(
      (await of.store.read({ storeId: id, kinds: ['zone', 'crossings'], from: 0, to: 9e12, subjects: ['a'] })).map(
        (f) => f.kind,
      ),
    ).toEqual(['crossings', 'zone']);
    expect(await of.store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12, subjects: [] })).toEqual([]);
    expect(await of.store.read({ storeId: `${id}'; --`, kinds: ['zone'], from: 0, to: 9e12 })).toEqual([]);
  });

  it('finds the newest statement of each subject before a moment', async () => {
    const id = shop();
    await put(
      id,
      slot('s1', minute(0), 1, 10),
      slot('s1', minute(5), 2, 8),
      slot('s1', minute(5), 3, 7),
      slot('s1', minute(9), 4, 1),
      slot('s2', minute(2), 2, 3),
    );
    await of.store.write([
      { storeId: id, epoch: 2, fact: slot('s1', minute(5), 9, 5) },
      { storeId: id, epoch: 2, fact: under(3, 1, slot('s1', minute(5), 1, 6)) },
    ]);
    const newest = await of.store.newest({ storeId: id, kind: 'slot', before: minute(9) });
    expect(newest.map((fact) => [fact.subject, fact.ts, fact.epoch, fact.value.stock])).toEqual([
      ['s2', minute(2), 1, 3],
      ['s1', minute(5), 2, 6],
    ]);
    expect(await of.store.newest({ storeId: id, kind: 'slot', before: minute(0) })).toEqual([]);
  });

  it('finds what each subject said last before any moment, over days, and after late statements', async () => {
    const id = shop();
    const any = generator(77);
    const written: SeriesRow['fact'][] = [];
    const day = 24 * 60;
    for (let round = 0; round < 4; round++) {
      const facts = Array.from({ length: 30 }, (_, at) => {
        // a slot that is gone after the first days, and others that go on
        const subject = any(5) === 0 && round < 2 ? 'gone' : `s${any(6)}`;
        return slot(subject, minute(any(6 * day)), round * 100 + at + 1, any(40));
      });
      await put(id, ...facts);
      written.push(...facts);
      for (const before of [
        minute(any(6 * day)),
        minute(3 * day),
        minute(7 * day),
        minute(0) + any(6 * day) * 60_000,
      ]) {
        const last = new Map<string, SeriesRow['fact']>();
        for (const fact of written) {
          const known = last.get(fact.subject);
          if (fact.ts >= before) continue;
          if (!known || fact.ts > known.ts || (fact.ts === known.ts && fact.seq > known.seq))
            last.set(fact.subject, fact);
        }
        const found = await of.store.newest({ storeId: id, kind: 'slot', before });
        expect(new Map(found.map(({ subject, ts, seq }) => [subject, [ts, seq]]))).toEqual(
          new Map([...last].map(([subject, { ts, seq }]) => [subject, [ts, seq]])),
        );
      }
    }
  });

  it('finds the incidents that lasted into a time, however long ago they began, and none that had ended', async () => {
    const id = shop();
    const any = generator(5);
    const day = 24 * 60;
    const newest = new Map<string, { began: number; until: number | null }>();
    for (let round = 0; round < 3; round++) {
      const facts = Array.from({ length: 25 }, (_, at) => {
        const known = [...newest.keys()][any(Math.max(1, newest.size))];
        // some are told again: they end, or end otherwise than was said
        const isAgain = known !== undefined && any(3) === 0;
        const subject = isAgain ? known : `s${round}-${at}`;
        const began = isAgain ? (newest.get(known) as { began: number }).began : minute(any(5 * day));
        const until = any(3) === 0 ? null : began + any(2 * day) * 60_000;
        newest.set(subject, { began, until });
        return incident(subject, began, round * 100 + at + 1, { until });
      });
      await put(id, ...facts);
      if (round === 1) await of.store.prepare(id, minute(4 * day));
      for (const [from, to] of [
        [minute(any(6 * day)), 9_000_000_000_000],
        [minute(2 * day), minute(2 * day + 60)],
        [minute(any(day)), minute(3 * day) + 7],
      ] as const) {
        const found = await of.store.lasting({ storeId: id, from, to });
        const expected = [...newest].filter(([, { began, until }]) => began < to && (until === null || until >= from));
        expect(new Map(found.map(({ value }) => [value.subject, value.until]))).toEqual(
          new Map(expected.map(([subject, { until }]) => [subject, until])),
        );
      }
    }
  });

  it('tells the hours touched after a mark, or more, never fewer', async () => {
    const id = shop();
    await put(id, zone('a', hour(1), 1));
    const first = await of.store.touchedHours(id);
    expect(first.hours).toEqual([hour(1)]);
    await put(id, zone('a', hour(4), 1), zone('a', hour(1), 2));
    await put(id, sale('late', hour(3) - 1, 1));
    const then = await of.store.touchedHours(id, first.mark);
    expect(then.hours).toEqual([hour(1), hour(2), hour(4)]);
  });

  it('knows the first and last minute of a shop', async () => {
    const id = shop();
    expect(await of.store.span(id)).toBeUndefined();
    await put(id, sale('r-1', minute(7) + 59_000, 1));
    expect(await of.store.span(id)).toEqual({ earliestTs: minute(7), latestTs: minute(7) });
    await put(id, zone('a', minute(90), 1), zone('a', minute(2), 1));
    expect(await of.store.span(id)).toEqual({ earliestTs: minute(2), latestTs: minute(90) });
  });

  it('knows the hours in which anything was written', async () => {
    const id = shop();
    expect(await of.store.writtenHours(id, 0, 9e12)).toEqual([]);
    await put(id, sale('r', hour(5) + 3_599_999, 1), zone('a', hour(2), 1), zone('b', hour(2) + 60_000, 1));
    await put(id, zone('a', hour(2), 2), zone('a', hour(9), 1));
    expect(await of.store.writtenHours(id, 0, 9e12)).toEqual([hour(2), hour(5), hour(9)]);
    expect(await of.store.writtenHours(id, hour(5) + 1_800_000, hour(9))).toEqual([hour(5)]);
  });
}
