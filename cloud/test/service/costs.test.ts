import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProductRow, SlotFunnelRow, StoreFileView, VersionView } from '@aisle/contracts';
import { json, noInsight, removeFolders, sha256, startCloud, type RunningCloud } from './harness.js';

const SHOP = `
store: {id: costs, name: Costs, timezone: Asia/Shanghai, currency: CNY}
floor: {width: 9, depth: 9}
products: [{gtin: "4006381333931", name: Tea, price: 3, cost: 1.25}]
`;
let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud({
    insight: {
      ...noInsight(),
      slotFunnel: async () => [
        { slotId: 'a', margin: 2, marginPerFacingDay: 1, expected: {} } as unknown as SlotFunnelRow,
      ],
      productMetrics: async () => [{ gtin: '4006381333931', margin: 2 } as unknown as ProductRow],
    },
  });
  expect(await (await cloud.api('/api/v1/stores', json({ storeFiles: [SHOP] }))).json()).toMatchObject({ refused: [] });
  for (const role of ['viewer', 'merchandiser'] as const)
    await cloud.catalog.tokens.putApiToken({
      ...{ tokenHash: sha256(`token-of-${role}-0123456789`), organisationId: 'org', name: role },
      grant: { role, scope: { kind: 'store', id: 'costs' } },
      ...{ createdTs: 1, expiresTs: null },
    });
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});
const PERIOD = 'from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z';
const ask = async <T>(path: string, role: string): Promise<T> => {
  const answer = await cloud.api(`/api/v1/stores/costs/${path}`, { token: `token-of-${role}-0123456789` });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
};

describe('what goods cost', () => {
  it('is seen by whoever may change the shop’s file: in the file, its versions, and as margins', async () => {
    const { storeFile } = await ask<StoreFileView>('file', 'merchandiser');
    expect(storeFile.products).toMatchObject([{ price: 3, cost: 1.25 }]);
    expect((await ask<VersionView>('versions/1', 'merchandiser')).storeFile.products).toMatchObject([{ cost: 1.25 }]);
    expect(await ask(`slots/funnel?${PERIOD}`, 'merchandiser')).toMatchObject([{ margin: 2, marginPerFacingDay: 1 }]);
    expect(await ask(`products/metrics?${PERIOD}`, 'merchandiser')).toMatchObject([{ margin: 2 }]);
  });

  it('is seen by nobody who only looks, and nothing else is missing there', async () => {
    for (const path of ['file', 'versions/1']) {
      const { storeFile } = await ask<VersionView>(path, 'viewer');
      expect(storeFile.products).toMatchObject([{ gtin: '4006381333931', price: 3 }]);
      expect(JSON.stringify(storeFile)).not.toContain('cost"');
    }
    for (const path of [`slots/funnel?${PERIOD}`, `products/metrics?${PERIOD}`]) {
      const [row] = await ask<object[]>(path, 'viewer');
      expect(Object.keys(row!).filter((key) => key.startsWith('margin'))).toEqual([]);
      expect(Object.keys(row!)).not.toEqual([]);
    }
    const yaml = await cloud.api('/api/v1/stores/costs/versions/1?format=yaml', {
      token: 'token-of-viewer-0123456789',
    });
    expect(await yaml.text()).not.toMatch(/cost: /);
  });
});
