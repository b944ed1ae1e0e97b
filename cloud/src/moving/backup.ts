import { mkdirSync } from 'node:fs';
import { DAY_MS, FACT_KINDS, MINUTE_MS } from '@aisle/contracts';
import type { CloudConfig } from '../config/cloud-config.js';
import type { Clock } from '../ports/clock.js';
import type { SeriesStore } from '../ports/series-store.js';
import { CatalogDatabase } from '../store/catalog/database.js';
import { chooseCatalogEngine } from '../store/open-catalog.js';
import { chooseSeriesStore } from '../store/open-series.js';
import { writeArchive, type ArchiveLine } from './archive.js';
import { MoveError, TABLES, identityOf, pagesOf, type Table } from './move-catalog.js';
import { catalogFile, seriesFile } from './move.js';

export interface BackupOptions {
  config: CloudConfig;
  file: string;
  /** one shop; left out: everything */
  storeId?: string | undefined;
  clock: Pick<Clock, 'monotonicMs' | 'now'>;
  /** a line for whoever waits */
  told(line: string): void;
}
/** Facts of one line: whoever reads it holds so many at once. */
const FACTS_A_LINE = 2_000;

/** Tables whose rows belong to one shop each. Which shops a campaign runs in is the chain's: it stays with the campaigns. */
export const OF_ONE_SHOP: ReadonlySet<Table> = new Set<Table>([
  ...([
    'store',
    'store_version',
    'agent',
    'agent_account',
    'journal',
    'inbox',
    'receipt',
    'device_credential',
    'slot_tare',
  ] as const),
  ...(['walk_test', 'screen_pin', 'draft', 'planogram_file', 'scan_key', 'scan'] as const),
]);

export interface Opened {
  catalog: CatalogDatabase;
  series: SeriesStore;
}

/**
 * Catalog and facts of a configuration, opened, and closed again behind the task.
 * @throws StoreError where a cloud that runs holds their files, or nobody answers
 */
export async function withBoth<T>(
  config: CloudConfig,
  clock: Pick<Clock, 'monotonicMs'>,
  task: (opened: Opened) => Promise<T>,
): Promise<T> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const series = chooseSeriesStore(config.series, seriesFile(config), clock);
  const catalog = new CatalogDatabase(chooseCatalogEngine(config.catalog, catalogFile(config)));
  // DuckDB first: it says when a cloud still runs, before anything is touched
  await series.open();
  try {
    await catalog.open();
    return await task({ catalog, series });
  } finally {
    await catalog.close();
    await series.close();
  }
}

/**
 * Writes the backup of a cloud, or of one shop. Facts are read before the catalog: what is written meanwhile is then known to the catalog
 * without its facts, which agents say again, and never the other way round.
 * @returns how much it holds
 * @throws MoveError `nothing` | StoreError
 */
export function backup({
  config,
  file,
  storeId,
  clock,
  told,
}: BackupOptions): Promise<{ facts: number; rows: number }> {
  return withBoth(config, clock, async ({ catalog, series }) => {
    const catalogId = await identityOf(catalog);
    if (catalogId === undefined)
      throw new MoveError('nothing', 'there is nothing to keep: this cloud was never started');
    const known = await catalog.once((db) => db.selectFrom('store').select('store_id').orderBy('store_id').execute());
    const stores = known.map((row) => row.store_id).filter((id) => storeId === undefined || id === storeId);
    if (storeId !== undefined && stores.length === 0)
      throw new MoveError(
        'nothing',
        `there is no store "${storeId}": there are ${known.map((row) => row.store_id).join(', ')}`,
      );
    const counts = { facts: 0, rows: 0 };
    async function* lines(): AsyncGenerator<ArchiveLine> {
      yield {
        aisle: 'backup',
        format: 1,
        madeTs: clock.now(),
        catalogId: catalogId as string,
        storeId: storeId ?? null,
        stores,
      };
      for (const [at, shop] of stores.entries()) {
        let facts = 0;
        for await (const line of factsOf(series, shop)) {
          facts += line.facts.length;
          yield line;
        }
        counts.facts += facts;
        told(`series  ${at + 1} of ${stores.length}  ${shop}: ${facts} facts`);
      }
      for (const [table, ...key] of TABLES) {
        if (storeId !== undefined && !OF_ONE_SHOP.has(table)) continue;
        let rows = 0;
        for await (const page of pagesOf(catalog, table, key, storeId)) {
          rows += page.length;
          yield { table, rows: page };
        }
        counts.rows += rows;
        told(`catalog  ${table}: ${rows} rows`);
      }
      yield { end: true, ...counts };
    }
    await writeArchive(file, lines());
    return counts;
  });
}

async function* factsOf(
  series: Pick<SeriesStore, 'read' | 'span'>,
  shop: string,
): AsyncGenerator<Extract<ArchiveLine, { shop: string }>> {
  const span = await series.span(shop);
  if (!span) return;
  for (let day = Math.floor(span.earliestTs / DAY_MS) * DAY_MS; day < span.latestTs + MINUTE_MS; day += DAY_MS) {
    const facts = await series.read({ storeId: shop, kinds: FACT_KINDS, from: day, to: day + DAY_MS });
    for (let at = 0; at < facts.length; at += FACTS_A_LINE)
      yield { shop, day, facts: facts.slice(at, at + FACTS_A_LINE) };
  }
}
