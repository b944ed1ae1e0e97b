import { DEVICE_ROOT, type CsvFormat, type Device } from '@aisle/contracts';
import type { Receipt } from '../../world/receipts.js';
import { localTime, two } from '../local-time.js';
import { foreign, surely, type Message } from '../message.js';
import { topicOf } from '../topics.js';

/** A sale as a till's files tell it. */
export interface RungUp {
  /** the till's clock, epoch ms */
  readonly ts: number;
  readonly number: string;
  readonly receipt: Receipt;
}

/** Columns of a till that nobody described: those that Aisle's guide shows. */
export const USUAL_CSV: CsvFormat = {
  columns: { receipt: 'receipt', date: 'date', gtin: 'gtin', quantity: 'quantity', net: 'net' },
};

/** Sales → a file of values between marks, one row a line, with the titles first. Titles and order are the store file's. */
export function csvFile(sales: readonly RungUp[], format: CsvFormat, timezone: string, digits: number): string {
  const { columns = {}, delimiter = ',', decimal = 'point' } = format;
  const money = (minor: number) => decimals((minor / 10 ** digits).toFixed(digits), decimal);
  const titles = Object.entries(columns) as [keyof typeof columns, string][];
  const rows = [titles.map(([, title]) => quoted(title, delimiter)).join(delimiter)];
  for (const { ts, number, receipt } of sales) {
    const { date, time } = written(ts, timezone, format);
    for (const line of receipt.lines) {
      const cells: Record<keyof typeof columns, string> = {
        receipt: number,
        date: columns.time === undefined ? `${date} ${time}` : date,
        time,
        gtin: line.gtin,
        quantity: decimals(String(line.quantity), decimal),
        net: money(line.netMinor),
        gross: money(line.grossMinor),
        discount: line.discountMinor === 0 ? '' : money(line.discountMinor),
        price: '',
        receiptNet: '',
        tax: '',
        member: '',
        returnOf: '',
      };
      rows.push(titles.map(([column]) => quoted(cells[column], delimiter)).join(delimiter));
    }
  }
  return `${rows.join('\r\n')}\r\n`;
}

const decimals = (text: string, decimal: 'point' | 'comma'): string =>
  decimal === 'comma' ? text.replace('.', ',') : text;
const quoted = (cell: string, delimiter: string): string =>
  cell.includes(delimiter) || cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell;

function written(ts: number, timezone: string, { dateOrder = 'ymd' }: CsvFormat): { date: string; time: string } {
  const { year, month, day, hour, minute, second } = localTime(ts, timezone);
  const date = {
    ymd: `${year}-${two(month)}-${two(day)}`,
    dmy: `${two(day)}.${two(month)}.${year}`,
    mdy: `${two(month)}/${two(day)}/${year}`,
  }[dateOrder];
  return { date, time: `${two(hour)}:${two(minute)}:${two(second)}` };
}

/** A file by MQTT, as the agent's drop takes it too. */
export const fileMessage = (device: Device, kind: 'csv' | 'poslog', text: string): Message =>
  surely(foreign(device.id, topicOf(device, `${DEVICE_ROOT}/{id}/till/${kind}`), text));
