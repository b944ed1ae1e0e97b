import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@aisle/contracts';
import { DuckDbSeriesStore } from '../../cloud/src/store/duckdb/duckdb-series.js';
import { atMost, percentile, type Figure } from './figures.js';
import { YearAgents } from './year-agents.js';
import { RunningCloud } from './year-cloud.js';
import { insightOver, oneShop, yearData, type YearData } from './year-data.js';
import { manyData } from './year-many.js';
import { plainly } from './year-plain.js';

export const YEAR_PARTS = ['compare', 'pages', 'acks'] as const;
export type YearPart = (typeof YEAR_PARTS)[number];
export const isYearPart = (name: string): name is YearPart => YEAR_PARTS.some((part) => part === name);

export interface YearOptions {
  /** shops that have a past of some weeks; 0: they are left out */
  shops: number;
  /** days of that past */
  shopDays: number;
  /** days of that one; 0: it is left out */
  days: number;
  /** where what was made is kept; left out: in a folder of its own that goes afterwards */
  folder?: string | undefined;
  /** how long the agents of all shops state what happens, seconds */
  seconds: number;
  parts: readonly YearPart[];
  /** where the cloud leaves a profile; left out: it makes none */
  profile?: string | undefined;
}

const ROUNDS = 12;
const PROMISED = { one: 150, many: 250, ackMs: 250, cloudMb: 250 };

/** What pages ask after a year of one shop, and among many: p95 of every call, memory, acknowledgements, and whether it is right. */
export async function benchYear(options: YearOptions): Promise<Figure[]> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'aisle-bench-year-'));
  try {
    return await benchIn(folder, options);
  } finally {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function benchIn(folder: string, options: YearOptions): Promise<Figure[]> {
  const { days, shops, shopDays } = options;
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const figures: Figure[] = [];
  if (days > 0) {
    const one = await yearData(folder, { shops: 1, days, shopOf: oneShop }, say);
    figures.push(...(await measured(one, `one shop, ${days} days`, PROMISED.one, options, say)));
  }
  if (shops > 0) {
    const many = await manyData(folder, { shops, days: shopDays }, say);
    figures.push(...(await measured(many, `${shops} shops, ${shopDays} days`, PROMISED.many, options, say)));
  }
  return figures;
}

async function measured(
  data: YearData,
  what: string,
  promisedMs: number,
  { seconds, parts, profile }: YearOptions,
  say: (line: string) => void,
): Promise<Figure[]> {
  if (parts.includes('compare')) await compare(data, say);
  if (!parts.includes('pages') && !parts.includes('acks')) return [];
  const cloud = await RunningCloud.start(data, { profile });
  try {
    const figures: Figure[] = [];
    const agents = parts.includes('acks')
      ? await YearAgents.start(cloud.mqttPort, data, cloud.agentPassword)
      : undefined;
    const stated = agents?.state(seconds);
    const times = parts.includes('pages') ? await askAll(cloud, data) : [];
    const acks = await stated;
    await agents?.stop();
    const promised = (value: number) => ({ name: 'promised', value });
    for (const [call, ms] of times)
      figures.push(atMost(`${call}, p95 (${what})`, percentile(ms, 0.95), 'ms', promised(promisedMs)));
    if (acks)
      figures.push(atMost(`acknowledgement, p99 (${what})`, percentile(acks, 0.99), 'ms', promised(PROMISED.ackMs)));
    figures.push(atMost(`memory of the cloud (${what})`, cloud.megabytes(), 'MB', promised(PROMISED.cloudMb)));
    say(cloud.processor());
    if (acks) say(`${acks.length} batches acknowledged, median ${percentile(acks, 0.5).toFixed(0)} ms`);
    return figures;
  } finally {
    await cloud.stop();
  }
}

/** What pages ask, for each of their periods. */
function calls(from: number, to: number, bucket: 'hour' | 'day'): [name: string, path: string][] {
  const iso = (ts: number): string => new Date(ts).toISOString();
  const period = `from=${iso(from)}&to=${iso(to)}`;
  return [
    ['zones', `zones/metrics?${period}&bucket=all`],
    ['heat map', `heatmap?${period}`],
    ['footfall', `footfall?${period}&bucket=${bucket}`],
    ['sales', `sales?${period}&bucket=${bucket}`],
    ['shoppers', `shoppers/metrics?${period}`],
    ['products', `products/metrics?${period}`],
    ['slots', `slots/metrics?${period}`],
  ];
}

async function askAll(cloud: RunningCloud, { stores, from, to }: YearData): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  const noon = to - 12 * HOUR_MS;
  const spans = [1, 7, 28, 90, 365].map((days) => Math.max(from, noon - days * DAY_MS));
  const periods = [...new Set(spans)].flatMap((start): [number, number][] => [
    [start, noon],
    // the one before it, for comparison
    [Math.max(from, start - (noon - start)), start],
  ]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { storeId } = stores[(round * 37) % stores.length] as { storeId: string };
    for (const [start, end] of periods.filter(([a, b]) => b > a)) {
      for (const [name, address] of calls(start, end, end - start <= 4 * DAY_MS ? 'hour' : 'day')) {
        const began = performance.now();
        await cloud.get(`stores/${storeId}/${address}`);
        const ms = performance.now() - began;
        const known = times.get(name);
        if (known) known.push(ms);
        else times.set(name, [ms]);
      }
    }
  }
  return times;
}

/** Every answer over rollups and kept states equals, byte for byte, that of a look at every fact. @throws where one does not */
async function compare({ dir, stores, from, to }: YearData, say: (line: string) => void): Promise<void> {
  const series = new DuckDbSeriesStore({ file: path.join(dir, 'series.duckdb') });
  await series.open();
  try {
    const [store] = stores.slice(-1);
    if (!store) return;
    const [quick, plain] = [insightOver(series, to), insightOver(plainly(series), to)];
    const iso = (ts: number): string => new Date(ts).toISOString();
    const start = Math.max(from, to - 9 * DAY_MS - 17 * MINUTE_MS * 7);
    const query = { from: iso(start), to: iso(start + 3 * DAY_MS + 5 * HOUR_MS) };
    const asked: Record<string, (of: typeof quick) => Promise<unknown>> = {
      zones: (of) => of.zoneMetrics(store, { ...query, bucket: 'all' }),
      'zones by day': (of) => of.zoneMetrics(store, { ...query, bucket: 'day' }),
      'zones by hour, another threshold': (of) =>
        of.zoneMetrics(store, { ...query, bucket: 'hour', engagedAfter: '12' }),
      'heat map': (of) => of.heatmap(store, query),
      footfall: (of) => of.footfall(store, { ...query, bucket: 'hour' }),
      sales: (of) => of.sales(store, { ...query, bucket: 'day' }),
      shoppers: (of) => of.shopperMetrics(store, query),
      products: (of) => of.productMetrics(store, query),
      slots: (of) => of.slotMetrics(store, { ...query, bucket: 'all' }),
    };
    for (const [name, ask] of Object.entries(asked)) {
      const [a, b] = [JSON.stringify(await ask(quick)), JSON.stringify(await ask(plain))];
      if (a !== b) throw new Error(`${name}: the answer differs from that of a plain scan`);
      say(`${name}: equals a plain scan (${a.length} bytes)`);
    }
  } finally {
    await series.close();
  }
}
