import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readAccess } from '../adapters/files.js';
import { restGet } from '../adapters/rest.js';
import type { Clock } from '../ports.js';
import { compare } from '../score/compare.js';
import { readLedger } from '../score/ledger-file.js';
import { junitOf, tableOf } from '../score/report.js';
import { readFigures, settled } from '../score/system-figures.js';
import { neededOption, numberOption } from './options.js';

const OPTIONS = {
  access: { type: 'string' },
  ledger: { type: 'string' },
  json: { type: 'string' },
  junit: { type: 'string' },
  timeout: { type: 'string' },
} as const;

/** `score`: the system's figures against the ledger. Returns the exit status: 1 when a target is missed. */
export async function score(
  args: string[],
  { clock, say, complain }: { clock: Clock; say: (line: string) => void; complain: (line: string) => void },
): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
  const access = readAccess(neededOption('access', values.access));
  const truth = await readLedger(neededOption('ledger', values.ledger));
  const get = restGet(access.apiUrl, access.apiToken);
  const { storeId, fromTs, toTs } = truth;
  const timeoutMs = numberOption('timeout', values.timeout, 120, 1) * 1000;
  if (!(await settled(get, storeId, fromTs, toTs, clock, timeoutMs)))
    complain(`the figures had not settled after ${timeoutMs / 1000} s`);
  const rows = compare(truth, await readFigures(get, storeId, fromTs, toTs));
  const missed = rows.filter((row) => !row.ok);
  say(
    `${storeId}, ${new Date(fromTs).toISOString()} to ${new Date(toTs).toISOString()}, noise ${truth.noise ? 'on' : 'off'}`,
  );
  say(tableOf(rows));
  say(
    missed.length === 0
      ? `All ${rows.length} figures are within their targets.`
      : `${missed.length} of ${rows.length} figures miss their targets.`,
  );
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ storeId, fromTs, toTs, noise: truth.noise, rows }, null, 2)}\n`);
  if (values.junit !== undefined) writeFileSync(values.junit, junitOf(rows));
  return missed.length === 0 ? 0 : 1;
}
