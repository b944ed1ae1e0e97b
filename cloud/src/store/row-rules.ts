import { HOUR_MS, MINUTE_MS, RECORD_KINDS, type FactKind } from '@aisle/contracts';
import { StoreError, type SeriesRow, type StoredFact } from '../ports/series-store.js';

/** InfluxDB holds the order of revisions in the nanoseconds of a minute, so both engines draw the line there. */
export const SEQ_LIMIT = 60_000_000_000;
/** The year 2255: nanoseconds since 1970 still fit 64 bits. */
const TS_LIMIT = 9_000_000_000_000;
const EPOCH_LIMIT = 2_147_483_647;
/** A shop is recomputed a few times in its life; beyond this is a mistake. */
const GENERATION_LIMIT = 1_000_000;

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
  if (!whole(generationOf(fact), GENERATION_LIMIT))
    refuse('generation', fact.generation, `a whole number below ${GENERATION_LIMIT}`);
  if (!whole(row.epoch, EPOCH_LIMIT)) refuse('epoch', row.epoch, 'a whole number');
  if (!whole(fact.configVersion, EPOCH_LIMIT)) refuse('configVersion', fact.configVersion, 'a whole number');
  if (!wellFormed(fact.subject) || !wellFormed(row.storeId))
    refuse('subject', fact.subject, 'text without lone surrogates');
}

/** Whether any engine could keep a row. */
export function isKeepable(row: SeriesRow): boolean {
  try {
    checkRow(row);
    return true;
  } catch {
    return false;
  }
}

/** half of a pair without its other half */
const LONE = /\p{Surrogate}/u;
const wellFormed = (text: string): boolean => text !== '' && !text.includes('\0') && !LONE.test(text);

/** The hour of UTC that a moment lies in: the grain in which rollups learn that something was written. */
export const hourOf = (ts: number): number => Math.floor(ts / HOUR_MS) * HOUR_MS;

/** What tells facts and their revisions apart. */
type Keyed = Pick<StoredFact, 'kind' | 'subject' | 'ts' | 'epoch' | 'generation' | 'seq' | 'configVersion' | 'value'>;

export const generationOf = ({ generation }: { generation?: number }): number => generation ?? 0;

/** Ordered by ts, kind, subject, epoch, configVersion. Subjects by code unit, so that every engine agrees. */
export function byKey(a: Keyed, b: Keyed): number {
  if (a.ts !== b.ts) return a.ts - b.ts;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.subject !== b.subject) return a.subject < b.subject ? -1 : 1;
  return a.epoch - b.epoch || a.configVersion - b.configVersion;
}

/**
 * The order of two statements of one revision that differ, as a mended agent may make them after a crash: by version, then by
 * the bytes of the value's JSON. Which of them counts is of no matter; that it is the same one everywhere is.
 */
export const bySaying = (
  a: { configVersion: number; text: string },
  b: { configVersion: number; text: string },
): number => a.configVersion - b.configVersion || Buffer.compare(Buffer.from(a.text), Buffer.from(b.text));

/** Of two statements of one epoch: positive when `a` is the newer, by (generation, seq). */
export const byRevision = (a: Keyed, b: Keyed): number =>
  generationOf(a) - generationOf(b) ||
  a.seq - b.seq ||
  bySaying(
    { configVersion: a.configVersion, text: JSON.stringify(a.value) },
    { configVersion: b.configVersion, text: JSON.stringify(b.value) },
  );

/** True when `a` was said later than `b` about the same subject, by (ts, epoch, generation, seq). */
export const saidLater = (a: Keyed, b: Keyed): boolean => (a.ts - b.ts || a.epoch - b.epoch || byRevision(a, b)) > 0;

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

/** A record counts once, in its newest (epoch, generation, seq). A receipt stays as the older epoch states it (SEMANTICS §18). */
export const newerRecord = (a: Keyed, b: Keyed): boolean =>
  ((a.kind === 'sale' ? b.epoch - a.epoch : a.epoch - b.epoch) || byRevision(a, b) || a.ts - b.ts) > 0;

/** Of minute facts with generations: those of the highest generation of each (kind, subject, ts, epoch). The rest is left out. */
export function highestGenerations<K extends FactKind>(rows: StoredFact<K>[]): StoredFact<K>[] {
  const older = rows.sort(byKey).some((row, at) => {
    const before = rows[at - 1];
    return before && isSameMinute(before, row) && generationOf(before) !== generationOf(row);
  });
  if (!older) return rows;
  const kept: StoredFact<K>[] = [];
  for (let from = 0; from < rows.length;) {
    const first = rows[from] as StoredFact<K>;
    let to = from + 1;
    while (to < rows.length && isSameMinute(first, rows[to] as StoredFact<K>)) to++;
    const stated = rows.slice(from, to);
    const highest = Math.max(...stated.map(generationOf));
    kept.push(...stated.filter((row) => generationOf(row) === highest));
    from = to;
  }
  return kept;
}

const isSameMinute = (a: Keyed, b: Keyed): boolean =>
  a.ts === b.ts && a.kind === b.kind && a.subject === b.subject && a.epoch === b.epoch;
