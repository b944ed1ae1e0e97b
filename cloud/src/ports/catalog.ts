import type { InboxCommand, TillSale } from '@aisle/contracts';
import type { DeviceRecords } from './device-records.js';
import type { NewStoreVersion, StoreVersion } from './store-version.js';

/**
 * What the cloud knows besides the series: who may do what, the shops and the versions of their files, and what waits to
 * go down to each agent. Every method is durable when it resolves, and atomic. Secrets are kept as hashes only.
 */
export interface Catalog extends DeviceRecords {
  /** Opens or creates the catalog and brings it to the current schema. @throws StoreError `corrupt`, naming the file */
  open(): Promise<void>;
  close(): Promise<void>;
  quickCheck(): Promise<void>;

  /** Does nothing when it exists. */
  ensureOrganisation(organisationId: string): Promise<void>;
  /** Creates the user or replaces hash and role. Emails are compared in lower case. */
  putUser(user: NewUser): Promise<UserRecord>;
  userByEmail(email: string): Promise<UserRecord | undefined>;

  createSession(session: { tokenHash: string; userId: number; createdTs: number; expiresTs: number }): Promise<void>;
  /** The user of a session that has not expired at `now`. */
  userBySession(tokenHash: string, now: number): Promise<UserRecord | undefined>;
  deleteSession(tokenHash: string): Promise<void>;
  /** Also forgets sessions that expired before `now`; gives how many. */
  deleteExpiredSessions(now: number): Promise<number>;

  /** Replaces the token of the same (organisation, name), so that a changed secret ends the old one. */
  putApiToken(token: ApiTokenRecord): Promise<void>;
  apiToken(tokenHash: string): Promise<ApiTokenRecord | undefined>;

  /** Creates the agent or replaces its user name and secret. The store must exist. */
  putAgent(agent: { storeId: string; username: string; passwordSha256: string }): Promise<void>;
  agentByUsername(username: string): Promise<AgentRecord | undefined>;
  agent(storeId: string): Promise<AgentRecord | undefined>;
  /** The epoch of a journal; an id not seen before gets one above all others of this store (the first is 1). */
  epochOf(storeId: string, journalId: string): Promise<number>;
  /** The epoch of a journal already known, without making one. */
  knownEpoch(storeId: string, journalId: string): Promise<number | undefined>;
  /** Sets what is given, leaves the rest. */
  noteAgent(
    storeId: string,
    seen: { lastSeenTs?: number; configVersion?: number; agentVersion?: string },
  ): Promise<void>;
  /** The agent's last status, as JSON. */
  putAgentStatus(storeId: string, statusJson: string): Promise<void>;
  agentStatus(storeId: string): Promise<string | undefined>;

  /** Does nothing when the store exists in this organisation. @throws CatalogError `taken` when it is another's */
  ensureStore(storeId: string, organisationId: string): Promise<void>;
  store(storeId: string): Promise<StoreRecord | undefined>;
  /** Stores of one organisation, or all, by id. */
  stores(organisationId?: string): Promise<StoreRecord[]>;

  /** A file given at the start. A new version, with its inbox command, only by the rules of ImportOutcome. */
  importStoreFile(version: NewStoreVersion & { contentHash: string }): Promise<ImportOutcome>;
  /** A version made by a person; with its inbox command. */
  addStoreVersion(version: NewStoreVersion): Promise<StoreVersion>;
  /** The newest version. */
  currentVersion(storeId: string): Promise<StoreVersion | undefined>;
  version(storeId: string, version: number): Promise<StoreVersion | undefined>;

  /**
   * A sale that goes down to the shop: its receipt and its inbox command together. The same key with the same digest is
   * `duplicate` and changes nothing, with another digest `conflict`.
   */
  acceptSale(sale: {
    storeId: string;
    receiptKey: string;
    contentDigest: string;
    sale: TillSale;
    createdTs: number;
  }): Promise<SaleOutcome>;
  /** Receipts learned from the shop's own facts; known ones are left as they are. */
  noteReceipts(receipts: readonly ReceiptRecord[]): Promise<void>;
  receipt(storeId: string, receiptKey: string): Promise<ReceiptRecord | undefined>;

  /** Commands above `afterSeq` in rising order. */
  inboxAfter(storeId: string, afterSeq: number, limit: number): Promise<InboxCommand[]>;
  /**
   * Everything up to and including `seq` is in the agent's journal: kept no longer. Never goes back. The newest store
   * file and the newest credential of each device stay, for an agent that comes back without its disk.
   */
  acknowledgeInbox(storeId: string, seq: number): Promise<void>;
  /**
   * The agent has seen `seq`, above all that this catalog gave out (which was lost, or restored from an older copy). What is
   * kept is numbered anew above it, in the same order: under its old number the agent would take it for done.
   */
  raiseInbox(storeId: string, seq: number): Promise<void>;
}

export type Role = 'owner' | 'viewer';
export interface NewUser {
  organisationId: string;
  email: string;
  /** self-describing hash (scrypt$…): the catalog never sees a password */
  passwordHash: string;
  role: Role;
}
export interface UserRecord extends NewUser {
  userId: number;
}
export interface ApiTokenRecord {
  tokenHash: string;
  organisationId: string;
  name: string;
  role: Role;
  createdTs: number;
}
export interface AgentRecord {
  storeId: string;
  organisationId: string;
  username: string;
  passwordSha256: string;
  /** wall clock, epoch ms; null before the first */
  lastSeenTs: number | null;
  configVersion: number | null;
  agentVersion: string | null;
  /** newest journal's epoch, 0 before the first hello */
  epoch: number;
  /** highest inbox sequence that the agent has acknowledged */
  inboxAcked: number;
  /** highest inbox sequence given out */
  inboxSeq: number;
}
export interface StoreRecord {
  storeId: string;
  organisationId: string;
  /** 0 before the first */
  currentVersion: number;
}
/**
 * `unchanged`: the content is that of the last import. `created`: it differs, and nobody edited since. `conflict`: it
 * differs, but a version edited in the dashboard since the last import is kept; nothing was written.
 */
export interface ImportOutcome {
  outcome: 'created' | 'unchanged' | 'conflict';
  /** the version in force afterwards */
  version: number;
}
export interface ReceiptRecord {
  storeId: string;
  receiptKey: string;
  contentDigest: string;
}
export type SaleOutcome = { outcome: 'accepted' | 'duplicate' } | { outcome: 'conflict'; knownDigest: string };

export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  constructor(
    readonly code: 'taken' | 'unknownStore' | 'outOfRange' | 'changed',
    message: string,
  ) {
    super(message);
  }
}
