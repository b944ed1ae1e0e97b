import { fromMinor, toMinor } from '@aisle/contracts';
import { split } from '../../domain/goods/split.js';

/** A decimal number as XML and most tills write it; undefined for anything else, grouping marks included. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?(?:\d{1,15}(?:\.\d{0,10})?|\.\d{1,10})$/.test(text) ? Number(text) : undefined;
}

/** Above this a millionth is beyond what a double can tell. */
const MILLIONTHS = 1e9;

/** Sums of decimals without the dust of binary fractions: to a millionth, of large ones to 15 digits. */
export function tidy(amount: number): number {
  const rounded = Math.abs(amount) < MILLIONTHS ? Math.round(amount * 1e6) / 1e6 : Number(amount.toPrecision(15));
  return rounded === 0 ? 0 : rounded;
}

/**
 * Splits an amount over lines in proportion to their weights (negative ones take nothing), to the minor unit of the
 * currency, by largest remainder; ties go to the earlier line. Undefined where no line can take any.
 */
export function spread(amount: number, weights: readonly number[], digits: number): number[] | undefined {
  const parts = weights.map((weight) => Math.round(Math.max(0, weight) * 1e6));
  const minor = toMinor(amount, digits);
  if (parts.every((part) => part === 0)) return minor === 0 ? weights.map(() => 0) : undefined;
  return split(minor, parts).map((share) => fromMinor(share, digits));
}
