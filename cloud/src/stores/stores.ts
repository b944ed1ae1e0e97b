import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import type { Clock, ImportOutcome, StoreRecord, StoreRecords, StoreVersion, StoreVersions } from '../ports/index.js';

/** Reads a store file from disk, with its products beside it. @throws StoreFileError | Error when it cannot be read */
export function readStoreFile(file: string): StoreFile {
  const folder = path.dirname(file);
  return parseStoreFile(readFileSync(file), file, (name) => {
    const beside = path.resolve(folder, name);
    if (path.dirname(beside) !== path.resolve(folder)) throw new Error('expected the name of a file beside it');
    return readFileSync(beside);
  });
}

/** Of what a store file says; comments and layout do not make a new version. */
export const storeFileHash = (file: StoreFile): string =>
  createHash('sha256').update(JSON.stringify(file)).digest('hex');

/** The shops and the versions of their files. The catalog is the master; this keeps the newest ones at hand. */
export class Stores {
  /** by store id: the version in force, and until when, epoch ms, it is at least as far as is known */
  readonly #current = new Map<string, { version: StoreVersion; until: number }>();

  constructor(
    private readonly parts: {
      stores: Pick<StoreRecords, 'store' | 'stores' | 'setRegion'>;
      versions: StoreVersions;
      clock: Clock;
    },
  ) {}

  /** A new version only when the content differs from that file's last import, and nobody edited it since. */
  async import(storeFile: StoreFile): Promise<ImportOutcome> {
    const storeId = storeFile.store.id;
    const outcome = await this.parts.versions.importStoreFile({
      storeId,
      storeFile,
      createdTs: this.parts.clock.now(),
      contentHash: storeFileHash(storeFile),
    });
    this.#current.delete(storeId);
    return outcome;
  }

  /** There may be a newer version: the catalog is asked again. */
  forget(storeId: string): void {
    this.#current.delete(storeId);
  }

  /** The version in force as far as it is at hand, without waiting. */
  atHand(storeId: string): StoreVersion | undefined {
    return this.#current.get(storeId)?.version;
  }

  /** The version in force, undefined when the store is unknown or has no file yet. */
  async current(storeId: string): Promise<StoreVersion | undefined> {
    const { versions, clock } = this.parts;
    const now = clock.now();
    const known = this.#current.get(storeId);
    if (known && now < known.until) return known.version;
    const version = await versions.currentVersion(storeId, now);
    if (!version) return undefined;
    const planned = (await versions.versions(storeId)).filter(({ validFrom }) => validFrom > now);
    this.#current.set(storeId, { version, until: Math.min(...planned.map(({ validFrom }) => validFrom)) });
    return version;
  }

  /** The store itself, whoever's it is. */
  record(storeId: string): Promise<StoreRecord | undefined> {
    return this.parts.stores.store(storeId);
  }

  /** @throws CatalogError `unknownStore` */
  setRegion(storeId: string, region: string | null): Promise<void> {
    return this.parts.stores.setRegion(storeId, region);
  }

  /** All stores of an organisation that have a file, by id. */
  async list(organisationId: string): Promise<(StoreRecord & { current: StoreVersion })[]> {
    const records = await this.parts.stores.stores(organisationId);
    const found = await Promise.all(
      records.map(async (record) => ({ ...record, current: await this.current(record.storeId) })),
    );
    return found.flatMap(({ current, ...record }) => (current ? [{ ...record, current }] : []));
  }
}
