export interface AgentRecord {
  storeId: string;
  organisationId: string;
  username: string;
  passwordSha256: string;
  /** wall clock, epoch ms; null before the first */
  lastSeenTs: number | null;
  configVersion: number | null;
  agentVersion: string | null;
  /** JSON of what it said that it understands; null before the first hello, and of agents that do not say it */
  speaks: string | null;
  /** newest journal's epoch, 0 before the first hello */
  epoch: number;
  /** highest inbox sequence that the agent has acknowledged */
  inboxAcked: number;
  /** highest inbox sequence given out */
  inboxSeq: number;
}
export interface AgentSeen {
  lastSeenTs?: number;
  configVersion?: number;
  agentVersion?: string;
  /** null: this agent does not say it */
  speaks?: string | null;
}

/** The agent of each shop, and the journals that it has begun. */
export interface AgentRecords {
  /** Creates the agent or replaces its user name and secret. @throws CatalogError `unknownStore`, `taken` */
  putAgent(agent: { storeId: string; username: string; passwordSha256: string }): Promise<void>;
  /** The same with an account that the broker checks: all that the store had before are revoked in the same moment. `ts`: epoch ms. */
  putAccount(
    agent: { storeId: string; username: string; passwordSha256: string },
    account: { key: string; ts: number } | undefined,
  ): Promise<void>;
  /** Takes all accounts of the store's agent back. `ts`: epoch ms. */
  revokeAgent(storeId: string, ts: number): Promise<void>;
  /** Accounts that the broker is to refuse, in the order of their keys. */
  revokedKeys(): Promise<string[]>;
  agentByUsername(username: string): Promise<AgentRecord | undefined>;
  agent(storeId: string): Promise<AgentRecord | undefined>;
  /** The epoch of a journal; an id not seen before gets one above all others of this store (the first is 1). */
  epochOf(storeId: string, journalId: string): Promise<number>;
  /** The epoch of a journal already known, without making one. */
  knownEpoch(storeId: string, journalId: string): Promise<number | undefined>;
  /** Sets what is given, leaves the rest. */
  noteAgent(storeId: string, seen: AgentSeen): Promise<void>;
  /** What agents last said of themselves, as JSON, of many in one commit. Shops that nobody knows are left out. */
  noteStatuses(
    statuses: readonly { storeId: string; statusJson: string; lastSeenTs: number; configVersion: number }[],
  ): Promise<void>;
  agentStatus(storeId: string): Promise<string | undefined>;
}
