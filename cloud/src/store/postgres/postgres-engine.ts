import { CompiledQuery, PostgresDialect, sql, type Dialect } from 'kysely';
import type pg from 'pg';
import { StoreError } from '../../ports/series-store.js';
import type { CatalogEngine, Db } from '../catalog/database.js';
import { MIGRATIONS, inPostgres } from '../catalog/migrations.js';
import type { PostgresOptions } from './postgres-address.js';
import { explained, isContention } from './postgres-errors.js';
import { postgresPool } from './postgres-pool.js';

/** any number of our own: who brings the schema up to date holds it */
const SCHEMA_LOCK = 4_715_071;

/** tables whose rows the engine numbers */
const NUMBERED = [
  ['user', 'user_id'],
  ['api_token', 'token_id'],
] as const;

/** The catalog in a PostgreSQL database of its own, for when one file on one machine is not enough. */
export class PostgresEngine implements CatalogEngine {
  readonly locksRows = true;
  #pool: pg.Pool | undefined;
  #name = 'PostgreSQL';

  constructor(private readonly options: PostgresOptions) {}

  get name(): string {
    return this.#name;
  }

  async open(): Promise<Dialect> {
    const { pool, name } = postgresPool(this.options, 'catalog');
    this.#name = name;
    this.#pool = pool;
    try {
      await this.#migrate(pool);
    } catch (error) {
      await this.close();
      throw this.explain(error);
    }
    return new PostgresDialect({
      pool,
      // whatever the server's default: what was said to be kept is on disk
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw('SET synchronous_commit = on'));
      },
    });
  }

  /** All steps or none; of several clouds that start at once the first makes them, the others wait. */
  async #migrate(pool: pg.Pool): Promise<void> {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
      await client.query('CREATE TABLE IF NOT EXISTS catalog_schema (steps BIGINT NOT NULL)');
      const { rows } = await client.query<{ steps: number }>('SELECT steps FROM catalog_schema');
      const steps = rows[0]?.steps ?? 0;
      if (steps > MIGRATIONS.length)
        throw new StoreError(
          'corrupt',
          `${this.#name} was written by a newer Aisle (schema ${steps}, known ${MIGRATIONS.length})`,
        );
      for (const step of MIGRATIONS.slice(steps)) await client.query(inPostgres(step));
      await client.query(
        rows.length === 0 ? 'INSERT INTO catalog_schema VALUES ($1)' : 'UPDATE catalog_schema SET steps = $1',
        [MIGRATIONS.length],
      );
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      // closing the connection undoes what was begun
      client.release(true);
      throw error;
    }
  }

  async check(db: Db): Promise<void> {
    await db.selectFrom('organisation').select('organisation_id').limit(1).execute();
  }

  async goOnNumbering(db: Db): Promise<void> {
    for (const [table, column] of NUMBERED)
      await sql`SELECT setval(pg_get_serial_sequence(${`"${table}"`}, ${column}), max(${sql.ref(column)})) FROM ${sql.table(table)}
        HAVING count(*) > 0`.execute(db);
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    if (pool && !pool.ending) await pool.end();
  }

  explain(error: unknown): unknown {
    return explained(error, this.#name);
  }

  isContention(error: unknown): boolean {
    return isContention(error);
  }
}
