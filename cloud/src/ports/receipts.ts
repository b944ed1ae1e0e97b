import type { TillSale } from '@aisle/contracts';

export interface ReceiptRecord {
  storeId: string;
  receiptKey: string;
  contentDigest: string;
}
export type SaleOutcome = { outcome: 'accepted' | 'duplicate' } | { outcome: 'conflict'; knownDigest: string };
export interface GivenSale extends ReceiptRecord {
  sale: TillSale;
  /** the till that it names; left out: none */
  till?: string;
  /** by which a release up to 0.1 would know it: as good as `contentDigest` */
  formerDigest?: string;
}

/** Which receipts each shop has, so that one counts once whichever way it comes. */
export interface ReceiptRecords {
  /**
   * A sale that goes down to the shop: its receipt and its inbox command together. The same key with the same digest is
   * `duplicate` and changes nothing, with another digest `conflict`. @throws CatalogError `unknownStore`
   */
  acceptSale(sale: GivenSale): Promise<SaleOutcome>;
  /** Receipts learned from the shop's own facts; known ones are left as they are. */
  noteReceipts(receipts: readonly ReceiptRecord[]): Promise<void>;
  receipt(storeId: string, receiptKey: string): Promise<ReceiptRecord | undefined>;
}
