import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScenario } from '../../simulators/src/commands/run-scenario.js';
import { judge, parseExpectations, type Judged } from '../../simulators/src/score/expect.js';
import { TWIN_START } from '../support/twin.js';
import { root } from '../support/system.js';
import { runTwin } from '../support/twin-run.js';
import { engineHour } from './twin-engine.js';
import { seedsTable } from './twin-table.js';

const MINUTES_PER_RUN = 30;
const simulators = path.join(root, 'simulators');
const SCENARIO = path.join(simulators, 'scenarios/all-dialects.yaml');
const LIMITS = path.join(simulators, 'scenarios/expect/hour.yaml');

export interface TwinSoak {
  readonly seeds: readonly number[];
  readonly minutes: number;
  /** event time ÷ wall clock, or max */
  readonly speed: string;
  /** decoders and engine in this process instead of the whole system: quicker, and of sales and alerts it says less */
  readonly engineOnly: boolean;
}

/** Hours of the shop of all dialects with the default faults, one for each seed. @returns the exit status */
export async function soakTwin({ seeds, minutes, speed, engineOnly }: TwinSoak): Promise<number> {
  const runs: { seed: number; rows: readonly Judged[] }[] = [];
  for (const seed of seeds) {
    process.stdout.write(`seed ${seed}, ${minutes} minutes${engineOnly ? ', the engine alone' : ''}\n`);
    const began = process.hrtime.bigint();
    const rows = engineOnly ? await engineAlone(seed, minutes) : await wholeSystem(seed, minutes, speed);
    process.stdout.write(`took ${Math.round(Number(process.hrtime.bigint() - began) / 1e9)} s\n`);
    runs.push({ seed, rows });
  }
  const failed = runs.filter(({ rows }) => rows.some(({ ok }) => ok === false));
  process.stdout.write(`\n${seedsTable(runs)}\n\n`);
  process.stdout.write(
    failed.length === 0
      ? 'every seed is within its limits\n'
      : `FAILED: seeds ${failed.map(({ seed }) => seed).join(', ')} of ${seeds.length}\n`,
  );
  return failed.length === 0 ? 0 : 1;
}

/** Broker, agent and cloud as processes, scored through the cloud's REST interface. */
async function wholeSystem(seed: number, minutes: number, speed: string): Promise<readonly Judged[]> {
  const { output, rows } = await runTwin({
    scenario: SCENARIO,
    store: path.join(simulators, 'shops/all-dialects.yaml'),
    ...{ seed, minutes, speed, timeoutMs: MINUTES_PER_RUN * 60_000 + minutes * 60_000 },
  });
  process.stdout.write(`${output}\n`);
  return rows;
}

async function engineAlone(seed: number, minutes: number): Promise<readonly Judged[]> {
  const { start, outOfStock = [] } = readScenario(SCENARIO);
  const startTs = start === undefined ? TWIN_START : Date.parse(start);
  const { figures } = await engineHour({
    ...{ seed, minutes, startTs, faults: true },
    outOfStock: outOfStock.map(({ slot, fromMinute, toMinute }) => ({
      ...{ slotId: slot, fromTs: startTs + fromMinute * 60_000, toTs: startTs + toMinute * 60_000 },
    })),
  });
  const known = figures.filter(({ error }) => error !== null);
  const limits = [...parseExpectations(readFileSync(LIMITS, 'utf8'), LIMITS)];
  return judge(known, new Map(limits.filter(([key]) => known.some((figure) => figure.key === key))), LIMITS);
}
