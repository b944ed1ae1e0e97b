import type { GivenSale, ReceiptRecord, ReceiptRecords, SaleOutcome } from '../../ports/receipts.js';
import type { CatalogDatabase, Db } from './database.js';
import { enqueue } from './inbox.js';

/** receipts of one statement: databases take some ten thousand values at once */
const ROWS_AT_ONCE = 500;

export class ReceiptTable implements ReceiptRecords {
  constructor(private readonly database: CatalogDatabase) {}

  acceptSale({ sale, till, formerDigest, ...given }: GivenSale): Promise<SaleOutcome> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, given.storeId);
      // written first: a receipt that comes by another way at the same moment is waited for
      if (await putReceipts(db, [given])) {
        await enqueue(db, given.storeId, { kind: 'sale', sale, ...(till !== undefined && { till }) });
        return { outcome: 'accepted' };
      }
      const knownDigest = (await selectReceipt(db, given.storeId, given.receiptKey))?.contentDigest;
      if (knownDigest === undefined) throw new Error('a receipt that is there could not be read');
      const same = knownDigest === given.contentDigest || knownDigest === formerDigest;
      return same ? { outcome: 'duplicate' } : { outcome: 'conflict', knownDigest };
    });
  }

  async noteReceipts(receipts: readonly ReceiptRecord[]): Promise<void> {
    if (receipts.length === 0) return;
    // in one order everywhere, so that two that note the same ones do not wait for each other
    const sorted = [...receipts].sort((a, b) => order(a.storeId, b.storeId) || order(a.receiptKey, b.receiptKey));
    await this.database.together(async (db) => {
      for (let at = 0; at < sorted.length; at += ROWS_AT_ONCE)
        await putReceipts(db, sorted.slice(at, at + ROWS_AT_ONCE));
    });
  }

  receipt(storeId: string, receiptKey: string): Promise<ReceiptRecord | undefined> {
    return this.database.once((db) => selectReceipt(db, storeId, receiptKey));
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Known ones stay as they are. True when any was new. */
async function putReceipts(db: Db, receipts: readonly ReceiptRecord[]): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('receipt')
    .values(
      receipts.map(({ storeId, receiptKey, contentDigest }) => ({
        store_id: storeId,
        receipt_key: receiptKey,
        content_digest: contentDigest,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows > 0n;
}

async function selectReceipt(db: Db, storeId: string, receiptKey: string): Promise<ReceiptRecord | undefined> {
  const row = await db
    .selectFrom('receipt')
    .select('content_digest')
    .where('store_id', '=', storeId)
    .where('receipt_key', '=', receiptKey)
    .executeTakeFirst();
  return row && { storeId, receiptKey, contentDigest: row.content_digest };
}
