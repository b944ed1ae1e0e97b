/** `npm run aisle -- COMMAND`: see HELP. Exit status 0: done; 1: refused, or not heard in time; 2: used wrongly, or no cloud. */
import { parseArgs } from 'node:util';
import { UsageError, accessOf } from './whereabouts.js';
import { OperatorApi, RefusedError } from './api.js';
import {
  addDevice,
  listDevices,
  listKnocks,
  replaceDevice,
  revokeDevice,
  tareSlot,
  waitForDevice,
  type Around,
  type Options,
} from './commands.js';
import { HELP } from './help.js';
import { recompute } from './recompute.js';
import { verifyPlays } from './plays-verify.js';
import { checkTill } from './till-check.js';

const text = { type: 'string' } as const;
const OPTIONS = {
  id: text,
  family: text,
  dialect: text,
  name: text,
  zone: text,
  fixture: text,
  gateway: text,
  address: text,
  key: text,
  clock: text,
  entry: text,
  out: text,
  timeout: text,
  from: text,
  to: text,
  till: text,
  'no-wait': { type: 'boolean' },
  json: { type: 'boolean' },
  data: text,
  url: text,
  token: text,
  store: text,
  help: { type: 'boolean' },
} as const;

type Run = (args: readonly string[], options: Options, around: Around) => Promise<number>;
const one = (run: (arg: string, options: Options, around: Around) => Promise<number>): { args: number; run: Run } => ({
  args: 1,
  run: ([arg], options, around) => run(arg as string, options, around),
});
const none = (run: (options: Options, around: Around) => Promise<number>): { args: number; run: Run } => ({
  args: 0,
  run: (_args, options, around) => run(options, around),
});
const COMMANDS: Readonly<Record<string, { args: number; run: Run }>> = {
  'device add': none(addDevice),
  'device list': none(listDevices),
  'device revoke': one(revokeDevice),
  'device replace': one(replaceDevice),
  'device wait': one(waitForDevice),
  knocks: none(listKnocks),
  recompute: none(recompute),
  'till check': one(checkTill),
  'plays verify': none(verifyPlays),
  tare: {
    args: 2,
    run: ([slot, grams], options, around) => tareSlot(slot as string, grams as string, options, around),
  },
};

function tell(line: string, again = false): void {
  // A person sees one line that changes; a file gets a line only when something new is said.
  if (process.stderr.isTTY) process.stderr.write(`${again ? '\u001b[1A\u001b[2K' : ''}${line}\n`);
  else if (!(again && line.includes('waiting'))) process.stderr.write(`${line}\n`);
}

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  if (values.help === true || positionals[0] === 'help' || positionals.length === 0) {
    process.stdout.write(HELP);
    return values.help === true || positionals[0] === 'help' ? 0 : 2;
  }
  const words = ['device', 'till', 'plays'].includes(positionals[0] as string) ? 2 : 1;
  const name = positionals.slice(0, words).join(' ');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`"${name}" is no command; see npm run aisle -- --help`);
  const args = positionals.slice(words);
  if (args.length !== command.args)
    throw new UsageError(
      `"${name}" takes ${command.args} argument(s), got ${args.length}; see npm run aisle -- --help`,
    );
  const { data, url, token, store } = values;
  return command.run(args, values, {
    api: new OperatorApi(accessOf({ data, url, token, store }, process.env['AISLE_TOKEN'])),
    say: (line) => void process.stdout.write(`${line}\n`),
    tell,
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { code, message, stack } = error as { code?: unknown; message: string; stack?: string };
  if (error instanceof RefusedError) {
    process.stderr.write(`${message}\n`);
    process.exitCode = 1;
  } else {
    const ours = error instanceof UsageError || (typeof code === 'string' && /^(ERR_PARSE_ARGS|E[A-Z]+$)/.test(code));
    process.stderr.write(`${ours ? message : (stack ?? message)}\n`);
    process.exitCode = 2;
  }
}
