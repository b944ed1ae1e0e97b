import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { System, root, waitFor } from './support/system.js';

const WEEKS = 4;
const PAST_MS = 30 * 60_000;
/** of the running shop */
const LIVE = ['place', 'goods', 'people', 'screens', 'devices', 'signin', 'zone', 'screenDay'];
/** those on which something is filled in, which a running shop would keep: of the mock server's shop */
const FILLED = ['enrolled', 'team', 'walking', 'handover', 'settings'];

/**
 * Takes the pictures of the guide anew, in both languages and themes, on a desktop and a phone.
 * @param accessFile of a shop that runs; left out: the simulated one is started, with its past
 */
export async function takeScreenshots(accessFile?: string): Promise<void> {
  await taken(FILLED);
  if (accessFile !== undefined) return taken(LIVE, accessFile);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-screenshots-'));
  const system = await System.start({ dataDir, simulator: true, history: WEEKS });
  try {
    process.stderr.write(`waiting for ${WEEKS} weeks of simulated past …\n`);
    await waitFor('the simulated past', () => /^Loaded: /m.test(system.output), PAST_MS, 500);
    await taken(LIVE, path.join(dataDir, 'demo-access.json'));
  } finally {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function taken(pages: readonly string[], accessFile?: string): Promise<void> {
  const args = ['--out', 'docs/screenshots', ...pages.flatMap((page) => ['--only', `${page}-`])];
  if (accessFile !== undefined) args.push('--access', path.resolve(accessFile));
  const child = spawn(process.execPath, ['dashboard/test/run.mjs', 'screenshots.ts', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`the pictures of ${pages.join(', ')} could not be taken`);
}
