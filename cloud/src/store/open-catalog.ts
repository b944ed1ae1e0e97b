import type { Catalog } from '../ports/catalog.js';
import { QueryCatalog } from './catalog/query-catalog.js';
import { SqliteEngine } from './sqlite/sqlite-engine.js';

/** As `catalog` in cloud.json says. */
export interface CatalogChoice {
  engine: 'sqlite';
}

/** The chosen catalog, not yet opened. `file` is where SQLite keeps it. */
export function chooseCatalog(_choice: CatalogChoice, file: string): Catalog {
  return new QueryCatalog(new SqliteEngine({ file }));
}
