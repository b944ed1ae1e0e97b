/**
 * What the processes of one cloud share beside the catalog: who has which lease, and who has failed to sign in. It is of now, so that
 * nobody moves it or restores it; its only clock is the database's.
 */
export const SHARED_SCHEMA = `
  CREATE TABLE IF NOT EXISTS shared_lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    token BIGINT NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    turned TIMESTAMPTZ NOT NULL
  );
  CREATE TABLE IF NOT EXISTS shared_login_failure (
    key TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    free BIGINT NOT NULL,
    longest_ms BIGINT NOT NULL,
    blocked_until TIMESTAMPTZ NOT NULL
  );
  CREATE INDEX IF NOT EXISTS shared_login_failure_age ON shared_login_failure (blocked_until);
  CREATE TABLE IF NOT EXISTS shared_login_known (key TEXT PRIMARY KEY, since TIMESTAMPTZ NOT NULL);
  CREATE INDEX IF NOT EXISTS shared_login_known_age ON shared_login_known (since);
`;

/** name, holder, ms. A row only where it is ours now; its token rises whenever it comes to somebody, also to the same one again. */
export const HOLD = `
  INSERT INTO shared_lease AS l (name, holder, token, until, turned)
  VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 ms', '-infinity')
  ON CONFLICT (name) DO UPDATE SET
    token = l.token + CASE WHEN l.holder = $2 AND l.until > clock_timestamp() THEN 0 ELSE 1 END,
    holder = $2,
    until = clock_timestamp() + $3 * interval '1 ms'
  WHERE l.holder = $2 OR l.until <= clock_timestamp()
  RETURNING token`;
/** how they begin */
export const HELD = `
  SELECT name FROM shared_lease WHERE starts_with(name, $1) AND until > clock_timestamp() ORDER BY name COLLATE "C"`;
/** name, holder. The row stays: its token goes on. */
export const RELEASE = `UPDATE shared_lease SET until = '-infinity' WHERE name = $1 AND holder = $2`;
/** name, holder, token, ms */
export const TURN = `
  UPDATE shared_lease SET turned = clock_timestamp()
  WHERE name = $1 AND holder = $2 AND token = $3 AND until > clock_timestamp()
    AND turned <= clock_timestamp() - $4 * interval '1 ms'`;

const WAIT = (failures: string): string => `
  CASE WHEN ${failures} < EXCLUDED.free THEN 0
  ELSE least(EXCLUDED.longest_ms, 1000 * 2 ^ least(${failures} - EXCLUDED.free, 30)) END`;
/** what failed an hour ago counts no more */
const COUNTED = `CASE WHEN clock_timestamp() - f.blocked_until < interval '1 hour' THEN f.failures ELSE 0 END + 1`;
/** keys, free, longest ms */
export const FAILED = `
  INSERT INTO shared_login_failure AS f (key, failures, free, longest_ms, blocked_until)
  SELECT key, 1, free, longest, clock_timestamp() + CASE WHEN free > 1 THEN 0 ELSE least(longest, 1000) END * interval '1 ms'
  FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS said (key, free, longest) ORDER BY key
  ON CONFLICT (key) DO UPDATE SET
    failures = ${COUNTED}, free = EXCLUDED.free, longest_ms = EXCLUDED.longest_ms,
    blocked_until = clock_timestamp() + (${WAIT(`(${COUNTED})`)}) * interval '1 ms'`;
/** keys */
export const FAILURES = `
  SELECT key, greatest(0, ceil(extract(epoch FROM blocked_until - clock_timestamp()) * 1000))::bigint AS wait
  FROM shared_login_failure WHERE key = ANY ($1) AND clock_timestamp() - blocked_until < interval '1 hour'`;
/** keys */
export const KNOWN = 'SELECT key FROM shared_login_known WHERE key = ANY ($1)';
/** keys that are forgiven, the pair that is known from now on */
export const SUCCEEDED = `
  WITH forgiven AS (DELETE FROM shared_login_failure WHERE key = ANY ($1))
  INSERT INTO shared_login_known VALUES ($2, clock_timestamp())
  ON CONFLICT (key) DO UPDATE SET since = clock_timestamp()`;
/** how many of each are kept at most: a flood of invented names costs no more */
export const FORGET = [
  `DELETE FROM shared_login_failure WHERE clock_timestamp() - blocked_until >= interval '1 hour'
     OR key IN (SELECT key FROM shared_login_failure ORDER BY blocked_until DESC OFFSET $1)`,
  'DELETE FROM shared_login_known WHERE key IN (SELECT key FROM shared_login_known ORDER BY since DESC OFFSET $1)',
];
