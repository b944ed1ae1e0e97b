import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/ports/series-store.js';
import { MIGRATIONS } from '../../src/store/catalog/migrations.js';
import { QueryCatalog } from '../../src/store/catalog/query-catalog.js';
import { SqliteEngine } from '../../src/store/sqlite/sqlite-engine.js';
import { Sqlite, checked } from '../../src/store/sqlite/sqlite.js';
import { catalogSuite } from './catalog-suite.js';

const sqliteCatalog = (file: string) => new QueryCatalog(new SqliteEngine({ file }));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'aisle-catalog-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

catalogSuite({ name: 'SQLite', make: async () => sqliteCatalog(join(dir, 'catalog.db')), serves: 'one' });

describe('a SQLite file', () => {
  const corrupt = (file: string) => (error: unknown) =>
    error instanceof StoreError && error.code === 'corrupt' && error.message.includes(file);

  it('that is no database is named in the error', async () => {
    const file = join(dir, 'garbage.db');
    writeFileSync(file, 'this is no database '.repeat(1000));
    await expect(sqliteCatalog(file).open()).rejects.toSatisfy(corrupt(file));
  });

  it('with damaged pages is named in the error', async () => {
    const file = join(dir, 'damaged.db');
    const catalog = sqliteCatalog(file);
    await catalog.open();
    await catalog.users.ensureOrganisation('org');
    await catalog.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    await expect(sqliteCatalog(file).open()).rejects.toSatisfy(corrupt(file));
  });

  it('written by a newer Aisle is refused, and left as it is', async () => {
    const file = join(dir, 'newer.db');
    const db = new Sqlite(file);
    db.open([...MIGRATIONS, 'CREATE TABLE later (x INTEGER)']);
    db.close();
    const before = readFileSync(file);
    await expect(sqliteCatalog(file).open()).rejects.toThrow(/newer Aisle/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('in a folder that does not exist is named in the error', async () => {
    const file = join(dir, 'nowhere', 'catalog.db');
    await expect(sqliteCatalog(file).open()).rejects.toSatisfy(
      (error) => error instanceof StoreError && error.code === 'unreachable' && error.message.includes(file),
    );
  });

  it('syncs every commit to the disk', () => {
    const db = new Sqlite(join(dir, 'pragma.db'));
    db.open(MIGRATIONS);
    expect(db.query('PRAGMA synchronous').rows[0]).toMatchObject({ synchronous: 2 });
    expect(db.query('PRAGMA journal_mode').rows[0]).toMatchObject({ journal_mode: 'wal' });
    db.close();
  });
});

describe('binding', () => {
  it.each([
    [true],
    [undefined],
    [{}],
    [new Date(0)],
    [Number.NaN],
    [Infinity],
    [new Uint8Array(2)],
    [['nested']],
    [Symbol('s')],
  ])('refuses %s before libsql sees it', (value) => {
    expect(() => checked([1, value])).toThrow(/parameter 2/);
  });

  it('passes null, numbers, big integers, text and buffers', () => {
    const values = [null, 1.5, 2n ** 60n, 'x', Buffer.from('y')];
    expect(checked(values)).toEqual(values);
  });
});
