import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DAY_MS, MINUTE_MS } from '@aisle/contracts';
import type { StoreContext } from '../../cloud/src/insight/index.js';
import { Connection, openInstance } from '../../cloud/src/store/duckdb/connection.js';
import { DuckDbSeriesStore } from '../../cloud/src/store/duckdb/duckdb-series.js';
import { ROLLUP_MIGRATIONS } from '../../cloud/src/store/duckdb/rollup-file.js';
import { Sqlite } from '../../cloud/src/store/sqlite/sqlite.js';
import { Random } from '../../simulators/src/random.js';
import { END, chainShop, folderName, yearData, type YearData } from './year-data.js';

/** Shops whose past is simulated; the others' days are days of these. */
const PATTERNS = 4;
/** What comes to rest together in a cloud that runs: facts lie in its file shop by shop within so long a time, not year by year. */
const REST_MS = 15 * MINUTE_MS;

/**
 * Days of many shops, quickly: some shops have a past as the simulator makes it, and each day of each other one is the same day of one
 * of these, drawn by its seed. Facts lie in the file in the order in which a cloud that hears all shops at once would have put
 * them there; rollups and kept states are those of the days they came with (the shops' clock is UTC, so that a day is a day to both).
 */
export async function manyData(
  folder: string,
  { shops, days }: { shops: number; days: number },
  say: (line: string) => void,
): Promise<YearData> {
  const name = folderName(shops, days);
  const dir = path.join(folder, name);
  const [from, to] = [END - days * DAY_MS, END];
  const stores = Array.from({ length: shops }, (_, at): StoreContext => {
    const storeId = `shop-${String(at + 1).padStart(4, '0')}`;
    return { storeId, version: 1, storeFile: chainShop(storeId) };
  });
  const done = path.join(dir, 'made');
  if (existsSync(done)) return { dir, stores, from, to };
  const patterns = await yearData(folder, { shops: Math.min(PATTERNS, shops), days, shopOf: chainShop }, say);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'series.duckdb');
  const series = new DuckDbSeriesStore({ file });
  await series.open();
  await series.close();
  const drawn = stores.flatMap(({ storeId }, shop) => {
    const random = Random.stream(shop + 1, 'bench/days');
    return Array.from({ length: days }, (_, day): Drawn => {
      const pattern = shop < patterns.stores.length ? shop : random.integer(0, patterns.stores.length - 1);
      return { storeId, day: from + day * DAY_MS, pattern: (patterns.stores[pattern] as StoreContext).storeId };
    });
  });
  await copyFacts(file, path.join(patterns.dir, 'series.duckdb'), drawn, { from, to }, (line) =>
    say(`${name}: ${line}`),
  );
  copyRollups(`${file}.rollups`, path.join(patterns.dir, 'series.duckdb.rollups'), drawn);
  writeFileSync(done, '');
  return { dir, stores, from, to };
}

interface Drawn {
  storeId: string;
  /** its start, epoch ms */
  day: number;
  /** whose day it is */
  pattern: string;
}

async function copyFacts(
  file: string,
  patterns: string,
  drawn: readonly Drawn[],
  { from, to }: { from: number; to: number },
  say: (line: string) => void,
): Promise<void> {
  const instance = await openInstance({ file, memoryLimit: '3GB' });
  const connection = new Connection(await instance.connect());
  try {
    const run = (sql: string) => connection.rows(sql);
    await run("SET checkpoint_threshold = '2GB'");
    await run(`ATTACH '${patterns}' AS pattern (READ_ONLY)`);
    await run('CREATE TEMP TABLE said AS SELECT * FROM pattern.every_fact ORDER BY ts');
    await run('CREATE TEMP TABLE drawn (store VARCHAR, day BIGINT, pattern VARCHAR)');
    for (let at = 0; at < drawn.length; at += 1000)
      await run(
        `INSERT INTO drawn VALUES ${drawn
          .slice(at, at + 1000)
          .map(({ storeId, day, pattern }) => `('${storeId}', ${day}, '${pattern}')`)
          .join(', ')}`,
      );
    const began = performance.now();
    for (let day = from; day < to; day += DAY_MS) {
      await connection.transaction(async (raw) => {
        for (let start = day; start < day + DAY_MS; start += REST_MS)
          await raw.run(
            `INSERT INTO facts SELECT d.store, s.kind, s.subject, s.ts, s.epoch, s.seq, s.config, s.value, s.generation
             FROM said s JOIN drawn d ON d.pattern = s.store AND d.day = ${day}
             WHERE s.ts >= ${start} AND s.ts < ${start + REST_MS} ORDER BY d.store, s.kind, s.ts`,
          );
      });
      say(`${(day - from) / DAY_MS + 1} days made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    await run(
      `INSERT INTO touched SELECT DISTINCT d.store, t.hour, 1 FROM drawn d JOIN pattern.every_touch t
       ON t.store = d.pattern AND t.hour >= d.day AND t.hour < d.day + ${DAY_MS} ORDER BY ALL`,
    );
    const [count] = await run('SELECT count(*)::DOUBLE FROM facts');
    say(`${((count?.[0] as number) / 1e6).toFixed(1)} million facts`);
    await run('CHECKPOINT');
  } finally {
    await connection.close();
    instance.closeSync();
  }
}

function copyRollups(file: string, patterns: string, drawn: readonly Drawn[]): void {
  const sqlite = new Sqlite(file, true);
  sqlite.open(ROLLUP_MIGRATIONS);
  try {
    sqlite.query(`ATTACH DATABASE '${patterns}' AS pattern`);
    sqlite.begin();
    for (const { storeId, day, pattern } of drawn) {
      const values = [storeId, pattern, day, day + DAY_MS];
      sqlite.query(
        `INSERT INTO rollup SELECT ?, level, kind, from_ts, to_ts, definition, 1, payload FROM pattern.rollup
         WHERE store = ? AND from_ts >= ? AND from_ts < ?`,
        values,
      );
      sqlite.query(
        `INSERT INTO said SELECT ?, kind, subject, day, fact FROM pattern.said WHERE store = ? AND day >= ? AND day < ?`,
        values,
      );
      sqlite.query(
        'INSERT INTO said_day SELECT ?, kind, day, 1 FROM pattern.said_day WHERE store = ? AND day >= ? AND day < ?',
        values,
      );
    }
    sqlite.query('UPDATE newest SET mark = 1');
    sqlite.commit();
  } finally {
    sqlite.close();
  }
}
