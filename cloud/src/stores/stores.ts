import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import { StoreCalendar } from '../insight/index.js';
import type {
  Clock,
  ImportOutcome,
  Notices,
  StoreRecord,
  StoreRecords,
  StoreVersion,
  StoreVersions,
} from '../ports/index.js';

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

  /** how often anything was found to have changed */
  #changes = 0;

  constructor(
    private readonly parts: {
      stores: Pick<StoreRecords, 'store' | 'stores' | 'setRegion'>;
      versions: StoreVersions;
      clock: Clock;
      /** the other processes of this cloud; left out: there are none */
      others?: Pick<Notices, 'hears' | 'tell'>;
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
    await this.forget(storeId);
    return outcome;
  }

  /** There is a newer version: the catalog is asked again, here and by the other processes. Resolves when they are told. */
  async forget(storeId: string): Promise<void> {
    this.stale(storeId);
    await this.parts.others?.tell('store', [storeId]);
  }

  /** There may be a newer version that another process made. */
  stale(storeId: string): void {
    this.#changes += 1;
    this.#current.delete(storeId);
    const known = this.#calendars.get(storeId);
    if (known) known.until = -Infinity;
  }

  /** Nobody knows what other processes have made. */
  allStale(): void {
    this.#changes += 1;
    this.#current.clear();
    for (const known of this.#calendars.values()) known.until = -Infinity;
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
    const { others } = this.parts;
    if (known && now < known.until && others?.hears !== false) {
      this.#keep(storeId, known);
      return known.version;
    }
    const changes = this.#changes;
    const version = await versions.currentVersion(storeId, now);
    if (!version) return undefined;
    const planned = (await versions.versions(storeId)).filter(({ validFrom }) => validFrom > now);
    // what became known while it was read may be newer than it
    const isNewest = changes === this.#changes && others?.hears !== false;
    const until = isNewest ? Math.min(...planned.map(({ validFrom }) => validFrom)) : -Infinity;
    if (isNewest) this.#keep(storeId, { version, until });
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
