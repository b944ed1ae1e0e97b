import { sql, type Insertable } from 'kysely';
import { AisleError } from '@aisle/contracts';
import type { CatalogDatabase, Db } from '../store/catalog/database.js';
import type { CatalogTables } from '../store/catalog/tables.js';

/** Nothing is moved, or it is not the same on the other side; the message says what stands in the way. */
export class MoveError extends AisleError {
  override readonly name = 'MoveError';
  constructor(
    readonly code: 'occupied' | 'differs' | 'nothing' | 'newer' | 'damaged',
    message: string,
  ) {
    super(message);
  }
}

export type Table = keyof CatalogTables;
/** Every table with its key, those before that others refer to. */
export const TABLES: readonly (readonly [table: Table, ...key: string[]])[] = [
  ['organisation', 'organisation_id'],
  ['identity', 'catalog_id'],
  ['user', 'user_id'],
  ['user_grant', 'user_id', 'role', 'scope_kind', 'scope_id'],
  ['session', 'token_hash'],
  ['api_token', 'token_id'],
  ['provisioned', 'organisation_id', 'what'],
  ['store', 'store_id'],
  ['store_version', 'store_id', 'version'],
  ['agent', 'store_id'],
  ['agent_account', 'account_key'],
  ['journal', 'store_id', 'journal_id'],
  ['inbox', 'store_id', 'seq'],
  ['receipt', 'store_id', 'receipt_key'],
  ['device_credential', 'store_id', 'device_id'],
  ['slot_tare', 'store_id', 'slot_id'],
  ['walk_test', 'store_id', 'walk_test_id'],
  ['content', 'organisation_id', 'content_id'],
  ['campaign', 'campaign_id'],
  ['campaign_deed', 'campaign_id', 'revision'],
  ['campaign_store', 'campaign_id', 'store_id'],
  ['campaign_content', 'campaign_id', 'content_id'],
  ['screen_pin', 'store_id', 'screen_id'],
  ['planogram_file', 'store_id', 'fixture_id'],
  ['draft', 'store_id', 'draft_id'],
  ['scan_key', 'store_id'],
  ['scan', 'store_id', 'decision_id', 'browser'],
];

export type Row = Record<string, unknown>;
/** rows at once: a statement of SQLite takes 32,766 values */
const PAGE_ROWS = 500;

export const identityOf = async (database: CatalogDatabase): Promise<string | undefined> =>
  (await database.once((db) => db.selectFrom('identity').select('catalog_id').executeTakeFirst()))?.catalog_id;

/**
 * Copies a catalog whole, or not at all, into one that is empty or holds an earlier copy of it, and compares the two row by row.
 * @param told table and rows, as each is there
 * @throws MoveError `occupied` where another catalog lies, `differs` naming the first row that is not the same
 */
export async function moveCatalog(
  from: CatalogDatabase,
  to: CatalogDatabase,
  told: (table: string, rows: number) => void,
): Promise<void> {
  const [ours, theirs] = [await identityOf(from), await identityOf(to)];
  const isEmpty = (await to.once((db) => db.selectFrom('organisation').selectAll().limit(1).execute())).length === 0;
  if (ours === undefined) throw new MoveError('nothing', 'there is no catalog to move: this cloud was never started');
  if (theirs === undefined ? !isEmpty : theirs !== ours)
    throw new MoveError(
      'occupied',
      `another cloud's catalog lies there already (${theirs ?? 'without a name'}): give this one a database or file of its own`,
    );
  await to.together(async (db) => {
    for (const [table] of [...TABLES].reverse()) await db.deleteFrom(table).execute();
    for (const [table, ...key] of TABLES)
      for await (const rows of pagesOf(from, table, key))
        await db
          .insertInto(table)
          .values(rows as unknown as Insertable<CatalogTables[Table]>[])
          .execute();
    await to.goOnNumbering(db);
  });
  for (const [table, ...key] of TABLES) told(table, await compare(from, to, table, key));
}

async function compare(
  from: CatalogDatabase,
  to: CatalogDatabase,
  table: Table,
  key: readonly string[],
): Promise<number> {
  const there = pagesOf(to, table, key);
  let rows = 0;
  for await (const page of pagesOf(from, table, key)) {
    const other = ((await there.next()).value ?? []) as Row[];
    const at = page.findIndex((row, index) => textOf(row) !== textOf(other[index]));
    if (at >= 0 || other.length !== page.length)
      throw new MoveError(
        'differs',
        `${table}, row ${rows + Math.max(at, 0) + 1}: it is not the same on the other side`,
      );
    rows += page.length;
  }
  if (!(await there.next()).done)
    throw new MoveError('differs', `${table} has more rows on the other side than ${rows}`);
  return rows;
}

export const textOf = (row: Row | undefined): string | undefined =>
  row &&
  JSON.stringify(
    Object.keys(row)
      .sort()
      .map((name) => [name, row[name]]),
  );

/** A table, or the rows of one shop in it, in the order of its key, piece by piece. Both engines order texts by their bytes. */
export async function* pagesOf(
  database: CatalogDatabase,
  table: Table,
  key: readonly string[],
  storeId?: string,
): AsyncGenerator<Row[]> {
  const columns = sql.join(key.map((name) => sql.ref(name)));
  let last: Row | undefined;
  for (;;) {
    const before = last;
    const wanted = [
      ...(storeId === undefined ? [] : [sql`store_id = ${storeId}`]),
      ...(before ? [sql`(${columns}) > (${sql.join(key.map((name) => before[name]))})`] : []),
    ];
    const after = wanted.length > 0 ? sql`WHERE ${sql.join(wanted, sql` AND `)}` : sql``;
    const rows = await database.once(async (db: Db) => {
      const page = sql<Row>`SELECT * FROM ${sql.table(table)} ${after} ORDER BY ${columns} LIMIT ${sql.lit(PAGE_ROWS)}`;
      return (await page.execute(db)).rows;
    });
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE_ROWS) return;
    last = rows.at(-1);
  }
}
