import { MINUTE_MS, RECORD_KINDS, type Fact, type SimulatedSpan } from '@aisle/contracts';
import type { Clock, ReceiptRecord, SeriesRow } from '../ports/index.js';
import { problemOf } from './batch-reader.js';

/** Below every agent's: what agents say of a sale or an alert goes before what was simulated. */
export const PAST_EPOCH = 0;
/** Facts that are read without a pause: raising it loads sooner, lowering it lets whoever waits have their turn more often. */
const FACTS_AT_ONCE = 500;
/** What one line may say the same of. */
const MOST_SUBJECTS = 1_000;
const MOST_MINUTES = 24 * 60;
const NEW_LINE = 10;
const VALUE = '"value":';

/** What else must be known of a piece, once it lies on the disk. */
export interface LoadedPiece {
  readonly receipts: readonly ReceiptRecord[];
  readonly incidents: readonly SeriesRow[];
}

/**
 * Facts of a simulated past, one a line, each checked as an agent's is. They are read one after another and let go again: a piece
 * holds tens of thousands, and as many objects at once would cost more than all the rest of loading them. A line may say the same of
 * several subjects (`subjects` instead of `subject`) and of several minutes that follow each other (`minutes`; `seq` rises by one
 * with each): two of five facts tell that a device sensed for a whole minute.
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
    let rows: SeriesRow[] = [];
    let count = 0;
    for (const line of this.#texts()) {
      for (const row of this.#rowsOf(line)) {
        if (row) rows.push(row);
        if ((count += 1) % FACTS_AT_ONCE > 0) continue;
        yield rows;
        rows = [];
        await new Promise<void>((resolve) => this.clock.after(0, resolve));
      }
    }
    yield rows;
  }

  *#texts(): Generator<string> {
    const { lines } = this;
    for (let from = 0; from < lines.length;) {
      const end = lines.indexOf(NEW_LINE, from);
      const to = end < 0 ? lines.length : end;
      if (to > from) yield lines.toString('utf8', from, to);
      from = to + 1;
    }
  }

  /** What a line says; undefined once for a line that says nothing that is right. */
  *#rowsOf(line: string): Generator<SeriesRow | undefined> {
    const said = parsed(line);
    const same = sameOf(said);
    const [first] = same.subjects;
    const { fact } = same;
    const isRight = (): boolean => {
      if (problemOf(fact) || !isWithin(fact, this.span)) return false;
      const { kind, ts } = fact as Fact;
      const { subjects, minutes } = same;
      if (minutes > 1 && !isWithin({ ts: ts + (minutes - 1) * MINUTE_MS }, this.span)) return false;
      // what is one of its own has a name of its own
      if (RECORD_KINDS.has(kind) && (subjects.length > 1 || minutes > 1)) return false;
      return subjects.every((subject) => subject === first || !problemOf({ ...(fact as Fact), subject }));
    };
    if (!isRight()) {
      this.refused += 1;
      yield undefined;
      return;
    }
    const valueText = valueTextOf(line, said as object);
    const { ts, seq } = fact as Fact;
    for (let minute = 0; minute < same.minutes; minute += 1)
      for (const subject of same.subjects) {
        const isFirst = minute === 0 && subject === first;
        const one = isFirst ? fact : { ...(fact as Fact), subject, ts: ts + minute * MINUTE_MS, seq: seq + minute };
        yield this.#row(one as Fact, valueText);
      }
  }

  #row(fact: Fact, valueText: string | undefined): SeriesRow {
    this.accepted += 1;
    const row = { storeId: this.storeId, epoch: PAST_EPOCH, fact, ...(valueText !== undefined && { valueText }) };
    if (fact.kind === 'sale') {
      const { subject, value } = fact;
      this.receipts.push({ storeId: this.storeId, receiptKey: subject, contentDigest: value.contentDigest });
    } else if (fact.kind === 'incident') this.incidents.push(row);
    return row;
  }
}

interface Same {
  /** as an agent would state it of the first subject and the first minute; what it is must still be checked */
  fact: unknown;
  subjects: readonly unknown[];
  minutes: number;
}

function sameOf(said: unknown): Same {
  const plain = { fact: said, subjects: [(said as { subject?: unknown } | null | undefined)?.subject], minutes: 1 };
  if (typeof said !== 'object' || said === null || !('subjects' in said || 'minutes' in said)) return plain;
  const { subjects, minutes = 1, ...rest } = said as { subjects?: unknown; minutes?: unknown };
  const of = subjects === undefined ? [(said as { subject?: unknown }).subject] : subjects;
  const isList = Array.isArray(of) && of.length >= 1 && of.length <= MOST_SUBJECTS && new Set(of).size === of.length;
  const isCount = Number.isInteger(minutes) && (minutes as number) >= 1 && (minutes as number) <= MOST_MINUTES;
  // no fact at all: it is refused like any other line that is not as described
  if (!isList || !isCount || (subjects !== undefined && 'subject' in said)) return { ...plain, fact: undefined };
  return { fact: { ...rest, subject: of[0] as unknown }, subjects: of, minutes: minutes as number };
}

/** The value as it stands in the line, where there can be no doubt about it: it comes last, and its name comes once. */
function valueTextOf(line: string, said: object): string | undefined {
  const at = line.indexOf(VALUE);
  if (at < 0 || !line.endsWith('}') || line.indexOf(VALUE, at + VALUE.length) >= 0) return undefined;
  // nothing that could hold another one stands before it
  if (line.lastIndexOf('{', at) > 0 || Object.keys(said).at(-1) !== 'value') return undefined;
  return line.slice(at + VALUE.length, -1);
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
