import { AisleError, MINUTE_MS, instantOf, type NoInstant, problem, sentenceOf, type Problem } from '@aisle/contracts';
import type { Bucket } from './buckets.js';
import { PAGE_PARTS, type PagePart, type PageQuestion } from './page-parts.js';

/** What a route hands over: the query string as it came. Insight checks it and names the field that is wrong. */
export interface RawQuery {
  from?: unknown;
  to?: unknown;
  bucket?: unknown;
  engagedAfter?: unknown;
  /** one zone, one product: its rows alone */
  zoneId?: unknown;
  gtin?: unknown;
}

/** A question that cannot be answered as asked; HTTP 400 with `field`. */
export class QueryError extends AisleError {
  override readonly name = 'QueryError';
  readonly status = 400;
  constructor(
    readonly code: 'badQuery' | 'tooManyRows',
    readonly problem: Problem,
  ) {
    super(sentenceOf(problem));
  }

  get field(): string {
    return this.problem.field;
  }
}

/** A question for a page: see its route for what the fields mean. */
export interface PageQuery extends RawQuery {
  before?: unknown;
  parts?: unknown;
  begin?: unknown;
}

/** Epoch milliseconds, whole minutes; `from` inclusive, `to` exclusive. */
export interface Period {
  from: number;
  to: number;
}

const BUCKETS: readonly Bucket[] = ['minute', 'hour', 'day', 'all'];
/** The year 2255, where the series ends. */
export const LATEST = 9_000_000_000_000;
/** Why a text is no time, as the code of a problem. */
export const NO_INSTANT: {
  readonly form: 'instantForm';
  readonly noSuchTime: 'instantNoSuchTime';
  readonly offset: 'instantOffset';
} = {
  form: 'instantForm',
  noSuchTime: 'instantNoSuchTime',
  offset: 'instantOffset',
};
const MAX_ROWS = 100_000;

export function periodOf(query: RawQuery): Period {
  const from = wholeMinute(query.from, 'from');
  const to = wholeMinute(query.to, 'to');
  if (to <= from) throw new QueryError('badQuery', problem('to', 'laterThan', { other: 'from' }));
  return { from, to };
}

export function bucketOf(query: RawQuery, otherwise: Bucket): Bucket {
  if (query.bucket === undefined) return otherwise;
  const bucket = BUCKETS.find((name) => name === query.bucket);
  if (!bucket) throw new QueryError('badQuery', problem('bucket', 'mustBeOneOf', { choices: BUCKETS.join(', ') }));
  return bucket;
}

/** Whole seconds of dwell from which a visit is engaged; undefined: as each zone says. */
export function engagedAfterOf(query: RawQuery): number | undefined {
  const given = query.engagedAfter;
  if (given === undefined) return undefined;
  const seconds =
    typeof given === 'number' ? given : typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : NaN;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 86_400) {
    throw new QueryError('badQuery', problem('engagedAfter', 'wholeSecondsUpTo', { most: 86_400 }));
  }
  return seconds;
}

/** The one thing that is asked about; undefined: all. */
export function oneOf(query: RawQuery, field: 'zoneId' | 'gtin'): string | undefined {
  const given = query[field];
  if (given === undefined) return undefined;
  if (typeof given === 'string' && given !== '' && given.length <= 200) return given;
  throw new QueryError('badQuery', problem(field, 'missing'));
}

export function checkRows(count: number): void {
  if (count > MAX_ROWS) {
    throw new QueryError('tooManyRows', problem('bucket', 'tooManyRows', { most: MAX_ROWS }));
  }
}

/** @throws QueryError for a part that there is not, or a comparison that overlaps nothing it could be compared with */
export function pageQuestionOf({ before, parts, begin, bucket }: PageQuery): PageQuestion {
  const wanted = typeof parts === 'string' && parts !== '' ? parts.split(',') : [];
  const known = PAGE_PARTS as readonly string[];
  if (parts !== undefined && (typeof parts !== 'string' || wanted.some((part) => !known.includes(part))))
    throw new QueryError('badQuery', problem('parts', 'mustBeOneOf', { choices: PAGE_PARTS.join(', ') }));
  if (begin !== undefined && begin !== 'asked' && begin !== 'sensed')
    throw new QueryError('badQuery', problem('begin', 'mustBeOneOf', { choices: 'asked, sensed' }));
  if (bucket === 'all')
    throw new QueryError('badQuery', problem('bucket', 'mustBeOneOf', { choices: 'minute, hour, day' }));
  return {
    parts: wanted as PagePart[],
    before: before === undefined || before === '' ? undefined : wholeMinute(before, 'before'),
    fromSensing: begin === 'sensed',
  };
}

function wholeMinute(given: unknown, field: 'from' | 'to' | 'before'): number {
  const refuse = (code: (typeof NO_INSTANT)[NoInstant] | 'missing' | 'wholeMinute' | 'between1970And2255'): never => {
    throw new QueryError('badQuery', problem(field, code));
  };
  if (given === undefined || given === '') return refuse('missing');
  // a "+" that a query string turned into a space is read as it was meant
  const ts = typeof given === 'string' ? instantOf(given.replace(/ (?=\d\d:?\d\d$)/, '+')) : 'form';
  if (typeof ts === 'string') return refuse(NO_INSTANT[ts]);
  if (ts % MINUTE_MS !== 0) return refuse('wholeMinute');
  if (ts < 0 || ts > LATEST) return refuse('between1970And2255');
  return ts;
}
