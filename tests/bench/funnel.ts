import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DAY_MS, MINUTE_MS, checkDigitOf, type Fact, type StoreFile } from '@aisle/contracts';
import { createInsight } from '../../cloud/src/insight/index.js';
import { DuckDbSeriesStore } from '../../cloud/src/store/duckdb/duckdb-series.js';
import { Random } from '../../simulators/src/random.js';
import { atMost, percentile, type Figure } from './figures.js';

const FIXTURES = 100;
const SLOTS = 20;
const DAYS = 92;
/** a Sunday */
const END = Date.parse('2026-11-01T00:00:00Z');
const ASKS = 9;

const gtinOf = (at: number): string => {
  const body = `690123${String(at).padStart(6, '0')}`;
  return body + checkDigitOf(body);
};

function shopFile(): StoreFile {
  const all = Array.from({ length: FIXTURES }, (_, at) => at);
  return {
    store: { id: 'large', name: 'Large', timezone: 'Asia/Shanghai', currency: 'CNY' },
    floor: { width: 200, depth: 100 },
    zones: all.map((at) => {
      const [x, y] = [(at % 20) * 8, Math.floor(at / 20) * 8];
      return {
        id: `z${at}`,
        kind: 'aisle' as const,
        category: `c${at % 12}`,
        polygon: [
          [x, y],
          [x + 7, y],
          [x + 7, y + 7],
          [x, y + 7],
        ],
      };
    }) as NonNullable<StoreFile['zones']>,
    products: Array.from({ length: FIXTURES * SLOTS }, (_, at) => ({
      gtin: gtinOf(at),
      category: `c${Math.floor(at / SLOTS) % 12}`,
    })),
    fixtures: all.map((at) => ({
      ...{ id: `f${at}`, zone: `z${at}` },
      slots: Array.from({ length: SLOTS }, (_, slot) => ({
        ...{ id: `f${at}-s${slot}`, gtin: gtinOf(at * SLOTS + slot), facings: 1 + (slot % 4), level: 1 + (slot % 5) },
      })),
    })),
    devices: [
      { id: 'cam', family: 'camera', dialect: 'aisle' },
      { id: 'till', family: 'till', dialect: 'aisle' },
      ...all.map((at) => ({ id: `shelf-${at}`, family: 'shelf' as const, dialect: 'aisle', fixture: `f${at}` })),
    ],
  };
}

/** What a day comes to: every slot is touched and sold from. */
function dayOf(day: number, file: StoreFile, random: Random): Fact[] {
  const ts = END - (DAYS - day) * DAY_MS + 6 * 3_600_000;
  const base = { ts, seq: day + 1, generation: 1, configVersion: 1 };
  const facts: Fact[] = [];
  for (const { id } of file.zones ?? []) {
    const visits = random.integer(100, 400);
    const value = {
      visits,
      visitors: visits,
      dwellMs: visits * 8000,
      histogram: [
        [3, visits - 50],
        [12, 50],
      ] as [number, number][],
      overlapMs: 50_000,
      maxOpen: 3,
    };
    facts.push({ ...base, kind: 'zone', subject: id, value });
  }
  for (const { id } of file.devices ?? [])
    for (let minute = 0; minute < 60; minute += 20)
      facts.push({
        ...base,
        ts: ts + minute * MINUTE_MS,
        kind: 'coverage',
        subject: id,
        value: { sensedMs: MINUTE_MS },
      });
  for (const { zone = '', slots = [] } of file.fixtures ?? []) {
    const lines = slots.map(({ id: slotId, gtin = '' }) => {
      const pickups = random.integer(4, 30);
      const putbacks = random.integer(0, Math.floor(pickups / 4));
      facts.push({
        ...base,
        kind: 'slot',
        subject: slotId,
        value: { gtin, zoneId: zone, pickups, putbacks, refilled: 0, stock: 20 },
      });
      const [quantityMicro, netMinor] = [(pickups - putbacks) * 1e6, (pickups - putbacks) * 990];
      return { gtin, quantityMicro, netMinor, shares: [{ slotId, zoneId: zone, quantityMicro, netMinor }] };
    });
    const receipt = `${day}-${zone}`;
    const netMinor = lines.reduce((sum, line) => sum + line.netMinor, 0);
    facts.push({
      ...base,
      kind: 'sale',
      subject: receipt,
      value: { receipt, deviceId: 'till', contentDigest: receipt, transaction: true, netMinor, lines },
    });
  }
  return facts;
}

/** A shop of two thousand slots: the funnel of a quarter, and of its last day. */
export async function benchFunnel(): Promise<Figure[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'aisle-bench-funnel-'));
  const series = new DuckDbSeriesStore({ file: path.join(dir, 'series.duckdb') });
  await series.open();
  try {
    const storeFile = shopFile();
    const random = Random.stream(1, 'funnel');
    for (let day = 0; day < DAYS; day += 1)
      await series.write(
        dayOf(day, storeFile, random).map((fact) => ({ storeId: 'large', epoch: 1, fact })),
        'final',
      );
    const clock = {
      now: () => END + DAY_MS,
      monotonicMs: () => 0,
      after: () => () => undefined,
      every: () => () => undefined,
    };
    const insight = createInsight({ series, clock });
    const store = { storeId: 'large', version: 1, storeFile };
    await insight.maintainRollups(store);
    const ask = async (days: number): Promise<number> => {
      const query = {
        from: new Date(END - days * DAY_MS - 8 * 3_600_000).toISOString(),
        to: new Date(END - 8 * 3_600_000).toISOString(),
      };
      const took: number[] = [];
      for (let time = 0; time <= ASKS; time += 1) {
        const began = process.cpuUsage();
        const rows = await insight.slotFunnel(store, query, async () => []);
        if (rows.length !== FIXTURES * SLOTS) throw new Error(`the funnel has ${rows.length} rows`);
        // the first is asked while the version is read
        const { user, system } = process.cpuUsage(began);
        if (time > 0) took.push((user + system) / 1000);
      }
      return percentile(took, 0.5);
    };
    const promised = { name: 'promised', value: 200 };
    return [
      atMost('funnel of 2,000 slots over a quarter, CPU, p50', await ask(90), 'ms', promised),
      atMost('funnel of 2,000 slots over a day beside 28 before it, CPU, p50', await ask(1), 'ms', promised),
    ];
  } finally {
    await series.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
