import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { root } from '../support/system.js';
import { runMutants } from './run.js';
import { type Outcome, scores, tableOf, told } from './score.js';

const FOLDERS = ['agent/src/domain', 'agent/src/journal', 'agent/src/uplink', 'cloud/src/ingest', 'cloud/src/insight'];
const HELP = `npm run mutate -- OPTIONS
  --folder DIR     sources to change, again for each folder (${FOLDERS.join(', ')})
  --sample N       how many mutants of each folder (20)
  --seed N         the same mutants for the same seed and sources (1)
  --json FILE      writes scores, all mutants and what became of them

Makes one small fault at a time in a copy of the tree and runs the unit tests that reach it. A mutant that no test notices
has survived: its place and its change are printed. The checkout is not touched. Ctrl+C ends with what was found so far.
Exit status: 0 all ran, 2 no test passes without a mutant or something was wrongly asked. A score is no pass or fail.`;

const whole = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least)
    throw new Error(`--${name}: expected a whole number from ${least}, got "${text}"`);
  return value;
};

try {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', multiple: true, default: FOLDERS },
      sample: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(`${HELP}\n`);
  else await main(values.folder, whole('sample', values.sample, 1), whole('seed', values.seed, 0), values.json);
} catch (error) {
  process.stderr.write(`mutate could not run: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

async function main(given: readonly string[], sample: number, seed: number, json: string | undefined): Promise<void> {
  const folders = [...new Set(given.map((folder) => folder.replace(/\/+$/, '')))];
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isStopped = true));
  const outcomes: Outcome[] = [];
  const result = await runMutants({
    folders,
    sample,
    seed,
    root,
    say: (line) => process.stderr.write(`${line}\n`),
    onOutcome: (outcome) => {
      outcomes.push(outcome);
      process.stderr.write(`${outcomes.length} ${outcome.state}: ${told(outcome)}\n`);
    },
    isStopped: () => isStopped,
  });
  const rows = scores(folders, outcomes);
  process.stdout.write(`${tableOf(rows)}\n`);
  for (const folder of folders) process.stdout.write(`${folder}: ${result.mutants[folder]} mutants in all\n`);
  for (const outcome of outcomes.filter(({ state }) => state === 'survived'))
    process.stdout.write(`survived: ${told(outcome)}\n`);
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ seed, sample, scores: rows, ...result }, null, 2)}\n`);
}
