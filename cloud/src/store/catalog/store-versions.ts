import { isSame, type StoreFile } from '@aisle/contracts';
import type { Selectable } from 'kysely';
import { CatalogError } from '../../ports/catalog.js';
import type {
  EditedVersion,
  ImportOutcome,
  NewStoreVersion,
  StoreVersion,
  StoreVersions,
  VersionOrigin,
  VersionRecord,
} from '../../ports/store-versions.js';
import type { CatalogDatabase, Db } from './database.js';
import { enqueue } from './inbox.js';
import type { CatalogTables } from './tables.js';

export class VersionTable implements StoreVersions {
  constructor(private readonly database: CatalogDatabase) {}

  importStoreFile(given: NewStoreVersion & { contentHash: string }): Promise<ImportOutcome> {
    return this.database.together(async (db) => {
      const { storeId, createdTs } = given;
      const { current_version: newest } = await this.database.lockStore(db, storeId);
      // what has a hash was imported, or was found to say what a file said that was given at a start
      const last = await db
        .selectFrom('store_version')
        .select(['version', 'content_hash', 'store_file'])
        .where('store_id', '=', storeId)
        .where('content_hash', 'is not', null)
        .orderBy('version', 'desc')
        .executeTakeFirst();
      const inForce = async () => (await selectInForce(db, storeId, createdTs))?.version ?? 0;
      if (last?.content_hash === given.contentHash) return { outcome: 'unchanged', version: await inForce() };
      if (newest > (last?.version ?? 0)) {
        // every later version was made in the dashboard: its work is not thrown away for a file
        const edited = await fileOf(db, storeId, newest);
        if (isSame(edited, given.storeFile)) {
          await db
            .updateTable('store_version')
            .set({ content_hash: given.contentHash })
            .where('store_id', '=', storeId)
            .where('version', '=', newest)
            .execute();
          return { outcome: 'unchanged', version: await inForce() };
        }
        const takenBack = last !== undefined && isSame(edited, JSON.parse(last.store_file));
        if (!takenBack) return { outcome: 'conflict', version: await inForce() };
      }
      const { version } = await appendVersion(db, given, newest + 1, 'import', given.contentHash);
      return { outcome: 'created', version };
    });
  }

  addStoreVersion(given: EditedVersion): Promise<StoreVersion> {
    return this.database.together(async (db) => {
      const { current_version: newest } = await this.database.lockStore(db, given.storeId);
      if ((given.basedOn ?? newest) !== newest) throw changed(newest);
      return appendVersion(db, given, newest + 1, 'dashboard', null);
    });
  }

  async currentVersion(storeId: string, now: number): Promise<StoreVersion | undefined> {
    const row = await this.database.once((db) => selectInForce(db, storeId, now));
    return row && storeVersion(row);
  }

  async version(storeId: string, version: number): Promise<StoreVersion | undefined> {
    const row = await this.database.once((db) =>
      db
        .selectFrom('store_version')
        .selectAll()
        .where('store_id', '=', storeId)
        .where('version', '=', version)
        .executeTakeFirst(),
    );
    return row && storeVersion(row);
  }

  async versions(storeId: string): Promise<VersionRecord[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('store_version')
        .select(['store_id', 'version', 'origin', 'created_ts', 'valid_from', 'author', 'note', 'based_on'])
        .where('store_id', '=', storeId)
        .orderBy('version')
        .execute(),
    );
    return rows.map(versionRecord);
  }
}

export const changed = (newest: number): CatalogError =>
  new CatalogError('changed', `the store file has changed meanwhile: its newest version is ${newest}`, newest);

async function fileOf(db: Db, storeId: string, version: number): Promise<StoreFile> {
  const row = await db
    .selectFrom('store_version')
    .select('store_file')
    .where('store_id', '=', storeId)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.store_file) as StoreFile;
}

/** A new version with its inbox command. The caller holds the store's row and knows the next number from it. */
export async function appendVersion(
  db: Db,
  given: EditedVersion,
  version: number,
  origin: VersionOrigin,
  contentHash: string | null,
): Promise<StoreVersion> {
  const { storeId, storeFile, createdTs } = given;
  const validFrom = Math.max(given.validFrom ?? createdTs, createdTs);
  const { author = null, note = null, basedOn = null } = given;
  await db
    .insertInto('store_version')
    .values({
      store_id: storeId,
      version,
      origin,
      content_hash: contentHash,
      store_file: JSON.stringify(storeFile),
      created_ts: createdTs,
      valid_from: validFrom,
      author,
      note,
      based_on: basedOn,
    })
    .execute();
  await db.updateTable('store').set({ current_version: version }).where('store_id', '=', storeId).execute();
  const command =
    validFrom > createdTs
      ? ({ kind: 'planned', version, validFrom, storeFile } as const)
      : ({ kind: 'storeFile', version, storeFile } as const);
  await enqueue(db, storeId, command);
  return { storeId, version, origin, createdTs, validFrom, author, note, basedOn, storeFile };
}

/** A moment at which a version was made has been, also where the clock was set back since. */
const selectInForce = (db: Db, storeId: string, now: number) =>
  db
    .selectFrom('store_version')
    .selectAll()
    .where('store_id', '=', storeId)
    .where((is) =>
      is.or([
        is('valid_from', '<=', now),
        is(
          'valid_from',
          '<=',
          is
            .selectFrom('store_version as made')
            .select((each) => each.fn.max('made.created_ts').as('newest'))
            .where('made.store_id', '=', storeId),
        ),
      ]),
    )
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();

type VersionRow = Selectable<CatalogTables['store_version']>;

const versionRecord = (row: Omit<VersionRow, 'store_file' | 'content_hash'>): VersionRecord => ({
  storeId: row.store_id,
  version: row.version,
  origin: row.origin as VersionOrigin,
  createdTs: row.created_ts,
  validFrom: row.valid_from,
  author: row.author,
  note: row.note,
  basedOn: row.based_on,
});

const storeVersion = (row: VersionRow): StoreVersion => ({
  ...versionRecord(row),
  storeFile: JSON.parse(row.store_file) as StoreFile,
});
