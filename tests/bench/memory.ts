import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { System, type ProcessName } from '../support/system.js';
import { atMost, type Figure } from './figures.js';

/** Resident memory of agent and cloud after minutes of the demo, watched by one open live view. */
export async function benchMemory(minutes: number): Promise<Figure[]> {
  const system = await System.start({ simulator: true });
  try {
    const until = Date.now() + minutes * 60_000;
    while (Date.now() < until) {
      // Somebody looks at the live view and the table, as in a real shop.
      await system.get(`${system.store}/live`);
      const now = Math.floor(Date.now() / 60_000) * 60_000;
      await system.get(
        `${system.store}/zones/metrics?from=${new Date(now - 3_600_000).toISOString()}&to=${new Date(now).toISOString()}&bucket=all`,
      );
      await sleep(10_000);
    }
    const megabytes = (name: ProcessName) =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${system.pid(name)}/status`, 'utf8'))?.[1]) / 1024;
    return [
      atMost(`memory of the agent after ${minutes} min`, megabytes('agent'), 'MB', { name: 'promised', value: 200 }),
      atMost(`memory of the cloud after ${minutes} min`, megabytes('cloud'), 'MB', { name: 'promised', value: 250 }),
    ];
  } finally {
    await system.stop();
  }
}
