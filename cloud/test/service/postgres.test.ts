import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import { chooseSeriesStore } from '../../src/store/open-series.js';
import { FakeAgent, crossings, json, noInsight, removeFolders, sale, startCloud, until } from './harness.js';

const body = {
  ts: Date.UTC(2026, 2, 2, 2, 0),
  receipt: 'r-1',
  lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }],
};

describe.skipIf(!hasPostgres())('a cloud whose catalog and facts are in one PostgreSQL (package postgresql)', () => {
  const postgres = new Postgres('secret-of-the-database');
  beforeAll(() => postgres.start());
  afterAll(async () => {
    await postgres.stop();
    removeFolders();
  });

  it('serves agents and people, has everything again after a restart, and outlasts an outage of the database', async () => {
    const catalog = {
      engine: 'postgres',
      url: postgres.url(await postgres.database()),
      password: postgres.password,
    } as const;
    const clock = { monotonicMs: () => 0 };
    const options = () => ({
      config: { catalog, series: catalog },
      insight: noInsight(),
      series: chooseSeriesStore(catalog, '', clock),
    });
    const first = await startCloud(options());
    const shop = await new FakeAgent(first.mqttPort).join();
    await until(() => shop.got.inbox.length === 1, 'the store file');
    expect((await first.api('/api/v1/stores/demo/sales', json(body))).status).toBe(202);
    await until(() => shop.got.inbox.length === 2, 'the sale');
    expect((await shop.facts([crossings(1, 3)])).status).toBe('committed');
    await shop.leave();
    await first.stop();

    const cloud = await startCloud({ ...options(), dir: first.dir });
    const again = await new FakeAgent(cloud.mqttPort, { journalId: shop.journalId }).join({ inboxSeq: 1 });
    expect(again.epoch).toBe(1);
    await until(() => again.got.inbox.length === 1, 'the sale, which was not acknowledged');
    expect((await cloud.api('/api/v1/stores/demo/sales', json(body))).status).toBe(202);

    await postgres.kill();
    const refused = await cloud.api('/api/v1/stores');
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'unavailable' } }]);
    // the agent is there, and asks what it asks at every connection
    await again.up('hello', { journalId: shop.journalId, agentVersion: 'test', configVersion: 1, inboxSeq: 1 });
    await until(
      () => cloud.logs.some((line) => /could not be handled/.test(String(line['msg']))),
      'the trouble in the log',
    );
    expect(again.got.welcome).toHaveLength(1);
    await postgres.resume();
    await until(() => again.got.welcome.length === 2, 'the answer to the hello', 20_000);
    expect((await again.facts([crossings(2, 4), sale('r-2', 1250, 2)])).status).toBe('committed');
    const kept = await cloud.series.read({ storeId: 'demo', kinds: ['crossings', 'sale'], from: 0, to: 9e12 });
    expect(kept.map(({ kind, seq, epoch }) => [kind, seq, epoch])).toEqual([
      ['crossings', 2, 1],
      ['sale', 2, 1],
    ]);
    expect((await cloud.api('/api/v1/stores')).status).toBe(200);
    expect(JSON.stringify(cloud.logs)).not.toContain(postgres.password);
    await again.leave();
    await cloud.stop();
  });
});
