/**
 * Passes the tests of every workspace on the current LTS of Node as well, taken from npm by the name of its binary
 * package. The tests of the whole system have run before, on the Node that is installed, and so have those that only
 * calculate: they say nothing of a Node, and take long.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './setup.mjs';

const LTS = '24';
/** Long ones without files, sockets, streams or native code of their own that others here do not use as well. */
const CALCULATIONS = [
  'agent/test/models/published.test.ts',
  'agent/test/domain/determinism.test.ts',
  'agent/test/domain/tracking/**',
  'agent/test/runtime/till-field-cases.test.ts',
  'agent/test/runtime/field-cases.test.ts',
  'cloud/test/insight/**',
  'simulators/test/crowd.test.ts',
  'tests/integration/start-all-dialects.test.ts',
];
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
    ...CALCULATIONS.flatMap((tests) => ['--exclude', tests]),
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` },
  },
);
rmSync(folder, { recursive: true, force: true });
process.exit(run.status ?? 1);
