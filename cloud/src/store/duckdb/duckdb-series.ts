import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { DAY_MS, HOUR_MS, RECORD_KINDS, minuteOf, type FactKind } from '@aisle/contracts';
import {
  StoreError,
  type FactsOwner,
  type RecordKind,
  type RollupMark,
  type RollupPlace,
  type RollupQuery,
  type SeriesQuery,
  type SeriesRow,
  type SeriesStore,
  type StoredFact,
  type StoredRollup,
  type TouchMark,
} from '../../ports/series-store.js';
import { GroupCommit } from '../group-commit.js';
import { nearFirst, type LookupQuery } from '../near-first.js';
import { checkRow, highestGenerations, hourOf, isKeepable } from '../row-rules.js';
import { appendFacts, appendPieces, appendTouched, noteWritten, type Written } from './append.js';
import { Compaction, type CompactionOptions } from './compaction.js';
import { appendStored } from './stored-facts.js';
import { Connection, openInstance, unusable, type DuckDbOptions } from './connection.js';
import { checkOwnership } from '../ownership.js';
import { Pace, type PaceClock } from '../pace.js';
import { Serial } from '../serial.js';
import { syncCommit } from './durable-file.js';
import { LAST_SAID, NEWEST_REVISIONS } from './schema.js';
import { bringToSchema } from './migrate.js';
import { RollupFile, type Marked } from './rollup-file.js';
import { SaidLast, type LastSaidQuery } from './said-last.js';

const isNothing = (value: unknown): boolean => value === null || value === undefined;
const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
/** What pages ask for as it was said last, however long ago. */
const ASKED_OF_ALL_TIME = ['slot', 'incident'] as const;
type Span = { earliestTs: number; latestTs: number };

/** The series in one DuckDB file: the embedded default. One process at a time. */
export class DuckDbSeriesStore implements SeriesStore {
  #instance: DuckDBInstance | undefined;
  #writer: Connection | undefined;
  /** what is loaded: whoever commits meanwhile does not wait for it */
  #loader: Connection | undefined;
  /** what somebody waits for */
  #reader: Connection | undefined;
  /** what nobody waits for: rollups and states being made */
  #patient: Connection | undefined;
  #compaction: Compaction | undefined;
  readonly #rollups: RollupFile;
  readonly #said: SaidLast;
  readonly #pace: Pace;
  readonly #commits = new GroupCommit<SeriesRow>(
    (rows) => this.#commit(rows),
    undefined,
    () => this.ready(),
  );
  /** what is loaded waits for itself, not for the shops */
  readonly #finals = new Serial();
  /** the file was not there, or empty, when it was opened */
  #isNew = false;
  /** number of the last commit that readers see; a rollup's mark is one of these */
  #stamp = 0;
  /** number given to the newest commit, whether it has come to its end or not */
  #given = 0;
  /** the last commit before this process: of what came since it knows by heart where it was */
  #openedAt = 0;
  /** by store id and hour of UTC: the last commit that wrote there, since this process began */
  readonly #touched = new Map<string, Map<number, number>>();
  /** by store id, kept because every page asks */
  readonly #spans = new Map<string, Span>();

  constructor(private readonly options: DuckDbOptions & CompactionOptions & PaceClock) {
    this.#pace = new Pace(options);
    this.#rollups = new RollupFile(`${options.file}.rollups`);
    this.#said = new SaidLast({
      file: this.#rollups,
      facts: (query) => this.#lastSaid(query),
      touchedDays: (storeId, before, patient) => this.#touchedDays(storeId, before, patient),
      stamp: () => this.#stamp,
    });
  }

  async open(): Promise<void> {
    this.#instance = await openInstance(this.options);
    try {
      this.#writer = new Connection(await this.#instance.connect());
      this.#loader = new Connection(await this.#instance.connect());
      this.#reader = new Connection(await this.#instance.connect());
      this.#patient = new Connection(await this.#instance.connect());
      this.#isNew = await bringToSchema(this.#writer);
      const [state] = await this.#writer.rows(
        'SELECT (SELECT max(stamp) FROM every_touch)::DOUBLE, (SELECT count(*) FROM recent)::DOUBLE',
      );
      this.#stamp = this.#given = this.#openedAt = Number(state?.[0] ?? 0);
      this.#compaction = new Compaction(new Connection(await this.#instance.connect()), this.options, {
        rows: Number(state?.[1] ?? 0),
        stamp: this.#stamp,
      });
      this.#rollups.open(this.#stamp);
    } catch (error) {
      await this.close();
      throw unusable(this.options.file, error);
    }
  }

  async claim(claiming: FactsOwner): Promise<void> {
    const writer = this.#writing();
    const [state] = await writer.rows(
      'SELECT (SELECT min(catalog) FROM owner), EXISTS (SELECT 1 FROM every_touch)::INTEGER',
    );
    const owner = state?.[0] === null ? undefined : String(state?.[0]);
    const { file } = this.options;
    checkOwnership(claiming, { place: file, owner, hasFacts: state?.[1] === 1, isNew: this.#isNew });
    if (owner !== undefined) return;
    await writer.transaction(async (raw) => void (await raw.run('INSERT INTO owner VALUES (?)', [claiming.catalogId])));
    await syncCommit(file);
  }

  ready(): Promise<void> {
    return this.#pace.next();
  }

  async write(rows: readonly SeriesRow[], how?: 'final'): Promise<void> {
    for (const row of rows) checkRow(row);
    if (rows.length === 0) return;
    if (how === 'final') await this.#finals.run(() => this.#commit(inReadingOrder(rows), 'facts'));
    else await this.#commits.add(rows);
  }

  load(pieces: AsyncIterable<readonly SeriesRow[]>): Promise<number> {
    return this.#finals.run(() => this.#load(pieces));
  }

  async #load(pieces: AsyncIterable<readonly SeriesRow[]>): Promise<number> {
    const [writer, loader] = [this.#writing(), this.#loader as Connection];
    const written: Written = new Map();
    /** by store, kind and subject: what is said last of it */
    const last = new Map<string, SeriesRow>();
    let [lost, stamp] = [0, 0];
    await loader.transaction(
      (raw) =>
        appendPieces(raw, pieces, (row) => {
          if (!isKeepable(row)) {
            lost += 1;
            return false;
          }
          noteWritten(written, row);
          if (!RECORD_KINDS.has(row.fact.kind)) {
            const key = `${row.fact.kind}|${row.storeId}|${row.fact.subject}`;
            const known = last.get(key);
            if (!known || known.fact.ts <= row.fact.ts) last.set(key, row);
          }
          return true;
        }),
      // its number is given as it becomes visible: whoever commits meanwhile has a lower one and is visible already
      (raw, commit) =>
        writer.exclusively(async () => {
          stamp = ++this.#given;
          await appendTouched(raw, written, stamp);
          await commit();
        }),
    );
    await syncCommit(this.options.file);
    this.#seen(written, stamp);
    this.#said.committed([...last.values()]);
    return lost;
  }

  async read<K extends FactKind>(query: SeriesQuery<K>): Promise<StoredFact<K>[]> {
    if (query.kinds.length === 0 || query.subjects?.length === 0) return [];
    const subjects = query.subjects ?? [];
    const where =
      `store = ? AND kind IN (${marks(query.kinds.length)}) AND ts >= ? AND ts < ?` +
      (query.subjects ? ` AND subject IN (${marks(subjects.length)})` : '');
    const values = [query.storeId, ...query.kinds, BigInt(query.from), BigInt(query.to), ...subjects];
    return highestGenerations(await this.#facts<K>(NEWEST_REVISIONS(where), values, query.patient));
  }

  newest<K extends FactKind>(query: { storeId: string; kind: K; before: number }): Promise<StoredFact<K>[]> {
    return this.#said.newest(query);
  }

  lasting(query: { storeId: string; from: number; to: number }): Promise<StoredFact<'incident'>[]> {
    return this.#said.lasting(query);
  }

  async prepare(storeId: string, before: number): Promise<void> {
    for (const kind of ASKED_OF_ALL_TIME) await this.#said.bringUp(storeId, kind, before, true);
  }

  async lookup<K extends RecordKind>(query: LookupQuery<K>): Promise<StoredFact<K>[]> {
    // the library is loaded already: here by its name, so that whoever only imports this file does not load it
    const { listValue } = await import('@duckdb/node-api');
    // a list in one parameter: a thousand of them take longer to be understood than to be found
    const which = 'store = ? AND kind = ? AND subject IN (SELECT unnest(?::VARCHAR[]))';
    return nearFirst(query, (subjects, near) =>
      this.#facts<K>(NEWEST_REVISIONS(which + (near ? ' AND ts >= ? AND ts < ?' : '')), [
        ...[query.storeId, query.kind, listValue(subjects)],
        ...(near ? [BigInt(near.from), BigInt(near.to)] : []),
      ]),
    );
  }

  async span(storeId: string): Promise<Span | undefined> {
    const known = this.#spans.get(storeId);
    if (known) return known;
    const [hours] = await this.#read('SELECT min(hour)::DOUBLE, max(hour)::DOUBLE FROM every_touch WHERE store = ?', [
      storeId,
    ]);
    if (!hours || hours[0] === null) return undefined;
    // the hours are known by heart: only the first and the last of them are looked at
    const within = (hour: number) =>
      this.#read('SELECT min(ts)::DOUBLE, max(ts)::DOUBLE FROM every_fact WHERE store = ? AND ts >= ? AND ts < ?', [
        ...[storeId, BigInt(hour), BigInt(hour + HOUR_MS)],
      ]);
    let [[first], [last]] = [await within(Number(hours[0])), await within(Number(hours[1]))];
    // what lay there has been deleted since: then all of it is looked at, once
    if (isNothing(first?.[0]) || isNothing(last?.[1])) {
      const [all] = await this.#read(
        'SELECT min(ts)::DOUBLE, max(ts)::DOUBLE FROM every_fact WHERE store = ?',
        [storeId],
        true,
      );
      if (!all || isNothing(all[0])) return undefined;
      [first, last] = [all, all];
    }
    const span = { earliestTs: minuteOf(Number(first?.[0])), latestTs: minuteOf(Number(last?.[1])) };
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

  async touchedHours(storeId: string, after?: TouchMark): Promise<{ hours: number[]; mark: TouchMark }> {
    const mark = this.#stamp;
    if (after === undefined || after < this.#openedAt)
      return { hours: await this.writtenHours(storeId, 0, Number.MAX_SAFE_INTEGER), mark };
    const touched = this.#touched.get(storeId) ?? new Map<number, number>();
    const hours: number[] = [];
    for (const [hour, stamp] of touched) {
      if (stamp > after) hours.push(hour);
      else touched.delete(hour);
    }
    return { hours: hours.sort((a, b) => a - b), mark };
  }

  async mark(): Promise<RollupMark> {
    return String(this.#stamp);
  }

  async readRollups(query: RollupQuery): Promise<StoredRollup[]> {
    return this.#stillTrue(query.storeId, this.#rollups.read(query));
  }

  async trueRollups(query: RollupQuery): Promise<RollupPlace[]> {
    return this.#stillTrue(query.storeId, this.#rollups.places(query));
  }

  /** Those over which nothing was written after their mark, in order. */
  async #stillTrue<R extends RollupPlace>(storeId: string, found: readonly Marked<R>[]): Promise<R[]> {
    if (found.length === 0) return [];
    let [from, to, oldest] = [Infinity, 0, Infinity];
    for (const rollup of found) {
      from = Math.min(from, rollup.from);
      to = Math.max(to, rollup.to);
      oldest = Math.min(oldest, rollup.mark);
    }
    // read after the rollups: a write in between only puts more of them out of use
    const isTrue = await this.#trueAfter(storeId, from, to, oldest);
    return found
      .filter((rollup) => isTrue(rollup.from, rollup.to, rollup.mark))
      .sort((a, b) => a.from - b.from || (a.kind < b.kind ? -1 : 1))
      .map(({ mark: _mark, ...rollup }) => rollup as unknown as R);
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
    this.#writing();
    if (rollups.length > 0) this.#rollups.write(storeId, Number(mark), rollups);
  }

  async quickCheck(): Promise<void> {
    try {
      await this.#read('SELECT count(*) FROM recent');
      await this.#read('SELECT max(ts) FROM (SELECT ts FROM facts LIMIT 1)');
    } catch (error) {
      throw error instanceof StoreError ? error : unusable(this.options.file, error);
    }
  }

  async older(storeId: string, kinds: readonly FactKind[], before: number) {
    const [row] = await this.#read(
      `SELECT count(*)::DOUBLE, min(ts)::DOUBLE FROM every_fact WHERE store = ? AND kind IN (${marks(kinds.length)}) AND ts < ?`,
      [storeId, ...kinds, BigInt(before)],
      true,
    );
    return { count: Number(row?.[0] ?? 0), ...(!isNothing(row?.[1]) && { oldestTs: Number(row?.[1]) }) };
  }

  async deleteOlder(storeId: string, kinds: readonly FactKind[], before: number): Promise<number> {
    const [patient, compaction] = [this.#patient, this.#compaction];
    if (!patient || !compaction) throw new StoreError('closed', `${this.options.file} is closed`);
    const where = `store = ? AND kind IN (${marks(kinds.length)}) AND ts < ?`;
    const days = await patient.rows(
      `SELECT DISTINCT (ts // ${DAY_MS})::DOUBLE AS day FROM every_fact WHERE ${where} ORDER BY day`,
      [storeId, ...kinds, BigInt(before)],
    );
    // rollups first: a day that is half gone must not be read from the half that is left of them
    this.#rollups.forgetBefore(storeId, kinds, before);
    let count = 0;
    for (const [day] of days) {
      const to = Math.min(before, (Number(day) + 1) * DAY_MS);
      const deleteDay = async (raw: DuckDBConnection) => {
        for (const table of ['facts', 'recent'])
          count += (await raw.run(`DELETE FROM ${table} WHERE ${where}`, [storeId, ...kinds, BigInt(to)])).rowsChanged;
      };
      await compaction.apart(() => patient.transaction(deleteDay));
    }
    // pages may have had it made anew of a day that was still there
    await this.#said.deleted(storeId, kinds, before);
    if (count > 0) this.#spans.delete(storeId);
    return count;
  }

  async close(): Promise<void> {
    await this.#commits.idle();
    await this.#finals.idle();
    await this.#compaction?.close();
    await this.#loader?.close();
    await this.#patient?.close();
    await this.#reader?.close();
    await this.#writer?.close();
    this.#reader = this.#writer = this.#loader = this.#patient = this.#compaction = undefined;
    this.#rollups.close();
    this.#instance?.closeSync();
    this.#instance = undefined;
  }

  /** Keeps winners only, whatever their age, and writes the log into the database file. Runs by itself when the log is long. */
  async compact(): Promise<void> {
    this.#writing();
    await this.#compaction?.now(this.#stamp);
  }

  async #commit(rows: readonly SeriesRow[], table: 'recent' | 'facts' = 'recent'): Promise<void> {
    const writer = this.#writing();
    const written: Written = new Map();
    for (const row of rows) noteWritten(written, row);
    if (table === 'recent') this.#pace.began(rows.length);
    let stamp = 0;
    await writer.transaction(async (raw) => {
      stamp = ++this.#given;
      await appendFacts(raw, table, rows, stamp);
      await appendTouched(raw, written, stamp);
    });
    await syncCommit(this.options.file);
    this.#seen(written, stamp);
    this.#said.committed(rows);
    // the rows are safe already: whoever waits for them need not wait for this, and a failure only leaves the log long
    if (table === 'recent') this.#compaction?.grown(rows.length, stamp);
  }

  /** Rows are on the disk: readers see them, and rollups over them are out of use. */
  #seen(written: Written, stamp: number): void {
    // two may be on their way to the disk at once, but they became visible in this order
    this.#stamp = Math.max(this.#stamp, stamp);
    for (const [storeId, { hours, earliestTs, latestTs }] of written) {
      const known = this.#spans.get(storeId);
      if (known) this.#spans.set(storeId, union(known, { earliestTs, latestTs }));
      let touched = this.#touched.get(storeId);
      if (!touched) this.#touched.set(storeId, (touched = new Map()));
      for (const hour of hours) touched.set(hour, stamp);
    }
  }

  #lastSaid<K extends FactKind>(query: LastSaidQuery<K>): Promise<StoredFact<K>[]> {
    const { storeId, kind, from, to, but = [], only = [], patient } = query;
    const among = (how: string, of: readonly string[]) =>
      of.length > 0 ? ` AND subject ${how} (${marks(of.length)})` : '';
    const values = [storeId, kind, BigInt(from), BigInt(to), ...but, ...only];
    return this.#facts<K>(LAST_SAID(among('NOT IN', but) + among('IN', only)), values, patient);
  }

  /** By day of UTC (its start) before `before`: the last commit that wrote in it. */
  async #touchedDays(storeId: string, before: number, patient?: boolean): Promise<Map<number, number>> {
    const rows = await this.#read(
      `SELECT (hour // ${DAY_MS} * ${DAY_MS})::DOUBLE AS day, max(stamp)::DOUBLE FROM every_touch
       WHERE store = ? AND hour < ? GROUP BY day`,
      [storeId, BigInt(before)],
      patient,
    );
    return new Map(rows.map((row) => [Number(row[0]), Number(row[1])]));
  }

  async #facts<K extends FactKind>(sql: string, values: DuckDBValue[], patient = false): Promise<StoredFact<K>[]> {
    const facts: StoredFact<K>[] = [];
    await this.#reading(patient).columns(sql, values, (columns, rows) => appendStored(facts, columns, rows));
    return facts;
  }

  async #read(sql: string, values: DuckDBValue[] = [], patient = false): Promise<unknown[][]> {
    return this.#reading(patient).rows(sql, values);
  }

  /** @throws StoreError `closed` */
  #reading(patient: boolean): Connection {
    const connection = patient ? this.#patient : this.#reader;
    if (!connection) throw new StoreError('closed', `${this.options.file} is closed`);
    return connection;
  }

  #writing(): Connection {
    if (!this.#writer) throw new StoreError('closed', `${this.options.file} is closed`);
    return this.#writer;
  }
}

/** As compaction leaves them. */
const inReadingOrder = (rows: readonly SeriesRow[]): SeriesRow[] =>
  [...rows].sort((a, b) => {
    if (a.storeId !== b.storeId) return a.storeId < b.storeId ? -1 : 1;
    if (a.fact.kind !== b.fact.kind) return a.fact.kind < b.fact.kind ? -1 : 1;
    return a.fact.ts - b.fact.ts;
  });

const union = (a: Span, b: Span): Span => ({
  earliestTs: Math.min(a.earliestTs, b.earliestTs),
  latestTs: Math.max(a.latestTs, b.latestTs),
});
