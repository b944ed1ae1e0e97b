import { MOST_MINOR, TillSale, compile, readCode, type SaleLine } from '@aisle/contracts';
import { readText } from '../wire/json.js';
import { malformed, reading, type Reading } from '../wire/reading.js';
import { instantToWall, parseInZone, wallTime, wallToInstant } from '../wire/time.js';
import { decimal } from './amounts.js';
import { csvRows, delimiterOf, type CsvRow } from './csv-rows.js';

/** Sales from a file of comma separated values, one row per sale line. The shop says which column is what. */
export interface CsvSettings {
  /** titles of the columns in the file's first row; `time` only where the time of day stands apart from `date` */
  columns: {
    receipt: string;
    date: string;
    time?: string;
    gtin: string;
    /** one unit when there is no such column */
    quantity?: string;
    net: string;
    gross?: string;
    discount?: string;
    tax?: string;
    member?: string;
  };
  /** the file's own when left out: whichever of , ; | and tab its first row has most of */
  delimiter?: ',' | ';' | '\t' | '|';
  decimal?: 'point' | 'comma';
  /** of dates that are not ISO 8601: 31.12.2026 is dmy, 12/31/2026 is mdy */
  dateOrder?: 'ymd' | 'dmy' | 'mdy';
  /** IANA zone of the store: a time without a zone is read in it */
  timezone: string;
  /** day: receipt numbers begin anew each store day, so the same number on another day is another receipt */
  receiptScope?: 'store' | 'day';
  /** largest file in bytes */
  limitBytes?: number;
}

/** Why a row is not in any sale: for whoever has to mend the file. */
export interface RefusedRow {
  /** of the file, from 1 */
  line: number;
  /** title of the column; empty for the whole row */
  column: string;
  expected: string;
}
export interface CsvReport {
  sales: TillSale[];
  /** rows below the titles */
  rows: number;
  refusedRows: number;
  /** the first thousand of them */
  refused: RefusedRow[];
}

type ColumnName = keyof CsvSettings['columns'];
interface Line {
  receipt: string;
  ts: number;
  member: string | undefined;
  line: SaleLine;
}
/** `ts`: where the row's time could be read all the same */
type Refuse = { column: ColumnName | undefined; expected: string; ts?: number };

const LIMIT_BYTES = 16 << 20;
const MOST_REPORTED = 1000;
const schema = compile(TillSale);

/** A file → its sales, each receipt whole or not at all: a receipt with one bad row would be a wrong sum under a good number. */
export function decodeCsv(_topic: string, bytes: Uint8Array, settings: CsvSettings): Reading<CsvReport> {
  const text = readText(bytes, settings.limitBytes ?? LIMIT_BYTES);
  if (!text.ok) return text;
  const rows = csvRows(text.value, settings.delimiter ?? delimiterOf(text.value));
  const titles = rows.next();
  if (titles.done) return malformed('', 'is empty');
  const places = placesOf(titles.value.cells, settings);
  if (!places.ok) return places;
  const report: CsvReport = { sales: [], rows: 0, refusedRows: 0, refused: [] };
  const refuseRow = (line: number, column: ColumnName | undefined, expected: string): void => {
    report.refusedRows++;
    if (report.refused.length < MOST_REPORTED)
      report.refused.push({ line, column: column === undefined ? '' : (settings.columns[column] ?? ''), expected });
  };
  /** keyed by receipt, and by store day where these begin anew */
  const receipts = new Map<string, { number: string; rows: { line: number; read: Line }[]; bad: boolean }>();
  /** receipts with a row whose day is not known: all of that number are in doubt */
  const doubtful = new Set<string>();
  for (const row of rows) {
    report.rows++;
    const read = readRow(row, places.value, settings);
    const number = cell(row, places.value, 'receipt') ?? '';
    if ('expected' in read) refuseRow(row.line, read.column, read.expected);
    if (read.ts === undefined) {
      doubtful.add(number);
      continue;
    }
    const key = keyOf(number, read.ts, settings);
    const receipt = receipts.get(key) ?? { number, rows: [], bad: false };
    receipts.set(key, receipt);
    if ('expected' in read) receipt.bad = true;
    else receipt.rows.push({ line: row.line, read });
  }
  for (const { number, rows: read, bad } of receipts.values()) {
    const whole = !bad && !doubtful.has(number);
    const sale = whole ? saleOf(read.map((row) => row.read)) : undefined;
    if (sale?.ok) report.sales.push(sale.value);
    else
      for (const { line } of read)
        refuseRow(line, 'receipt', sale?.message ?? 'a receipt all of whose rows can be read');
  }
  report.refused.sort((one, other) => one.line - other.line);
  return reading(report);
}

function saleOf(lines: readonly Line[]): Reading<TillSale> {
  const [first] = lines;
  if (!first) return malformed('', 'a receipt with rows');
  const member = lines.find((line) => line.member !== undefined)?.member;
  const ts = lines.reduce((latest, line) => Math.max(latest, line.ts), first.ts);
  const sale = {
    ts,
    receipt: first.receipt,
    lines: lines.map(({ line }) => line),
    ...(member !== undefined && { member }),
  };
  const checked = schema.check(sale);
  return checked.ok
    ? reading(checked.value)
    : malformed(checked.problem.field, `${checked.problem.field}: ${checked.problem.message}`);
}

type Places = ReadonlyMap<ColumnName, number>;

function placesOf(titles: readonly string[], settings: CsvSettings): Reading<Places> {
  const places = new Map<ColumnName, number>();
  for (const [name, title] of Object.entries(settings.columns) as [ColumnName, string | undefined][]) {
    if (title === undefined) continue;
    const at = titles.findIndex((found) => found.toLowerCase() === title.trim().toLowerCase());
    if (at < 0) return malformed(title, 'is no title of a column in the first row');
    places.set(name, at);
  }
  return reading(places);
}

/** A cell's text; undefined for an empty one and for a column that the shop does not have. */
function cell(row: CsvRow, places: Places, name: ColumnName): string | undefined {
  const at = places.get(name);
  return at === undefined ? undefined : row.cells[at] || undefined;
}

function readRow(row: CsvRow, places: Places, settings: CsvSettings): Line | Refuse {
  if (row.broken) return { column: undefined, expected: 'quotes that are closed, with nothing behind them' };
  const receipt = cell(row, places, 'receipt');
  if (receipt === undefined || receipt.length > 128)
    return { column: 'receipt', expected: 'a receipt number of 1 to 128 characters' };
  const ts = timeOf(row, places, settings);
  if (ts === undefined) return { column: places.has('time') ? 'time' : 'date', expected: datesOf(settings) };
  const code = readCode(cell(row, places, 'gtin') ?? '');
  if (!code.ok) return { column: 'gtin', expected: code.problem.message.replace(/^expected /, ''), ts };
  const gtin = code.value;
  const amounts: Partial<Record<'quantity' | 'net' | 'gross' | 'discount' | 'tax', number>> = {};
  for (const name of ['quantity', 'net', 'gross', 'discount', 'tax'] as const) {
    const written = cell(row, places, name);
    if (written === undefined && name !== 'net' && !(name === 'quantity' && places.has(name))) continue;
    const value = numberOf(written, settings);
    const sample = settings.decimal === 'comma' ? 'comma, such as 1234,50' : 'point, such as 1234.50';
    if (value === undefined || Math.abs(value) > (name === 'quantity' ? 1e6 : MOST_MINOR))
      return { column: name, expected: `a number with a decimal ${sample}`, ts };
    amounts[name] = value;
  }
  const { quantity = 1, net = 0, ...rest } = amounts;
  if (quantity === 0) return { column: 'quantity', expected: 'a quantity other than 0', ts };
  if (quantity < 0 && net > 0)
    return { column: 'net', expected: 'a negative amount, as the quantity is negative (a return)', ts };
  return { receipt, ts, member: cell(row, places, 'member'), line: { gtin, quantity, net, ...rest } };
}

/** Without grouping marks: 1,234 means one thing in London and another in Paris. */
function numberOf(text: string | undefined, settings: CsvSettings): number | undefined {
  if (text === undefined || settings.decimal !== 'comma') return decimal(text);
  return text.includes('.') ? undefined : decimal(text.replace(',', '.'));
}

const SPLIT_DATE = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T ]+(.*))?$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])[Mm])?$/;

function timeOf(row: CsvRow, places: Places, settings: CsvSettings): number | undefined {
  const date = cell(row, places, 'date');
  const time = places.has('time') ? cell(row, places, 'time') : undefined;
  if (date === undefined || (places.has('time') && time === undefined)) return undefined;
  const text = time === undefined ? date : `${date} ${time}`;
  const iso = parseInZone(text, settings.timezone);
  if (iso !== undefined) return iso;
  const parts = SPLIT_DATE.exec(text);
  const clock = CLOCK.exec(parts?.[4] ?? '');
  if (!parts || !clock) return undefined;
  const numbers = parts.slice(1, 4).map(Number);
  const order = settings.dateOrder ?? 'ymd';
  const [year = 0, month = 0, day = 0] = [...'ymd'].map((part) => numbers[order.indexOf(part)] ?? 0);
  const [, hour = '', minute = '', second = '0', fraction = '', half] = clock;
  if (year < 1970 || (half !== undefined && (Number(hour) < 1 || Number(hour) > 12))) return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  const ms = Number(`${fraction}000`.slice(0, 3));
  const wall = wallTime(year, month, day, hours, Number(minute), Number(second), ms);
  return wall === undefined ? undefined : wallToInstant(wall, settings.timezone);
}

function datesOf(settings: CsvSettings): string {
  const samples = { ymd: '2026-12-31', dmy: '31.12.2026', mdy: '12/31/2026' };
  return `a date and time such as ${samples[settings.dateOrder ?? 'ymd']} 18:05:00`;
}

const keyOf = (receipt: string, ts: number, settings: CsvSettings): string =>
  settings.receiptScope === 'day' ? `${dayOf(ts, settings.timezone)}|${receipt}` : receipt;

function dayOf(ts: number, timezone: string): string {
  return new Date(instantToWall(ts, timezone) ?? ts).toISOString().slice(0, 10);
}
