import { renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { StoreError } from '../../ports/series-store.js';
import { Serial } from '../serial.js';
import { syncFile } from './durable-file.js';
import { STORAGE } from './schema.js';

/** Values of one column as JavaScript values: numbers, texts, null; of other types as the library gives them. */
export interface Column {
  getItem(row: number): unknown;
}

/** One connection, one statement at a time. */
export class Connection {
  readonly #serial = new Serial();
  #closed = false;

  constructor(private readonly raw: DuckDBConnection) {}

  /** Rows as arrays of JavaScript values, in the columns' order. */
  rows(sql: string, values: DuckDBValue[] = []): Promise<unknown[][]> {
    return this.exclusively(async (raw) => (await raw.runAndReadAll(sql, values)).getRowsJS() as unknown[][]);
  }

  /** The same, a couple of thousand rows at a time, column by column: neither all rows nor an array for each lie in memory. */
  columns(sql: string, values: DuckDBValue[], take: (columns: readonly Column[], rows: number) => void): Promise<void> {
    return this.exclusively(async (raw) => {
      const result = await raw.run(sql, values);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const columns = Array.from({ length: chunk.columnCount }, (_, at) => chunk!.getColumnVector(at));
        take(columns, chunk.rowCount);
      }
    });
  }

  /** Several statements that nothing may come between. */
  exclusively<T>(task: (raw: DuckDBConnection) => Promise<T>): Promise<T> {
    // a statement on a connection that is let go of meanwhile would end the process
    if (this.#closed) return Promise.reject(new StoreError('closed', 'the series store is closed'));
    return this.#serial.run(() => task(this.raw));
  }

  /** All of it or nothing. `ending`, where it is given, makes what was done visible by calling `commit`. */
  transaction(
    task: (raw: DuckDBConnection) => Promise<void>,
    ending: (raw: DuckDBConnection, commit: () => Promise<void>) => Promise<void> = (_raw, commit) => commit(),
  ): Promise<void> {
    return this.exclusively(async (raw) => {
      await raw.run('BEGIN');
      try {
        await task(raw);
        await ending(raw, async () => void (await raw.run('COMMIT')));
      } catch (error) {
        await raw.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /** Lets what was asked end, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#serial.idle();
    this.raw.closeSync();
  }
}

export interface DuckDbOptions {
  /** the database file; its write-ahead log lies beside it */
  file: string;
  /** DuckDB's notation, such as "96MB"; raising it speeds up long queries, lowering it keeps the process small */
  memoryLimit?: string | undefined;
  /** raising it speeds up long queries at the cost of memory and of other work on the machine */
  threads?: number;
}

/** @throws StoreError that names the file: `corrupt`, or `unreachable` when another process holds it */
export async function openInstance(options: DuckDbOptions): Promise<DuckDBInstance> {
  // 60 MB of program that a cloud with its facts elsewhere need not have, nor a machine that it was not built for
  const library = await import('@duckdb/node-api');
  const open = (file: string): Promise<DuckDBInstance> =>
    library.DuckDBInstance.create(file, {
      memory_limit: options.memoryLimit ?? '96MB',
      threads: String(options.threads ?? 2),
      temp_directory: `${options.file}.tmp`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      storage_compatibility_version: STORAGE,
    });
  try {
    if (sizeOf(options.file) === 0) await makeWhole(options.file, open);
    return await open(options.file);
  } catch (error) {
    throw unusable(options.file, error);
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** A file that the power left half made could never be opened again: it gets its name once it is whole. */
async function makeWhole(file: string, open: (file: string) => Promise<DuckDBInstance>): Promise<void> {
  if (sizeOf(`${file}.wal`) > 0)
    throw new StoreError(
      'refused',
      `${file} is empty, and its log ${file}.wal is not: put it back, or move the log away`,
    );
  const beside = `${file}.new`;
  for (const left of [beside, `${beside}.wal`]) rmSync(left, { force: true });
  (await open(beside)).closeSync();
  await syncFile(beside);
  renameSync(beside, file);
  await syncFile(path.dirname(file));
}

export function unusable(file: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/could not set lock|conflicting lock/i.test(text)) {
    return new StoreError('unreachable', `${file} is in use by another process`, { cause });
  }
  if (/permission denied|read-only|no such file|cannot open file/i.test(text)) {
    return new StoreError('unreachable', `${file} cannot be opened: ${text.split('\n')[0]}`, { cause });
  }
  return new StoreError('corrupt', `${file} is not a usable database: ${text.split('\n')[0]}`, { cause });
}
