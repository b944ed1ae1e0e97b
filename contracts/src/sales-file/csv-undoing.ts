import type { RowContent } from './csv-line.js';
import type { Skip } from './csv-kinds.js';

/** A row that says of itself that it takes something back: all of the receipt that it names, or a line of its own receipt. */
export interface UndoingRow {
  line: number;
  skip: Skip;
  /** number of the receipt that it stands on */
  number: string | undefined;
  /** number of another receipt that it names */
  other: string | undefined;
  /** what stands on it; undefined where that cannot be read */
  content: RowContent | undefined;
}
interface Row {
  line: number;
  content: RowContent;
}

/**
 * Takes out of the receipts what other rows undo. A counter-line has the code of the line that it undoes, and its amounts with the
 * other sign; a row that names another receipt undoes it whole.
 * @param find the rows of a receipt; `left`: it is in the file, but counts for nothing anyhow; undefined: it is not in the file
 * @returns the rows whose receipt is not there
 */
export function undo(
  undoing: readonly UndoingRow[],
  find: (number: string) => readonly Row[] | 'left' | undefined,
): UndoingRow[] {
  const lost: UndoingRow[] = [];
  for (const row of undoing) {
    const target = row.other ?? row.number;
    const rows = target === undefined ? 'left' : find(target);
    if (row.other !== undefined && rows === undefined) lost.push(row);
    if (rows === undefined || rows === 'left') continue;
    if (row.other !== undefined) for (const one of rows) one.content = { kind: 'undone' };
    else {
      const undone = rows.findLast(({ content }) => isCounter(row.content, content));
      if (undone) undone.content = { kind: 'undone' };
    }
  }
  return lost;
}

function isCounter(one: RowContent | undefined, other: RowContent): boolean {
  if (one?.kind !== 'line' || other.kind !== 'line' || !(one.line.quantity < 0 || one.line.net < 0)) return false;
  const [back, sold] = [one.line, other.line];
  return back.gtin === sold.gtin && Math.abs(back.quantity) === sold.quantity && Math.abs(back.net) === sold.net;
}
