import type { StoreFile, WalkTestRow } from '@aisle/contracts';
import type { StoreVersion } from './store-versions.js';

/** What the catalog keeps of getting devices in: their credentials, tares that were asked for, walk tests. */
export interface DeviceRecords {
  /**
   * A new version of the store file (given back), a credential, or both: together with their inbox commands or not at all.
   * @throws CatalogError `changed` when the newest version is not the one that this change was made from
   */
  changeDevice(change: DeviceStep): Promise<StoreVersion | undefined>;
  /** The newest credential of each device that ever had one from here, by device id. */
  credentials(storeId: string): Promise<CredentialRecord[]>;

  /** Keeps who asked for it, with its inbox command. */
  addTare(tare: TareRecord & { storeId: string }): Promise<void>;
  /** The newest of each slot, by slot id. */
  tares(storeId: string): Promise<TareRecord[]>;

  /** Creates a walk test or replaces what was compared. */
  putWalkTest(storeId: string, test: WalkTestRow): Promise<void>;
  /** The newest first, at most `limit`. */
  walkTests(storeId: string, limit: number): Promise<WalkTestRow[]>;
}

export interface DeviceStep {
  storeId: string;
  /** wall clock, epoch ms */
  ts: number;
  storeFile?: {
    /** the newest version that this change was made from */
    madeFrom: number;
    file: StoreFile;
    author?: string | null;
    note?: string | null;
    /** the same change in versions that come into force later: the new one would take their place */
    later?: readonly { validFrom: number; file: StoreFile; author?: string | null; note?: string | null }[];
  };
  /** `sha256` of the new password in hex; null revokes */
  credential?: { deviceId: string; sha256: string | null; replaced?: boolean };
}
export interface CredentialRecord {
  deviceId: string;
  /** hex; null: revoked */
  sha256: string | null;
  issuedTs: number | null;
  revokedTs: number | null;
  /** the agent has not acknowledged it */
  pending: boolean;
}
export interface TareRecord {
  slotId: string;
  knownGrams: number;
  ts: number;
  by: string;
}
