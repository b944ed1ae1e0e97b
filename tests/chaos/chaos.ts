import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { System, root, type ProcessName } from '../support/system.js';
import { drawsOf } from './draws.js';
import { ChaosOperator, type Deeds } from './operator.js';

export type Mutant = 'ack-first' | 'no-revision';

export interface ChaosOptions extends Deeds {
  seed: number;
  kills: number;
  /** of event time */
  minutes: number;
  /** wall clock of the disturbed run */
  seconds: number;
  mutant?: Mutant;
  say: (line: string) => void;
}

export interface ChaosResult {
  differences: string[];
  kills: number;
  summary: string;
  folders: string[];
}

/** 2026-03-02 10:00 in Shanghai: any whole hour would do, as long as both runs take the same. */
const START = Date.parse('2026-03-02T02:00:00Z');

/** One run: the shop of the seed through the whole system; returns every figure as text by call. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { say } = options;
  const calm = await run({ ...options, kills: 0, enrolments: 0, changes: 0, speed: 'max' });
  say(`undisturbed run: ${calm.summary}`);
  const { mutant } = options;
  const disturbed = await run({
    ...options,
    speed: String((options.minutes * 60) / options.seconds),
    ...(mutant && { env: redirected(mutant) }),
  });
  say(`disturbed run: ${disturbed.summary}, ${disturbed.kills} kills${disturbed.deeds && `, ${disturbed.deeds}`}`);
  const differences: string[] = [...disturbed.broken];
  for (const [call, text] of Object.entries(calm.figures)) {
    const other = disturbed.figures[call] ?? '';
    if (text !== other) differences.push(`${call}: ${firstDifference(text, other)}`);
  }
  return { differences, kills: disturbed.kills, summary: calm.summary, folders: [calm.folder, disturbed.folder] };
}

const MUTANTS: Readonly<Record<Mutant, readonly [from: string, to: string]>> = {
  'ack-first': ['dist/agent/main.mjs', 'dist/tests/agent-ack-first.mjs'],
  'no-revision': ['dist/cloud/main.mjs', 'dist/tests/cloud-no-revision.mjs'],
};
/** The surroundings in which the starter starts a mutant in place of the program. */
function redirected(mutant: Mutant): Record<string, string> {
  const [from, to] = MUTANTS[mutant].map((file) => pathToFileURL(path.join(root, file)).href) as [string, string];
  const preload = pathToFileURL(path.join(root, 'tests/chaos/mutants/redirect.mjs')).href;
  return { NODE_OPTIONS: `--import=${preload}`, AISLE_REDIRECT_FROM: from, AISLE_REDIRECT_TO: to };
}

interface RunOptions extends ChaosOptions {
  speed: string;
  env?: Record<string, string>;
}

interface Run {
  figures: Record<string, string>;
  summary: string;
  kills: number;
  /** what a person did meanwhile, in words; empty: nothing */
  deeds: string;
  /** what was promised to that person and does not hold */
  broken: string[];
  folder: string;
}

async function run(options: RunOptions): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-chaos-'));
  const system = await System.start({ dataDir: folder, ...(options.env && { env: options.env }) });
  try {
    const shop = simulate(system, folder, options);
    const draw = drawsOf(options.seed);
    const operator = new ChaosOperator(system);
    const isBusy = options.enrolments + options.changes > 0;
    const working = isBusy ? operator.work(options, options.seconds * 0.9, drawsOf(options.seed + 1)) : undefined;
    // told when it is waited for
    working?.catch(() => undefined);
    let kills = 0;
    if (options.kills > 0) kills = await killAtRandom(system, options, draw, shop.done);
    await working;
    await shop.done;
    const end = START + options.minutes * 60_000;
    const figures = await system.settled(() => readFigures(system, START, end), 120_000);
    const shoppers = JSON.parse(figures['shoppers'] ?? '{}') as {
      footfall: number;
      transactions: number;
      salesNet: number;
    };
    if (!shoppers.footfall) throw new Error('the simulated shop had no visitors: nothing was tried');
    return {
      figures,
      summary: `${shoppers.footfall} entries, ${shoppers.transactions} receipts, ${shoppers.salesNet} net`,
      kills,
      deeds: isBusy ? operator.done : '',
      broken: isBusy ? await operator.broken() : [],
      folder,
    };
  } finally {
    await system.stop();
  }
}

function simulate(system: System, folder: string, options: RunOptions): { done: Promise<void> } {
  const args = [
    path.join(root, 'dist/simulators/cli.mjs'),
    'run',
    ...['--access', path.join(system.dataDir, 'demo-access.json'), '--seed', String(options.seed)],
    ...['--minutes', String(options.minutes), '--speed', options.speed, '--start', new Date(START).toISOString()],
    ...['--ledger', path.join(folder, 'ledger.jsonl'), '--no-screens'],
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-2000)));
  const done = new Promise<void>((resolve, reject) =>
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the simulated shop ended with ${code}: ${words}`)),
    ),
  );
  done.catch(() => undefined);
  return { done };
}

/** Kills agent, cloud or both at moments drawn from the seed, spread over the run. */
async function killAtRandom(
  system: System,
  options: RunOptions,
  draw: () => number,
  done: Promise<void>,
): Promise<number> {
  const victims: ProcessName[][] = [['agent'], ['cloud'], ['agent', 'cloud']];
  const pauseMs = (options.seconds * 1000 * 0.9) / options.kills;
  let ended = false;
  void done.catch(() => undefined).then(() => (ended = true));
  let kills = 0;
  while (kills < options.kills) {
    await sleep(pauseMs * (0.3 + 1.4 * draw()));
    if (ended) {
      // The last kills fall after the devices' last word: facts are still on their way then.
      if (kills === 0) throw new Error('the run was over before the first kill');
    }
    const chosen = victims[Math.floor(draw() * victims.length)] ?? ['agent'];
    for (const name of chosen) system.kill(name);
    kills += 1;
  }
  return kills;
}

async function readFigures(system: System, from: number, to: number): Promise<Record<string, string>> {
  const range = `from=${encodeURIComponent(new Date(from).toISOString())}&to=${encodeURIComponent(new Date(to).toISOString())}`;
  const calls = {
    footfall: `/footfall?${range}&bucket=minute`,
    'zones by minute': `/zones/metrics?${range}&bucket=minute`,
    zones: `/zones/metrics?${range}&bucket=all`,
    'zones, engaged after 12 s': `/zones/metrics?${range}&bucket=all&engagedAfter=12`,
    products: `/products/metrics?${range}`,
    shoppers: `/shoppers/metrics?${range}`,
    heatmap: `/heatmap?${range}`,
  };
  const figures: Record<string, string> = {};
  for (const [name, call] of Object.entries(calls))
    figures[name] = JSON.stringify(await system.get(`${system.store}${call}`), figuresAlone);
  return figures;
}

/** Which versions a row lies in, and what things are called in the newest, is not what was sensed. */
const figuresAlone = (key: string, value: unknown): unknown =>
  key === 'versions' || key === 'name' ? undefined : value;

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const cut = (text: string) => text.slice(Math.max(0, at - 80), at + 60);
  return `…${cut(a)}… ≠ …${cut(b)}…`;
}
