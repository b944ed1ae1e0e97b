import type { StoreFile } from '@aisle/contracts';

export type VersionOrigin = 'import' | 'dashboard';
export interface NewStoreVersion {
  storeId: string;
  storeFile: StoreFile;
  createdTs: number;
}
export interface StoreVersion extends NewStoreVersion {
  version: number;
  origin: VersionOrigin;
}
