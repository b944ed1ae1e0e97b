import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE_MS } from '@aisle/contracts';
import { root, System, type ProcessName } from '../support/system.js';
import { atMost, percentile, type Figure } from './figures.js';

/** Eight hours of a shop without pictures take 48 minutes at this speed; half as long a run sees four of them. */
const SPEED = 10;
const promised = (value: number) => ({ name: 'promised', value });

/** Resident memory of agent and cloud after minutes of the demo: with pictures, and without over hours of the shop's time. */
export async function benchMemory(minutes: number): Promise<Figure[]> {
  return [...(await withPictures(minutes)), ...(await overHours(minutes))];
}

/** At speed 1, watched by one open live view. */
async function withPictures(minutes: number): Promise<Figure[]> {
  const system = await System.start({ simulator: true });
  try {
    const until = Date.now() + minutes * MINUTE_MS;
    while (Date.now() < until) {
      // Somebody looks at the live view and the table, as in a real shop.
      await system.get(`${system.store}/live`);
      const now = Math.floor(Date.now() / 60_000) * 60_000;
      await system.get(
        `${system.store}/zones/metrics?from=${new Date(now - 3_600_000).toISOString()}&to=${new Date(now).toISOString()}&bucket=all`,
      );
      await sleep(10_000);
    }
    return [
      atMost(`memory of the agent after ${minutes} min`, residentMb(system, 'agent'), 'MB', promised(200)),
      atMost(`memory of the cloud after ${minutes} min`, residentMb(system, 'cloud'), 'MB', promised(250)),
    ];
  } finally {
    await system.stop();
  }
}

/** Cameras tell positions: the shop's time runs faster, and nobody looks. Growth: the last tenth of the run against its third tenth. */
async function overHours(minutes: number): Promise<Figure[]> {
  const system = await System.start({ trial: true });
  const simulator = spawn(
    process.execPath,
    [
      ...[path.join(root, 'dist/simulators/cli.mjs'), 'run', '--access', path.join(system.dataDir, 'demo-access.json')],
      ...['--speed', String(SPEED), '--cameras', 'positions', '--endless'],
    ],
    { stdio: 'ignore' },
  );
  try {
    const samples: number[] = [];
    const began = Date.now();
    while (Date.now() - began < minutes * MINUTE_MS) {
      await sleep(2_000);
      if (simulator.exitCode !== null) throw new Error(`the simulated shop ended with ${simulator.exitCode}`);
      samples.push(residentMb(system, 'agent'));
    }
    const tenth = (n: number) =>
      percentile(samples.slice(Math.floor((samples.length * n) / 10), Math.ceil((samples.length * (n + 1)) / 10)), 0.5);
    const hours = ((minutes * SPEED) / 60).toFixed(1);
    return [
      atMost(`memory of the agent without pictures, ${hours} h of a shop`, tenth(9), 'MB', promised(150)),
      atMost(
        `its growth over the later ${(Number(hours) * 0.7).toFixed(1)} h`,
        tenth(9),
        'MB',
        { name: 'before', value: tenth(2) },
        1.1,
      ),
    ];
  } finally {
    simulator.kill('SIGTERM');
    await system.stop();
  }
}

const residentMb = (system: System, name: ProcessName): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${system.pid(name)}/status`, 'utf8'))?.[1]) / 1024;
