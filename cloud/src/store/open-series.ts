import type { SeriesStore } from '../ports/series-store.js';
import { DuckDbSeriesStore } from './duckdb/duckdb-series.js';
import { InfluxSeriesStore } from './influxdb/influx-series.js';

/** As `series` in cloud.json says. */
export type SeriesChoice =
  | { engine: 'duckdb'; memoryLimit?: string }
  | { engine: 'influxdb'; url: string; database: string; token?: string; username?: string; password?: string };

/** The chosen series store, not yet opened. `file` is where DuckDB keeps it. */
export function chooseSeriesStore(choice: SeriesChoice, file: string): SeriesStore {
  if (choice.engine === 'influxdb') return new InfluxSeriesStore(choice);
  return new DuckDbSeriesStore({ file, ...(choice.memoryLimit !== undefined && { memoryLimit: choice.memoryLimit }) });
}
