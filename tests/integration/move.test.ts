import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogDatabase } from '../../cloud/src/store/catalog/database.js';
import { chooseCatalogEngine } from '../../cloud/src/store/open-catalog.js';
import { chooseSeriesStore } from '../../cloud/src/store/open-series.js';
import { Postgres, hasPostgres } from '../support/postgres.js';
import { root } from '../support/system.js';

const PASSWORD = 'secret-of-the-database';
const dir = mkdtempSync(path.join(tmpdir(), 'aisle-move-'));

describe.skipIf(!hasPostgres())('the command that moves a cloud (package postgresql)', () => {
  const postgres = new Postgres(PASSWORD);
  beforeAll(() => postgres.start());
  afterAll(async () => {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** As the guide writes it, in a folder with both files. */
  const documented = /^npm run aisle -- (move .*)$/m.exec(
    readFileSync(path.join(root, 'docs/operator-guide.md'), 'utf8'),
  )?.[1];
  const run = (args: string): Promise<{ status: number; said: string }> =>
    new Promise((resolve) => {
      const child = [path.join(root, 'scripts/aisle.mjs'), ...args.split(' ')];
      execFile(process.execPath, child, { env: { ...process.env, INIT_CWD: dir } }, (error, stdout, stderr) =>
        resolve({ status: error ? Number(error.code) : 0, said: stdout + stderr }),
      );
    });

  it('does what the guide says, and refuses without a secret what it cannot do', async () => {
    const common = { host: '127.0.0.1', httpPort: 0, mqttPort: 0 };
    const dataDir = path.join(dir, 'data');
    const url = postgres.url(await postgres.database());
    const choice = { engine: 'postgres', url, password: PASSWORD } as const;
    const embedded = { ...common, dataDir, series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } };
    writeFileSync(path.join(dir, 'cloud.json'), JSON.stringify(embedded));
    writeFileSync(
      path.join(dir, 'new-cloud.json'),
      JSON.stringify({ ...common, dataDir: path.join(dir, 'new'), series: choice, catalog: choice }),
    );
    mkdirSync(dataDir);
    const early = await run(documented ?? '');
    expect([early.status, early.said]).toEqual([1, expect.stringContaining('was never started')]);

    const catalog = new CatalogDatabase(
      chooseCatalogEngine({ engine: 'sqlite' }, path.join(dataDir, 'catalog.sqlite')),
    );
    await catalog.open();
    await catalog.together(async (db) => {
      await db.insertInto('identity').values({ catalog_id: 'c', has_facts: 1 }).execute();
      await db.insertInto('organisation').values({ organisation_id: 'org' }).execute();
      await db.insertInto('store').values({ store_id: 'demo', organisation_id: 'org' }).execute();
    });
    await catalog.close();
    const series = chooseSeriesStore({ engine: 'duckdb' }, path.join(dataDir, 'series.duckdb'), {
      monotonicMs: () => 0,
    });
    await series.open();
    // a cloud that still runs holds its file
    const held = await run(documented ?? '');
    expect([held.status, held.said]).toEqual([1, expect.stringContaining('series.duckdb')]);
    await series.close();

    const done = await run(documented ?? '');
    expect([done.status, done.said]).toEqual([0, expect.stringContaining('All is there.')]);
    expect(await postgres.query(url.split('/').at(-1) ?? '', 'SELECT store_id FROM store')).toEqual([
      { store_id: 'demo' },
    ]);
    await postgres.kill();
    const gone = await run(documented ?? '');
    expect([gone.status, gone.said]).toEqual([1, expect.stringContaining('PostgreSQL')]);
    expect(gone.said).not.toContain(PASSWORD);
    expect((await run('move --from cloud.json')).status).toBe(2);
  });
});
