import type { DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { minuteOf, type FactKind } from '@aisle/contracts';
import {
  StoreError,
  type RecordKind,
  type RollupMark,
  type RollupQuery,
  type SeriesQuery,
  type SeriesRow,
  type SeriesStore,
  type StoredFact,
  type StoredRollup,
} from '../../ports/series-store.js';
import { GroupCommit } from '../group-commit.js';
import { byKey, checkRow, highestGenerations, hourOf, lastBySubject, newerRecord } from '../row-rules.js';
import { appendFacts, appendRollups, appendTouched } from './append.js';
import { Connection, openInstance, unusable, type DuckDbOptions } from './connection.js';
import { syncCommit } from './durable-file.js';
import {
  COMPACT,
  COMPACT_ROLLUPS,
  LAST_MADE,
  LAST_SAID,
  NEWEST_REVISIONS,
  NEWEST_ROLLUPS,
  rollupTable,
} from './schema.js';
import { bringToSchema } from './migrate.js';

/** rows in the log before it is compacted; raising it makes compaction rarer, the pause it causes longer, and reading slower */
const COMPACT_ROWS = 20_000;

const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

/** The series in one DuckDB file: the embedded default. One process at a time. */
export class DuckDbSeriesStore implements SeriesStore {
  #instance: DuckDBInstance | undefined;
  #writer: Connection | undefined;
  #reader: Connection | undefined;
  readonly #commits = new GroupCommit<SeriesRow>((rows) => this.#commit(rows));
  /** number of the last commit that readers see; a rollup's mark is one of these */
  #stamp = 0;
  /** number of the last packet of rollups; of two for the same hour the later one is read */
  #made = 0;
  #recentRows = 0;
  /** whether there may be rollups that a newer one has replaced */
  #rollupsReplaced = true;
  /** by store id, kept because the answer needs a look at every row */
  readonly #spans = new Map<string, { earliestTs: number; latestTs: number }>();

  constructor(private readonly options: DuckDbOptions & { compactRows?: number }) {}

  async open(): Promise<void> {
    this.#instance = await openInstance(this.options);
    try {
      this.#writer = new Connection(await this.#instance.connect());
      this.#reader = new Connection(await this.#instance.connect());
      await bringToSchema(this.#writer);
      const [state] = await this.#writer.rows(
        'SELECT (SELECT max(stamp) FROM every_touch)::DOUBLE, (SELECT count(*) FROM recent)::DOUBLE',
      );
      const [made] = await this.#writer.rows(LAST_MADE);
      this.#stamp = Number(state?.[0] ?? 0);
      this.#recentRows = Number(state?.[1] ?? 0);
      this.#made = Number(made?.[0] ?? 0);
    } catch (error) {
      await this.close();
      throw unusable(this.options.file, error);
    }
  }

  async write(rows: readonly SeriesRow[]): Promise<void> {
    for (const row of rows) checkRow(row);
    if (rows.length > 0) await this.#commits.add(rows);
  }

  async read<K extends FactKind>(query: SeriesQuery<K>): Promise<StoredFact<K>[]> {
    if (query.kinds.length === 0 || query.subjects?.length === 0) return [];
    const subjects = query.subjects ?? [];
    const where =
      `store = ? AND kind IN (${marks(query.kinds.length)}) AND ts >= ? AND ts < ?` +
      (query.subjects ? ` AND subject IN (${marks(subjects.length)})` : '');
    const values = [query.storeId, ...query.kinds, BigInt(query.from), BigInt(query.to), ...subjects];
    return highestGenerations(await this.#facts<K>(NEWEST_REVISIONS(where), values));
  }

  async newest<K extends FactKind>(query: { storeId: string; kind: K; before: number }): Promise<StoredFact<K>[]> {
    return (await this.#facts<K>(LAST_SAID, [query.storeId, query.kind, BigInt(query.before)])).sort(byKey);
  }

  async lookup<K extends RecordKind>(query: {
    storeId: string;
    kind: K;
    subjects: readonly string[];
  }): Promise<StoredFact<K>[]> {
    if (query.subjects.length === 0) return [];
    const where = `store = ? AND kind = ? AND subject IN (${marks(query.subjects.length)})`;
    const found = await this.#facts<K>(NEWEST_REVISIONS(where), [query.storeId, query.kind, ...query.subjects]);
    return lastBySubject(found, newerRecord);
  }

  async span(storeId: string): Promise<{ earliestTs: number; latestTs: number } | undefined> {
    const known = this.#spans.get(storeId);
    if (known) return { ...known };
    const [row] = await this.#read('SELECT min(ts)::DOUBLE, max(ts)::DOUBLE FROM every_fact WHERE store = ?', [
      storeId,
    ]);
    if (row?.[0] === null || row === undefined) return undefined;
    const span = { earliestTs: minuteOf(Number(row[0])), latestTs: minuteOf(Number(row[1])) };
    // a commit may have widened it meanwhile
    const meanwhile = this.#spans.get(storeId);
    this.#spans.set(storeId, meanwhile ? union(span, meanwhile) : span);
    return span;
  }

  async writtenHours(storeId: string, from: number, to: number): Promise<number[]> {
    const rows = await this.#read(
      'SELECT DISTINCT hour::DOUBLE AS hour FROM every_touch WHERE store = ? AND hour >= ? AND hour < ? ORDER BY hour',
      [storeId, BigInt(hourOf(from)), BigInt(to)],
    );
    return rows.map((row) => Number(row[0]));
  }

  async mark(): Promise<RollupMark> {
    return String(this.#stamp);
  }

  async readRollups(query: RollupQuery): Promise<StoredRollup[]> {
    if (query.kinds.length === 0) return [];
    const range = [query.storeId, BigInt(query.from), BigInt(query.to)];
    const found = await this.#read(
      NEWEST_ROLLUPS(query.level, query.kinds),
      query.kinds.flatMap(() => range),
    );
    if (found.length === 0) return [];
    // read after the rollups: a write in between only puts more of them out of use
    const isTrue = await this.#trueAfter(
      query.storeId,
      Math.min(...found.map((row) => Number(row[1]))),
      Math.max(...found.map((row) => Number(row[2]))),
      Math.min(...found.map((row) => Number(row[5]))),
    );
    return found
      .filter((row) => isTrue(Number(row[1]), Number(row[2]), Number(row[5])))
      .map((row) => ({
        level: query.level,
        kind: row[0] as FactKind,
        from: Number(row[1]),
        to: Number(row[2]),
        definition: String(row[3]),
        payload: String(row[4]),
      }))
      .sort((a, b) => a.from - b.from || (a.kind < b.kind ? -1 : 1));
  }

  /** Tells whether nothing in [from, to) was written after commit `mark`. */
  async #trueAfter(storeId: string, from: number, to: number, oldestMark: number) {
    const touched = await this.#read(
      `SELECT hour::DOUBLE, max(stamp)::DOUBLE FROM every_touch
       WHERE store = ? AND hour >= ? AND hour < ? AND stamp > ? GROUP BY hour ORDER BY hour`,
      [storeId, BigInt(hourOf(from)), BigInt(to), BigInt(oldestMark)],
    );
    return (start: number, end: number, mark: number): boolean => {
      const first = hourOf(start);
      let low = 0;
      let high = touched.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (Number(touched[middle]?.[0]) < first) low = middle + 1;
        else high = middle;
      }
      for (let at = low; at < touched.length && Number(touched[at]?.[0]) < end; at++) {
        if (Number(touched[at]?.[1]) > mark) return false;
      }
      return true;
    };
  }

  async writeRollups(storeId: string, mark: RollupMark, rollups: readonly StoredRollup[]): Promise<void> {
    if (rollups.length === 0) return;
    await this.#writing().transaction(async (raw) => {
      const made = BigInt(++this.#made);
      this.#rollupsReplaced = true;
      const tables = new Map<string, StoredRollup[]>();
      for (const rollup of rollups) {
        const table = rollupTable(rollup.level, rollup.kind);
        const ofTable = tables.get(table);
        if (ofTable) ofTable.push(rollup);
        else tables.set(table, [rollup]);
      }
      for (const [table, ofTable] of tables) await appendRollups(raw, table, storeId, ofTable, BigInt(mark), made);
    });
  }

  async quickCheck(): Promise<void> {
    try {
      await this.#read('SELECT count(*) FROM recent');
      await this.#read('SELECT max(ts) FROM (SELECT ts FROM facts LIMIT 1)');
    } catch (error) {
      throw error instanceof StoreError ? error : unusable(this.options.file, error);
    }
  }

  async close(): Promise<void> {
    await this.#commits.idle();
    await this.#reader?.close();
    await this.#writer?.close();
    this.#reader = this.#writer = undefined;
    this.#instance?.closeSync();
    this.#instance = undefined;
  }

  /** Keeps winners only and writes the log into the database file. Runs by itself when the log is long. */
  async compact(): Promise<void> {
    await this.#writing().transaction(async (raw) => {
      for (const statement of COMPACT) await raw.run(statement);
      if (this.#rollupsReplaced) for (const statement of COMPACT_ROLLUPS) await raw.run(statement);
      this.#rollupsReplaced = false;
    });
    this.#recentRows = 0;
    await this.#writing()
      .rows('CHECKPOINT')
      .catch(() => undefined); // a long reader may stand in its way; later then
  }

  async #commit(rows: SeriesRow[]): Promise<void> {
    const writer = this.#writing();
    const stamp = this.#stamp + 1;
    await writer.transaction(async (raw) => {
      await appendFacts(raw, rows);
      await appendTouched(raw, rows, stamp);
    });
    await syncCommit(this.options.file);
    this.#stamp = stamp;
    for (const { storeId, fact } of rows) {
      const known = this.#spans.get(storeId);
      const at = minuteOf(fact.ts);
      if (known) this.#spans.set(storeId, union(known, { earliestTs: at, latestTs: at }));
    }
    this.#recentRows += rows.length;
    if (this.#recentRows >= (this.options.compactRows ?? COMPACT_ROWS)) {
      // the rows are safe already: whoever waits for them need not wait for this, and a failure only leaves the log long
      this.#recentRows = 0;
      void this.compact().catch(() => undefined);
    }
  }

  async #facts<K extends FactKind>(sql: string, values: DuckDBValue[]): Promise<StoredFact<K>[]> {
    return (await this.#read(sql, values)).map(
      ([kind, subject, ts, epoch, seq, configVersion, value, generation]) =>
        ({
          kind,
          subject,
          ts,
          seq,
          ...(generation !== 0 && { generation }),
          configVersion,
          value: JSON.parse(value as string),
          epoch,
        }) as StoredFact<K>,
    );
  }

  #read(sql: string, values: DuckDBValue[] = []): Promise<unknown[][]> {
    if (!this.#reader) return Promise.reject(new StoreError('closed', `${this.options.file} is closed`));
    return this.#reader.rows(sql, values);
  }

  #writing(): Connection {
    if (!this.#writer) throw new StoreError('closed', `${this.options.file} is closed`);
    return this.#writer;
  }
}

const union = (a: { earliestTs: number; latestTs: number }, b: { earliestTs: number; latestTs: number }) => ({
  earliestTs: Math.min(a.earliestTs, b.earliestTs),
  latestTs: Math.max(a.latestTs, b.latestTs),
});
