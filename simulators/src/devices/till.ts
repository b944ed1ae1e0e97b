import type { Receipt } from '../world/receipts.js';
import { amount, message, surely, type Message } from './message.js';

/** A till: numbers its receipts and tells each sale. */
export class Till {
  private count = 0;

  /** `prefix` sets this run's receipts apart from those of every other run of the store. */
  constructor(
    readonly deviceId: string,
    private readonly prefix: string,
    private readonly digits: number,
  ) {}

  /** The next receipt's number and the message that tells it. */
  sell(ts: number, receipt: Receipt): { number: string; message: Message } {
    this.count += 1;
    const number = `${this.prefix}-${this.deviceId}-${String(this.count).padStart(6, '0')}`;
    const money = (minor: number) => amount(minor, this.digits);
    const lines = receipt.lines.map((line) => ({
      gtin: line.gtin,
      quantity: line.quantity,
      net: money(line.netMinor),
      gross: money(line.grossMinor),
      ...(line.discountMinor !== 0 && { discount: money(line.discountMinor) }),
    }));
    return {
      number,
      message: surely(
        message(this.deviceId, 'till/sale', {
          ts,
          receipt: number,
          lines,
          channel: 'store',
          type: receipt.kind,
        }),
      ),
    };
  }
}

/** Unique per seed and start, so that a run after a restart never reuses a receipt's number. */
export const receiptPrefix = (seed: number, startTs: number): string =>
  `S${(seed >>> 0).toString(36)}T${startTs.toString(36)}`.toUpperCase();
