import { FACT_KINDS, RECORD_KINDS, type FactKind } from '@aisle/contracts';
import type { RollupLevel } from '../../ports/series-store.js';

/**
 * `facts` holds what has been compacted, `recent` the log since; readers see both through `every_fact` and take the newest
 * revision of each key. No table has a unique key: DuckDB's appender throws on a duplicate, and a duplicate is normal here.
 * `touched` says in which commit an hour was last written, a rollup's `mark` by which commit's data it was made.
 */
export const SCHEMA_VERSION = 2;

/** One table for each level and kind: a year of zones is read without unpacking the heat maps beside it. */
export const rollupTable = (level: RollupLevel, kind: FactKind): string => `rollup_${level}_${kind}`;
const LEVELS: readonly RollupLevel[] = ['hour', 'day'];
const ROLLUP_TABLES = LEVELS.flatMap((level) => FACT_KINDS.map((kind) => rollupTable(level, kind)));

const FACT_COLUMNS =
  'store VARCHAR, kind VARCHAR, subject VARCHAR, ts BIGINT, epoch INTEGER, seq BIGINT, config INTEGER, value VARCHAR, generation INTEGER';
const EVERY_FACT = 'CREATE VIEW IF NOT EXISTS every_fact AS SELECT * FROM facts UNION ALL SELECT * FROM recent';

export const SCHEMA: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS meta (name VARCHAR, value BIGINT)',
  `CREATE TABLE IF NOT EXISTS facts (${FACT_COLUMNS})`,
  `CREATE TABLE IF NOT EXISTS recent (${FACT_COLUMNS})`,
  EVERY_FACT,
  'CREATE TABLE IF NOT EXISTS touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE TABLE IF NOT EXISTS recent_touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE VIEW IF NOT EXISTS every_touch AS SELECT * FROM touched UNION ALL SELECT * FROM recent_touched',
  ...ROLLUP_TABLES.map(
    (table) =>
      `CREATE TABLE IF NOT EXISTS ${table} (store VARCHAR, from_ts BIGINT, to_ts BIGINT, definition VARCHAR, payload VARCHAR,
         mark BIGINT, made BIGINT)`,
  ),
];

export const HAS_META = "SELECT count(*)::DOUBLE FROM information_schema.tables WHERE table_name = 'meta'";
export const READ_VERSION = "SELECT value::DOUBLE FROM meta WHERE name = 'schema'";
export const WRITE_VERSION: readonly string[] = [
  "DELETE FROM meta WHERE name = 'schema'",
  `INSERT INTO meta VALUES ('schema', ${SCHEMA_VERSION})`,
];

/** How a database of an older version becomes one of the next. What was released is never changed. */
export const MIGRATIONS: ReadonlyMap<number, readonly string[]> = new Map([
  [
    1, // facts had no generation
    [
      'DROP VIEW every_fact',
      'ALTER TABLE facts ADD COLUMN generation INTEGER DEFAULT 0',
      'ALTER TABLE recent ADD COLUMN generation INTEGER DEFAULT 0',
      EVERY_FACT,
    ],
  ],
]);

/** Facts with a generation are told apart by version as well; of records, and without one, the newest counts alone. */
const WAY = `CASE WHEN generation > 0 AND kind NOT IN (${[...RECORD_KINDS].map((kind) => `'${kind}'`).join(', ')}) THEN config ELSE -1 END`;
/** The newest statement of a group, whole; where revisions are equal, by what it says (row-rules.ts: bySaying). */
const NEWEST = 'max({g: generation, s: seq, c: config, v: value})';

/**
 * The newest revision of every key and epoch; of several generations of one minute the caller takes the highest. Numbers as
 * DOUBLE: exact below 2^53, and plain numbers in JavaScript.
 */
export const NEWEST_REVISIONS = (where: string): string =>
  `SELECT kind, subject, ts::DOUBLE, epoch, m.s::DOUBLE, m.c, m.v, m.g FROM
     (SELECT kind, subject, ts, epoch, ${NEWEST} AS m FROM every_fact WHERE ${where} GROUP BY kind, subject, ts, epoch, ${WAY})`;

/** What each subject of a kind said last. */
export const LAST_SAID = `SELECT kind, subject, m.t::DOUBLE, m.e, m.s::DOUBLE, m.c, m.v, m.g FROM
     (SELECT kind, subject, max({t: ts, e: epoch, g: generation, s: seq, c: config, v: value}) AS m
      FROM every_fact WHERE store = ? AND kind = ? AND ts < ? GROUP BY kind, subject)`;

/** Moves the log behind the compacted facts: winners only, in the order in which they are read. */
export const COMPACT: readonly string[] = [
  `INSERT INTO facts SELECT store, kind, subject, ts, epoch, m.s, m.c, m.v, m.g FROM
     (SELECT store, kind, subject, ts, epoch, ${NEWEST} AS m FROM recent GROUP BY store, kind, subject, ts, epoch, ${WAY})
   ORDER BY store, kind, ts`,
  'DELETE FROM recent',
  'DELETE FROM touched WHERE (store, hour) IN (SELECT (store, hour) FROM recent_touched)',
  'INSERT INTO touched SELECT store, hour, max(stamp) FROM recent_touched GROUP BY store, hour',
  'DELETE FROM recent_touched',
];

/** Forgets rollups that a newer one has replaced. */
export const COMPACT_ROLLUPS: readonly string[] = ROLLUP_TABLES.map(
  (table) =>
    `DELETE FROM ${table} USING (SELECT store, from_ts, max(made) AS newest FROM ${table} GROUP BY ALL) AS kept
     WHERE ${table}.store = kept.store AND ${table}.from_ts = kept.from_ts AND ${table}.made < kept.newest`,
);

/** Number of the last packet of rollups. */
export const LAST_MADE = `SELECT max(made)::DOUBLE FROM (${ROLLUP_TABLES.map((table) => `SELECT made FROM ${table}`).join(' UNION ALL ')})`;

/** The newest rollup of every bucket that starts in a range: store, from, to for each kind, in the kinds' order. */
export const NEWEST_ROLLUPS = (level: RollupLevel, kinds: readonly FactKind[]): string =>
  kinds
    .map(
      (kind) =>
        `SELECT '${kind}', from_ts::DOUBLE, max(to_ts)::DOUBLE, arg_max(definition, made), arg_max(payload, made), arg_max(mark, made)::DOUBLE
         FROM ${rollupTable(level, kind)} WHERE store = ? AND from_ts >= ? AND from_ts < ? GROUP BY from_ts`,
    )
    .join(' UNION ALL ');
