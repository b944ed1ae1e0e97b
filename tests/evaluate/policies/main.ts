/**
 * `npm run evaluate:policies [-- FOLDER]`: what the log of the random policy says that the Thompson policy is worth, beside what it was worth, on the
 * Open Bandit Dataset (`FOLDER/random/CAMPAIGN`, `FOLDER/bts/CAMPAIGN`; default the recordings' `open-bandit`). `--seed S`, `--runs N` (how often
 * decisions are drawn again for the intervals), `--json FILE`. `--logged FILE --target FILE`: any two files of it, as JSON on stdout.
 * Exit code 1 when an interval does not cover the value on policy, 2 when there is no such data.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  ESTIMATORS,
  policyIntervals,
  type Estimator,
  type LoggedDecision,
  type PolicyValue,
} from '../../../cloud/src/insight/experiments/off-policy.js';
import { Random } from '../../../simulators/src/random.js';
import { averagePolicy, readBanditFile, readBanditLog, type BanditLog } from './open-bandit.js';

interface Compared {
  items: number;
  positions: number;
  estimates: Record<Estimator, PolicyValue>;
  onPolicy: PolicyValue;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    runs: { type: 'string' },
    repeats: { type: 'string', default: '1000' },
    logged: { type: 'string' },
    target: { type: 'string' },
  },
});
const repeats = wholeFromOne('runs', values.runs ?? values.repeats);
const seed = wholeFromOne('seed', values.seed);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const thousandths = (value: number): string => (1000 * value).toFixed(2).padStart(7);

if (values.logged !== undefined || values.target !== undefined) twoFiles();
else folders();

/** Any two logs: what the one says of the policy that made the other. */
function twoFiles(): void {
  const { logged, target } = values;
  if (logged === undefined || target === undefined) quit('--logged FILE and --target FILE come together');
  for (const file of [logged, target]) if (!existsSync(file)) quit(`${file}: there is no such file`);
  const { estimates, onPolicy } = compared(readBanditFile(logged), readBanditFile(target), 'two files');
  const answer = { estimators: ESTIMATORS.map((name) => ({ name, ...estimates[name] })), onPolicy };
  say(JSON.stringify(answer));
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(answer));
  process.exitCode = ESTIMATORS.every((name) => covers(estimates[name], onPolicy)) ? 0 : 1;
}

function folders(): void {
  const recordings = process.env.AISLE_RECORDINGS;
  const folder = positionals[0] ?? (recordings === undefined ? undefined : path.join(recordings, 'open-bandit'));
  if (folder === undefined || !existsSync(path.join(folder, 'random')) || !existsSync(path.join(folder, 'bts')))
    quit('name the folder that holds random/ and bts/ of the Open Bandit Dataset');
  const campaigns = readdirSync(path.join(folder, 'random')).filter((name) =>
    existsSync(path.join(folder, 'bts', name, `${name}.csv`)),
  );
  const table: object[] = [];
  let good = campaigns.length > 0;
  for (const campaign of campaigns) {
    const logged = readBanditLog(path.join(folder, 'random', campaign), campaign);
    const other = readBanditLog(path.join(folder, 'bts', campaign), campaign);
    const { items, positions, estimates, onPolicy } = compared(logged, other, campaign);
    say(
      `${campaign}: ${logged.rows.length.toLocaleString('en')} random decisions, ${items} items, ${positions} positions; clicks per thousand`,
    );
    say(`  random policy, as logged     ${thousandths(meanReward(logged.rows))}`);
    say(
      `  Thompson policy, as logged   ${thousandths(onPolicy.value)}   (${other.rows.length.toLocaleString('en')} decisions of its own)`,
    );
    for (const name of ESTIMATORS) {
      const { value, low, high } = estimates[name];
      const isCovered = covers(estimates[name], onPolicy);
      good &&= isCovered;
      say(
        `  ${name.padEnd(29)}${thousandths(value)}   [${thousandths(low).trim()}, ${thousandths(high).trim()}]   ${isCovered ? 'covers it' : 'does NOT cover it'}`,
      );
    }
    table.push({ campaign, onPolicy: onPolicy.value, estimates });
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ good, campaigns: table }));
  process.exitCode = good ? 0 : 1;
}

function compared(logged: BanditLog, other: BanditLog, name: string): Compared {
  const random = Random.stream(seed, name);
  const chance = (): number => random.next();
  const items = Math.max(logged.items, other.items);
  const positions = Math.max(logged.positions, other.positions);
  const estimates = policyIntervals(logged.rows, averagePolicy(other.rows, items, positions), chance, {
    repeats,
    targetOf: () => averagePolicy(again(other.rows, chance), items, positions),
  });
  return { items, positions, estimates, onPolicy: onItsOwn(other.rows) };
}

/** Mean of 0s and 1s, with Wilson's interval of 95 %. */
function onItsOwn(rows: readonly LoggedDecision[]): PolicyValue {
  const n = rows.length;
  const value = meanReward(rows);
  const z = 1.959964;
  const middle = (value + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

function covers({ low, high }: PolicyValue, onPolicy: PolicyValue): boolean {
  return low <= onPolicy.value && onPolicy.value <= high;
}

function again(rows: readonly LoggedDecision[], chance: () => number): LoggedDecision[] {
  return rows.map(() => rows[Math.floor(chance() * rows.length)] as LoggedDecision);
}

function meanReward(rows: readonly LoggedDecision[]): number {
  return rows.reduce((sum, { reward }) => sum + reward, 0) / rows.length;
}

function wholeFromOne(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) quit(`--${option}: a whole number from 1`);
  return value;
}

function quit(message: string): never {
  process.stderr.write(`evaluate:policies: ${message}\n`);
  process.exit(2);
}
