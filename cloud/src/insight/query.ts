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
