import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE_MS } from '@aisle/contracts';
import { findProgram, integrator, publish } from '../../support/devices.js';
import { System, waitFor, type Access } from '../../support/system.js';
import { drawsOf } from '../draws.js';
import { ChaosOperator } from '../operator.js';
import type { TornDisk } from './disk.js';
import { TRACED, TraceReader, UNTOLD } from './trace.js';

export interface PowerCutOptions {
  seed: number;
  cuts: number;
  /** how long what is written is recorded, wall clock */
  seconds: number;
  say: (line: string) => void;
}

/** 2026-03-02 10:00 in Shanghai; each sale has a minute of its own, so that none can hide behind another. */
const START = Date.parse('2026-03-02T02:00:00Z');
const GTIN = '06901234567892';
/** kills within the record, so that it holds starts over a folder that is full */
const RESTARTS = 4;
/** half of the cuts fall within this time after a start */
const AFTER_START_MS = 4_000;

interface Sale {
  minute: number;
  /** when it was acknowledged, epoch milliseconds */
  at: number;
}
interface Recorded {
  trace: string;
  dataDir: string;
  access: Access;
  operator: ChaosOperator;
  sales: Sale[];
  readyAt: number;
  /** moments at which something started */
  starts: number[];
}

/**
 * Records every write and every sync of a shop that starts, sells, is changed and loses processes; then makes what the disk may hold
 * after a power cut at random moments, starts the system on each, and looks for all that had been acknowledged by then.
 * @returns what did not start, and what was lost
 */
export async function runPowerCuts(options: PowerCutOptions): Promise<string[]> {
  const strace = findProgram('strace');
  if (!strace) throw new Error('strace is not installed: writes cannot be recorded');
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-power-'));
  const recorded = await record(strace, folder, options);
  const draw = drawsOf(options.seed);
  const images = await imagesOf(recorded, folder, momentsOf(recorded, options.cuts, draw), draw);
  options.say(
    `recorded: ${recorded.sales.length} sales, ${recorded.operator.done}, ${RESTARTS} kills; ${images.length} images of power cuts`,
  );
  const broken: string[] = [];
  for (const [number, image] of images.entries()) {
    const lost = await tried(image, recorded).catch((error: unknown) => [(error as Error).message.slice(0, 2000)]);
    for (const what of lost) {
      broken.push(
        `cut ${number + 1}, ${Math.round(image.at - (recorded.starts[0] as number))} ms after the start: ${what}`,
      );
      options.say(broken.at(-1) as string);
    }
    if (lost.length === 0) rmSync(image.dataDir, { recursive: true, force: true });
  }
  if (broken.length === 0) rmSync(folder, { recursive: true, force: true });
  else options.say(`the images that failed are kept in ${folder}`);
  return broken;
}

async function record(strace: string, folder: string, { seed, seconds }: PowerCutOptions): Promise<Recorded> {
  const [dataDir, trace] = [path.join(folder, 'data'), path.join(folder, 'trace')];
  mkdirSync(dataDir);
  const under = [
    ...[strace, '-D', '-f', '--seccomp-bpf', '-ttt', '-xx', '-y', '-s', String(64 << 20)],
    ...['-e', `trace=${[...TRACED, ...UNTOLD].join(',')}`, '-e', 'signal=none', '-o', trace],
  ];
  const starts = [Date.now()];
  const system = await System.start({ dataDir, under, env: { UV_USE_IO_URING: '0' } });
  const readyAt = Date.now();
  const { access } = system;
  const operator = new ChaosOperator(system);
  const sales: Sale[] = [];
  try {
    const client = await integrator(access);
    const working = operator.work({ enrolments: 8, changes: 6 }, seconds, drawsOf(seed + 1));
    working.catch(() => undefined);
    const until = Date.now() + seconds * 1000;
    const selling = sell(access, sales, until);
    selling.catch(() => undefined);
    const draw = drawsOf(seed + 2);
    for (let kill = 0; kill < RESTARTS; kill += 1) {
      await sleep((seconds * 1000) / (RESTARTS + 1));
      for (const name of draw() < 0.5 ? (['agent', 'cloud'] as const) : (['agent'] as const)) system.kill(name);
      starts.push(Date.now());
    }
    await selling;
    await working;
    await client.endAsync(true);
    // As it lies, not as a clean end would leave it: logs that are not yet written back are most of what a cut can harm.
    const pids = [system.pid('cloud'), system.pid('agent'), system.child.pid];
    for (const pid of pids) if (pid) process.kill(pid, 'SIGKILL');
    await system.exit;
    // the tracer ends by itself with the last of them
    let size = -1;
    await waitFor('the tracer to end', () => size === (size = statSync(trace).size), 30_000, 500);
  } finally {
    await system.stop();
  }
  return { trace, dataDir, access, operator, sales, readyAt, starts };

  async function sell(of: Access, told: Sale[], end: number): Promise<void> {
    const client = await integrator(of);
    for (let minute = 0; Date.now() < end; minute += 1) {
      const sale = {
        ts: START + minute * MINUTE_MS,
        receipt: `power-${minute}`,
        lines: [{ gtin: GTIN, quantity: 1, net: netOf(minute) }],
      };
      // by turns as a till and as a program tells it
      if (minute % 4 === 3) await byRest(of, sale);
      else await publish(client, 'till-1', 'till/sale', sale);
      told.push({ minute, at: Date.now() });
      await sleep(40);
    }
    await client.endAsync(true);
  }
}

const netOf = (minute: number): number => (100 + minute) / 100;

const byRest = ({ apiUrl, apiToken, storeId }: Access, sale: object): Promise<unknown> =>
  waitFor(
    'a sale by REST',
    async () => {
      const response = await fetch(`${apiUrl}/stores/${storeId}/sales`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(sale),
      });
      await response.arrayBuffer();
      return response.status === 202;
    },
    60_000,
    200,
  );

/** Epoch milliseconds in order: half of them shortly after a start, where most is made, half anywhere. */
function momentsOf({ sales, starts }: Recorded, count: number, draw: () => number): number[] {
  const [first, last] = [starts[0] as number, (sales.at(-1) as Sale).at];
  return Array.from({ length: count }, (_, n) =>
    n % 2 === 0
      ? (starts[Math.floor(draw() * starts.length)] as number) + draw() * AFTER_START_MS
      : first + draw() * (last - first),
  ).sort((a, b) => a - b);
}

interface Image {
  dataDir: string;
  at: number;
}

async function imagesOf(
  { trace, dataDir }: Recorded,
  folder: string,
  moments: readonly number[],
  draw: () => number,
): Promise<Image[]> {
  const reader = new TraceReader(dataDir);
  const images: Image[] = [];
  const waiting = [...moments];
  const cut = (at: number): void => {
    const image = { dataDir: path.join(folder, `cut-${images.length + 1}`), at };
    for (const [name, bytes] of reader.disk.afterPowerCut(draw)) put(path.join(image.dataDir, name), bytes);
    mkdirSync(image.dataDir, { recursive: true });
    images.push(image);
  };
  for await (const line of createInterface({ input: createReadStream(trace), crlfDelay: Infinity })) {
    reader.line(line);
    while (waiting[0] !== undefined && reader.ts >= waiting[0]) cut(waiting.shift() as number);
  }
  // what falls behind the last word of the record
  for (const at of waiting) cut(at);
  compare(reader.disk, dataDir);
  rmSync(trace);
  return images;
}

function put(file: string, bytes: Buffer): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, bytes, { mode: 0o600 });
}

/** The record is worth something only if following it gives what really lies there. @throws where it does not */
function compare(disk: TornDisk, dataDir: string): void {
  const followed = disk.current();
  const lying = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dataDir, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith('logs/') && !name.endsWith('-shm'));
  for (const name of new Set([...followed.keys(), ...lying])) {
    const bytes = followed.get(name);
    const file = path.join(dataDir, name);
    if (bytes === undefined || !existsSync(file) || !bytes.equals(readFileSync(file)))
      throw new Error(`${name}: what was recorded is not what lies there`);
  }
}

/** Starts on an image and says what is missing. */
async function tried({ dataDir, at }: Image, { access, operator, sales, readyAt }: Recorded): Promise<string[]> {
  const system = await System.start({ dataDir });
  try {
    if (at < readyAt) return [];
    const now = system.access;
    if (now.password !== access.password || now.apiToken !== access.apiToken) return ['the password is another'];
    const due = sales.filter((sale) => sale.at < at);
    let missing: Sale[] = due;
    await waitFor(
      'every sale that was acknowledged',
      async () => {
        missing = await absent(system, due);
        return missing.length === 0;
      },
      60_000,
      250,
    ).catch(() => undefined);
    const lost = missing.map(({ minute }) => `sale ${minute} was acknowledged and is not there`);
    return [...lost, ...(await operator.on(system).broken(at))];
  } finally {
    await system.stop();
  }
}

async function absent(system: System, due: readonly Sale[]): Promise<Sale[]> {
  const last = due.at(-1);
  if (!last) return [];
  const [from, to] = [START, START + (last.minute + 1) * MINUTE_MS].map((ts) => new Date(ts).toISOString());
  const rows = await system.get<{ from: string; salesNet: number }[]>(
    `${system.store}/sales?from=${from}&to=${to}&bucket=minute`,
  );
  const known = new Map(rows.map((row) => [Date.parse(row.from), row.salesNet]));
  return due.filter(({ minute }) => known.get(START + minute * MINUTE_MS) !== netOf(minute));
}
