import type pg from 'pg';
import type { AttemptKey, Attempts, Clock, HeldLease, LeaseTable, LoginAttempts } from '../../ports/index.js';
import type { PostgresOptions } from './postgres-address.js';
import { explained } from './postgres-errors.js';
import { postgresPool } from './postgres-pool.js';
import * as sql from './shared-schema.js';

/** any number of our own: who brings the schema up to date holds it */
const SCHEMA_LOCK = 4_715_074;
/** one listens, the others ask: leases and log-ins are short */
const CONNECTIONS = 3;
/** failed log-ins and pairs that are remembered, each */
const MOST_KEYS = 20_000;

export interface SharedParts {
  /** where the catalog is: all processes of a cloud meet there */
  postgres: PostgresOptions;
  /** the name of this process, like no other's */
  self: string;
  clock: Pick<Clock, 'monotonicMs'>;
}

/** LeaseTable and log-in attempts in the PostgreSQL that the processes of a cloud share. */
export class PostgresShared implements LeaseTable, LoginAttempts {
  #pool: pg.Pool | undefined;
  #name = 'PostgreSQL';

  constructor(private readonly parts: SharedParts) {}

  /** @throws StoreError `unreachable` */
  async open(): Promise<void> {
    const { pool, name } = postgresPool({ ...this.parts.postgres, connections: CONNECTIONS }, 'catalog');
    [this.#pool, this.#name] = [pool, name];
    const client = await this.client();
    try {
      await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${SCHEMA_LOCK}); ${sql.SHARED_SCHEMA}; COMMIT`);
      client.release();
    } catch (error) {
      client.release(true);
      await this.close();
      throw explained(error, this.#name);
    }
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }

  /** A connection of its own, until it is released. @throws StoreError `unreachable` */
  async client(): Promise<pg.PoolClient> {
    if (!this.#pool) throw new Error('what replicas share is not open');
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw explained(error, this.#name);
    }
  }

  async hold(name: string, forMs: number): Promise<HeldLease | undefined> {
    // from before it was asked: it ends here before it ends there
    const askedMs = this.parts.clock.monotonicMs();
    const [row] = await this.#rows<{ token: number }>(sql.HOLD, [name, this.parts.self, forMs]);
    return row && { token: row.token, untilMs: askedMs + forMs };
  }

  async held(prefix: string): Promise<string[]> {
    return (await this.#rows<{ name: string }>(sql.HELD, [prefix])).map(({ name }) => name);
  }

  async release(name: string): Promise<void> {
    await this.#rows(sql.RELEASE, [name, this.parts.self]);
  }

  async turn(name: string, token: number, everyMs: number): Promise<boolean> {
    return (await this.#run(sql.TURN, [name, this.parts.self, token, everyMs])).rowCount === 1;
  }

  async look(keys: readonly string[]): Promise<{ failed: Map<string, Attempts>; known: Set<string> }> {
    const failed = await this.#rows<{ key: string; wait: number }>(sql.FAILURES, [keys]);
    const known = await this.#rows<{ key: string }>(sql.KNOWN, [keys]);
    return {
      failed: new Map(failed.map(({ key, wait }) => [key, { waitMs: wait }])),
      known: new Set(known.map(({ key }) => key)),
    };
  }

  async failed(keys: readonly AttemptKey[]): Promise<void> {
    const column = <T>(of: (key: AttemptKey) => T): T[] => keys.map(of);
    await this.#rows(sql.FAILED, [column(({ key }) => key), column(({ free }) => free), column((k) => k.longestMs)]);
  }

  async succeeded(forgiven: readonly string[], known: string): Promise<void> {
    await this.#rows(sql.SUCCEEDED, [forgiven, known]);
  }

  async forget(): Promise<void> {
    for (const statement of sql.FORGET) await this.#rows(statement, [MOST_KEYS]);
  }

  async #rows<R extends object>(text: string, values: unknown[]): Promise<R[]> {
    return (await this.#run(text, values)).rows as R[];
  }

  async #run(text: string, values: unknown[]): Promise<pg.QueryResult> {
    const client = await this.client();
    try {
      const result = await client.query(text, values);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw explained(error, this.#name);
    }
  }
}
