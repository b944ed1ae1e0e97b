import { readdirSync } from 'node:fs';
import path from 'node:path';
import { storeFileDoubts } from '@aisle/contracts';
import { StartError } from '../config/cloud-config.js';
import { CatalogError, type StoreRecords } from '../ports/index.js';
import { readStoreFile, type Stores } from './stores.js';

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Takes in a store file of the operator's. @throws StartError that names the file and what is wrong with it */
export async function takeStoreFile(
  file: string,
  organisation: string,
  parts: { stores: Pick<StoreRecords, 'ensureStore'>; imports: Pick<Stores, 'import'>; log: Log },
): Promise<void> {
  const { stores, imports, log } = parts;
  let storeFile;
  try {
    storeFile = readStoreFile(file);
  } catch (error) {
    throw new StartError('storeFile', (error as Error).message.replaceAll('\n', ' '));
  }
  for (const { field, message } of storeFileDoubts(storeFile))
    log.warn({ file, field }, `the store file is taken, but look at this: ${field} ${message}`);
  await stores.ensureStore(storeFile.store.id, organisation);
  const { outcome, version } = await imports.import(storeFile);
  const details = { store: storeFile.store.id, file, version };
  if (outcome === 'conflict')
    log.warn(details, 'the store file differs from its last import, but the version edited in the dashboard is kept');
  else log.info({ ...details, outcome }, 'store file read');
}

/** Every store file of a folder, by name. One that cannot be taken is told, and harms no other. @throws StartError without the folder */
export async function takeStoreFolder(folder: string, take: (file: string) => Promise<void>, log: Log): Promise<void> {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /\.ya?ml$/i.test(name));
  } catch (error) {
    throw new StartError(
      'storeFile',
      `the folder of store files ${folder} cannot be read: ${(error as Error).message}`,
    );
  }
  if (names.length === 0) log.warn({ folder }, 'the folder of store files holds none');
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    try {
      await take(file);
    } catch (error) {
      if (!(error instanceof StartError || error instanceof CatalogError)) throw error;
      log.error({ file }, `a store file was left out: ${error.message}`);
    }
  }
}
