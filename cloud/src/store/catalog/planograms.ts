import type { KeptPlaces, KeptPlanogram, PlanogramRecords } from '../../ports/planograms.js';
import { isKept } from './content.js';
import type { CatalogDatabase } from './database.js';

export class PlanogramTable implements PlanogramRecords {
  constructor(private readonly database: CatalogDatabase) {}

  keepPlanogram({ storeId, fixtureIds, sha256, takenTs, places }: KeptPlanogram): Promise<string[]> {
    return this.database.together(async (db) => {
      if (fixtureIds.length === 0) return [];
      const before = await db
        .selectFrom('planogram_file')
        .select('sha256')
        .distinct()
        .where('store_id', '=', storeId)
        .where('fixture_id', 'in', [...fixtureIds])
        .where('sha256', '<>', sha256)
        .execute();
      const values = { sha256, taken_ts: takenTs, places: JSON.stringify(places) };
      for (const fixtureId of fixtureIds)
        await db
          .insertInto('planogram_file')
          .values({ store_id: storeId, fixture_id: fixtureId, ...values })
          .onConflict((conflict) => conflict.columns(['store_id', 'fixture_id']).doUpdateSet(values))
          .execute();
      const gone: string[] = [];
      for (const { sha256: old } of before) if (!(await isKept(db, old))) gone.push(old);
      return gone;
    });
  }

  async keptPlanogram(storeId: string, fixtureId?: string): Promise<KeptPlanogram | undefined> {
    return this.database.once(async (db) => {
      const newest = await db
        .selectFrom('planogram_file')
        .selectAll()
        .where('store_id', '=', storeId)
        .$if(fixtureId !== undefined, (query) => query.where('fixture_id', '=', fixtureId as string))
        .orderBy('taken_ts', 'desc')
        .orderBy('fixture_id')
        .limit(1)
        .executeTakeFirst();
      if (!newest) return undefined;
      const all = await db
        .selectFrom('planogram_file')
        .select('fixture_id')
        .where('store_id', '=', storeId)
        .where('sha256', '=', newest.sha256)
        .orderBy('fixture_id')
        .execute();
      return {
        storeId,
        fixtureIds: all.map(({ fixture_id }) => fixture_id),
        sha256: newest.sha256,
        takenTs: newest.taken_ts,
        places: JSON.parse(newest.places) as KeptPlaces,
      };
    });
  }
}
