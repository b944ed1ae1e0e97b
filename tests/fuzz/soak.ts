import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { root } from '../support/system.js';
import { soakPsa } from './psa.js';
import { fuzz } from './run.js';
import { soakPlayer, soakPlays } from '../screens/soak.js';
import { soakSuite } from './suite.js';
import { soakTwin } from './twin.js';

const HELP = `npm run soak -- OPTIONS
  --messages N    how many random and broken messages go through all decoders (10000000)
  --seed N        the same messages for the same seed (1)

Ends with 1 when a decoder throws, makes an event of garbage or one that is not of its schema, or when the heap grows.

npm run soak -- twin OPTIONS
  --seeds N,N,…   an hour of the shop of all dialects with the default faults for each (1,2,3)
  --minutes M     another length (60)
  --speed S       event time / wall clock, or max (20)
  --engine        only the agent's decoders and engine, in one process: no broker, no cloud, and how late alerts come is not known

Prints each figure beside its limit in simulators/scenarios/expect/hour.yaml, and ends with 1 when one misses it. An hour takes three to
four minutes, with --engine less than one.

npm run soak -- age
  two hours of the shop of all dialects, every device saying all that it says, with an agent and a cloud of each released
  version beside this one's

Ends with 1 when a figure differs that should not, or anything is lost.

npm run soak -- player OPTIONS
  --changes N     changes of item on a screen's page in Chromium: pictures, templates and videos mixed, every frame looked at (10000)
  --seed N        the same order for the same seed (1)

Ends with 1 when a frame is empty, shows an item in part, or one whose turn it is not.

npm run soak -- plays OPTIONS
  --kills N       times that the agent with its broker, the cloud with its own, or a player's browser is shot while screens play (50)
  --seed N        what is shot, and when (1)

Ends with 1 when a play that was rendered is not counted, or twice, or as another, when the chain of plays does not hold, or when it
still holds with a row edited, deleted or put elsewhere (needs Chromium).

npm run soak -- psa OPTIONS
  --files N       broken planogram files of every version of PSA (10000)
  --seed N        the same files for the same seed (1)

Ends with 1 when one is taken that cannot be written again byte for byte, a refused row has no line or reason, or anything crashes.

npm run soak -- suite OPTIONS
  --runs N        the quick part of the test suite (what starts no browser, process or server) so many times (10)
  --load N        beside so many processes that never rest (one for each core)

Prints what failed, by name and how often, and ends with 1 when anything did.

npm run soak -- silence
  sensors, agent, cloud, and both lines to it, each frozen and killed under every page in both languages (needs Chromium)

Ends with 1 when a page says nothing of it in time, shows a number as if it were of now, or does not come back by itself.`;
/** What the heap may grow by between the second tenth and the last, bytes. */
const GROWTH_BYTES = 8 << 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    minutes: { type: 'string', default: '60' },
    speed: { type: 'string', default: '20' },
    messages: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'boolean', default: false },
    changes: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '50' },
    files: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '10' },
    load: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else if (positionals[0] === 'twin') process.exitCode = await twin();
else if (positionals[0] === 'player') process.exitCode = await soakPlayer(Number(values.changes), Number(values.seed));
else if (positionals[0] === 'plays') process.exitCode = await soakPlays(Number(values.kills), Number(values.seed));
else if (positionals[0] === 'age') process.exitCode = soakTests('tests/compat/other-age.test.ts', 'AISLE_WHOLE_HOURS');
else if (positionals[0] === 'silence') process.exitCode = soakTests('tests/e2e/silence.test.ts', 'AISLE_WHOLE_SILENCE');
else if (positionals[0] === 'psa') process.exitCode = psa(Number(values.files), Number(values.seed));
else if (positionals[0] === 'suite') process.exitCode = await suite();
else process.exitCode = run(Number(values.messages), Number(values.seed));

async function twin(): Promise<number> {
  const seeds = values.seeds.split(',').map(Number);
  const minutes = Number(values.minutes);
  if (!seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0) || !(minutes >= 1)) {
    process.stderr.write('--seeds: expected whole numbers such as 1,2,3; --minutes: expected 1 or more\n');
    return 2;
  }
  return soakTwin({ seeds, minutes, speed: values.speed, engineOnly: values.engine });
}

async function suite(): Promise<number> {
  const runs = Number(values.runs);
  const load = values.load === undefined ? undefined : Number(values.load);
  if (!Number.isInteger(runs) || runs < 1 || (load !== undefined && !(Number.isInteger(load) && load >= 0))) {
    process.stderr.write('--runs: expected a whole number from 1; --load: expected one from 0\n');
    return 2;
  }
  return soakSuite({ runs, ...(load !== undefined && { load }) });
}

function psa(files: number, seed: number): number {
  if (!Number.isInteger(files) || files < 1 || !Number.isInteger(seed)) {
    process.stderr.write('--files and --seed: expected whole numbers\n');
    return 2;
  }
  try {
    const found = soakPsa(files, seed, (line) => process.stderr.write(`${line}\n`));
    process.stdout.write(
      `${found.files} files: ${found.refused} refused whole, ${found.rows} rows refused by line, ${found.changed} changes of one line written; all others byte for byte\n`,
    );
    return 0;
  } catch (error) {
    process.stdout.write(`FAILED: ${(error as Error).message}\n`);
    return 1;
  }
}

/** A test file with all that it can do, said by a variable. */
function soakTests(file: string, whole: string): number {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', file], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, [whole]: '1' },
  });
  return status ?? 1;
}

function run(messages: number, seed: number): number {
  if (!Number.isInteger(messages) || messages < 1 || !Number.isInteger(seed)) {
    process.stderr.write('--messages and --seed: expected whole numbers\n');
    return 2;
  }
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const started = process.hrtime.bigint();
  const seconds = (): number => Number(process.hrtime.bigint() - started) / 1e9;
  try {
    const figures = fuzz({
      messages,
      seed,
      collect,
      onTenth: (count, bytes) =>
        process.stderr.write(
          `${count} messages, ${Math.round(count / seconds())} a second, heap ${megabytes(bytes)} MB\n`,
        ),
    });
    const growth = (figures.heap.at(-1) ?? 0) - (figures.heap[0] ?? 0);
    process.stdout.write(
      `${figures.messages} messages in ${seconds().toFixed(1)} s: ${Math.round(messages / seconds())} a second\n`,
    );
    process.stdout.write(`${figures.events} events, all of them of their schemas; none of garbage\n`);
    process.stdout.write(`understood: ${table(figures.understood)}\nrefused: ${table(figures.refused)}\n`);
    process.stdout.write(
      `heap ${megabytes(figures.heap[0] ?? 0)} MB after a fifth, ${megabytes(figures.heap.at(-1) ?? 0)} MB at the end\n`,
    );
    if (growth <= GROWTH_BYTES) return 0;
    process.stdout.write(`FAILED: the heap grew by ${megabytes(growth)} MB\n`);
  } catch (error) {
    process.stdout.write(`FAILED: ${(error as Error).message}\n`);
  }
  return 1;
}

function megabytes(bytes: number): string {
  return (bytes / (1 << 20)).toFixed(1);
}
function table(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
