/** A drawing of a shop that is not in force: what somebody tries out, and others may look at and go on with. */
export interface DraftRecord {
  storeId: string;
  draftId: string;
  name: string;
  /** version of the store file that it was drawn over */
  basedOn: number;
  /** 1, and one more with each change */
  revision: number;
  /** wall clock, epoch ms */
  madeTs: number;
  madeBy: string;
  changedTs: number;
  changedBy: string;
  /** JSON of a `Drawing` */
  drawing: string;
}

export interface DraftRecords {
  /** The one that was changed last first; without what is drawn. */
  drafts(storeId: string): Promise<Omit<DraftRecord, 'drawing'>[]>;
  draft(storeId: string, draftId: string): Promise<DraftRecord | undefined>;
  /** false: the store has `most` already. */
  addDraft(draft: DraftRecord, most: number): Promise<boolean>;
  /** false: it is not there in the revision before the given one. Who made it, and when, stays. */
  changeDraft(draft: DraftRecord): Promise<boolean>;
  /** false: there was none */
  removeDraft(storeId: string, draftId: string): Promise<boolean>;
}
