import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../support/system.js';
import { fingerprint } from './candidates.js';
import type { Learnt } from './learn.js';
import { type MutationRun, runMutants } from './run.js';
import { type Outcome, scores, tableOf, told } from './score.js';

const FOLDERS = ['agent/src/domain', 'agent/src/journal', 'agent/src/uplink', 'cloud/src/ingest', 'cloud/src/insight'];
const HELP = `npm run mutate -- OPTIONS
  --folder DIR     sources to change, again for each folder (${FOLDERS.join(', ')})
  --sample N       how many mutants of each folder (20)
  --seed N         the same mutants for the same seed and sources (1)
  --tests PATH     only tests whose path begins so, again for each (all)
  --seconds N      what the tests of one mutant may take together (20)
  --file-seconds N a test file that takes longer by itself is left out, and named (60)
  --minutes N      ends after so long with what was found (does not end)
  --json FILE      keeps what was found; goes on from there when the file is there and the sources are the same

Makes one small fault at a time in a copy of the tree and runs the tests that come by it, those that start a whole agent
or cloud among them. A mutant that no test notices has survived: its place and its change are printed. The checkout is
not touched. Ctrl+C ends with what was found so far.
Exit status: 0 all ran, 2 no test passes without a mutant or something was wrongly asked. A score is no pass or fail.`;

/** What a file keeps of a run, so that the next goes on. */
interface Kept {
  /** of all sources and tests */
  fingerprint: string;
  /** what was asked: folders, sample, seed, tests, seconds, file-seconds */
  asked: string;
  learnt: Learnt[];
  outcomes: Outcome[];
}

const number = (name: string, text: string, least: number): number => {
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
      tests: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '20' },
      'file-seconds': { type: 'string', default: '60' },
      minutes: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(`${HELP}\n`);
  else
    await main(
      {
        folders: [...new Set(values.folder.map((folder) => folder.replace(/\/+$/, '')))],
        sample: number('sample', values.sample, 1),
        seed: number('seed', values.seed, 0),
        tests: values.tests,
        secondsEach: number('seconds', values.seconds, 1),
        secondsOfFile: number('file-seconds', values['file-seconds'], 1),
      },
      values.minutes === undefined ? Infinity : number('minutes', values.minutes, 1) * 60_000,
      values.json,
    );
} catch (error) {
  process.stderr.write(`mutate could not run: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

type Asked = Pick<MutationRun, 'folders' | 'sample' | 'seed' | 'tests' | 'secondsEach' | 'secondsOfFile'>;

async function main(asked: Asked, milliseconds: number, json: string | undefined): Promise<void> {
  const began = performance.now();
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isStopped = true));
  const kept = keptIn(json, { fingerprint: fingerprint(root), asked: JSON.stringify(asked) });
  const keep = (): void => {
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(kept, null, 1)}\n`);
  };
  const result = await runMutants({
    ...asked,
    root,
    programs: {
      host: path.join(root, 'dist/tests/mutate-host.mjs'),
      setup: path.join(root, 'tests/mutation/in-worker.ts'),
    },
    patienceSeconds: 40,
    known: { learnt: [...kept.learnt], outcomes: [...kept.outcomes] },
    say: (line) => process.stderr.write(`${seconds(began)} ${line}\n`),
    onLearnt: (learnt) => {
      kept.learnt.push(learnt);
      keep();
    },
    onOutcome: (outcome) => {
      kept.outcomes.push(outcome);
      keep();
      process.stderr.write(`${seconds(began)} ${kept.outcomes.length} ${outcome.state}: ${told(outcome)}\n`);
    },
    isStopped: () => isStopped || performance.now() - began > milliseconds,
  });
  for (const test of result.leftOut) process.stdout.write(`left out: ${test}\n`);
  for (const outcome of result.outcomes.filter(({ state }) => state === 'survived'))
    process.stdout.write(`survived: ${told(outcome)}\n`);
  for (const folder of asked.folders) {
    const ran = result.outcomes.filter((outcome) => outcome.folder === folder).length;
    process.stdout.write(`${folder}: ${ran} of ${result.mutants[folder]} mutants run\n`);
  }
  process.stdout.write(`${tableOf(scores(asked.folders, result.outcomes))}\n`);
}

function keptIn(file: string | undefined, now: Pick<Kept, 'fingerprint' | 'asked'>): Kept {
  const none: Kept = { ...now, learnt: [], outcomes: [] };
  if (file === undefined || !existsSync(file)) return none;
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  if (kept.fingerprint !== now.fingerprint) throw new Error(`--json ${file}: is of other sources; name another file`);
  if (kept.asked !== now.asked) throw new Error(`--json ${file}: was asked for ${kept.asked}; name another file`);
  return kept;
}

function seconds(began: number): string {
  return `${Math.round((performance.now() - began) / 1000)} s`;
}
