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

interface Link {
  n: number;
  hash: string;
  /** null: an older statement of a play, of which a newer one tells */
  row: PlayLogRow | null;
}

/**
 * Whether the chain of a shop's plays holds from its first to its last row (docs/screens.md). Each journal has a chain of its own; what a
 * play said before it was stated anew is accounted for by its newest statement.
 */
export function chainFaults(rows: readonly PlayLogRow[]): ChainFault[] {
  const faults: ChainFault[] = [];
  for (const epoch of [...new Set(rows.map((row) => row.epoch))].sort((a, b) => a - b)) {
    const fault = (n: number, what: ChainFault['what'], row: PlayLogRow | null): void =>
      void faults.push({ epoch, n, what, play: row ? `${row.decisionId}@${row.startedTs}` : null });
    const links = linksOf(rows.filter((row) => row.epoch === epoch));
    let wasRight = true;
    links.forEach(({ n, row }, at) => {
      const before = links[at - 1];
      const isRight = row === null || hashOf(row) === row.link?.hash;
      if (before?.n === n) fault(n, 'twice', row ?? before.row);
      else if (!isRight) fault(n, 'edited', row);
      else if (before && row && wasRight && n === before.n + 1 && row.link?.previous !== before.hash)
        fault(n, 'reordered', row);
      wasRight = isRight;
      if (before) for (let gap = before.n + 1; gap < n && gap < before.n + 1000; gap += 1) fault(gap, 'missing', null);
    });
  }
  return faults;
}

/** The first number of each journal, where it is not the chain's own first. */
function firstOf(rows: readonly PlayLogRow[]): { epoch: number; n: number }[] {
  return [...new Set(rows.map(({ epoch }) => epoch))].flatMap((epoch) => {
    const first = linksOf(rows.filter((row) => row.epoch === epoch))[0];
    return first === undefined || first.row?.link?.previous === '' || first.n <= 1 ? [] : [{ epoch, n: first.n }];
  });
}

function linksOf(rows: readonly PlayLogRow[]): Link[] {
  const links: Link[] = [];
  for (const row of rows) {
    if (!row.link) continue;
    links.push({ n: row.link.n, hash: row.link.hash, row });
    for (const { n, hash } of row.link.replaces ?? []) links.push({ n, hash, row: null });
  }
  return links.sort((a, b) => a.n - b.n);
}

function hashOf(row: PlayLogRow): string {
  const { n, previous, replaces } = row.link as NonNullable<PlayLogRow['link']>;
  return createHash('sha256')
    .update(playText(n, previous, row, replaces))
    .digest('hex');
}

const WORDS = { edited: 'was edited', missing: 'is missing', twice: 'is there twice', reordered: 'does not follow' };

const DAY_MS = 86_400_000;
/** A receipt may come so many days late: its number is then among those of plays that began later. */
const LATEST_DAYS = 35;

/** `plays verify --from TIME --to TIME`. 1: a row was edited, is missing, or stands elsewhere. */
export async function verifyPlays(options: Options, around: Around): Promise<number> {
  const { from, to } = options;
  if (from === undefined) throw new UsageError('--from is missing; see npm run aisle -- --help');
  if (to === undefined) throw new UsageError('--to is missing; see npm run aisle -- --help');
  const rows = await around.api.plays(from, to);
  const faults = await faultsOf(rows, Date.parse(from), Date.parse(to), around);
  const linked = rows.filter(({ link }) => link !== null).length;
  if (options.json === true) around.say(JSON.stringify({ plays: rows.length, linked, faults }));
  else {
    for (const { epoch, n, what, play } of faults)
      around.say(`play ${n} of journal ${epoch}${play === null ? '' : ` (${play})`} ${WORDS[what]}`);
    around.say(
      `${linked} of ${rows.length} plays are in the chain; ${faults.length === 0 ? 'it holds' : faults.length === 1 ? '1 fault' : `${faults.length} faults`}.`,
    );
  }
  return faults.length === 0 ? 0 : 1;
}

/**
 * Numbers rise as receipts come, and the period is of when plays began: what seems to be missing in it is looked for among the plays
 * around it, day by day, as far as receipts may be late.
 */
async function faultsOf(
  rows: readonly PlayLogRow[],
  fromTs: number,
  toTs: number,
  { api, now }: Pick<Around, 'api' | 'now'>,
): Promise<ChainFault[]> {
  const key = ({ epoch, n }: { epoch: number; n: number }): string => `${epoch}|${n}`;
  const missing = (faults: readonly ChainFault[]): ChainFault[] => faults.filter(({ what }) => what === 'missing');
  let faults = chainFaults(rows);
  // what stood before the first of the period is missing to nobody within it
  const before = firstOf(rows).map(({ epoch, n }) => ({ epoch, n: n - 1 }));
  const asked = new Set([...missing(faults), ...before].map(key));
  const around = [...rows];
  const isReached = (): boolean => {
    const first = firstOf(around);
    return before.every(({ epoch, n }) => first.every((one) => one.epoch !== epoch || one.n <= n));
  };
  const isOpen = (): boolean => !isReached() || missing(faults).some((fault) => asked.has(key(fault)));
  const iso = (ts: number): string => new Date(ts).toISOString();
  for (let day = 0; day < LATEST_DAYS && isOpen(); day += 1) {
    const earlier = fromTs - (day + 1) * DAY_MS;
    around.push(...(await api.plays(iso(earlier), iso(earlier + DAY_MS))));
    const later = toTs + day * DAY_MS;
    if (later < now()) around.push(...(await api.plays(iso(later), iso(later + DAY_MS))));
    faults = chainFaults(around);
  }
  // of what lies around the period only its own numbers were asked about
  const own = new Set(linksOf(rows).flatMap(({ n, row }) => (row ? [key({ epoch: row.epoch, n })] : [])));
  return faults.filter((fault) => own.has(key(fault)) || asked.has(key(fault)));
}
