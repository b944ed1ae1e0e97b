/**
 * `facts` holds what has been compacted, `recent` the log since; readers see both through `every_fact` and take the highest
 * seq of each key. No table has a unique key: DuckDB's appender throws on a duplicate, and a duplicate is normal here.
 * `touched` says in which commit an hour was last written, `rollup` by which commit's data a rollup was made.
 */
export const SCHEMA_VERSION = 1;

const FACT_COLUMNS =
  'store VARCHAR, kind VARCHAR, subject VARCHAR, ts BIGINT, epoch INTEGER, seq BIGINT, config INTEGER, value VARCHAR';

export const SCHEMA: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS meta (name VARCHAR, value BIGINT)',
  `CREATE TABLE IF NOT EXISTS facts (${FACT_COLUMNS})`,
  `CREATE TABLE IF NOT EXISTS recent (${FACT_COLUMNS})`,
  'CREATE VIEW IF NOT EXISTS every_fact AS SELECT * FROM facts UNION ALL SELECT * FROM recent',
  'CREATE TABLE IF NOT EXISTS touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE TABLE IF NOT EXISTS recent_touched (store VARCHAR, hour BIGINT, stamp BIGINT)',
  'CREATE VIEW IF NOT EXISTS every_touch AS SELECT * FROM touched UNION ALL SELECT * FROM recent_touched',
  `CREATE TABLE IF NOT EXISTS rollup (store VARCHAR, level VARCHAR, kind VARCHAR, from_ts BIGINT, to_ts BIGINT,
     definition VARCHAR, payload VARCHAR, mark BIGINT, made BIGINT)`,
];

export const READ_VERSION = "SELECT value::DOUBLE FROM meta WHERE name = 'schema'";
export const WRITE_VERSION = `INSERT INTO meta VALUES ('schema', ${SCHEMA_VERSION})`;

/** The newest revision of every key and epoch. Numbers as DOUBLE: exact below 2^53, and plain numbers in JavaScript. */
export const NEWEST_REVISIONS = (where: string): string =>
  `SELECT kind, subject, ts::DOUBLE, epoch, max(seq)::DOUBLE, arg_max(config, seq), arg_max(value, seq)
   FROM every_fact WHERE ${where} GROUP BY kind, subject, ts, epoch`;

/** Moves the log behind the compacted facts: winners only, in the order in which they are read. */
export const COMPACT: readonly string[] = [
  `INSERT INTO facts SELECT store, kind, subject, ts, epoch, max(seq), arg_max(config, seq), arg_max(value, seq)
   FROM recent GROUP BY store, kind, subject, ts, epoch ORDER BY store, kind, ts`,
  'DELETE FROM recent',
  'DELETE FROM touched WHERE (store, hour) IN (SELECT (store, hour) FROM recent_touched)',
  'INSERT INTO touched SELECT store, hour, max(stamp) FROM recent_touched GROUP BY store, hour',
  'DELETE FROM recent_touched',
];

/** Forgets rollups that a newer one has replaced. */
export const COMPACT_ROLLUPS = `DELETE FROM rollup USING (SELECT store, level, kind, from_ts, max(made) AS newest FROM rollup GROUP BY ALL) AS kept
   WHERE rollup.store = kept.store AND rollup.level = kept.level AND rollup.kind = kept.kind
     AND rollup.from_ts = kept.from_ts AND rollup.made < kept.newest`;
