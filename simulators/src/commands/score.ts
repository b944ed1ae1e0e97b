import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readText, type Access } from '../adapters/files.js';
import { restGet } from '../adapters/rest.js';
import type { Clock } from '../ports.js';
import { compare } from '../score/compare.js';
import { judge, parseExpectations, type Expectations } from '../score/expect.js';
import { readLedger, type Truth } from '../score/ledger-file.js';
import { readObserved } from '../score/observed.js';
import { junitOf, tableOf } from '../score/report.js';
import { readSlotTruth } from '../score/slot-truth.js';
import { readFigures, settled, type Get, type SystemFigures } from '../score/system-figures.js';
import { readSlotFigures, twinFigures } from '../score/twin-figures.js';
import { twinJunit, twinTable } from '../score/twin-report.js';
import { neededOption, numberOption } from './options.js';
import { ACCESS_OPTIONS, accessOf } from './run-scenario.js';

const OPTIONS = {
  ...ACCESS_OPTIONS,
  ledger: { type: 'string' },
  observed: { type: 'string' },
  expect: { type: 'string' },
  json: { type: 'string' },
  junit: { type: 'string' },
  timeout: { type: 'string' },
} as const;

interface Surroundings {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}
export interface Scoring {
  readonly access: Access;
  readonly ledgerFile: string;
  /** what was seen of the system in the run; beside the ledger when left out */
  readonly observedFile?: string | undefined;
  /** limits by figure: without them a run of the demo shop is held against fixed targets */
  readonly expect?: string | undefined;
  readonly json?: string | undefined;
  readonly junit?: string | undefined;
  readonly timeout?: string | undefined;
}

/** What a run saw of the system, beside its ledger. */
export const observedBeside = (ledgerFile: string): string => `${ledgerFile}.observed`;

/** `score`: the system's figures against the ledger. Returns the exit status: 1 when a target is missed. */
export async function score(args: string[], around: Surroundings): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
  const ledgerFile = neededOption('ledger', values.ledger);
  const { storeId } = await readLedger(ledgerFile);
  const { observed: observedFile, expect, json, junit, timeout } = values;
  const access = accessOf(values, storeId, ['api']);
  return scoreOf({ access, ledgerFile, observedFile, expect, json, junit, timeout }, around);
}

/** Waits until the system has caught up, compares, and tells. With expectations by figure; else by the fixed targets. */
export async function scoreOf(scoring: Scoring, around: Surroundings): Promise<number> {
  const { access, ledgerFile } = scoring;
  const observedFile = scoring.observedFile ?? observedBeside(ledgerFile);
  // Read before the wait: a mistake in it is told at once.
  const limits = scoring.expect === undefined ? undefined : parseExpectations(readText(scoring.expect), scoring.expect);
  const truth = await readLedger(ledgerFile);
  const get = restGet(access.apiUrl, access.apiToken);
  const { storeId, fromTs, toTs } = truth;
  const timeoutMs = numberOption('timeout', scoring.timeout, 120, 1) * 1000;
  if (!(await settled(get, storeId, fromTs, toTs, around.clock, timeoutMs)))
    around.complain(`the figures had not settled after ${timeoutMs / 1000} s`);
  const figures = await readFigures(get, storeId, fromTs, toTs);
  around.say(
    `${storeId}, ${new Date(fromTs).toISOString()} to ${new Date(toTs).toISOString()}, noise ${truth.noise ? 'on' : 'off'}`,
  );
  if (limits || existsSync(observedFile))
    return byFigure({ ...scoring, observedFile }, limits, truth, figures, get, around);
  return byTargets(scoring, truth, figures, around);
}

function byTargets(scoring: Scoring, truth: Truth, figures: SystemFigures, { say }: Surroundings): number {
  const rows = compare(truth, figures);
  const missed = rows.filter((row) => !row.ok).length;
  say(tableOf(rows));
  say(
    missed === 0
      ? `All ${rows.length} figures are within their targets.`
      : `${missed} of ${rows.length} figures miss their targets.`,
  );
  const { storeId, fromTs, toTs, noise } = truth;
  write(scoring.json, `${JSON.stringify({ storeId, fromTs, toTs, noise, rows }, null, 2)}\n`);
  write(scoring.junit, junitOf(rows));
  return missed === 0 ? 0 : 1;
}

async function byFigure(
  scoring: Scoring,
  limits: Expectations | undefined,
  truth: Truth,
  system: SystemFigures,
  get: Get,
  { say }: Surroundings,
): Promise<number> {
  const { storeId, fromTs, toTs, noise } = truth;
  const [slotTruth, slots] = await Promise.all([
    readSlotTruth(scoring.ledgerFile, fromTs, toTs),
    readSlotFigures(get, storeId, fromTs, toTs),
  ]);
  const figures = twinFigures(truth, slotTruth, system, slots, readObserved(scoring.observedFile));
  const rows = judge(figures, limits ?? new Map(), scoring.expect ?? '');
  say(twinTable(rows));
  const missed = rows.filter((row) => row.ok === false).length;
  const expected = rows.filter((row) => row.ok !== null).length;
  if (limits)
    say(
      missed === 0
        ? `All ${expected} figures are within their limits.`
        : `${missed} of ${expected} figures miss their limits.`,
    );
  write(scoring.json, `${JSON.stringify({ storeId, fromTs, toTs, noise, rows }, null, 2)}\n`);
  write(scoring.junit, twinJunit(rows, { name: storeId, seconds: (toTs - fromTs) / 1000 }));
  return missed === 0 ? 0 : 1;
}

function write(file: string | undefined, text: string): void {
  if (file !== undefined) writeFileSync(file, text);
}
