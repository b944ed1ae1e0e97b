import {
  AisleError,
  type DevicesView,
  type EnrolledDevice,
  type InboxView,
  type KnockRow,
  type PlayLogRow,
  type RecomputeAnswer,
  type RevokedDevice,
  type StoreFile,
  type TareAnswer,
  type VersionRow,
} from '@aisle/contracts';
import { UsageError, type CloudAccess } from './whereabouts.js';

/** The cloud said no. Exit status 1. */
export class RefusedError extends AisleError {
  override readonly name = 'RefusedError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | undefined,
  ) {
    super(message);
  }
}

const ASK_WITHIN_MS = 15_000;

/** The calls of the REST API that the command line makes. */
export class OperatorApi {
  #storeId: string | undefined;

  constructor(private readonly access: CloudAccess) {
    this.#storeId = access.storeId;
  }

  async devices(): Promise<DevicesView> {
    return this.#ask('GET', 'devices');
  }
  async add(entry: Record<string, unknown>): Promise<EnrolledDevice> {
    return this.#ask('POST', 'devices', entry);
  }
  async replace(deviceId: string): Promise<EnrolledDevice> {
    return this.#ask('POST', `devices/${encodeURIComponent(deviceId)}/credential`, { replaced: true });
  }
  async revoke(deviceId: string): Promise<RevokedDevice> {
    return this.#ask('DELETE', `devices/${encodeURIComponent(deviceId)}/credential`);
  }
  async knocks(): Promise<KnockRow[]> {
    return this.#ask('GET', 'knocks');
  }
  async tare(slotId: string, knownGrams: number): Promise<TareAnswer> {
    return this.#ask('POST', `slots/${encodeURIComponent(slotId)}/tare`, { knownGrams });
  }

  async recompute(from: string): Promise<RecomputeAnswer> {
    return this.#ask('POST', 'recompute', { from });
  }
  async plays(from: string, to: string): Promise<PlayLogRow[]> {
    return this.#ask('GET', `plays?${new URLSearchParams({ from, to }).toString()}`);
  }
  async inbox(): Promise<InboxView> {
    return this.#ask('GET', 'inbox');
  }

  /** The version that the shop goes by now. */
  async storeFile(): Promise<{ version: number; storeFile: StoreFile }> {
    const rows = await this.#ask<VersionRow[]>('GET', 'versions');
    const now = rows.find(({ state }) => state === 'inForce');
    if (!now) throw new UsageError('the store has no store file yet');
    return this.#ask('GET', `versions/${now.version}`);
  }

  async #ask<T>(method: string, where: string, body?: unknown): Promise<T> {
    this.#storeId ??= await this.#onlyStore();
    return this.#call(method, `stores/${encodeURIComponent(this.#storeId)}/${where}`, body);
  }

  async #onlyStore(): Promise<string> {
    const stores = await this.#call<{ storeId: string }[]>('GET', 'stores');
    const [only] = stores;
    if (!only || stores.length > 1) {
      const known = stores.map(({ storeId }) => storeId).join(', ');
      throw new UsageError(only ? `which store? --store ID: ${known}` : 'this account has no store');
    }
    return only.storeId;
  }

  async #call<T>(method: string, where: string, body?: unknown): Promise<T> {
    const { apiUrl, token } = this.access;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${apiUrl}/${where}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ASK_WITHIN_MS),
      });
      text = await response.text();
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } };
      throw new UsageError(`no cloud answers at ${apiUrl} (${cause?.code ?? message}): is it running?`);
    }
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      throw new UsageError(`${apiUrl} is no Aisle cloud: its answer (${response.status}) is not JSON`);
    }
    if (response.ok) return answer as T;
    const { error } = answer as { error?: { code?: string; message?: string; field?: string } };
    if (response.status === 401) throw new UsageError('the token is not valid here');
    throw new RefusedError(
      response.status,
      error?.code ?? 'error',
      error?.message ?? `HTTP ${response.status}`,
      error?.field,
    );
  }
}
