import {
  SALES_FILE_BYTES,
  readSalesFile,
  type RefusedPart,
  type SaleEvent,
  type SalesFault,
  type SalesFileDialect,
  type SalesReading,
  type TillSale,
} from '@aisle/contracts';
import type { DecodeContext } from '../decode.js';
import { refuse, type Refusal } from '../refusal.js';
import { saleOf } from './aisle.js';

/** What a file, or a message that is one, holds: as it is read, and its sales as events. */
export interface SalesFile extends Omit<SalesReading, 'sales'> {
  events: SaleEvent[];
}

/** The file as `contracts` reads it, for the till in hand: its sales may replace what an earlier file said of the same receipts. */
export function readTillFile(
  dialect: SalesFileDialect,
  bytes: Uint8Array,
  context: DecodeContext,
): SalesFile | Refusal {
  const { device, store } = context;
  const read = readSalesFile(dialect, bytes, device, store.file);
  if (!read.ok) return refusalOfFile(read);
  const { sales, ...rest } = read;
  const unread: RefusedPart[] = [];
  const events = sales.flatMap(({ sale, businessDay }, index) => {
    const events = eventOf(sale, index, context, unread);
    return businessDay === undefined ? events : events.map((event) => ({ ...event, businessDay }));
  });
  return {
    ...rest,
    events,
    refusedRows: rest.refusedRows + unread.length,
    refused: [...rest.refused, ...unread],
  };
}

export const maxBytesOf = (dialect: SalesFileDialect): number => SALES_FILE_BYTES[dialect];

/** The sale as an event, or none: what is wrong with it then goes to `unread`. */
function eventOf(
  sale: TillSale,
  index: number,
  { device, store, receivedTs, digest, memberHash }: DecodeContext,
  unread: RefusedPart[],
): SaleEvent[] {
  const digitsAt = (ts: number): number => store.digitsAt(ts);
  const from = { deviceId: device.id, source: 'till' as const, receivedTs, digitsAt, memberHash };
  const event = saleOf(sale, { ...from, digest: `${digest}/${index}` });
  if (event.ok) return [{ ...event.value, fromFile: true }];
  const { field, message } = event.problem;
  unread.push({
    field: `${sale.receipt}: ${field}`,
    code: 'form',
    values: { field },
    expected: message,
  });
  return [];
}

/** A whole file that cannot be read. */
export function refusalOfFile({ code, field, values }: SalesFault): Refusal {
  return refuse(code === 'unmapped' ? 'unsupported' : 'malformed', field, `sales.${code}`, values);
}

/** A refused part as a refusal of the message that it came in. */
export function refusalOf({ line, column, transaction, field, code, values }: RefusedPart): Refusal {
  if (transaction !== undefined)
    return refuse('malformed', `Transaction[${transaction}]/${field ?? ''}`, `sales.${code}`, values);
  if (line === undefined) return refuse('malformed', field ?? '', `sales.${code}`, values);
  return { ...refuse('malformed', column ?? '', `salesRow.${code}`, values), place: String(line) };
}
