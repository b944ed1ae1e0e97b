import type { SaleEvent, TillSale } from '@aisle/contracts';
import type { DecodeContext } from '../decode.js';
import { refuse, type Refusal } from '../refusal.js';
import { saleOf } from './aisle.js';
import { decodeCsv } from './csv.js';
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
  expected: string;
}

/** What a file, or a message that is one, holds. */
export interface SalesFile {
  ok: true;
  events: SaleEvent[];
  /** rows below the titles, or transactions */
  rows: number;
  /** how many of them are in no sale, though they should be */
  refusedRows: number;
  /** the first thousand of them */
  refused: RefusedPart[];
  /** what is no sale and need be none: opened drawers, training, cancelled receipts */
  skipped: { transaction: number; why: string }[];
}

export const SALES_FILES = {
  csv: { read: readCsv, maxBytes: 16 << 20 },
  poslog: { read: readPoslog, maxBytes: 8 << 20 },
} as const;
export type SalesFileDialect = keyof typeof SALES_FILES;
export const isSalesFileDialect = (name: string): name is SalesFileDialect => Object.hasOwn(SALES_FILES, name);

function readCsv(bytes: Uint8Array, context: DecodeContext): SalesFile | Refusal {
  const { device, store } = context;
  if (!device.csv) return refuse('unsupported', 'csv', 'the store file does not say which column is what');
  const read = decodeCsv('', bytes, {
    ...device.csv,
    timezone: store.file.store.timezone,
    ...(device.receiptScope && { receiptScope: device.receiptScope }),
    limitBytes: SALES_FILES.csv.maxBytes,
  });
  if (!read.ok) return read;
  const { sales, rows, refusedRows, refused } = read.value;
  const unread: RefusedPart[] = [];
  return {
    ok: true,
    events: sales.flatMap((sale, index) => eventOf(sale, index, context, unread)),
    rows,
    refusedRows: refusedRows + unread.length,
    refused: [...refused.map(({ line, column, expected }) => ({ line, column, expected })), ...unread],
    skipped: [],
  };
}

const MOST_REPORTED = 1000;
const DAY = /^\d{4}-\d{2}-\d{2}/;

function readPoslog(bytes: Uint8Array, context: DecodeContext): SalesFile | Refusal {
  const { store } = context;
  const { timezone, currency } = store.file.store;
  const limitBytes = SALES_FILES.poslog.maxBytes;
  const read = decodePoslog('', bytes, { timezone, currency, digits: store.digits, limitBytes });
  if (!read.ok) return read;
  const { sales, refused, skipped } = read.value;
  const unread: RefusedPart[] = [];
  return {
    ok: true,
    events: sales.flatMap(({ sale, businessDay }, index) => {
      const day = DAY.exec(businessDay ?? '')?.[0];
      const events = eventOf(sale, index, context, unread);
      return day === undefined ? events : events.map((event) => ({ ...event, businessDay: day }));
    }),
    rows: sales.length + refused.length + skipped.length,
    refusedRows: refused.length + unread.length,
    refused: [
      ...refused.map(({ transaction, field, message }) => ({ transaction, field, expected: message })),
      ...unread,
    ].slice(0, MOST_REPORTED),
    skipped: skipped.slice(0, MOST_REPORTED),
  };
}

/** The sale as an event, or none: what is wrong with it then goes to `unread`. */
function eventOf(
  sale: TillSale,
  index: number,
  { device, store, receivedTs, digest }: DecodeContext,
  unread: RefusedPart[],
): SaleEvent[] {
  const from = { deviceId: device.id, source: 'till' as const, receivedTs, digits: store.digits };
  const event = saleOf(sale, { ...from, digest: `${digest}/${index}` });
  if (event.ok) return [event.value];
  const { field, message } = event.problem;
  unread.push({ field: `${sale.receipt}: ${field}`, expected: message.replace(/^expected /, '') });
  return [];
}

/** A refused part as a refusal of the message that it came in. */
export function refusalOf({ line, column, transaction, field, expected }: RefusedPart): Refusal {
  if (transaction !== undefined) return refuse('malformed', `Transaction[${transaction}]/${field ?? ''}`, expected);
  return refuse('malformed', `line ${line ?? 0}${column ? `, column ${column}` : ''}:`, `expected ${expected}`);
}
