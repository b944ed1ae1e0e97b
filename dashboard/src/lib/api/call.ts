import { AisleError, type Remedy, type Told } from '@aisle/contracts';
import { CALLS } from './generated/calls.js';
import type { ApiError as ErrorBody, operations } from './generated/schema.js';

/** Why an answer did not come. `status` is 0 when the server could not be reached. */
export class ApiError extends AisleError {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** a path within what was sent, such as `antennas[0].zone` */
    readonly field?: string,
    /** the whole answer, for what a call says beside that */
    readonly body?: unknown,
  ) {
    super(message);
  }

  /** What is wrong, to be worded in the reader's language; undefined of what does not tell it. */
  get problem(): Told | undefined {
    return (this.body as Partial<ErrorBody> | undefined)?.error?.problem;
  }

  override get remedy(): Remedy {
    return this.status === 0 || this.status >= 500 ? 'retry' : 'drop';
  }
}

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

type Id = keyof operations;
/** What a call is given, as the document says it: what stands in its path and query, and its body. */
export type Given<I extends Id> = Pick<operations[I]['parameters'], 'path' | 'query'> &
  (operations[I] extends { requestBody: { content: { 'application/json': infer Body } } } ? { body: Body } : unknown);
/** What it answers when all is well. */
export type Answer<I extends Id> = {
  [Status in keyof operations[I]['responses']]: Status extends 200 | 201 | 202
    ? operations[I]['responses'][Status] extends { content: infer Content }
      ? Content[keyof Content]
      : never
    : never;
}[keyof operations[I]['responses']];
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** true: an answer that nobody is signed in is no news */
  quiet?: boolean;
}

/** One call of the cloud by its operation id. @throws ApiError; what `signal` throws when it is aborted */
export type Call = <I extends Id>(id: I, given: Given<I>, options?: CallOptions) => Promise<Answer<I>>;

/** A call by its address, for those that the document does not say. @throws as Call */
export type Ask = (method: string, address: string, body?: unknown, options?: CallOptions) => Promise<unknown>;

/** The session travels in a cookie. `onSignedOut` is called when an answer says that it has ended. */
export function caller(fetch: Fetch, onSignedOut: () => void): Call {
  const ask = asker(fetch, onSignedOut);
  return (id, given, options) =>
    ask(CALLS[id][0], addressOf(id, given), (given as Loose).body, options) as Promise<Answer<typeof id>>;
}

/** As caller(). */
export function asker(fetch: Fetch, onSignedOut: () => void): Ask {
  return async (method, address, body, { signal, quiet } = {}) => {
    let response: Response;
    try {
      response = await fetch(address, {
        method,
        credentials: 'same-origin',
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, 'network', 'the server could not be reached');
    }
    if (response.status === 401 && quiet !== true) onSignedOut();
    if (!response.ok) throw errorOf(response.status, await response.text(), response.statusText);
    return response.json();
  };
}

/** Where a call goes, for what a browser fetches by itself. */
export function addressOf<I extends Id>(id: I, given: Given<I>): string {
  const { path = {}, query = {} } = given as Loose;
  return `${filled(CALLS[id][1], path)}${queryOf(query)}`;
}

interface Loose {
  path?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
}

const filled = (address: string, path: Record<string, string | number>): string =>
  address.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(path[name] ?? ''));

function queryOf(query: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** What an answer that is no success says. */
export function errorOf(status: number, text: string, statusText: string): ApiError {
  try {
    const body = JSON.parse(text) as { error?: { code?: string; message?: string; field?: string } };
    const { code = 'unknown', message = statusText, field } = body.error ?? {};
    return new ApiError(status, code, message, field, body);
  } catch {
    return new ApiError(status, 'unknown', statusText);
  }
}
