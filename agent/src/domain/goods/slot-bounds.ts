import type { SlotGoods, SlotLevel } from './weight-steps.js';

/** What can lie on a slot, and what a scale says that cannot be. Grams throughout. */

/** Where nobody has said a capacity: a slot holds no more than so much, or than so many times what it held, grams. */
const UNSTATED_GRAMS = 50_000;
const UNSTATED_TIMES = 3;
/** What comes at once and makes more than the capacity by this share and one unit is no refill; where nobody has said one, more than so many units and twice what it held. */
const OVER_CAPACITY = 1.25;
const UNSTATED_UNITS = 24;
/** A scale that has started anew says 0 as closely as this, grams. Who takes the last goods takes at most so many at once. */
export const ZERO_GRAMS = 2;
const HANDFUL = 3;

export type Aside = 'below' | 'above' | 'zero';
/** What goes on with the shelf that a slot is part of. */
export type Shelf = 'still' | 'moved' | 'restarted';

/** Where a level lies that cannot be. */
export function whereIs(
  slot: SlotLevel,
  level: number,
  { lowestGrams, highestGrams, tareGrams }: SlotGoods,
): Aside | null {
  if (slot.aside === 'zero' && isZero(level)) return 'zero';
  const grams = level - slot.drift;
  if (lowestGrams !== undefined && grams < lowestGrams) return 'below';
  const highest =
    highestGrams !== undefined && Number.isFinite(highestGrams)
      ? highestGrams
      : tareGrams + Math.max(UNSTATED_GRAMS, UNSTATED_TIMES * slot.most);
  return grams > highest ? 'above' : null;
}

const isZero = (grams: number): boolean => Math.abs(grams) <= ZERO_GRAMS;

/** A shelf that starts anew says 0 where all the goods still lie: nobody takes so many at once. */
export const hasStartedAnew = (slot: SlotLevel, shelf: Shelf): boolean =>
  shelf === 'restarted' && isZero(slot.runMean) && slot.stock !== null && slot.stock > HANDFUL;

/** More than can be there: it may be a hand, a crate on its way, or a sensor gone mad. */
export function isTooMuch(slot: SlotLevel, { capacity }: SlotGoods, unitGrams: number, units: number): boolean {
  const most =
    capacity === undefined
      ? Math.max(UNSTATED_UNITS, 2 * Math.round(slot.most / unitGrams))
      : Math.ceil(capacity * OVER_CAPACITY) + 1;
  return (slot.stock ?? 0) + units > most;
}
