import { createHash } from 'node:crypto';
import { MICRO, RECEIPT_DIGEST, receiptContent, receiptKey, type FactValue } from '@aisle/contracts';
import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import type { Stated } from './minute-sums.js';
import type { Places, SlotPlace } from './places.js';

export interface BasketEntry {
  readonly slot: number;
  readonly units: number;
}
type Line = FactValue<'sale'>['lines'][number];

/** A person at a till, and now and then one who brings something back. Receipts are numbered by till. */
export class Tills {
  /** receipts of the minute */
  readonly sales: Stated[] = [];
  private count = 0;

  constructor(
    private readonly places: Places,
    private readonly till: Behaviour['till'],
    private readonly random: Random,
    /** what its receipts begin with: they must be no others' */
    private readonly prefix: string,
  ) {}

  pay(basket: readonly BasketEntry[], ts: number): void {
    const deviceId = this.places.tills.length > 0 ? this.random.pick(this.places.tills) : '';
    if (this.random.chance(this.till.returnShare)) {
      const line = this.line(this.random.pick(basket).slot, 1, 0);
      this.sell(deviceId, ts - 1, [negated(line)]);
    }
    this.sell(
      deviceId,
      ts,
      basket.map(({ slot, units }) => {
        const { discountShare, discountPercent } = this.till;
        const isReduced = this.random.chance(discountShare);
        return this.line(
          slot,
          units,
          isReduced ? Math.round(this.random.between(discountPercent.least, discountPercent.most)) : 0,
        );
      }),
    );
  }

  private line(slot: number, units: number, percentOff: number): Line {
    const { gtin, id, zoneId, priceMinor, gramsSold } = this.places.slots[slot] as SlotPlace;
    // goods by weight: a line is one unit, and its price is that of a kilogram
    const grams = gramsSold === undefined ? undefined : gramsSold * units;
    const gross = grams === undefined ? priceMinor * units : Math.round((priceMinor * grams) / 1000);
    const netMinor = gross - Math.round((gross * percentOff) / 100);
    const quantityMicro = (grams === undefined ? units : 1) * MICRO;
    return {
      gtin,
      quantityMicro,
      netMinor,
      ...(grams !== undefined && { grams }),
      shares: [{ slotId: id, zoneId, quantityMicro, netMinor }],
    };
  }

  private sell(deviceId: string, ts: number, lines: Line[]): void {
    this.count += 1;
    const receipt = `${this.prefix}${String(this.count).padStart(7, '0')}`;
    const content = receiptContent(ts, lines);
    const contentDigest = createHash(RECEIPT_DIGEST.algorithm)
      .update(content)
      .digest('hex')
      .slice(0, RECEIPT_DIGEST.hexDigits);
    const value = {
      receipt,
      deviceId,
      contentDigest,
      transaction: lines.some(({ quantityMicro }) => quantityMicro > 0),
      netMinor: lines.reduce((sum, line) => sum + line.netMinor, 0),
      lines,
    };
    this.sales.push({ kind: 'sale', subject: receiptKey(receipt), ts, value });
  }
}

const negated = (line: Line): Line => ({
  ...line,
  quantityMicro: -line.quantityMicro,
  netMinor: 0 - line.netMinor,
  ...(line.grams !== undefined && { grams: -line.grams }),
  shares: line.shares.map((share) => ({
    ...share,
    quantityMicro: -share.quantityMicro,
    netMinor: 0 - share.netMinor,
  })),
});
