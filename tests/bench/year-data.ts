import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DAY_MS, MINUTE_MS, type StoreFile } from '@aisle/contracts';
import { StoreCalendar, createInsight, type Insight, type StoreContext } from '../../cloud/src/insight/index.js';
import type { SeriesRow, SeriesStore } from '../../cloud/src/ports/series-store.js';
import { DuckDbSeriesStore } from '../../cloud/src/store/duckdb/duckdb-series.js';
import { readBehaviour, readStore, shopFile } from '../../simulators/src/adapters/files.js';
import type { Behaviour } from '../../simulators/src/settings/behaviour.js';
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
export const END = Date.parse('2026-11-01T00:00:00Z');

const OPEN_DAILY: NonNullable<StoreFile['hours']> = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], open: '09:00', close: '22:00' },
];

let demo: StoreFile | undefined;

/** The demo shop with opening hours. */
export function oneShop(storeId: string): StoreFile {
  // read once: a thousand shops are made of it
  demo ??= readStore(shopFile('demo.yaml'));
  return { ...demo, store: { ...demo.store, id: storeId }, hours: OPEN_DAILY };
}

/** A shop of a chain: a part of the demo's shelves and screens, on the clock of the data. */
export function chainShop(storeId: string): StoreFile {
  const whole = oneShop(storeId);
  const kept = (whole.fixtures ?? []).slice(0, CHAIN.fixtures);
  const ids = new Set(kept.map(({ id }) => id));
  let screens = 0;
  return {
    ...whole,
    store: { ...whole.store, timezone: 'UTC' },
    fixtures: kept,
    devices: (whole.devices ?? []).filter(({ fixture, family }) => {
      if (family === 'screen') return (screens += 1) <= CHAIN.screens;
      return fixture === undefined || ids.has(fixture);
    }),
  };
}
/** Shoppers: as a share of the demo's, which is as busy as a large one. */
const CHAIN = { fixtures: 3, screens: 1, shoppers: 0.25 };

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

export function behaviourOf(share: number): Behaviour {
  const behaviour = readBehaviour(shopFile('behaviour.yaml'));
  const { arrivals } = behaviour;
  const { perHour, passersByPerHour } = arrivals;
  return {
    ...behaviour,
    arrivals: { ...arrivals, perHour: perHour * share, passersByPerHour: passersByPerHour * share },
  };
}

/** What was rolled up by other definitions would be rolled up anew while it is measured. */
export const folderName = (shops: number, days: number): string =>
  `${shops}-shops-${days}-days-${new StoreCalendar({ storeId: '', version: 1, storeFile: oneShop('any') }).definition.split('|')[0]}`;

/** Shops with a simulated past, made once and kept: facts and rollups as a cloud that ran all the time would hold them. */
export async function yearData(
  folder: string,
  { shops, days, shopOf }: { shops: number; days: number; shopOf: (storeId: string) => StoreFile },
  say: (line: string) => void,
): Promise<YearData> {
  const name = shopOf === chainShop ? `patterns-${folderName(shops, days)}` : folderName(shops, days);
  const dir = path.join(folder, name);
  const stores = Array.from({ length: shops }, (_, at): StoreContext => {
    const storeId = `shop-${String(at + 1).padStart(4, '0')}`;
    return { storeId, version: 1, storeFile: shopOf(storeId) };
  });
  const [from, to] = [END - days * DAY_MS, END];
  const file = path.join(dir, 'series.duckdb');
  const done = path.join(dir, 'made');
  const isMade = existsSync(done);
  if (!isMade) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
  }
  const series = new DuckDbSeriesStore({ file, monotonicMs: () => performance.now() });
  await series.open();
  try {
    if (!isMade) {
      const behaviour = behaviourOf(shopOf === chainShop ? CHAIN.shoppers : 1);
      const insight = insightOver(series, to);
      for (const [at, store] of stores.entries()) {
        const began = performance.now();
        let rows: SeriesRow[] = [];
        // each from a minute of its own: receipts carry it, and a day of one may become a day of another's
        const start = from - at * MINUTE_MS;
        for (const facts of historyOf({ storeFile: store.storeFile, behaviour, seed: at + 1, from: start, to })) {
          for (const fact of facts) rows.push({ storeId: store.storeId, epoch: 1, fact });
          if (rows.length < ROWS) continue;
          await series.write(rows, 'final');
          rows = [];
        }
        await series.write(rows, 'final');
        await insight.maintainRollups(store);
        await series.newest({ storeId: store.storeId, kind: 'slot', before: to });
        await series.newest({ storeId: store.storeId, kind: 'incident', before: to });
        say(`${name}: ${store.storeId} made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
      }
      writeFileSync(done, '');
    }
    return { dir, stores, from, to };
  } finally {
    await series.close();
  }
}
