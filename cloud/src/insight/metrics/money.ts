import { minorDigits, round6 } from '@aisle/contracts';
import type { Edition } from '../edition.js';
import { newestOf, type Slice } from '../slices.js';
import type { Tallies } from '../tallies/index.js';
import type { SaleSum } from '../tallies/sale-tally.js';

/** Sales of a row. Money of several currencies is never added: then there is no sum, and no currency. */
export interface Sold {
  quantityMicro: number;
  transactions: number;
  netMinor: number | null;
  /** of goods sold by weight; null where any line told none */
  grams: number | null;
  currency: string | null;
  /** minor units in one of the currency */
  minorUnits: number;
  /** whether anything was sold or brought back */
  any: boolean;
}

export function soldIn(
  slices: readonly Slice[],
  pick: (tallies: Tallies, edition: Edition) => SaleSum | undefined,
): Sold {
  const sold = slices.flatMap((slice) => {
    const sum = pick(slice.tallies, slice.edition);
    return sum ? [{ edition: slice.edition, sum }] : [];
  });
  const add = (of: (sum: SaleSum) => number): number => sold.reduce((total, { sum }) => total + of(sum), 0);
  // what made no money is in no currency
  const earning = sold.filter(({ sum }) => sum.netMinor !== 0);
  const edition = (earning.at(-1) ?? sold.at(-1))?.edition ?? newestOf(slices);
  const isOne = earning.every((other) => other.edition.currency === edition.currency);
  return {
    quantityMicro: add((sum) => sum.quantityMicro),
    transactions: add((sum) => sum.transactions),
    netMinor: isOne ? add((sum) => sum.netMinor) : null,
    grams: sold.length > 0 && add((sum) => sum.unweighed) === 0 ? add((sum) => sum.grams) : null,
    currency: isOne ? edition.currency : null,
    minorUnits: edition.minorUnits,
    any: sold.length > 0,
  };
}

/**
 * What was sold where the tills were sensed for some of the time, or said something all the same. Nothing sold while every till was
 * away is not known to be nothing.
 */
export const soldAsSensed = (sold: Sold, onSales: number | null): Sold & { isKnown: boolean } => ({
  ...sold,
  isKnown: sold.any || onSales === null || onSales >= LEAST_SENSED,
});
/** below this share of the time nothing counts as sensed: the last message of a till that goes is not worth a figure */
const LEAST_SENSED = 0.005;

/** As every row of money tells it. */
export const moneyOf = ({ netMinor, currency, minorUnits, isKnown = true }: Sold & { isKnown?: boolean }) => ({
  salesNet:
    netMinor === null || currency === null || !isKnown
      ? null
      : Number((netMinor / minorUnits).toFixed(minorDigits(currency))),
  currency,
});
export const units = (quantityMicro: number): number => round6(quantityMicro / 1e6);
