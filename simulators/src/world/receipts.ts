import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import type { Taken } from './trip.js';

/** Money in minor units of the store's currency; a return has negative quantity and amounts. */
export interface ReceiptLine {
  readonly gtin: string;
  readonly quantity: number;
  readonly grossMinor: number;
  readonly discountMinor: number;
  readonly netMinor: number;
}
export interface Receipt {
  readonly kind: 'sale' | 'return';
  readonly lines: readonly ReceiptLine[];
}

/** The receipts of one shopper at the till: now and then something brought back first, then what is in the basket. */
export function receiptsFor(
  basket: readonly Taken[],
  prices: ReadonlyMap<string, number>,
  behaviour: Behaviour,
  random: Random,
): Receipt[] {
  const receipts: Receipt[] = [];
  const priced = [...prices.keys()];
  if (priced.length > 0 && random.chance(behaviour.till.returnShare)) {
    const gtin = random.pick(priced);
    const price = prices.get(gtin) ?? 0;
    receipts.push({
      kind: 'return',
      lines: [{ gtin, quantity: -1, grossMinor: negative(price), discountMinor: 0, netMinor: negative(price) }],
    });
  }
  const units = new Map<string, number>();
  for (const taken of basket) units.set(taken.place.gtin, (units.get(taken.place.gtin) ?? 0) + taken.units);
  const lines = [...units].map(([gtin, quantity]): ReceiptLine => {
    const grossMinor = (prices.get(gtin) ?? 0) * quantity;
    const { discountShare, discountPercent } = behaviour.till;
    const percent = random.chance(discountShare)
      ? Math.round(random.between(discountPercent.least, discountPercent.most))
      : 0;
    const discountMinor = Math.round((grossMinor * percent) / 100);
    return { gtin, quantity, grossMinor, discountMinor, netMinor: grossMinor - discountMinor };
  });
  receipts.push({ kind: 'sale', lines });
  return receipts;
}

/** Never minus zero, which JSON would write as 0 and money does not know. */
const negative = (minor: number): number => (minor === 0 ? 0 : -minor);
