import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { CatalogError, StoreError } from '../../src/ports/index.js';
import { QueryCatalog } from '../../src/store/catalog/query-catalog.js';
import { SqliteEngine } from '../../src/store/sqlite/sqlite-engine.js';
import { demoStoreFile, json, removeFolders, startCloud, temporaryFolder } from './harness.js';

afterAll(removeFolders);

it('a catalog whose disk is full keeps all of a sale or nothing, and takes it when there is room', async () => {
  const cloud = await startCloud();
  const storeFile = await demoStoreFile(cloud);
  await cloud.stop();
  const file = path.join(temporaryFolder(), 'catalog.sqlite');
  const small = new QueryCatalog(new SqliteEngine({ file, mostPages: 60 }));
  await small.open();
  await small.users.ensureOrganisation('org');
  await small.stores.ensureStore('demo', 'org');
  await small.agents.putAgent({ storeId: 'demo', username: 'agent:demo', passwordSha256: 'aa' });
  await small.versions.importStoreFile({ storeId: 'demo', storeFile, createdTs: 1, contentHash: 'h' });
  const sale = (n: number) => ({
    ...{ storeId: 'demo', receiptKey: `r${n}`, contentDigest: `${n}`, formerDigest: `${n}` },
    sale: { ts: n, receipt: `r${n} ${'x'.repeat(1500)}`, lines: [{ gtin: '06901234567892', quantity: 1, net: 1 }] },
  });
  let kept = 0;
  let failure: unknown;
  while (failure === undefined && kept < 1000)
    await small.receipts.acceptSale(sale(kept)).then(
      () => (kept += 1),
      (error: unknown) => (failure = error),
    );
  expect(failure).toBeInstanceOf(StoreError);
  expect(failure).not.toBeInstanceOf(CatalogError);
  expect(failure).toMatchObject({ code: 'full', remedy: 'retry' });
  expect(kept).toBeGreaterThan(3);
  await small.close();

  const roomy = new QueryCatalog(new SqliteEngine({ file }));
  await roomy.open();
  for (let n = 0; n < kept; n += 1)
    expect(await roomy.receipts.acceptSale(sale(n))).toMatchObject({ outcome: 'duplicate' });
  expect(await roomy.receipts.acceptSale(sale(kept))).toMatchObject({ outcome: 'accepted' });
  await roomy.close();
});

it('a sale by REST gets 507 and its reason while the disk is full, counts once when it is sent again, and /healthz tells', async () => {
  const cloud = await startCloud();
  const full = { is: true };
  const { receipts } = cloud.catalog;
  const accept = receipts.acceptSale.bind(receipts);
  receipts.acceptSale = async (given) => {
    if (full.is) throw new StoreError('full', 'catalog.sqlite cannot grow: database or disk is full');
    return accept(given);
  };
  const send = () =>
    cloud.api(
      '/api/v1/stores/demo/sales',
      json({ ts: Date.now(), receipt: 'r-1', lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }] }),
    );
  const refused = await send();
  expect([refused.status, await refused.json()]).toMatchObject([
    507,
    { error: { code: 'diskFull', problem: { code: 'noRoom' } } },
  ]);
  full.is = false;
  expect((await send()).status).toBe(202);
  expect((await cloud.api('/healthz', { token: null })).status).toBe(200);
  await cloud.stop();

  const told = await startCloud({ hasRoom: async () => false });
  const health = await told.api('/healthz', { token: null });
  expect([health.status, await health.json()]).toMatchObject([503, { error: { code: 'diskFull' } }]);
  await told.stop();
});
