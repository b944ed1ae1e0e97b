import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import type { SeriesStore } from '../../src/ports/series-store.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';
import { InfluxSeriesStore } from '../../src/store/influxdb/influx-series.js';
import { PostgresSeriesStore } from '../../src/store/postgres/postgres-series.js';
import { Influxd, hasInfluxd } from './influxd.js';

type Engine = [name: string, make: () => Promise<SeriesStore>];

/** Every engine that is installed here, with a server of its own where it needs one. */
export class Engines {
  readonly #dir = mkdtempSync(join(tmpdir(), 'aisle-engines-'));
  readonly #influxd = hasInfluxd() ? new Influxd() : undefined;
  readonly #postgres = hasPostgres() ? new Postgres('secret-of-the-database') : undefined;
  #files = 0;

  /** Names and ways to make a series store, not yet opened, that nobody has used. */
  get all(): Engine[] {
    const [influxd, postgres] = [this.#influxd, this.#postgres];
    const next = (): string => `series-${++this.#files}`;
    const all: Engine[] = [
      ['DuckDB', async () => new DuckDbSeriesStore({ file: join(this.#dir, `${next()}.duckdb`), threads: 1 })],
    ];
    if (influxd) all.push(['InfluxDB', async () => new InfluxSeriesStore({ url: influxd.url, database: next() })]);
    if (postgres)
      all.push([
        'PostgreSQL',
        async () =>
          new PostgresSeriesStore({ url: postgres.url(await postgres.database()), password: postgres.password }),
      ]);
    return all;
  }

  async start(): Promise<void> {
    await Promise.all([this.#influxd?.start(), this.#postgres?.start()]);
  }
  async stop(): Promise<void> {
    await Promise.all([this.#influxd?.stop(), this.#postgres?.stop()]);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
