import type { SaleLine, TillSale } from '../native.js';
import { instantToWall } from '../local-time.js';
import { hasUnreadable } from '../text-encoding.js';
import { fromMinor, minorDigits, toMinor } from '../units.js';
import { tidy } from './amounts.js';
import type { RowKinds, Skip } from './csv-kinds.js';
import { fittedTo, moneyElsewhere, readLine, type RowContent } from './csv-line.js';
import { ReportBook, type CsvReport } from './csv-report.js';
import type { CsvRow } from './csv-rows.js';
import type { ColumnName, CsvSettings } from './csv-settings.js';
import { returnsApart } from './csv-returns.js';
import { isTotalWord } from './csv-sums.js';
import { cell, type Table } from './csv-table.js';
import { undo, type Undoable, type UndoingRow } from './csv-undoing.js';
import { couldBeRead, readDate } from './dates.js';
import { faultyField } from './plain-check.js';
import { fault, type SalesFault, type SalesFaultCode, type SalesFaultValues, type SalesSkipCode } from './faults.js';

const MOST_LINES = 1000;

interface Receipt {
  number: string;
  ts: number;
  /** `loose`: without a receipt number of its own, and without a code */
  rows: { line: number; content: RowContent; loose: boolean; ts: number | undefined }[];
  member: string | undefined;
  /** number of the receipt that its returns name */
  returnOf: string | undefined;
  bad: boolean;
}
/** To what a row without a receipt belongs. `skipped`: to a receipt that does not count; `lost`: to one that nobody knows. */
type Above =
  | { kind: 'receipt'; receipt: Receipt; date: string }
  | { kind: 'skipped'; number: string; date: string; title: string; values: SalesFaultValues }
  | { kind: 'lost' };

/** Rows → receipts. */
export class Receipts {
  private readonly book: ReportBook;
  /** by receipt, and by store day where these begin anew */
  private readonly receipts = new Map<string, Receipt>();
  /** the newest of each number */
  private readonly newest = new Map<string, Receipt>();
  /** numbers with a row that cannot be given to one of them: all of that number are in doubt */
  private readonly doubtful = new Set<string>();
  private above: Above | undefined;
  private readonly undoing: UndoingRow[] = [];
  /** numbers of receipts that say of themselves that they do not count */
  private readonly left = new Set<string>();
  /** of all lines, for the file's own total */
  private sum = 0;
  /** which of an account's shops the rows that count are of */
  readonly shops = new Set<string>();
  private lastLine = 0;
  private lastDate: { text: string; ts: number | undefined } = { text: '', ts: undefined };

  constructor(
    private readonly table: Table,
    private readonly kinds: RowKinds,
    private readonly settings: CsvSettings,
    /** columns that tell on a receipt's first row what became of all of it */
    private readonly toldOnce: ReadonlySet<number> = new Set(),
  ) {
    this.book = new ReportBook(settings);
  }

  add(row: CsvRow): void {
    const { places, titles } = this.table;
    this.book.report.rows += 1;
    this.lastLine = row.line;
    const number = unquoted(cell(row, places, 'receipt'));
    const date = this.dateOf(row);
    if (row.broken || row.cells.length > titles.length) {
      const extra = row.cells.slice(titles.length).some((text) => text !== '');
      if (row.broken || extra) return this.unreadable(row, number);
    }
    if (row.cells.every((text, at) => text === '' || text === titles[at]) && number !== undefined)
      return this.skip(row.line, 'titles');
    if (['gtin', 'date'].some((name) => isTotalWord(cell(row, places, name as ColumnName) ?? '')))
      return this.skip(row.line, 'sum', { amount: cell(row, places, 'net') ?? '' });
    const skip = this.kinds.skipOf(row);
    if (skip) return this.leaveOut(row, skip, number, date);
    const follows =
      number === undefined || (date === '' && this.above !== undefined && numberOf(this.above) === number);
    if (follows && this.above?.kind === 'skipped' && !this.kinds.speaks(row))
      return this.skip(row.line, 'status', this.above.values);
    if (this.above?.kind === 'skipped' && this.goesOn(this.above, row, number, date))
      return this.skip(row.line, 'status', this.above.values);
    if (number === undefined && this.isEmpty(row)) return this.skip(row.line, 'nothing');
    const receipt = this.receiptOf(row, number, date);
    if (!receipt) return;
    const shop = cell(row, places, 'shop');
    if (shop !== undefined) this.shops.add(shop);
    const content =
      moneyElsewhere(row, places, this.settings) ?? readLine(row, places, this.settings, this.kinds.isReturn(row));
    if ('code' in content) {
      receipt.bad = true;
      return this.refuse(row.line, content);
    }
    const loose = number === undefined && cell(row, places, 'gtin') === undefined;
    const ts = date !== '' && date === this.lastDate.text ? this.lastDate.ts : undefined;
    receipt.rows.push({ line: row.line, content, loose, ts });
    receipt.member ??= cell(row, places, 'member');
    if (content.kind === 'line' && content.line.quantity < 0) receipt.returnOf ??= this.otherOf(row, number);
  }

  /** Whether a row is of a receipt that does not count by its first row, as exports say it that tell so once. */
  private goesOn(above: Above & { kind: 'skipped' }, row: CsvRow, number: string | undefined, date: string): boolean {
    if (above.number !== number || (date !== '' && date !== above.date)) return false;
    return this.kinds.goesOn(row, above.title, this.toldOnce);
  }

  /** A row that is no sale by what it says. */
  private leaveOut(row: CsvRow, skip: Skip, number: string | undefined, date: string): void {
    const { line } = row;
    if (skip.isUndoing) {
      const content = readLine(row, this.table.places, this.settings, this.kinds.isReturn(row));
      const other = this.otherOf(row, number);
      const ts = readDate(date, this.settings);
      const day = ts === undefined ? undefined : dayOf(ts, this.settings.timezone);
      this.undoing.push({ line, skip, number, other, day, content: 'code' in content ? undefined : content });
    } else this.skip(line, skip.code, skip.values);
    if (number === undefined) return;
    this.left.add(number);
    this.above = { kind: 'skipped', number, date, title: skip.title, values: skip.values };
  }

  private otherOf(row: CsvRow, number: string | undefined): string | undefined {
    const other = cell(row, this.table.places, 'returnOf');
    return other === number ? undefined : other;
  }

  finish(read: CsvReport['read']): CsvReport {
    const undoable = (receipt: Receipt): Undoable => ({
      ...{ number: receipt.number, rows: receipt.rows, day: dayOf(receipt.ts, this.settings.timezone) },
    });
    const wrong = undo(this.undoing, {
      find: (number) => {
        const found = this.newest.get(number);
        return found ? undoable(found) : this.left.has(number) ? 'left' : undefined;
      },
      all: () => [...this.receipts.values()].map(undoable),
    });
    for (const row of this.undoing) {
      const why = wrong.get(row);
      if (why) this.refuse(row.line, why);
      else this.skip(row.line, row.skip.code, row.skip.values);
    }
    const storeDay = (ts: number): string => dayOf(ts, this.settings.timezone);
    for (const receipt of this.receipts.values()) {
      receipt.bad ||= this.doubtful.has(receipt.number);
      for (const part of returnsApart(receipt, storeDay)) this.total(part);
    }
    return { ...this.book.inOrder(), read };
  }

  private total(receipt: Receipt): void {
    const sale = receipt.bad ? fault('notWhole', 'receipt') : this.saleOf(receipt);
    if (!('code' in sale)) {
      if (sale.lines.length > 0) this.book.report.sales.push(sale);
      return;
    }
    for (const { line } of receipt.rows) this.refuse(line, sale);
  }

  /** A sale, or why not; rows that are no lines of it are then skipped. */
  private saleOf(receipt: Receipt): TillSale | SalesFault {
    const digits = minorDigits(this.settings.currency ?? '');
    if (!this.tellTotals(receipt, digits)) return fault('sumOrLine', 'gtin');
    const lines = linesOf(receipt);
    const sum = lines.reduce((total, line) => total + toMinor(line.net, digits), 0);
    for (const { content } of receipt.rows) {
      if (content.kind !== 'sum') continue;
      const amount = Math.abs(toMinor(content.amount, digits));
      const isTotal = lines.length > 0 && (amount === Math.abs(sum) || amount === Math.abs(this.fileSum(receipt)));
      if (!isTotal) return fault('sumOrLine', 'quantity');
    }
    if (lines.length > MOST_LINES) return fault('lines', 'receipt', { got: lines.length });
    const whole = receipt.rows
      .map(({ content }) => ('receiptNet' in content ? content.receiptNet : undefined))
      .find((net) => net !== undefined);
    const fitted = whole === undefined ? lines : fittedTo(whole, lines, digits);
    if (!fitted) return fault('totals', 'receiptNet', { lines: fromMinor(sum, digits), total: whole ?? 0 });
    const { number, ts, member, returnOf } = receipt;
    const sale = {
      ...{ ts, receipt: number, lines: fitted },
      ...(member !== undefined && { member }),
      ...(returnOf !== undefined && { returnOf }),
    };
    const faulty = lines.length === 0 ? undefined : faultyField(sale);
    if (faulty !== undefined) return fault('form', 'receipt', { field: faulty });
    for (const { line, content } of receipt.rows) {
      if (content.kind === 'undone') this.skip(line, 'undone', { receipt: receipt.number });
      else if (content.kind === 'nothing') this.skip(line, 'nothing');
      else if (content.kind === 'sum') this.skip(line, 'sum', { amount: content.amount });
    }
    return sale;
  }

  /**
   * A row without receipt and code may be the total of the rows above it, with their number of units, and not an open item. False
   * where it could be either.
   */
  private tellTotals(receipt: Receipt, digits: number): boolean {
    for (const [at, row] of receipt.rows.entries()) {
      if (!row.loose || row.content.kind !== 'line') continue;
      const { net, quantity } = row.content.line;
      const above = linesOf({ rows: receipt.rows.slice(0, at) });
      const isSum = (lines: readonly SaleLine[]) =>
        lines.reduce((sum, line) => sum + toMinor(line.net, digits), 0) === toMinor(net, digits) &&
        tidy(lines.reduce((sum, line) => sum + line.quantity, 0)) === quantity;
      const file = row.line === this.lastLine ? [...this.receipts.values()].flatMap(linesOf).slice(0, -1) : [];
      if (!isSum(above) && !(file.length > above.length && isSum(file))) continue;
      if (above.length < 2 && file.length < 2) return false;
      row.content = { kind: 'sum', amount: net, field: 'net' };
    }
    return true;
  }

  /** In minor units, of all receipts of the file: its last row may be their total. */
  private fileSum(last: Receipt): number {
    if (last.rows.at(-1)?.line !== this.lastLine) return Number.NaN;
    const digits = minorDigits(this.settings.currency ?? '');
    this.sum ||= [...this.receipts.values()]
      .flatMap(({ rows }) => rows)
      .reduce((sum, { content }) => (content.kind === 'line' ? sum + toMinor(content.line.net, digits) : sum), 0);
    return this.sum;
  }

  private receiptOf(row: CsvRow, number: string | undefined, date: string): Receipt | undefined {
    const { above } = this;
    const no = (code: SalesFaultCode, column: ColumnName, values: SalesFaultValues = {}): undefined => {
      if (number !== undefined) this.doubtful.add(number);
      this.refuse(row.line, fault(code, column, values));
      return undefined;
    };
    if (number === undefined) {
      if (above?.kind === 'skipped') return this.begun(row, above.number, above.date);
      if (above?.kind !== 'receipt') return no('noReceiptAbove', 'receipt');
      if (date === '' || date === above.date) return above.receipt;
      above.receipt.bad = true;
      return no('otherTime', 'receipt');
    }
    if (date !== '') return this.begun(row, number, date);
    const known = this.newest.get(number);
    if (known) {
      this.above = { kind: 'receipt', receipt: known, date: '' };
      return known;
    }
    if (above?.kind === 'skipped' && above.number === number && above.date !== '')
      return this.begun(row, number, above.date);
    if (isTotalWord(number) && cell(row, this.table.places, 'gtin') === undefined) {
      this.skip(row.line, 'sum', { amount: cell(row, this.table.places, 'net') ?? '' });
      return undefined;
    }
    this.above = { kind: 'lost' };
    return no('date', this.table.places.has('time') ? 'time' : 'date', this.dateSample());
  }

  /** A row with its own number and time: of a receipt that is there, or the first of one. */
  private begun(row: CsvRow, number: string, date: string): Receipt | undefined {
    const refuse = (code: SalesFaultCode, column: ColumnName, values: SalesFaultValues = {}): undefined => {
      this.doubtful.add(number);
      this.above = { kind: 'lost' };
      this.refuse(row.line, fault(code, column, values));
      return undefined;
    };
    if (number.length > 128) return refuse('receipt', 'receipt');
    if (hasUnreadable(number) || /[\0-\x1f\x7f]|\p{Cs}/u.test(number)) return refuse('unreadable', 'receipt');
    // Rows of one receipt have one time.
    const ts = date === this.lastDate.text ? this.lastDate.ts : readDate(date, this.settings);
    this.lastDate = { text: date, ts };
    if (ts === undefined && this.settings.dateOrder === undefined && couldBeRead(date, this.settings))
      return refuse('dateOrder', 'date', { got: date.slice(0, 40) });
    if (ts === undefined) return refuse('date', this.table.places.has('time') ? 'time' : 'date', this.dateSample());
    const key = this.settings.receiptScope === 'day' ? `${dayOf(ts, this.settings.timezone)}|${number}` : number;
    let receipt = this.receipts.get(key);
    if (!receipt)
      this.receipts.set(key, (receipt = { number, ts, rows: [], member: undefined, returnOf: undefined, bad: false }));
    receipt.ts = Math.max(receipt.ts, ts);
    this.newest.set(number, receipt);
    this.above = { kind: 'receipt', receipt, date };
    return receipt;
  }

  /** A row that cannot be split: whose receipt it is may be told all the same. */
  private unreadable(row: CsvRow, number: string | undefined): void {
    const { titles, places } = this.table;
    const isTold = row.cells.length - (row.broken ? 1 : 0) > (places.get('receipt') ?? 0);
    if (number !== undefined && isTold) {
      this.doubtful.add(number);
      this.above = { kind: 'lost' };
    } else if (isTold && this.above?.kind === 'receipt') this.above.receipt.bad = true;
    else if (!isTold) this.above = { kind: 'lost' };
    this.refuse(
      row.line,
      row.broken ? fault('quotes') : fault('cells', '', { expected: titles.length, got: row.cells.length }),
    );
  }

  /** Date and time as written; empty where the row has neither, or one of two. */
  private dateOf(row: CsvRow): string {
    const { places } = this.table;
    const date = cell(row, places, 'date') ?? '';
    if (!places.has('time')) return date;
    const time = cell(row, places, 'time') ?? '';
    return date === '' || time === '' ? date + time : `${date} ${time}`;
  }

  private isEmpty(row: CsvRow): boolean {
    return (['gtin', 'quantity', 'net', 'price'] as const).every(
      (name) => cell(row, this.table.places, name) === undefined,
    );
  }

  private dateSample(): SalesFaultValues {
    const samples = { ymd: '2026-12-31', dmy: '31.12.2026', mdy: '12/31/2026' };
    return { sample: `${samples[this.settings.dateOrder ?? 'ymd']} 18:05:00` };
  }

  private refuse(line: number, fault: SalesFault): void {
    this.book.refuse(line, fault);
  }
  private skip(line: number, code: SalesSkipCode, values: SalesFaultValues = {}): void {
    this.book.skip(line, code, values);
  }
}

/** A number in quotes of its own, as some exports keep spreadsheets from making figures of it. */
const unquoted = (number: string | undefined): string | undefined =>
  number === undefined ? undefined : (/^=?"([^"]+)"$/.exec(number)?.[1] ?? number);

const linesOf = ({ rows }: Pick<Receipt, 'rows'>): SaleLine[] =>
  rows.flatMap(({ content }) => (content.kind === 'line' ? [content.line] : []));

const numberOf = (above: Above): string | undefined =>
  above.kind === 'receipt' ? above.receipt.number : above.kind === 'skipped' ? above.number : undefined;

function dayOf(ts: number, timezone: string): string {
  return new Date(instantToWall(ts, timezone) ?? ts).toISOString().slice(0, 10);
}
