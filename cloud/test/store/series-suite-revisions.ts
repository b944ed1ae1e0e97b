import { expect, it } from 'vitest';
import { generator } from '../insight/random-shop.js';
import { block, crossings, inForce, incident, minute, play, sale, under, zone } from './fact-samples.js';
import { statementsThatCount, type Stated } from './plain-revisions.js';
import type { SuiteStore } from './series-suite.js';

/** Which of several statements of one thing counts: revisions, epochs, versions and generations, and records that come in any order. */
export function revisionCases(of: SuiteStore): void {
  const { shop, put, all } = of;

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
    await of.store.write([{ storeId: id, epoch: 1, fact: zone('dairy', minute(0), 900, { visits: 9 }) }]);
    await of.store.write([{ storeId: id, epoch: 2, fact: zone('dairy', minute(0), 1, { visits: 1 }) }]);
    expect((await all(id)).map((fact) => [fact.epoch, fact.seq])).toEqual([
      [1, 900],
      [2, 1],
    ]);
  });

  it('keeps blocks as records: each once, in its newest statement, whichever came last', async () => {
    const id = shop();
    const began = minute(7) + 1;
    await put(id, block('c-1|screen-1', began, 9, 3), block('c-1|screen-9', began, 2, 1));
    await put(id, block('c-1|screen-1', began, 4, 1));
    await of.store.write([{ storeId: id, epoch: 2, fact: block('c-1|screen-9', began, 1, 5) }]);
    const subjects = [`c-1|screen-1@${began}`, `c-1|screen-9@${began}`];
    const found = await of.store.lookup({ storeId: id, kind: 'block', subjects });
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
    await of.store.write([{ storeId: id, epoch: 2, fact: incident('s2', began, 1, { until: began + 5, count: 2 }) }]);
    const newest = await of.store.newest({ storeId: id, kind: 'incident', before: began + 1 });
    expect(newest.map(({ epoch, seq, value }) => [value.subject, epoch, seq, value.until])).toEqual([
      ['s1', 1, 9, began + 60_000],
      ['s2', 2, 1, began + 5],
    ]);
    expect(await of.store.newest({ storeId: id, kind: 'incident', before: began })).toEqual([]);
    const [found] = await of.store.lookup({ storeId: id, kind: 'incident', subjects: [`outOfStock:s1@${began}`] });
    expect(found).toEqual({ ...incident('s1', began, 9, { until: began + 60_000 }), epoch: 1 });
  });

  it('never lets two records take each other’s place, however much they have in common', async () => {
    const id = shop();
    const facts = Array.from({ length: 1500 }, (_, at) =>
      sale(`r-${String(at).padStart(5, '0')}`, minute(0) + (at % 3), 42, { netMinor: at }),
    );
    await Promise.all([0, 1, 2].map((part) => put(id, ...facts.filter((_, at) => at % 3 === part))));
    const read = await of.store.read({ storeId: id, kinds: ['sale'], from: minute(0), to: minute(1) });
    expect(read).toHaveLength(1500);
    expect(read.map((fact) => fact.value.netMinor).sort((a, b) => a - b)).toEqual(facts.map((_, at) => at));
  });

  it('reads a record in its newest revision, whichever came last', async () => {
    const id = shop();
    for (const seq of [4, 9, 6]) await put(id, sale('r-1', minute(0) + 3, seq, { netMinor: seq }));
    expect((await all(id)).map((fact) => fact.seq)).toEqual([9]);
    await put(id, play('p-1', minute(0) + 3, 9));
    await of.store.write([{ storeId: id, epoch: 3, fact: play('p-1', minute(0) + 3, 2) }]);
    expect(
      (await of.store.lookup({ storeId: id, kind: 'play', subjects: ['p-1', 'p-2'] })).map((fact) => [
        fact.epoch,
        fact.seq,
      ]),
    ).toEqual([[3, 2]]);
  });

  it('leaves a receipt as the oldest epoch that knows it states it, in its newest revision', async () => {
    const id = shop();
    const told = (epoch: number, seq: number, netMinor: number, ts = minute(0) + 3) =>
      of.store.write([{ storeId: id, epoch, fact: sale('r-1', ts, seq, { netMinor }) }]);
    await told(2, 50, 999);
    await told(1, 4, 100);
    await told(1, 7, 150);
    await told(3, 99, 998, minute(90));
    const found = await of.store.lookup({ storeId: id, kind: 'sale', subjects: ['r-1', 'r-2'] });
    expect(found.map((fact) => [fact.epoch, fact.seq, fact.value.netMinor])).toEqual([[1, 7, 150]]);
    // reading gives what each epoch says: whoever adds them up chooses
    const read = await of.store.read({ storeId: id, kinds: ['sale'], from: minute(0), to: minute(1) });
    expect(read.map((fact) => [fact.epoch, fact.value.netMinor])).toEqual([
      [1, 150],
      [2, 999],
    ]);
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
    await of.store.write([{ storeId: id, epoch: 2, fact: under(5, 1, zone('dairy', minute(0), 1)) }]);
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
    expect(await of.store.lookup({ storeId: id, kind: 'sale', subjects: ['r-1'] })).toEqual([
      { ...told(2, 4, 5), epoch: 1 },
    ]);
  });

  it('keeps when each version of the store file came into force', async () => {
    const id = shop();
    const facts = [inForce(2, minute(3) + 20_000, 1), inForce(3, minute(5), 7), inForce(3, minute(5), 9)];
    await put(id, ...facts);
    expect(await all(id)).toEqual([facts[0], facts[2]].map((fact) => ({ ...fact, epoch: 1 })));
    const before = await of.store.newest({ storeId: id, kind: 'inForce', before: minute(5) });
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
      await of.store.write(packet);
    }
    const read = (await all(id)).map((fact) => ({ generation: 0, ...fact }));
    expect(read).toEqual(statementsThatCount(written));
  });

  it('takes final rows like any others, and the same again changes nothing', async () => {
    const id = shop();
    const rows = [zone('a', minute(3), 1), sale('r', minute(1) + 5, 1), zone('a', minute(1), 1)].map((fact) => ({
      ...{ storeId: id, epoch: 0, fact },
    }));
    await of.store.write(rows, 'final');
    const once = await all(id);
    await of.store.write(rows, 'final');
    expect(await all(id)).toEqual(once);
    expect(once.map(({ ts, epoch }) => [ts, epoch])).toEqual([
      [minute(1), 0],
      [minute(1) + 5, 0],
      [minute(3), 0],
    ]);
  });
}
