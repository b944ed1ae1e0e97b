import type { StoreFile } from '@aisle/contracts';
import type { AgentRecord, ApiTokenRecord, Role, StoreRecord, UserRecord } from '../../ports/catalog.js';
import type { StoreVersion, VersionOrigin } from '../../ports/store-version.js';
import type { Row } from './sqlite.js';

/** Rows of the catalog's tables → records of the port. */
const text = (row: Row, column: string): string => String(row[column]);
const number = (row: Row, column: string): number => Number(row[column]);
const numberOrNull = (row: Row, column: string): number | null => (row[column] === null ? null : Number(row[column]));

export const userRecord = (row: Row | undefined): UserRecord | undefined =>
  row && {
    userId: number(row, 'user_id'),
    organisationId: text(row, 'organisation_id'),
    email: text(row, 'email'),
    passwordHash: text(row, 'password_hash'),
    role: text(row, 'role') as Role,
  };

export const tokenRecord = (row: Row | undefined): ApiTokenRecord | undefined =>
  row && {
    tokenHash: text(row, 'token_hash'),
    organisationId: text(row, 'organisation_id'),
    name: text(row, 'name'),
    role: text(row, 'role') as Role,
    createdTs: number(row, 'created_ts'),
  };

export const agentRecord = (row: Row | undefined): AgentRecord | undefined =>
  row && {
    storeId: text(row, 'store_id'),
    organisationId: text(row, 'organisation_id'),
    username: text(row, 'username'),
    passwordSha256: text(row, 'password_sha256'),
    lastSeenTs: numberOrNull(row, 'last_seen_ts'),
    configVersion: numberOrNull(row, 'config_version'),
    agentVersion: row['agent_version'] === null ? null : text(row, 'agent_version'),
    epoch: number(row, 'epoch'),
    inboxAcked: number(row, 'inbox_acked'),
    inboxSeq: number(row, 'inbox_seq'),
  };

export const storeRecord = (row: Row | undefined): StoreRecord | undefined =>
  row && {
    storeId: text(row, 'store_id'),
    organisationId: text(row, 'organisation_id'),
    currentVersion: number(row, 'current_version'),
  };

export const storeVersion = (row: Row | undefined): StoreVersion | undefined =>
  row && {
    storeId: text(row, 'store_id'),
    version: number(row, 'version'),
    origin: text(row, 'origin') as VersionOrigin,
    storeFile: JSON.parse(text(row, 'store_file')) as StoreFile,
    createdTs: number(row, 'created_ts'),
  };
