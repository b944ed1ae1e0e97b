import type { AgentRecord, AgentRecords, AgentSeen } from '../../ports/agents.js';
import { CatalogError } from '../../ports/catalog.js';
import type { CatalogDatabase, Db } from './database.js';

/** Agents whose status is written in one commit. Raising it makes commits fewer, and others wait longer for each. */
const STATUSES_AT_ONCE = 50;

export class AgentTables implements AgentRecords {
  constructor(private readonly database: CatalogDatabase) {}

  putAgent(agent: Parameters<AgentRecords['putAgent']>[0]): Promise<void> {
    return this.database.together((db) => this.#put(db, agent));
  }

  putAccount(
    agent: Parameters<AgentRecords['putAgent']>[0],
    account: Parameters<AgentRecords['putAccount']>[1],
  ): Promise<void> {
    const { storeId } = agent;
    return this.database.together(async (db) => {
      await this.#put(db, agent);
      if (!account) return;
      await revokeKeys(db, storeId, account.ts);
      const values = { account_key: account.key, store_id: storeId, made_ts: account.ts, revoked_ts: null };
      await db.insertInto('agent_account').values(values).execute();
    });
  }

  revokeAgent(storeId: string, ts: number): Promise<void> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      await db.updateTable('agent').set({ password_sha256: REVOKED }).where('store_id', '=', storeId).execute();
      await revokeKeys(db, storeId, ts);
    });
  }

  async revokedKeys(): Promise<string[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('agent_account')
        .select('account_key')
        .where('revoked_ts', 'is not', null)
        .orderBy('account_key')
        .execute(),
    );
    return rows.map((row) => row.account_key);
  }

  async #put(db: Db, { storeId, username, passwordSha256 }: Parameters<AgentRecords['putAgent']>[0]): Promise<void> {
    await this.database.lockStore(db, storeId);
    const other = await db
      .selectFrom('agent')
      .select('store_id')
      .where('username', '=', username)
      .where('store_id', '<>', storeId)
      .executeTakeFirst();
    if (other) throw new CatalogError('taken', `the user name ${username} belongs to the agent of another store`);
    const values = { username, password_sha256: passwordSha256 };
    await db
      .insertInto('agent')
      .values({ store_id: storeId, ...values })
      .onConflict((conflict) => conflict.column('store_id').doUpdateSet(values))
      .execute();
  }

  async agentByUsername(username: string): Promise<AgentRecord | undefined> {
    return this.database.once((db) => selectAgents(db).where('agent.username', '=', username).executeTakeFirst());
  }

  async agent(storeId: string): Promise<AgentRecord | undefined> {
    return this.database.once((db) => selectAgents(db).where('agent.store_id', '=', storeId).executeTakeFirst());
  }

  async epochOf(storeId: string, journalId: string): Promise<number> {
    return (
      (await this.knownEpoch(storeId, journalId)) ??
      (await this.database.together(async (db) => {
        await this.database.lockStore(db, storeId);
        // somebody else may have made it since
        const known = await selectEpoch(db, storeId, journalId);
        if (known !== undefined) return known;
        const { newest } = await db
          .selectFrom('journal')
          .select((of) => of.fn.coalesce(of.fn.max('epoch'), of.lit(0)).as('newest'))
          .where('store_id', '=', storeId)
          .executeTakeFirstOrThrow();
        const epoch = newest + 1;
        await db.insertInto('journal').values({ store_id: storeId, journal_id: journalId, epoch }).execute();
        return epoch;
      }))
    );
  }

  knownEpoch(storeId: string, journalId: string): Promise<number | undefined> {
    return this.database.once((db) => selectEpoch(db, storeId, journalId));
  }

  async noteAgent(storeId: string, seen: AgentSeen): Promise<void> {
    const values = {
      ...(seen.lastSeenTs !== undefined && { last_seen_ts: seen.lastSeenTs }),
      ...(seen.configVersion !== undefined && { config_version: seen.configVersion }),
      ...(seen.agentVersion !== undefined && { agent_version: seen.agentVersion }),
      ...(seen.speaks !== undefined && { speaks: seen.speaks }),
    };
    if (Object.keys(values).length === 0) return;
    await this.database.once((db) => db.updateTable('agent').set(values).where('store_id', '=', storeId).execute());
  }

  async noteStatuses(statuses: Parameters<AgentRecords['noteStatuses']>[0]): Promise<void> {
    // in one order, so that two clouds never wait for each other
    const sorted = [...statuses].sort((a, b) => (a.storeId < b.storeId ? -1 : 1));
    // piece by piece: nothing else of the process runs while one is made, and each waits for the disk
    for (let at = 0; at < sorted.length; at += STATUSES_AT_ONCE) {
      await this.database.together(async (db) => {
        for (const { storeId, statusJson, lastSeenTs, configVersion } of sorted.slice(at, at + STATUSES_AT_ONCE))
          await db
            .updateTable('agent')
            .set({ status: statusJson, last_seen_ts: lastSeenTs, config_version: configVersion })
            .where('store_id', '=', storeId)
            .execute();
      });
    }
  }

  async agentStatus(storeId: string): Promise<string | undefined> {
    const row = await this.database.once((db) =>
      db.selectFrom('agent').select('status').where('store_id', '=', storeId).executeTakeFirst(),
    );
    return row?.status ?? undefined;
  }
}

/** No password has this hash. */
const REVOKED = 'revoked';

const revokeKeys = (db: Db, storeId: string, ts: number) =>
  db
    .updateTable('agent_account')
    .set({ revoked_ts: ts })
    .where('store_id', '=', storeId)
    .where('revoked_ts', 'is', null)
    .execute();

async function selectEpoch(db: Db, storeId: string, journalId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('journal')
    .select('epoch')
    .where('store_id', '=', storeId)
    .where('journal_id', '=', journalId)
    .executeTakeFirst();
  return row?.epoch;
}

const selectAgents = (db: Db) =>
  db
    .selectFrom('agent')
    .innerJoin('store', 'store.store_id', 'agent.store_id')
    .select([
      'agent.store_id as storeId',
      'store.organisation_id as organisationId',
      'agent.username as username',
      'agent.password_sha256 as passwordSha256',
      'agent.last_seen_ts as lastSeenTs',
      'agent.config_version as configVersion',
      'agent.agent_version as agentVersion',
      'agent.speaks as speaks',
      'store.inbox_acked as inboxAcked',
      'store.inbox_seq as inboxSeq',
    ])
    .select((of) =>
      of
        .selectFrom('journal')
        .select((each) => each.fn.coalesce(each.fn.max('epoch'), each.lit(0)).as('newest'))
        .whereRef('journal.store_id', '=', 'agent.store_id')
        .$asScalar()
        .$notNull()
        .as('epoch'),
    );
