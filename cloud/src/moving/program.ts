/** `npm run aisle -- move`: a cloud's catalog and facts from one engine to another. See MOVE_HELP. */
import { parseArgs } from 'node:util';
import { scrubber, secretsIn } from '@aisle/contracts';
import { SystemClock } from '../adapters/system-clock.js';
import { loadCloudConfig } from '../config/cloud-config.js';
import { givenPath, runProgram } from '../operator/program.js';
import { StoreError } from '../ports/index.js';
import { move } from './move.js';
import { MoveError } from './move-catalog.js';

const MOVE_HELP = `npm run aisle -- move --from cloud.json --to new-cloud.json

Copies the catalog and the facts of every shop from where the first file says that they lie to where the second says (DuckDB,
InfluxDB, PostgreSQL; SQLite, PostgreSQL), and compares them row by row. Stop the cloud first: its shops keep what they have to
say until it is back. The old side is only read; the same command again goes on where it was broken off. Then start the cloud
with the second file. Files of screens (content) stay where they are, rollups are made anew.

Exit status: 0 all is there; 1 it is not, and nothing has changed for the cloud; 2 used wrongly.
`;

let scrub = (text: string): string => text;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (
    values.help === true ||
    positionals.join(' ') !== 'move' ||
    values.from === undefined ||
    values.to === undefined
  ) {
    process.stdout.write(MOVE_HELP);
    return values.help === true ? 0 : 2;
  }
  const [from, to] = [loadCloudConfig(givenPath(values.from)), loadCloudConfig(givenPath(values.to))];
  scrub = scrubber(secretsIn({ from, to }));
  process.umask(0o077);
  const told = (line: string): void => void process.stdout.write(`${line}\n`);
  await move({ from, to, clock: new SystemClock(), told });
  told(`All is there. Start the cloud with ${values.to}.`);
  return 0;
}

runProgram(main, {
  scrub: (text) => scrub(text),
  statusOf: (error) => (error instanceof MoveError || error instanceof StoreError ? 1 : 2),
});
