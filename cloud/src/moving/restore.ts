import { DAY_MS, FACT_KINDS, MINUTE_MS, factKey, type Fact } from '@aisle/contracts';
import type { Insertable, Updateable } from 'kysely';
import type { CloudConfig } from '../config/cloud-config.js';
import type { Clock } from '../ports/clock.js';
import type { SeriesStore, StoredFact } from '../ports/series-store.js';
import type { CatalogDatabase, Db } from '../store/catalog/database.js';
import type { CatalogTables } from '../store/catalog/tables.js';
import { readArchive, type ArchiveHead } from './archive.js';
import { OF_ONE_SHOP, withBoth } from './backup.js';
import { MoveError, TABLES, identityOf, pagesOf, textOf, type Row, type Table } from './move-catalog.js';
import { difference, rowOf } from './move-series.js';

export interface RestoreOptions {
  config: CloudConfig;
  file: string;
  /** one shop out of the backup; left out: all that it holds */
  storeId?: string | undefined;
  clock: Pick<Clock, 'monotonicMs'>;
  told(line: string): void;
}
interface Work extends Omit<RestoreOptions, 'config' | 'clock'> {
  catalog: CatalogDatabase;
  series: SeriesStore;
  head: ArchiveHead;
  /** the shop that is restored alone */
  only: string | undefined;
}

/**
 * Puts a backup back, whole or of one shop, and compares all of it row by row. First the whole file is read and held against what is there:
 * where anything is newer than the backup, or another cloud's, nothing is changed. The same again changes nothing.
 * @throws MoveError `damaged` | `occupied` | `newer` | `nothing` | `differs`
 */
export function restore({ config, file, storeId, clock, told }: RestoreOptions): Promise<void> {
  return withBoth(config, clock, async ({ catalog, series }) => {
    const head = await headOf(file);
    if (storeId !== undefined && !head.stores.includes(storeId))
      throw new MoveError('nothing', `${file} holds no store "${storeId}": it holds ${head.stores.join(', ')}`);
    const only = storeId ?? head.storeId ?? undefined;
    const work: Work = { file, storeId, told, catalog, series, head, only };
    const catalogId = await checkPlace(work);
    await checkCatalog(work);
    await series.claim({ catalogId, knows: 'shops', accept: true });
    await checkSeries(work);
    await writeSeries(work);
    await catalog.together((db) => writeCatalog(db, work));
    await compareCatalog(work);
  });
}

async function headOf(file: string): Promise<ArchiveHead> {
  for await (const line of readArchive(file)) return line as ArchiveHead;
  throw new MoveError('damaged', `${file} is empty`);
}

/** @returns the catalog whose facts they will be */
async function checkPlace({ catalog, head, only }: Work): Promise<string> {
  const theirs = await identityOf(catalog);
  if (only !== undefined) {
    if (theirs === undefined)
      throw new MoveError('nothing', 'this cloud was never started: start it once, then put the shop into it');
    return theirs;
  }
  const isEmpty =
    (await catalog.once((db) => db.selectFrom('store').select('store_id').limit(1).execute())).length === 0;
  if (theirs !== undefined && theirs !== head.catalogId)
    throw new MoveError(
      'occupied',
      isEmpty
        ? 'another cloud was started here already: put a whole backup into an empty folder or database'
        : "another cloud's catalog lies here: put the backup into a place of its own, or one shop of it with --store",
    );
  return head.catalogId;
}

/** Rows of the backup that are wanted, table by table. */
async function* tablesOf({ file, only }: Pick<Work, 'file' | 'only'>): AsyncGenerator<{ table: Table; rows: Row[] }> {
  for await (const line of readArchive(file)) {
    if (!('table' in line)) continue;
    if (only === undefined) yield line;
    else if (OF_ONE_SHOP.has(line.table))
      yield { table: line.table, rows: line.rows.filter(({ store_id: id }) => id === only) };
  }
}

const keyOf = (table: Table): string[] => TABLES.find(([name]) => name === table)?.slice(1) ?? [];
const keyText = (row: Row, key: readonly string[]): string => JSON.stringify(key.map((name) => row[name]));

/** Nothing lies here that the backup does not know. */
async function checkCatalog(work: Work): Promise<void> {
  const { catalog, only } = work;
  const keys = new Map<Table, Set<string>>(TABLES.map(([table]) => [table, new Set()]));
  const shops = new Map<unknown, Row>();
  for await (const { table, rows } of tablesOf(work)) {
    const key = keyOf(table);
    if (key.length === 0)
      throw new MoveError('damaged', `the backup holds a table "${table}" that this Aisle does not know: it is newer`);
    for (const row of rows) keys.get(table)?.add(keyText(row, key));
    if (table === 'store') for (const row of rows) shops.set(row['store_id'], row);
  }
  for (const [table, ...key] of TABLES) {
    if (only !== undefined && !OF_ONE_SHOP.has(table)) continue;
    // who was signed in, and what was on its way, comes and goes
    if (COMES_AND_GOES.has(table)) continue;
    for await (const rows of pagesOf(catalog, table, key, only))
      for (const row of rows) {
        const shop = table === 'store' ? shops.get(row['store_id']) : undefined;
        const isAhead = (name: string): boolean => Number(row[name]) > Number(shop?.[name] ?? Infinity);
        if (keys.get(table)?.has(keyText(row, key)) && !isAhead('current_version') && !isAhead('inbox_seq')) continue;
        throw newer(`${table} ${key.map((name) => String(row[name])).join(' ')}`);
      }
  }
}
const COMES_AND_GOES: ReadonlySet<Table> = new Set<Table>(['session', 'inbox']);

const newer = (what: string): MoveError =>
  new MoveError(
    'newer',
    `here lies what is newer than the backup, and would be lost: ${what}. Nothing was changed; keep it with a backup of its own, and put this one into an empty place`,
  );

/** Facts of the backup that are wanted, day by day. */
async function* daysOf({
  file,
  only,
}: Pick<Work, 'file' | 'only'>): AsyncGenerator<{ shop: string; day: number; facts: StoredFact[] }> {
  let last: { shop: string; day: number; facts: StoredFact[] } | undefined;
  for await (const line of readArchive(file)) {
    if (!('shop' in line) || (only !== undefined && line.shop !== only)) continue;
    if (last && last.shop === line.shop && last.day === line.day) {
      last.facts.push(...line.facts);
      continue;
    }
    if (last) yield last;
    last = { ...line };
  }
  if (last) yield last;
}

const factText = (fact: StoredFact): string => `${factKey(fact as Fact)}|${fact.epoch}`;
const isOlder = (a: StoredFact, b: StoredFact): boolean =>
  ((a.generation ?? 0) - (b.generation ?? 0) || a.seq - b.seq) < 0;

const dayOf = (series: Pick<SeriesStore, 'read'>, storeId: string, day: number): Promise<StoredFact[]> =>
  series.read({ storeId, kinds: FACT_KINDS, from: day, to: day + DAY_MS });

async function checkSeries(work: Work): Promise<void> {
  const { series, head, only } = work;
  const days = new Map<string, Set<number>>();
  const check = async (shop: string, day: number, kept: readonly StoredFact[]): Promise<void> => {
    const known = new Map(kept.map((fact) => [factText(fact), fact]));
    for (const fact of await dayOf(series, shop, day)) {
      const ours = known.get(factText(fact));
      if (!ours || isOlder(ours, fact))
        throw newer(`${shop}, ${fact.kind} "${fact.subject}" of ${new Date(fact.ts).toISOString()}`);
    }
  };
  for await (const { shop, day, facts } of daysOf(work)) {
    days.set(shop, (days.get(shop) ?? new Set()).add(day));
    await check(shop, day, facts);
  }
  for (const shop of only === undefined ? head.stores : [only]) {
    const span = await series.span(shop);
    if (!span) continue;
    for (let day = Math.floor(span.earliestTs / DAY_MS) * DAY_MS; day < span.latestTs + MINUTE_MS; day += DAY_MS)
      if (!days.get(shop)?.has(day)) await check(shop, day, []);
  }
}

async function writeSeries(work: Work): Promise<void> {
  const { series, told } = work;
  const sums = new Map<string, { facts: number; days: number; known: number }>();
  for await (const { shop, day, facts } of daysOf(work)) {
    const sum = sums.get(shop) ?? { facts: 0, days: 0, known: 0 };
    sums.set(shop, { facts: sum.facts + facts.length, days: sum.days + 1, known: sum.known });
    const isThere = difference(facts, await dayOf(series, shop, day)) === undefined;
    if (isThere) {
      sums.set(shop, { facts: sum.facts + facts.length, days: sum.days + 1, known: sum.known + 1 });
      continue;
    }
    await series.write(
      facts.map((fact) => rowOf(shop, fact)),
      'final',
    );
    const differs = difference(facts, await dayOf(series, shop, day));
    if (differs !== undefined)
      throw new MoveError(
        'differs',
        `${shop}, ${new Date(day).toISOString().slice(0, 10)}: ${differs} is not the same here`,
      );
  }
  for (const [shop, { facts, days, known }] of sums) {
    const lay = known > 0 ? `, ${known} of them lay here already` : '';
    told(`series  ${shop}: ${facts} facts of ${days} days, the same${lay}`);
  }
}

/** All in one transaction, which may be begun anew. */
async function writeCatalog(db: Db, work: Work): Promise<void> {
  const { catalog, only } = work;
  const insert = async (table: Table, rows: readonly Row[]): Promise<void> => {
    if (rows.length > 0)
      await db
        .insertInto(table)
        .values(rows as unknown as Insertable<CatalogTables[Table]>[])
        .execute();
  };
  const own = [...TABLES].reverse().map(([table]) => table);
  if (only === undefined) for (const table of own) await db.deleteFrom(table).execute();
  // the shop's own row stays: campaigns may refer to it
  else
    for (const table of own)
      if (OF_ONE_SHOP.has(table) && table !== 'store')
        await db
          .deleteFrom(table as 'agent')
          .where('store_id', '=', only)
          .execute();
  for await (const { table, rows } of tablesOf(work)) {
    if (only === undefined || table !== 'store') {
      await insert(table, rows);
      continue;
    }
    for (const row of rows) {
      const organisation = { organisation_id: String(row['organisation_id']) };
      await db
        .insertInto('organisation')
        .values(organisation)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const there = await db.selectFrom('store').select('store_id').where('store_id', '=', only).executeTakeFirst();
      if (there)
        await db
          .updateTable('store')
          .set(row as Updateable<CatalogTables['store']>)
          .where('store_id', '=', only)
          .execute();
      else await insert('store', [row]);
    }
  }
  if (only === undefined) await catalog.goOnNumbering(db);
}

async function compareCatalog(work: Work): Promise<void> {
  const { catalog, only, told } = work;
  const counts = new Map<Table, number>();
  let pages: AsyncGenerator<Row[]> | undefined;
  let there: Row[] = [];
  let current: Table | undefined;
  for await (const { table, rows } of tablesOf(work)) {
    if (table !== current) {
      pages = pagesOf(catalog, table, keyOf(table), only);
      [there, current] = [[], table];
    }
    for (const row of rows) {
      if (there.length === 0) there = [...((await pages?.next())?.value ?? [])] as Row[];
      if (textOf(row) !== textOf(there.shift()))
        throw new MoveError('differs', `${table}, row ${(counts.get(table) ?? 0) + 1}: it is not the same here`);
      counts.set(table, (counts.get(table) ?? 0) + 1);
    }
  }
  for (const [table, rows] of counts) told(`catalog  ${table}: ${rows} rows, the same`);
}
