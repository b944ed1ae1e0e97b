import { copyFileSync, existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent, crossings, removeFolders, startCloud, temporaryFolder, type CloudOptions } from './harness.js';

let dir: string;
const file = (name: string): string => path.join(dir, name);
const remove = (...names: string[]): void => names.forEach((name) => rmSync(file(name), { force: true }));
const CATALOG = ['catalog.sqlite', 'catalog.sqlite-wal', 'catalog.sqlite-shm'];
const SERIES = ['series.duckdb', 'series.duckdb.wal', 'series.duckdb.rollups'];

/** Starts, and says what the footfall of the shop is. */
async function footfall(more: Partial<CloudOptions> = {}): Promise<number> {
  const cloud = await startCloud({ dir, ...more });
  const rows = await cloud.series.read({ storeId: 'demo', kinds: ['crossings'], from: 0, to: Date.UTC(2030, 0) });
  await cloud.stop();
  return rows.length;
}

beforeEach(async () => {
  const first = await startCloud();
  dir = first.dir;
  const agent = await new FakeAgent(first.mqttPort).join();
  expect((await agent.facts([crossings(1, 4)])).status).toBe('committed');
  await agent.leave();
  await first.stop();
});
afterAll(removeFolders);

describe('a cloud whose catalog and facts do not belong together', () => {
  it('serves what belongs together, start after start', async () => {
    expect(await footfall()).toBe(1);
    expect(await footfall()).toBe(1);
  });

  it.each<[string, () => void]>([
    ['are gone', () => remove(...SERIES)],
    ['were emptied', () => (remove('series.duckdb.wal'), truncateSync(file('series.duckdb')))],
  ])('does not start where the facts %s, names the file, and goes on without them when told to', async (_, lose) => {
    lose();
    for (let tries = 0; tries < 2; tries += 1)
      await expect(footfall()).rejects.toThrow(/series\.duckdb is empty.*--accept-empty-history/);
    expect(await footfall({ acceptEmptyHistory: true })).toBe(0);
    expect(await footfall()).toBe(0);
  });

  it('does not start where the facts are gone and their log is not: names both', async () => {
    writeFileSync(file('series.duckdb.wal'), 'what was written last');
    remove('series.duckdb');
    await expect(footfall()).rejects.toThrow(/series\.duckdb is empty, and its log .*series\.duckdb\.wal is not/);
  });

  it.each<[string, () => void]>([
    ['is gone', () => remove(...CATALOG)],
    ['was emptied', () => (remove(...CATALOG), writeFileSync(file('catalog.sqlite'), ''))],
    [
      'knows no shop any more',
      () => {
        const db = new Database(file('catalog.sqlite'));
        const tables = [
          'planogram_file',
          'draft',
          'scan',
          'scan_key',
          'inbox',
          'receipt',
          'journal',
          'agent',
          'device_credential',
          'store_version',
          'store',
        ];
        for (const table of tables) db.exec(`DELETE FROM ${table}`);
        db.close();
      },
    ],
  ])('does not start where the catalog %s, whatever is said, and all is well when it is back', async (_, lose) => {
    copyFileSync(file('catalog.sqlite'), file('copy'));
    lose();
    for (const acceptEmptyHistory of [false, true])
      await expect(footfall({ acceptEmptyHistory })).rejects.toThrow(/series\.duckdb holds .* the catalog was emptied/);
    remove(...CATALOG);
    copyFileSync(file('copy'), file('catalog.sqlite'));
    expect(await footfall()).toBe(1);
  });

  it("does not start with another cloud's facts", async () => {
    const other = await startCloud({ dir: temporaryFolder(), provision: { storeFile: path.join(dir, 'store.yaml') } });
    await other.stop();
    copyFileSync(path.join(other.dir, 'series.duckdb'), file('series.duckdb'));
    await expect(footfall()).rejects.toThrow(/of another cloud/);
  });

  it('takes over what a release before left, and then knows it', async () => {
    const db = new Database(file('catalog.sqlite'));
    db.exec('UPDATE identity SET has_facts = 0');
    db.close();
    expect(existsSync(file('series.duckdb'))).toBe(true);
    expect(await footfall()).toBe(1);
    remove(...SERIES);
    await expect(footfall()).rejects.toThrow(/is empty/);
  });

  it('of a release before, does not start where the facts are gone', async () => {
    const db = new Database(file('catalog.sqlite'));
    db.exec('UPDATE identity SET has_facts = 0');
    db.close();
    remove(...SERIES);
    await expect(footfall()).rejects.toThrow(/is empty/);
  });
});
