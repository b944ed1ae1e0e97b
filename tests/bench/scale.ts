import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '@aisle/contracts';
import type { StoreContext } from '../../cloud/src/insight/index.js';
import { isSound, runLoad, type LoadOptions, type LoadResult } from '../load/load.js';
import { loadShop } from '../load/shop-file.js';
import { Postgres, hasPostgres } from '../support/postgres.js';
import { atLeast, atMost, type Figure } from './figures.js';
import { RunningCloud, type Engines } from './year-cloud.js';

export const SCALE_ENGINES = ['embedded', 'postgres'] as const;
export type ScaleEngine = (typeof SCALE_ENGINES)[number];
export interface ScaleOptions {
  /** how many shops, in rising order */
  shops: readonly number[];
  engines: readonly ScaleEngine[];
  /** of each window */
  seconds: number;
  /** of the steady traffic, times a shop's own pace */
  speed: number;
}

/** Promised: DESIGN's "cost linear in shops". */
const EXPONENT = 1.05;
const PROMISED_ACK_MS = 500;
const IDLE_MS = 8_000;
const TICKS_A_SECOND = 100;

interface Point {
  shops: number;
  /** s of all processors, of a shop's day: what it costs beside a cloud that does nothing */
  cpuSeconds: number;
}

/** What shops cost by their number, on each choice of engines: at their own pace, and as fast as it goes. */
export async function benchScale({ shops, engines, seconds, speed }: ScaleOptions): Promise<Figure[]> {
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const figures: Figure[] = [];
  for (const engine of engines) {
    if (engine === 'postgres' && !hasPostgres()) {
      say('PostgreSQL is not installed: left out');
      continue;
    }
    const points: Point[] = [];
    for (const count of shops) {
      const rig = await Rig.start(engine, count);
      try {
        figures.push(...(await one(rig, { count, engine, seconds, speed, points, say })));
      } finally {
        await rig.remove();
      }
    }
    if (points.length < 2) continue;
    const range = `${engine}, ${shops[0]} to ${shops.at(-1)} shops`;
    const exponent = exponentOf(points.map(({ shops: n, cpuSeconds }) => [n, cpuSeconds * n]));
    figures.push(atMost(`growth of CPU over shops (${range})`, exponent, '', { name: 'promised', value: EXPONENT }));
  }
  return figures;
}

interface OneOptions {
  count: number;
  engine: ScaleEngine;
  seconds: number;
  speed: number;
  points: Point[];
  say(line: string): void;
}

async function one(rig: Rig, { count, engine, seconds, speed, points, say }: OneOptions): Promise<Figure[]> {
  const what = `${engine}, ${count} ${count === 1 ? 'shop' : 'shops'}`;
  const minutes = seconds / 60;
  const base: Omit<LoadOptions, 'speed'> = {
    ...{ shops: count, minutes, url: rig.url, seed: 1, watchers: 0, passwordOf: () => rig.cloud.agentPassword },
    api: { url: `http://127.0.0.1:${rig.cloud.httpPort}`, token: rig.cloud.token },
  };
  const empty = await rig.bytes();
  const idle = await rig.cpu();
  await sleep(IDLE_MS);
  const idleShare = ((await rig.cpu()) - idle) / (IDLE_MS / 1000);
  let [before, after, megabytes] = [0, 0, 0];
  const watch = setInterval(() => (megabytes = Math.max(megabytes, rig.cloud.megabytes())), 1000);
  const steady = await runLoad(
    {
      ...{ ...base, speed },
      began: async () => void (before = await rig.cpu()),
      ended: async () => void (after = await rig.cpu()),
    },
    say,
  ).finally(() => clearInterval(watch));
  mustBeSound(steady, what);
  await rig.restart();
  const shopDays = (count * steady.seconds * speed * 1000) / DAY_MS;
  const cpuSeconds = (after - before - idleShare * steady.seconds) / shopDays;
  const grown = ((await rig.bytes()) - empty) / shopDays / 1e6;
  points.push({ shops: count, cpuSeconds });
  const needed = steady.counts.batches / steady.seconds / speed;
  const at = { url: rig.url, api: { url: `http://127.0.0.1:${rig.cloud.httpPort}`, token: rig.cloud.token } };
  const fast = await runLoad({ ...base, ...at, passwordOf: () => rig.cloud.agentPassword, speed: 'unpaced' }, say);
  mustBeSound(fast, `${what}, as fast as it goes`);
  const rate = (value: number): number => value / fast.seconds;
  const first = points[0] as Point;
  say(
    `${what}: steady ${(steady.acknowledged.batches / steady.seconds).toFixed(1)} batches/s, p50 ${steady.latency.p50?.toFixed(0)} ms; ` +
      `unpaced ${rate(fast.acknowledged.batches).toFixed(0)} batches/s, ${rate(fast.acknowledged.facts).toFixed(0)} statements/s; ` +
      `${cpuSeconds.toFixed(1)} s of CPU and ${grown.toFixed(1)} MB a shop and day; ${megabytes.toFixed(0)} MB of memory`,
  );
  const promised = { name: 'promised', value: PROMISED_ACK_MS };
  const ofOne = { name: `${first.shops} shop`, value: first.cpuSeconds };
  return [
    atLeast(
      `sustained (${what})`,
      rate(fast.acknowledged.batches),
      'batches/s',
      { name: 'their own pace', value: needed },
      1,
    ),
    atLeast(
      `sustained (${what})`,
      rate(fast.acknowledged.facts),
      'statements/s',
      {
        ...{ name: 'their own pace', value: (needed * steady.counts.statements) / steady.counts.batches },
      },
      1,
    ),
    atMost(`commit, p50 (${what}, pace × ${speed})`, steady.latency.p50 ?? NaN, 'ms', promised),
    atMost(`commit, p99 (${what}, pace × ${speed})`, steady.latency.p99 ?? NaN, 'ms', promised),
    atMost(`CPU of a shop's day (${what})`, cpuSeconds, 's', ofOne),
    atMost(`disk of a shop's day (${what})`, grown, 'MB', { name: 'promised', value: 15 }),
    atMost(`memory of the cloud (${what})`, megabytes, 'MB', { name: 'promised', value: 250 }),
  ];
}

/** A figure of a cloud that lost something is worth nothing. */
function mustBeSound(result: LoadResult, what: string): void {
  if (isSound(result)) return;
  const [first] = result.differences ?? [];
  throw new Error(
    `${what}: ${result.unacknowledged} statements never acknowledged, ${result.counts.refusedFacts} refused` +
      (first
        ? `, and different: ${first.storeId} ${first.what}: ${first.acknowledged}, answered ${first.answered}`
        : ''),
  );
}

/** Slope of the straight line through the logarithms: 1 is linear. */
export function exponentOf(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]): [number, number] => [Math.log(x), Math.log(y)]);
  const mean = (axis: 0 | 1): number => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return over / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

/** A cloud with its databases, and what of the machine they take. */
class Rig {
  private constructor(
    private readonly dir: string,
    private readonly stores: readonly StoreContext[],
    private readonly engines: Engines | undefined,
    private readonly postgres: Postgres | undefined,
    private readonly database: string,
    public cloud: RunningCloud,
  ) {}

  static async start(engine: ScaleEngine, shops: number): Promise<Rig> {
    const dir = mkdtempSync(path.join(tmpdir(), 'aisle-bench-scale-'));
    const stores = Array.from({ length: shops }, (_, at): StoreContext => {
      const storeFile = loadShop(at);
      return { storeId: storeFile.store.id, version: 1, storeFile };
    });
    const password = randomBytes(18).toString('hex');
    const postgres = engine === 'postgres' ? new Postgres(password) : undefined;
    await postgres?.start();
    const database = (await postgres?.database()) ?? '';
    const choice = postgres && ({ engine: 'postgres', url: postgres.url(database), password } as const);
    const engines = choice && { series: choice, catalog: choice };
    try {
      const cloud = await RunningCloud.start({ dir, stores }, { hasPast: false, ...(engines && { engines }) });
      return new Rig(dir, stores, engines, postgres, database, cloud);
    } catch (error) {
      await postgres?.stop();
      throw error;
    }
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.cloud.mqttPort}`;
  }

  /** Stopped, so that everything lies where it will stay, and started again. */
  async restart(): Promise<void> {
    await this.cloud.stop();
    const { dir, stores, engines } = this;
    this.cloud = await RunningCloud.start({ dir, stores }, { ...(engines && { engines }) });
  }

  /** s of all processors that cloud and database have taken */
  async cpu(): Promise<number> {
    const server = this.postgres?.pid;
    const own = ticksOf(this.cloud.pid);
    const theirs =
      server === undefined
        ? 0
        : processes().reduce(
            (sum, { pid, parent }) => sum + (pid === server || parent === server ? ticksOf(pid) : 0),
            0,
          );
    return Promise.resolve((own + theirs) / TICKS_A_SECOND);
  }

  async bytes(): Promise<number> {
    const files = readdirSync(this.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
    if (!this.postgres) return files;
    const [row] = await this.postgres.query(this.database, 'SELECT pg_database_size(current_database()) AS bytes');
    return files + Number(row?.['bytes']);
  }

  async remove(): Promise<void> {
    await this.cloud.stop().catch(() => undefined);
    await this.postgres?.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** utime and stime, and of children that have ended; fields 14 to 17 of proc(5) */
function ticksOf(pid: number): number {
  return fieldsOf(pid)
    .slice(11, 15)
    .reduce((sum, field) => sum + Number(field), 0);
}
/** What follows the name, which may hold blanks. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
const processes = (): { pid: number; parent: number }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(fieldsOf(Number(name))[1]) }));
