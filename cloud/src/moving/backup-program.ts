/** `npm run aisle -- backup` and `npm run aisle -- restore`. See BACKUP_HELP. */
import { parseArgs } from 'node:util';
import { scrubber, secretsIn } from '@aisle/contracts';
import { SystemClock } from '../adapters/system-clock.js';
import { loadCloudConfig } from '../config/cloud-config.js';
import { givenPath, runProgram } from '../operator/program.js';
import { StoreError } from '../ports/index.js';
import { backup } from './backup.js';
import { MoveError } from './move-catalog.js';
import { restore } from './restore.js';

const BACKUP_HELP = `npm run aisle -- backup --config cloud.json --out FILE [--store ID]
npm run aisle -- restore --config cloud.json --from FILE [--store ID]

The first writes catalog and facts into one file, of the whole cloud or of one shop: its versions, devices, receipts, inbox and
every fact. The second puts it back, whole or one shop of it, into this cloud or another one, whatever databases that has, and
compares all of it row by row. First the whole file is held against what is there: where that is newer, or another cloud's, nothing
is changed and the command says what stands in the way. The same again changes nothing.

With DuckDB the cloud must be stopped (its file is held by one process; shops keep what they have to say until it is back). With
PostgreSQL it may go on, also while a shop is put in that it did not have. Files of screens (content) are not in the file: copy the
folder or bucket. Rollups are made anew.

Exit status: 0 done, and compared; 1 not, and nothing has changed for the cloud; 2 used wrongly.
`;

let scrub = (text: string): string => text;

async function main(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { config: text, out: text, from: text, store: text, help: { type: 'boolean' } },
  });
  const [word] = positionals;
  const file = word === 'backup' ? values.out : word === 'restore' ? values.from : undefined;
  const isMixed = word === 'backup' ? values.from !== undefined : values.out !== undefined;
  if (
    values.help === true ||
    positionals.length !== 1 ||
    values.config === undefined ||
    file === undefined ||
    isMixed
  ) {
    process.stdout.write(BACKUP_HELP);
    return values.help === true ? 0 : 2;
  }
  const config = loadCloudConfig(givenPath(values.config));
  scrub = scrubber(secretsIn({ config }));
  process.umask(0o077);
  const told = (line: string): void => void process.stdout.write(`${line}\n`);
  const common = { config, file: givenPath(file), storeId: values.store, clock: new SystemClock(), told };
  if (word === 'backup') {
    const { facts, rows } = await backup(common);
    told(`${facts} facts and ${rows} rows are in ${file}.`);
  } else {
    await restore(common);
    told('All is there.');
  }
  return 0;
}

runProgram(main, {
  scrub: (text) => scrub(text),
  statusOf: (error) => (error instanceof MoveError || error instanceof StoreError ? 1 : 2),
});
