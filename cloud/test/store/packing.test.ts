import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { MINUTE_MS, type FactOf } from '@aisle/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SeriesRow } from '../../src/ports/series-store.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';

const START = Date.parse('2026-11-02T10:00:00Z');
let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aisle-packing-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A minute's map of a full shop is longer than what DuckDB packs by itself. */
const maps: SeriesRow[] = Array.from({ length: 40 }, (_, at) => ({
  storeId: 'demo',
  epoch: 1,
  fact: {
    ...{ kind: 'heat', subject: 'floor', ts: START + at * MINUTE_MS, seq: at, configVersion: 1 },
    value: { columns: 60, rows: 40, cells: Array.from({ length: 900 }, (_cell, cell) => [cell, at + (cell % 7)]) },
  } as FactOf<'heat'>,
}));

const read = (store: DuckDbSeriesStore) =>
  store.read({ storeId: 'demo', kinds: ['heat'], from: START, to: START + 40 * MINUTE_MS });

/** How what was compacted lies in the file. */
async function waysOfPacking(file: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run('CHECKPOINT');
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT compression FROM pragma_storage_info('facts') WHERE column_name = 'value' AND segment_type = 'VARCHAR'`,
  );
  connection.closeSync();
  instance.closeSync();
  return found.getRowsJS().flat();
}

it('packs what it keeps, also where a long text lies among short ones', async () => {
  const file = path.join(folder, 'series.duckdb');
  const store = new DuckDbSeriesStore({ file });
  await store.open();
  await store.write(maps);
  await store.compact();
  await store.close();
  expect(await waysOfPacking(file)).toEqual(['ZSTD']);
  const again = new DuckDbSeriesStore({ file });
  await again.open();
  expect((await read(again)).map(({ value }) => value)).toEqual(maps.map(({ fact }) => fact.value));
  await again.close();
});

it('goes on with a file of the older form, which packs nothing', async () => {
  const file = path.join(folder, 'series.duckdb');
  const older = await DuckDBInstance.create(file, { storage_compatibility_version: 'v0.10.2' });
  older.closeSync();
  for (const half of [maps.slice(0, 20), maps.slice(20)]) {
    const store = new DuckDbSeriesStore({ file });
    await store.open();
    await store.write(half);
    await store.compact();
    await store.close();
  }
  expect(await waysOfPacking(file)).toEqual(['Uncompressed']);
  const store = new DuckDbSeriesStore({ file });
  await store.open();
  expect((await read(store)).map(({ value }) => value)).toEqual(maps.map(({ fact }) => fact.value));
  await store.close();
});
