import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueryCatalog } from '../../src/store/catalog/query-catalog.js';
import { SqliteEngine } from '../../src/store/sqlite/sqlite-engine.js';
import { WalSync } from '../../src/store/sqlite/wal-sync.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'aisle-wal-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the log of a catalog', () => {
  const never = { bringIn: () => expect.unreachable() };

  it('is synced once for all who wait, and again for those who came meanwhile', async () => {
    const syncs: (() => void)[] = [];
    const log = new WalSync('c', never, () => new Promise((done) => syncs.push(done)));
    const done: string[] = [];
    const wait = (who: string) => log.settled().then(() => done.push(who));
    await log.settled();
    expect(syncs).toHaveLength(0);
    log.wrote();
    const first = [wait('a'), wait('b')];
    log.wrote();
    const second = wait('c');
    expect(syncs).toHaveLength(1);
    syncs[0]?.();
    await Promise.all(first);
    expect(done).toEqual(['a', 'b']);
    expect(syncs).toHaveLength(2);
    syncs[1]?.();
    await second;
    await log.settled();
    expect(syncs).toHaveLength(2);
  });

  it('that could not be synced is told of, and everything is written anew before anybody hears that all is well', async () => {
    let [broken, brought] = [true, 0];
    const log = new WalSync('c', { bringIn: () => void (brought += 1) }, async () => {
      if (broken) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    });
    log.wrote();
    await expect(log.settled()).rejects.toMatchObject({ code: 'ENOSPC' });
    broken = false;
    await log.settled();
    expect(brought).toBe(1);
    log.wrote();
    await log.settled();
    expect(brought).toBe(1);
  });

  it('is on the disk before a write, or a read of what was written, is answered', async () => {
    const file = join(dir, 'catalog.sqlite');
    let synced = 0;
    let hold = Promise.resolve();
    const engine = new SqliteEngine({
      file,
      sync: async () => {
        await hold;
        synced += 1;
      },
    });
    const catalog = new QueryCatalog(engine);
    await catalog.open();
    await catalog.users.ensureOrganisation('org');
    expect(synced).toBe(1);
    await catalog.stores.stores();
    expect(synced).toBe(1);
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const told: string[] = [];
    const writing = catalog.stores.ensureStore('demo', 'org').then(() => told.push('written'));
    const reading = catalog.stores.store('demo').then((found) => told.push(found ? 'read' : 'nothing'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([]);
    release();
    await Promise.all([writing, reading]);
    expect(told.sort()).toEqual(['read', 'written']);
    await catalog.close();
  });

  it('that is gone is told of', async () => {
    const log = new WalSync(join(dir, 'nowhere'), never);
    log.wrote();
    await expect(log.settled()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
