import type { Generated } from 'kysely';

/** The catalog's tables as `migrations.ts` leaves them. Times are epoch milliseconds, flags 0 or 1. */
export interface CatalogTables {
  organisation: { organisation_id: string };
  user: {
    user_id: Generated<number>;
    organisation_id: string;
    email: string;
    password_hash: string;
    disabled: Generated<number>;
  };
  provisioned: { organisation_id: string; what: string; said: string };
  user_grant: { user_id: number; role: string; scope_kind: string; scope_id: string };
  session: { token_hash: string; user_id: number; created_ts: number; expires_ts: number };
  api_token: {
    token_id: Generated<number>;
    token_hash: string;
    organisation_id: string;
    name: string;
    role: string;
    scope_kind: string;
    scope_id: string;
    created_ts: number;
    expires_ts: number | null;
    last_used_ts: number | null;
  };
  store: {
    store_id: string;
    organisation_id: string;
    region: string | null;
    /** the newest number, in force or planned */
    current_version: Generated<number>;
    inbox_seq: Generated<number>;
    inbox_acked: Generated<number>;
    simulated: Generated<string | null>;
    retention: Generated<string | null>;
  };
  store_version: {
    store_id: string;
    version: number;
    origin: string;
    content_hash: string | null;
    store_file: string;
    created_ts: number;
    valid_from: number;
    author: string | null;
    note: string | null;
    based_on: number | null;
  };
  agent: {
    store_id: string;
    username: string;
    password_sha256: string;
    last_seen_ts: number | null;
    config_version: number | null;
    agent_version: string | null;
    status: string | null;
    speaks: string | null;
  };
  agent_account: { account_key: string; store_id: string; made_ts: number; revoked_ts: number | null };
  journal: { store_id: string; journal_id: string; epoch: number };
  inbox: {
    store_id: string;
    seq: number;
    kind: string;
    command: string;
    subject: string | null;
    held_since: number | null;
    held_reason: string | null;
  };
  identity: { catalog_id: string; has_facts: number };
  receipt: { store_id: string; receipt_key: string; content_digest: string };
  device_credential: {
    store_id: string;
    device_id: string;
    sha256: string | null;
    issued_ts: number | null;
    revoked_ts: number | null;
  };
  slot_tare: { store_id: string; slot_id: string; known_grams: number; ts: number; by_whom: string };
  content: {
    organisation_id: string;
    content_id: string;
    sha256: string;
    name: string;
    type: string;
    bytes: number;
    width: number;
    height: number;
    seconds: number | null;
    added_ts: number;
    added_by: string;
  };
  campaign: {
    campaign_id: string;
    organisation_id: string;
    made_ts: number;
    state: string;
    revision: number;
    seed: number;
    name: string;
    settings: string;
  };
  campaign_deed: { campaign_id: string; revision: number; at_ts: number; by_whom: string; what: string };
  campaign_store: { campaign_id: string; store_id: string };
  campaign_content: { campaign_id: string; content_id: string };
  draft: {
    store_id: string;
    draft_id: string;
    name: string;
    based_on: number;
    revision: number;
    made_ts: number;
    made_by: string;
    changed_ts: number;
    changed_by: string;
    drawing: string;
  };
  planogram_file: { store_id: string; fixture_id: string; sha256: string; taken_ts: number; places: string };
  scan_key: { store_id: string; tag: string; key: string };
  scan: { store_id: string; decision_id: string; browser: string; ts: number; counted: number };
  screen_pin: { store_id: string; screen_id: string; content_id: string };
  walk_test: { store_id: string; walk_test_id: string; ended_ts: number; body: string };
}
