import type { ScanKeyRecord, ScanRecords } from '../../ports/scans.js';
import type { CatalogDatabase } from './database.js';
import { enqueue } from './inbox.js';

export class ScanTables implements ScanRecords {
  constructor(private readonly database: CatalogDatabase) {}

  scanKeyFor(storeId: string, made: { tag: string; key: string }): Promise<{ tag: string; key: string }> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      const known = await db
        .selectFrom('scan_key')
        .select(['tag', 'key'])
        .where('store_id', '=', storeId)
        .executeTakeFirst();
      if (!known)
        await db
          .insertInto('scan_key')
          .values({ store_id: storeId, ...made })
          .execute();
      return known ?? made;
    });
  }

  async scanKeyOf(tag: string): Promise<ScanKeyRecord | undefined> {
    const row = await this.database.once((db) =>
      db
        .selectFrom('scan_key')
        .innerJoin('store', 'store.store_id', 'scan_key.store_id')
        .select(['scan_key.store_id', 'scan_key.key', 'store.organisation_id'])
        .where('scan_key.tag', '=', tag)
        .executeTakeFirst(),
    );
    return row && { storeId: row.store_id, organisationId: row.organisation_id, key: row.key };
  }

  addScan(
    { storeId, decisionId, ts }: { storeId: string; decisionId: string; ts: number },
    names: readonly string[],
    most: number,
  ): Promise<boolean> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      const known = await db
        .selectFrom('scan')
        .select(['browser', 'counted'])
        .where('store_id', '=', storeId)
        .where('decision_id', '=', decisionId)
        .execute();
      const isKnown = known.some(({ browser }) => names.includes(browser));
      const isNew = !isKnown && known.filter(({ counted }) => Number(counted) === 1).length < most;
      const missing = names.filter((name) => !known.some(({ browser }) => browser === name));
      // of those that ask again and again only so many names are kept
      if (missing.length > 0 && known.length < most * 3)
        await db
          .insertInto('scan')
          .values(
            missing.map((browser, at) => ({
              ...{ store_id: storeId, decision_id: decisionId, browser, ts },
              counted: isNew && at === 0 ? 1 : 0,
            })),
          )
          .execute();
      if (isNew) await enqueue(db, storeId, { kind: 'scan', scan: { decisionId, ts } });
      return isNew;
    });
  }

  async forgetScans(beforeTs: number): Promise<void> {
    await this.database.once((db) => db.deleteFrom('scan').where('ts', '<', beforeTs).execute());
  }
}
