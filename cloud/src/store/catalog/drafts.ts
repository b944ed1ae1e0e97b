import type { Selectable } from 'kysely';
import type { DraftRecord, DraftRecords } from '../../ports/drafts.js';
import type { CatalogDatabase } from './database.js';
import type { CatalogTables } from './tables.js';

type Row = Selectable<CatalogTables['draft']>;
const TOLD = [
  ...(['store_id', 'draft_id', 'name', 'based_on', 'revision'] as const),
  ...(['made_ts', 'made_by', 'changed_ts', 'changed_by'] as const),
] as const;

export class DraftTable implements DraftRecords {
  constructor(private readonly database: CatalogDatabase) {}

  async drafts(storeId: string): Promise<Omit<DraftRecord, 'drawing'>[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('draft')
        .select(TOLD)
        .where('store_id', '=', storeId)
        .orderBy('changed_ts', 'desc')
        .orderBy('draft_id')
        .execute(),
    );
    return rows.map(recordOf);
  }

  async draft(storeId: string, draftId: string): Promise<DraftRecord | undefined> {
    const row = await this.database.once((db) =>
      db
        .selectFrom('draft')
        .selectAll()
        .where('store_id', '=', storeId)
        .where('draft_id', '=', draftId)
        .executeTakeFirst(),
    );
    return row && { ...recordOf(row), drawing: row.drawing };
  }

  addDraft(draft: DraftRecord, most: number): Promise<boolean> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, draft.storeId);
      const [known] = await db
        .selectFrom('draft')
        .select((of) => of.fn.countAll<number>().as('count'))
        .where('store_id', '=', draft.storeId)
        .execute();
      if (Number(known?.count ?? 0) >= most) return false;
      await db
        .insertInto('draft')
        .values({
          ...{ store_id: draft.storeId, draft_id: draft.draftId, made_ts: draft.madeTs, made_by: draft.madeBy },
          ...changing(draft),
        })
        .execute();
      return true;
    });
  }

  async changeDraft(draft: DraftRecord): Promise<boolean> {
    const { numUpdatedRows } = await this.database.once((db) =>
      db
        .updateTable('draft')
        .set(changing(draft))
        .where('store_id', '=', draft.storeId)
        .where('draft_id', '=', draft.draftId)
        .where('revision', '=', draft.revision - 1)
        .executeTakeFirst(),
    );
    return numUpdatedRows > 0n;
  }

  async removeDraft(storeId: string, draftId: string): Promise<boolean> {
    const { numDeletedRows } = await this.database.once((db) =>
      db.deleteFrom('draft').where('store_id', '=', storeId).where('draft_id', '=', draftId).executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }
}

const changing = ({ name, basedOn, revision, changedTs, changedBy, drawing }: DraftRecord) => ({
  ...{ name, based_on: basedOn, revision, changed_ts: changedTs, changed_by: changedBy, drawing },
});
const recordOf = (row: Omit<Row, 'drawing'>): Omit<DraftRecord, 'drawing'> => ({
  ...{ storeId: row.store_id, draftId: row.draft_id, name: row.name, basedOn: row.based_on, revision: row.revision },
  ...{ madeTs: row.made_ts, madeBy: row.made_by, changedTs: row.changed_ts, changedBy: row.changed_by },
});
