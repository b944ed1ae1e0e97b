import type { Fact, SimulatedSpan } from '@aisle/contracts';
import type { Clock, ReceiptRecord, SeriesRow } from '../ports/index.js';
import { problemOf } from './batch-reader.js';

/** Below every agent's: what agents say of a sale or an alert goes before what was simulated. */
export const PAST_EPOCH = 0;
/** Lines that are read without a pause: raising it loads sooner, lowering it lets whoever waits have their turn more often. */
const LINES_AT_ONCE = 500;
const NEW_LINE = 10;

/** What else must be known of a piece, once it lies on the disk. */
export interface LoadedPiece {
  readonly receipts: readonly ReceiptRecord[];
  readonly incidents: readonly SeriesRow[];
}

/**
 * Facts of a simulated past, one a line, each checked as an agent's is. They are read one after another and let go again: a piece
 * holds tens of thousands, and as many objects at once would cost more than all the rest of loading them.
 */
export class PastLines implements LoadedPiece {
  readonly receipts: ReceiptRecord[] = [];
  readonly incidents: SeriesRow[] = [];
  accepted = 0;
  refused = 0;

  constructor(
    private readonly storeId: string,
    private readonly span: Pick<SimulatedSpan, 'fromTs' | 'toTs'>,
    private readonly lines: Buffer,
    private readonly clock: Pick<Clock, 'after'>,
  ) {}

  /** May be read once. */
  async *rows(): AsyncGenerator<readonly SeriesRow[]> {
    const { lines } = this;
    let rows: SeriesRow[] = [];
    let count = 0;
    for (let from = 0; from < lines.length;) {
      const end = lines.indexOf(NEW_LINE, from);
      const to = end < 0 ? lines.length : end;
      if (to > from) this.#take(lines.toString('utf8', from, to), rows);
      from = to + 1;
      count += 1;
      if (count % LINES_AT_ONCE > 0) continue;
      yield rows;
      rows = [];
      await new Promise<void>((resolve) => this.clock.after(0, resolve));
    }
    yield rows;
  }

  #take(line: string, rows: SeriesRow[]): void {
    const fact = parsed(line);
    if (!isWithin(fact, this.span) || problemOf(fact)) {
      this.refused += 1;
      return;
    }
    this.accepted += 1;
    const row = { storeId: this.storeId, epoch: PAST_EPOCH, fact: fact as Fact };
    if (row.fact.kind === 'sale') {
      const { subject, value } = row.fact;
      this.receipts.push({ storeId: this.storeId, receiptKey: subject, contentDigest: value.contentDigest });
    } else if (row.fact.kind === 'incident') this.incidents.push(row);
    rows.push(row);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export const isWithin = (fact: unknown, { fromTs, toTs }: Pick<SimulatedSpan, 'fromTs' | 'toTs'>): boolean => {
  const ts = (fact as { ts?: unknown } | null | undefined)?.ts;
  return typeof ts === 'number' && ts >= fromTs && ts < toTs;
};
