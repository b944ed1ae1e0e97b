import type { TillSale } from './native.js';
import { normalCode, readCode } from './product-codes.js';
import { MICRO, MOST_MINOR, fromMinor, toMinor } from './units.js';
import type { Checked } from './validation.js';
import { atField, problem } from './words/problem.js';

/**
 * What makes a receipt the same one: both the agent (till, MQTT) and the cloud (REST) must find the same answer, or a
 * receipt sent twice, once each way, would count twice or be refused for nothing.
 */
export interface ReceiptLine {
  gtin: string;
  quantityMicro: number;
  netMinor: number;
}

/**
 * A sale's lines in integers, their codes as readCode() reads them. `digits`: decimals of the store's currency, see
 * minorDigits(). A code that cannot be known, and amounts that cannot be added up exactly, are refused, with their field.
 */
export function receiptLines(sale: Pick<TillSale, 'lines'>, digits: number): Checked<ReceiptLine[]> {
  const lines: ReceiptLine[] = [];
  let sum = 0;
  for (const [index, line] of sale.lines.entries()) {
    const gtin = readCode(line.gtin);
    if (!gtin.ok) return { ok: false, problem: atField(`lines[${index}].gtin`, gtin.problem) };
    const netMinor = toMinor(line.net, digits);
    sum += Math.abs(netMinor);
    if (sum > MOST_MINOR) {
      const most = fromMinor(MOST_MINOR, digits);
      const values = { expected: 'amountUpTo', most, got: line.net };
      return { ok: false, problem: problem(`lines[${index}].net`, 'expectedGot', values) };
    }
    lines.push({ gtin: gtin.value, quantityMicro: Math.round(line.quantity * MICRO), netMinor });
  }
  return { ok: true, value: lines };
}

/**
 * The receipt's meaning as one text: time and lines, in order, products in normal form. `contentDigest` is its digest by
 * RECEIPT_DIGEST.
 */
export function receiptContent(ts: number, lines: readonly ReceiptLine[]): string {
  return JSON.stringify([ts, lines.map((line) => [normalCode(line.gtin), line.quantityMicro, line.netMinor])]);
}

/** The same as releases up to 0.1 made it, with codes as they were written: receipts known from them have its digest. */
export function formerReceiptContent(ts: number, lines: readonly ReceiptLine[]): string {
  return JSON.stringify([ts, lines.map((line) => [line.gtin, line.quantityMicro, line.netMinor])]);
}

/** The subject of the sale's fact: the receipt alone, or with till and store day ("2026-03-01") where tills count anew each day. */
export function receiptKey(receipt: string, day?: { deviceId: string; storeDay: string }): string {
  return day ? `${day.deviceId}|${day.storeDay}|${receipt}` : receipt;
}

/** How `contentDigest` is made of receiptContent(): hex, cut to so many digits. It tells mistakes apart, not forgeries. */
export const RECEIPT_DIGEST = { algorithm: 'sha1', hexDigits: 16 } as const;
