/**
 * `npm run evaluate:policies [-- FOLDER]`: what the log of the random policy says that the Thompson policy is worth, beside what it was worth, on the
 * Open Bandit Dataset (`FOLDER/random/CAMPAIGN`, `FOLDER/bts/CAMPAIGN`; default the recordings' `open-bandit`). `--seed S`, `--json FILE`.
 * Exit code 1 when an interval does not cover the value on policy, 2 when there is no such data.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ESTIMATORS, policyIntervals, type LoggedDecision } from '../../../cloud/src/insight/experiments/off-policy.js';
import { Random } from '../../../simulators/src/random.js';
import { averagePolicy, readBanditLog } from './open-bandit.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    repeats: { type: 'string', default: '1000' },
  },
});
const recordings = process.env.AISLE_RECORDINGS;
const folder = positionals[0] ?? (recordings === undefined ? undefined : path.join(recordings, 'open-bandit'));
if (folder === undefined || !existsSync(path.join(folder, 'random')) || !existsSync(path.join(folder, 'bts'))) {
  process.stderr.write('evaluate:policies: name the folder that holds random/ and bts/ of the Open Bandit Dataset\n');
  process.exit(2);
}
const campaigns = readdirSync(path.join(folder, 'random')).filter((name) =>
  existsSync(path.join(folder, 'bts', name, `${name}.csv`)),
);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const thousandths = (value: number): string => (1000 * value).toFixed(2).padStart(7);
const table: object[] = [];
let good = campaigns.length > 0;
for (const campaign of campaigns) {
  const random = Random.stream(Number(values.seed), campaign);
  const chance = (): number => random.next();
  const logged = readBanditLog(path.join(folder, 'random', campaign), campaign);
  const other = readBanditLog(path.join(folder, 'bts', campaign), campaign);
  const items = Math.max(logged.items, other.items);
  const positions = Math.max(logged.positions, other.positions);
  const target = averagePolicy(other.rows, items, positions);
  const estimates = policyIntervals(logged.rows, target, chance, {
    repeats: Number(values.repeats),
    targetOf: () => averagePolicy(again(other.rows, chance), items, positions),
  });
  const onPolicy = meanReward(other.rows);
  say(
    `${campaign}: ${logged.rows.length.toLocaleString('en')} random decisions, ${items} items, ${positions} positions; clicks per thousand`,
  );
  say(`  random policy, as logged     ${thousandths(meanReward(logged.rows))}`);
  say(
    `  Thompson policy, as logged   ${thousandths(onPolicy)}   (${other.rows.length.toLocaleString('en')} decisions of its own)`,
  );
  for (const name of ESTIMATORS) {
    const { value, low, high } = estimates[name];
    const covers = low <= onPolicy && onPolicy <= high;
    good &&= covers;
    say(
      `  ${name.padEnd(29)}${thousandths(value)}   [${thousandths(low).trim()}, ${thousandths(high).trim()}]   ${covers ? 'covers it' : 'does NOT cover it'}`,
    );
  }
  table.push({ campaign, onPolicy, estimates });
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ good, campaigns: table }));
process.exitCode = good ? 0 : 1;

function again(rows: readonly LoggedDecision[], chance: () => number): LoggedDecision[] {
  return rows.map(() => rows[Math.floor(chance() * rows.length)] as LoggedDecision);
}

function meanReward(rows: readonly LoggedDecision[]): number {
  return rows.reduce((sum, { reward }) => sum + reward, 0) / rows.length;
}
