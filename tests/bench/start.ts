import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { System } from '../support/system.js';
import { atMost, type Figure } from './figures.js';

/** Seconds from the command to `Ready:`, everything installed and built: the whole demo with its simulated shop. */
export async function benchStart(): Promise<Figure[]> {
  const seconds: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-start-'));
    const began = performance.now();
    const system = await System.start({ dataDir, simulator: true });
    seconds.push((performance.now() - began) / 1000);
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return [atMost('start to "Ready:"', Math.max(...seconds), 's', { name: 'promised', value: 10 })];
}
