import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import { StoreError } from '../../src/ports/series-store.js';
import { PostgresSeriesStore } from '../../src/store/postgres/postgres-series.js';
import { hour, minute, sale, slot, zone } from './fact-samples.js';
import { seriesSuite } from './series-suite.js';

const PASSWORD = 'secret-of-the-database';
const failure =
  (code: StoreError['code'], ...words: string[]) =>
  (error: unknown) =>
    error instanceof StoreError && error.code === code && words.every((word) => error.message.includes(word));

describe.skipIf(!hasPostgres())('with PostgreSQL (package postgresql)', () => {
  const postgres = new Postgres(PASSWORD);
  let shared: string;
  beforeAll(async () => {
    await postgres.start();
    shared = await postgres.database();
  });
  afterAll(() => postgres.stop());

  const seriesOf = (name: string) => new PostgresSeriesStore({ url: postgres.url(name), password: PASSWORD });
  const opened = async (name: string): Promise<PostgresSeriesStore> => {
    const store = seriesOf(name);
    await store.open();
    return store;
  };

  seriesSuite({ name: 'PostgreSQL', make: async () => seriesOf(shared), commitsWhole: true });

  it('two clouds write the same shops at once, and each sees what the other wrote', async () => {
    const name = await postgres.database();
    // both may make the schema and the partitions
    const [one, other] = await Promise.all([opened(name), opened(name)]);
    const facts = (from: number, seq: number) =>
      Array.from({ length: 60 }, (_, at) => [
        zone(`z${at % 7}`, minute(((from + at) * 997) % 90_000), seq, { visits: seq }),
        slot(`s${at % 5}`, minute(at), seq, seq),
      ]).flat();
    const written = Array.from({ length: 12 }, (_, round) =>
      (round % 2 === 0 ? one : other).write(
        (round % 3 === 0 ? facts(0, round + 1).reverse() : facts(0, round + 1)).map((fact) => ({
          storeId: `shop-${fact.ts % 2}`,
          epoch: 1,
          fact,
        })),
      ),
    );
    await Promise.all(written);
    for (const store of [one, other]) {
      const read = await store.read({ storeId: 'shop-0', kinds: ['zone', 'slot'], from: 0, to: 9e12 });
      expect(new Set(read.map(({ seq }) => seq))).toEqual(new Set([12]));
      expect(read).toHaveLength(120);
      const newest = await store.newest({ storeId: 'shop-0', kind: 'slot', before: 9e12 });
      expect(newest.map(({ seq }) => seq)).toEqual([12, 12, 12, 12, 12]);
    }
    await Promise.all([one.close(), other.close()]);
  });

  it('a rollup that one cloud makes is out of use when the other writes, also when that had begun before', async () => {
    const name = await postgres.database();
    const [one, other] = [await opened(name), await opened(name)];
    await other.write([{ storeId: 'x', epoch: 1, fact: zone('a', hour(0), 1) }]);
    const { mark: before } = await one.touchedHours('x');
    const mark = await one.mark('x', hour(0), hour(1));
    const late = other.write([{ storeId: 'x', epoch: 1, fact: zone('b', hour(0), 1) }]);
    const rollup = { level: 'hour', kind: 'zone', from: hour(0), to: hour(1), definition: 'd', payload: '1' } as const;
    await late;
    await one.writeRollups('x', mark, [rollup]);
    const query = { storeId: 'x', level: 'hour', kinds: ['zone'], from: 0, to: 9e12 } as const;
    expect(await one.trueRollups(query)).toEqual([]);
    expect((await one.touchedHours('x', before)).hours).toEqual([hour(0)]);
    await one.writeRollups('x', await one.mark('x', hour(0), hour(1)), [rollup]);
    expect(await other.readRollups(query)).toEqual([rollup]);
    await Promise.all([one.close(), other.close()]);
  });

  it('lies in a partition for each month, whatever a wrong clock says', async () => {
    const name = await postgres.database();
    const store = await opened(name);
    const times = [0, Date.UTC(2014, 11, 31), Date.UTC(2026, 10, 22), Date.UTC(2026, 11, 1), Date.UTC(2200, 0, 1)];
    await store.write(times.map((ts) => ({ storeId: 'x', epoch: 1, fact: sale(`r${ts}`, ts, 1) })));
    const parts = await postgres.query(
      name,
      `SELECT tableoid::regclass::text AS part, ts FROM series_fact ORDER BY ts`,
    );
    expect(parts.map(({ part }) => part)).toEqual([
      'series_fact_before',
      'series_fact_before',
      'series_fact_2026_11',
      'series_fact_2026_12',
      'series_fact_after',
    ]);
    expect(await store.span('x')).toEqual({ earliestTs: 0, latestTs: Date.UTC(2200, 0, 1) });
    await store.close();
  });

  it('belongs to one catalog, is not emptied unseen, and is left alone when a newer Aisle wrote it', async () => {
    const name = await postgres.database();
    const [one, other] = [await opened(name), await opened(name)];
    await one.claim({ catalogId: 'a', knows: 'nothing' });
    await other.claim({ catalogId: 'a', knows: 'shops' });
    await expect(other.claim({ catalogId: 'b', knows: 'shops' })).rejects.toSatisfy(
      failure('refused', 'another cloud'),
    );
    const empty = await opened(await postgres.database());
    await expect(empty.claim({ catalogId: 'a', knows: 'shops' })).rejects.toSatisfy(failure('refused', 'is empty'));
    await empty.claim({ catalogId: 'a', knows: 'shops', accept: true });
    await Promise.all([one, other, empty].map((store) => store.close()));
    const newer = await postgres.database();
    await postgres.query(newer, 'CREATE TABLE series_schema (steps BIGINT); INSERT INTO series_schema VALUES (99)');
    await expect(opened(newer)).rejects.toSatisfy(failure('corrupt', 'newer Aisle'));
  });

  it('trusts no rollup in a database that was put back where transactions have lower numbers', async () => {
    const name = await postgres.database();
    const store = await opened(name);
    await store.write([{ storeId: 'x', epoch: 1, fact: zone('a', hour(0), 1) }]);
    const rollup = { level: 'hour', kind: 'zone', from: hour(0), to: hour(1), definition: 'd', payload: '1' } as const;
    await store.writeRollups('x', await store.mark('x', hour(0), hour(1)), [rollup]);
    await store.close();
    await postgres.query(name, 'UPDATE series_touched SET stamp = stamp + 1000000000');
    const back = await opened(name);
    const query = { storeId: 'x', level: 'hour', kinds: ['zone'], from: 0, to: 9e12 } as const;
    expect(await back.trueRollups(query)).toEqual([]);
    const { mark } = await back.touchedHours('x');
    await back.write([{ storeId: 'x', epoch: 1, fact: zone('a', hour(2), 1) }]);
    expect((await back.touchedHours('x', mark)).hours).toEqual([hour(2)]);
    await back.close();
  });

  it('a server that is killed in the middle loses nothing that was acknowledged, and is used again when it is back', async () => {
    const own = new Postgres(PASSWORD);
    await own.start();
    const name = await own.database();
    const store = new PostgresSeriesStore({ url: own.url(name), password: PASSWORD });
    await store.open();
    const kept: number[] = [];
    const refused: unknown[] = [];
    let killed: Promise<void> | undefined;
    for (let at = 0; at < 60; at += 1) {
      if (at === 20) killed = own.kill();
      await store.write([{ storeId: 'x', epoch: 1, fact: zone('a', minute(at), 1) }]).then(
        () => kept.push(minute(at)),
        (error: unknown) => refused.push(error),
      );
      if (at === 40) {
        await killed;
        await own.resume();
      }
    }
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toSatisfy(failure('unreachable'));
    const read = new Set((await store.read({ storeId: 'x', kinds: ['zone'], from: 0, to: 9e12 })).map(({ ts }) => ts));
    expect(kept.filter((ts) => !read.has(ts))).toEqual([]);
    expect(kept).toContain(minute(59));
    await store.close();
    await own.stop();
  });
});
