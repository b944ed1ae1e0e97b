import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DAY_MS, type StoreFile } from '@aisle/contracts';
import { createInsight, type Insight, type StoreContext } from '../../cloud/src/insight/index.js';
import type { SeriesRow, SeriesStore } from '../../cloud/src/ports/series-store.js';
import { DuckDbSeriesStore } from '../../cloud/src/store/duckdb/duckdb-series.js';
import { readBehaviour, readStore, shopFile } from '../../simulators/src/adapters/files.js';
import { historyOf } from '../../simulators/src/history/history.js';

export interface YearData {
  /** the cloud's data folder */
  dir: string;
  stores: StoreContext[];
  from: number;
  to: number;
}

/** rows of one commit while loading */
const ROWS = 20_000;
/** The end of all data: a fixed day, so that what was made once can be used again. */
const END = Date.parse('2026-11-01T00:00:00+08:00');

/** The demo shop with opening hours; of a chain's shops a part of the shelves. */
export function shopOf(storeId: string, fixtures: number): StoreFile {
  const demo = readStore(shopFile('demo.yaml'));
  const kept = (demo.fixtures ?? []).slice(0, fixtures);
  const ids = new Set(kept.map(({ id }) => id));
  return {
    ...demo,
    store: { ...demo.store, id: storeId },
    hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], open: '09:00', close: '22:00' }],
    fixtures: kept,
    devices: (demo.devices ?? []).filter(({ fixture }) => fixture === undefined || ids.has(fixture)),
  };
}

export const insightOver = (series: SeriesStore, now: number): Insight =>
  createInsight({
    series,
    clock: {
      now: () => now,
      monotonicMs: () => performance.now(),
      after: () => () => undefined,
      every: () => () => undefined,
    },
  });

/** Shops with a simulated past, made once and kept: facts and rollups as a cloud that ran all the time would hold them. */
export async function yearData(
  folder: string,
  { shops, days, fixtures }: { shops: number; days: number; fixtures: number },
  say: (line: string) => void,
): Promise<YearData> {
  const name = `${shops}-shops-${days}-days`;
  const dir = path.join(folder, name);
  const stores = Array.from({ length: shops }, (_, at): StoreContext => {
    const storeId = `shop-${String(at + 1).padStart(4, '0')}`;
    return { storeId, version: 1, storeFile: shopOf(storeId, fixtures) };
  });
  const [from, to] = [END - days * DAY_MS, END];
  const file = path.join(dir, 'series.duckdb');
  const done = path.join(dir, 'made');
  const isMade = existsSync(done);
  if (!isMade) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(path.join(dir, 'shops'), { recursive: true });
  }
  const series = new DuckDbSeriesStore({ file, monotonicMs: () => performance.now() });
  await series.open();
  try {
    if (!isMade) {
      const behaviour = readBehaviour(shopFile('behaviour.yaml'));
      const insight = insightOver(series, to);
      for (const [at, store] of stores.entries()) {
        const began = performance.now();
        let rows: SeriesRow[] = [];
        for (const facts of historyOf({ storeFile: store.storeFile, behaviour, seed: at + 1, from, to })) {
          for (const fact of facts) rows.push({ storeId: store.storeId, epoch: 1, fact });
          if (rows.length < ROWS) continue;
          await series.write(rows, 'final');
          rows = [];
        }
        await series.write(rows, 'final');
        await insight.maintainRollups(store);
        writeFileSync(path.join(dir, 'shops', `${store.storeId}.yaml`), JSON.stringify(store.storeFile));
        say(`${name}: ${store.storeId} made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
      }
      writeFileSync(done, '');
    }
    return { dir, stores, from, to };
  } finally {
    await series.close();
  }
}
