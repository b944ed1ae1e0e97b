import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/ports/series-store.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';
import { minute, zone } from './fact-samples.js';
import { seriesSuite } from './series-suite.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'aisle-duckdb-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

seriesSuite({ name: 'DuckDB', make: async () => new DuckDbSeriesStore({ file: join(dir, 'series.duckdb') }) });
// the same answers while the log is compacted all the time
seriesSuite({
  name: 'DuckDB that compacts at once',
  make: async () => new DuckDbSeriesStore({ file: join(dir, 'compact.duckdb'), compactRows: 1 }),
});

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
});
