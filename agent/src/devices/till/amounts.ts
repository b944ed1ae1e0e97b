import { toMinor } from '@aisle/contracts';

/** A decimal number as XML and most tills write it; undefined for anything else, grouping marks included. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?(?:\d{1,12}(?:\.\d{0,10})?|\.\d{1,10})$/.test(text) ? Number(text) : undefined;
}

/** Sums of decimals without the dust of binary fractions: to a millionth. */
export function tidy(amount: number): number {
  const rounded = Math.round(amount * 1e6) / 1e6;
  return rounded === 0 ? 0 : rounded;
}

/**
 * Splits an amount over lines in proportion to their weights (negative ones take nothing), to the minor unit of the
 * currency, by largest remainder; ties go to the earlier line. Undefined where no line can take any.
 */
export function spread(amount: number, weights: readonly number[], digits: number): number[] | undefined {
  const total = weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
  const minor = toMinor(amount, digits);
  if (total <= 0) return minor === 0 ? weights.map(() => 0) : undefined;
  const exact = weights.map((weight) => (Math.abs(minor) * Math.max(0, weight)) / total);
  const shares = exact.map(Math.floor);
  let left = Math.abs(minor) - shares.reduce((sum, share) => sum + share, 0);
  const order = exact.map((value, index) => ({ index, rest: value - Math.floor(value) }));
  order.sort((one, other) => other.rest - one.rest || one.index - other.index);
  for (const { index } of order) if (left-- > 0) shares[index] = (shares[index] ?? 0) + 1;
  return shares.map((share) => tidy((Math.sign(minor) * share) / 10 ** digits));
}
