/**
 * The catalog's schema, one step per entry; `PRAGMA user_version` says how many have been made. Released steps are never
 * changed, only followed by another.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE organisation (organisation_id TEXT PRIMARY KEY) STRICT;

  CREATE TABLE user (
    user_id INTEGER PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'viewer'))
  ) STRICT;

  CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    created_ts INTEGER NOT NULL,
    expires_ts INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_expiry ON session (expires_ts);

  CREATE TABLE api_token (
    token_hash TEXT NOT NULL UNIQUE,
    organisation_id TEXT NOT NULL REFERENCES organisation,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'viewer')),
    created_ts INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, name)
  ) STRICT;

  CREATE TABLE store (
    store_id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation,
    current_version INTEGER NOT NULL DEFAULT 0,
    inbox_seq INTEGER NOT NULL DEFAULT 0,
    inbox_acked INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE store_version (
    store_id TEXT NOT NULL REFERENCES store,
    version INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('import', 'dashboard')),
    -- of the imported file, null for a version made in the dashboard
    content_hash TEXT,
    store_file TEXT NOT NULL,
    created_ts INTEGER NOT NULL,
    PRIMARY KEY (store_id, version)
  ) STRICT;

  CREATE TABLE agent (
    store_id TEXT PRIMARY KEY REFERENCES store,
    username TEXT NOT NULL UNIQUE,
    password_sha256 TEXT NOT NULL,
    last_seen_ts INTEGER,
    config_version INTEGER,
    agent_version TEXT,
    status TEXT
  ) STRICT;

  CREATE TABLE journal (
    store_id TEXT NOT NULL REFERENCES store,
    journal_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    PRIMARY KEY (store_id, journal_id),
    UNIQUE (store_id, epoch)
  ) STRICT;

  CREATE TABLE inbox (
    store_id TEXT NOT NULL REFERENCES store,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    command TEXT NOT NULL,
    PRIMARY KEY (store_id, seq)
  ) STRICT;

  CREATE TABLE receipt (
    store_id TEXT NOT NULL REFERENCES store,
    receipt_key TEXT NOT NULL,
    content_digest TEXT NOT NULL,
    PRIMARY KEY (store_id, receipt_key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE device_credential (
    store_id TEXT NOT NULL REFERENCES store,
    device_id TEXT NOT NULL,
    -- of the password, hex; null: revoked
    sha256 TEXT,
    issued_ts INTEGER,
    revoked_ts INTEGER,
    PRIMARY KEY (store_id, device_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE slot_tare (
    store_id TEXT NOT NULL REFERENCES store,
    slot_id TEXT NOT NULL,
    known_grams REAL NOT NULL,
    ts INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (store_id, slot_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE walk_test (
    store_id TEXT NOT NULL REFERENCES store,
    walk_test_id TEXT NOT NULL,
    ended_ts INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (store_id, walk_test_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX walk_test_time ON walk_test (store_id, ended_ts);
  `,
];
