import type { Catalog } from '../../ports/catalog.js';
import { AgentTables } from './agents.js';
import { ApiTokenTable } from './api-tokens.js';
import { CatalogDatabase, type CatalogEngine } from './database.js';
import { CampaignTables } from './campaigns.js';
import { ContentTable } from './content.js';
import { DeviceTables } from './device-records.js';
import { InboxTable } from './inbox.js';
import { DraftTable } from './drafts.js';
import { PlanogramTable } from './planograms.js';
import { ReceiptTable } from './receipts.js';
import { ScanTables } from './scans.js';
import { SessionTable } from './sessions.js';
import { VersionTable } from './store-versions.js';
import { StoreTable } from './stores.js';
import { UserTables } from './users.js';

/** The catalog over any of its engines: every query is written once. */
export class QueryCatalog implements Catalog {
  readonly #database: CatalogDatabase;
  readonly users: UserTables;
  readonly sessions: SessionTable;
  readonly tokens: ApiTokenTable;
  readonly agents: AgentTables;
  readonly stores: StoreTable;
  readonly versions: VersionTable;
  readonly devices: DeviceTables;
  readonly inbox: InboxTable;
  readonly receipts: ReceiptTable;
  readonly content: ContentTable;
  readonly campaigns: CampaignTables;
  readonly planograms: PlanogramTable;
  readonly drafts: DraftTable;
  readonly scans: ScanTables;

  constructor(engine: CatalogEngine) {
    const database = new CatalogDatabase(engine);
    this.#database = database;
    this.users = new UserTables(database);
    this.sessions = new SessionTable(database);
    this.tokens = new ApiTokenTable(database);
    this.agents = new AgentTables(database);
    this.stores = new StoreTable(database);
    this.versions = new VersionTable(database);
    this.devices = new DeviceTables(database);
    this.inbox = new InboxTable(database);
    this.receipts = new ReceiptTable(database);
    this.content = new ContentTable(database);
    this.campaigns = new CampaignTables(database);
    this.planograms = new PlanogramTable(database);
    this.drafts = new DraftTable(database);
    this.scans = new ScanTables(database);
  }

  open(): Promise<void> {
    return this.#database.open();
  }
  close(): Promise<void> {
    return this.#database.close();
  }
  async identity(made: string): Promise<string> {
    return this.#database.together(async (db) => {
      const known = await db.selectFrom('identity').select('catalog_id').orderBy('catalog_id').executeTakeFirst();
      if (known) return known.catalog_id;
      await db.insertInto('identity').values({ catalog_id: made, has_facts: 0 }).execute();
      return made;
    });
  }
  async hasFacts(): Promise<boolean> {
    return this.#database.together(async (db) => {
      const row = await db.selectFrom('identity').select('has_facts').orderBy('catalog_id').executeTakeFirst();
      return Number(row?.has_facts ?? 0) === 1;
    });
  }
  async noteFacts(): Promise<void> {
    await this.#database.together((db) => db.updateTable('identity').set({ has_facts: 1 }).execute());
  }
  quickCheck(): Promise<void> {
    return this.#database.check();
  }
}
