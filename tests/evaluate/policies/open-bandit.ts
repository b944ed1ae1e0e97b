import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LoggedDecision } from '../../../cloud/src/insight/experiments/off-policy.js';

/** One campaign's log of the Open Bandit Dataset (Saito, Aihara, Matsutani, Narita, arXiv 2008.07146). */
export interface BanditLog {
  rows: LoggedDecision[];
  items: number;
  positions: number;
}

const COLUMNS = ['item_id', 'position', 'click', 'propensity_score'] as const;

/** `FOLDER/CAMPAIGN.csv`. */
export const readBanditLog = (folder: string, campaign: string): BanditLog =>
  readBanditFile(path.join(folder, `${campaign}.csv`));

/**
 * Reads one file of the data set (and counts the items in the `item_context.csv` beside it, where there is one). A position is a cell.
 * @throws naming the file, the line and the column that is not as documented
 */
export function readBanditFile(file: string): BanditLog {
  const context = path.join(path.dirname(file), 'item_context.csv');
  const [header = '', ...lines] = readFileSync(file, 'utf8').split(/\r?\n/);
  const names = header.replace(/^\uFEFF/, '').split(',');
  const at = COLUMNS.map((column) => {
    const index = names.indexOf(column);
    if (index < 0) throw new Error(`${file}: has no column ${column}`);
    return index;
  });
  const rows: LoggedDecision[] = [];
  let positions = 0;
  let items = existsSync(context) ? readFileSync(context, 'utf8').trim().split(/\r?\n/).length - 1 : 0;
  lines.forEach((line, index) => {
    if (line === '') return;
    const cells = line.split(',');
    const [item, position, click, probability] = at.map((column) => Number(cells[column])) as [
      number,
      number,
      number,
      number,
    ];
    const fits =
      Number.isInteger(item) &&
      item >= 0 &&
      Number.isInteger(position) &&
      position >= 1 &&
      probability > 0 &&
      probability <= 1;
    if (!fits || (click !== 0 && click !== 1))
      throw new Error(`${file}, line ${index + 2}: ${COLUMNS.join(', ')} are not as documented`);
    rows.push({ cell: position - 1, chosen: item, probability, reward: click });
    positions = Math.max(positions, position);
    items = Math.max(items, item + 1);
  });
  if (rows.length === 0) throw new Error(`${file}: has no rows`);
  return { rows, items, positions };
}

/**
 * What a policy does on average, from what it did: per position the share of each item. The log tells the probability only of what was shown, and of a policy that
 * learns it changes; but the average is all that the value needs where rewards do not change with the time.
 */
export function averagePolicy(rows: readonly LoggedDecision[], items: number, positions: number): Float64Array[] {
  const policy = Array.from({ length: positions }, () => new Float64Array(items));
  const counts = new Float64Array(positions);
  for (const { cell, chosen } of rows) {
    policy[cell]![chosen]! += 1;
    counts[cell]! += 1;
  }
  return policy.map((shares, cell) => shares.map((share) => (counts[cell]! > 0 ? share / counts[cell]! : 1 / items)));
}
