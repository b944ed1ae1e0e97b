/**
 * Passes the tests of every workspace on the current LTS of Node as well, taken from npm by the name of its binary
 * package. The tests of the whole system have run before, on the Node that is installed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './setup.mjs';

const LTS = '24';
const folder = mkdtempSync(path.join(tmpdir(), 'aisle-lts-'));
const name = `node-${process.platform}-${process.arch}`;
const install = spawnSync(
  'npm',
  ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@${LTS}`],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
if (install.status !== 0) throw new Error(`${name}@${LTS} could not be installed`);
const node = path.join(folder, 'node_modules', name, 'bin/node');
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
process.stdout.write(`Node ${version}\n`);
const run = spawnSync(
  node,
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    'contracts/',
    'agent/',
    'cloud/',
    'simulators/',
    'tests/integration/start',
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` },
  },
);
rmSync(folder, { recursive: true, force: true });
process.exit(run.status ?? 1);
