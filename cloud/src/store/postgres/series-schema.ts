import type { FactKind } from '@aisle/contracts';

/**
 * Facts lie in one table, partitioned by the month of their time; a key holds the statement that counts and no other, so that a fact
 * that comes twice changes nothing. `way` is the version of a minute fact with a generation, else −1 (see ports/series-store.ts).
 * Texts compare by their bytes, as row-rules.ts does. `series_touched` says which transaction wrote last in an hour of a shop.
 */
export const SERIES_STEPS: readonly string[] = [
  `CREATE TABLE series_fact (
     store TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, subject TEXT COLLATE "C" NOT NULL, ts BIGINT NOT NULL,
     epoch INTEGER NOT NULL, way INTEGER NOT NULL, generation INTEGER NOT NULL, seq BIGINT NOT NULL, config INTEGER NOT NULL,
     value TEXT COLLATE "C" NOT NULL,
     PRIMARY KEY (store, kind, ts, subject, epoch, way)
   ) PARTITION BY RANGE (ts);
   CREATE INDEX series_fact_subject ON series_fact (store, kind, subject, ts)
     WHERE kind IN ('slot', 'incident', 'sale', 'decision', 'play', 'inForce', 'block');
   CREATE TABLE series_last (
     store TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, subject TEXT COLLATE "C" NOT NULL, ts BIGINT NOT NULL,
     epoch INTEGER NOT NULL, generation INTEGER NOT NULL, seq BIGINT NOT NULL, config INTEGER NOT NULL, value TEXT COLLATE "C" NOT NULL,
     PRIMARY KEY (store, kind, subject)
   );
   CREATE TABLE series_touched (
     store TEXT COLLATE "C" NOT NULL, hour BIGINT NOT NULL, stamp BIGINT NOT NULL, PRIMARY KEY (store, hour)
   );
   CREATE TABLE series_rollup (
     store TEXT COLLATE "C" NOT NULL, level TEXT NOT NULL, kind TEXT COLLATE "C" NOT NULL, from_ts BIGINT NOT NULL, to_ts BIGINT NOT NULL,
     definition TEXT NOT NULL, state TEXT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (store, level, kind, from_ts)
   );
   CREATE TABLE series_owner (catalog TEXT NOT NULL)`,
];

/** Kinds whose newest statement is asked for, however long ago it was: kept apart as it is written. */
export const KEPT_LAST: ReadonlySet<FactKind> = new Set<FactKind>(['slot', 'incident']);

/** Transactions are numbered anew in a database that was put back from a copy: what seems to come from the future gets the first number. */
export const FORGET_FUTURE_STAMPS = `
  WITH future AS (
    UPDATE series_touched SET stamp = 0 WHERE stamp > pg_snapshot_xmax(pg_current_snapshot())::text::bigint RETURNING store
  ) DELETE FROM series_rollup WHERE store IN (SELECT store FROM future)`;

const FACT = 'kind, subject, ts, epoch, seq, config, value, generation';
const REVISION = 'generation, seq, config, value';
const of = (alias: string, columns: string): string =>
  columns
    .split(', ')
    .map((column) => `${alias}.${column}`)
    .join(', ');
const falling = (columns: string): string =>
  columns
    .split(', ')
    .map((column) => `${column} DESC`)
    .join(', ');

/** Rows arrive here by COPY, one transaction's at a time; the order of columns is that of series-rows.ts. */
export const STAGING = `CREATE TEMP TABLE IF NOT EXISTS series_staging (LIKE series_fact) ON COMMIT DELETE ROWS`;
export const COPY_STAGING = `COPY series_staging (store, kind, subject, ts, epoch, way, generation, seq, config, value) FROM STDIN`;
export const EMPTY_STAGING = 'TRUNCATE series_staging';
const KEY = 'store, kind, ts, subject, epoch, way';
/** In the order of keys, so that two transactions never wait for each other crosswise. */
export const MERGE_FACTS = `
  INSERT INTO series_fact AS known (${KEY}, ${REVISION})
  SELECT DISTINCT ON (${KEY}) ${KEY}, ${REVISION} FROM series_staging ORDER BY ${KEY}, ${falling(REVISION)}
  ON CONFLICT (${KEY}) DO UPDATE SET (${REVISION}) = ROW(${of('excluded', REVISION)})
  WHERE (${of('excluded', REVISION)}) > (${of('known', REVISION)})`;
const LATER = 'ts, epoch, generation, seq, config, value';
const LAST_ON_CONFLICT = `
  ON CONFLICT (store, kind, subject) DO UPDATE SET (${LATER}) = ROW(${of('excluded', LATER)})
  WHERE (${of('excluded', LATER)}) > (${of('known', LATER)})`;
export const MERGE_LAST = `
  INSERT INTO series_last AS known (store, kind, subject, ${LATER})
  SELECT DISTINCT ON (store, kind, subject) store, kind, subject, ${LATER} FROM series_staging
  WHERE kind IN (${[...KEPT_LAST].map((kind) => `'${kind}'`).join(', ')}) ORDER BY store, kind, subject, ${falling(LATER)}
  ${LAST_ON_CONFLICT}`;
/** $1 stores and $2 hours, side by side and in order */
export const TOUCH = `
  INSERT INTO series_touched SELECT store, hour, pg_current_xact_id()::text::bigint FROM unnest($1::text[], $2::bigint[]) AS t (store, hour)
  ON CONFLICT (store, hour) DO UPDATE SET stamp = excluded.stamp`;

/** $1 store, $2 kinds, [$3, $4) */
export const READ = `SELECT ${FACT} FROM series_fact WHERE store = $1 AND kind = ANY($2) AND ts >= $3 AND ts < $4`;
export const AMONG_SUBJECTS = ' AND subject = ANY($5)';
/** $1 store, $2 kind, $3 before: where nothing is kept apart, all of it is looked through */
export const NEWEST_OF_ALL = `
  SELECT DISTINCT ON (subject) ${FACT} FROM series_fact WHERE store = $1 AND kind = $2 AND ts < $3 ORDER BY subject, ${falling(LATER)}`;
/** $1 store, $2 kind, $3 before */
export const NEWEST_KEPT = `SELECT ${FACT} FROM series_last WHERE store = $1 AND kind = $2 AND ts < $3`;
/** The same of those that have spoken since: found one by one, from the moment backwards. */
export const NEWEST_BEFORE = `
  SELECT ${of('f', FACT)} FROM series_last AS since CROSS JOIN LATERAL (
    SELECT * FROM series_fact AS f WHERE f.store = $1 AND f.kind = $2 AND f.subject = since.subject AND f.ts < $3
      AND f.kind IN ('slot', 'incident')
    ORDER BY ${falling(of('f', LATER))} LIMIT 1
  ) AS f WHERE since.store = $1 AND since.kind = $2 AND since.ts >= $3`;
/** $1 store, $2 kind, $3 subjects */
export const LOOKUP = `SELECT ${FACT} FROM series_fact WHERE store = $1 AND kind = $2 AND subject = ANY($3)`;
export const NEAR = ' AND ts >= $4 AND ts < $5';
/** $1 store, $2 kinds */
export const SPAN = `
  SELECT min(first), max(last) FROM unnest($2::text[]) AS kinds (kind) CROSS JOIN LATERAL (
    SELECT min(ts) AS first, max(ts) AS last FROM series_fact WHERE store = $1 AND series_fact.kind = kinds.kind) AS times`;
export const HOURS =
  'SELECT hour, stamp FROM series_touched WHERE store = $1 AND hour >= $2 AND hour < $3 ORDER BY hour';
/**
 * Hours written by a transaction that had not ended at the mark or came later ($2), and the next mark: the oldest transaction that is
 * still under way. Numbers are given when transactions begin; those that end out of turn are told of twice, never missed.
 */
export const TOUCHED = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
    ARRAY(SELECT hour::text FROM series_touched WHERE store = $1 AND stamp >= $2 ORDER BY hour)`;

/** $1 store, $2 level, $3 kinds, [$4, $5) */
const ROLLUPS = (columns: string): string =>
  `SELECT ${columns} FROM series_rollup WHERE store = $1 AND level = $2 AND kind = ANY($3) AND from_ts >= $4 AND from_ts < $5 ORDER BY from_ts, kind`;
export const READ_PLACES = ROLLUPS('kind, from_ts, to_ts, definition, state');
export const READ_ROLLUPS = ROLLUPS('kind, from_ts, to_ts, definition, state, payload');
export const WRITE_ROLLUPS = `
  INSERT INTO series_rollup SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[])
  ON CONFLICT (store, level, kind, from_ts) DO UPDATE
  SET to_ts = excluded.to_ts, definition = excluded.definition, state = excluded.state, payload = excluded.payload`;

/** $1 store, $2 kinds, $3 before */
export const OLDER = 'SELECT count(*), min(ts) FROM series_fact WHERE store = $1 AND kind = ANY($2) AND ts < $3';
export const DELETE_OLDER = 'DELETE FROM series_fact WHERE store = $1 AND kind = ANY($2) AND ts < $3';
export const DELETE_LAST = 'DELETE FROM series_last WHERE store = $1 AND kind = ANY($2) AND ts < $3';
export const DELETE_ROLLUPS = 'DELETE FROM series_rollup WHERE store = $1 AND kind = ANY($2) AND from_ts < $3';
