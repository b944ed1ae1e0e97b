import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Judged } from '../../simulators/src/score/expect.js';
import { runProgram } from './devices.js';
import { root, System } from './system.js';

export interface TwinRun {
  readonly scenario: string;
  readonly store: string;
  readonly seed: number;
  readonly minutes: number;
  readonly speed?: string;
  readonly expect?: string;
  readonly timeoutMs: number;
}
export interface TwinScore {
  readonly code: number | null;
  readonly output: string;
  readonly rows: readonly Judged[];
  readonly junit: string;
}

/** A scenario through the whole system as a person starts it, with what came of it. */
export async function runTwin({
  scenario,
  store,
  seed,
  minutes,
  speed,
  expect,
  timeoutMs,
}: TwinRun): Promise<TwinScore> {
  const system = await System.start({ storeFile: store, trial: true });
  try {
    const file = (name: string) => path.join(system.dataDir, name);
    const { code, output } = await runProgram(
      process.execPath,
      [
        ...[path.join(root, 'dist/simulators/cli.mjs'), 'run', scenario, '--access', file('demo-access.json')],
        ...['--score', system.access.apiUrl, '--seed', String(seed), '--minutes', String(minutes)],
        ...['--ledger', file('ledger.jsonl'), '--json', file('score.json'), '--junit', file('score.xml')],
        ...(speed === undefined ? [] : ['--speed', speed]),
        ...(expect === undefined ? [] : ['--expect', expect]),
      ],
      { timeoutMs },
    );
    const read = (name: string): string => {
      try {
        return readFileSync(file(name), 'utf8');
      } catch {
        throw new Error(`the run wrote no ${name}:\n${output}`);
      }
    };
    const { rows } = JSON.parse(read('score.json')) as { rows: Judged[] };
    return { code, output, rows, junit: read('score.xml') };
  } finally {
    await system.stop();
  }
}
