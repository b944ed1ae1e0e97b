import { MINUTE_MS } from '@aisle/contracts';
import type { Bucket } from './buckets.js';

/** What a route hands over: the query string as it came. Insight checks it and names the field that is wrong. */
export interface RawQuery {
  from?: unknown;
  to?: unknown;
  bucket?: unknown;
  engagedAfter?: unknown;
}

/** A question that cannot be answered as asked; HTTP 400 with `field`. */
export class QueryError extends Error {
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
const LATEST = 9_000_000_000_000;
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

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+ -]\d\d:?\d\d)$/i;

function wholeMinute(given: unknown, field: 'from' | 'to'): number {
  const refuse = (message: string): never => {
    throw new QueryError('badQuery', `${field} ${message}`, field);
  };
  if (given === undefined || given === '') return refuse('is missing');
  const match = typeof given === 'string' ? ISO.exec(given) : null;
  if (!match) return refuse('must be a time with its zone, such as 2026-11-22T10:00:00+08:00');
  const [year, month, day, hour, minute, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth || hour > 23 || minute > 59 || second > 59) {
    return refuse('is not a time that exists');
  }
  if (second !== 0 || Number(match[7] ?? 0) !== 0) return refuse('must be a whole minute');
  const ts = Date.UTC(year, month - 1, day, hour, minute) - offsetOf(match[8] ?? 'Z') * MINUTE_MS;
  if (ts < 0 || ts > LATEST) return refuse('must be between the years 1970 and 2255');
  return ts;
}

/** Minutes east of Greenwich. A "+" that a query string turned into a space is read as it was meant. */
function offsetOf(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}
