import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DAY_MS, FACT_KINDS, minuteOf, type FactKind } from '@aisle/contracts';
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
import { checkOwnership } from '../ownership.js';
import { stateOf } from '../rollup-state.js';
import { byKey, checkRow, highestGenerations, hourOf, isKeepable } from '../row-rules.js';
import { Serial } from '../serial.js';
import { makePartition, partitionOf } from './partitions.js';
import type { PostgresOptions } from './postgres-address.js';
import { explained, isContention } from './postgres-errors.js';
import { postgresPool } from './postgres-pool.js';
import { Touched, copyLine, factOf, touchedBy, type FactCells } from './series-rows.js';
import * as sql from './series-schema.js';

/** any number of our own: who brings the schema up to date, or claims the facts, holds it */
const SCHEMA_LOCK = 4_715_072;
/** two shops whose facts cross: one of the two begins anew */
const ATTEMPTS = 5;
/** how long a past may take to come while its transaction is open */
const LOAD_MS = 10 * 60_000;

/** The series in a PostgreSQL (13 or newer), for many shops and several replicas of the cloud. How it lies there: series-schema.ts. */
export class PostgresSeriesStore implements SeriesStore {
  #pool: Pool | undefined;
  #name = 'PostgreSQL';
  #isNew = false;
  readonly #commits = new GroupCommit<SeriesRow>((rows) => this.#commit(rows), 20_000);
  readonly #finals = new Serial();
  /** what nobody waits for takes one connection at a time */
  readonly #patient = new Serial();
  /** partitions that are known to be there */
  readonly #partitions = new Set<string>();

  constructor(private readonly options: PostgresOptions) {}

  async open(): Promise<void> {
    const { pool, name } = postgresPool(this.options, 'series');
    [this.#pool, this.#name] = [pool, name];
    try {
      await this.#transaction((client) => this.#migrate(client));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** All steps or none; of several clouds that start at once the first makes them, the others wait. */
  async #migrate(client: PoolClient): Promise<void> {
    await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS series_schema (steps BIGINT NOT NULL)');
    const { rows } = await client.query<{ steps: number }>('SELECT steps FROM series_schema');
    const steps = rows[0]?.steps ?? 0;
    const known = sql.SERIES_STEPS.length;
    if (steps > known)
      throw new StoreError('corrupt', `${this.#name} was written by a newer Aisle (schema ${steps}, known ${known})`);
    for (const step of sql.SERIES_STEPS.slice(steps)) await client.query(step);
    await client.query(
      rows.length === 0 ? 'INSERT INTO series_schema VALUES ($1)' : 'UPDATE series_schema SET steps = $1',
      [known],
    );
    await client.query(sql.FORGET_FUTURE_STAMPS);
    this.#isNew = rows.length === 0;
  }

  async claim(claiming: FactsOwner): Promise<void> {
    await this.#transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
      const { rows } = await client.query<{ owner: string | null; has: boolean }>(
        'SELECT (SELECT min(catalog) FROM series_owner) AS owner, EXISTS (SELECT 1 FROM series_touched) AS has',
      );
      const [owner, hasFacts] = [rows[0]?.owner ?? undefined, rows[0]?.has ?? false];
      checkOwnership(claiming, { place: this.#name, owner, hasFacts, isNew: this.#isNew });
      if (owner === undefined) await client.query('INSERT INTO series_owner VALUES ($1)', [claiming.catalogId]);
    });
  }

  async write(rows: readonly SeriesRow[], how?: 'final'): Promise<void> {
    for (const row of rows) checkRow(row);
    this.#opened();
    if (rows.length === 0) return;
    if (how === 'final') await this.#finals.run(() => this.#commit(rows));
    else await this.#commits.add(rows);
  }

  async #commit(rows: readonly SeriesRow[]): Promise<void> {
    await this.#makePartitions(rows);
    const touched = touchedBy(rows).lists();
    await this.#transaction(async (client) => {
      await this.#merge(client, rows);
      await client.query(sql.MERGE_LAST);
      await client.query(sql.TOUCH, touched);
    });
  }

  load(pieces: AsyncIterable<readonly SeriesRow[]>): Promise<number> {
    return this.#finals.run(() => this.#load(pieces));
  }

  /** One transaction: what the shops say meanwhile waits for none of its rows, since these hold only what no shop states any more. */
  async #load(pieces: AsyncIterable<readonly SeriesRow[]>): Promise<number> {
    let lost = 0;
    const touched = new Touched();
    const last = new Map<string, SeriesRow>();
    const load = async (client: PoolClient): Promise<void> => {
      await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${LOAD_MS}`);
      for await (const piece of pieces) {
        const rows = piece.filter(isKeepable);
        lost += piece.length - rows.length;
        if (rows.length === 0) continue;
        await this.#makePartitions(rows);
        await this.#merge(client, rows);
        await client.query(sql.EMPTY_STAGING);
        for (const row of rows) {
          touched.add(row);
          if (!sql.KEPT_LAST.has(row.fact.kind)) continue;
          const key = `${row.fact.kind}|${row.storeId}|${row.fact.subject}`;
          if ((last.get(key)?.fact.ts ?? -1) <= row.fact.ts) last.set(key, row);
        }
      }
      await this.#copy(client, [...last.values()]);
      await client.query(sql.MERGE_LAST);
      await client.query(sql.TOUCH, touched.lists());
    };
    // its pieces come once: it cannot begin anew
    await this.#transaction(load, 1);
    return lost;
  }

  async #merge(client: PoolClient, rows: readonly SeriesRow[]): Promise<void> {
    await this.#copy(client, rows);
    await client.query(sql.MERGE_FACTS);
  }

  async #copy(client: PoolClient, rows: readonly SeriesRow[]): Promise<void> {
    await client.query(sql.STAGING);
    await pipeline(Readable.from(rows.map(copyLine)), client.query(copyFrom(sql.COPY_STAGING)));
  }

  async #makePartitions(rows: readonly SeriesRow[]): Promise<void> {
    const needed = new Map(
      rows.map(({ fact }) => partitionOf(fact.ts)).map((partition) => [partition.name, partition]),
    );
    for (const [name, partition] of needed) {
      if (this.#partitions.has(name)) continue;
      await this.#with((client) => makePartition(client, partition));
      this.#partitions.add(name);
    }
  }

  async read<K extends FactKind>(query: SeriesQuery<K>): Promise<StoredFact<K>[]> {
    const { storeId, kinds, from, to, subjects } = query;
    if (kinds.length === 0 || subjects?.length === 0 || to <= from) return [];
    const read = () =>
      this.#facts<K>(sql.READ + (subjects ? sql.AMONG_SUBJECTS : ''), [
        ...[storeId, kinds, from, to],
        ...(subjects ? [subjects] : []),
      ]);
    return highestGenerations(await (query.patient === true ? this.#patient.run(read) : read()));
  }

  async newest<K extends FactKind>(query: { storeId: string; kind: K; before: number }): Promise<StoredFact<K>[]> {
    const values = [query.storeId, query.kind, query.before];
    if (!sql.KEPT_LAST.has(query.kind)) return (await this.#facts<K>(sql.NEWEST_OF_ALL, values)).sort(byKey);
    // in this order: what is said in between moves a subject from the first to the second, and not out of both
    const kept = await this.#facts<K>(sql.NEWEST_KEPT, values);
    const before = await this.#facts<K>(sql.NEWEST_BEFORE, values);
    const found = new Map([...kept, ...before].map((fact) => [fact.subject, fact]));
    return [...found.values()].sort(byKey);
  }

  async lasting(query: { storeId: string; from: number; to: number }): Promise<StoredFact<'incident'>[]> {
    const { storeId, from, to } = query;
    const begun = await this.newest({ storeId, kind: 'incident', before: to });
    return begun.filter(({ value: { until } }) => until === null || until >= from);
  }

  /** Nothing is made ahead here: it is kept as it is written. */
  async prepare(): Promise<void> {}

  lookup<K extends RecordKind>(query: LookupQuery<K>): Promise<StoredFact<K>[]> {
    const { storeId, kind } = query;
    return nearFirst(query, (subjects, near) =>
      this.#facts<K>(sql.LOOKUP + (near ? sql.NEAR : ''), [
        ...[storeId, kind, subjects],
        ...(near ? [near.from, near.to] : []),
      ]),
    );
  }

  async span(storeId: string): Promise<{ earliestTs: number; latestTs: number } | undefined> {
    const [times] = await this.#rows<[number | null, number | null]>(sql.SPAN, [storeId, FACT_KINDS]);
    if (!times || times[0] === null || times[1] === null) return undefined;
    return { earliestTs: minuteOf(times[0]), latestTs: minuteOf(times[1]) };
  }

  async writtenHours(storeId: string, from: number, to: number): Promise<number[]> {
    return (await this.#stamps(storeId, from, to)).map(([hour]) => hour);
  }

  async touchedHours(storeId: string, after?: TouchMark): Promise<{ hours: number[]; mark: TouchMark }> {
    const [told] = await this.#rows<[number, string[]]>(sql.TOUCHED, [storeId, after ?? 0]);
    return { hours: (told?.[1] ?? []).map(Number), mark: told?.[0] };
  }

  /** by hour of UTC, rising: the transaction that wrote last in it */
  #stamps(storeId: string, from: number, to: number): Promise<[hour: number, stamp: number][]> {
    return this.#rows(sql.HOURS, [storeId, hourOf(from), to]);
  }

  async mark(storeId: string, from: number, to: number): Promise<RollupMark> {
    return JSON.stringify(await this.#stamps(storeId, from, to));
  }

  async writeRollups(storeId: string, mark: RollupMark, rollups: readonly StoredRollup[]): Promise<void> {
    this.#opened();
    if (rollups.length === 0) return;
    const stamps = new Map(JSON.parse(mark) as [number, number][]);
    const column = <T>(of: (rollup: StoredRollup) => T): T[] => rollups.map(of);
    await this.#rows(sql.WRITE_ROLLUPS, [
      storeId,
      column(({ level }) => level),
      column(({ kind }) => kind),
      column(({ from }) => from),
      column(({ to }) => to),
      column(({ definition }) => definition),
      column((rollup) => stateOf(stamps, rollup)),
      column(({ payload }) => payload),
    ]);
  }

  async readRollups(query: RollupQuery): Promise<StoredRollup[]> {
    const found = await this.#stillTrue(query, sql.READ_ROLLUPS);
    return found.map((cells) => ({ ...placeOf(query, cells), payload: cells[5] as string }));
  }

  async trueRollups(query: RollupQuery): Promise<RollupPlace[]> {
    return (await this.#stillTrue(query, sql.READ_PLACES)).map((cells) => placeOf(query, cells));
  }

  /** Those over which nothing was written after their mark, in order. */
  async #stillTrue(query: RollupQuery, statement: string): Promise<RollupCells[]> {
    const { storeId, level, kinds, from, to } = query;
    if (kinds.length === 0 || to <= from) return [];
    const found = await this.#rows<RollupCells>(statement, [storeId, level, kinds, from, to]);
    if (found.length === 0) return [];
    const ends = found.reduce((last, [, , end]) => Math.max(last, end), 0);
    // read after the rollups: a write in between only puts more of them out of use
    const stamps = new Map(await this.#stamps(storeId, found[0]?.[1] as number, ends));
    return found.filter((cells) => stateOf(stamps, placeOf(query, cells)) === cells[4]);
  }

  async quickCheck(): Promise<void> {
    await this.#rows('SELECT (SELECT catalog FROM series_owner LIMIT 1), (SELECT ts FROM series_fact LIMIT 1)');
  }

  async older(storeId: string, kinds: readonly FactKind[], before: number) {
    const values = [storeId, kinds, before];
    const [row] = await this.#patient.run(() => this.#rows<[number, number | null]>(sql.OLDER, values));
    return { count: row?.[0] ?? 0, ...(typeof row?.[1] === 'number' && { oldestTs: row[1] }) };
  }

  async deleteOlder(storeId: string, kinds: readonly FactKind[], before: number): Promise<number> {
    let deleted = 0;
    // a day at a time, so that nobody waits
    for (;;) {
      const { count, oldestTs } = await this.older(storeId, kinds, before);
      if (count === 0 || oldestTs === undefined) return deleted;
      const end = Math.min(before, Math.floor(oldestTs / DAY_MS + 1) * DAY_MS);
      await this.#transaction(async (client) => {
        const values = [storeId, kinds, end];
        await client.query(sql.DELETE_ROLLUPS, values);
        await client.query(sql.DELETE_LAST, values);
        deleted += (await client.query(sql.DELETE_OLDER, values)).rowCount ?? 0;
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#commits.idle(), this.#finals.idle(), this.#patient.idle()]);
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }

  #opened(): Pool {
    if (!this.#pool) throw new StoreError('closed', `${this.#name} is closed`);
    return this.#pool;
  }

  async #facts<K extends FactKind>(text: string, values: unknown[]): Promise<StoredFact<K>[]> {
    return (await this.#rows<FactCells>(text, values)).map((cells) => factOf<K>(cells));
  }

  async #rows<R extends unknown[]>(text: string, values: unknown[] = []): Promise<R[]> {
    const pool = this.#opened();
    try {
      return (await pool.query<R>({ text, values, rowMode: 'array' })).rows;
    } catch (error) {
      throw explained(error, this.#name);
    }
  }

  /** @throws StoreError as everything here; what was begun is undone */
  async #transaction(work: (client: PoolClient) => Promise<void>, attempts = ATTEMPTS): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#with(async (client) => {
          // whatever the server's default: what was said to be kept is on disk
          await client.query('BEGIN; SET LOCAL synchronous_commit = on');
          await work(client);
          await client.query('COMMIT');
        });
        return;
      } catch (error) {
        if (attempt >= attempts || !isContention(causeOf(error))) throw error;
      }
    }
  }

  async #with(work: (client: PoolClient) => Promise<void>): Promise<void> {
    let client: PoolClient;
    try {
      client = await this.#opened().connect();
    } catch (error) {
      throw explained(error, this.#name);
    }
    try {
      await work(client);
      client.release();
    } catch (error) {
      // closing the connection undoes what was begun
      client.release(true);
      throw explained(error, this.#name);
    }
  }
}

/** kind, from, to, definition, state, and the payload where it was asked for */
type RollupCells = [string, number, number, string, string, string?];

const placeOf = ({ level }: RollupQuery, [kind, from, to, definition]: RollupCells): RollupPlace => ({
  level,
  kind: kind as FactKind,
  ...{ from, to, definition },
});

const causeOf = (error: unknown): unknown => (error instanceof StoreError ? error.cause : error);
