import type { Selectable } from 'kysely';
import type { ApiTokenRecord, ApiTokenRecords, NewApiToken } from '../../ports/api-tokens.js';
import type { CatalogDatabase } from './database.js';
import type { CatalogTables } from './tables.js';
import { grantOf, grantRow } from './users.js';

export class ApiTokenTable implements ApiTokenRecords {
  constructor(private readonly database: CatalogDatabase) {}

  async putApiToken(token: NewApiToken): Promise<ApiTokenRecord> {
    const values = {
      token_hash: token.tokenHash,
      organisation_id: token.organisationId,
      name: token.name,
      ...grantRow(token.grant),
      created_ts: token.createdTs,
      expires_ts: token.expiresTs,
      last_used_ts: null,
    };
    const row = await this.database.once((db) =>
      db
        .insertInto('api_token')
        .values(values)
        .onConflict((conflict) => conflict.columns(['organisation_id', 'name']).doUpdateSet(values))
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
    return tokenRecord(row);
  }

  async apiToken(tokenHash: string, now: number): Promise<ApiTokenRecord | undefined> {
    const row = await this.database.once((db) =>
      db
        .selectFrom('api_token')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .where((is) => is.or([is('expires_ts', 'is', null), is('expires_ts', '>', now)]))
        .executeTakeFirst(),
    );
    return row && tokenRecord(row);
  }

  async apiTokens(organisationId: string): Promise<ApiTokenRecord[]> {
    const rows = await this.database.once((db) =>
      db.selectFrom('api_token').selectAll().where('organisation_id', '=', organisationId).orderBy('name').execute(),
    );
    return rows.map(tokenRecord);
  }

  async noteTokenUse(tokenId: number, ts: number): Promise<void> {
    await this.database.once((db) =>
      db
        .updateTable('api_token')
        .set({ last_used_ts: ts })
        .where('token_id', '=', tokenId)
        .where((is) => is.or([is('last_used_ts', 'is', null), is('last_used_ts', '<', ts)]))
        .execute(),
    );
  }

  async deleteApiToken(organisationId: string, tokenId: number): Promise<boolean> {
    const { numDeletedRows } = await this.database.once((db) =>
      db
        .deleteFrom('api_token')
        .where('organisation_id', '=', organisationId)
        .where('token_id', '=', tokenId)
        .executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }
}

const tokenRecord = (row: Selectable<CatalogTables['api_token']>): ApiTokenRecord => ({
  tokenId: row.token_id,
  tokenHash: row.token_hash,
  organisationId: row.organisation_id,
  name: row.name,
  grant: grantOf(row),
  createdTs: row.created_ts,
  expiresTs: row.expires_ts,
  lastUsedTs: row.last_used_ts,
});
