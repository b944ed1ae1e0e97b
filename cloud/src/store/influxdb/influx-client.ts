import { HttpError, InfluxDB, setLogger, type Point } from '@influxdata/influxdb-client';
import { StoreError } from '../../ports/series-store.js';

// failures reach the caller as errors; the library would print them a second time
setLogger({ error: () => undefined, warn: () => undefined });

export interface InfluxOptions {
  /** `http://127.0.0.1:8086` */
  url: string;
  database: string;
  /** InfluxDB 2 and 3 */
  token?: string | undefined;
  /** InfluxDB 1 with authentication on */
  username?: string | undefined;
  password?: string | undefined;
}

export interface ResultSeries {
  name: string;
  tags?: Record<string, string>;
  columns: string[];
  values: unknown[][];
}

/** points per request; more would only make a failed request dearer to repeat */
const WRITE_LINES = 5000;
const TIMEOUT_MS = 60_000;

/** Line protocol out through InfluxDB's own client, InfluxQL in through `/query`, which versions 1, 2 and 3 all answer. */
export class InfluxClient {
  readonly #influx: InfluxDB;
  readonly #headers: Record<string, string>;
  readonly #closing = new AbortController();
  private readonly options: InfluxOptions;

  constructor(given: InfluxOptions) {
    const options = apart(given);
    this.options = options;
    const { url, token, username, password } = options;
    this.#influx = new InfluxDB({ url, timeout: TIMEOUT_MS, ...(token && { token }) });
    const basic = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
    this.#headers = token ? { authorization: `Token ${token}` } : username ? { authorization: `Basic ${basic}` } : {};
  }

  /** Creates the database when it is missing. */
  async open(): Promise<void> {
    await this.query(`CREATE DATABASE "${this.options.database.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  }

  /** Resolves when the server has taken every point; a refused part refuses the whole. */
  async write(points: readonly Point[]): Promise<void> {
    for (let at = 0; at < points.length; at += WRITE_LINES) {
      this.#checkOpen();
      const api = this.#influx.getWriteApi('', this.options.database, 'ns', {
        // one request per flush, whose failure is ours to handle: the caller keeps the rows until they are acknowledged
        batchSize: WRITE_LINES + 1,
        maxBatchBytes: Number.MAX_SAFE_INTEGER,
        flushInterval: 0,
        maxRetries: 0,
        maxBufferLines: 0,
        headers: this.#headers,
      });
      api.path = `/write?db=${encodeURIComponent(this.options.database)}&precision=ns`;
      api.writePoints(points.slice(at, at + WRITE_LINES));
      try {
        await api.flush();
      } catch (error) {
        throw this.#failed(error);
      } finally {
        api.dispose();
      }
    }
  }

  /** One InfluxQL statement. Times come back in milliseconds. */
  async query(statement: string): Promise<ResultSeries[]> {
    this.#checkOpen();
    let answer: {
      results?: { series?: (ResultSeries & { partial?: boolean })[]; error?: string; partial?: boolean }[];
      error?: string;
    };
    let status: number;
    try {
      const url = `${this.options.url.replace(/\/$/, '')}/query?db=${encodeURIComponent(this.options.database)}&epoch=ms`;
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...this.#headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ q: statement }),
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#closing.signal]),
      });
      status = response.status;
      answer = (await response.json()) as typeof answer;
    } catch (error) {
      throw this.#failed(error);
    }
    const result = answer.results?.[0];
    const problem = answer.error ?? result?.error;
    if (problem !== undefined || status !== 200) {
      throw new StoreError(
        status >= 500 ? 'unreachable' : 'refused',
        `InfluxDB at ${this.options.url}: ${problem ?? `status ${status}`}`,
      );
    }
    if (result?.partial || result?.series?.some((series) => series.partial)) {
      throw new StoreError('refused', `InfluxDB at ${this.options.url} gave a part of the answer only (max-row-limit)`);
    }
    return result?.series ?? [];
  }

  close(): void {
    this.#closing.abort();
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new StoreError('closed', `the connection to ${this.options.url} is closed`);
  }

  #failed(cause: unknown): StoreError {
    if (cause instanceof StoreError) return cause;
    const message = `InfluxDB at ${this.options.url}: ${reason(cause)}`;
    const refused =
      cause instanceof HttpError && cause.statusCode >= 400 && cause.statusCode < 500 && cause.statusCode !== 429;
    return new StoreError(refused ? 'refused' : 'unreachable', message, { cause });
  }
}

/** User and password out of the address: no message shows them, and the client takes them apart only. */
function apart(given: InfluxOptions): InfluxOptions {
  if (!URL.canParse(given.url)) return given;
  const url = new URL(given.url);
  if (url.username === '' && url.password === '') return given;
  const inAddress = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = url.password = '';
  return { ...inAddress, ...given, url: url.href.replace(/\/$/, '') };
}

function reason(cause: unknown): string {
  if (cause instanceof HttpError) return `${cause.statusCode} ${cause.body || cause.message}`;
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error && cause.cause.message ? cause.cause.message : cause.message;
}
