/**
 * Makes the person detector from nothing: renders pictures, trains, measures, exports.
 * `npm run train:detector -- [--quick] [--data DIR] [--no-bf16] [--threshold S] [--threads N]`. What was rendered already is kept;
 * an interrupted training goes on from its last epoch. Needs Debian's python3-torch, run by /usr/bin/python3.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const { values } = parseArgs({
  allowNegative: true,
  options: {
    quick: { type: 'boolean', default: false },
    data: { type: 'string', default: path.join(root, 'data/person-detector') },
    bf16: { type: 'boolean', default: true },
    threshold: { type: 'string', default: '0.3' },
    threads: { type: 'string', default: '1' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});

/** Folders of pictures: seeds to train on are below 1,000,000; those from there on are only ever measured on. */
const count = values.quick ? 800 : 3000;
const SMALL = { width: 320, height: 192 };
const SIZE = { width: 448, height: 256 };
const chunk = (scenes, seed) => ({ scenes, seed, count, ...SMALL });
/** Pictures of the size that the model is made for; seeds of shops go up by one every 16 pictures, of rooms every 4. */
const large = (scenes, seed, count) => ({ scenes, seed, count: values.quick ? Math.min(count, 400) : count, ...SIZE });
const RANDOM = (values.quick ? [1] : [1, 10_001, 20_001, 30_001, 40_001]).map((seed) => chunk('random', seed));
const MORE = values.quick ? [] : [chunk('random', 110_001)];
const SHOPS = (values.quick ? [100_001] : [100_001, 120_001, 110_001]).map((seed) => chunk('shops', seed));
const LARGE = [
  large('shops', 200_001, 7200),
  large('shops', 204_001, 7200),
  large('shops', 206_001, 9600),
  large('random', 50_001, 1600),
  large('random', 51_001, 1600),
  large('shops', 208_001, 4800),
];
const VALIDATION = { scenes: 'shops', seed: 1_100_000, count: 320 };
const TEST = { scenes: 'shops', seed: 2_100_000, count: 640, ...SIZE };
/** Rooms of every kind first, then half of them and half shops with shoppers, then mostly shops; all of it small. Then larger. */
const STAGES = values.quick
  ? {
      first: ['--epochs', '4'],
      second: ['--epochs', '4', '--rate', '1.2e-3'],
      third: ['--epochs', '2', '--rate', '8e-4'],
      fourth: ['--epochs', '2', '--rate', '1e-3'],
      fifth: ['--epochs', '2', '--rate', '5e-4'],
    }
  : {
      first: ['--epochs', '13', '--stop-after', '8'],
      second: ['--epochs', '8', '--per-epoch', '15000', '--rate', '1.2e-3'],
      third: ['--epochs', '8', '--per-epoch', '12000', '--rate', '8e-4'],
      fourth: ['--epochs', '20', '--per-epoch', '4800', '--rate', '2e-3', '--seed', '5'],
      fifth: ['--epochs', '14', '--per-epoch', '4800', '--rate', '1.2e-3', '--seed', '6'],
    };

function run(what, command, args, cwd = root) {
  process.stdout.write(`\n== ${what}\n`);
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`${what} failed (${command} ended with ${status ?? 'a signal'})\n`);
    process.exit(1);
  }
}

function render({ scenes, seed, count, width, height }) {
  const out = path.join(values.data, `${scenes}-${seed}-${count}-${width}`);
  if (existsSync(path.join(out, 'meta.json'))) return out;
  const partial = `${out}.part`;
  rmSync(partial, { recursive: true, force: true });
  const size = ['--width', String(width), '--height', String(height), '--format', 'tensor'];
  run(`rendering ${count} pictures (${scenes}) from seed ${seed}`, process.execPath, [
    path.join(root, 'scripts/run.mjs'),
    'simulators/cli',
    ...['render', '--out', partial, '--scenes', scenes, '--seed', String(seed), '--count', String(count), ...size],
  ]);
  renameSync(partial, out);
  return out;
}

if (spawnSync(values.python, ['-c', 'import torch']).status !== 0) {
  process.stderr.write(`${values.python} has no torch: install Debian's python3-torch\n`);
  process.exit(1);
}
mkdirSync(values.data, { recursive: true });
const [random, more, shops, larger] = [RANDOM, MORE, SHOPS, LARGE].map((chunks) => chunks.map(render));
const [validation, largeValidation, test] = [{ ...VALIDATION, ...SMALL }, { ...VALIDATION, ...SIZE }, TEST].map(render);
const python = (what, ...args) => run(what, values.python, args, here);

/** Trains into a folder of its own; goes on where it was interrupted. */
function train(name, data, more, heldOut = validation) {
  const out = path.join(values.data, values.quick ? `quick-${name}` : name);
  const last = path.join(out, 'last.pt');
  python(
    `training: ${name} stage`,
    ...['train.py', '--data', ...data, '--held-out', heldOut, '--out', out, '--threads', values.threads],
    ...(values.bf16 ? ['--bf16'] : []),
    ...(existsSync(last) ? ['--resume', last] : []),
    ...more,
  );
  return last;
}
const first = train('first', random, STAGES.first);
// the folders of shops are fewer: twice, they are seen as often
const two = shops.slice(0, 2);
const second = train('second', [...two, ...two, ...more, ...random], [...STAGES.second, '--begin-with', first]);
const third = train(
  'third',
  [...shops, ...two.slice(1), ...more, ...random.filter((_, index) => index % 2 === 0)],
  [...STAGES.third, '--begin-with', second],
);
const fourth = train('fourth', larger.slice(0, -1), [...STAGES.fourth, '--begin-with', third], largeValidation);
const last = train('fifth', larger, [...STAGES.fifth, '--begin-with', fourth], largeValidation);

const scores = path.join(values.data, 'scores.json');
const name = `${TEST.count} pictures of held-out rendered shops, seed ${TEST.seed}`;
const threshold = ['--threshold', values.threshold];
python(
  'measuring on pictures never seen',
  ...['evaluate.py', '--checkpoint', last, '--data', test, ...threshold, '--name', name, '--json', scores],
);
python('export', 'export.py', '--checkpoint', last, '--scores', scores, ...threshold);
