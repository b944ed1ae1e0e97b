/** `npm run simulate -- COMMAND`: see HELP. Exit status 0: done; 1: a target was missed; 2: it could not start. */
import { systemClock } from './adapters/system-clock.js';
import { HELP } from './commands/help.js';
import { history } from './commands/history.js';
import { render } from './commands/render.js';
import { replay } from './commands/replay.js';
import { ledgerOnly, run } from './commands/run.js';
import { score } from './commands/score.js';

const EXPECTED = new Set([
  'usage',
  'storeFile',
  'behaviourFile',
  'cameraFile',
  'faultFile',
  'scenarioFile',
  'expectFile',
  'walks',
  'ledger',
  'rest',
  'loginRefused',
]);

const stops: (() => void)[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stops.forEach((stop) => stop()));
// The starter holds our standard input: when it is gone, however it ended, nobody would ever stop us.
if (process.env['AISLE_SUPERVISED']) process.stdin.on('end', () => stops.forEach((stop) => stop())).resume();

const around = {
  clock: systemClock,
  say: (line: string) => void process.stdout.write(`${line}\n`),
  complain: (line: string) => void process.stderr.write(`${line}\n`),
  onStop: (stop: () => void) => void stops.push(stop),
};

async function main([command, ...args]: string[]): Promise<number> {
  if (command === undefined || command === 'help' || command === '--help' || args.includes('--help')) {
    process.stdout.write(HELP);
    return command === undefined ? 2 : 0;
  }
  if (command === 'run') return run(args, around);
  if (command === 'history') return history(args, around);
  if (command === 'ledger') return ledgerOnly(args, around);
  if (command === 'score') return score(args, around);
  if (command === 'replay') return replay(args, around);
  if (command === 'render') return render(args, around);
  around.complain(`"${command}" is no command; see npm run simulate -- --help`);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { code, message } = error as { code?: unknown; message: string };
  const ours =
    typeof code === 'string' && (EXPECTED.has(code) || code.startsWith('ERR_PARSE_ARGS') || /^E[A-Z]+$/.test(code));
  around.complain(ours ? message : ((error as Error).stack ?? String(error)));
  process.exitCode = 2;
} finally {
  // A standard input that is listened to would keep a command alive that has nothing left to do.
  if (process.env['AISLE_SUPERVISED']) process.stdin.destroy();
}
