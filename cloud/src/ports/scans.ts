export interface ScanKeyRecord {
  storeId: string;
  organisationId: string;
  /** hex */
  key: string;
}

/** Short links of plays: what each shop signs them with, and who has followed which. */
export interface ScanRecords {
  /** What a shop signs with, and how its links begin: from its first time on the same; `made` when it has none. */
  scanKeyFor(storeId: string, made: { tag: string; key: string }): Promise<{ tag: string; key: string }>;
  scanKeyOf(tag: string): Promise<ScanKeyRecord | undefined>;
  /**
   * Somebody who bears any of these names has followed the link of a play: counted, and put into the shop's inbox, when none of them is
   * known there, and not more than `most` are counted already. @returns whether it was counted
   */
  addScan(
    scan: { storeId: string; decisionId: string; ts: number },
    names: readonly string[],
    most: number,
  ): Promise<boolean>;
  /** What was followed before this moment (epoch ms) is forgotten; what was counted stays counted. */
  forgetScans(beforeTs: number): Promise<void>;
}
