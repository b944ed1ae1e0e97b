/** The simulated past of a shop, loaded behind `Ready:` at a first start, and taken up again when that was cut off. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readPrivate, writePrivate } from './private-file.mjs';

const WEEK_MS = 7 * 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Which past is to be loaded: a new one at a first start, else what an earlier start began and did not finish.
 * @param {{dataDir: string, history: number | undefined, usual: number, seed: number}} options
 * @returns {{file: string, plan: {seed: number, from: number, to: number, done: boolean}} | undefined}
 */
export function plannedHistory({ dataDir, history, usual, seed }, isFirst, now, say) {
  const file = path.join(dataDir, 'history.json');
  const known = isFirst ? undefined : readPrivate(file, say);
  if (known && Number.isInteger(known.from) && Number.isInteger(known.to)) {
    return known.done ? undefined : { file, plan: known };
  }
  if (!isFirst) {
    if (history) say('--history: a simulated past is loaded at the first start only; this shop has a past of its own');
    return undefined;
  }
  const weeks = history ?? usual;
  if (weeks === 0) return undefined;
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const plan = { seed, from: to - weeks * WEEK_MS, to, done: false };
  writePrivate(file, plan);
  return { file, plan };
}

/**
 * Loads it; what the loader tells is told on.
 * @returns {{stop(): void}}
 */
export function loadHistory({ file, plan }, { cli, accessFile, say, complain }) {
  const iso = (ts) => new Date(ts).toISOString();
  const args = ['--max-old-space-size=128', cli, 'history', '--access', accessFile, '--seed', String(plan.seed)];
  const child = spawn(process.execPath, [...args, '--from', iso(plan.from), '--to', iso(plan.to)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, AISLE_SUPERVISED: '1' },
  });
  const weeks = Math.round(((plan.to - plan.from) / WEEK_MS) * 10) / 10;
  const past = `${weeks} ${weeks === 1 ? 'week' : 'weeks'} of simulated past`;
  say(`Loading ${past}; the live shop works meanwhile`);
  let stopped = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const share = /^history (\d+) %/.exec(line)?.[1];
    if (share !== undefined) say(`Simulated past: ${share} %`);
  });
  const last = [];
  createInterface({ input: child.stderr }).on('line', (line) => last.push(line));
  child.on('error', (error) => complain(`the simulated past could not be loaded: ${error.message}`));
  child.on('exit', (code) => {
    if (code === 0) {
      writePrivate(file, { ...plan, done: true });
      say(`Loaded: ${past}`);
    } else if (!stopped) {
      complain(`the simulated past could not be loaded (${last.slice(-3).join(' ')}); the next start tries again`);
    }
  });
  return {
    stop() {
      stopped = true;
      child.kill('SIGTERM');
    },
  };
}
