import type { SessionRecords } from '../../ports/sessions.js';
import type { UserRecord } from '../../ports/users.js';
import type { CatalogDatabase } from './database.js';
import { selectUsers, userRecords } from './users.js';

export class SessionTable implements SessionRecords {
  constructor(private readonly database: CatalogDatabase) {}

  async createSession(session: {
    tokenHash: string;
    userId: number;
    createdTs: number;
    expiresTs: number;
  }): Promise<void> {
    await this.database.once((db) =>
      db
        .insertInto('session')
        .values({
          token_hash: session.tokenHash,
          user_id: session.userId,
          created_ts: session.createdTs,
          expires_ts: session.expiresTs,
        })
        .execute(),
    );
  }

  async userBySession(tokenHash: string, now: number): Promise<UserRecord | undefined> {
    const rows = await this.database.once((db) =>
      selectUsers(db)
        .innerJoin('session', 'session.user_id', 'user.user_id')
        .where('session.token_hash', '=', tokenHash)
        .where('session.expires_ts', '>', now)
        .where('user.disabled', '=', 0)
        .execute(),
    );
    return userRecords(rows)[0];
  }

  async deleteSession(tokenHash: string): Promise<void> {
    await this.database.once((db) => db.deleteFrom('session').where('token_hash', '=', tokenHash).execute());
  }

  async deleteSessionsOf(userId: number, exceptTokenHash?: string): Promise<void> {
    await this.database.once((db) =>
      db
        .deleteFrom('session')
        .where('user_id', '=', userId)
        .$if(exceptTokenHash !== undefined, (query) => query.where('token_hash', '<>', exceptTokenHash as string))
        .execute(),
    );
  }

  async deleteExpiredSessions(now: number): Promise<number> {
    const { numDeletedRows } = await this.database.once((db) =>
      db.deleteFrom('session').where('expires_ts', '<=', now).executeTakeFirst(),
    );
    return Number(numDeletedRows);
  }
}
