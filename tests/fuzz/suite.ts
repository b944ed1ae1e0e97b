import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../support/system.js';

export interface SuiteSoak {
  readonly runs: number;
  /** processes beside it that never rest; undefined: one for each core */
  readonly load?: number;
}
/** What a run of Vitest said, as far as it is looked at. */
export interface Report {
  testResults: { name: string; message?: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** A test that starts a browser, a server of a database or a process of ours says more of the machine than of the tests. */
const HEAVY = /node:child_process|playwright|'esbuild'|new (Postgres|Influxd|NatsCluster)\(/;

/** The quick part of the suite: test files that start nothing, by what they and their helpers import. */
export function quickTests(folder: string): string[] {
  const known = new Map<string, boolean>();
  const isHeavy = (file: string): boolean => {
    const before = known.get(file);
    if (before !== undefined) return before;
    known.set(file, false);
    const text = readFileSync(file, 'utf8');
    const helpers = [...text.matchAll(/from '(\.[^']+)\.js'/g)]
      .map(([, to]) => path.resolve(path.dirname(file), `${to}.ts`))
      .filter((helper) => /(^|\/)tests?\//.test(path.relative(folder, helper)) && existsSync(helper));
    const heavy = HEAVY.test(text) || helpers.some(isHeavy);
    known.set(file, heavy);
    return heavy;
  };
  return ['contracts/test', 'agent/test', 'cloud/test', 'simulators/test', 'dashboard/test', 'tests']
    .flatMap((part) =>
      readdirSync(path.join(folder, part), { recursive: true, encoding: 'utf8' }).map((name) => path.join(part, name)),
    )
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules') && !isHeavy(path.join(folder, name)))
    .sort();
}

/** Names of the tests that failed, and of files that could not be run at all. */
export function failuresIn({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    const file = path.relative(root, name);
    if (failed.length === 0) return assertionResults.length === 0 && message ? [file] : [];
    return failed.map((test) => `${file}: ${test}`);
  });
}

/** Passes the quick part again and again beside a load. @returns the exit status: 0 when nothing failed in any run */
export async function soakSuite({ runs, load = availableParallelism() }: SuiteSoak): Promise<number> {
  const tests = quickTests(root);
  process.stdout.write(`${tests.length} test files, ${runs} times, beside ${load} processes that never rest\n`);
  const restless: ChildProcess[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-soak-'));
  const failures = new Map<string, number>();
  try {
    for (let at = 0; at < load; at += 1)
      restless.push(spawn(process.execPath, ['-e', 'for (;;) Math.random();'], { stdio: 'ignore' }));
    for (let run = 1; run <= runs; run += 1) {
      const report = path.join(folder, `${run}.json`);
      const began = performance.now();
      const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
      const ended = spawnSync(
        process.execPath,
        [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...tests],
        {
          cwd: root,
          stdio: ['ignore', 'ignore', 'ignore'],
          env: { ...process.env, NODE_ENV: 'test' },
        },
      );
      if (ended.signal !== null) return 1;
      const failed = existsSync(report)
        ? failuresIn(JSON.parse(readFileSync(report, 'utf8')) as Report)
        : ['Vitest itself'];
      for (const name of failed) failures.set(name, (failures.get(name) ?? 0) + 1);
      const seconds = Math.round((performance.now() - began) / 1000);
      process.stdout.write(`run ${run}: ${seconds} s, ${failed.length} failed\n`);
      for (const name of failed) process.stdout.write(`  ${name}\n`);
    }
  } finally {
    for (const child of restless) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [name, times] of [...failures].sort((a, b) => b[1] - a[1]))
    process.stdout.write(`FAILED ${times} of ${runs}: ${name}\n`);
  return failures.size === 0 ? 0 : 1;
}
