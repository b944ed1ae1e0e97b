import { receiptLines } from '../receipts.js';
import { fromMinor, minorDigits } from '../units.js';
import { withPreset } from './csv-settings.js';
import type { Device } from '../store/device-entry.js';
import type { StoreFile } from '../store/store-file.js';
import {
  isSalesFileDialect,
  readSalesFile,
  type RefusedPart,
  type SalesReading,
  type SkippedPart,
} from './sales-file.js';
import { fault, type SalesFault } from './faults.js';

/** How a till's file would be read, for whoever looks before it counts. */
export interface TillCheck {
  ok: true;
  /** receipts that would count, were none of them known */
  receipts: number;
  lines: number;
  /** lines without a code, whose money would have no product */
  linesWithoutCode: number;
  /** in the store's currency */
  net: number;
  currency: string;
  /** epoch ms of the first and the last receipt; null for none */
  from: number | null;
  to: number | null;
  rows: number;
  refusedRows: number;
  refused: RefusedPart[];
  skippedRows: number;
  skipped: SkippedPart[];
  read: SalesReading['read'] | null;
  /** CSV: column by column, which title is taken for what */
  columns: Readonly<Record<string, string>>;
  /** the first receipts, as they would count */
  sample: { receipt: string; ts: number; net: number; lines: number }[];
}

const SAMPLE = 10;

/** Reads a file as the agent would, and counts nothing. */
export function checkTillFile(
  bytes: Uint8Array,
  device: Device,
  storeFile: Pick<StoreFile, 'store'>,
): TillCheck | SalesFault {
  if (device.family !== 'till' || !isSalesFileDialect(device.dialect))
    return fault('noFiles', device.id, { dialect: device.dialect });
  const read = readSalesFile(device.dialect, bytes, device, storeFile);
  if (!read.ok) return read;
  const { currency } = storeFile.store;
  const digits = minorDigits(currency);
  const receipts = read.sales.map(({ sale }) => {
    const lines = receiptLines(sale, digits);
    const minor = lines.ok ? lines.value.reduce((sum, { netMinor }) => sum + netMinor, 0) : 0;
    return { receipt: sale.receipt, ts: sale.ts, minor, sale };
  });
  const lines = receipts.flatMap(({ sale }) => sale.lines);
  const times = receipts.map(({ ts }) => ts);
  const extent = (pick: (one: number, other: number) => number) =>
    times.length === 0 ? null : times.reduce((best, ts) => pick(best, ts));
  return {
    ok: true,
    receipts: receipts.length,
    lines: lines.length,
    linesWithoutCode: lines.filter(({ gtin }) => gtin === 'unknown').length,
    net: fromMinor(
      receipts.reduce((sum, { minor }) => sum + minor, 0),
      digits,
    ),
    currency,
    from: extent(Math.min),
    to: extent(Math.max),
    rows: read.rows,
    refusedRows: read.refusedRows,
    refused: read.refused,
    skippedRows: read.skippedRows,
    skipped: read.skipped,
    read: read.read ?? null,
    columns: { ...(device.dialect === 'csv' && device.csv && withPreset(device.csv).columns) },
    sample: receipts.slice(0, SAMPLE).map(({ receipt, ts, minor, sale }) => ({
      receipt,
      ts,
      net: fromMinor(minor, digits),
      lines: sale.lines.length,
    })),
  };
}
