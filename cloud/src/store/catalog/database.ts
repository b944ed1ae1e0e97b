import { Kysely, type Dialect, type Selectable } from 'kysely';
import { CatalogError } from '../../ports/catalog.js';
import { StoreError } from '../../ports/series-store.js';
import type { CatalogTables } from './tables.js';

/** What queries are written against, within a transaction or not. */
export type Db = Kysely<CatalogTables>;

/** What differs between SQLite and PostgreSQL, beside the dialect. */
export interface CatalogEngine {
  /** The file or the address, for messages. Holds no secret. */
  readonly name: string;
  /** Whether several connections write side by side, so that a row must be locked before it is read and changed. */
  readonly locksRows: boolean;
  /** Opens, and brings the schema up to date. @throws StoreError `corrupt` | `unreachable`, naming the file or address */
  open(): Promise<Dialect>;
  /** @throws StoreError */
  check(db: Db): Promise<void>;
  /** Resolves when all that was committed is on the disk. Left out: it is, once a commit has ended. */
  settled?(): Promise<void>;
  /** Rows with numbers were put in as they are: those that the engine gives out go on behind them. */
  goOnNumbering(db: Db): Promise<void>;
  /** Called after the dialect's own end. */
  close(): Promise<void>;
  /** The error as the catalog's port has it. */
  explain(error: unknown): unknown;
  /** Another transaction was in the way, or came first: the same again may work. */
  isContention(error: unknown): boolean;
}

/** contention that does not end within so many tries is told */
const TRIES = 10;

/** The catalog's database: opens and closes it, and runs queries, alone or together. */
export class CatalogDatabase {
  #db: Db | undefined;

  constructor(private readonly engine: CatalogEngine) {}

  async open(): Promise<void> {
    this.#db = new Kysely<CatalogTables>({ dialect: await this.engine.open() });
    await this.check();
  }

  async check(): Promise<void> {
    await this.once((db) => this.engine.check(db));
  }

  /** After rows were put in with their numbers, within the same transaction. */
  goOnNumbering(db: Db): Promise<void> {
    return this.engine.goOnNumbering(db);
  }

  async close(): Promise<void> {
    const db = this.#db;
    this.#db = undefined;
    await db?.destroy();
    await this.engine.close();
  }

  /** One statement, or several that only read. */
  once<T>(task: (db: Db) => Promise<T>): Promise<T> {
    return this.#tried(task);
  }

  /** All of it or nothing. `task` is run again when another transaction was in the way, so it does nothing but query. */
  together<T>(task: (db: Db) => Promise<T>): Promise<T> {
    return this.#tried((db) => db.transaction().execute(task));
  }

  /**
   * The store's row, held (against others who ask for it so, not against rows that only refer to it) until the transaction ends: what is decided from it and from all that hangs on it stays true.
   * @throws CatalogError `unknownStore`
   */
  async lockStore(db: Db, storeId: string): Promise<Selectable<CatalogTables['store']>> {
    const row = await db
      .selectFrom('store')
      .selectAll()
      .where('store_id', '=', storeId)
      .$if(this.engine.locksRows, (query) => query.forNoKeyUpdate())
      .executeTakeFirst();
    if (!row) throw new CatalogError('unknownStore', `there is no store "${storeId}"`);
    return row;
  }

  async #tried<T>(task: (db: Db) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      if (!this.#db) throw new StoreError('closed', `${this.engine.name} is closed`);
      try {
        const result = await task(this.#db);
        // also what was only read may be of a commit that the power could still take back
        await this.engine.settled?.();
        return result;
      } catch (error) {
        if (tries < TRIES && this.engine.isContention(error)) continue;
        throw this.engine.explain(error);
      }
    }
  }
}
