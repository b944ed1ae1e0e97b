/**
 * Makes the person detector from nothing: renders pictures, trains, measures, exports.
 * `npm run train:detector -- [--quick] [--data DIR] [--epochs N] [--threads N]`. What was rendered already is kept;
 * an interrupted training goes on from its last epoch. Needs Debian's python3-torch, run by /usr/bin/python3.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    data: { type: 'string', default: path.join(root, 'data/person-detector') },
    epochs: { type: 'string' },
    threads: { type: 'string', default: '1' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});

/** Folders of pictures: training seeds begin at 1, those that are only ever measured on at 1,000,000 and 2,000,000. */
const CHUNK = values.quick ? 1000 : 3000;
const TRAINING = Array.from({ length: values.quick ? 2 : 5 }, (_, i) => ({
  name: `train-${i}`,
  seed: 1 + i * 10_000,
}));
const VALIDATION = { name: 'validation', seed: 1_000_000, count: 400 };
const TEST = { name: 'test', seed: 2_000_000, count: 1000 };
const SIZE = { width: 320, height: 192 };

function run(what, command, args, cwd = root) {
  process.stdout.write(`\n== ${what}\n`);
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`${what} failed (${command} ended with ${status ?? 'a signal'})\n`);
    process.exit(1);
  }
}

function render({ name, seed, count = CHUNK }) {
  const out = path.join(values.data, `${name}-${count}`);
  if (existsSync(path.join(out, 'meta.json'))) return out;
  const partial = `${out}.part`;
  rmSync(partial, { recursive: true, force: true });
  const size = ['--width', String(SIZE.width), '--height', String(SIZE.height)];
  run(`rendering ${count} pictures from seed ${seed}`, process.execPath, [
    path.join(root, 'scripts/run.mjs'),
    'simulators/cli',
    ...['render', '--out', partial, '--seed', String(seed), '--count', String(count), ...size, '--format', 'tensor'],
  ]);
  renameSync(partial, out);
  return out;
}

if (spawnSync(values.python, ['-c', 'import torch']).status !== 0) {
  process.stderr.write(`${values.python} has no torch: install Debian's python3-torch\n`);
  process.exit(1);
}
mkdirSync(values.data, { recursive: true });
const training = TRAINING.map(render);
const [validation, test] = [VALIDATION, TEST].map(render);
const checkpoints = path.join(values.data, values.quick ? 'quick' : 'full');
const last = path.join(checkpoints, 'last.pt');
const epochs = values.epochs ?? (values.quick ? '8' : '20');
const python = (what, ...args) => run(what, values.python, args, here);
python(
  'training',
  ...['train.py', '--data', ...training, '--held-out', validation, '--out', checkpoints],
  ...['--epochs', epochs, '--threads', values.threads, ...(existsSync(last) ? ['--resume', last] : [])],
);
const scores = path.join(checkpoints, 'scores.json');
const name = `${TEST.count} held-out renders, seed ${TEST.seed}`;
python(
  'measuring on pictures never seen',
  ...['evaluate.py', '--checkpoint', last, '--data', test, '--threshold', '0.4', '--name', name, '--json', scores],
);
python('export', 'export.py', '--checkpoint', last, '--scores', scores);
