import { DEFAULT_MINIMUM_COVERAGE, type StoreFile } from '@aisle/contracts';
import type { RightName, StoreRow } from '../api/generated/schema.js';
import { ApiError, type ApiClient } from '../api/client.js';

export interface Shop {
  storeId: string;
  version: number;
  file: StoreFile;
  timeZone: string;
  currency: string;
  /** share of sensed time below which figures are told in words */
  minimumCoverage: number;
  /** what the reader may do here */
  rights: readonly RightName[];
}

/** The stores that the reader may see, and the file of the chosen one. */
export class Stores {
  readonly #api: ApiClient;
  #list = $state.raw<StoreRow[] | null>(null);
  #shop = $state.raw<Shop | null>(null);
  #problem = $state.raw<ApiError | null>(null);
  #wanted: string | null = null;
  #listing: Promise<void> | null = null;
  #choosing: Promise<void> | null = null;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** null while loading */
  get list(): readonly StoreRow[] | null {
    return this.#list;
  }
  get shop(): Shop | null {
    return this.#shop;
  }
  /** while a simulated past of the shop is being loaded: from when on figures tell of it, epoch ms; null: there is none to wait for */
  get pastReadyFromMs(): number | null {
    const past = this.#list?.find(({ storeId }) => storeId === this.#shop?.storeId)?.simulated;
    return past && !past.complete ? Date.parse(past.readyFrom ?? past.to) : null;
  }
  get problem(): ApiError | null {
    return this.#problem;
  }

  /** Asks for the list, unless that is on its way. */
  load(): Promise<void> {
    this.#listing ??= this.#guard(async () => {
      this.#list = await this.#api.stores();
    }).finally(() => (this.#listing = null));
    return this.#listing;
  }

  /** Asks for the file of a store, unless that is on its way. */
  choose(storeId: string): Promise<void> {
    if (this.#choosing && this.#wanted === storeId) return this.#choosing;
    const choosing = this.#choose(storeId).finally(() => {
      if (this.#choosing === choosing) this.#choosing = null;
    });
    return (this.#choosing = choosing);
  }

  async #choose(storeId: string): Promise<void> {
    this.#wanted = storeId;
    if (this.#shop?.storeId !== storeId) this.#shop = null;
    await this.#guard(async () => {
      const view = await this.#api.storeFile(storeId);
      if (this.#wanted !== storeId) return;
      this.#shop = {
        storeId,
        version: view.version,
        // names in one language are given in both before the cloud keeps a file
        file: view.storeFile as StoreFile,
        timeZone: view.storeFile.store.timezone,
        currency: view.storeFile.store.currency,
        rights: view.rights,
        minimumCoverage: view.storeFile.settings?.minimumCoverage ?? DEFAULT_MINIMUM_COVERAGE,
      };
    });
  }

  clear(): void {
    this.#list = null;
    this.#shop = null;
    this.#problem = null;
    this.#wanted = null;
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      this.#problem = null;
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#problem = error;
    }
  }
}
