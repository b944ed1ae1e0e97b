/** What ingest counts; `http/metrics.ts` shows it. */
export interface IngestMetrics {
  batch(outcome: 'committed' | 'refused' | 'unreadable'): void;
  facts(outcome: 'committed' | 'refused', count: number): void;
  /** from a batch's arrival to its acknowledgement, seconds */
  batchSeconds(seconds: number): void;
  /** one commit of the series store, seconds, and how many batches it held */
  commit(seconds: number, batches: number): void;
  waiting(batches: number): void;
  /** receipts that an older journal of their shop knows already: they change nothing */
  knownReceipts(outcome: 'same' | 'conflict', count: number): void;
}
