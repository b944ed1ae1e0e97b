import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import type { CloudConfig } from '../../src/config/cloud-config.js';
import { backup } from '../../src/moving/backup.js';
import { MoveError } from '../../src/moving/move-catalog.js';
import { restore } from '../../src/moving/restore.js';
import { StoreError } from '../../src/ports/series-store.js';
import { chooseSeriesStore } from '../../src/store/open-series.js';
import { generator, randomRows } from '../insight/random-shop.js';
import { everyQuestion } from '../service/every-question.js';
import {
  FakeAgent,
  STORE_YAML,
  crossings,
  json,
  removeFolders,
  sale,
  sha256,
  startCloud,
  temporaryFolder,
  type RunningCloud,
} from '../service/harness.js';

const DAY = Date.UTC(2026, 2, 1, 16);
const clock = { monotonicMs: () => 0, now: () => DAY };
const base = { host: '127.0.0.1', httpPort: 0, mqttPort: 0 } as const;
const embedded = (dataDir: string): CloudConfig => ({
  ...{ ...base, dataDir, series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } },
});

/** A cloud over a data folder; the second shop has a file of its own. */
function started(config: CloudConfig, storeId = 'demo'): Promise<RunningCloud> {
  const storeFile = path.join(temporaryFolder(), `${storeId}.yaml`);
  writeFileSync(storeFile, STORE_YAML.replace('id: demo,', `id: ${storeId},`));
  const agents = ['demo', 'other'].map((id) => ({
    storeId: id,
    username: `agent:${id}`,
    passwordSha256: sha256('agent-secret-0123456789abcdef'),
  }));
  return startCloud({
    dir: config.dataDir,
    config: { series: config.series, catalog: config.catalog },
    series: chooseSeriesStore(config.series, path.join(config.dataDir, 'series.duckdb'), clock),
    provision: { storeFile, agents: agents.filter((agent) => agent.storeId === storeId) },
  });
}

async function answersOf(cloud: RunningCloud, storeId: string): Promise<string[]> {
  // the facts are compared one by one already: a part of the questions shows that figures are made of them
  const questions = (await everyQuestion(DAY, DAY + 48 * 3_600_000)).filter((_, at) => at % 12 === 0);
  const asked = [`/api/v1/stores/${storeId}/versions`, ...questions].map((question) =>
    question.replace('/stores/demo/', `/stores/${storeId}/`),
  );
  return Promise.all(asked.map(async (question) => `${question} ${await (await cloud.api(question)).text()}`));
}

/** Two days of a shop, a sale by its agent and one by REST. */
async function lived(cloud: RunningCloud, storeId: string, seed: number): Promise<FakeAgent> {
  const agent = await new FakeAgent(cloud.mqttPort, { storeId }).join();
  expect((await agent.facts([crossings(1, 3), sale('r-1', 1250)])).status).toBe('committed');
  await cloud.series.write(randomRows(generator(seed), storeId, DAY, DAY + 49 * 3_600_000, 250));
  expect((await cloud.api(`/api/v1/stores/${storeId}/sales`, json(REST_SALE))).status).toBe(202);
  return agent;
}
const REST_SALE = { ts: DAY + 60_000, receipt: 'rest-1', lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }] };

const told: string[] = [];
const common = { clock, told: (line: string) => void told.push(line) };
const refuses = (task: Promise<unknown>, code: string, words: RegExp): Promise<void> =>
  expect(task).rejects.toSatisfy(
    (error) =>
      (error instanceof MoveError || error instanceof StoreError) && error.code === code && words.test(error.message),
  );

describe.skipIf(!hasPostgres())('backup and restore (package postgresql)', () => {
  const postgres = new Postgres('secret-of-the-database');
  beforeAll(() => postgres.start());
  afterAll(async () => {
    await postgres.stop();
    removeFolders();
  });
  const inPostgres = async (): Promise<CloudConfig> => {
    const url = postgres.url(await postgres.database());
    const choice = { engine: 'postgres', url, password: postgres.password } as const;
    return { ...base, dataDir: temporaryFolder(), series: choice, catalog: choice };
  };

  it('puts a whole cloud back into other databases: every answer is what it was, twice is once, and newer is never lost', async () => {
    const home = embedded(temporaryFolder());
    const first = await started(home);
    const agent = await lived(first, 'demo', 5);
    const before = await answersOf(first, 'demo');
    const file = path.join(temporaryFolder(), 'cloud.aisle');
    await agent.leave();
    await first.stop();
    const made = await backup({ ...common, config: home, file });
    expect(made.facts).toBeGreaterThan(200);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    for (const place of [await inPostgres(), embedded(temporaryFolder())]) {
      await restore({ ...common, config: place, file });
      told.length = 0;
      await restore({ ...common, config: place, file });
      expect(told.find((line) => line.startsWith('series'))).toMatch(
        /(\d+) days, the same, \1 of them lay here already$/,
      );
      const cloud = await started(place);
      expect(await answersOf(cloud, 'demo')).toEqual(before);
      // known by its journal, and what it said before counts once; the receipt by REST is known
      const back = await new FakeAgent(cloud.mqttPort, { journalId: agent.journalId }).join({ inboxSeq: 1 });
      expect(back.epoch).toBe(agent.epoch);
      expect((await back.facts([crossings(1, 3), sale('r-1', 1250)])).status).toBe('committed');
      expect((await cloud.api('/api/v1/stores/demo/sales', json(REST_SALE))).status).toBe(202);
      expect(await answersOf(cloud, 'demo')).toEqual(before);
      // numbers that the engine gives out go on
      const person = {
        email: `p-${place.series.engine}@shop.test`,
        password: 'a long enough password',
        role: 'viewer',
      };
      expect((await cloud.api('/api/v1/users', json(person))).status).toBe(201);
      // once it says more, the old backup would take it away
      expect((await back.facts([{ ...crossings(9, 4), seq: 99 }])).status).toBe('committed');
      const more = await answersOf(cloud, 'demo');
      await back.leave();
      await cloud.stop();
      await refuses(restore({ ...common, config: place, file }), 'newer', /newer than the backup/);
      const still = await started(place);
      expect(await answersOf(still, 'demo')).toEqual(more);
      await still.stop();
    }
  });

  it('puts one shop into a cloud that has another, which stays as it is; a broken file, or one of another cloud, is refused', async () => {
    const home = embedded(temporaryFolder());
    const first = await started(home);
    const agent = await lived(first, 'demo', 6);
    const before = await answersOf(first, 'demo');
    await agent.leave();
    await first.stop();
    const file = path.join(temporaryFolder(), 'demo.aisle');
    await refuses(backup({ ...common, config: home, file, storeId: 'nowhere' }), 'nothing', /demo/);
    await backup({ ...common, config: home, file, storeId: 'demo' });
    const whole = path.join(temporaryFolder(), 'whole.aisle');
    await backup({ ...common, config: home, file: whole });

    for (const place of [await inPostgres(), embedded(temporaryFolder())]) {
      await refuses(restore({ ...common, config: place, file }), 'nothing', /never started/);
      const cloud = await started(place, 'other');
      const theirs = await lived(cloud, 'other', 7);
      const otherBefore = await answersOf(cloud, 'other');
      await theirs.leave();
      const runs = place.series.engine === 'postgres';
      // PostgreSQL is shared: the cloud goes on meanwhile
      if (!runs) await cloud.stop();
      await restore({ ...common, config: place, file: runs ? whole : file, storeId: 'demo' });
      await restore({ ...common, config: place, file, storeId: 'demo' });
      const after = runs ? cloud : await started(place, 'other');
      expect(await answersOf(after, 'demo')).toEqual(before);
      expect(await answersOf(after, 'other')).toEqual(otherBefore);
      const back = await new FakeAgent(after.mqttPort, { journalId: agent.journalId }).join({ inboxSeq: 1 });
      expect(back.epoch).toBe(agent.epoch);
      await back.leave();
      await after.stop();
      await refuses(restore({ ...common, config: place, file: whole }), 'occupied', /another cloud/);
      await refuses(restore({ ...common, config: place, file, storeId: 'other' }), 'nothing', /holds demo/);
    }

    const place = embedded(home.dataDir);
    const broken = path.join(temporaryFolder(), 'broken.aisle');
    const text = gunzipSync(readFileSync(file)).toString();
    const lines = text.trimEnd().split('\n');
    const wrong: [Buffer, RegExp][] = [
      [readFileSync(file).subarray(0, -40), /breaks off|no backup/],
      [gzipSync(lines.slice(0, -1).join('\n')), /breaks off/],
      [gzipSync([...lines.slice(0, 1), ...lines.slice(2)].join('\n')), /parts of it are missing/],
      [gzipSync(text.replace('"format":1', '"format":2')), /newer Aisle/],
      [gzipSync('{"some":"thing"}\n'), /no backup of Aisle/],
      [Buffer.from('not packed at all'), /no backup/],
    ];
    for (const [bytes, words] of wrong) {
      writeFileSync(broken, bytes);
      await refuses(restore({ ...common, config: place, file: broken }), 'damaged', words);
    }
    await refuses(restore({ ...common, config: place, file: `${broken}.none` }), 'damaged', /ENOENT/);
  });
});
