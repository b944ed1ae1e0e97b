import path from 'node:path';
import { root } from '../support/system.js';
import { runTwin } from '../support/twin-run.js';

const MINUTES_PER_RUN = 30;

/** Hours of the shop of all dialects with the default faults, one for each seed. @returns the exit status */
export async function soakTwin(seeds: readonly number[], minutes: number, speed: string): Promise<number> {
  const simulators = path.join(root, 'simulators');
  let failed = 0;
  for (const seed of seeds) {
    process.stdout.write(`seed ${seed}, ${minutes} minutes\n`);
    const { code, output } = await runTwin({
      scenario: path.join(simulators, 'scenarios/all-dialects.yaml'),
      store: path.join(simulators, 'shops/all-dialects.yaml'),
      ...{ seed, minutes, speed, timeoutMs: MINUTES_PER_RUN * 60_000 + minutes * 60_000 },
    });
    process.stdout.write(`${output}\n`);
    if (code !== 0) failed += 1;
  }
  process.stdout.write(
    failed === 0 ? 'every seed is within its limits\n' : `FAILED: ${failed} of ${seeds.length} seeds\n`,
  );
  return failed === 0 ? 0 : 1;
}
