import type { RetentionDays } from '@aisle/contracts';

/** A past that was simulated: epoch ms, `toTs` not included. */
export interface SimulatedPast {
  seed: number;
  fromTs: number;
  toTs: number;
  /** all of it has been loaded */
  complete: boolean;
  /** while it is being loaded: from when on all of it has come, and figures tell of it; left out: of all that has come */
  readyFromTs?: number;
}

export interface StoreRecord {
  storeId: string;
  organisationId: string;
  /** the region of the organisation that it belongs to; null: none */
  region: string | null;
  /** number of the newest version of its file, also when that comes into force later; 0 before the first */
  newestVersion: number;
  /** null: nothing of its past is simulated */
  simulated: SimulatedPast | null;
  /** null: all is kept */
  retention: RetentionDays | null;
}

/** The shops themselves. */
export interface StoreRecords {
  /** Does nothing when the store exists in this organisation. @throws CatalogError `taken` when it is another's */
  ensureStore(storeId: string, organisationId: string): Promise<void>;
  store(storeId: string): Promise<StoreRecord | undefined>;
  /** Stores of one organisation, or all, by id. */
  stores(organisationId?: string): Promise<StoreRecord[]>;
  /** @throws CatalogError `unknownStore` */
  setSimulated(storeId: string, past: SimulatedPast): Promise<void>;
  /** @throws CatalogError `unknownStore` */
  setRetention(storeId: string, days: RetentionDays): Promise<void>;
  /** @throws CatalogError `unknownStore` */
  setRegion(storeId: string, region: string | null): Promise<void>;
}
