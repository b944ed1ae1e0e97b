import type { UserRecord } from './users.js';

export interface SessionRecords {
  createSession(session: { tokenHash: string; userId: number; createdTs: number; expiresTs: number }): Promise<void>;
  /** The user of a session that has not expired at `now`; nobody who is disabled. */
  userBySession(tokenHash: string, now: number): Promise<UserRecord | undefined>;
  deleteSession(tokenHash: string): Promise<void>;
  /** All of this user's, but for one. */
  deleteSessionsOf(userId: number, exceptTokenHash?: string): Promise<void>;
  /** Forgets sessions that expired before `now`; gives how many. */
  deleteExpiredSessions(now: number): Promise<number>;
}
