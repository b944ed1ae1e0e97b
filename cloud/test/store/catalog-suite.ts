import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/ports/catalog.js';
import { inboxCases } from './catalog/inbox.js';
import { peopleCases } from './catalog/people.js';
import { planogramCases } from './catalog/planograms.js';
import { screenCases } from './catalog/screens.js';
import { shopCases } from './catalog/shops.js';
import { sideBySideCases } from './catalog/side-by-side.js';
import { CatalogUnderTest, NOW, storeFile } from './catalog/under-test.js';

export interface CatalogEngine {
  name: string;
  /** a catalog over the same data every time */
  make(): Promise<Catalog>;
  /** whether two of them may be open at the same time */
  serves: 'one' | 'many';
}

/** What every catalog must do, whatever stands behind it. */
export function catalogSuite(engine: CatalogEngine): void {
  describe(`catalog on ${engine.name}`, () => {
    let catalog: Catalog;
    let second: Catalog;
    const suite = new CatalogUnderTest(
      () => catalog,
      () => [catalog, second],
    );

    const open = async (): Promise<void> => {
      catalog = await engine.make();
      await catalog.open();
      second = engine.serves === 'many' ? await engine.make() : catalog;
      if (second !== catalog) await second.open();
    };
    const close = async (): Promise<void> => {
      await catalog?.close();
      if (second !== catalog) await second?.close();
    };
    beforeAll(async () => {
      await open();
      await catalog.users.ensureOrganisation('org-a');
      await catalog.users.ensureOrganisation('org-a');
      await catalog.users.ensureOrganisation('org-b');
    });
    afterAll(close);

    peopleCases(suite);
    shopCases(suite);
    inboxCases(suite);
    screenCases(suite);
    planogramCases(suite);
    sideBySideCases(suite);

    it('has everything again after it was closed and opened', async () => {
      const id = await suite.shop();
      await catalog.versions.importStoreFile({
        storeId: id,
        storeFile: storeFile(id),
        createdTs: 1,
        contentHash: 'h1',
      });
      await catalog.agents.epochOf(id, 'journal-1');
      await close();
      await expect(catalog.stores.stores()).rejects.toThrow();
      await open();
      expect(await catalog.agents.epochOf(id, 'journal-1')).toBe(1);
      expect((await catalog.versions.currentVersion(id, NOW))?.version).toBe(1);
      expect(
        await catalog.versions.importStoreFile({
          storeId: id,
          storeFile: storeFile(id),
          createdTs: 1,
          contentHash: 'h1',
        }),
      ).toMatchObject({ outcome: 'unchanged' });
      await catalog.quickCheck();
    });
  });
}
