import type { Ack } from '@aisle/contracts';
import {
  StoreError,
  type Clock,
  type ReceiptRecord,
  type ReceiptRecords,
  type SeriesRow,
  type SeriesStore,
} from '../ports/index.js';
import type { ReadBatch, Refusal } from './batch-reader.js';
import type { IngestMetrics } from './ingest-metrics.js';
import { KnownReceipts, isSaleRow } from './known-receipts.js';
import { PAST_EPOCH } from './past-lines.js';

export interface WaitingBatch {
  storeId: string;
  batch: ReadBatch;
  /** monotonic, ms */
  arrivedMs: number;
  /** called once the batch is on disk, or refused for good */
  done(ack: Ack): void;
}

export interface CommitterParts {
  series: SeriesStore;
  receipts: Pick<ReceiptRecords, 'noteReceipts' | 'receipt'>;
  clock: Clock;
  metrics: IngestMetrics;
  log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  /** Rows that are on disk now. */
  committed?: (rows: readonly SeriesRow[]) => void;
}

/** rows of one commit: raising it commits more agents at once, lowering it answers each sooner */
const ROWS_PER_COMMIT = 20_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;

/** Writes batches in the order of their arrival, as many as are waiting in one commit, and only then acknowledges. */
export class Committer {
  #queue: WaitingBatch[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  readonly #known: KnownReceipts;

  constructor(private readonly parts: CommitterParts) {
    this.#known = new KnownReceipts(parts);
  }

  get waiting(): number {
    return this.#queue.length;
  }

  add(batch: WaitingBatch): void {
    this.#queue.push(batch);
    this.parts.metrics.waiting(this.#queue.length);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Finishes the commit under way; what has not begun stays unacknowledged, and its agent sends it again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    // a turn of the event loop, so that batches which arrived together are committed together
    await Promise.resolve();
    while (this.#queue.length > 0 && !this.#stopped) {
      await this.parts.series.ready?.();
      if (this.#stopped) return;
      const group = this.#next();
      for (let retryMs = FIRST_RETRY_MS; !this.#stopped; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
        try {
          await this.#commit(group);
          break;
        } catch (error) {
          this.parts.log.error(
            { err: error, batches: group.length, retryMs },
            'facts could not be committed; trying again',
          );
          await this.#sleep(retryMs);
        }
      }
      this.parts.metrics.waiting(this.#queue.length);
    }
  }

  #next(): WaitingBatch[] {
    let rows = 0;
    let count = 0;
    while (
      count < this.#queue.length &&
      (count === 0 || rows + this.#queue[count]!.batch.facts.length <= ROWS_PER_COMMIT)
    ) {
      rows += this.#queue[count]!.batch.facts.length;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(group: readonly WaitingBatch[]): Promise<void> {
    const { clock, metrics } = this.parts;
    const startedMs = clock.monotonicMs();
    const given = group.flatMap((waiting, at) => {
      const { storeId, batch } = waiting;
      const { epoch } = batch;
      return batch.facts.map((fact, index) => ({ at, index: batch.indexes[index]!, row: { storeId, epoch, fact } }));
    });
    const entries = await this.#withoutKnownReceipts(given);
    const late: { at: number; refusal: Refusal }[] = [];
    const refuse = (entry: (typeof entries)[number], message: string): void => {
      late.push({ at: entry.at, refusal: { index: entry.index, field: '', message, code: 'outOfRange' } });
    };
    // a past that is loaded is stated once: it need not wait in the log to be restated
    const isPast = ({ row }: (typeof entries)[number]): boolean => row.epoch === PAST_EPOCH;
    await this.#write(
      entries.filter((entry) => !isPast(entry)),
      refuse,
    );
    await this.#write(entries.filter(isPast), refuse, 'final');
    await this.#noteReceipts(group, late);
    const isRefused = ({ at, index }: (typeof entries)[number]) =>
      late.some((entry) => entry.at === at && entry.refusal.index === index);
    this.parts.committed?.(
      (late.length > 0 ? entries.filter((entry) => !isRefused(entry)) : entries).map(({ row }) => row),
    );
    const endedMs = clock.monotonicMs();
    metrics.commit((endedMs - startedMs) / 1000, group.length);
    group.forEach(({ batch, storeId, arrivedMs, done }, at) => {
      const more = late.filter((entry) => entry.at === at).map((entry) => entry.refusal);
      const refused = [...batch.refused, ...more].sort((a, b) => a.index - b.index);
      if (refused.length > 0) {
        this.parts.log.warn(
          { store: storeId, batch: batch.batchId, refused: refused.slice(0, 5), count: refused.length },
          'facts refused',
        );
      }
      metrics.batch('committed');
      metrics.facts('committed', batch.facts.length - more.length);
      metrics.facts('refused', refused.length);
      metrics.batchSeconds((endedMs - arrivedMs) / 1000);
      done({ batchId: batch.batchId, status: 'committed', refused });
    });
  }

  /** Writes all, or, when the store refuses an input, finds out which by halves, so that one bad fact costs no others. */
  async #write<E extends { row: SeriesRow }>(
    entries: readonly E[],
    refuse: (entry: E, message: string) => void,
    how?: 'final',
  ): Promise<void> {
    if (entries.length === 0) return;
    try {
      await this.parts.series.write(
        entries.map((entry) => entry.row),
        how,
      );
    } catch (error) {
      const input = error instanceof StoreError && error.remedy === 'drop';
      if (!input) throw error;
      if (entries.length === 1) return refuse(entries[0]!, error.message);
      const middle = Math.ceil(entries.length / 2);
      await this.#write(entries.slice(0, middle), refuse, how);
      await this.#write(entries.slice(middle), refuse, how);
    }
  }

  /** A receipt that an older journal of the shop has told stays as it was: nothing is written, and nothing is refused. */
  async #withoutKnownReceipts<E extends { row: SeriesRow }>(entries: readonly E[]): Promise<readonly E[]> {
    const sales = entries.map(({ row }) => row).filter(isSaleRow);
    if (sales.length === 0) return entries;
    const standings: ReadonlyMap<SeriesRow, string> = await this.#known.standings(sales);
    const conflicts = sales.filter((row) => standings.get(row) === 'conflict');
    const known = sales.filter((row) => standings.get(row) === 'known').length;
    if (conflicts.length > 0) {
      const [{ storeId, fact }] = conflicts as [SeriesRow];
      const details = { store: storeId, receipt: fact.subject, count: conflicts.length };
      this.parts.log.warn(details, 'receipts that an older journal told otherwise: they stay as they were');
    }
    this.parts.metrics.knownReceipts('same', known);
    this.parts.metrics.knownReceipts('conflict', conflicts.length);
    return entries.filter(({ row }) => (standings.get(row) ?? 'own') === 'own');
  }

  /** So that a sale by REST meets the receipts that the shop's own tills have made. */
  async #noteReceipts(
    group: readonly WaitingBatch[],
    late: readonly { at: number; refusal: Refusal }[],
  ): Promise<void> {
    const receipts: ReceiptRecord[] = [];
    group.forEach(({ storeId, batch }, at) => {
      batch.facts.forEach((fact, index) => {
        if (fact.kind !== 'sale') return;
        if (late.some((entry) => entry.at === at && entry.refusal.index === batch.indexes[index])) return;
        receipts.push({ storeId, receiptKey: fact.subject, contentDigest: fact.value.contentDigest });
      });
    });
    if (receipts.length > 0) await this.parts.receipts.noteReceipts(receipts);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.parts.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
