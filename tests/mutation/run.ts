import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyOfTree } from './copy.js';
import { HostProcess } from './host-process.js';
import { mutantsOf, mutated, type Mutant } from './operators.js';
import type { Answer, Ran } from './questions.js';
import { inTurn, sampleOf } from './sample.js';
import type { Outcome } from './score.js';

/** Test files whose tests take longer are left out, and named: they start processes or play hours. */
const SLOW_MILLISECONDS = 5000;
/** Beyond three times what the tests take without a mutant, a mutant has this long. */
const PATIENCE_MILLISECONDS = 20_000;
/** For the first run, of all tests, without mutants. */
const FIRST_RUN_MILLISECONDS = 15 * 60_000;

export interface MutationRun {
  /** folders of sources, from the root of the tree */
  folders: readonly string[];
  /** mutants of each folder */
  sample: number;
  seed: number;
  root: string;
  say: (line: string) => void;
  onOutcome: (outcome: Outcome) => void;
  /** asked before each mutant */
  isStopped: () => boolean;
}

export interface MutationResult {
  /** how many mutants the folders have in all, of which the sample is */
  mutants: Record<string, number>;
  outcomes: Outcome[];
  /** test files left out, and why: slow, or they fail without a mutant */
  leftOut: string[];
}

interface Candidate {
  folder: string;
  file: string;
  mutant: Mutant;
}

/**
 * Makes the sample of mutants in a copy of the tree, one at a time, and runs the unit tests that reach the changed file.
 * @throws when a folder has no sources, or no test passes without a mutant
 */
export async function runMutants(run: MutationRun): Promise<MutationResult> {
  const all = run.folders.map((folder) => candidatesOf(run.root, folder));
  const chosen = inTurn(all.map((candidates) => sampleOf(candidates, run.sample, run.seed)));
  const copy = copyOfTree(run.root);
  const host = new HostProcess(run.root, copy);
  try {
    const files = [...new Set(chosen.map(({ file }) => file))];
    const related = new Map<string, string[]>();
    for (const file of files) {
      const said = await expected(host.ask({ kind: 'related', file: path.join(copy, file) }, FIRST_RUN_MILLISECONDS));
      if (said.kind === 'related') related.set(file, said.tests.filter(isUnitTest));
    }
    const tests = [...new Set([...related.values()].flat())].sort();
    run.say(`${chosen.length} mutants in ${files.length} files, reached by ${tests.length} test files`);

    const first = await ranBy(host, { tests, bail: 0 }, FIRST_RUN_MILLISECONDS);
    if (first === undefined) throw new Error('the tests do not end without a mutant');
    const milliseconds = new Map(first.map(({ file, milliseconds }) => [file, milliseconds]));
    const unfit = new Map<string, string>();
    for (const { file, milliseconds, failure } of first) {
      if (failure !== null) unfit.set(file, `fails without a mutant: ${failure}`);
      else if (milliseconds > SLOW_MILLISECONDS) unfit.set(file, 'slow');
    }
    if (unfit.size >= tests.length) throw new Error('no test passes without a mutant');
    const leftOut = [...unfit].map(([test, why]) => `${path.relative(copy, test)} (${why})`);
    for (const told of leftOut) run.say(`left out: ${told}`);

    const outcomes: Outcome[] = [];
    for (const candidate of chosen) {
      if (run.isStopped()) break;
      const quick = (related.get(candidate.file) ?? []).filter((test) => !unfit.has(test));
      const outcome = await outcomeOf(candidate, copy, host, nearestFirst(candidate.file, quick, milliseconds));
      outcomes.push(outcome);
      run.onOutcome(outcome);
    }
    return {
      mutants: Object.fromEntries(run.folders.map((folder, index) => [folder, all[index]?.length ?? 0])),
      outcomes,
      leftOut,
    };
  } finally {
    host.stop();
    rmSync(copy, { recursive: true, force: true });
  }
}

async function outcomeOf(
  candidate: Candidate,
  copy: string,
  host: HostProcess,
  tests: readonly [file: string, milliseconds: number][],
): Promise<Outcome> {
  const changed = path.join(copy, candidate.file);
  const text = readFileSync(changed, 'utf8');
  const usual = tests.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  writeFileSync(changed, mutated(text, candidate.mutant));
  try {
    if (tests.length === 0) return { ...candidate, state: 'survived' };
    const asked = { tests: tests.map(([file]) => file), changed, bail: 1 };
    const ran = await ranBy(host, asked, 3 * usual + PATIENCE_MILLISECONDS);
    if (ran === undefined) return { ...candidate, state: 'timeout' };
    const killer = ran.find(({ failure }) => failure !== null);
    if (!killer) return { ...candidate, state: 'survived' };
    return { ...candidate, state: 'killed', by: `${path.relative(copy, killer.file)}: ${killer.failure}` };
  } finally {
    writeFileSync(changed, text);
    await host.ask({ kind: 'run', tests: [], changed, bail: 1 }, PATIENCE_MILLISECONDS);
  }
}

/** What ran, or undefined where it did not end in time. An error outside of every test counts as a failure. */
async function ranBy(
  host: HostProcess,
  asked: { tests: readonly string[]; changed?: string; bail: number },
  milliseconds: number,
): Promise<Ran[] | undefined> {
  const said = await host.ask({ kind: 'run', ...asked }, milliseconds);
  if (said?.kind !== 'ran') return undefined;
  return [...said.ran, ...said.unhandled.map((failure) => ({ file: '', milliseconds: 0, failure }))];
}

async function expected(answer: Promise<Answer | undefined>): Promise<Answer> {
  const said = await answer;
  if (said === undefined) throw new Error('Vitest does not answer');
  return said;
}

function candidatesOf(root: string, folder: string): Candidate[] {
  const below = path.join(root, folder);
  const isFolder = statSync(below, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const files = !isFolder
    ? []
    : readdirSync(below, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.endsWith('.test.ts'))
        .sort();
  if (files.length === 0) throw new Error(`--folder ${folder}: expected a folder with TypeScript sources`);
  return files.flatMap((name) => {
    const file = path.join(folder, name);
    return mutantsOf(readFileSync(path.join(root, file), 'utf8'), file).map((mutant) => ({ folder, file, mutant }));
  });
}

/** Not one that starts a whole agent or cloud, another process, or opens a port: they take seconds each. */
function isUnitTest(test: string): boolean {
  return !/\b(openShop|startCloud|FakeCloud)\(|node:child_process|freePort/.test(readFileSync(test, 'utf8'));
}

/** Tests that name the file first, then the quick ones: most mutants fall soon. */
function nearestFirst(
  file: string,
  tests: readonly string[],
  milliseconds: ReadonlyMap<string, number>,
): [string, number][] {
  const name = `/${path.basename(file, '.ts')}.js'`;
  return tests
    .map((test) => ({ test, isNear: readFileSync(test, 'utf8').includes(name), took: milliseconds.get(test) ?? 0 }))
    .sort((a, b) => Number(b.isNear) - Number(a.isNear) || a.took - b.took)
    .map(({ test, took }) => [test, took]);
}
