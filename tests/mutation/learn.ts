import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { HostProcess } from './host-process.js';
import type { Ran } from './questions.js';

/** What is known of a test file, from a run without a mutant. */
export interface Learnt {
  /** from the root of the tree */
  test: string;
  milliseconds: number;
  /** why it is of no use: it fails without a mutant */
  failure: string | null;
  /** names of the sampled mutants that it came by, in its tests or while modules were loaded */
  seen: string[];
}

export interface Learning {
  host: HostProcess;
  copy: string;
  /** from the root of the tree */
  tests: readonly string[];
  /** the mutants' names, by the numbers that switch them */
  names: readonly string[];
  /** a test file that takes longer without a mutant, its imports included, is left out: each mutant would wait for it */
  millisecondsEach: number;
  say: (line: string) => void;
  isStopped: () => boolean;
  onLearnt: (learnt: Learnt) => void;
}

/** Runs the test files without a mutant, each in a process of its own, and tells how long it takes and what it comes by. */
export async function learn({
  host,
  copy,
  tests,
  names,
  millisecondsEach,
  say,
  isStopped,
  onLearnt,
}: Learning): Promise<void> {
  const notes = path.join(copy, 'mutants-seen.json');
  for (const [index, test] of tests.entries()) {
    if (isStopped()) return;
    rmSync(notes, { force: true });
    const ran = await ranBy(host, { tests: [path.join(copy, test)], notes, bail: 0 }, millisecondsEach);
    const numbers = existsSync(notes) ? (JSON.parse(readFileSync(notes, 'utf8')) as number[]) : [];
    const failed = ran?.find(({ failure }) => failure !== null)?.failure ?? null;
    onLearnt({
      test,
      milliseconds: Math.round(ran?.[0]?.milliseconds ?? 0),
      failure:
        ran === undefined
          ? `takes longer than ${millisecondsEach / 1000} s`
          : ran.length === 0
            ? 'does not run'
            : failed,
      seen: numbers.map((number) => names[number] ?? ''),
    });
    if (index % 10 === 9) say(`learnt ${index + 1} of ${tests.length} test files`);
  }
}

/** What ran, or undefined where it did not end in time. An error outside of every test counts as a failure. */
export async function ranBy(
  host: HostProcess,
  asked: { tests: readonly string[]; mutant?: number; notes?: string; bail: number },
  milliseconds: number,
): Promise<Ran[] | undefined> {
  const said = await host.ask({ kind: 'run', ...asked }, milliseconds);
  if (said?.kind !== 'ran') return undefined;
  return [...said.ran, ...said.unhandled.map((failure) => ({ file: '', milliseconds: 0, failure }))];
}
