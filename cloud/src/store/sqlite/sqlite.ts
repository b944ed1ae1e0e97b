import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { StoreError } from '../../ports/series-store.js';

/** What may be bound. libsql ends the whole process on a bare Buffer, a boolean or undefined, so nothing else passes. */
export type Bindable = null | number | bigint | string | Buffer;
export type Row = Record<string, unknown>;

/** statements kept prepared; those with lists of values are many */
const MOST_STATEMENTS = 200;

/** The only place that touches libsql: binds arrays of what is safe, and nothing else. */
export class Sqlite {
  readonly #statements = new Map<string, Database.Statement>();
  #db: Database.Database | undefined;

  /** @param derived what it holds can be made anew: the last commits may be lost with the power, and nobody waits for a check of it all */
  constructor(
    private readonly file: string,
    private readonly derived = false,
  ) {}

  /** @throws StoreError that names the file: `corrupt`, or `unreachable` when it cannot be opened */
  open(migrations: readonly string[]): void {
    try {
      accessSync(dirname(this.file), constants.W_OK);
    } catch (cause) {
      throw new StoreError('unreachable', `${this.file} cannot be opened: its folder is missing or not writable`, {
        cause,
      });
    }
    try {
      this.#db = new Database(this.file);
      this.#db.exec('PRAGMA journal_mode = WAL');
      this.#db.exec(`PRAGMA synchronous = ${this.derived ? 'NORMAL' : 'FULL'}`);
      this.#db.exec('PRAGMA foreign_keys = ON');
      this.#db.exec('PRAGMA busy_timeout = 2000');
      this.#migrate(migrations);
      if (!this.derived) this.check();
    } catch (cause) {
      this.close();
      if (cause instanceof StoreError) throw cause;
      throw this.#unusable(cause);
    }
  }

  #migrate(migrations: readonly string[]): void {
    const version = Number(this.query('PRAGMA user_version').rows[0]?.['user_version'] ?? 0);
    if (version > migrations.length) {
      throw new StoreError(
        'corrupt',
        `${this.file} was written by a newer Aisle (schema ${version}, known ${migrations.length})`,
      );
    }
    migrations.slice(version).forEach((sql, index) => {
      this.begin();
      try {
        this.database.exec(`${sql};\nPRAGMA user_version = ${version + index + 1}`);
        this.commit();
      } catch (error) {
        this.rollback();
        throw error;
      }
    });
  }

  /** @throws StoreError `corrupt` when SQLite finds its own pages inconsistent */
  check(): void {
    let answer: unknown;
    try {
      answer = Object.values(this.database.prepare('PRAGMA quick_check(1)').get() as Row)[0];
    } catch (cause) {
      throw this.#unusable(cause);
    }
    if (answer !== 'ok') throw new StoreError('corrupt', `${this.file} is not a usable database: ${String(answer)}`);
  }

  /** Rows of a statement that gives any, else how many it changed. */
  query(sql: string, values: readonly Bindable[] = []): { rows: Row[]; changes?: number } {
    const statement = this.#statement(sql);
    if (statement.reader) return { rows: statement.all(checked(values)) as Row[] };
    return { rows: [], changes: statement.run(checked(values)).changes };
  }

  begin(): void {
    this.database.exec('BEGIN IMMEDIATE');
  }
  commit(): void {
    this.database.exec('COMMIT');
  }
  /** Does nothing where SQLite has already undone the transaction itself, as it does on a full disk. */
  rollback(): void {
    if (this.database.inTransaction) this.database.exec('ROLLBACK');
  }

  /** From now on commits are left in the log, for somebody else to bring to the disk (wal-sync.ts). */
  leaveSyncing(): void {
    this.database.exec('PRAGMA synchronous = NORMAL');
  }

  /** Writes all that is in the log into the file, and both to the disk. @throws where not all of it could be */
  bringIn(): void {
    this.database.exec('PRAGMA synchronous = FULL');
    const [row] = this.database.prepare('PRAGMA wal_checkpoint(FULL)').all() as Row[];
    if (Number(row?.['busy']) !== 0)
      throw new StoreError('unreachable', `${this.file} could not be brought to the disk: somebody else is using it`);
    this.leaveSyncing();
  }

  close(): void {
    this.#statements.clear();
    const db = this.#db;
    this.#db = undefined;
    if (!db) return;
    try {
      // a clean stop leaves one file that can be copied
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    } catch {
      // a damaged file, or somebody is reading: the log is read at the next opening
    }
    db.close();
  }

  private get database(): Database.Database {
    if (!this.#db) throw new StoreError('closed', `${this.file} is closed`);
    return this.#db;
  }

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.database.prepare(sql);
      const oldest = this.#statements.keys().next();
      if (this.#statements.size >= MOST_STATEMENTS && !oldest.done) this.#statements.delete(oldest.value);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #unusable(cause: unknown): StoreError {
    const text = cause instanceof Error ? cause.message : String(cause);
    const code = /locked|busy/i.test(text) ? 'unreachable' : 'corrupt';
    const what = code === 'unreachable' ? 'is in use by another process' : 'is not a usable database';
    return new StoreError(code, `${this.file} ${what}: ${text.split('\n')[0]}`, { cause });
  }
}

/** @throws StoreError `refused` for a value that libsql could not take, and for a text that PostgreSQL could not keep */
export function checked(values: readonly unknown[]): unknown[] {
  values.forEach((value, index) => {
    if (typeof value === 'string' && value.includes('\0'))
      throw new StoreError('refused', `parameter ${index + 1} is a text with a NUL, which no catalog can keep`);
    const safe =
      value === null ||
      typeof value === 'string' ||
      typeof value === 'bigint' ||
      (typeof value === 'number' && Number.isFinite(value)) ||
      Buffer.isBuffer(value);
    if (!safe)
      throw new StoreError(
        'refused',
        `parameter ${index + 1} is ${value === undefined ? 'undefined' : typeof value}, which SQLite cannot keep`,
      );
  });
  return [...values];
}
