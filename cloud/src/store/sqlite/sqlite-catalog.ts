import type { InboxCommand, WalkTestRow } from '@aisle/contracts';
import {
  CatalogError,
  type AgentRecord,
  type ApiTokenRecord,
  type Catalog,
  type ImportOutcome,
  type NewUser,
  type ReceiptRecord,
  type SaleOutcome,
  type StoreRecord,
  type UserRecord,
} from '../../ports/catalog.js';
import type { NewStoreVersion, StoreVersion, VersionOrigin } from '../../ports/store-version.js';
import type { CredentialRecord, DeviceStep, TareRecord } from '../../ports/device-records.js';
import { SqliteDeviceRecords } from './device-records.js';
import { MIGRATIONS } from './migrations.js';
import { agentRecord, storeRecord, storeVersion, tokenRecord, userRecord } from './records.js';
import { Sqlite } from './sqlite.js';

/** A command as it is given in; its sequence comes from the inbox. */
type NewCommand = InboxCommand extends infer C ? (C extends InboxCommand ? Omit<C, 'seq'> : never) : never;

/** The catalog in one SQLite file: the embedded default. */
export class SqliteCatalog implements Catalog {
  readonly #db: Sqlite;
  readonly #devices: SqliteDeviceRecords;

  constructor(options: { file: string }) {
    this.#db = new Sqlite(options.file);
    this.#devices = new SqliteDeviceRecords(this.#db);
  }

  async open(): Promise<void> {
    this.#db.open(MIGRATIONS);
  }
  async close(): Promise<void> {
    this.#db.close();
  }
  async quickCheck(): Promise<void> {
    this.#db.check();
  }

  async ensureOrganisation(organisationId: string): Promise<void> {
    this.#db.run('INSERT INTO organisation VALUES (?) ON CONFLICT DO NOTHING', [organisationId]);
  }

  async putUser(user: NewUser): Promise<UserRecord> {
    return this.#db.transaction(() => {
      const email = user.email.toLowerCase();
      const known = this.#db.get('SELECT organisation_id FROM user WHERE email = ?', [email]);
      if (known && known['organisation_id'] !== user.organisationId) {
        throw new CatalogError('taken', `the e-mail address ${email} belongs to another organisation`);
      }
      this.#db.run(
        `INSERT INTO user (organisation_id, email, password_hash, role) VALUES (?, ?, ?, ?)
         ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role`,
        [user.organisationId, email, user.passwordHash, user.role],
      );
      return userRecord(this.#db.get('SELECT * FROM user WHERE email = ?', [email]))!;
    });
  }

  async userByEmail(email: string): Promise<UserRecord | undefined> {
    return userRecord(this.#db.get('SELECT * FROM user WHERE email = ?', [email.toLowerCase()]));
  }

  async createSession(session: {
    tokenHash: string;
    userId: number;
    createdTs: number;
    expiresTs: number;
  }): Promise<void> {
    this.#db.run('INSERT INTO session VALUES (?, ?, ?, ?)', [
      session.tokenHash,
      session.userId,
      session.createdTs,
      session.expiresTs,
    ]);
  }

  async userBySession(tokenHash: string, now: number): Promise<UserRecord | undefined> {
    return userRecord(
      this.#db.get('SELECT user.* FROM session JOIN user USING (user_id) WHERE token_hash = ? AND expires_ts > ?', [
        tokenHash,
        now,
      ]),
    );
  }

  async deleteSession(tokenHash: string): Promise<void> {
    this.#db.run('DELETE FROM session WHERE token_hash = ?', [tokenHash]);
  }

  async deleteExpiredSessions(now: number): Promise<number> {
    return this.#db.run('DELETE FROM session WHERE expires_ts <= ?', [now]).changes;
  }

  async putApiToken(token: ApiTokenRecord): Promise<void> {
    this.#db.run(
      `INSERT INTO api_token (token_hash, organisation_id, name, role, created_ts) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (organisation_id, name) DO UPDATE SET token_hash = excluded.token_hash, role = excluded.role, created_ts = excluded.created_ts`,
      [token.tokenHash, token.organisationId, token.name, token.role, token.createdTs],
    );
  }

  async apiToken(tokenHash: string): Promise<ApiTokenRecord | undefined> {
    return tokenRecord(this.#db.get('SELECT * FROM api_token WHERE token_hash = ?', [tokenHash]));
  }

  async putAgent(agent: { storeId: string; username: string; passwordSha256: string }): Promise<void> {
    this.#db.transaction(() => {
      this.#needStore(agent.storeId);
      const other = this.#db.get('SELECT store_id FROM agent WHERE username = ? AND store_id <> ?', [
        agent.username,
        agent.storeId,
      ]);
      if (other)
        throw new CatalogError('taken', `the user name ${agent.username} belongs to the agent of another store`);
      this.#db.run(
        `INSERT INTO agent (store_id, username, password_sha256) VALUES (?, ?, ?)
         ON CONFLICT (store_id) DO UPDATE SET username = excluded.username, password_sha256 = excluded.password_sha256`,
        [agent.storeId, agent.username, agent.passwordSha256],
      );
    });
  }

  async agentByUsername(username: string): Promise<AgentRecord | undefined> {
    return this.#agentWhere('agent.username = ?', username);
  }
  async agent(storeId: string): Promise<AgentRecord | undefined> {
    return this.#agentWhere('agent.store_id = ?', storeId);
  }
  #agentWhere(condition: string, value: string): AgentRecord | undefined {
    return agentRecord(
      this.#db.get(
        `SELECT agent.*, organisation_id, inbox_seq, inbox_acked,
                (SELECT coalesce(max(epoch), 0) FROM journal WHERE journal.store_id = agent.store_id) AS epoch
         FROM agent JOIN store USING (store_id) WHERE ${condition}`,
        [value],
      ),
    );
  }

  async epochOf(storeId: string, journalId: string): Promise<number> {
    return this.#db.transaction(() => {
      const known = this.#epoch(storeId, journalId);
      if (known !== undefined) return known;
      this.#needStore(storeId);
      this.#db.run('INSERT INTO journal SELECT ?, ?, coalesce(max(epoch), 0) + 1 FROM journal WHERE store_id = ?', [
        storeId,
        journalId,
        storeId,
      ]);
      return this.#epoch(storeId, journalId)!;
    });
  }
  async knownEpoch(storeId: string, journalId: string): Promise<number | undefined> {
    return this.#epoch(storeId, journalId);
  }
  #epoch(storeId: string, journalId: string): number | undefined {
    const row = this.#db.get('SELECT epoch FROM journal WHERE store_id = ? AND journal_id = ?', [storeId, journalId]);
    return row && Number(row['epoch']);
  }

  async noteAgent(
    storeId: string,
    seen: { lastSeenTs?: number; configVersion?: number; agentVersion?: string },
  ): Promise<void> {
    this.#db.run(
      `UPDATE agent SET last_seen_ts = coalesce(?, last_seen_ts), config_version = coalesce(?, config_version),
              agent_version = coalesce(?, agent_version) WHERE store_id = ?`,
      [seen.lastSeenTs ?? null, seen.configVersion ?? null, seen.agentVersion ?? null, storeId],
    );
  }

  async putAgentStatus(storeId: string, statusJson: string): Promise<void> {
    this.#db.run('UPDATE agent SET status = ? WHERE store_id = ?', [statusJson, storeId]);
  }
  async agentStatus(storeId: string): Promise<string | undefined> {
    return (
      (this.#db.get('SELECT status FROM agent WHERE store_id = ?', [storeId])?.['status'] as string | null) ?? undefined
    );
  }

  async ensureStore(storeId: string, organisationId: string): Promise<void> {
    this.#db.transaction(() => {
      this.#db.run('INSERT INTO store (store_id, organisation_id) VALUES (?, ?) ON CONFLICT DO NOTHING', [
        storeId,
        organisationId,
      ]);
      if (this.#needStore(storeId).organisationId !== organisationId) {
        throw new CatalogError('taken', `the store id "${storeId}" belongs to another organisation`);
      }
    });
  }
  async store(storeId: string): Promise<StoreRecord | undefined> {
    return storeRecord(this.#db.get('SELECT * FROM store WHERE store_id = ?', [storeId]));
  }
  async stores(organisationId?: string): Promise<StoreRecord[]> {
    const rows =
      organisationId === undefined
        ? this.#db.all('SELECT * FROM store ORDER BY store_id')
        : this.#db.all('SELECT * FROM store WHERE organisation_id = ? ORDER BY store_id', [organisationId]);
    return rows.map((row) => storeRecord(row)!);
  }

  async importStoreFile(version: NewStoreVersion & { contentHash: string }): Promise<ImportOutcome> {
    return this.#db.transaction(() => {
      const { currentVersion } = this.#needStore(version.storeId);
      const last = this.#db.get(
        "SELECT version, content_hash FROM store_version WHERE store_id = ? AND origin = 'import' ORDER BY version DESC LIMIT 1",
        [version.storeId],
      );
      if (last?.['content_hash'] === version.contentHash) return { outcome: 'unchanged', version: currentVersion };
      // every later version was made in the dashboard: its work is not thrown away for a file
      if (currentVersion > Number(last?.['version'] ?? 0)) return { outcome: 'conflict', version: currentVersion };
      return { outcome: 'created', version: this.#newVersion(version, 'import', version.contentHash) };
    });
  }

  async addStoreVersion(version: NewStoreVersion): Promise<StoreVersion> {
    return this.#db.transaction(() => this.#edited(version));
  }
  #edited(given: NewStoreVersion): StoreVersion {
    const { storeId, storeFile, createdTs } = given;
    return { storeId, storeFile, createdTs, origin: 'dashboard', version: this.#newVersion(given, 'dashboard', null) };
  }

  #newVersion(given: NewStoreVersion, origin: VersionOrigin, contentHash: string | null): number {
    const version = this.#needStore(given.storeId).currentVersion + 1;
    this.#db.run('INSERT INTO store_version VALUES (?, ?, ?, ?, ?, ?)', [
      given.storeId,
      version,
      origin,
      contentHash,
      JSON.stringify(given.storeFile),
      given.createdTs,
    ]);
    this.#db.run('UPDATE store SET current_version = ? WHERE store_id = ?', [version, given.storeId]);
    this.#enqueue(given.storeId, { kind: 'storeFile', version, storeFile: given.storeFile });
    return version;
  }

  async currentVersion(storeId: string): Promise<StoreVersion | undefined> {
    return storeVersion(
      this.#db.get(
        'SELECT store_version.* FROM store JOIN store_version ON store_version.store_id = store.store_id AND version = current_version WHERE store.store_id = ?',
        [storeId],
      ),
    );
  }
  async version(storeId: string, version: number): Promise<StoreVersion | undefined> {
    return storeVersion(
      this.#db.get('SELECT * FROM store_version WHERE store_id = ? AND version = ?', [storeId, version]),
    );
  }

  async acceptSale(given: Parameters<Catalog['acceptSale']>[0]): Promise<SaleOutcome> {
    return this.#db.transaction(() => {
      this.#needStore(given.storeId);
      const knownDigest = this.#receipt(given.storeId, given.receiptKey)?.contentDigest;
      if (knownDigest === given.contentDigest) return { outcome: 'duplicate' };
      if (knownDigest !== undefined) return { outcome: 'conflict', knownDigest };
      this.#putReceipt(given);
      this.#enqueue(given.storeId, { kind: 'sale', sale: given.sale });
      return { outcome: 'accepted' };
    });
  }

  async noteReceipts(receipts: readonly ReceiptRecord[]): Promise<void> {
    if (receipts.length > 0) this.#db.transaction(() => receipts.forEach((receipt) => this.#putReceipt(receipt)));
  }
  #putReceipt(receipt: ReceiptRecord): void {
    this.#db.run('INSERT INTO receipt VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
      receipt.storeId,
      receipt.receiptKey,
      receipt.contentDigest,
    ]);
  }
  async receipt(storeId: string, receiptKey: string): Promise<ReceiptRecord | undefined> {
    return this.#receipt(storeId, receiptKey);
  }
  #receipt(storeId: string, receiptKey: string): ReceiptRecord | undefined {
    const row = this.#db.get('SELECT content_digest FROM receipt WHERE store_id = ? AND receipt_key = ?', [
      storeId,
      receiptKey,
    ]);
    return row && { storeId, receiptKey, contentDigest: String(row['content_digest']) };
  }

  #enqueue(storeId: string, command: NewCommand): void {
    this.#db.run('UPDATE store SET inbox_seq = inbox_seq + 1 WHERE store_id = ?', [storeId]);
    const seq = Number(this.#db.get('SELECT inbox_seq FROM store WHERE store_id = ?', [storeId])?.['inbox_seq']);
    this.#db.run('INSERT INTO inbox VALUES (?, ?, ?, ?)', [
      storeId,
      seq,
      command.kind,
      JSON.stringify({ seq, ...command }),
    ]);
  }

  async changeDevice({ storeId, ts, storeFile, credential }: DeviceStep): Promise<StoreVersion | undefined> {
    return this.#db.transaction(() => {
      if (storeFile && this.#needStore(storeId).currentVersion !== storeFile.madeFrom)
        throw new CatalogError('changed', 'the store file has changed meanwhile');
      const version = storeFile && this.#edited({ storeId, storeFile: storeFile.file, createdTs: ts });
      if (credential) {
        const { deviceId, sha256, replaced } = credential;
        this.#devices.putCredential(storeId, credential, ts);
        this.#enqueue(storeId, { kind: 'credential', deviceId, sha256, ...(replaced === true && { replaced }) });
      }
      return version;
    });
  }
  async credentials(storeId: string): Promise<CredentialRecord[]> {
    return this.#devices.credentials(storeId);
  }
  async addTare({ storeId, ...tare }: TareRecord & { storeId: string }): Promise<void> {
    this.#db.transaction(() => {
      this.#devices.putTare(storeId, tare);
      this.#enqueue(storeId, { kind: 'tare', slotId: tare.slotId, knownGrams: tare.knownGrams });
    });
  }
  async tares(storeId: string): Promise<TareRecord[]> {
    return this.#devices.tares(storeId);
  }
  async putWalkTest(storeId: string, test: WalkTestRow): Promise<void> {
    await this.#devices.putWalkTest(storeId, test);
  }
  async walkTests(storeId: string, limit: number): Promise<WalkTestRow[]> {
    return this.#devices.walkTests(storeId, limit);
  }

  async inboxAfter(storeId: string, afterSeq: number, limit: number): Promise<InboxCommand[]> {
    return this.#db
      .all('SELECT command FROM inbox WHERE store_id = ? AND seq > ? ORDER BY seq LIMIT ?', [storeId, afterSeq, limit])
      .map((row) => JSON.parse(String(row['command'])) as InboxCommand);
  }

  async acknowledgeInbox(storeId: string, seq: number): Promise<void> {
    this.#db.transaction(() => {
      // an agent that claims more than it was sent must not make the inbox forget what is still to come
      this.#db.run('UPDATE store SET inbox_acked = max(inbox_acked, min(?, inbox_seq)) WHERE store_id = ?', [
        seq,
        storeId,
      ]);
      // the newest store file stays, and who may log in: an agent that has lost its disk begins with them
      this.#db.run(
        `DELETE FROM inbox WHERE store_id = ? AND seq <= (SELECT inbox_acked FROM store WHERE store_id = ?)
         AND seq NOT IN (
           SELECT max(seq) FROM inbox WHERE store_id = ? AND kind IN ('storeFile', 'credential')
           GROUP BY kind, CASE kind WHEN 'credential' THEN json_extract(command, '$.deviceId') END)`,
        [storeId, storeId, storeId],
      );
    });
  }

  async raiseInbox(storeId: string, above: number): Promise<void> {
    this.#db.transaction(() => {
      const store = this.#db.get('SELECT inbox_seq FROM store WHERE store_id = ?', [storeId]);
      if (!store || Number(store['inbox_seq']) >= above) return;
      const kept = this.#db.all('SELECT seq, command FROM inbox WHERE store_id = ? ORDER BY seq', [storeId]);
      for (const { seq, command } of kept) {
        const raised = Number(seq) + above;
        const text = JSON.stringify({ ...(JSON.parse(String(command)) as InboxCommand), seq: raised });
        this.#db.run('UPDATE inbox SET seq = ?, command = ? WHERE store_id = ? AND seq = ?', [
          raised,
          text,
          storeId,
          Number(seq),
        ]);
      }
      this.#db.run('UPDATE store SET inbox_seq = inbox_seq + ?, inbox_acked = ? WHERE store_id = ?', [
        above,
        above,
        storeId,
      ]);
    });
  }

  #needStore(storeId: string): StoreRecord {
    const store = storeRecord(this.#db.get('SELECT * FROM store WHERE store_id = ?', [storeId]));
    if (!store) throw new CatalogError('unknownStore', `there is no store "${storeId}"`);
    return store;
  }
}
