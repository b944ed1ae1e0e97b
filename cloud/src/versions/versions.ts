import {
  AisleError,
  changesOf,
  SECTIONS,
  type MadeVersion,
  type NewVersion,
  type StoreChange,
  type StoreFile,
  type VersionPreview,
  type VersionRow,
  type VersionView,
  problem,
  storeFileDoubts,
  type Problem,
} from '@aisle/contracts';
import { storeTime } from '../insight/index.js';
import { CatalogError, type Clock, type StoreVersion, type StoreVersions, type VersionRecord } from '../ports/index.js';
import type { Stores } from '../stores/stores.js';
import { InvalidEdit, readEdit, type Edit } from './edit.js';
import { cancelledBy, followed, stateOf } from './time-line.js';
import { packWords, unpackWords } from './words.js';

/** Somebody has made a version meanwhile: the newest one, with all that changed since the basis of the refused one. */
export class ChangedMeanwhile extends AisleError {
  readonly code = 'changed';
  override readonly name = 'ChangedMeanwhile';
  constructor(readonly current: VersionRow) {
    super(`the store file has changed meanwhile: its newest version is ${current.version}`);
  }

  get problem(): Problem {
    return problem('basedOn', 'changedMeanwhile', { version: this.current.version });
  }
}

/** more of them in an answer would not be read by anybody */
const MOST_CHANGES = 500;
/** of each version in a list */
const FIRST_CHANGES = 3;
/** versions whose changes are kept at hand; they never change */
const AT_HAND = 300;

interface Changes {
  sections: VersionRow['sections'];
  changes: StoreChange[];
  count: number;
}

export interface VersionsParts {
  records: StoreVersions;
  stores: Pick<Stores, 'current' | 'forget'>;
  clock: Clock;
  /** tells the inbox that something waits */
  notify(storeId: string): void;
}

/** The time line of each store's file, for people: what each version changed, and how a new one is made. */
export class Versions {
  /** by store and version */
  readonly #changes = new Map<string, Changes>();
  /** by store: screens of the versions up to one, which never change */
  readonly #screens = new Map<string, { upTo: number; ids: Set<string> }>();

  constructor(private readonly parts: VersionsParts) {}

  /**
   * The newest first.
   * @param about ids of zones, products, slots …: only versions that changed something of these, with all that they changed of it
   */
  async list(storeId: string, about?: ReadonlySet<string>): Promise<VersionRow[]> {
    const records = await this.parts.records.versions(storeId);
    const rows: VersionRow[] = [];
    for (const record of records) {
      const row = await this.#row(records, record, about ? MOST_CHANGES : FIRST_CHANGES);
      const changes = about ? row.changes.filter(({ id }) => about.has(id)) : row.changes;
      if (about && changes.length === 0) continue;
      rows.push(about ? { ...row, changes, changesLeftOut: 0 } : row);
    }
    return rows.reverse();
  }

  /** undefined: there is no such version */
  async one(storeId: string, version: number): Promise<VersionView | undefined> {
    const records = await this.parts.records.versions(storeId);
    const record = records.find((each) => each.version === version);
    const kept = record && (await this.parts.records.version(storeId, version));
    if (!record || !kept) return undefined;
    return { ...(await this.#row(records, record, MOST_CHANGES)), storeId, storeFile: kept.storeFile };
  }

  /** The file that held at a time, epoch ms; the first one before there was any. @param now the version in force */
  async fileAt(now: StoreVersion, ts: number): Promise<StoreFile> {
    if (ts >= now.validFrom) return now.storeFile;
    const { storeId } = now;
    const records = await this.parts.records.versions(storeId);
    const held = records.findLast(({ validFrom }) => validFrom <= ts) ?? records[0];
    return (held && (await this.#file(storeId, held.version))) ?? now.storeFile;
  }

  /** Whether any version that has been made had this screen: what a screen showed stays when the screen goes. */
  async hasHadScreen(storeId: string, deviceId: string): Promise<boolean> {
    const seen = this.#screens.get(storeId) ?? { upTo: 0, ids: new Set() };
    this.#screens.set(storeId, seen);
    for (const { version } of await this.parts.records.versions(storeId)) {
      if (version <= seen.upTo) continue;
      const file = await this.#file(storeId, version);
      for (const { id, family } of file?.devices ?? []) if (family === 'screen') seen.ids.add(id);
      seen.upTo = Math.max(seen.upTo, version);
    }
    return seen.ids.has(deviceId);
  }

  /** What would be made. @throws InvalidEdit, ChangedMeanwhile */
  async preview(storeId: string, body: NewVersion): Promise<VersionPreview> {
    const edit = await this.#read(storeId, body);
    const records = await this.#basis(storeId, edit.basedOn);
    const made = await this.#made(storeId, records, edit, this.parts.clock.now());
    return { basedOn: edit.basedOn, ...made };
  }

  /** @throws InvalidEdit, ChangedMeanwhile */
  async make(storeId: string, body: NewVersion, author: string): Promise<MadeVersion> {
    const edit = await this.#read(storeId, body);
    const records = await this.#basis(storeId, edit.basedOn);
    const now = this.parts.clock.now();
    const made = await this.#made(storeId, records, edit, now);
    const { version } = await this.#add(storeId, edit, author, now, made.cancels);
    await this.parts.stores.forget(storeId);
    this.parts.notify(storeId);
    return { version, ...made };
  }

  /** What is to be made, checked. What was never made is nobody's old base: a mistake in what was sent. */
  async #read(storeId: string, body: NewVersion): Promise<Edit> {
    const newest = (await this.parts.records.versions(storeId)).at(-1)?.version ?? 0;
    if (body.basedOn > newest)
      throw new InvalidEdit([problem('basedOn', 'notMadeYet', { version: body.basedOn, newest })]);
    return readEdit(storeId, body, await this.#file(storeId, body.basedOn));
  }

  async #add(storeId: string, edit: Edit, author: string, createdTs: number, cancels: readonly number[]) {
    const { storeFile, basedOn, validFrom, note } = edit;
    try {
      return await this.parts.records.addStoreVersion({
        storeId,
        storeFile,
        createdTs,
        ...(validFrom !== null && { validFrom }),
        author,
        note: packWords({ note, reason: await this.#takesBack(storeId, storeFile, cancels) }),
        basedOn,
      });
    } catch (error) {
      if (error instanceof CatalogError && error.code === 'changed') await this.#basis(storeId, basedOn);
      throw error;
    }
  }

  /** Only what was planned ends: the file is what is in force already. */
  async #takesBack(storeId: string, file: StoreFile, cancels: readonly number[]) {
    const version = cancels.at(-1);
    const inForce = version === undefined ? undefined : await this.parts.stores.current(storeId);
    if (version === undefined || !inForce || changesOf(inForce.storeFile, file).length > 0) return null;
    return { code: 'planCancelled', values: { version } } as const;
  }

  /** All versions, if `basedOn` is the newest. */
  async #basis(storeId: string, basedOn: number): Promise<VersionRecord[]> {
    const records = await this.parts.records.versions(storeId);
    const newest = records.at(-1);
    if (!newest || newest.version === basedOn) return records;
    const row = await this.#row(records, newest, 0);
    const [before, now] = await Promise.all([this.#file(storeId, basedOn), this.#file(storeId, newest.version)]);
    throw new ChangedMeanwhile({ ...row, ...cut(between(before, now as StoreFile), MOST_CHANGES) });
  }

  async #made(storeId: string, records: readonly VersionRecord[], edit: Edit, now: number) {
    const validFrom = Math.max(edit.validFrom ?? now, now);
    const place = { version: (records.at(-1)?.version ?? 0) + 1, createdTs: now, validFrom };
    const before = followed(records, place);
    const changes = between(before && (await this.#file(storeId, before.version)), edit.storeFile);
    const warnings = storeFileDoubts(edit.storeFile);
    return {
      ...(warnings.length > 0 && { warnings }),
      validFrom: storeTime(edit.storeFile.store.timezone).iso(validFrom),
      ...cut(changes, MOST_CHANGES),
      cancels: cancelledBy(records, validFrom, now).map(({ version }) => version),
    };
  }

  async #row(records: readonly VersionRecord[], record: VersionRecord, most: number): Promise<VersionRow> {
    const { storeId, version, origin, author, basedOn } = record;
    const time = storeTime((await this.parts.stores.current(storeId))?.storeFile.store.timezone ?? 'UTC');
    const found = await this.#changesOf(records, record);
    return {
      version,
      validFrom: time.iso(record.validFrom),
      madeAt: time.iso(record.createdTs),
      state: stateOf(records, record, this.parts.clock.now()),
      author,
      ...unpackWords(record.note),
      origin,
      basedOn,
      sections: found.sections,
      ...cut(found, most),
    };
  }

  async #changesOf(records: readonly VersionRecord[], record: VersionRecord): Promise<Changes> {
    const key = `${record.storeId} ${record.version}`;
    const known = this.#changes.get(key);
    if (known) return known;
    const before = followed(records, record);
    const [old, file] = [
      before && (await this.#file(record.storeId, before.version)),
      await this.#file(record.storeId, record.version),
    ];
    const all = between(old, file as StoreFile);
    const found = { ...all, changes: all.changes.slice(0, MOST_CHANGES) };
    if (this.#changes.size >= AT_HAND) this.#changes.delete(this.#changes.keys().next().value as string);
    this.#changes.set(key, found);
    return found;
  }

  async #file(storeId: string, version: number): Promise<StoreFile | undefined> {
    return (await this.parts.records.version(storeId, version))?.storeFile;
  }
}

/** The first version has changed everything; a list of it would be the file once more. */
function between(before: StoreFile | undefined, after: StoreFile): Changes {
  const changes = changesOf(before, after);
  const touched = new Set(changes.map(({ section }) => section));
  return {
    sections: SECTIONS.filter((section) => touched.has(section)),
    changes: before ? changes : [],
    count: changes.length,
  };
}

function cut({ changes, count }: Changes, most: number): { changes: StoreChange[]; changesLeftOut: number } {
  const told = changes.slice(0, most);
  return { changes: told, changesLeftOut: count - told.length };
}
