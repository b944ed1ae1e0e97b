import type { MediaFile } from '@aisle/contracts';

/** A file of an organisation's library. */
export interface ContentRecord extends MediaFile {
  organisationId: string;
  /** made of the bytes: the same bytes have the same one */
  contentId: string;
  name: string;
  /** wall clock, epoch ms */
  addedTs: number;
  addedBy: string;
}
export interface ContentUseRecord {
  contentId: string;
  campaignId: string;
  name: string;
  state: string;
}

/** What the catalog knows of files; the bytes lie behind `MediaStore`. */
export interface ContentRecords {
  /** False, and nothing changes, where the organisation has these bytes already. */
  addContent(content: ContentRecord): Promise<boolean>;
  content(organisationId: string, contentId: string): Promise<ContentRecord | undefined>;
  /** The newest first. */
  contents(organisationId: string): Promise<ContentRecord[]>;
  /** Campaigns that are not over and show it; of all content of the organisation when none is named. */
  contentUses(organisationId: string, contentId?: string): Promise<ContentUseRecord[]>;
  /** False where a campaign that is not over shows it, or where there is none: then nothing is deleted. */
  deleteContent(organisationId: string, contentId: string): Promise<boolean>;
  /** Whether any organisation has a file of these bytes, or a planogram that was taken from them. */
  isKept(sha256: string): Promise<boolean>;
  /** A file that a shop may fetch: one of a campaign of it that is not over, or pinned on a screen of it. */
  fileFor(storeId: string, sha256: string): Promise<ContentRecord | undefined>;
  /** The shop may fetch it, whatever its campaigns. The newest of a screen holds; null: none. */
  notePin(storeId: string, screenId: string, contentId: string | null): Promise<void>;
  /** Screens of the organisation on which it was pinned last. */
  pins(organisationId: string, contentId: string): Promise<{ storeId: string; screenId: string }[]>;
}
