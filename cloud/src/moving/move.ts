import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { CloudConfig } from '../config/cloud-config.js';
import type { Clock } from '../ports/clock.js';
import { CatalogDatabase } from '../store/catalog/database.js';
import { chooseCatalogEngine } from '../store/open-catalog.js';
import { chooseSeriesStore } from '../store/open-series.js';
import { MoveError, identityOf, moveCatalog } from './move-catalog.js';
import { moveSeries } from './move-series.js';

export interface MoveOptions {
  from: CloudConfig;
  to: CloudConfig;
  clock: Pick<Clock, 'monotonicMs'>;
  /** a line for whoever waits */
  told(line: string): void;
}

/**
 * Moves a cloud that is stopped from the engines of one cloud.json to those of another: the catalog, then the facts of every shop. What lies
 * in the same place in both stays. The same again goes on where it stopped; the old side is only read.
 * @throws MoveError | StoreError
 */
export async function move({ from, to, clock, told }: MoveOptions): Promise<void> {
  const [staysCatalog, staysSeries] = [samePlace(from, to, 'catalog'), samePlace(from, to, 'series')];
  if (staysCatalog && staysSeries)
    throw new MoveError('nothing', 'catalog and series lie in the same place in both files: there is nothing to move');
  mkdirSync(to.dataDir, { recursive: true, mode: 0o700 });
  const catalog = new CatalogDatabase(chooseCatalogEngine(from.catalog, catalogFile(from)));
  const opened: { close(): Promise<void> }[] = [catalog];
  try {
    await catalog.open();
    const catalogId = await identityOf(catalog);
    if (catalogId === undefined)
      throw new MoveError('nothing', 'there is no catalog to move: this cloud was never started');
    const series = staysSeries
      ? undefined
      : {
          from: chooseSeriesStore(from.series, seriesFile(from), clock),
          to: chooseSeriesStore(to.series, seriesFile(to), clock),
        };
    // both are opened before anything is written: a cloud that still runs holds its file
    if (series) {
      opened.push(series.from, series.to);
      await series.from.open();
      await series.to.open();
      await series.to.claim({ catalogId, knows: 'shops', accept: true });
    }
    if (!staysCatalog) {
      const target = new CatalogDatabase(chooseCatalogEngine(to.catalog, catalogFile(to)));
      opened.push(target);
      await target.open();
      await moveCatalog(catalog, target, (table, rows) => told(`catalog  ${table}: ${rows} rows, the same`));
    }
    if (!series) return;
    const shops = await catalog.once((db) => db.selectFrom('store').select('store_id').orderBy('store_id').execute());
    for (const [at, { store_id: storeId }] of shops.entries()) {
      const { facts, days, known } = await moveSeries(series.from, series.to, storeId);
      const lay = known > 0 ? `, ${known} of them lay there already` : '';
      told(`series  ${at + 1} of ${shops.length}  ${storeId}: ${facts} facts of ${days} days, the same${lay}`);
    }
  } finally {
    for (const each of opened.reverse()) await each.close();
  }
}

export const catalogFile = ({ dataDir }: CloudConfig): string => path.join(dataDir, 'catalog.sqlite');
export const seriesFile = ({ dataDir }: CloudConfig): string => path.join(dataDir, 'series.duckdb');

/** Whether a part lies in one place by both files: the same folder, or the same address. */
function samePlace(from: CloudConfig, to: CloudConfig, part: 'catalog' | 'series'): boolean {
  const place = (config: CloudConfig): string => {
    const choice = config[part];
    if (!('url' in choice)) return `${choice.engine} ${path.resolve(config.dataDir)}`;
    return `${choice.engine} ${choice.url} ${'database' in choice ? choice.database : ''}`;
  };
  return place(from) === place(to);
}
