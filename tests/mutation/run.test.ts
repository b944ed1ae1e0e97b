import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../support/system.js';
import { chosenTests, importsFile } from './chosen-tests.js';
import type { Learnt } from './learn.js';
import { type MutationRun, runMutants } from './run.js';
import { type Outcome, told } from './score.js';

describe('the tests of a mutant', () => {
  const learnt = (test: string, milliseconds: number, more: Partial<Learnt> = {}): Learnt => ({
    test,
    milliseconds,
    failure: null,
    seen: ['m'],
    ...more,
  });
  const never = (_test: string): boolean => false;
  const chosen = (tests: Learnt[], seconds: number, names = never): [string[], number] => {
    const { tests: some, cut } = chosenTests('m', tests, names, seconds * 1000);
    return [some.map(({ test }) => test), cut];
  };

  it('are those that come by it and pass without it, quick ones first, those that name its file before them', () => {
    const tests = [
      learnt('slow', 900),
      learnt('quick', 10),
      learnt('elsewhere', 1, { seen: ['n'] }),
      learnt('broken', 1, { failure: 'a test' }),
      learnt('near', 500),
    ];
    expect(chosen(tests, 10, (test) => test === 'near')).toEqual([['near', 'quick', 'slow'], 0]);
  });

  it('end within the time that is given, but at least one is run, and it is said how many were not', () => {
    const tests = [learnt('a', 3000), learnt('b', 4000), learnt('c', 9000)];
    expect(chosen(tests, 8)).toEqual([['a', 'b'], 1]);
    expect(chosen(tests, 1)).toEqual([['a'], 2]);
    expect(chosen([], 1)).toEqual([[], 0]);
    // One that names the file but takes too long would be the only one.
    expect(chosen(tests, 8, (test) => test === 'c')).toEqual([['a', 'b'], 1]);
  });

  it('name a file by the end of its path', () => {
    expect(importsFile("import { a } from '../../src/people/visits.js';", 'agent/src/people/visits.ts')).toBe(true);
    expect(importsFile("import { a } from '../../src/people/picture-visits.js';", 'agent/src/visits.ts')).toBe(false);
  });
});

describe('a mutation run', () => {
  let tree: string;
  beforeAll(() => {
    tree = mkdtempSync(path.join(tmpdir(), 'aisle-tiny-tree-'));
    const write = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
      writeFileSync(path.join(tree, file), text);
    };
    write('package.json', '{ "type": "module" }');
    write(
      'agent/src/drain/drain.ts',
      `export function drain(queue: string[]): string[] {
  const all: string[] = [];
  while (queue.length) all.push(queue.pop() as string);
  return all;
}
export function nobodyAsks(): boolean {
  return true;
}
`,
    );
    write(
      'agent/test/drain.test.ts',
      `import { expect, it } from 'vitest';
import { drain } from '../src/drain/drain.js';
it('empties a queue', () => expect(drain(['a', 'b'])).toEqual(['b', 'a']));
`,
    );
    write('agent/src/drain/twice.ts', 'export const twice = (value: number): number => value * 2;\n');
    write(
      'agent/test/twice.test.ts',
      `import { expect, it } from 'vitest';
import { twice } from '../src/drain/twice.js';
it('doubles', () => expect(twice(0)).toBe(0));
`,
    );
    mkdirSync(path.join(tree, 'node_modules'));
    symlinkSync(path.join(root, 'node_modules/vitest'), path.join(tree, 'node_modules/vitest'));
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  const run = (more: Partial<MutationRun> = {}): MutationRun => ({
    folders: ['agent/src/drain'],
    sample: 100,
    seed: 1,
    root: tree,
    programs: {
      host: path.join(root, 'dist/tests/mutate-host.mjs'),
      setup: path.join(root, 'tests/mutation/in-worker.ts'),
    },
    tests: [],
    secondsEach: 10,
    secondsOfFile: 60,
    patienceSeconds: 3,
    known: { learnt: [], outcomes: [] },
    say: () => undefined,
    onLearnt: () => undefined,
    onOutcome: () => undefined,
    isStopped: () => false,
    ...more,
  });

  it('tells a mutant that a test notices, one with which the tests never end, and one that no test comes by', async () => {
    const before = readFileSync(path.join(tree, 'agent/src/drain/drain.ts'), 'utf8');
    const learnt: Learnt[] = [];
    const { outcomes, mutants, leftOut } = await runMutants(run({ onLearnt: (one) => learnt.push(one) }));
    const state = Object.fromEntries(
      outcomes.map((one) => [`${path.basename(one.file)} ${one.mutant.line} ${one.mutant.operator}`, one.state]),
    );
    expect(state).toEqual({
      'drain.ts 3 statement': 'timeout',
      'drain.ts 3 condition': 'killed',
      'drain.ts 4 return': 'killed',
      'drain.ts 7 boolean': 'survived',
      'drain.ts 7 return': 'survived',
      'twice.ts 1 arithmetic': 'survived',
      'twice.ts 1 number': 'survived',
    });
    for (const { by } of outcomes.filter(({ state }) => state === 'killed'))
      expect(by).toBe('agent/test/drain.test.ts: empties a queue');
    expect(outcomes.filter(({ state }) => state === 'survived').map(told)).toContain(
      'agent/src/drain/drain.ts:7 boolean: true → false (no test comes by)',
    );
    // What another mutant's tests have said does not count for this one.
    expect(outcomes.filter(({ state }) => state === 'survived').map(told)).toContain(
      'agent/src/drain/twice.ts:1 arithmetic: * → / (1 test files come by)',
    );
    expect([mutants, leftOut]).toEqual([{ 'agent/src/drain': 8 }, []]);
    expect(readFileSync(path.join(tree, 'agent/src/drain/drain.ts'), 'utf8')).toBe(before);

    // What is known is not run again: a run that goes on from a file ends where the first did.
    const asked: Outcome[] = [];
    const again = await runMutants(run({ known: { learnt, outcomes }, onOutcome: (one) => asked.push(one) }));
    expect([asked, again.outcomes.length]).toEqual([[], 8]);
  }, 120_000);

  it('leaves out a test file that takes longer by itself than is given, and names it', async () => {
    const file = path.join(tree, 'agent/test/never.test.ts');
    const text = `import { it } from 'vitest';
import '../src/drain/drain.js';
import '../src/drain/twice.js';
it('waits', () => new Promise(() => {}));
`;
    writeFileSync(file, text);
    try {
      const { leftOut, outcomes } = await runMutants(run({ sample: 1, secondsOfFile: 5 }));
      expect([leftOut, outcomes.length]).toEqual([
        ['agent/test/never.test.ts (without a mutant: takes longer than 5 s)'],
        1,
      ]);
    } finally {
      rmSync(file);
    }
  }, 120_000);

  it('refuses a folder without sources', async () => {
    await expect(runMutants(run({ folders: ['agent/src/nothing'] }))).rejects.toThrow('--folder agent/src/nothing');
  });
});

describe('the commands of docs/testing.md', () => {
  const commands = readFileSync(path.join(root, 'docs/testing.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('npm run mutate -- '))
    .map((line) => line.replace(/^npm run mutate -- /, '').split(/\s+#/)[0] ?? '');

  const mutate = (args: readonly string[]) =>
    spawnSync(process.execPath, [path.join(root, 'dist/tests/mutate.mjs'), ...args], {
      cwd: root,
      encoding: 'utf8',
      timeout: 110_000,
    });

  it('are understood', () => {
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      const { status, stderr } = mutate([...command.trim().split(/\s+/), '--help']);
      expect(stderr, command).toBe('');
      expect(status, command).toBe(0);
    }
  });

  it('give a score: the quick one, with two mutants', () => {
    const quick = commands.find((command) => command.includes('--tests '))?.trim() ?? 'none';
    const { status, stdout, stderr } = mutate([...quick.split(/\s+/), '--sample', '2']);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/: 2 of \d+ mutants run\n/);
    expect(stdout).toMatch(/^all +\d+ +\d+ +\d+ +\d+ % +\d+–\d+$/m);
  }, 120_000);

  it.each([
    [['--sample', '0'], '--sample: expected a whole number from 1, got "0"'],
    [['--folder', 'agent/none', '--sample', '1'], '--folder agent/none: expected a folder with TypeScript sources'],
  ])('%j is refused by name', (args, message) => {
    const { status, stderr } = mutate(args);
    expect([status, stderr.trim()]).toEqual([2, `mutate could not run: ${message}`]);
  });
});
