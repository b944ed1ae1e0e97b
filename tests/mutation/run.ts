import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Candidate, candidatesOf, nameOf } from './candidates.js';
import { chosenTests, importsFile } from './chosen-tests.js';
import { copyOfTree } from './copy.js';
import { HostProcess } from './host-process.js';
import { type Learnt, learn, ranBy } from './learn.js';
import type { Mutant } from './operators.js';
import { inTurn, sampleOf } from './sample.js';
import type { Outcome } from './score.js';
import { switched } from './switches.js';

export interface MutationRun {
  /** folders of sources, from the root of the tree */
  folders: readonly string[];
  /** mutants of each folder */
  sample: number;
  seed: number;
  root: string;
  /** the programs that are run: the bundled `host.ts`, and `in-worker.ts` */
  programs: { host: string; setup: string };
  /** only tests whose path begins with one of these; all where there are none */
  tests: readonly string[];
  /** what the tests of one mutant may take together, as they take without it */
  secondsEach: number;
  /** a test file that takes longer by itself, its imports included, is left out */
  secondsOfFile: number;
  /** beyond three times what its tests usually take a mutant has this long before it counts as one that never ends */
  patienceSeconds: number;
  /** what an earlier run of the same sources found */
  known: { learnt: readonly Learnt[]; outcomes: readonly Outcome[] };
  say: (line: string) => void;
  onLearnt: (learnt: Learnt) => void;
  onOutcome: (outcome: Outcome) => void;
  /** asked before each step */
  isStopped: () => boolean;
}

export interface MutationResult {
  /** how many mutants the folders have in all, of which the sample is */
  mutants: Record<string, number>;
  /** those of the sample that have been run, with what was known of them before */
  outcomes: Outcome[];
  /** test files left out, and why */
  leftOut: string[];
}

/**
 * Puts the sample of mutants into a copy of the tree, switched off; learns which tests come by which; then switches each
 * on, alone, and runs the tests that come by it until one fails.
 * @throws when a folder has no sources, or no test passes without a mutant
 */
export async function runMutants(run: MutationRun): Promise<MutationResult> {
  const all = run.folders.map((folder) => candidatesOf(run.root, folder));
  const chosen = inTurn(all.map((candidates) => sampleOf(candidates, run.sample, run.seed)));
  const names = chosen.map(nameOf);
  const copy = copyOfTree(run.root);
  const host = new HostProcess(run.programs.host, run.programs.setup, copy, run.tests);
  try {
    const files = [...new Set(chosen.map(({ file }) => file))];
    for (const file of files) switchFile(copy, file, chosen);

    const reaching = new Set<string>();
    const leftOut = new Set<string>();
    for (const file of files) {
      const said = await host.ask({ kind: 'related', file: path.join(copy, file) }, 120_000);
      if (said?.kind !== 'related') throw new Error('Vitest does not answer');
      const tests = said.tests.map((test) => path.relative(copy, test));
      for (const test of tests.filter((test) => startsProcess(copy, test)))
        leftOut.add(`${test} (starts processes: of the bundled sources, which have no mutant, or of a database)`);
      for (const test of tests) if (!startsProcess(copy, test)) reaching.add(test);
    }
    const tests = [...reaching].sort();
    run.say(`${chosen.length} mutants in ${files.length} files, reached by ${tests.length} test files`);

    const learnt = run.known.learnt.filter(({ test }) => tests.includes(test));
    const unknown = tests.filter((test) => !learnt.some((one) => one.test === test));
    const onLearnt = (one: Learnt): void => {
      learnt.push(one);
      run.onLearnt(one);
    };
    const millisecondsEach = run.secondsOfFile * 1000;
    const { say, isStopped } = run;
    await learn({ host, copy, tests: unknown, names, millisecondsEach, say, isStopped, onLearnt });
    for (const { test, failure } of learnt) if (failure !== null) leftOut.add(`${test} (without a mutant: ${failure})`);
    if (learnt.every(({ failure }) => failure !== null)) throw new Error('no test passes without a mutant');

    const outcomes: Outcome[] = [];
    for (const [number, candidate] of chosen.entries()) {
      const before = run.known.outcomes.find((one) => nameOf(one) === names[number]);
      if (before) outcomes.push(before);
      if (before || run.isStopped()) continue;
      const outcome = await outcomeOf(number, candidate, { run, host, copy, learnt });
      outcomes.push(outcome);
      run.onOutcome(outcome);
    }
    return {
      mutants: Object.fromEntries(run.folders.map((folder, index) => [folder, all[index]?.length ?? 0])),
      outcomes,
      leftOut: [...leftOut].sort(),
    };
  } finally {
    host.stop();
    rmSync(copy, { recursive: true, force: true });
  }
}

interface Bench {
  run: MutationRun;
  host: HostProcess;
  copy: string;
  learnt: readonly Learnt[];
}

async function outcomeOf(number: number, candidate: Candidate, bench: Bench): Promise<Outcome> {
  const { run, host, copy, learnt } = bench;
  const { tests, cut, milliseconds } = chosenTests(
    nameOf(candidate),
    learnt,
    (test) => importsFile(readFileSync(path.join(copy, test), 'utf8'), candidate.file),
    run.secondsEach * 1000,
  );
  const survived: Outcome = { ...candidate, state: 'survived', tests: tests.length, cut };
  if (tests.length === 0) return survived;
  const asked = { tests: tests.map(({ test }) => path.join(copy, test)), mutant: number, bail: 1 };
  const ran = await ranBy(host, asked, 3 * milliseconds + run.patienceSeconds * 1000);
  if (ran === undefined) return { ...survived, state: 'timeout' };
  const killer = ran.find(({ failure }) => failure !== null);
  if (!killer && ran.length !== tests.length) throw new Error(`${ran.length} of ${tests.length} test files were run`);
  if (!killer) return survived;
  return { ...survived, state: 'killed', by: `${path.relative(copy, killer.file)}: ${killer.failure}` };
}

function switchFile(copy: string, file: string, chosen: readonly Candidate[]): void {
  const numbered = new Map<number, Mutant>();
  for (const [number, candidate] of chosen.entries())
    if (candidate.file === file) numbered.set(number, candidate.mutant);
  const place = path.join(copy, file);
  writeFileSync(place, switched(readFileSync(place, 'utf8'), numbered));
}

/** Such a test bundles the sources, or runs what was bundled before, or needs a database's server of its own. */
function startsProcess(copy: string, test: string): boolean {
  return /from 'esbuild'|new (Postgres|Influxd|NatsCluster)\(|'scripts\/aisle.mjs'/.test(
    readFileSync(path.join(copy, test), 'utf8'),
  );
}
