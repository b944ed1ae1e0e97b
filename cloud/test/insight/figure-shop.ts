import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Fact, FactOf, StoreFile } from '@aisle/contracts';
import { METRIC_VERSION, createInsight, type Insight, type StoreContext } from '../../src/insight/index.js';
import type { SeriesStore } from '../../src/ports/index.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';

/** What every row says that was made under the version of `base` alone. */
export const MADE = { versions: [1], metricVersion: METRIC_VERSION };
/** Insight over a DuckDB of its own, there for the tests of one file; each case has a shop of its own. */
export function figures() {
  let dir: string;
  let series: SeriesStore;
  let insight: Insight;
  let shops = 0;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'aisle-metrics-'));
    series = new DuckDbSeriesStore({ file: join(dir, 'series.duckdb') });
    await series.open();
    insight = createInsight({
      series,
      clock: { now: () => 9e12, monotonicMs: () => 0, after: () => () => undefined, every: () => () => undefined },
    });
  });
  afterAll(async () => {
    await series.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    get insight(): Insight {
      return insight;
    },
    get series(): SeriesStore {
      return series;
    },
    /** A shop with these facts, told by epoch. */
    async shopWith(
      facts: readonly Fact[] | Record<number, readonly Fact[]>,
      changes: Partial<StoreFile> = {},
    ): Promise<StoreContext> {
      const storeId = `shop-${++shops}`;
      const byEpoch = Array.isArray(facts)
        ? { 1: facts as readonly Fact[] }
        : (facts as Record<number, readonly Fact[]>);
      for (const [epoch, list] of Object.entries(byEpoch))
        await series.write(list.map((fact) => ({ storeId, epoch: Number(epoch), fact })));
      return { storeId, version: 3, storeFile: { ...FILE, ...changes } };
    },
  };
}

export const at = (time: string): number => Date.parse(`2026-11-22T${time}+08:00`);
export const period = (from: string, to: string) => ({
  from: `2026-11-22T${from}:00+08:00`,
  to: `2026-11-22T${to}:00+08:00`,
});

export const FILE: StoreFile = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 2, depth: 1 },
  entrances: [
    {
      id: 'main',
      line: [
        [0, 1],
        [1, 1],
      ],
      inward: [0, -1],
    },
  ],
  passersBy: [
    {
      id: 'street',
      line: [
        [0, 2],
        [1, 2],
      ],
    },
  ],
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [0, 0],
        [8, 0],
        [8, 2.5],
        [0, 2.5],
      ],
    },
    {
      id: 'wine',
      kind: 'aisle',
      polygon: [
        [10, 0],
        [11, 0],
        [11, 1],
        [10, 1],
      ],
      engagedAfterSeconds: 10,
    },
  ],
  products: [{ gtin: 'milk' }, { gtin: 'rice' }],
  fixtures: [
    {
      id: 'f1',
      zone: 'dairy',
      slots: [
        { id: 's1', gtin: 'milk', facings: 3 },
        { id: 's2', gtin: 'milk' },
      ],
    },
    { id: 'f2', zone: 'wine', slots: [{ id: 's3', gtin: 'rice', facings: 2, capacity: 9, level: 1 }] },
  ],
  devices: [
    { id: 'cam', family: 'camera', dialect: 'aisle', covers: ['dairy'] },
    { id: 'shelf', family: 'shelf', dialect: 'aisle', fixture: 'f1' },
    { id: 'till', family: 'till', dialect: 'aisle' },
  ],
};

export const base = (time: string, seq = 1) => ({ ts: at(time), seq, configVersion: 1 });
export const zone = (subject: string, time: string, value: Partial<FactOf<'zone'>['value']>): Fact => ({
  ...base(time),
  kind: 'zone',
  subject,
  value: { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 0, maxOpen: 0, ...value },
});
export const sensed = (subject: string, time: string, sensedMs = 60_000): Fact => ({
  ...base(time),
  kind: 'coverage',
  subject,
  value: { sensedMs },
});
export const moved = (subject: string, time: string, value: Partial<FactOf<'slot'>['value']>): Fact => ({
  ...base(time),
  kind: 'slot',
  subject,
  value: { gtin: 'milk', zoneId: 'dairy', pickups: 0, putbacks: 0, stock: null, ...value },
});
export const came = (subject: string, time: string, inwards: number, out = 0): Fact => ({
  ...base(time),
  kind: 'crossings',
  subject,
  value: { in: inwards, out, source: 'tracks' },
});
export type Line = [
  gtin: string,
  quantity: number,
  netMinor: number,
  shares: [zoneId: string | null, quantity: number, netMinor: number][],
];
export const sale = (receipt: string, time: string, lines: Line[], seq = 1): Fact => ({
  ...base(time, seq),
  kind: 'sale',
  subject: receipt,
  value: {
    receipt,
    deviceId: 'till',
    contentDigest: receipt,
    transaction: lines.some(([, quantity]) => quantity > 0),
    netMinor: lines.reduce((sum, [, , net]) => sum + net, 0),
    lines: lines.map(([gtin, quantity, netMinor, shares]) => ({
      gtin,
      quantityMicro: quantity * 1e6,
      netMinor,
      shares: shares.map(([zoneId, part, net], index) => ({
        slotId: `s${index}`,
        zoneId,
        quantityMicro: Math.round(part * 1e6),
        netMinor: net,
      })),
    })),
  },
});
/** The whole of ten minutes sensed by the camera. */
export const tenMinutes = (group: string): Fact[] =>
  Array.from({ length: 10 }, (_, minute) => sensed(group, `10:0${minute}:00`));
