import type { TillSale } from '../native.js';
import type { Device } from '../store/device-entry.js';
import type { StoreFile } from '../store/store-file.js';
import { minorDigits } from '../units.js';
import { withPreset, type Columns } from './csv-settings.js';
import type { CsvReport } from './csv-report.js';
import { decodeCsv } from './csv.js';
import {
  fault,
  faultWords,
  skipWords,
  type SalesFault,
  type SalesFaultCode,
  type SalesFaultValues,
  type SalesSkipCode,
} from './faults.js';
import { decodePoslog } from './poslog.js';

/** A part of a file that is in no sale, for whoever has to mend it. */
export interface RefusedPart {
  /** of a CSV file, from 1 */
  line?: number;
  /** title of the column; empty for the whole row */
  column?: string;
  /** of a POSLog, from 1 */
  transaction?: number;
  field?: string;
  code: SalesFaultCode;
  values: SalesFaultValues;
  /** the same in English */
  expected: string;
}
/** A part that is no sale and need be none. */
export interface SkippedPart {
  line?: number;
  transaction?: number;
  code: SalesSkipCode;
  values: SalesFaultValues;
  /** the same in English */
  why: string;
}

/** How a file of a till is read, before or without anything being counted. */
export interface SalesReading {
  ok: true;
  /** `businessDay`: "2026-03-01", where the till says to which day of its own a receipt belongs */
  sales: { sale: TillSale; businessDay?: string }[];
  /** rows below the titles, or transactions */
  rows: number;
  /** how many of them are in no sale, though they should be */
  refusedRows: number;
  /** the first thousand of them */
  refused: RefusedPart[];
  skippedRows: number;
  /** the first thousand of them */
  skipped: SkippedPart[];
  /** CSV: what was found out, or set */
  read?: CsvReport['read'];
}

export const SALES_FILE_BYTES = { csv: 16 << 20, poslog: 8 << 20 } as const;
export type SalesFileDialect = keyof typeof SALES_FILE_BYTES;
export const isSalesFileDialect = (name: string): name is SalesFileDialect => Object.hasOwn(SALES_FILE_BYTES, name);

const MOST_REPORTED = 1000;
const DAY = /^\d{4}-\d{2}-\d{2}/;

/** The bytes of a file, or of a message that is one → its sales, as the entry of the till says. Never throws. */
export function readSalesFile(
  dialect: SalesFileDialect,
  bytes: Uint8Array,
  device: Pick<Device, 'csv' | 'receiptScope'>,
  { store }: Pick<StoreFile, 'store'>,
): SalesReading | SalesFault {
  return dialect === 'csv' ? readCsv(bytes, device, store) : readPoslog(bytes, store);
}

function readCsv(
  bytes: Uint8Array,
  device: Pick<Device, 'csv' | 'receiptScope'>,
  { timezone, currency }: StoreFile['store'],
): SalesReading | SalesFault {
  if (!device.csv) return fault('unmapped', 'csv');
  const { columns, ...format } = withPreset(device.csv);
  const read = decodeCsv('', bytes, {
    ...format,
    columns: columns as Columns,
    timezone,
    currency,
    ...(device.receiptScope && { receiptScope: device.receiptScope }),
    limitBytes: SALES_FILE_BYTES.csv,
  });
  if (!read.ok) return read;
  const { sales, rows, refusedRows, refused, skippedRows, skipped, read: how } = read.value;
  return {
    ok: true,
    sales: sales.map((sale) => ({ sale })),
    rows,
    refusedRows,
    refused,
    skippedRows,
    skipped,
    read: how,
  };
}

function readPoslog(bytes: Uint8Array, { timezone, currency }: StoreFile['store']): SalesReading | SalesFault {
  const limitBytes = SALES_FILE_BYTES.poslog;
  const read = decodePoslog('', bytes, { timezone, currency, digits: minorDigits(currency), limitBytes });
  if (!read.ok) return read;
  const { sales, refused, skipped } = read.value;
  return {
    ok: true,
    sales: sales.map(({ sale, businessDay }) => {
      const day = DAY.exec(businessDay ?? '')?.[0];
      return { sale, ...(day !== undefined && { businessDay: day }) };
    }),
    rows: sales.length + refused.length + skipped.length,
    refusedRows: refused.length,
    refused: refused.slice(0, MOST_REPORTED).map((part) => ({ ...part, expected: faultWords(part) })),
    skippedRows: skipped.length,
    skipped: skipped.slice(0, MOST_REPORTED).map((part) => ({ ...part, why: skipWords(part) })),
  };
}
