import { AisleError, MINUTE_MS, instantOf, type NoInstant } from '@aisle/contracts';
import type { Bucket } from './buckets.js';

/** What a route hands over: the query string as it came. Insight checks it and names the field that is wrong. */
export interface RawQuery {
  from?: unknown;
  to?: unknown;
  bucket?: unknown;
  engagedAfter?: unknown;
}

/** A question that cannot be answered as asked; HTTP 400 with `field`. */
export class QueryError extends AisleError {
  override readonly name = 'QueryError';
  readonly status = 400;
  constructor(
    readonly code: 'badQuery' | 'tooManyRows',
    message: string,
    readonly field: string,
  ) {
    super(message);
  }
}

/** Epoch milliseconds, whole minutes; `from` inclusive, `to` exclusive. */
export interface Period {
  from: number;
  to: number;
}

const BUCKETS: readonly Bucket[] = ['minute', 'hour', 'day', 'all'];
/** The year 2255, where the series ends. */
export const LATEST = 9_000_000_000_000;
export const NO_INSTANT: Readonly<Record<NoInstant, string>> = {
  form: 'must be a time with its zone, such as 2026-11-22T10:00:00+08:00',
  noSuchTime: 'is not a time that exists',
  offset: 'has a zone more than 14 hours from UTC, which no clock has',
};
const MAX_ROWS = 100_000;

export function periodOf(query: RawQuery): Period {
  const from = wholeMinute(query.from, 'from');
  const to = wholeMinute(query.to, 'to');
  if (to <= from) throw new QueryError('badQuery', 'to must be later than from', 'to');
  return { from, to };
}

export function bucketOf(query: RawQuery, otherwise: Bucket): Bucket {
  if (query.bucket === undefined) return otherwise;
  const bucket = BUCKETS.find((name) => name === query.bucket);
  if (!bucket) throw new QueryError('badQuery', `bucket must be one of ${BUCKETS.join(', ')}`, 'bucket');
  return bucket;
}

/** Whole seconds of dwell from which a visit is engaged; undefined: as each zone says. */
export function engagedAfterOf(query: RawQuery): number | undefined {
  const given = query.engagedAfter;
  if (given === undefined) return undefined;
  const seconds =
    typeof given === 'number' ? given : typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : NaN;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 86_400) {
    throw new QueryError('badQuery', 'engagedAfter must be whole seconds, 0 to 86400', 'engagedAfter');
  }
  return seconds;
}

export function checkRows(count: number): void {
  if (count > MAX_ROWS) {
    throw new QueryError(
      'tooManyRows',
      `the answer has more than ${MAX_ROWS} rows; ask for a shorter period or a longer bucket`,
      'bucket',
    );
  }
}

function wholeMinute(given: unknown, field: 'from' | 'to'): number {
  const refuse = (message: string): never => {
    throw new QueryError('badQuery', `${field} ${message}`, field);
  };
  if (given === undefined || given === '') return refuse('is missing');
  // a "+" that a query string turned into a space is read as it was meant
  const ts = typeof given === 'string' ? instantOf(given.replace(/ (?=\d\d:?\d\d$)/, '+')) : 'form';
  if (typeof ts === 'string') return refuse(NO_INSTANT[ts]);
  if (ts % MINUTE_MS !== 0) return refuse('must be a whole minute');
  if (ts < 0 || ts > LATEST) return refuse('must be between the years 1970 and 2255');
  return ts;
}
