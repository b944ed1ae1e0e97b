import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SeriesRow, SeriesStore, StoredRollup } from '../../src/ports/series-store.js';
import { StoreError } from '../../src/ports/series-store.js';
import { generator } from '../insight/random-shop.js';
import {
  big,
  block,
  crossings,
  hour,
  inForce,
  incident,
  minute,
  play,
  sale,
  slot,
  under,
  zone,
} from './fact-samples.js';
import { statementsThatCount, type Stated } from './plain-revisions.js';

/** One engine under test. `make` gives a store over the same data every time, so that a case may close and open it. */
export interface SeriesEngine {
  name: string;
  make(): Promise<SeriesStore>;
}

/** What every series store must do, whatever stands behind it. Each case uses a shop of its own. */
export function seriesSuite(engine: SeriesEngine): void {
  describe(`series store on ${engine.name}`, () => {
    let store: SeriesStore;
    let shops = 0;
    const shop = (): string => `shop-${++shops}`;
    const put = (storeId: string, ...facts: SeriesRow['fact'][]): Promise<void> =>
      store.write(facts.map((fact) => ({ storeId, epoch: 1, fact })));
    const all = (storeId: string) =>
      store.read({
        storeId,
        kinds: [
          'crossings',
          'zone',
          'heat',
          'slot',
          'coverage',
          'sale',
          'decision',
          'play',
          'incident',
          'inForce',
          'block',
        ],
        from: 0,
        to: 9e12,
      });

    beforeAll(async () => {
      store = await engine.make();
      await store.open();
    });
    afterAll(() => store?.close());

    it('reads revision 2 when 2 is written first and 1 after it', async () => {
      const id = shop();
      await put(id, zone('dairy', minute(0), 2, { visits: 22 }));
      await put(id, zone('dairy', minute(0), 1, { visits: 11 }));
      expect(await all(id)).toEqual([{ ...zone('dairy', minute(0), 2, { visits: 22 }), epoch: 1 }]);
    });

    it('reads the highest revision of a packet that holds several', async () => {
      const id = shop();
      await put(id, ...[3, 5, 4].map((seq) => zone('dairy', minute(0), seq, { visits: seq })));
      expect((await all(id)).map((fact) => fact.seq)).toEqual([5]);
    });

    it('is not changed by the same packet again', async () => {
      const id = shop();
      const packet = [zone('dairy', minute(0), 7), sale('r-1', minute(0) + 5, 7), crossings('main', minute(0), 7)];
      await put(id, ...packet);
      const once = await all(id);
      await put(id, ...packet);
      expect(await all(id)).toEqual(once);
      expect(once).toHaveLength(3);
    });

    it('keeps what each epoch says side by side', async () => {
      const id = shop();
      await store.write([{ storeId: id, epoch: 1, fact: zone('dairy', minute(0), 900, { visits: 9 }) }]);
      await store.write([{ storeId: id, epoch: 2, fact: zone('dairy', minute(0), 1, { visits: 1 }) }]);
      expect((await all(id)).map((fact) => [fact.epoch, fact.seq])).toEqual([
        [1, 900],
        [2, 1],
      ]);
    });

    it('gives back many keys, in the order of time, kind and subject', async () => {
      const id = shop();
      const facts = Array.from({ length: 3000 }, (_, at) =>
        zone(`z${at % 12}`, minute(Math.floor(at / 12)), at + 1, { visits: at }),
      );
      await put(id, ...facts.toReversed());
      const read = await all(id);
      expect(read).toHaveLength(3000);
      const keys = read.map((fact) => `${fact.ts}|${fact.kind}|${fact.subject}`);
      expect(keys).toEqual(
        [...facts]
          .sort((a, b) => a.ts - b.ts || (a.subject < b.subject ? -1 : 1))
          .map((f) => `${f.ts}|zone|${f.subject}`),
      );
    });

    it.each([
      'two words',
      'a,b',
      'a=b',
      '"quoted"',
      "it's",
      '乳品区',
      'a|b&c',
      'back\\slash',
      'ends\\',
      'line\nbreak',
      '%20',
      '🛒',
      'ÅåΩ',
      ' lead',
      '#x',
      '{"j":1}',
      '\t',
    ])('keeps a subject exactly: %j', async (subject) => {
      const id = shop();
      const facts = [
        crossings(subject, minute(1), 1),
        zone(subject, minute(1), 1),
        sale(subject, minute(1) + 17, 1),
        play(subject, minute(1) + 18, 1),
      ];
      await put(id, ...facts);
      expect(await all(id)).toEqual(facts.map((fact) => ({ ...fact, epoch: 1 })));
      expect(
        await store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12, subjects: [subject, 'other'] }),
      ).toHaveLength(1);
      expect(
        (await store.lookup({ storeId: id, kind: 'sale', subjects: [subject] })).map((fact) => fact.subject),
      ).toEqual([subject]);
    });

    it('keeps negative money, large numbers and text exactly', async () => {
      const id = shop();
      const fact = sale('return "1", 退货\\', minute(3) + 59_999, 4, {
        netMinor: -9_007_199_254_740_991,
        receipt: 'a\n"b"\\',
        quantityMicro: -2_500_000,
      });
      await put(id, fact);
      expect(await all(id)).toEqual([{ ...fact, epoch: 1 }]);
    });

    it('keeps the interest of a zone: a revision replaces it, an epoch stands beside it, none stays none', async () => {
      const id = shop();
      const most = { ppmMs: Number.MAX_SAFE_INTEGER, ms: 60_000 };
      await put(id, zone('dairy', minute(0), 2, { interest: most }), zone('snacks', minute(0), 1));
      await put(id, zone('dairy', minute(0), 1, { interest: { ppmMs: 5, ms: 1 } }));
      await store.write([
        { storeId: id, epoch: 2, fact: zone('dairy', minute(0), 1, { interest: { ppmMs: 0, ms: 7 } }) },
      ]);
      expect(
        (await store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 })).map((fact) => fact.value.interest),
      ).toEqual([most, { ppmMs: 0, ms: 7 }, undefined]);
      // a model that was taken away again leaves a statement without it
      await put(id, zone('dairy', minute(0), 3));
      const [newest] = await store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 });
      expect(newest?.value).not.toHaveProperty('interest');
    });

    it('keeps blocks as records: each once, in its newest statement, whichever came last', async () => {
      const id = shop();
      const began = minute(7) + 1;
      await put(id, block('c-1|screen-1', began, 9, 3), block('c-1|screen-9', began, 2, 1));
      await put(id, block('c-1|screen-1', began, 4, 1));
      await store.write([{ storeId: id, epoch: 2, fact: block('c-1|screen-9', began, 1, 5) }]);
      const subjects = [`c-1|screen-1@${began}`, `c-1|screen-9@${began}`];
      const found = await store.lookup({ storeId: id, kind: 'block', subjects });
      expect(found.map(({ epoch, seq, value }) => [epoch, seq, value.featured.unitsMicro])).toEqual([
        [1, 9, 3_000_000],
        [2, 1, 5_000_000],
      ]);
    });

    it('keeps incidents as records: by id, in their newest statement, whenever they began', async () => {
      const id = shop();
      const began = minute(7) + 12_345;
      await put(id, incident('s1', began, 9, { until: began + 60_000 }), incident('s2', began, 3));
      await put(id, incident('s1', began, 4));
      await store.write([{ storeId: id, epoch: 2, fact: incident('s2', began, 1, { until: began + 5, count: 2 }) }]);
      const newest = await store.newest({ storeId: id, kind: 'incident', before: began + 1 });
      expect(newest.map(({ epoch, seq, value }) => [value.subject, epoch, seq, value.until])).toEqual([
        ['s1', 1, 9, began + 60_000],
        ['s2', 2, 1, began + 5],
      ]);
      expect(await store.newest({ storeId: id, kind: 'incident', before: began })).toEqual([]);
      const [found] = await store.lookup({ storeId: id, kind: 'incident', subjects: [`outOfStock:s1@${began}`] });
      expect(found).toEqual({ ...incident('s1', began, 9, { until: began + 60_000 }), epoch: 1 });
    });

    it('keeps histograms and grids of several hundred kilobytes', async () => {
      const id = shop();
      const facts = [
        big(minute(0), 30_000),
        zone('dairy', minute(0), 1, {
          histogram: Array.from({ length: 20_000 }, (_, s) => [s, 7] as [number, number]),
        }),
      ];
      await put(id, ...facts);
      await put(id, { ...big(minute(1), 30_000), seq: 1 }, { ...big(minute(1), 3), seq: 2 });
      expect(await all(id)).toEqual(
        [...facts, { ...big(minute(1), 3), seq: 2 }].map((fact) => ({ ...fact, epoch: 1 })),
      );
    });

    it('reads from, inclusive, to, exclusive', async () => {
      const id = shop();
      await put(id, ...[0, 1, 2, 3].map((at) => zone('dairy', minute(at), 59_999_999_999)));
      const records = [minute(1) - 1, minute(1), minute(2) - 1, minute(2)].map((ts) =>
        sale(`r${ts}`, ts, 59_999_999_999),
      );
      await put(id, ...records);
      const read = await store.read({ storeId: id, kinds: ['zone', 'sale'], from: minute(1), to: minute(2) });
      expect(read.map((fact) => [fact.kind, fact.ts])).toEqual([
        ['sale', minute(1)],
        ['zone', minute(1)],
        ['sale', minute(2) - 1],
      ]);
      // a range need not begin at a whole minute
      expect(
        (await store.read({ storeId: id, kinds: ['zone', 'sale'], from: minute(1) + 1, to: minute(2) + 1 })).map(
          (fact) => [fact.kind, fact.ts],
        ),
      ).toEqual([
        ['sale', minute(2) - 1],
        ['sale', minute(2)],
        ['zone', minute(2)],
      ]);
      expect(await store.read({ storeId: id, kinds: ['zone'], from: minute(2), to: minute(2) })).toEqual([]);
    });

    it('gives only the kinds, subjects and the shop that are asked for', async () => {
      const [id, other] = [shop(), shop()];
      await put(id, zone('a', minute(0), 1), zone('b', minute(0), 1), crossings('a', minute(0), 1));
      await put(other, zone('a', minute(0), 1, { visits: 99 }));
      expect((await store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 })).map((f) => f.subject)).toEqual([
        'a',
        'b',
      ]);
      expect(
        (await store.read({ storeId: id, kinds: ['zone', 'crossings'], from: 0, to: 9e12, subjects: ['a'] })).map(
          (f) => f.kind,
        ),
      ).toEqual(['crossings', 'zone']);
      expect(await store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12, subjects: [] })).toEqual([]);
      expect(await store.read({ storeId: `${id}'; --`, kinds: ['zone'], from: 0, to: 9e12 })).toEqual([]);
    });

    it('never lets two records take each other’s place, however much they have in common', async () => {
      const id = shop();
      const facts = Array.from({ length: 1500 }, (_, at) =>
        sale(`r-${String(at).padStart(5, '0')}`, minute(0) + (at % 3), 42, { netMinor: at }),
      );
      await Promise.all([0, 1, 2].map((part) => put(id, ...facts.filter((_, at) => at % 3 === part))));
      const read = await store.read({ storeId: id, kinds: ['sale'], from: minute(0), to: minute(1) });
      expect(read).toHaveLength(1500);
      expect(read.map((fact) => fact.value.netMinor).sort((a, b) => a - b)).toEqual(facts.map((_, at) => at));
    });

    it('reads a record in its newest revision, whichever came last', async () => {
      const id = shop();
      for (const seq of [4, 9, 6]) await put(id, sale('r-1', minute(0) + 3, seq, { netMinor: seq }));
      expect((await all(id)).map((fact) => fact.seq)).toEqual([9]);
      await put(id, play('p-1', minute(0) + 3, 9));
      await store.write([{ storeId: id, epoch: 3, fact: play('p-1', minute(0) + 3, 2) }]);
      expect(
        (await store.lookup({ storeId: id, kind: 'play', subjects: ['p-1', 'p-2'] })).map((fact) => [
          fact.epoch,
          fact.seq,
        ]),
      ).toEqual([[3, 2]]);
    });

    it('leaves a receipt as the oldest epoch that knows it states it, in its newest revision', async () => {
      const id = shop();
      const told = (epoch: number, seq: number, netMinor: number, ts = minute(0) + 3) =>
        store.write([{ storeId: id, epoch, fact: sale('r-1', ts, seq, { netMinor }) }]);
      await told(2, 50, 999);
      await told(1, 4, 100);
      await told(1, 7, 150);
      await told(3, 99, 998, minute(90));
      const found = await store.lookup({ storeId: id, kind: 'sale', subjects: ['r-1', 'r-2'] });
      expect(found.map((fact) => [fact.epoch, fact.seq, fact.value.netMinor])).toEqual([[1, 7, 150]]);
      // reading gives what each epoch says: whoever adds them up chooses
      const read = await store.read({ storeId: id, kinds: ['sale'], from: minute(0), to: minute(1) });
      expect(read.map((fact) => [fact.epoch, fact.value.netMinor])).toEqual([
        [1, 150],
        [2, 999],
      ]);
    });

    it.each<[string, (value: number) => SeriesRow['fact']]>([
      ['a minute without a generation', (visits: number) => zone('dairy', minute(0), 5, { visits })],
      ['a minute with one', (visits: number) => under(4, 1, zone('dairy', minute(0), 5, { visits }))],
      ['a record', (netMinor: number) => sale('r-1', minute(0) + 3, 5, { netMinor })],
      ['a record with a generation', (netMinor: number) => under(4, 2, sale('r-1', minute(0) + 3, 5, { netMinor }))],
    ])('of two values under one revision of %s takes the same one, whichever came last', async (_what, fact) => {
      // by the bytes of their JSON: "9" is more than "10"
      for (const orders of [[[9], [10]], [[10], [9]], [[10, 9]], [[9, 10]]]) {
        const id = shop();
        for (const packet of orders) {
          await put(id, ...packet.map((value) => fact(value)));
          // whatever is remembered in memory is gone
          await store.close();
          store = await engine.make();
          await store.open();
        }
        expect(await all(id)).toEqual([{ ...fact(9), epoch: 1 }]);
      }
    });

    it('of two versions under one revision without a generation takes the higher one', async () => {
      for (const versions of [
        [3, 12],
        [12, 3],
      ]) {
        const id = shop();
        for (const version of versions) await put(id, { ...zone('dairy', minute(0), 5), configVersion: version });
        expect((await all(id)).map((fact) => fact.configVersion)).toEqual([12]);
      }
    });

    it('takes the highest sequence of a minute without a generation, whatever its version', async () => {
      const id = shop();
      const old = (version: number, seq: number) => ({ ...zone('dairy', minute(0), seq), configVersion: version });
      await put(id, old(2, 9), old(3, 7), old(1, 8));
      expect(await all(id)).toEqual([{ ...old(2, 9), epoch: 1 }]);
    });

    it('keeps what each version of the store file counted in a minute in which it changed', async () => {
      const id = shop();
      const counted = (version: number, seq: number, visits: number) =>
        under(version, 1, zone('dairy', minute(0), seq, { visits }));
      // both versions may be told by one and the same event
      await put(id, counted(4, 10, 1), counted(5, 10, 2), counted(6, 11, 3));
      await put(id, counted(5, 12, 7), counted(4, 9, 99));
      await put(id, counted(5, 12, 7));
      expect((await all(id)).map((fact) => [fact.configVersion, fact.seq, fact.value])).toEqual([
        [4, 10, counted(4, 10, 1).value],
        [5, 12, counted(5, 12, 7).value],
        [6, 11, counted(6, 11, 3).value],
      ]);
    });

    it('counts the highest generation of a minute alone, though it names fewer versions and lower sequences', async () => {
      const id = shop();
      const old = { ...zone('dairy', minute(0), 900, { visits: 90 }), configVersion: 1 };
      await put(id, old, zone('dairy', minute(1), 901), zone('snacks', minute(0), 902));
      await put(id, under(4, 1, zone('dairy', minute(0), 20)), under(5, 1, zone('dairy', minute(0), 21)));
      await put(id, under(5, 2, zone('dairy', minute(0), 3, { visits: 3 })));
      // a lower generation that arrives later is too late, though its sequence is higher
      await put(id, under(4, 1, zone('dairy', minute(0), 800)), { ...old, seq: 1000 });
      const counts = (await all(id)).map((f) => [f.subject, f.ts, f.generation ?? 0, f.configVersion, f.seq]);
      expect(counts).toEqual([
        ['dairy', minute(0), 2, 5, 3],
        ['snacks', minute(0), 0, 1, 902],
        ['dairy', minute(1), 0, 1, 901],
      ]);
      // another epoch has generations of its own
      await store.write([{ storeId: id, epoch: 2, fact: under(5, 1, zone('dairy', minute(0), 1)) }]);
      const ofMinute = (await all(id)).filter((fact) => fact.subject === 'dairy' && fact.ts === minute(0));
      expect(ofMinute.map((fact) => [fact.epoch, fact.generation])).toEqual([
        [1, 2],
        [2, 1],
      ]);
    });

    it('counts a record in its highest generation, whatever the version', async () => {
      const id = shop();
      const told = (generation: number, version: number, seq: number) =>
        under(version, generation, sale('r-1', minute(0) + 3, seq, { netMinor: seq }));
      await put(id, told(2, 4, 5), told(1, 9, 80), sale('r-1', minute(0) + 3, 99, { netMinor: 99 }));
      expect(await all(id)).toEqual([{ ...told(2, 4, 5), epoch: 1 }]);
      expect(await store.lookup({ storeId: id, kind: 'sale', subjects: ['r-1'] })).toEqual([
        { ...told(2, 4, 5), epoch: 1 },
      ]);
    });

    it('keeps when each version of the store file came into force', async () => {
      const id = shop();
      const facts = [inForce(2, minute(3) + 20_000, 1), inForce(3, minute(5), 7), inForce(3, minute(5), 9)];
      await put(id, ...facts);
      expect(await all(id)).toEqual([facts[0], facts[2]].map((fact) => ({ ...fact, epoch: 1 })));
      const before = await store.newest({ storeId: id, kind: 'inForce', before: minute(5) });
      expect(before.map((fact) => fact.value.version)).toEqual([2]);
    });

    it.each([1, 2, 3])('answers as the rule says for statements in any order (round %i)', async (round) => {
      const id = shop();
      const any = generator(round * 7919);
      const written: Stated[] = Array.from({ length: 300 }, () => {
        const base = { seq: any(4), configVersion: 1 + any(3), generation: any(3) };
        const fact =
          any(4) === 0
            ? { ...sale(`r-${any(3)}`, minute(any(3)) + 7, 0, { netMinor: any(3) }), ...base }
            : { ...zone(`z${any(2)}`, minute(any(3)), 0, { visits: any(12) }), ...base };
        return { storeId: id, epoch: 1 + any(2), fact };
      });
      for (let at = 0; at < written.length;) {
        const packet = written.slice(at, (at += 1 + any(40)));
        await store.write(packet);
      }
      const read = (await all(id)).map((fact) => ({ generation: 0, ...fact }));
      expect(read).toEqual(statementsThatCount(written));
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
      await store.write([
        { storeId: id, epoch: 2, fact: slot('s1', minute(5), 9, 5) },
        { storeId: id, epoch: 2, fact: under(3, 1, slot('s1', minute(5), 1, 6)) },
      ]);
      const newest = await store.newest({ storeId: id, kind: 'slot', before: minute(9) });
      expect(newest.map((fact) => [fact.subject, fact.ts, fact.epoch, fact.value.stock])).toEqual([
        ['s2', minute(2), 1, 3],
        ['s1', minute(5), 2, 6],
      ]);
      expect(await store.newest({ storeId: id, kind: 'slot', before: minute(0) })).toEqual([]);
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
          const found = await store.newest({ storeId: id, kind: 'slot', before });
          expect(new Map(found.map(({ subject, ts, seq }) => [subject, [ts, seq]]))).toEqual(
            new Map([...last].map(([subject, { ts, seq }]) => [subject, [ts, seq]])),
          );
        }
      }
    });

    it('tells the hours touched after a mark, or more, never fewer', async () => {
      const id = shop();
      await put(id, zone('a', hour(1), 1));
      const first = await store.touchedHours(id);
      expect(first.hours).toEqual([hour(1)]);
      await put(id, zone('a', hour(4), 1), zone('a', hour(1), 2));
      await put(id, sale('late', hour(3) - 1, 1));
      const then = await store.touchedHours(id, first.mark);
      expect(then.hours).toEqual([hour(1), hour(2), hour(4)]);
    });

    it('says which rollups are true without what they hold', async () => {
      const id = shop();
      await put(id, zone('a', hour(0), 1));
      await store.writeRollups(id, await store.mark(id, hour(0), hour(2)), [rollup(0), rollup(1)]);
      const { payload: _payload, ...place } = rollup(1);
      await put(id, zone('a', hour(0), 2));
      const query = { storeId: id, level: 'hour', kinds: ['zone'], from: 0, to: 9e12 } as const;
      expect(await store.trueRollups(query)).toEqual([place]);
    });

    it('takes final rows like any others, and the same again changes nothing', async () => {
      const id = shop();
      const rows = [zone('a', minute(3), 1), sale('r', minute(1) + 5, 1), zone('a', minute(1), 1)].map((fact) => ({
        ...{ storeId: id, epoch: 0, fact },
      }));
      await store.write(rows, 'final');
      const once = await all(id);
      await store.write(rows, 'final');
      expect(await all(id)).toEqual(once);
      expect(once.map(({ ts, epoch }) => [ts, epoch])).toEqual([
        [minute(1), 0],
        [minute(1) + 5, 0],
        [minute(3), 0],
      ]);
    });

    it('knows the first and last minute of a shop', async () => {
      const id = shop();
      expect(await store.span(id)).toBeUndefined();
      await put(id, sale('r-1', minute(7) + 59_000, 1));
      expect(await store.span(id)).toEqual({ earliestTs: minute(7), latestTs: minute(7) });
      await put(id, zone('a', minute(90), 1), zone('a', minute(2), 1));
      expect(await store.span(id)).toEqual({ earliestTs: minute(2), latestTs: minute(90) });
    });

    it('knows the hours in which anything was written', async () => {
      const id = shop();
      expect(await store.writtenHours(id, 0, 9e12)).toEqual([]);
      await put(id, sale('r', hour(5) + 3_599_999, 1), zone('a', hour(2), 1), zone('b', hour(2) + 60_000, 1));
      await put(id, zone('a', hour(2), 2), zone('a', hour(9), 1));
      expect(await store.writtenHours(id, 0, 9e12)).toEqual([hour(2), hour(5), hour(9)]);
      expect(await store.writtenHours(id, hour(5) + 1_800_000, hour(9))).toEqual([hour(5)]);
    });

    it('takes many writes at once', async () => {
      const id = shop();
      await Promise.all(
        Array.from({ length: 40 }, (_, at) =>
          put(id, ...Array.from({ length: 25 }, (_, z) => zone(`z${z}`, minute(at), 1))),
        ),
      );
      expect(await store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 })).toHaveLength(1000);
    });

    it.each([
      ['a sequence that does not fit', { ...zone('a', minute(0), 1), seq: 60_000_000_000 }],
      ['a negative sequence', { ...zone('a', minute(0), 1), seq: -1 }],
      ['a broken sequence', { ...zone('a', minute(0), 1), seq: 1.5 }],
      ['a minute fact within its minute', { ...zone('a', minute(0), 1), ts: minute(0) + 1 }],
      ['a generation that does not fit', { ...zone('a', minute(0), 1), generation: 1_000_000 }],
      ['a broken generation', { ...zone('a', minute(0), 1), generation: 1.5 }],
      ['half a character', zone('\ud800', minute(0), 1)],
    ])('refuses %s, and keeps nothing of that packet', async (_name, fact) => {
      const id = shop();
      await expect(put(id, zone('good', minute(0), 1), fact)).rejects.toSatisfy(
        (error) => error instanceof StoreError && error.code === 'outOfRange',
      );
      expect(await all(id)).toEqual([]);
    });

    it('has everything again after it was closed and opened', async () => {
      const id = shop();
      await put(id, zone('a', minute(0), 2), sale('r', minute(0) + 1, 2));
      const mark = await store.mark(id, hour(0), hour(1));
      await store.writeRollups(id, mark, [rollup(0)]);
      const before = await all(id);
      await store.close();
      await expect(store.write([{ storeId: id, epoch: 1, fact: zone('b', minute(0), 1) }])).rejects.toThrow(StoreError);
      store = await engine.make();
      await store.open();
      expect(await all(id)).toEqual(before);
      expect(before).toHaveLength(2);
      expect(await hours(id)).toEqual([rollup(0)]);
      expect(await store.span(id)).toEqual({ earliestTs: minute(0), latestTs: minute(0) });
      await store.quickCheck();
    });

    const rollup = (at: number, payload = `{"z":${at}}`): StoredRollup => ({
      level: 'hour',
      kind: 'zone',
      from: hour(at),
      to: hour(at + 1),
      definition: 'v1|"Asia/Shanghai", 9–22',
      payload,
    });
    const hours = (storeId: string) =>
      store.readRollups({ storeId, level: 'hour', kinds: ['zone', 'sale'], from: 0, to: 9e12 });

    it('gives rollups of the asked level, kinds and range', async () => {
      const id = shop();
      const mark = await store.mark(id, hour(0), hour(24));
      const day: StoredRollup = { ...rollup(0), level: 'day', to: hour(24) };
      const sales: StoredRollup = { ...rollup(1), kind: 'sale', payload: '[]' };
      await store.writeRollups(id, mark, [rollup(0), rollup(1), rollup(2), day, sales]);
      expect(await hours(id)).toEqual([rollup(0), sales, rollup(1), rollup(2)]);
      expect(await store.readRollups({ storeId: id, level: 'day', kinds: ['zone'], from: 0, to: 9e12 })).toEqual([day]);
      expect(
        await store.readRollups({ storeId: id, level: 'hour', kinds: ['zone'], from: hour(1), to: hour(2) }),
      ).toEqual([rollup(1)]);
      expect(await hours(shop())).toEqual([]);
    });

    it('keeps large rollups, and the newer one in the place of the older', async () => {
      const id = shop();
      await store.writeRollups(id, await store.mark(id, hour(0), hour(1)), [rollup(0, 'x'.repeat(400_000))]);
      expect((await hours(id))[0]?.payload).toHaveLength(400_000);
      await store.writeRollups(id, await store.mark(id, hour(0), hour(1)), [rollup(0, '{"short":true}')]);
      expect(await hours(id)).toEqual([rollup(0, '{"short":true}')]);
    });

    it('puts a rollup out of use when a fact of its time is written, and only that one', async () => {
      const id = shop();
      await put(id, zone('a', hour(0), 1), zone('a', hour(1), 1), zone('a', hour(2), 1));
      await store.writeRollups(id, await store.mark(id, hour(0), hour(3)), [rollup(0), rollup(1), rollup(2)]);
      expect(await hours(id)).toHaveLength(3);
      await put(id, sale('late', hour(2) - 1, 9));
      expect(await hours(id)).toEqual([rollup(0), rollup(2)]);
      await store.writeRollups(id, await store.mark(id, hour(1), hour(2)), [rollup(1, '"again"')]);
      expect(await hours(id)).toEqual([rollup(0), rollup(1, '"again"'), rollup(2)]);
    });

    it('does not use a rollup made of facts read before a write that came in between', async () => {
      const id = shop();
      const mark = await store.mark(id, hour(0), hour(2));
      await put(id, zone('a', hour(0) + 60_000, 1));
      await store.writeRollups(id, mark, [rollup(0), rollup(1)]);
      expect(await hours(id)).toEqual([rollup(1)]);
    });

    it('deletes what is older of some kinds, with its rollups, and nothing else', async () => {
      const [id, other] = [shop(), shop()];
      for (const each of [id, other])
        await put(
          each,
          zone('a', hour(0), 1),
          sale('r', hour(0) + 5, 1),
          zone('a', hour(1), 1),
          zone('a', hour(30), 1),
        );
      await store.writeRollups(id, await store.mark(id, hour(0), hour(31)), [rollup(0), rollup(1), rollup(30)]);
      expect(await store.older(id, ['zone'], hour(2))).toEqual({ count: 2, oldestTs: hour(0) });
      expect(await store.deleteOlder(id, ['zone', 'heat'], hour(2))).toBe(2);
      expect(await store.older(id, ['zone'], hour(2))).toEqual({ count: 0 });
      expect((await all(id)).map(({ kind, ts }) => [kind, ts])).toEqual([
        ['sale', hour(0) + 5],
        ['zone', hour(30)],
      ]);
      expect(await hours(id)).toEqual([rollup(30)]);
      expect(await all(other)).toHaveLength(4);
      expect((await store.span(id))?.earliestTs).toBe(hour(0));
      await store.deleteOlder(id, ['sale'], hour(2));
      expect((await store.span(id))?.earliestTs).toBe(hour(30));
      expect(await store.deleteOlder(id, ['sale'], hour(2))).toBe(0);
    });

    it('lets a day of a zone off by half an hour end where it ends', async () => {
      const id = shop();
      const day: StoredRollup = { ...rollup(0), level: 'day', from: hour(0) + 1_800_000, to: hour(24) + 1_800_000 };
      const days = () => store.readRollups({ storeId: id, level: 'day', kinds: ['zone'], from: 0, to: 9e12 });
      await store.writeRollups(id, await store.mark(id, day.from, day.to), [day]);
      await put(id, zone('a', hour(26), 1));
      expect(await days()).toEqual([day]);
      await put(id, zone('a', hour(24) + 1_740_000, 1));
      expect(await days()).toEqual([]);
    });
  });
}
