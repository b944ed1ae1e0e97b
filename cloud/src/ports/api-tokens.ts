import type { Grant } from './users.js';

export interface NewApiToken {
  tokenHash: string;
  organisationId: string;
  /** one token of an organisation at a time has it */
  name: string;
  grant: Grant;
  createdTs: number;
  /** epoch ms, exclusive; null: never */
  expiresTs: number | null;
}
export interface ApiTokenRecord extends NewApiToken {
  tokenId: number;
  /** epoch ms; null before the first use */
  lastUsedTs: number | null;
}

export interface ApiTokenRecords {
  /** Replaces the token of the same (organisation, name), so that a changed secret ends the old one. */
  putApiToken(token: NewApiToken): Promise<ApiTokenRecord>;
  /** Undefined when it is unknown, or over at `now`. */
  apiToken(tokenHash: string, now: number): Promise<ApiTokenRecord | undefined>;
  /** By name, also those that are over. */
  apiTokens(organisationId: string): Promise<ApiTokenRecord[]>;
  /** Never goes back. */
  noteTokenUse(tokenId: number, ts: number): Promise<void>;
  /** False when this organisation has no such token. */
  deleteApiToken(organisationId: string, tokenId: number): Promise<boolean>;
}
