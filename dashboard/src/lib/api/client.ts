import type {
  Device,
  DevicesView,
  EnrolledDevice,
  FootfallRow,
  HandoverView,
  HeatmapView,
  KnockRow,
  LiveScreen,
  PlayRow,
  ProductRow,
  RevokedDevice,
  SalesRow,
  SessionView,
  ShoppersView,
  StoreFileView,
  StoreRow,
  TareAnswer,
  WalkTestBody,
  WalkTestRow,
  ZoneRow,
} from '@aisle/contracts';

export type Bucket = 'minute' | 'hour' | 'day';
/** `all`: one row for each entrance, also where nobody came */
export type FootfallBucket = Bucket | 'all';
/** Epoch milliseconds, whole minutes; `toMs` is not included. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Why an answer did not come. `status` is 0 when the server could not be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** a path within what was sent, such as `antennas[0].zone` */
    readonly field?: string,
  ) {
    super(message);
  }
}

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

const ROOT = '/api/v1';
const iso = (ms: number): string => new Date(ms).toISOString();
const spanQuery = (span: Span): string =>
  `from=${encodeURIComponent(iso(span.fromMs))}&to=${encodeURIComponent(iso(span.toMs))}`;

/** The cloud's REST calls that the pages use; the session travels in a cookie. */
export class ApiClient {
  readonly #fetch: Fetch;
  readonly #onSignedOut: () => void;

  /** `onSignedOut` is called when an answer says that the session has ended. */
  constructor(fetch: Fetch, onSignedOut: () => void) {
    this.#fetch = fetch;
    this.#onSignedOut = onSignedOut;
  }

  session = (): Promise<SessionView> => this.#call('GET', '/session', { quiet: true });
  signIn = (email: string, password: string): Promise<SessionView> =>
    this.#call('POST', '/session', { body: { email, password }, quiet: true });
  signOut = (): Promise<void> => this.#call('DELETE', '/session', { quiet: true });

  stores = (signal?: AbortSignal): Promise<StoreRow[]> => this.#call('GET', '/stores', { signal });
  storeFile = (store: string, signal?: AbortSignal): Promise<StoreFileView> => this.#get(store, 'file', signal);
  devices = (store: string, signal?: AbortSignal): Promise<DevicesView> => this.#get(store, 'devices', signal);
  /** A new device; the answer holds its password, which is shown this once. */
  enrol = (store: string, device: Device): Promise<EnrolledDevice> => this.#post(store, 'devices', device);
  /** A new password for a known device; `replaced`: other hardware takes its place. */
  renew = (store: string, device: string, replaced: boolean): Promise<EnrolledDevice> =>
    this.#post(store, `devices/${encodeURIComponent(device)}/credential`, replaced ? { replaced } : {});
  revoke = (store: string, device: string): Promise<RevokedDevice> =>
    this.#call('DELETE', `/stores/${encodeURIComponent(store)}/devices/${encodeURIComponent(device)}/credential`, {});
  knocks = (store: string, signal?: AbortSignal): Promise<KnockRow[]> => this.#get(store, 'knocks', signal);
  tare = (store: string, slot: string, knownGrams: number): Promise<TareAnswer> =>
    this.#post(store, `slots/${encodeURIComponent(slot)}/tare`, { knownGrams });
  walkTests = (store: string, signal?: AbortSignal): Promise<WalkTestRow[]> => this.#get(store, 'walk-tests', signal);
  keepWalkTest = (store: string, body: WalkTestBody): Promise<WalkTestRow> => this.#post(store, 'walk-tests', body);
  handover = (store: string, signal?: AbortSignal): Promise<HandoverView> => this.#get(store, 'handover', signal);
  screens = (store: string, signal?: AbortSignal): Promise<LiveScreen[]> => this.#get(store, 'screens', signal);

  footfall = (store: string, span: Span, bucket: FootfallBucket, signal?: AbortSignal): Promise<FootfallRow[]> =>
    this.#get(store, `footfall?${spanQuery(span)}&bucket=${bucket}`, signal);
  sales = (store: string, span: Span, bucket: Bucket, signal?: AbortSignal): Promise<SalesRow[]> =>
    this.#get(store, `sales?${spanQuery(span)}&bucket=${bucket}`, signal);
  zones = (store: string, span: Span, signal?: AbortSignal): Promise<ZoneRow[]> =>
    this.#get(store, `zones/metrics?${spanQuery(span)}&bucket=all`, signal);
  shoppers = (store: string, span: Span, signal?: AbortSignal): Promise<ShoppersView> =>
    this.#get(store, `shoppers/metrics?${spanQuery(span)}`, signal);
  products = (store: string, span: Span, signal?: AbortSignal): Promise<ProductRow[]> =>
    this.#get(store, `products/metrics?${spanQuery(span)}`, signal);
  heatmap = (store: string, span: Span, signal?: AbortSignal): Promise<HeatmapView> =>
    this.#get(store, `heatmap?${spanQuery(span)}`, signal);
  plays = (store: string, screen: string, span: Span, signal?: AbortSignal): Promise<PlayRow[]> =>
    this.#get(store, `screens/${encodeURIComponent(screen)}/plays?${spanQuery(span)}`, signal);

  #get<T>(store: string, rest: string, signal?: AbortSignal): Promise<T> {
    return this.#call<T>('GET', `/stores/${encodeURIComponent(store)}/${rest}`, { signal });
  }

  #post<T>(store: string, rest: string, body: unknown): Promise<T> {
    return this.#call<T>('POST', `/stores/${encodeURIComponent(store)}/${rest}`, { body });
  }

  async #call<T>(
    method: string,
    path: string,
    options: { body?: unknown; signal?: AbortSignal; quiet?: boolean },
  ): Promise<T> {
    let response: Response;
    try {
      response = await this.#fetch(`${ROOT}${path}`, {
        method,
        credentials: 'same-origin',
        headers: options.body === undefined ? {} : { 'content-type': 'application/json' },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError(0, 'network', 'the server could not be reached');
    }
    if (response.status === 401 && !options.quiet) this.#onSignedOut();
    if (!response.ok) throw await errorOf(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { error?: { code?: string; message?: string; field?: string } };
    const { code = 'unknown', message = response.statusText, field } = body.error ?? {};
    return new ApiError(response.status, code, message, field);
  } catch {
    return new ApiError(response.status, 'unknown', response.statusText);
  }
}
