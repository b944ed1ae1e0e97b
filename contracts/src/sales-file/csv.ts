import { decodeText } from '../text-encoding.js';
import { minorDigits } from '../units.js';
import { decimalMarkOf, type DecimalMark } from './amounts.js';
import { RowKinds } from './csv-kinds.js';
import { Receipts } from './csv-receipts.js';
import type { CsvReport } from './csv-report.js';
import type { CsvRow } from './csv-rows.js';
import type { ColumnName, CsvSettings } from './csv-settings.js';
import { cell, sameTitle, tableOf, type Table } from './csv-table.js';
import { dateOrderOf } from './dates.js';
import { fault, type SalesFault } from './faults.js';

const LIMIT_BYTES = 16 << 20;

/** A file → its sales, each receipt whole or not at all: a receipt with one bad row would be a wrong sum under a good number. */
export function decodeCsv(
  _topic: string,
  bytes: Uint8Array,
  given: CsvSettings,
): { ok: true; value: CsvReport } | SalesFault {
  const limit = given.limitBytes ?? LIMIT_BYTES;
  if (bytes.length > limit) return fault('tooLarge', '', { bytes: limit });
  if (isWorkbook(bytes)) return fault('workbook');
  const words = Object.values(given.columns).filter((title) => title !== undefined);
  const decoded = decodeText(bytes, given.encoding, { words, timezone: given.timezone });
  if (!decoded) return fault('encoding', '', { named: given.encoding ?? '' });
  const { text, encoding } = decoded;
  if (text.trim() === '') return fault('empty');
  const table = tableOf(text, given, (cells, places, count) => {
    const date = cell({ cells }, places, 'date');
    return (
      cells.length === count &&
      date !== undefined &&
      /\d/.test(date) &&
      (cell({ cells }, places, 'net') ?? cell({ cells }, places, 'price')) !== undefined
    );
  });
  if ('code' in table) return table;
  const kinds = RowKinds.of(table.titles, given);
  if (!(kinds instanceof RowKinds)) return kinds;
  const rows = [...table.rows];
  const decimal = given.decimal ?? decimalOf(rows, table) ?? usualDecimal(given, rows, table);
  const dateOrder = given.dateOrder ?? (given.usual && orderOf(given, rows, table));
  const settings: CsvSettings = { ...given, ...(decimal && { decimal }), ...(dateOrder && { dateOrder }) };
  const reader = new Receipts(table, kinds, settings, kinds.toldOnce(rows, table.places.get('receipt') ?? 0));
  for (const row of rows) reader.add(row);
  const shop = given.optional?.shop;
  const isNamed = Object.keys(given.only ?? {}).some((title) => sameTitle(title) === sameTitle(shop ?? ''));
  if (shop !== undefined && reader.shops.size > 1 && !isNamed)
    return fault('manyShops', shop, { shops: [...reader.shops].slice(0, 5).join(', ') });
  const read = { encoding, delimiter: table.delimiter, decimal: decimal ?? 'point', titleLine: table.titleLine };
  return { ok: true, value: reader.finish(read) };
}

/** ZIP (XLSX, ODS) and Compound File (XLS), by how they begin. */
const isWorkbook = (bytes: Uint8Array): boolean =>
  [
    [0x50, 0x4b, 0x03, 0x04],
    [0xd0, 0xcf, 0x11, 0xe0],
  ].some((head) => head.every((byte, at) => bytes[at] === byte));

const AMOUNTS: readonly ColumnName[] = ['net', 'price', 'receiptNet', 'gross', 'discount', 'tax', 'quantity'];

/** The decimal mark that the file's amounts can only have; undefined where they have none, or both. */
function decimalOf(rows: readonly CsvRow[], { places }: Table): DecimalMark | undefined {
  const found = new Set<DecimalMark>();
  for (const row of rows)
    for (const name of AMOUNTS) {
      const text = cell(row, places, name) ?? '';
      if (!/[.,]/.test(text)) continue;
      const mark = /^\d+\.\d{1,2}$/.test(text) ? 'point' : decimalMarkOf(text);
      if (mark) found.add(mark);
      if (found.size > 1) return undefined;
    }
  return found.size === 1 ? [...found][0] : undefined;
}

/** A preset's mark, but not where a comma could be the mark of thousandths as well as of thousands. */
function usualDecimal(
  { usual, currency }: Pick<CsvSettings, 'usual' | 'currency'>,
  rows: readonly CsvRow[],
  { places }: Table,
): DecimalMark | undefined {
  if (usual === undefined || currency === undefined || minorDigits(currency) !== 3) return usual?.decimal;
  const isDoubtful = rows.some((row) => AMOUNTS.some((name) => (cell(row, places, name) ?? '').includes(',')));
  return isDoubtful ? undefined : usual.decimal;
}

/** What its dates can only be; where they could be both, and the program writes as is usual in the country, what is usual in the United States. */
function orderOf(
  { usual, currency, timezone }: CsvSettings,
  rows: readonly CsvRow[],
  { places }: Table,
): CsvSettings['dateOrder'] {
  const found = dateOrderOf(
    rows.map((row) => [cell(row, places, 'date') ?? '', cell(row, places, 'time') ?? ''].join(' ').trim()),
  );
  if (found.order !== undefined || usual?.dateOrder === undefined || found.contrary) return found.order;
  const isThere = currency === 'USD' && /^(?:America|Pacific|US)\//.test(timezone) && !ELSEWHERE.has(timezone);
  return isThere || found.american ? usual.dateOrder : undefined;
}
/** Zones of other countries whose money is the dollar, and whose dates begin with the day. */
const ELSEWHERE: ReadonlySet<string> = new Set(['America/Guayaquil', 'America/El_Salvador', 'America/Panama']);
