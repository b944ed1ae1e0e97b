import type { Selectable } from 'kysely';
import type {
  CampaignDeedRecord,
  CampaignRecord,
  CampaignRecords,
  CampaignSettings,
  CampaignStep,
  SaidState,
} from '../../ports/campaigns.js';
import type { CatalogDatabase, Db } from './database.js';
import { enqueue } from './inbox.js';
import type { CatalogTables } from './tables.js';

export class CampaignTables implements CampaignRecords {
  constructor(private readonly database: CatalogDatabase) {}

  stepCampaign({ campaign, madeFrom, deed, contentIds, commands }: CampaignStep): Promise<boolean> {
    return this.database.together(async (db) => {
      if (!(await put(db, campaign, madeFrom, deed.atTs))) return false;
      const { campaignId } = campaign;
      await db
        .insertInto('campaign_deed')
        .values({
          campaign_id: campaignId,
          revision: campaign.revision,
          at_ts: deed.atTs,
          by_whom: deed.by,
          what: deed.what,
        })
        .execute();
      await db.deleteFrom('campaign_store').where('campaign_id', '=', campaignId).execute();
      for (const part of parts(
        campaign.settings.stores.map((storeId) => ({ campaign_id: campaignId, store_id: storeId })),
      ))
        await db.insertInto('campaign_store').values(part).execute();
      await db.deleteFrom('campaign_content').where('campaign_id', '=', campaignId).execute();
      for (const part of parts(
        [...new Set(contentIds)].map((contentId) => ({ campaign_id: campaignId, content_id: contentId })),
      ))
        await db.insertInto('campaign_content').values(part).execute();
      // in one order, so that two who change campaigns of the same shops never wait for each other
      for (const { storeId, command } of [...commands].sort((a, b) => (a.storeId < b.storeId ? -1 : 1))) {
        await this.database.lockStore(db, storeId);
        await enqueue(db, storeId, command);
      }
      return true;
    });
  }

  async campaign(organisationId: string, campaignId: string): Promise<CampaignRecord | undefined> {
    return this.database.once(async (db) => {
      const row = await db
        .selectFrom('campaign')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .where('campaign_id', '=', campaignId)
        .executeTakeFirst();
      return row && (await withDeeds(db, [row]))[0];
    });
  }

  async campaigns(organisationId: string, storeId?: string): Promise<CampaignRecord[]> {
    return this.database.once(async (db) =>
      withDeeds(
        db,
        await db
          .selectFrom('campaign')
          .selectAll()
          .where('organisation_id', '=', organisationId)
          .$if(storeId !== undefined, (query) =>
            query.where('campaign_id', 'in', (of) =>
              of
                .selectFrom('campaign_store')
                .select('campaign_id')
                .where('store_id', '=', storeId as string),
            ),
          )
          .orderBy('made_ts', 'desc')
          .orderBy('campaign_id')
          .execute(),
      ),
    );
  }
}

async function put(db: Db, campaign: CampaignStep['campaign'], madeFrom: number, ts: number): Promise<boolean> {
  const said = {
    state: campaign.state,
    revision: campaign.revision,
    name: campaign.settings.name,
    settings: JSON.stringify(campaign.settings),
  };
  if (madeFrom > 0) {
    const changed = await db
      .updateTable('campaign')
      .set(said)
      .where('campaign_id', '=', campaign.campaignId)
      .where('organisation_id', '=', campaign.organisationId)
      .where('revision', '=', madeFrom)
      .returning('campaign_id')
      .execute();
    return changed.length > 0;
  }
  await db
    .insertInto('campaign')
    .values({
      campaign_id: campaign.campaignId,
      organisation_id: campaign.organisationId,
      made_ts: ts,
      seed: campaign.seed,
      ...said,
    })
    .execute();
  return true;
}

async function withDeeds(db: Db, rows: Selectable<CatalogTables['campaign']>[]): Promise<CampaignRecord[]> {
  if (rows.length === 0) return [];
  const deeds = new Map<string, CampaignDeedRecord[]>();
  for (const part of parts(rows)) {
    const found = await db
      .selectFrom('campaign_deed')
      .selectAll()
      .where(
        'campaign_id',
        'in',
        part.map((row) => row.campaign_id),
      )
      .orderBy('campaign_id')
      .orderBy('revision')
      .execute();
    for (const { campaign_id: id, at_ts: atTs, by_whom: by, what } of found)
      deeds.set(id, [...(deeds.get(id) ?? []), { atTs, by, what: what as CampaignDeedRecord['what'] }]);
  }
  return rows.map((row) => ({
    organisationId: row.organisation_id,
    campaignId: row.campaign_id,
    state: row.state as SaidState,
    revision: row.revision,
    seed: row.seed,
    settings: JSON.parse(row.settings) as CampaignSettings,
    deeds: deeds.get(row.campaign_id) ?? [],
  }));
}

/** engines take a bounded number of values in one statement */
const PART = 200;
function* parts<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += PART) yield rows.slice(at, at + PART);
}
