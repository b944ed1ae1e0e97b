import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import { StoreCalendar } from '../insight/index.js';
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

/** Store files kept at hand: a large shop's takes a megabyte. Raising it answers more shops without a look at the catalog. */
const FILES_KEPT = 100;

/** The shops and the versions of their files. The catalog is the master; this keeps those at hand that were asked for last. */
export class Stores {
  /** by store id: the version in force, and until when, epoch ms, it is at least as far as is known; most recently asked last */
  readonly #current = new Map<string, { version: StoreVersion; until: number }>();
  /** by store id, of every shop that was asked for: when it is open, which is asked for without waiting */
  readonly #calendars = new Map<string, { calendar: StoreCalendar; until: number }>();

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
    this.forget(storeId);
    return outcome;
  }

  /** There may be a newer version: the catalog is asked again. */
  forget(storeId: string): void {
    this.#current.delete(storeId);
    const known = this.#calendars.get(storeId);
    if (known) known.until = -Infinity;
  }

  /** Clock and opening hours of the version in force, as they were when it was last asked for, without waiting. */
  calendar(storeId: string): StoreCalendar | undefined {
    return this.#calendars.get(storeId)?.calendar;
  }

  /** The same; undefined where a newer version may hold by now: its file has to be asked for first. */
  calendarInForce(storeId: string): StoreCalendar | undefined {
    const known = this.#calendars.get(storeId);
    return known && this.parts.clock.now() < known.until ? known.calendar : undefined;
  }

  /** The version in force, undefined when the store is unknown or has no file yet. */
  async current(storeId: string): Promise<StoreVersion | undefined> {
    const { versions, clock } = this.parts;
    const now = clock.now();
    const known = this.#current.get(storeId);
    if (known && now < known.until) {
      this.#keep(storeId, known);
      return known.version;
    }
    const version = await versions.currentVersion(storeId, now);
    if (!version) return undefined;
    const planned = (await versions.versions(storeId)).filter(({ validFrom }) => validFrom > now);
    const until = Math.min(...planned.map(({ validFrom }) => validFrom));
    this.#keep(storeId, { version, until });
    // keeps nothing of the file but its hours
    this.#calendars.set(storeId, { calendar: new StoreCalendar(version), until });
    return version;
  }

  #keep(storeId: string, current: { version: StoreVersion; until: number }): void {
    this.#current.delete(storeId);
    this.#current.set(storeId, current);
    for (const oldest of this.#current.keys()) {
      if (this.#current.size <= FILES_KEPT) return;
      this.#current.delete(oldest);
    }
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
