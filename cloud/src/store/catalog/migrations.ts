/**
 * The catalog's schema, one step per entry, written for SQLite; `inPostgres` says the same to PostgreSQL. Each database knows
 * how many steps it has made. Released steps are never changed (a test holds their digests), only followed by another.
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
  `
  -- rights leave the person's row: a role holds for a part of the organisation, and which roles there are is no matter of tables
  CREATE TABLE user_grant (
    user_id INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('organisation', 'region', 'store')),
    scope_id TEXT NOT NULL,
    PRIMARY KEY (user_id, role, scope_kind, scope_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO user_grant SELECT user_id, role, 'organisation', organisation_id FROM user;
  ALTER TABLE user DROP COLUMN role;
  ALTER TABLE user ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1));

  CREATE TABLE named_token (
    token_id INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    organisation_id TEXT NOT NULL REFERENCES organisation,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('organisation', 'region', 'store')),
    scope_id TEXT NOT NULL,
    created_ts INTEGER NOT NULL,
    -- null: never
    expires_ts INTEGER,
    last_used_ts INTEGER,
    UNIQUE (organisation_id, name)
  ) STRICT;
  INSERT INTO named_token (token_hash, organisation_id, name, role, scope_kind, scope_id, created_ts)
    SELECT token_hash, organisation_id, name, role, 'organisation', organisation_id, created_ts
    FROM api_token ORDER BY organisation_id, name;
  DROP TABLE api_token;
  ALTER TABLE named_token RENAME TO api_token;

  ALTER TABLE store ADD COLUMN region TEXT;
  -- JSON of what the agent said that it understands
  ALTER TABLE agent ADD COLUMN speaks TEXT;

  ALTER TABLE store_version ADD COLUMN valid_from INTEGER NOT NULL DEFAULT 0;
  UPDATE store_version SET valid_from = created_ts;
  ALTER TABLE store_version ADD COLUMN author TEXT;
  ALTER TABLE store_version ADD COLUMN note TEXT;
  ALTER TABLE store_version ADD COLUMN based_on INTEGER;

  -- whom a command is about, where the newest for each is kept: a device
  ALTER TABLE inbox ADD COLUMN subject TEXT;
  UPDATE inbox SET subject = json_extract(command, '$.deviceId') WHERE kind = 'credential';
  ALTER TABLE inbox ADD COLUMN held_since INTEGER;
  ALTER TABLE inbox ADD COLUMN held_reason TEXT;
  `,
  `
  -- what the operator's file said last, as hashes: what is changed by people since then stays theirs
  CREATE TABLE provisioned (
    organisation_id TEXT NOT NULL REFERENCES organisation,
    what TEXT NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (organisation_id, what)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- JSON of the past that was simulated: seed, fromTs, toTs, complete; null: nothing is
  ALTER TABLE store ADD COLUMN simulated TEXT;
  `,
  `
  -- one row: the name by which stores of facts know whose they are
  CREATE TABLE identity (catalog_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  `
  -- files of the library, known by their bytes
  CREATE TABLE content (
    organisation_id TEXT NOT NULL REFERENCES organisation,
    content_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    -- null: it stands still
    seconds REAL,
    added_ts INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (organisation_id, content_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX content_bytes ON content (sha256);

  CREATE TABLE campaign (
    campaign_id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation,
    made_ts INTEGER NOT NULL,
    -- as last said: draft, on, paused, ended; what the clock makes of it is worked out
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX campaign_owner ON campaign (organisation_id, made_ts);
  CREATE TABLE campaign_deed (
    campaign_id TEXT NOT NULL REFERENCES campaign,
    -- that it led to
    revision INTEGER NOT NULL,
    at_ts INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (campaign_id, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE campaign_store (
    campaign_id TEXT NOT NULL REFERENCES campaign,
    store_id TEXT NOT NULL REFERENCES store,
    PRIMARY KEY (campaign_id, store_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX campaign_of_store ON campaign_store (store_id);
  CREATE TABLE campaign_content (
    campaign_id TEXT NOT NULL REFERENCES campaign,
    content_id TEXT NOT NULL,
    PRIMARY KEY (campaign_id, content_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX campaign_of_content ON campaign_content (content_id);
  -- what was last pinned on each screen: its shop may fetch it
  CREATE TABLE screen_pin (
    store_id TEXT NOT NULL REFERENCES store,
    screen_id TEXT NOT NULL,
    content_id TEXT NOT NULL,
    PRIMARY KEY (store_id, screen_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- a store of facts bears its name: one without a name is not the one that it had
  ALTER TABLE identity ADD COLUMN has_facts INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- JSON: days by kind of fact; null: all is kept
  ALTER TABLE store ADD COLUMN retention TEXT;
  `,
  `
  -- the planogram file that a fixture was last taken from, and what of it stands where: an export changes only what differs
  CREATE TABLE planogram_file (
    store_id TEXT NOT NULL REFERENCES store,
    fixture_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    taken_ts INTEGER NOT NULL,
    -- JSON
    places TEXT NOT NULL,
    PRIMARY KEY (store_id, fixture_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX planogram_bytes ON planogram_file (sha256);
  `,
  `
  -- what a shop signs the short links of its plays with, and how they begin
  CREATE TABLE scan_key (
    store_id TEXT PRIMARY KEY REFERENCES store,
    tag TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- hashes that no two plays share: that a browser has followed this one
  CREATE TABLE scan (
    store_id TEXT NOT NULL REFERENCES store,
    decision_id TEXT NOT NULL,
    browser TEXT NOT NULL,
    ts INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    PRIMARY KEY (store_id, decision_id, browser)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX scan_time ON scan (ts);
  `,
  `
  -- drawings that are tried out: nothing of them is in force
  CREATE TABLE draft (
    store_id TEXT NOT NULL REFERENCES store,
    draft_id TEXT NOT NULL,
    name TEXT NOT NULL,
    based_on INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    made_ts INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    changed_ts INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    -- JSON
    drawing TEXT NOT NULL,
    PRIMARY KEY (store_id, draft_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX draft_changed ON draft (store_id, changed_ts);
  `,
  `
  -- accounts of agents that the broker itself checks, by what it calls them; those that are revoked it has to be told
  CREATE TABLE agent_account (
    account_key TEXT PRIMARY KEY,
    store_id TEXT NOT NULL REFERENCES store,
    made_ts INTEGER NOT NULL,
    revoked_ts INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX agent_account_store ON agent_account (store_id);
  `,
];

/**
 * The same step in PostgreSQL's words. Its integers are as wide as SQLite's, and its texts are compared by code point, as
 * SQLite does, so that both give rows in the same order.
 */
export function inPostgres(step: string): string {
  return step
    .replace(/\bINTEGER PRIMARY KEY\b/g, 'BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY')
    .replace(/\bINTEGER\b/g, 'BIGINT')
    .replace(/\bREAL\b/g, 'DOUBLE PRECISION')
    .replace(/\bTEXT\b/g, 'TEXT COLLATE "C"')
    .replace(/\) STRICT(, WITHOUT ROWID)?;/g, ');')
    .replace(/\buser\b/g, '"user"')
    .replace(/\bjson_extract\((\w+), '\$\.(\w+)'\)/g, "($1::json ->> '$2')");
}
