import { inspect } from 'node:util';
import { CompiledQuery, Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../tests/support/ports.js';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import { StoreError, type StoreErrorCode } from '../../src/ports/series-store.js';
import { MIGRATIONS } from '../../src/store/catalog/migrations.js';
import { chooseCatalog } from '../../src/store/open-catalog.js';
import { postgresAddress } from '../../src/store/postgres/postgres-address.js';
import { PostgresEngine } from '../../src/store/postgres/postgres-engine.js';
import { catalogSuite } from './catalog-suite.js';
import { storeFile } from './catalog/under-test.js';

const PASSWORD = 'secret-of-the-database';

/** An error of the port that shows no secret, however it is written down. */
const failure =
  (code: StoreErrorCode, ...words: string[]) =>
  (error: unknown) =>
    error instanceof StoreError &&
    error.code === code &&
    words.every((word) => error.message.includes(word)) &&
    !inspect(error, { depth: 10, showHidden: true }).includes(PASSWORD);

describe.skipIf(!hasPostgres())('with PostgreSQL (package postgresql)', () => {
  const postgres = new Postgres(PASSWORD);
  let database: string;
  beforeAll(async () => {
    await postgres.start();
    database = await postgres.database();
  });
  afterAll(() => postgres.stop());

  const options = (name: string, password = PASSWORD) => ({ url: postgres.url(name), password });
  const catalogOf = (name: string, password?: string) =>
    chooseCatalog({ engine: 'postgres', ...options(name, password) }, '');

  catalogSuite({ name: 'PostgreSQL', make: async () => catalogOf(database), serves: 'many' });

  it('makes the schema once, also when two clouds start at the same moment', async () => {
    const name = await postgres.database();
    const both = [catalogOf(name), catalogOf(name)];
    await Promise.all(both.map((catalog) => catalog.open()));
    await both[0]?.users.ensureOrganisation('org');
    await Promise.all(both.map((catalog) => catalog.close()));
    expect(await postgres.query(name, 'SELECT steps FROM catalog_schema')).toEqual([{ steps: `${MIGRATIONS.length}` }]);
  });

  it('leaves a catalog as it is that a newer Aisle has written', async () => {
    const name = await postgres.database();
    await postgres.query(name, 'CREATE TABLE catalog_schema (steps BIGINT); INSERT INTO catalog_schema VALUES (99)');
    await expect(catalogOf(name).open()).rejects.toSatisfy(failure('corrupt', 'newer Aisle', name));
    const tables = await postgres.query(name, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    expect(tables).toEqual([{ tablename: 'catalog_schema' }]);
  });

  it('leaves a database as it is that holds something else', async () => {
    const name = await postgres.database();
    await postgres.query(name, 'CREATE TABLE store (goods TEXT)');
    await expect(catalogOf(name).open()).rejects.toThrow(/"store" already exists/);
    const tables = await postgres.query(name, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    expect(tables).toEqual([{ tablename: 'store' }]);
  });

  it('has on disk what it says is kept, whatever the database does by default', async () => {
    const name = await postgres.database();
    await postgres.query(name, `ALTER DATABASE ${name} SET synchronous_commit = off`);
    const db = new Kysely<Record<string, never>>({ dialect: await new PostgresEngine(options(name)).open() });
    const { rows } = await db.executeQuery(CompiledQuery.raw('SHOW synchronous_commit'));
    await db.destroy();
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('says where nobody answers, and who is not let in', async () => {
    const port = await freePort();
    const nowhere = { engine: 'postgres', url: `postgresql://aisle:${PASSWORD}@127.0.0.1:${port}/x` } as const;
    await expect(chooseCatalog(nowhere, '').open()).rejects.toSatisfy(
      failure('unreachable', `127.0.0.1:${port}`, 'ECONNREFUSED'),
    );
    await expect(catalogOf(database, `${PASSWORD}?`).open()).rejects.toSatisfy(
      failure('unreachable', `127.0.0.1:${postgres.port}`, 'does not let us in'),
    );
    await expect(catalogOf('nothing').open()).rejects.toSatisfy(failure('unreachable', '"nothing"'));
    await expect(chooseCatalog({ engine: 'postgres', ...options(database), tls: true }, '').open()).rejects.toSatisfy(
      failure('unreachable', 'SSL'),
    );
  });

  it('undoes a transaction whose connection is cut, says so, and goes on with another', async () => {
    const name = await postgres.database();
    const catalog = catalogOf(name);
    await catalog.open();
    await catalog.users.ensureOrganisation('org');
    await catalog.stores.ensureStore('demo', 'org');
    // the command of the new version waits for this lock, with everything before it already written
    const holder = postgres.query(
      name,
      `BEGIN; LOCK TABLE inbox IN EXCLUSIVE MODE; SELECT pg_sleep(30) /* holder */; COMMIT`,
    );
    const ended = expect(holder).rejects.toThrow(/terminat/);
    const waits = async (what: string) => {
      const busy = `SELECT 1 FROM pg_stat_activity WHERE datname = '${name}' AND ${what}`;
      await expect.poll(() => postgres.query('postgres', busy), { timeout: 10_000 }).toHaveLength(1);
    };
    await waits(`query LIKE '%/* holder */%' AND wait_event = 'PgSleep'`);
    const added = catalog.versions.addStoreVersion({ storeId: 'demo', storeFile: storeFile('demo'), createdTs: 1 });
    const outcome = expect(added).rejects.toSatisfy(failure('unreachable'));
    await waits(`wait_event_type = 'Lock'`);
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND`;
    await postgres.query('postgres', `${end} wait_event_type = 'Lock'`);
    await outcome;
    await postgres.query('postgres', `${end} query LIKE '%/* holder */%'`);
    await ended;
    expect(await catalog.versions.versions('demo')).toEqual([]);
    expect(await catalog.stores.store('demo')).toMatchObject({ newestVersion: 0 });
    await catalog.close();
  });

  it('says unreachable while the server is gone, and goes on once it is back', async () => {
    const name = await postgres.database();
    const catalog = catalogOf(name);
    await catalog.open();
    await catalog.users.ensureOrganisation('org');
    await postgres.kill();
    await expect(catalog.stores.ensureStore('demo', 'org')).rejects.toSatisfy(failure('unreachable'));
    await expect(catalog.quickCheck()).rejects.toSatisfy(failure('unreachable', `127.0.0.1:${postgres.port}`));
    await postgres.resume();
    await catalog.stores.ensureStore('demo', 'org');
    expect(await catalog.stores.stores('org')).toHaveLength(1);
    await catalog.close();
    await expect(catalog.quickCheck()).rejects.toSatisfy(failure('closed'));
  });
});

describe('the address of PostgreSQL', () => {
  const at = (url: string, more: object = {}) => postgresAddress({ url, ...more }, 'catalog');

  it('names host, port and database in messages, and no secret', () => {
    expect(at('postgresql://ada:s%20t@db.shop.test/aisle')).toEqual({
      name: 'PostgreSQL at db.shop.test:5432, database "aisle"',
      client: {
        host: 'db.shop.test',
        port: 5432,
        user: 'ada',
        password: 's t',
        database: 'aisle',
        ssl: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
      },
    });
    expect(at('postgres://ada@[::1]:6000/x', { password: 'p' }).client).toEqual({
      host: '::1',
      port: 6000,
      user: 'ada',
      password: 'p',
      database: 'x',
      ssl: false,
    });
    expect(at('postgresql:///x?host=/run/postgresql&user=ada&port=6000').client.port).toBe(6000);
    expect(at('postgresql:///x?host=/run/postgresql&user=ada')).toMatchObject({
      name: 'PostgreSQL at /run/postgresql, database "x"',
      client: { host: '/run/postgresql', user: 'ada', ssl: false },
    });
  });

  it('names all hosts of a server with standbys, and keeps what a password may hold', () => {
    const { name, client, hosts } = at(
      'postgresql://ada:a,b@[::1]:6000,db-2,10.0.0.5:6001/x?target_session_attrs=read-write',
    );
    expect(name).toBe('PostgreSQL at ::1:6000, db-2:5432, 10.0.0.5:6001, database "x"');
    expect([client.password, client.host, client.port]).toEqual(['a,b', '::1', 6000]);
    expect(hosts).toEqual([
      { host: '::1', port: 6000 },
      { host: 'db-2', port: 5432 },
      { host: '10.0.0.5', port: 6001 },
    ]);
    expect(client.ssl).toBeTruthy();
    expect(at('postgresql://ada@127.0.0.1:1,127.0.0.1:2/x').client.ssl).toBe(false);
  });

  it('is secured beyond this machine unless it is said otherwise', () => {
    expect(at('postgresql://a@10.0.0.5/x').client.ssl).toBeTruthy();
    expect(at('postgresql://a@10.0.0.5/x', { tls: false }).client.ssl).toBe(false);
    expect(at('postgresql://a@localhost/x').client.ssl).toBe(false);
    expect(at('postgresql://a@localhost/x', { tls: true }).client.ssl).toBeTruthy();
  });

  it.each([
    ['postgresql://a:secret-of-the-database@host:port/x', 'not well formed'],
    ['postgresql://a:secret-of-the-database@host/', 'no database'],
    ['postgresql://host/x', 'no user'],
    ['postgresql:///x?host=/run&user=a&port=many', 'no port'],
    ['postgresql:///x?user=a', 'no host'],
    ['postgresql://a@one,two:70000/x', 'no port'],
    ['postgresql://a@one,/x', 'not well formed'],
    ['postgresql://a@one,two/x?host=three', 'hosts twice'],
    ['postgresql://a@one,two/x?target_session_attrs=standby', 'a cloud has to write'],
    ['postgresql://a:secret-of-the-database@host/x?sslmode=require', '"sslmode" is not known in it: see tls'],
  ])('%s is refused', (url, what) => {
    expect(() => at(url)).toThrow(expect.toSatisfy(failure('unreachable', 'catalog.url', what)));
  });

  it('with certificates that cannot be read is refused', () => {
    expect(() => at('postgresql://a@db/x', { caFile: '/nowhere/ca.pem' })).toThrow(/\/nowhere\/ca\.pem/);
  });
});
