import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/ports/series-store.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';
import { minute, slot, zone } from './fact-samples.js';
import { seriesSuite } from './series-suite.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'aisle-duckdb-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

seriesSuite({
  name: 'DuckDB',
  commitsWhole: true,
  make: async () => new DuckDbSeriesStore({ file: join(dir, 'series.duckdb') }),
});
// the same answers while the log is compacted all the time
seriesSuite({
  name: 'DuckDB that compacts at once',
  commitsWhole: true,
  make: async () => new DuckDbSeriesStore({ file: join(dir, 'compact.duckdb'), compactRows: 1 }),
});

/** A database as version 0.1 left it: its statements word for word, one compacted fact, one rollup over it. */
const FACT_COLUMNS_V1 =
  'store VARCHAR, kind VARCHAR, subject VARCHAR, ts BIGINT, epoch INTEGER, seq BIGINT, config INTEGER, value VARCHAR';
const BEFORE_INTEREST = [
  'CREATE TABLE meta (name VARCHAR, value BIGINT)',
  "INSERT INTO meta VALUES ('schema', 1)",
  `CREATE TABLE facts (${FACT_COLUMNS_V1})`,
  `CREATE TABLE recent (${FACT_COLUMNS_V1})`,
  'CREATE VIEW every_fact AS SELECT * FROM facts UNION ALL SELECT * FROM recent',
  'CREATE TABLE touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE TABLE recent_touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE VIEW every_touch AS SELECT * FROM touched UNION ALL SELECT * FROM recent_touched',
  `INSERT INTO facts VALUES ('demo', 'zone', 'dairy', ${minute(0)}, 1, 4, 1,
     '{"visits":3,"visitors":1,"dwellMs":1000,"histogram":[[1,1]],"overlapMs":1000,"maxOpen":1}')`,
  `INSERT INTO touched VALUES ('demo', ${minute(0)}, 1)`,
];

describe('a DuckDB file', () => {
  it('that is corrupt is named in the error', async () => {
    const file = join(dir, 'corrupt.duckdb');
    writeFileSync(file, 'this is no database, and long enough to be read as a header '.repeat(100));
    const store = new DuckDbSeriesStore({ file });
    await expect(store.open()).rejects.toSatisfy(
      (error) => error instanceof StoreError && error.code === 'corrupt' && error.message.includes(file),
    );
  });

  it('in a folder that does not exist is named in the error', async () => {
    const file = join(dir, 'nowhere', 'series.duckdb');
    await expect(new DuckDbSeriesStore({ file }).open()).rejects.toSatisfy(
      (error) => error instanceof StoreError && error.code === 'unreachable' && error.message.includes(file),
    );
  });

  it('made before zones had interest opens, keeps what it holds, and takes interest beside it', async () => {
    const file = join(dir, 'old.duckdb');
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    for (const statement of BEFORE_INTEREST) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();

    const store = new DuckDbSeriesStore({ file });
    await store.open();
    const old = zone('dairy', minute(0), 4, { visits: 3 });
    const read = () => store.read({ storeId: 'demo', kinds: ['zone'], from: 0, to: 9e12 });
    expect(await read()).toEqual([{ ...old, epoch: 1 }]);
    const judged = [
      zone('dairy', minute(0), 5, { visits: 3, interest: { ppmMs: 7, ms: 2 } }),
      zone('dairy', minute(1), 6, { interest: { ppmMs: 9, ms: 3 } }),
    ];
    await store.write(judged.map((fact) => ({ storeId: 'demo', epoch: 1, fact })));
    await store.compact();
    expect(await read()).toEqual(judged.map((fact) => ({ ...fact, epoch: 1 })));
    const anew = { ...zone('dairy', minute(0), 1), generation: 1 };
    await store.write([{ storeId: 'demo', epoch: 1, fact: anew }]);
    expect((await read())[0]).toEqual({ ...anew, epoch: 1 });
    await store.close();
    // and is brought to the newer form once only
    const again = new DuckDbSeriesStore({ file });
    await again.open();
    expect(await again.read({ storeId: 'demo', kinds: ['zone'], from: 0, to: 9e12 })).toHaveLength(2);
    await again.close();
  });

  it('of a newer program is left alone, and the error says so', async () => {
    const file = join(dir, 'newer.duckdb');
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    await connection.run('CREATE TABLE meta (name VARCHAR, value BIGINT)');
    await connection.run("INSERT INTO meta VALUES ('schema', 99)");
    connection.closeSync();
    instance.closeSync();
    await expect(new DuckDbSeriesStore({ file }).open()).rejects.toThrow(/newer.duckdb.*schema is version 99/);
  });

  it('keeps one row per key after compaction', async () => {
    const store = new DuckDbSeriesStore({ file: join(dir, 'one.duckdb') });
    await store.open();
    for (let seq = 1; seq <= 20; seq++)
      await store.write([{ storeId: 'demo', epoch: 1, fact: zone('a', minute(0), seq) }]);
    await store.compact();
    expect((await store.read({ storeId: 'demo', kinds: ['zone'], from: 0, to: 9e12 })).map((fact) => fact.seq)).toEqual(
      [20],
    );
    await store.close();
  });

  it('keeps one row of a minute that was restated for a while: it is compacted once nobody has said anything new for two minutes', async () => {
    const file = join(dir, 'aged.duckdb');
    let ms = 0;
    const store = new DuckDbSeriesStore({ file, compactRows: 1, monotonicMs: () => ms });
    await store.open();
    let seq = 0;
    const state = (at: number) =>
      store.write([{ storeId: 'demo', epoch: 1, fact: zone('a', minute(at), ++seq, { visits: seq }) }]);
    // each minute is stated every ten seconds of it, and once more some time after
    for (let at = 0; at < 12; at++)
      for (let tenth = 0; tenth < 6; tenth++) {
        ms += 10_000;
        await state(at);
        if (tenth === 2 && at > 0) await state(at - 1);
      }
    const newest = await store.read({ storeId: 'demo', kinds: ['zone'], from: 0, to: 9e12 });
    await store.close();
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS();
    const compacted = await rows('SELECT ts::DOUBLE, seq::DOUBLE FROM facts ORDER BY ts');
    connection.closeSync();
    instance.closeSync();
    expect(compacted.length).toBeGreaterThan(6);
    expect(compacted.length).toBeLessThan(12);
    expect(compacted).toEqual(newest.slice(0, compacted.length).map((fact) => [fact.ts, fact.seq]));
  });

  it.each([
    ['missing', (file: string) => rmSync(file)],
    ['broken', (file: string) => writeFileSync(file, 'this is no database '.repeat(400))],
  ])('makes what is derived anew when it is %s', async (_name, harm) => {
    const file = join(dir, `derived-${_name}.duckdb`);
    const open = async (): Promise<DuckDbSeriesStore> => {
      const store = new DuckDbSeriesStore({ file });
      await store.open();
      return store;
    };
    let store = await open();
    const day = 24 * 60;
    await store.write(
      [0, 1, 2].map((at) => ({ storeId: 'demo', epoch: 1, fact: slot(`s${at}`, minute(at * day), 1, at) })),
    );
    const newest = () => store.newest({ storeId: 'demo', kind: 'slot', before: minute(5 * day) });
    const before = await newest();
    expect(before).toHaveLength(3);
    await store.close();
    harm(`${file}.rollups`);
    for (const end of ['-wal', '-shm']) rmSync(`${file}.rollups${end}`, { force: true });
    store = await open();
    expect(await newest()).toEqual(before);
    await store.close();
  });
});
