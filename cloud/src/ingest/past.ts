import type { Fact } from '@aisle/contracts';
import type { ReceiptRecords, SeriesRow, SeriesStore } from '../ports/index.js';

/** Facts of a past that no journal told: below the epoch of every journal, so that what agents say of themselves stays newest. */
export const PAST_EPOCH = 0;

/** Takes in a past that was kept elsewhere, or simulated: final facts in large pieces, straight to where they stay. */
export class Past {
  constructor(
    private readonly parts: {
      series: Pick<SeriesStore, 'write'>;
      receipts: Pick<ReceiptRecords, 'noteReceipts'>;
      /** rows that are on disk now */
      committed(rows: readonly SeriesRow[]): void;
    },
  ) {}

  /** Resolves when all of it is on disk. The same facts again change nothing. @throws StoreError */
  async take(storeId: string, facts: readonly Fact[]): Promise<void> {
    const rows = facts.map((fact): SeriesRow => ({ storeId, epoch: PAST_EPOCH, fact }));
    await this.parts.series.write(rows, 'final');
    const receipts = facts.flatMap((fact) =>
      fact.kind === 'sale' ? [{ storeId, receiptKey: fact.subject, contentDigest: fact.value.contentDigest }] : [],
    );
    if (receipts.length > 0) await this.parts.receipts.noteReceipts(receipts);
    this.parts.committed(rows);
  }
}
