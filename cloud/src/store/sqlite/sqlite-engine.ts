import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { CatalogEngine } from '../catalog/database.js';
import { MIGRATIONS } from '../catalog/migrations.js';
import { Sqlite, type Bindable } from './sqlite.js';

/** The catalog in one SQLite file: the embedded default. One connection, one transaction at a time. */
export class SqliteEngine implements CatalogEngine {
  readonly locksRows = false;
  readonly #sqlite: Sqlite;

  constructor(private readonly options: { file: string }) {
    this.#sqlite = new Sqlite(options.file);
  }

  get name(): string {
    return this.options.file;
  }

  async open(): Promise<Dialect> {
    this.#sqlite.open(MIGRATIONS);
    return {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new OneConnection(this.#sqlite),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    };
  }

  async check(): Promise<void> {
    this.#sqlite.check();
  }

  async close(): Promise<void> {
    this.#sqlite.close();
  }

  explain(error: unknown): unknown {
    return error;
  }

  isContention(): boolean {
    return false;
  }
}

/** Kysely's driver over our adapter. Whoever wants the connection waits until its holder has given it back. */
class OneConnection implements Driver {
  readonly #connection: DatabaseConnection;
  #last: Promise<void> = Promise.resolve();
  #giveBack: () => void = () => undefined;

  constructor(private readonly sqlite: Sqlite) {
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery) => this.#run<R>(sql, parameters as Bindable[]),
      streamQuery: () => {
        throw new Error('the catalog reads no streams');
      },
    };
  }

  async init(): Promise<void> {}
  /** Waits for who has the connection, so that a transaction under way ends as a whole. */
  async destroy(): Promise<void> {
    await this.#last;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    let giveBack = () => undefined as void;
    this.#last = new Promise((resolve) => (giveBack = resolve));
    await before;
    this.#giveBack = giveBack;
    return this.#connection;
  }
  async releaseConnection(): Promise<void> {
    this.#giveBack();
  }

  async beginTransaction(): Promise<void> {
    this.sqlite.begin();
  }
  async commitTransaction(): Promise<void> {
    this.sqlite.commit();
  }
  async rollbackTransaction(): Promise<void> {
    this.sqlite.rollback();
  }

  #run<R>(sql: string, values: readonly Bindable[]): QueryResult<R> {
    const { rows, changes } = this.sqlite.query(sql, values);
    return { rows: rows as R[], ...(changes !== undefined && { numAffectedRows: BigInt(changes) }) };
  }
}
