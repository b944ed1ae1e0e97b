import type { RowContent } from './csv-line.js';
import type { Skip } from './csv-kinds.js';
import { fault, type SalesFault } from './faults.js';

/** A row that says of itself that it takes something back: of the receipt that it names, or of its own receipt. */
export interface UndoingRow {
  line: number;
  skip: Skip;
  /** number of the receipt that it stands on */
  number: string | undefined;
  /** number of another receipt that it names in a column of its own */
  other: string | undefined;
  /** store day on which it was made, if it tells */
  day: string | undefined;
  /** what stands on it; undefined where that cannot be read */
  content: RowContent | undefined;
}
interface Row {
  line: number;
  content: RowContent;
}
/** A receipt of the file that may be taken back. */
export interface Undoable {
  number: string;
  day: string;
  rows: readonly Row[];
}
/** Receipts of the file, as far as they count. */
export interface Undoables {
  /** `left`: it is in the file, but counts for nothing anyhow; undefined: it is not in the file */
  find(number: string): Undoable | 'left' | undefined;
  all(): readonly Undoable[];
}

/**
 * Takes out of the receipts what other rows undo. Of its own receipt a counter-line undoes the line with its code and its amounts of
 * the other sign. Rows that name another receipt, in a column or in words ("void of 4711"), undo the lines that they repeat, else all of
 * it. A receipt of nothing but counter-lines of a kind of their own undoes the one receipt of its day that has the opposite lines.
 * @returns rows that take back what is not there, or what nobody can tell, and why
 */
export function undo(undoing: readonly UndoingRow[], receipts: Undoables): Map<UndoingRow, SalesFault> {
  const wrong = new Map<UndoingRow, SalesFault>();
  for (const rows of together(undoing, receipts)) {
    const [{ number, row }] = rows as [Named, ...Named[]];
    const undoers = rows.map((one) => one.row);
    const no = (why: SalesFault): void => undoers.forEach((one) => void wrong.set(one, why));
    if (number !== undefined) {
      const found = receipts.find(number);
      if (found === undefined)
        no(fault('postVoid', row.other === undefined ? row.skip.title : 'returnOf', { receipt: number }));
      else if (found !== 'left' && !takeBack(found, undoers)) no(fault('postVoidOther', 'net', { receipt: number }));
      continue;
    }
    const own = row.number === undefined ? 'left' : receipts.find(row.number);
    if (own !== undefined && own !== 'left') undoers.forEach((one) => void undoLine(own, one));
    else if (row.skip.isKind && undoers.some(({ content }) => isNegative(content))) {
      const fitting = receipts.all().filter((one) => one.day === row.day && linesUndone(one, undoers) === 'all');
      const [only] = fitting;
      if (only && fitting.length === 1) for (const one of only.rows) one.content = { kind: 'undone' };
      else no(fault('voidOfWhat', row.skip.title));
    }
  }
  return wrong;
}

interface Named {
  row: UndoingRow;
  /** of the receipt that it takes back, if it names one */
  number: string | undefined;
}

/** Rows of one receipt that take back the same. */
function together(undoing: readonly UndoingRow[], receipts: Undoables): Named[][] {
  const groups = new Map<string, Named[]>();
  for (const row of undoing) {
    const number = row.other ?? namedIn(row, receipts);
    const key = JSON.stringify([row.number ?? row.line, number ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), { row, number }]);
  }
  return [...groups.values()];
}

/** Words between "void" and the number that it names. */
const OF =
  /^(?:(?:of|for|to|von|vom|zu|zum|de|du|di|da|del|der|receipt|sale|order|transaction|invoice|beleg|bon|ticket|re[çc]u|nr|no|num(?:ber|éro|ero)?)\b|n°|小票|订单|訂單|交易|单号|單號|原单|原單|号|號|[\s.:：#№(（"'-])+/iu;
const WORD = /^[^\s,;)）"']+/u;

/** The receipt that a row names in the words with which it says that it takes something back. */
function namedIn({ skip, number }: UndoingRow, receipts: Undoables): string | undefined {
  const { rest } = skip;
  const told = OF.exec(rest)?.[0] ?? '';
  const name = rest.slice(told.length).replace(/[\s)）"'.]+$/, '');
  const isTold = /[\p{L}#№]/u.test(told);
  // A number at the beginning of other words may be anything, unless they say that it is a receipt's.
  for (const one of [rest.trim(), name, isTold ? (WORD.exec(name)?.[0] ?? '') : ''])
    if (one !== '' && one !== number && receipts.find(one) !== undefined) return one;
  // Who or when is told as often as what: only what can be nothing else is a number that is missing.
  const isNumber = isTold && /^[\p{L}\p{N}._/-]*\p{N}[\p{L}\p{N}._/-]*$/u.test(name);
  return isNumber && name !== number ? name : undefined;
}

/** @returns false where what stands on the rows is not of that receipt */
function takeBack(receipt: Undoable, undoers: readonly UndoingRow[]): boolean {
  const lines = linesUndone(receipt, undoers);
  if (lines === 'none') return false;
  for (const one of lines === 'all' ? receipt.rows : lines) one.content = { kind: 'undone' };
  return true;
}

/** Which rows of a receipt others repeat, with amounts of the other sign or, all of them, of the same. `all`: the whole of it. */
function linesUndone(receipt: Undoable, undoers: readonly UndoingRow[]): readonly Row[] | 'all' | 'none' {
  const goods = undoers.flatMap(({ content }) => (content?.kind === 'line' ? [content.line] : []));
  const left = receipt.rows.filter(({ content }) => content.kind === 'line');
  const of = left.length;
  const found: Row[] = [];
  for (const back of goods) {
    const at = left.findIndex(({ content }) => {
      if (content.kind !== 'line' || content.line.gtin !== back.gtin) return false;
      return same(content.line.quantity, back.quantity) && same(content.line.net, back.net);
    });
    if (at < 0) break;
    found.push(...left.splice(at, 1));
  }
  if (goods.length > 0 && found.length === goods.length) return found.length === of ? 'all' : found;
  const sums = undoers.flatMap(({ content }) => {
    if (content?.kind === 'line') return [content.line.net];
    return content?.kind === 'sum' ? [content.amount] : [];
  });
  const total = receipt.rows.reduce((sum, { content }) => sum + (content.kind === 'line' ? content.line.net : 0), 0);
  const back = sums.reduce((sum, amount) => sum + amount, 0);
  return sums.length === 0 || back === 0 || same(back, total) ? 'all' : 'none';
}

/** To a fraction that no currency has, whatever the sign. */
const same = (one: number, other: number): boolean => Math.abs(Math.abs(one) - Math.abs(other)) < 1e-6;

const isNegative = (content: RowContent | undefined): boolean =>
  content?.kind === 'line'
    ? content.line.quantity < 0 || content.line.net < 0
    : content?.kind === 'sum' && content.amount < 0;

function undoLine({ rows }: Undoable, { content: back }: UndoingRow): void {
  const undone = rows.findLast(({ content }) => isCounter(back, content));
  if (undone) undone.content = { kind: 'undone' };
}

function isCounter(one: RowContent | undefined, other: RowContent): boolean {
  if (one?.kind !== 'line' || other.kind !== 'line' || !(one.line.quantity < 0 || one.line.net < 0)) return false;
  const [back, sold] = [one.line, other.line];
  return back.gtin === sold.gtin && Math.abs(back.quantity) === sold.quantity && Math.abs(back.net) === sold.net;
}
