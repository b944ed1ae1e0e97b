import { AisleError } from '@aisle/contracts';
import type { AgentRecords } from './agents.js';
import type { ApiTokenRecords } from './api-tokens.js';
import type { CampaignRecords } from './campaigns.js';
import type { ContentRecords } from './content.js';
import type { DeviceRecords } from './device-records.js';
import type { DraftRecords } from './drafts.js';
import type { InboxRecords } from './inbox.js';
import type { PlanogramRecords } from './planograms.js';
import type { ReceiptRecords } from './receipts.js';
import type { ScanRecords } from './scans.js';
import type { SessionRecords } from './sessions.js';
import type { StoreRecords } from './stores.js';
import type { StoreVersions } from './store-versions.js';
import type { UserRecords } from './users.js';

/**
 * What the cloud knows besides the series, by owner. Several engines stand behind it (`store/open-catalog.ts`) and give
 * the same answers; `test/store/catalog-suite.ts` says which. Every method is durable when it resolves, and atomic. Secrets are kept
 * as hashes only. Rules take the one or two ports that they need; only the composition holds all of them.
 */
export interface Catalog {
  /**
   * Opens or creates the catalog and brings it to the current schema.
   * @throws StoreError `corrupt` | `unreachable`, naming the file or the address
   */
  open(): Promise<void>;
  close(): Promise<void>;
  /** @throws StoreError when the catalog cannot answer */
  quickCheck(): Promise<void>;

  /** The name of this catalog, for ever: `made` when it has none yet. */
  identity(made: string): Promise<string>;
  /** Whether a store of facts bears this catalog's name. */
  hasFacts(): Promise<boolean>;
  /** One does from now on. */
  noteFacts(): Promise<void>;

  readonly users: UserRecords;
  readonly sessions: SessionRecords;
  readonly tokens: ApiTokenRecords;
  readonly agents: AgentRecords;
  readonly stores: StoreRecords;
  readonly versions: StoreVersions;
  readonly devices: DeviceRecords;
  readonly inbox: InboxRecords;
  readonly receipts: ReceiptRecords;
  readonly content: ContentRecords;
  readonly campaigns: CampaignRecords;
  readonly planograms: PlanogramRecords;
  readonly drafts: DraftRecords;
  readonly scans: ScanRecords;
}

/** What was asked for goes against what is kept. Nothing was written. */
export class CatalogError extends AisleError {
  override readonly name = 'CatalogError';
  constructor(
    readonly code: 'taken' | 'unknownStore' | 'changed',
    message: string,
    /** of `changed`: the newest version of the store file */
    readonly newestVersion?: number,
  ) {
    super(message);
  }
}
