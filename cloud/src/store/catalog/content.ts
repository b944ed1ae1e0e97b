import type { Selectable } from 'kysely';
import type { MediaFile } from '@aisle/contracts';
import type { ContentRecord, ContentRecords, ContentUseRecord } from '../../ports/content.js';
import type { CatalogDatabase, Db } from './database.js';
import type { CatalogTables } from './tables.js';

export class ContentTable implements ContentRecords {
  constructor(private readonly database: CatalogDatabase) {}

  addContent(content: ContentRecord): Promise<boolean> {
    return this.database.together(async (db) => {
      const added = await db
        .insertInto('content')
        .values({
          organisation_id: content.organisationId,
          content_id: content.contentId,
          sha256: content.sha256,
          name: content.name,
          type: content.type,
          bytes: content.bytes,
          width: content.width,
          height: content.height,
          seconds: content.seconds,
          added_ts: content.addedTs,
          added_by: content.addedBy,
        })
        .onConflict((conflict) => conflict.columns(['organisation_id', 'content_id']).doNothing())
        .returning('content_id')
        .execute();
      return added.length > 0;
    });
  }

  async content(organisationId: string, contentId: string): Promise<ContentRecord | undefined> {
    const row = await this.database.once((db) =>
      db
        .selectFrom('content')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .where('content_id', '=', contentId)
        .executeTakeFirst(),
    );
    return row && recordOf(row);
  }

  async contents(organisationId: string): Promise<ContentRecord[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('content')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .orderBy('added_ts', 'desc')
        .orderBy('content_id')
        .execute(),
    );
    return rows.map(recordOf);
  }

  contentUses(organisationId: string, contentId?: string): Promise<ContentUseRecord[]> {
    return this.database.once((db) => usesOf(db, organisationId, contentId));
  }

  deleteContent(organisationId: string, contentId: string): Promise<boolean> {
    return this.database.together(async (db) => {
      if ((await usesOf(db, organisationId, contentId)).length > 0) return false;
      const gone = await db
        .deleteFrom('content')
        .where('organisation_id', '=', organisationId)
        .where('content_id', '=', contentId)
        .returning('content_id')
        .execute();
      return gone.length > 0;
    });
  }

  isKept(sha256: string): Promise<boolean> {
    return this.database.once((db) => isKept(db, sha256));
  }

  async fileFor(storeId: string, sha256: string): Promise<ContentRecord | undefined> {
    const row = await this.database.once((db) =>
      db
        .selectFrom('content')
        .innerJoin('store', 'store.organisation_id', 'content.organisation_id')
        .selectAll('content')
        .where('store.store_id', '=', storeId)
        .where('content.sha256', '=', sha256)
        .where((is) =>
          is.or([
            is.exists(
              is
                .selectFrom('campaign_content as shown')
                .innerJoin('campaign', 'campaign.campaign_id', 'shown.campaign_id')
                .innerJoin('campaign_store as placed', 'placed.campaign_id', 'shown.campaign_id')
                .select('shown.content_id')
                .whereRef('shown.content_id', '=', 'content.content_id')
                .where('placed.store_id', '=', storeId)
                .where('campaign.state', '<>', 'ended'),
            ),
            is.exists(
              is
                .selectFrom('screen_pin')
                .select('screen_pin.content_id')
                .whereRef('screen_pin.content_id', '=', 'content.content_id')
                .where('screen_pin.store_id', '=', storeId),
            ),
          ]),
        )
        .executeTakeFirst(),
    );
    return row && recordOf(row);
  }

  async notePin(storeId: string, screenId: string, contentId: string | null): Promise<void> {
    await this.database.together(async (db) => {
      await db.deleteFrom('screen_pin').where('store_id', '=', storeId).where('screen_id', '=', screenId).execute();
      if (contentId !== null)
        await db
          .insertInto('screen_pin')
          .values({ store_id: storeId, screen_id: screenId, content_id: contentId })
          .execute();
    });
  }

  pins(organisationId: string, contentId: string): Promise<{ storeId: string; screenId: string }[]> {
    return this.database.once((db) =>
      db
        .selectFrom('screen_pin')
        .innerJoin('store', 'store.store_id', 'screen_pin.store_id')
        .select(['screen_pin.store_id as storeId', 'screen_pin.screen_id as screenId'])
        .where('store.organisation_id', '=', organisationId)
        .where('screen_pin.content_id', '=', contentId)
        .execute(),
    );
  }
}

/** Whether anything needs the bytes: a library, or a planogram that was taken from them. */
export async function isKept(db: Db, sha256: string): Promise<boolean> {
  const [content, planogram] = [
    await db.selectFrom('content').select('content_id').where('sha256', '=', sha256).limit(1).executeTakeFirst(),
    await db.selectFrom('planogram_file').select('store_id').where('sha256', '=', sha256).limit(1).executeTakeFirst(),
  ];
  return content !== undefined || planogram !== undefined;
}

const usesOf = (db: Db, organisationId: string, contentId?: string): Promise<ContentUseRecord[]> =>
  db
    .selectFrom('campaign_content')
    .innerJoin('campaign', 'campaign.campaign_id', 'campaign_content.campaign_id')
    .select([
      'campaign_content.content_id as contentId',
      'campaign.campaign_id as campaignId',
      'campaign.name as name',
      'campaign.state as state',
    ])
    .where('campaign.organisation_id', '=', organisationId)
    .where('campaign.state', '<>', 'ended')
    .$if(contentId !== undefined, (query) => query.where('campaign_content.content_id', '=', contentId as string))
    .orderBy('campaign.campaign_id')
    .execute();

const recordOf = (row: Selectable<CatalogTables['content']>): ContentRecord => ({
  organisationId: row.organisation_id,
  contentId: row.content_id,
  sha256: row.sha256,
  name: row.name,
  type: row.type as MediaFile['type'],
  bytes: row.bytes,
  width: row.width,
  height: row.height,
  seconds: row.seconds,
  addedTs: row.added_ts,
  addedBy: row.added_by,
});
