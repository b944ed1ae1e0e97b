import { HOUR_MS, MINUTE_MS, RECORD_KINDS, type FactKind } from '@aisle/contracts';
import { StoreError, type SeriesRow, type StoredFact } from '../ports/series-store.js';

/** InfluxDB holds the order of revisions in the nanoseconds of a minute, so both engines draw the line there. */
export const SEQ_LIMIT = 60_000_000_000;
/** The year 2255: nanoseconds since 1970 still fit 64 bits. */
const TS_LIMIT = 9_000_000_000_000;
const EPOCH_LIMIT = 2_147_483_647;

const whole = (value: number, below: number): boolean => Number.isSafeInteger(value) && value >= 0 && value < below;

/** Rows that either engine could only keep wrongly are refused by both. @throws StoreError `outOfRange` */
export function checkRow(row: SeriesRow): void {
  const { fact } = row;
  const refuse = (field: string, value: unknown, expected: string): never => {
    throw new StoreError(
      'outOfRange',
      `${field} of ${fact.kind} "${fact.subject}" is ${String(value)}, expected ${expected}`,
    );
  };
  if (!whole(fact.seq, SEQ_LIMIT)) refuse('seq', fact.seq, `a whole number below ${SEQ_LIMIT}`);
  if (!whole(fact.ts, TS_LIMIT)) refuse('ts', fact.ts, `epoch milliseconds below ${TS_LIMIT}`);
  if (!RECORD_KINDS.has(fact.kind) && fact.ts % MINUTE_MS !== 0) refuse('ts', fact.ts, 'the start of a minute');
  if (!whole(row.epoch, EPOCH_LIMIT)) refuse('epoch', row.epoch, 'a whole number');
  if (!whole(fact.configVersion, EPOCH_LIMIT)) refuse('configVersion', fact.configVersion, 'a whole number');
  if (!wellFormed(fact.subject) || !wellFormed(row.storeId))
    refuse('subject', fact.subject, 'text without lone surrogates');
}

function wellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return text !== '' && !text.includes('\0');
  } catch {
    return false;
  }
}

/** The hour of UTC that a moment lies in: the grain in which rollups learn that something was written. */
export const hourOf = (ts: number): number => Math.floor(ts / HOUR_MS) * HOUR_MS;

/** What tells facts apart. */
type Keyed = Pick<StoredFact, 'kind' | 'subject' | 'ts' | 'epoch' | 'seq'>;

/** Ordered by ts, kind, subject, epoch. Subjects by code unit, so that every engine agrees. */
export function byKey(a: Keyed, b: Keyed): number {
  if (a.ts !== b.ts) return a.ts - b.ts;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.subject !== b.subject) return a.subject < b.subject ? -1 : 1;
  return a.epoch - b.epoch;
}

/** True when `a` was said later than `b` about the same subject, by (ts, epoch, seq). */
export const saidLater = (a: Keyed, b: Keyed): boolean =>
  a.ts !== b.ts ? a.ts > b.ts : a.epoch !== b.epoch ? a.epoch > b.epoch : a.seq > b.seq;

/** The one statement of each subject that comes last by `later`. */
export function lastBySubject<K extends FactKind>(
  rows: Iterable<StoredFact<K>>,
  later: (a: Keyed, b: Keyed) => boolean,
): StoredFact<K>[] {
  const last = new Map<string, StoredFact<K>>();
  for (const row of rows) {
    const known = last.get(row.subject);
    if (!known || later(row, known)) last.set(row.subject, row);
  }
  return [...last.values()].sort(byKey);
}

/** A record counts once, in its newest (epoch, seq). */
export const newerRecord = (a: Keyed, b: Keyed): boolean =>
  a.epoch !== b.epoch ? a.epoch > b.epoch : a.seq !== b.seq ? a.seq > b.seq : a.ts > b.ts;
