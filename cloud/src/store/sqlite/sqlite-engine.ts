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
import { StoreError } from '../../ports/series-store.js';
import type { CatalogEngine } from '../catalog/database.js';
import { MIGRATIONS } from '../catalog/migrations.js';
import { Sqlite, type Bindable } from './sqlite.js';
import { WalSync } from './wal-sync.js';

/** A full disk, or one that takes no more of this file: a quota, a limit of its user. */
const NO_ROOM = /^(SQLITE_(FULL|IOERR_(WRITE|FSYNC|TRUNCATE|SHMSIZE|SHMMAP))|ENOSPC|EDQUOT|EFBIG)$/;
/** Statements that change nothing. */
const READS = /^\s*select\b/i;

/** The catalog in one SQLite file: the embedded default. One connection, one transaction at a time. */
export class SqliteEngine implements CatalogEngine {
  readonly locksRows = false;
  readonly #sqlite: Sqlite;
  readonly #log: WalSync;

  /** @param options `mostPages`: no more than so many pages of 4 KiB, as on a small disk; `sync`: for tests, brings a file's bytes to the disk */
  constructor(private readonly options: { file: string; mostPages?: number; sync?: (file: string) => Promise<void> }) {
    this.#sqlite = new Sqlite(options.file);
    this.#log = new WalSync(options.file, this.#sqlite, options.sync);
  }

  get name(): string {
    return this.options.file;
  }

  async open(): Promise<Dialect> {
    this.#sqlite.open(MIGRATIONS);
    if (this.options.mostPages !== undefined) this.#sqlite.query(`PRAGMA max_page_count = ${this.options.mostPages}`);
    this.#sqlite.leaveSyncing();
    return {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new OneConnection(this.#sqlite, this.#log),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    };
  }

  async check(): Promise<void> {
    this.#sqlite.check();
  }

  settled(): Promise<void> {
    return this.#log.settled();
  }

  /** SQLite looks at the highest number by itself. */
  async goOnNumbering(): Promise<void> {}

  async close(): Promise<void> {
    this.#sqlite.close();
  }

  explain(error: unknown): unknown {
    const { code, message } = error as { code?: unknown; message?: string };
    if (typeof code !== 'string' || !NO_ROOM.test(code)) return error;
    return new StoreError('full', `${this.options.file} cannot grow: ${message ?? code}`, { cause: error });
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
  /** within a transaction; `wrote` once it has changed anything */
  #transaction: { wrote: boolean } | undefined;

  constructor(
    private readonly sqlite: Sqlite,
    private readonly log: WalSync,
  ) {
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
    this.#transaction = { wrote: false };
  }
  async commitTransaction(): Promise<void> {
    const { wrote } = this.#transaction ?? { wrote: true };
    this.sqlite.commit();
    this.#transaction = undefined;
    if (wrote) this.log.wrote();
  }
  async rollbackTransaction(): Promise<void> {
    this.#transaction = undefined;
    this.sqlite.rollback();
  }

  #run<R>(sql: string, values: readonly Bindable[]): QueryResult<R> {
    const { rows, changes } = this.sqlite.query(sql, values);
    if (!READS.test(sql)) {
      if (this.#transaction) this.#transaction.wrote = true;
      else this.log.wrote();
    }
    return { rows: rows as R[], ...(changes !== undefined && { numAffectedRows: BigInt(changes) }) };
  }
}
