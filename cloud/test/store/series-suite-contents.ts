import { expect, it } from 'vitest';
import type { SeriesRow } from '../../src/ports/series-store.js';
import { StoreError } from '../../src/ports/series-store.js';
import { big, crossings, minute, play, sale, under, zone } from './fact-samples.js';
import type { SuiteStore } from './series-suite.js';

/** What is written comes back exactly, whatever it is, and what could not be kept so is refused. */
export function contentCases(of: SuiteStore): void {
  const { shop, put, all } = of;

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
      await of.store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12, subjects: [subject, 'other'] }),
    ).toHaveLength(1);
    expect(
      (await of.store.lookup({ storeId: id, kind: 'sale', subjects: [subject] })).map((fact) => fact.subject),
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
    await of.store.write([
      { storeId: id, epoch: 2, fact: zone('dairy', minute(0), 1, { interest: { ppmMs: 0, ms: 7 } }) },
    ]);
    expect(
      (await of.store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 })).map((fact) => fact.value.interest),
    ).toEqual([most, { ppmMs: 0, ms: 7 }, undefined]);
    // a model that was taken away again leaves a statement without it
    await put(id, zone('dairy', minute(0), 3));
    const [newest] = await of.store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 });
    expect(newest?.value).not.toHaveProperty('interest');
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
    expect(await all(id)).toEqual([...facts, { ...big(minute(1), 3), seq: 2 }].map((fact) => ({ ...fact, epoch: 1 })));
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
        await of.store.close();
        of.store = await of.engine.make();
        await of.store.open();
      }
      expect(await all(id)).toEqual([{ ...fact(9), epoch: 1 }]);
    }
  });

  it('takes many writes at once', async () => {
    const id = shop();
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        put(id, ...Array.from({ length: 25 }, (_, z) => zone(`z${z}`, minute(at), 1))),
      ),
    );
    expect(await of.store.read({ storeId: id, kinds: ['zone'], from: 0, to: 9e12 })).toHaveLength(1000);
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
}
