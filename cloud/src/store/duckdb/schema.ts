import { RECORD_KINDS } from '@aisle/contracts';

/**
 * `facts` holds what has been compacted, `recent` the log since; readers see both through `every_fact` and take the newest
 * revision of each key. No table has a unique key: DuckDB's appender throws on a duplicate, and a duplicate is normal here.
 * `touched` says in which commit an hour was last written, `recent.stamp` in which commit a row came. Rollups lie beside this
 * file, see rollup-file.ts.
 */
export const SCHEMA_VERSION = 3;

const COLUMNS = 'store, kind, subject, ts, epoch, seq, config, value, generation';
const factColumns = (value: string): string =>
  `store VARCHAR, kind VARCHAR, subject VARCHAR, ts BIGINT, epoch INTEGER, seq BIGINT, config INTEGER, value ${value}, generation INTEGER`;
/**
 * One long text among 120,000 values (a heat map of a full shop) and DuckDB packs none of them by itself: told to, it keeps a fifth.
 * Takes effect in files that were made with `STORAGE` or newer; in older ones it is accepted and does nothing.
 */
const PACKED = 'VARCHAR USING COMPRESSION zstd';
/** The oldest form of DuckDB's file that can hold what is packed. */
export const STORAGE = 'v1.2.0';
const EVERY_FACT = `CREATE VIEW IF NOT EXISTS every_fact AS SELECT ${COLUMNS} FROM facts UNION ALL SELECT ${COLUMNS} FROM recent`;

export const SCHEMA: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS meta (name VARCHAR, value BIGINT)',
  `CREATE TABLE IF NOT EXISTS facts (${factColumns(PACKED)})`,
  `CREATE TABLE IF NOT EXISTS recent (${factColumns('VARCHAR')}, stamp BIGINT)`,
  EVERY_FACT,
  'CREATE TABLE IF NOT EXISTS owner (catalog VARCHAR)',
  'CREATE TABLE IF NOT EXISTS touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE TABLE IF NOT EXISTS recent_touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE VIEW IF NOT EXISTS every_touch AS SELECT * FROM touched UNION ALL SELECT * FROM recent_touched',
];

export const HAS_META = "SELECT count(*)::DOUBLE FROM information_schema.tables WHERE table_name = 'meta'";
export const READ_VERSION = "SELECT value::DOUBLE FROM meta WHERE name = 'schema'";
export const WRITE_VERSION: readonly string[] = [
  "DELETE FROM meta WHERE name = 'schema'",
  `INSERT INTO meta VALUES ('schema', ${SCHEMA_VERSION})`,
];

/** Kinds that releases up to 0.2 kept rollups of in this file. */
const ROLLED_BEFORE = [
  'crossings',
  'zone',
  'heat',
  'slot',
  'coverage',
  'sale',
  'decision',
  'play',
  'incident',
  'inForce',
];

/** How a database of an older version becomes one of the next. What was released is never changed. */
export const MIGRATIONS: ReadonlyMap<number, readonly string[]> = new Map([
  [
    1, // facts had no generation
    [
      'DROP VIEW every_fact',
      'ALTER TABLE facts ADD COLUMN generation INTEGER DEFAULT 0',
      'ALTER TABLE recent ADD COLUMN generation INTEGER DEFAULT 0',
      'CREATE VIEW IF NOT EXISTS every_fact AS SELECT * FROM facts UNION ALL SELECT * FROM recent',
    ],
  ],
  [
    2, // the log did not know in which commit a row came, and rollups lay in this file: they are made anew
    [
      'DROP VIEW every_fact',
      'ALTER TABLE recent ADD COLUMN stamp BIGINT DEFAULT 0',
      EVERY_FACT,
      ...['hour', 'day'].flatMap((level) =>
        ROLLED_BEFORE.map((kind) => `DROP TABLE IF EXISTS rollup_${level}_${kind}`),
      ),
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

/** What each subject of a kind said last within a time. */
export const LAST_SAID = (more = ''): string => `SELECT kind, subject, m.t::DOUBLE, m.e, m.s::DOUBLE, m.c, m.v, m.g FROM
     (SELECT kind, subject, max({t: ts, e: epoch, g: generation, s: seq, c: config, v: value}) AS m
      FROM every_fact WHERE store = ? AND kind = ? AND ts >= ? AND ts < ?${more} GROUP BY kind, subject)`;

const KEY = 'store, kind, subject, ts, epoch';
/** Keys of some shops in the log of which nothing has been said since a commit. */
const SETTLED = `SELECT ${KEY}, ${WAY} AS way, ${NEWEST} AS m FROM recent WHERE store >= $2 AND store <= $3 AND ts >= $4 AND ts < $5
  GROUP BY ${KEY}, ${WAY} HAVING max(stamp) <= $1`;
/** Rows of one shop by hour of UTC. */
export const ROWS_OF_HOURS =
  'SELECT (ts // 3600000 * 3600000)::DOUBLE AS hour, count(*)::DOUBLE FROM recent WHERE store = ? GROUP BY hour ORDER BY hour';
export const ROWS_OF_SHOPS = 'SELECT store, count(*)::DOUBLE FROM recent GROUP BY store ORDER BY store';

/**
 * Moves what has come to rest from the log behind the compacted facts: winners only, in the order in which they are read. What is
 * still being restated stays, so that no statement that another takes the place of a moment later is kept for ever.
 */
export const COMPACT: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE settled AS ${SETTLED}`,
  `INSERT INTO facts SELECT ${KEY}, m.s, m.c, m.v, m.g FROM settled ORDER BY store, kind, ts`,
  `DELETE FROM recent USING settled AS s WHERE recent.store = s.store AND recent.kind = s.kind AND recent.subject = s.subject
     AND recent.ts = s.ts AND recent.epoch = s.epoch AND (${WAY.replaceAll(/\b(generation|kind|config)\b/g, 'recent.$1')}) = s.way`,
  'DROP TABLE settled',
];
export const COMPACT_TOUCHED: readonly string[] = [
  'DELETE FROM touched WHERE (store, hour) IN (SELECT (store, hour) FROM recent_touched)',
  'INSERT INTO touched SELECT store, hour, max(stamp) FROM recent_touched GROUP BY store, hour',
  'DELETE FROM recent_touched',
];
