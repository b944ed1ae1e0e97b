import type { StoreFile } from '@aisle/contracts';

export type VersionOrigin = 'import' | 'dashboard';
export interface NewStoreVersion {
  storeId: string;
  storeFile: StoreFile;
  /** wall clock, epoch ms */
  createdTs: number;
}
/** A version made by a person or a program. */
export interface EditedVersion extends NewStoreVersion {
  /** epoch ms; left out, or not after createdTs: at once */
  validFrom?: number;
  author?: string | null;
  note?: string | null;
  /** the newest version that whoever made this one knew; null: not checked */
  basedOn?: number | null;
}
/** A version without its file. */
export interface VersionRecord {
  storeId: string;
  version: number;
  origin: VersionOrigin;
  createdTs: number;
  /** epoch ms: from when on it is in force, unless a higher number holds by then */
  validFrom: number;
  author: string | null;
  note: string | null;
  basedOn: number | null;
}
export interface StoreVersion extends VersionRecord {
  storeFile: StoreFile;
}

/**
 * `unchanged`: the content is that of the last import, or of the newest version, which counts as the last import from then
 * on. `created`: it differs, and nobody edited since, or what was edited was taken back. `conflict`: it differs, but a
 * version edited in the dashboard since the last import is kept; nothing was written.
 */
export interface ImportOutcome {
  outcome: 'created' | 'unchanged' | 'conflict';
  /** the version in force afterwards */
  version: number;
}

/**
 * The time line of each store's file. Of all versions with validFrom ≤ now the one with the highest number is in force: so a
 * newer one that holds from the same time or earlier takes the place of one that was planned.
 */
export interface StoreVersions {
  /** A file given at the start. A new version, with its inbox command, only by the rules of ImportOutcome. */
  importStoreFile(version: NewStoreVersion & { contentHash: string }): Promise<ImportOutcome>;
  /**
   * With its inbox command: `planned` for one that comes into force later, else `storeFile`.
   * @throws CatalogError `changed` when `basedOn` is not the newest version, `unknownStore`
   */
  addStoreVersion(version: EditedVersion): Promise<StoreVersion>;
  /** The version in force at `now`. */
  currentVersion(storeId: string, now: number): Promise<StoreVersion | undefined>;
  version(storeId: string, version: number): Promise<StoreVersion | undefined>;
  /** All of them, by number. */
  versions(storeId: string): Promise<VersionRecord[]>;
}
