import { minorDigits, toMinor } from '@aisle/contracts';
import type { Slice } from '../slices.js';
import type { SaleSum } from '../tallies/sale-tally.js';

const MICRO = 1e6;

/**
 * What the goods cost that were sold of a product, minor units: each by the store file that held when they were. Goods by weight cost what a kilogram does, by the weight that their
 * lines told.
 * @returns undefined where no version says a cost of it; null where something was sold of which the cost, or the weight, is not known
 */
export function costOf(
  slices: readonly Slice[],
  gtin: string,
  soldIn: (slice: Slice) => SaleSum | undefined,
): number | null | undefined {
  let [all, isSaid, isMissing] = [0, false, false];
  for (const slice of slices) {
    const { codes, currency } = slice.edition;
    const product = codes.find(gtin);
    if (product?.cost !== undefined) isSaid = true;
    const sum = soldIn(slice);
    if (!sum || (sum.quantityMicro === 0 && sum.netMinor === 0)) continue;
    const isWeighed = product?.soldBy === 'weight';
    if (product?.cost === undefined || (isWeighed && sum.unweighed > 0)) {
      isMissing = true;
      continue;
    }
    const costMinor = toMinor(product.cost, minorDigits(currency));
    all += Math.round(isWeighed ? (costMinor * sum.grams) / 1000 : (costMinor * sum.quantityMicro) / MICRO);
  }
  if (!isSaid) return undefined;
  return isMissing ? null : all;
}

/** Minor units; undefined as `costOf`, null where either is not known. */
export const marginOf = (netMinor: number | null, cost: number | null | undefined): number | null | undefined =>
  cost === undefined ? undefined : cost === null || netMinor === null ? null : netMinor - cost;
