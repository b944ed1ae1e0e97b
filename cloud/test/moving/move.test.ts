import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import type { CloudConfig } from '../../src/config/cloud-config.js';
import { move } from '../../src/moving/move.js';
import { MoveError, TABLES } from '../../src/moving/move-catalog.js';
import { moveSeries } from '../../src/moving/move-series.js';
import { StoreError } from '../../src/ports/series-store.js';
import { chooseSeriesStore } from '../../src/store/open-series.js';
import { generator, randomRows } from '../insight/random-shop.js';
import { everyQuestion } from '../service/every-question.js';
import {
  FakeAgent,
  crossings,
  json,
  removeFolders,
  sale,
  startCloud,
  temporaryFolder,
  until,
  type RunningCloud,
} from '../service/harness.js';

const DAY = Date.UTC(2026, 2, 1, 16);
const clock = { monotonicMs: () => 0 };
const base = { host: '127.0.0.1', httpPort: 0, mqttPort: 0 } as const;

describe.skipIf(!hasPostgres())('a cloud that moves (package postgresql)', () => {
  const postgres = new Postgres('secret-of-the-database');
  beforeAll(() => postgres.start());
  afterAll(async () => {
    await postgres.stop();
    removeFolders();
  });

  const embedded = (dataDir: string): CloudConfig => ({
    ...base,
    ...{ dataDir, series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } },
  });
  const inPostgres = (dataDir: string, database: string): CloudConfig => {
    const choice = { engine: 'postgres', url: postgres.url(database), password: postgres.password } as const;
    return { ...base, ...{ dataDir, series: choice, catalog: choice } };
  };
  const started = (config: CloudConfig, storeFileOf: string): Promise<RunningCloud> => {
    if (config.dataDir !== storeFileOf) {
      mkdirSync(config.dataDir, { recursive: true });
      copyFileSync(path.join(storeFileOf, 'store.yaml'), path.join(config.dataDir, 'store.yaml'));
    }
    return startCloud({
      dir: config.dataDir,
      config: { series: config.series, catalog: config.catalog },
      series: chooseSeriesStore(config.series, path.join(config.dataDir, 'series.duckdb'), clock),
    });
  };
  const moved = async (from: CloudConfig, to: CloudConfig): Promise<string[]> => {
    const told: string[] = [];
    await move({ from, to, clock, told: (line) => void told.push(line) });
    return told;
  };

  it('answers every question with the same bytes, knows its shops, their agents and their receipts, there and back again', async () => {
    const first = await startCloud();
    const { dir } = first;
    let agent = await new FakeAgent(first.mqttPort).join();
    await until(() => agent.got.inbox.length === 1, 'the store file');
    await agent.up('inbox-ack', { upTo: 1 });
    expect((await agent.facts([crossings(1, 3), sale('r-1', 1250)])).status).toBe('committed');
    await first.series.write(randomRows(generator(9), 'demo', DAY, DAY + 49 * 3_600_000, 250));
    expect((await first.api('/api/v1/stores/demo/sales', json(REST_SALE))).status).toBe(202);
    const asked = [
      '/api/v1/stores',
      '/api/v1/stores/demo/versions',
      ...(await everyQuestion(DAY, DAY + 48 * 3_600_000)).filter(
        (question) => !/bucket=(minute|day|all)/.test(question),
      ),
    ];
    const answers = (cloud: RunningCloud) =>
      Promise.all(asked.map(async (question) => `${question} ${await (await cloud.api(question)).text()}`));
    const before = await answers(first);
    const { journalId, epoch } = agent;
    await agent.leave();
    await first.stop();

    const home = embedded(dir);
    const chain = inPostgres(temporaryFolder(), await postgres.database());
    const back = embedded(temporaryFolder());
    const told = await moved(home, chain);
    expect(told).toContain('catalog  store: 1 rows, the same');
    expect(told.at(-1)).toMatch(/^series {2}1 of 1 {2}demo: \d{3} facts of [3-5] days, the same$/);
    // the same again changes nothing, and says so
    expect((await moved(home, chain)).at(-1)).toMatch(/(\d) days, the same, \1 of them lay there already$/);
    for (const [from, to] of [
      [home, chain],
      [chain, back],
    ] as const) {
      if (from !== home) await moved(from, to);
      const cloud = await started(to, dir);
      agent = await new FakeAgent(cloud.mqttPort, { journalId }).join({ inboxSeq: 1 });
      expect(agent.epoch).toBe(epoch);
      expect(await answers(cloud)).toEqual(before);
      // the receipt that came by REST is known, and what the agent says again counts once
      expect((await cloud.api('/api/v1/stores/demo/sales', json(REST_SALE))).status).toBe(202);
      expect((await agent.facts([crossings(1, 3), sale('r-1', 1250)])).status).toBe('committed');
      expect(await answers(cloud)).toEqual(before);
      // numbers that the engine gives out go on
      const person = { email: `p-${to.series.engine}@shop.test`, password: 'a long enough password', role: 'viewer' };
      expect((await cloud.api('/api/v1/users', json(person))).status).toBe(201);
      await agent.leave();
      await cloud.stop();
    }
  });

  it('is refused where another cloud lies, where both files mean one place, and where none was started', async () => {
    const one = await startCloud();
    await one.stop();
    const other = await startCloud();
    await other.stop();
    const [ours, theirs] = [embedded(one.dir), embedded(other.dir)];
    const fails = (from: CloudConfig, to: CloudConfig, code: string) =>
      expect(moved(from, to)).rejects.toSatisfy(
        (error) => (error instanceof MoveError || error instanceof StoreError) && error.code === code,
      );
    await fails(ours, theirs, 'refused');
    await fails(ours, { ...theirs, series: ours.series, dataDir: one.dir }, 'nothing');
    await fails(embedded(temporaryFolder()), inPostgres(temporaryFolder(), await postgres.database()), 'nothing');
    // a catalog alone: the facts of the first stay where they are
    const catalogOnly = { ...ours, catalog: inPostgres(one.dir, await postgres.database()).catalog };
    expect((await moved(ours, catalogOnly)).every((line) => line.startsWith('catalog'))).toBe(true);
    await fails(theirs, { ...theirs, catalog: catalogOnly.catalog }, 'occupied');
  });

  it('goes on where it was broken off, and names the day that is not the same', async () => {
    const dir = temporaryFolder();
    const from = chooseSeriesStore({ engine: 'duckdb' }, path.join(dir, 'series.duckdb'), clock);
    const to = chooseSeriesStore(inPostgres(dir, await postgres.database()).series, '', clock);
    await Promise.all([from.open(), to.open()]);
    await from.write(randomRows(generator(3), 'demo', DAY, DAY + 96 * 3_600_000, 300));
    let writes = 0;
    const breaking = {
      read: to.read.bind(to) as typeof to.read,
      write: async (...args: Parameters<typeof to.write>) => {
        if (++writes > 2) throw new StoreError('unreachable', 'the line is cut');
        await to.write(...args);
      },
    };
    await expect(moveSeries(from, breaking, 'demo')).rejects.toThrow('the line is cut');
    expect(await moveSeries(from, to, 'demo')).toMatchObject({ known: 2 });
    await to.write([{ storeId: 'demo', epoch: 7, fact: { ...crossings(1, 1), ts: DAY } }]);
    await expect(moveSeries(from, to, 'demo')).rejects.toThrow(/demo, 2026-03-01: crossings "main"/);
    await Promise.all([from.close(), to.close()]);
    rmSync(dir, { recursive: true, force: true });
  });

  it('takes every table that the catalog has', async () => {
    const name = await postgres.database();
    const cloud = await startCloud({ config: { catalog: inPostgres('', name).catalog } });
    await cloud.stop();
    const tables = await postgres.query(name, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    const own = tables.map(({ tablename }) => String(tablename)).filter((table) => table !== 'catalog_schema');
    expect(TABLES.map(([table]) => table).sort()).toEqual(own.sort());
  });
});

const REST_SALE = { ts: DAY + 7, receipt: 'by-rest', lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }] };
