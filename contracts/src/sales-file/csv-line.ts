import { readCode } from '../product-codes.js';
import { fromMinor, MOST_MINOR, toMinor } from '../units.js';
import type { SaleLine } from '../native.js';
import { readAmount, spread, tidy } from './amounts.js';
import type { CsvRow } from './csv-rows.js';
import type { ColumnName, CsvSettings } from './csv-settings.js';
import { cell } from './csv-table.js';
import { fault, type SalesFault } from './faults.js';

/** The product of a line that has no code: its money counts, and it has no place. */
export const UNKNOWN_CODE = 'unknown';

/** What a row of a receipt holds. `sum`: an amount alone, which is a total or a payment. `nothing`: neither goods nor money. `undone`: by another row. */
export type RowContent =
  | { kind: 'undone' }
  | { kind: 'line'; line: SaleLine; receiptNet: number | undefined }
  | { kind: 'sum'; amount: number; field: ColumnName }
  | { kind: 'nothing'; receiptNet: number | undefined };

type Places = ReadonlyMap<ColumnName, number>;
const DASH = /^[-–—−]+$/;

export function readLine(
  row: CsvRow,
  places: Places,
  settings: CsvSettings,
  isReturn: boolean,
): Exclude<RowContent, { kind: 'undone' }> | SalesFault {
  const amountOf = (name: ColumnName): number | undefined | SalesFault => {
    const written = cell(row, places, name);
    // Spreadsheets show nothing as a dash.
    if (written === undefined || (DASH.test(written) && name !== 'net' && name !== 'quantity')) return undefined;
    // Units are no money: what the currency says of its decimals says nothing of them.
    const value = readAmount(written, name === 'quantity' ? { decimal: settings.decimal } : settings, name);
    if (typeof value !== 'number') return value;
    const most = name === 'quantity' ? 1e6 : MOST_MINOR;
    return Math.abs(value) > most ? fault('amountLimit', name, { most }) : value;
  };
  const amounts: Partial<Record<ColumnName, number>> = {};
  for (const name of ['quantity', 'net', 'price', 'receiptNet', 'gross', 'discount', 'tax'] as const) {
    const value = amountOf(name);
    if (typeof value === 'object') return value;
    if (value !== undefined) amounts[name] = value;
  }
  const { receiptNet, price } = amounts;
  const written = cell(row, places, 'gtin');
  const counts = places.has('quantity');
  const money = settings.columns.net === undefined ? 'price' : 'net';
  const amount = amounts[money];
  if (counts && (amounts.quantity ?? 0) === 0 && (amount ?? 0) === 0) return { kind: 'nothing', receiptNet };
  if (!counts && written === undefined && (amount ?? 0) === 0) return { kind: 'nothing', receiptNet };
  if (amount === undefined) return fault('amount', money, { decimal: sampleOf(settings), got: '' });
  if (written === undefined && counts && amounts.quantity === undefined)
    return { kind: 'sum', amount, field: 'quantity' };
  if (counts && amounts.quantity === undefined) return fault('quantity', 'quantity', { got: '' });
  const code = written === undefined ? { ok: true as const, value: UNKNOWN_CODE } : readCode(written);
  if (!code.ok) {
    const rounded = code.problem.values['expected'] === 'roundedCode';
    return fault(rounded ? 'codeRounded' : 'code', 'gtin', { got: (written ?? '').slice(0, 40) });
  }
  let quantity = amounts.quantity ?? 1;
  let net =
    price === undefined || amounts.net !== undefined
      ? (amounts.net ?? 0)
      : tidy(quantity * price - (amounts.discount ?? 0));
  if (isReturn && quantity > 0) quantity = -quantity;
  if (isReturn && net > 0) net = -net;
  if (quantity < 0 && net > 0) return fault('returnSign', 'net');
  const { gross, discount, tax } = amounts;
  const line: SaleLine = {
    gtin: code.value,
    quantity,
    net,
    ...(gross !== undefined && { gross }),
    ...(discount !== undefined && { discount }),
    ...(tax !== undefined && { tax }),
  };
  return { kind: 'line', line, receiptNet };
}

/** Money of another currency, and of a receipt of which some was given back on a day that nobody tells. */
export function moneyElsewhere(row: CsvRow, places: Places, settings: CsvSettings): SalesFault | undefined {
  const got = cell(row, places, 'currency')?.toUpperCase() ?? '';
  const { currency: expected } = settings;
  if (expected !== undefined && /^[A-Z]{3}$/.test(got) && got !== expected)
    return fault('otherCurrency', 'currency', { expected, got });
  const written = cell(row, places, 'refunded');
  const back = written === undefined || DASH.test(written) ? 0 : readAmount(written, settings, 'refunded');
  if (typeof back !== 'number') return back;
  return back === 0 ? undefined : fault('refundedLater', 'refunded', { got: Math.abs(back) });
}

/** Lines that add up to what was paid for the whole; undefined where none of them could have taken the difference. */
export function fittedTo(whole: number, lines: readonly SaleLine[], digits: number): SaleLine[] | undefined {
  const sum = lines.reduce((total, line) => total + toMinor(line.net, digits), 0);
  const more = fromMinor(sum - toMinor(whole, digits), digits);
  if (more === 0) return [...lines];
  const weights = lines.map((line) => line.net);
  const shares = spread(more, weights, digits);
  return shares && lines.map((line, at) => ({ ...line, net: tidy(line.net - (shares[at] ?? 0)) }));
}

export const sampleOf = ({ decimal }: Pick<CsvSettings, 'decimal'>): string =>
  decimal === 'comma' ? 'comma, such as 1234,50' : 'point, such as 1234.50';
