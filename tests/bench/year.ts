import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@aisle/contracts';
import { DuckDbSeriesStore } from '../../cloud/src/store/duckdb/duckdb-series.js';
import { chooseCatalog } from '../../cloud/src/store/open-catalog.js';
import { root, waitFor } from '../support/system.js';
import { atMost, percentile, type Figure } from './figures.js';
import { YearAgents } from './year-agents.js';
import { insightOver, yearData, type YearData } from './year-data.js';
import { plainly } from './year-plain.js';

export interface YearOptions {
  /** shops beside the one that has the longest past */
  shops: number;
  /** days of that one */
  days: number;
  /** where what was made is kept */
  folder: string;
  /** how long the agents of all shops state what happens, seconds */
  seconds: number;
}
export const YEAR_FOLDER = path.join(tmpdir(), 'aisle-bench-year');

const DAYS_OF_MANY = 30;
const ROUNDS = 12;
const PROMISED = { one: 150, many: 250, ackMs: 250, cloudMb: 250 };

/** What pages ask after a year of one shop, and among many: p95 of every call, memory, acknowledgements, and whether it is right. */
export async function benchYear(options: YearOptions): Promise<Figure[]> {
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const one = await yearData(options.folder, { shops: 1, days: options.days, fixtures: 24 }, say);
  const figures = await measured(one, `one shop, ${options.days} days`, PROMISED.one, options.seconds, say);
  if (options.shops === 0) return figures;
  const many = await yearData(options.folder, { shops: options.shops, days: DAYS_OF_MANY, fixtures: 8 }, say);
  return [
    ...figures,
    ...(await measured(many, `${options.shops} shops, ${DAYS_OF_MANY} days`, PROMISED.many, options.seconds, say)),
  ];
}

async function measured(
  data: YearData,
  what: string,
  promisedMs: number,
  seconds: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  await compare(data, say);
  const cloud = await RunningCloud.start(data);
  try {
    const figures: Figure[] = [];
    const agents = await YearAgents.start(cloud.mqttPort, data, cloud.agentPassword);
    const stated = agents.state(seconds);
    const times = await askAll(cloud, data);
    const acks = await stated;
    await agents.stop();
    for (const [call, ms] of times)
      figures.push(
        atMost(`${call}, p95 (${what})`, percentile(ms, 0.95), 'ms', { name: 'promised', value: promisedMs }),
      );
    figures.push(
      atMost(`acknowledgement, p99 (${what})`, percentile(acks, 0.99), 'ms', {
        name: 'promised',
        value: PROMISED.ackMs,
      }),
      atMost(`memory of the cloud (${what})`, cloud.megabytes(), 'MB', { name: 'promised', value: PROMISED.cloudMb }),
    );
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

/** Facts of shops that a catalog does not know are served by no cloud. */
async function known(dir: string, stores: YearData['stores']): Promise<void> {
  const catalog = chooseCatalog({ engine: 'sqlite' }, path.join(dir, 'catalog.sqlite'));
  await catalog.open();
  await catalog.users.ensureOrganisation('bench');
  for (const { storeId } of stores) await catalog.stores.ensureStore(storeId, 'bench');
  await catalog.close();
}

class RunningCloud {
  private constructor(
    private readonly child: ChildProcess,
    private readonly token: string,
    readonly agentPassword: string,
    private readonly httpPort: number,
    readonly mqttPort: number,
  ) {}

  static async start({ dir, stores }: YearData): Promise<RunningCloud> {
    const [token, agentPassword] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')];
    const passwordSha256 = createHash('sha256').update(agentPassword).digest('hex');
    await known(dir, stores);
    const provision = path.join(dir, 'provision.json');
    const agents = stores.map(({ storeId }) => ({ storeId, username: `agent:${storeId}`, passwordSha256 }));
    writeFileSync(
      provision,
      JSON.stringify({ organisation: 'bench', apiToken: token, agents, storeFolder: path.join(dir, 'shops') }),
    );
    const config = path.join(dir, 'cloud.json');
    writeFileSync(
      config,
      JSON.stringify({
        ...{ dataDir: dir, host: '127.0.0.1', httpPort: 0, mqttPort: 0, provision },
        ...{ series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } },
      }),
    );
    const args = ['--max-old-space-size=192', '--max-semi-space-size=4', path.join(root, 'dist/cloud/main.mjs')];
    const child = spawn(process.execPath, [...args, '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, log] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (log += data.toString()));
    await waitFor('the cloud', () => /^ready$/m.test(out), 120_000, 20);
    const ports = /"httpPort":(\d+),"mqttPort":(\d+)/.exec(log);
    return new RunningCloud(child, token, agentPassword, Number(ports?.[1]), Number(ports?.[2]));
  }

  async get(address: string): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/api/v1/${address}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${address}: ${response.status} ${text.slice(0, 200)}`);
  }

  megabytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }
}
