import { createHash } from 'node:crypto';
import { playText, type PlayLogRow } from '@aisle/contracts';
import type { Around, Options } from './commands.js';
import { UsageError } from './whereabouts.js';

export interface ChainFault {
  epoch: number;
  n: number;
  what: 'edited' | 'missing' | 'twice' | 'reordered';
  /** the play, where there is one */
  play: string | null;
}

/** Whether the chain of a shop's plays holds from its first to its last row (docs/screens.md). Each journal has a chain of its own. */
export function chainFaults(rows: readonly PlayLogRow[]): ChainFault[] {
  const faults: ChainFault[] = [];
  for (const epoch of [...new Set(rows.map((row) => row.epoch))].sort((a, b) => a - b)) {
    const linked = rows.flatMap((row) => (row.epoch === epoch && row.link ? [{ row, link: row.link }] : []));
    const fault = (n: number, what: ChainFault['what'], row?: PlayLogRow): void =>
      void faults.push({ epoch, n, what, play: row ? `${row.decisionId}@${row.startedTs}` : null });
    linked.sort((a, b) => a.link.n - b.link.n);
    let wasRight = true;
    linked.forEach(({ row, link }, at) => {
      const before = linked[at - 1]?.link;
      const hash = createHash('sha256')
        .update(playText(link.n, link.previous, row))
        .digest('hex');
      const isRight = hash === link.hash;
      if (before?.n === link.n) fault(link.n, 'twice', row);
      else if (!isRight) fault(link.n, 'edited', row);
      else if (before && wasRight && link.n === before.n + 1 && link.previous !== before.hash)
        fault(link.n, 'reordered', row);
      wasRight = isRight;
      if (before) for (let n = before.n + 1; n < link.n && n < before.n + 1000; n += 1) fault(n, 'missing');
    });
  }
  return faults;
}

const WORDS = { edited: 'was edited', missing: 'is missing', twice: 'is there twice', reordered: 'does not follow' };

/** `plays verify --from TIME --to TIME`. 1: a row was edited, is missing, or stands elsewhere. */
export async function verifyPlays(options: Options, around: Around): Promise<number> {
  const { from, to } = options;
  if (from === undefined) throw new UsageError('--from is missing; see npm run aisle -- --help');
  if (to === undefined) throw new UsageError('--to is missing; see npm run aisle -- --help');
  const rows = await around.api.plays(from, to);
  const faults = chainFaults(rows);
  const linked = rows.filter(({ link }) => link !== null).length;
  if (options.json === true) around.say(JSON.stringify({ plays: rows.length, linked, faults }));
  else {
    for (const { epoch, n, what, play } of faults)
      around.say(`play ${n} of journal ${epoch}${play === null ? '' : ` (${play})`} ${WORDS[what]}`);
    around.say(
      `${linked} of ${rows.length} plays are in the chain; ${faults.length === 0 ? 'it holds' : `${faults.length} faults`}.`,
    );
  }
  return faults.length === 0 ? 0 : 1;
}
