import { AisleError, type Remedy } from '@aisle/contracts';
import type { Get } from '../score/system-figures.js';

export class RestError extends AisleError {
  override readonly name = 'RestError';
  readonly code = 'rest';
  constructor(
    message: string,
    /** of the answer; undefined: there was none */
    readonly status?: number,
  ) {
    super(message);
  }

  override get remedy(): Remedy {
    return 'retry';
  }
}

const TIMEOUT_MS = 30_000;

/** Reads of the REST API under `${apiUrl}/api/v1` with an API token. */
export function restGet(apiUrl: string, token: string): Get {
  const base = apiUrl.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  return async <T>(path: string): Promise<T> => {
    const url = `${base}/api/v1${path}`;
    let response: Response;
    try {
      response = await fetch(url, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new RestError(
        `${url}: ${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message}`,
      );
    }
    const text = await response.text();
    if (!response.ok) throw new RestError(`${url}: ${response.status} ${text.slice(0, 200)}`, response.status);
    return JSON.parse(text) as T;
  };
}

/** `body`: a value, sent as JSON, or lines that are JSON already. */
export type Post = <T>(path: string, body: unknown) => Promise<T>;
/** A commit of many facts, or the rollups of weeks. */
const WRITE_TIMEOUT_MS = 300_000;

/** Writes to the same. */
export function restPost(apiUrl: string, token: string): Post {
  const base = apiUrl.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  return async <T>(path: string, body: unknown): Promise<T> => {
    const url = `${base}/api/v1${path}`;
    const isLines = Buffer.isBuffer(body);
    let response: Response;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': isLines ? 'application/x-ndjson' : 'application/json',
        },
        body: isLines ? new Uint8Array(body) : JSON.stringify(body),
        signal: AbortSignal.timeout(WRITE_TIMEOUT_MS),
      });
    } catch (error) {
      throw new RestError(
        `${url}: ${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message}`,
      );
    }
    const text = await response.text();
    if (!response.ok) throw new RestError(`${url}: ${response.status} ${text.slice(0, 200)}`, response.status);
    return JSON.parse(text) as T;
  };
}
