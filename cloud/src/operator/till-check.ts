import { readFileSync } from 'node:fs';
import { checkTillFile, faultWords, type RefusedPart, type SkippedPart, type TillCheck } from '@aisle/contracts';
import type { Around, Options } from './commands.js';
import { UsageError } from './whereabouts.js';
import { table } from './words.js';

/** `till check FILE --till ID`: how the file would be read, and nothing counts. 1: something in it would be refused. */
export async function checkTill(file: string, options: Options, { api, say }: Around): Promise<number> {
  if (options.till === undefined) throw new UsageError('--till is missing; see npm run aisle -- --help');
  const { storeFile } = await api.storeFile();
  const device = storeFile.devices?.find(({ id }) => id === options.till);
  if (!device) throw new UsageError(`the store file has no device "${options.till}"`);
  const check = checkTillFile(readFileSync(file), device, storeFile);
  if (options.json === true) say(JSON.stringify(check));
  else if (check.ok) for (const line of wordsOf(check, storeFile.store.timezone)) say(line);
  else say(`${file}: ${`${check.field} ${faultWords(check)}`.trim()}`);
  return check.ok && check.refusedRows === 0 ? 0 : 1;
}

const placeOf = ({ line, transaction }: RefusedPart | SkippedPart): string =>
  line === undefined ? `transaction ${transaction}` : `line ${line}`;

function wordsOf(check: TillCheck, timezone: string): string[] {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const time = (ts: number | null) => (ts === null ? 'never' : format.format(ts));
  const { read, columns, currency } = check;
  const lines = [
    `${check.receipts} receipts, ${check.lines} lines, net ${check.net} ${currency}, ${time(check.from)} to ${time(check.to)} (${timezone})`,
    `${check.linesWithoutCode} lines without a code; of ${check.rows} rows ${check.refusedRows} would be refused, ${check.skippedRows} are left out`,
  ];
  if (read)
    lines.push(
      `read as ${read.encoding}, delimiter ${JSON.stringify(read.delimiter)}, decimal ${read.decimal}, titles on line ${read.titleLine}`,
    );
  const mapped = Object.entries(columns);
  if (mapped.length > 0) lines.push('', table(['TAKEN FOR', 'COLUMN'], mapped));
  if (check.sample.length > 0)
    lines.push(
      '',
      table(
        ['RECEIPT', 'TIME', 'LINES', 'NET'],
        check.sample.map((one) => [one.receipt, time(one.ts), String(one.lines), String(one.net)]),
      ),
    );
  if (check.refused.length > 0)
    lines.push(
      '',
      table(
        ['REFUSED', 'WHERE', 'EXPECTED'],
        check.refused.map((part) => [placeOf(part), part.column ?? part.field ?? '', part.expected]),
      ),
    );
  if (check.skipped.length > 0)
    lines.push(
      '',
      table(
        ['LEFT OUT', 'WHY'],
        check.skipped.map((part) => [placeOf(part), part.why]),
      ),
    );
  return lines;
}
