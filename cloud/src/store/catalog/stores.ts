import type { Selectable } from 'kysely';
import type { RetentionDays } from '@aisle/contracts';
import { CatalogError } from '../../ports/catalog.js';
import type { SimulatedPast, StoreRecord, StoreRecords } from '../../ports/stores.js';
import type { CatalogDatabase } from './database.js';
import type { CatalogTables } from './tables.js';

export class StoreTable implements StoreRecords {
  constructor(private readonly database: CatalogDatabase) {}

  ensureStore(storeId: string, organisationId: string): Promise<void> {
    return this.database.together(async (db) => {
      await db
        .insertInto('store')
        .values({ store_id: storeId, organisation_id: organisationId, region: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const { organisation_id } = await this.database.lockStore(db, storeId);
      if (organisation_id !== organisationId)
        throw new CatalogError('taken', `the store id "${storeId}" belongs to another organisation`);
    });
  }

  async store(storeId: string): Promise<StoreRecord | undefined> {
    const row = await this.database.once((db) =>
      db.selectFrom('store').selectAll().where('store_id', '=', storeId).executeTakeFirst(),
    );
    return row && storeRecord(row);
  }

  async stores(organisationId?: string): Promise<StoreRecord[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('store')
        .selectAll()
        .$if(organisationId !== undefined, (query) => query.where('organisation_id', '=', organisationId as string))
        .orderBy('store_id')
        .execute(),
    );
    return rows.map(storeRecord);
  }

  setSimulated(storeId: string, past: SimulatedPast): Promise<void> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      await db
        .updateTable('store')
        .set({ simulated: JSON.stringify(past) })
        .where('store_id', '=', storeId)
        .execute();
    });
  }

  setRetention(storeId: string, days: RetentionDays): Promise<void> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      await db
        .updateTable('store')
        .set({ retention: JSON.stringify(days) })
        .where('store_id', '=', storeId)
        .execute();
    });
  }

  setRegion(storeId: string, region: string | null): Promise<void> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      await db.updateTable('store').set({ region }).where('store_id', '=', storeId).execute();
    });
  }
}

const storeRecord = (row: Selectable<CatalogTables['store']>): StoreRecord => ({
  storeId: row.store_id,
  organisationId: row.organisation_id,
  region: row.region,
  newestVersion: row.current_version,
  simulated: row.simulated === null ? null : (JSON.parse(row.simulated) as SimulatedPast),
  retention: row.retention === null ? null : (JSON.parse(row.retention) as RetentionDays),
});
