import type { Catalog } from '../ports/catalog.js';
import type { CatalogEngine } from './catalog/database.js';
import { QueryCatalog } from './catalog/query-catalog.js';
import type { PostgresOptions } from './postgres/postgres-address.js';
import { PostgresEngine } from './postgres/postgres-engine.js';
import { SqliteEngine } from './sqlite/sqlite-engine.js';

/** As `catalog` in cloud.json says. */
export type CatalogChoice = { engine: 'sqlite' } | ({ engine: 'postgres' } & PostgresOptions);

/** The chosen catalog, not yet opened. `file` is where SQLite keeps it. */
export function chooseCatalog(choice: CatalogChoice, file: string): Catalog {
  return new QueryCatalog(chooseCatalogEngine(choice, file));
}

/** Its engine alone, for who moves a catalog whole. */
export const chooseCatalogEngine = (choice: CatalogChoice, file: string): CatalogEngine =>
  choice.engine === 'postgres' ? new PostgresEngine(choice) : new SqliteEngine({ file });
