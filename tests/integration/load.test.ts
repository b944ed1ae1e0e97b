import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DuckDbSeriesStore } from '../../cloud/src/store/duckdb/duckdb-series.js';
import type { SeriesRow } from '../../cloud/src/ports/series-store.js';
import { removeFolders, startCloud, temporaryFolder, type RunningCloud } from '../../cloud/test/service/harness.js';
import { isSound, runLoad, type LoadOptions, type LoadResult } from '../load/load.js';
import { accessFile, provisionLoad, readAccess } from '../load/provision.js';
import { freePort } from '../support/ports.js';
import { root, waitFor } from '../support/system.js';

afterAll(removeFolders);

interface Rig {
  cloud: RunningCloud;
  options: LoadOptions;
  again(): Promise<RunningCloud>;
}

/** A real cloud that knows the shops of a load. */
async function rig(shops: number, alter?: (rows: readonly SeriesRow[]) => readonly SeriesRow[]): Promise<Rig> {
  const dir = temporaryFolder();
  const provision = path.join(dir, 'load.json');
  const access = provisionLoad(provision, shops);
  const written = JSON.parse(readFileSync(provision, 'utf8')) as { apiToken: string };
  const ports = { mqttPort: await freePort(), httpPort: await freePort() };
  const again = (): Promise<RunningCloud> => {
    const series = new DuckDbSeriesStore({ file: path.join(dir, 'series.duckdb'), memoryLimit: '96MB', threads: 1 });
    if (alter) {
      const write = series.write.bind(series);
      series.write = (rows, how) => write(alter(rows), how);
    }
    return startCloud({ dir, series, config: ports, provision: { ...written, storeFile: undefined } as never });
  };
  const cloud = await again();
  const url = `mqtt://127.0.0.1:${ports.mqttPort}`;
  return {
    ...{ cloud, again },
    options: {
      ...{ shops, speed: 60, minutes: 0.1, url, seed: 7, watchers: 1 },
      passwordOf: (at) => access.passwords[at] as string,
      api: { url: cloud.url, token: access.apiToken },
    },
  };
}
const run = (options: LoadOptions): Promise<LoadResult> => runLoad(options, () => undefined);

it('finds in a cloud all that it acknowledged, also when the cloud was gone in between', async () => {
  const { cloud, options, again } = await rig(3);
  let second: RunningCloud | undefined;
  const result = await run({
    ...options,
    // half of it is said to a cloud that then goes and comes back
    began: () => {
      void waitFor('some batches', async () =>
        /aisle_ingest_batches_total\{outcome="committed"\} [1-9]/.test(
          await (await cloud.api('/metrics', { token: options.api?.token ?? '' })).text(),
        ),
      )
        .then(() => cloud.stop())
        .then(async () => (second = await again()));
    },
  });
  await second?.stop();
  expect(result.differences).toEqual([]);
  expect(result.refusals).toEqual([]);
  expect(isSound(result)).toBe(true);
  // every shop has logged in twice, and every kind of fact was among what it said
  expect(result.counts.connections).toBeGreaterThanOrEqual(6);
  expect(result.acknowledged.batches).toBeGreaterThan(30);
  expect(result.watchers.snapshots).toBeGreaterThan(0);
  expect(result.watchers.gaps).toBe(0);
});

it('as fast as batches are acknowledged, what is held is the same', async () => {
  const { cloud, options } = await rig(2);
  const result = await run({ ...options, speed: 'unpaced', minutes: 0.05 });
  await cloud.stop();
  expect([result.differences, result.unacknowledged]).toEqual([[], 0]);
});

it('tells of a cloud that has acknowledged a visit and lost it, and of one that counts a sale twice', async () => {
  const { cloud, options } = await rig(3, (rows) =>
    rows.flatMap((row) => {
      const { storeId, fact } = row;
      if (storeId === 'load-00001' && fact.kind === 'zone' && fact.subject === 'view') return [];
      if (storeId === 'load-00002' && fact.kind === 'sale')
        return [row, { ...row, fact: { ...fact, subject: `${fact.subject}-again` } }];
      return [row];
    }),
  );
  const result = await run(options);
  await cloud.stop();
  expect(isSound(result)).toBe(false);
  const found = new Set(result.differences?.map(({ storeId, what }) => `${storeId} ${what.replace(/ of 20.*/, '')}`));
  expect(found).toContain('load-00001 visits to view');
  expect(found).toContain('load-00002 transactions');
  expect([...found].filter((what) => what.startsWith('load-00003'))).toEqual([]);
  // whoever asks again of the same time could compare nothing
  expect(result.counts.resent).toBe(0);
});

it('npm run load writes accounts that nobody else may read, and refuses what it cannot do', async () => {
  const dir = temporaryFolder();
  const load = (...args: string[]): Promise<{ status: number; said: string }> =>
    new Promise((resolve) => {
      const child = [path.join(root, 'dist/tests/load.mjs'), ...args];
      execFile(process.execPath, child, { env: { ...process.env, INIT_CWD: dir } }, (error, stdout, stderr) =>
        resolve({ status: error ? Number(error.code) : 0, said: stdout + stderr }),
      );
    });
  // as the page about many shops writes it
  const page = readFileSync(path.join(root, 'docs/scale.md'), 'utf8');
  const [first, second] = [...page.matchAll(/^npm run load -- (--provision .*)$/gm)].map(([, args]) => String(args));
  expect((await load(...String(first).split(' '))).status).toBe(0);
  const file = path.join(dir, 'load.json');
  const written = JSON.parse(readFileSync(file, 'utf8')) as { storeFolder: string };
  const cloud = await startCloud({
    dir: path.join(dir, 'cloud'),
    provision: { ...written, storeFile: undefined } as never,
  });
  const at = String(second)
    .replace('127.0.0.1:1884', `127.0.0.1:${cloud.mqttPort}`)
    .replace('http://127.0.0.1:8080', cloud.url);
  const told = await load(...at.split(' '));
  await cloud.stop();
  expect([told.status, told.said]).toEqual([0, expect.stringContaining('to the last sale and visit')]);
  expect([file, accessFile(file)].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o600]);
  // as many again: what a cloud has read still holds
  const before = readAccess(file);
  expect(provisionLoad(file, 21).passwords.slice(0, 20)).toEqual(before.passwords);
  const refused = await Promise.all([
    load('--provision', 'load.json', '--shops', '0'),
    load('--provision', 'load.json', '--speed', 'fast', '--url', 'mqtt://127.0.0.1:1'),
    load('--provision', 'load.json', '--url', 'http://127.0.0.1:1'),
    load('--provision', 'none.json', '--url', 'mqtt://127.0.0.1:1'),
    load('--provision', 'load.json', '--shops', '22', '--url', 'mqtt://127.0.0.1:1'),
    load('--provision', 'load.json', '--url', 'mqtt://127.0.0.1:1', '--api', 'http://127.0.0.1:1'),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([2, 2, 2, 2, 2, 2]);
  const words = ['--shops', '--speed', '--url', 'none-access.json', 'not 22', 'does not answer'];
  refused.forEach(({ said }, at) => expect(said).toContain(words[at]));
});
