import type { Clock } from '../ports/clock.js';
import type { SeriesStore } from '../ports/series-store.js';
import { DuckDbSeriesStore } from './duckdb/duckdb-series.js';
import type { InfluxOptions } from './influxdb/influx-client.js';
import { InfluxSeriesStore } from './influxdb/influx-series.js';
import type { PostgresOptions } from './postgres/postgres-address.js';
import { PostgresSeriesStore } from './postgres/postgres-series.js';

/** As `series` in cloud.json says. */
export type SeriesChoice =
  | { engine: 'duckdb'; memoryLimit?: string | undefined }
  | ({ engine: 'influxdb' } & InfluxOptions)
  | ({ engine: 'postgres' } & PostgresOptions);

/** The chosen series store, not yet opened. `file` is where DuckDB keeps it. */
export function chooseSeriesStore(
  choice: SeriesChoice,
  file: string,
  clock: Pick<Clock, 'monotonicMs'> & Partial<Pick<Clock, 'after'>>,
): SeriesStore {
  if (choice.engine === 'influxdb') return new InfluxSeriesStore(choice);
  if (choice.engine === 'postgres') return new PostgresSeriesStore(choice);
  return new DuckDbSeriesStore({
    ...{ file, memoryLimit: choice.memoryLimit, monotonicMs: () => clock.monotonicMs() },
    ...(clock.after && { after: clock.after.bind(clock) }),
  });
}
