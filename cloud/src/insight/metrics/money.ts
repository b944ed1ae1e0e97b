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

/** As every row of money tells it. */
export const moneyOf = ({ netMinor, currency, minorUnits }: Sold) => ({
  salesNet:
    netMinor === null || currency === null ? null : Number((netMinor / minorUnits).toFixed(minorDigits(currency))),
  currency,
});
export const units = (quantityMicro: number): number => round6(quantityMicro / 1e6);
