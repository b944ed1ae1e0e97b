import type { TillSale } from './native.js';
import { MICRO, toMinor } from './units.js';

/**
 * What makes a receipt the same one: both the agent (till, MQTT) and the cloud (REST) must find the same answer, or a
 * receipt sent twice, once each way, would count twice or be refused for nothing.
 */
export interface ReceiptLine {
  gtin: string;
  quantityMicro: number;
  netMinor: number;
}

/** A sale's lines in integers. `digits`: decimals of the store's currency, see minorDigits(). */
export function receiptLines(sale: Pick<TillSale, 'lines'>, digits: number): ReceiptLine[] {
  return sale.lines.map((line) => ({
    gtin: line.gtin,
    quantityMicro: Math.round(line.quantity * MICRO),
    netMinor: toMinor(line.net, digits),
  }));
}

/** The receipt's meaning as one text: time and lines, in order. `contentDigest` is its digest by RECEIPT_DIGEST. */
export function receiptContent(ts: number, lines: readonly ReceiptLine[]): string {
  return JSON.stringify([ts, lines.map((line) => [line.gtin, line.quantityMicro, line.netMinor])]);
}

/** The subject of the sale's fact: the receipt alone, or with till and store day ("2026-03-01") where tills count anew each day. */
export function receiptKey(receipt: string, day?: { deviceId: string; storeDay: string }): string {
  return day ? `${day.deviceId}|${day.storeDay}|${receipt}` : receipt;
}

/** How `contentDigest` is made of receiptContent(): hex, cut to so many digits. It tells mistakes apart, not forgeries. */
export const RECEIPT_DIGEST = { algorithm: 'sha1', hexDigits: 16 } as const;
