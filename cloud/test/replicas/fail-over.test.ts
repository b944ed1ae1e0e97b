import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import { SystemClock } from '../../src/adapters/system-clock.js';
import { Committer } from '../../src/ingest/committer.js';
import type { ReadBatch } from '../../src/ingest/batch-reader.js';
import { Metrics } from '../../src/http/metrics.js';
import { chooseCatalog } from '../../src/store/open-catalog.js';
import { chooseSeriesStore } from '../../src/store/open-series.js';
import { storeFile } from '../store/catalog/under-test.js';
import { crossings, sale, until } from '../service/harness.js';

describe.skipIf(!hasPostgres())('a PostgreSQL with a standby (package postgresql)', () => {
  const primary = new Postgres('secret-of-the-database');
  let standby: Postgres;
  let database: string;
  beforeAll(async () => {
    await primary.start();
    database = await primary.database();
    standby = await primary.standby();
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  it('whose primary is killed in the middle of commits loses no acknowledged fact and doubles none, once the standby is promoted', async () => {
    const url = `postgresql://${primary.user}@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/${database}?target_session_attrs=read-write`;
    const engine = { engine: 'postgres', url, password: primary.password } as const;
    const clock = new SystemClock();
    const catalog = chooseCatalog(engine, '');
    const series = chooseSeriesStore(engine, '', clock);
    await catalog.open();
    await series.open();
    await catalog.users.ensureOrganisation('org');
    await catalog.stores.ensureStore('demo', 'org');
    await catalog.versions.addStoreVersion({ storeId: 'demo', storeFile: storeFile('demo'), createdTs: 1 });
    await catalog.agents.putAgent({ storeId: 'demo', username: 'agent:demo', passwordSha256: '0'.repeat(64) });
    expect(await catalog.agents.epochOf('demo', 'journal')).toBe(1);

    const silent = { warn: () => undefined, error: () => undefined };
    const committer = new Committer({ series, receipts: catalog.receipts, clock, metrics: new Metrics(), log: silent });
    /** By receipt: what it was worth. Only what was acknowledged. */
    const acknowledged = new Map<string, number>();
    const lastOf = new Map<number, number>();
    let sent = 0;
    let goOn = true;
    // as agents do: four batches under way, and one that is not acknowledged within a moment is sent once more
    const speak = async (): Promise<void> => {
      while (goOn) {
        const at = (sent += 1);
        const facts: Fact[] = [sale(`r-${at}`, at, at), crossings(at, at, at % 7)];
        const batch: ReadBatch = {
          ...{ batchId: `b-${at}`, journalId: 'journal', epoch: 1 },
          ...{ facts, refused: [], indexes: [0, 1] },
        };
        const send = () =>
          new Promise<void>((done) =>
            committer.add({ storeId: 'demo', batch, arrivedMs: clock.monotonicMs(), done: () => done() }),
          );
        await (at % 5 === 0 ? Promise.all([send(), send()]) : send());
        acknowledged.set(`r-${at}`, at);
        lastOf.set(at % 7, Math.max(at, lastOf.get(at % 7) ?? 0));
      }
    };
    const speaking = Promise.all([speak(), speak(), speak(), speak()]);
    await until(() => acknowledged.size > 60, 'commits', 60_000);

    await primary.killAtOnce();
    const before = acknowledged.size;
    await expect(catalog.quickCheck()).rejects.toMatchObject({ code: 'unreachable' });
    await standby.promote();
    await until(() => acknowledged.size > before + 60, 'commits by the one that was promoted', 60_000);
    goOn = false;
    await speaking;

    const kept = await series.read({ storeId: 'demo', kinds: ['sale', 'crossings'], from: 0, to: 9e12 });
    const sales = kept.filter(({ kind }) => kind === 'sale');
    expect(sales.length).toBe(acknowledged.size);
    expect(new Map(sales.map(({ subject, value }) => [subject, (value as { netMinor: number }).netMinor]))).toEqual(acknowledged); // prettier-ignore
    const minutes = kept.filter(({ kind }) => kind === 'crossings');
    expect(minutes.map(({ seq }) => seq).sort((x, y) => x - y)).toEqual([...lastOf.values()].sort((x, y) => x - y));
    for (const receipt of acknowledged.keys())
      expect(await catalog.receipts.receipt('demo', receipt)).toMatchObject({ contentDigest: 'd'.repeat(64) });
    // what was said before the fall is still so
    expect(await catalog.agents.epochOf('demo', 'journal')).toBe(1);
    expect(await catalog.agents.epochOf('demo', 'another')).toBe(2);
    await committer.stop();
    await series.close();
    await catalog.close();
  });
});
