/** `npm run aisle -- doctor`: see DOCTOR_HELP. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { scrubber, secretsIn } from '@aisle/contracts';
import { SystemClock } from '../adapters/system-clock.js';
import { loadCloudConfig, type CloudConfig } from '../config/cloud-config.js';
import { givenPath, runProgram } from '../operator/program.js';
import { bad, examine, ok } from './checks.js';
import { lineOf, type Language } from './words.js';

const DOCTOR_HELP = `npm run aisle -- doctor [--data DIR | --config cloud.json] [--lang en|zh]

Looks at a running cloud and changes nothing: its configuration, certificate, disk, databases and their versions and schemas, the
files of screens, clocks, API, broker, shops, and when facts last reached the disk. A line each: ok, or NOT OK with what to do.

  --data DIR      folder of a started system (default: data); its configuration and token are found there
  --config FILE   cloud.json of a cloud of its own; with --token TOKEN or the variable AISLE_TOKEN, so that shops can be asked for
  --lang en|zh    language; by the variable LANG when left out

Exit status: 0 all is well; 1 something is not; 2 used wrongly.
`;

let scrub = (text: string): string => text;

async function main(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: text, config: text, token: text, lang: text, help: { type: 'boolean' } },
  });
  const isWrong = values.lang !== undefined && values.lang !== 'en' && values.lang !== 'zh';
  if (values.help === true || positionals.join(' ') !== 'doctor' || isWrong) {
    process.stdout.write(DOCTOR_HELP);
    return values.help === true ? 0 : 2;
  }
  const language = (values.lang ??
    (/^zh/.test(process.env['LC_ALL'] ?? process.env['LANG'] ?? '') ? 'zh' : 'en')) as Language;
  const data = givenPath(values.data ?? 'data');
  const file = values.config === undefined ? path.join(data, 'cloud/cloud.json') : givenPath(values.config);
  const say = (line: string): void => void process.stdout.write(`${scrub(line)}\n`);
  let config: CloudConfig;
  try {
    config = loadCloudConfig(file);
  } catch (error) {
    say(lineOf(bad('configWrong', { problem: (error as Error).message }), language));
    return 1;
  }
  const token = values.token ?? process.env['AISLE_TOKEN'] ?? (values.config === undefined ? tokenOf(data) : undefined);
  scrub = scrubber(secretsIn({ config, environment: { password: process.env['PGPASSWORD'], token } }));
  say(lineOf(ok('config', { file }), language));
  let status = 0;
  for await (const finding of examine({ config, token, clock: new SystemClock() })) {
    say(lineOf(finding, language));
    if (!finding.isOk) status = 1;
  }
  return status;
}

function tokenOf(data: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path.join(data, 'demo-access.json'), 'utf8')) as { apiToken?: string }).apiToken;
  } catch {
    return undefined;
  }
}

runProgram(main, { scrub: (text) => scrub(text) });
