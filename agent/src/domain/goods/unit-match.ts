/**
 * What a change of weight on a slot means: so many of its product, something of another product, something foreign, or
 * nothing. Every explanation has a prior and a likelihood; the confidence of one is its share of all. Grams throughout.
 */
export interface Load {
  /** grams of one unit of the slot's product */
  unitGrams: number;
  /** grams of one unit of the products beside it, which people put back into the wrong place */
  neighbours: readonly number[];
  /** things that lie on the slot and are not its product: taken away again sooner or later */
  foreign: readonly number[];
  /** units on it as far as known */
  stock: number;
  /** units that fit; Infinity when nobody has said */
  capacity: number;
}

export type Explanation =
  /** `taken`: positive taken, negative put back, 0: nothing happened. `removed`: of `foreign`, taken away with it */
  | { kind: 'units'; taken: number; removed: number | undefined; confidence: number }
  | { kind: 'foreign'; confidence: number };

/** One unit weighs what the product says, give or take this share; many of them together, and the scale, this share. */
const UNIT_SPREAD = 0.04;
const SCALE_SPREAD = 0.01;
const NOTHING = 0.3;
/** Taken or put back, once by one: falls with the square of the number. A refill may be of any size, and comes when few are left. */
const MOVED = 0.3;
const REFILL = 0.002;
const REFILL_OF_FEW = 0.03;
const FEW_SHARE = 0.25;
const FEW_UNITS = 4;
/** Not more than there is, nor than fits: but the stock may be off by one, or wrong. */
const UNLIKELY = 0.3;
const HARDLY = 0.02;
/** Something of a product beside it was put here. */
const NEIGHBOUR = 0.01;
/** What does not belong here goes again. */
const REMOVED = 0.3;
/** Something foreign: mostly light. What is not known to be there can hardly be taken away. */
const FOREIGN = 0.04;
const FOREIGN_TAKEN = 0.004;
const FOREIGN_GRAMS = 500;
/** What lies under foreign things is known less well. */
const BENEATH_FOREIGN = 0.9;

const density = (off: number, sigma: number): number =>
  Math.exp((-off * off) / (2 * sigma * sigma)) / (sigma * 2.5066282746310002);

/** @param change grams, positive: more on the slot. @param sigma standard error of it, grams */
export function explain(change: number, sigma: number, load: Load): Explanation {
  let best: { taken: number; removed: number | undefined } | undefined;
  let bestWeight =
    ((change > 0 ? FOREIGN : FOREIGN_TAKEN) * Math.exp(-Math.abs(change) / FOREIGN_GRAMS)) / FOREIGN_GRAMS;
  let other = bestWeight;
  for (const grams of load.neighbours) {
    if (change <= 0 || Math.abs(grams - load.unitGrams) < UNIT_SPREAD * load.unitGrams) continue;
    other += NEIGHBOUR * density(change - grams, spread(sigma, grams, 1));
  }
  let units = 0;
  const consider = (rest: number, prior: number, restSigma: number, removed: number | undefined) => {
    const nearest = Math.round(Math.abs(rest) / load.unitGrams);
    for (let count = Math.max(0, nearest - 1); count <= nearest + 1; count += 1) {
      const taken = rest < 0 ? count : -count;
      const off = Math.abs(rest) - count * load.unitGrams;
      const weight = prior * priorOf(taken, load) * density(off, spread(restSigma, load.unitGrams, count));
      units += weight;
      if (weight > bestWeight) {
        bestWeight = weight;
        best = { taken: taken + 0, removed };
      }
    }
  };
  consider(change, 1, sigma, undefined);
  if (change < 0)
    load.foreign.forEach((grams, index) => {
      if (grams > 0) consider(change + grams, REMOVED, spread(sigma, grams, 0) * Math.SQRT2, index);
    });
  const beneath = load.foreign.length > 0 ? BENEATH_FOREIGN : 1;
  const total = units + other;
  // All that speaks for something else stands against all that speaks for whole units.
  const found = best as { taken: number; removed: number | undefined } | undefined;
  if (!found || units < other) return { kind: 'foreign', confidence: (other / total) * beneath };
  return { kind: 'units', ...found, confidence: (bestWeight / total) * beneath };
}

const spread = (sigma: number, grams: number, count: number): number =>
  Math.sqrt(sigma * sigma + count * (UNIT_SPREAD * grams) ** 2 + (SCALE_SPREAD * grams * Math.max(1, count)) ** 2);

function priorOf(taken: number, load: Load): number {
  if (taken === 0) return NOTHING;
  const count = Math.abs(taken);
  const few = load.stock <= (Number.isFinite(load.capacity) ? FEW_SHARE * load.capacity : FEW_UNITS);
  const refill = taken > 0 ? 0 : few && count > 1 ? REFILL_OF_FEW : REFILL;
  const prior = MOVED / (count * count) + refill;
  const over = taken > 0 ? count - load.stock : load.stock + count - load.capacity;
  return over <= 0 ? prior : prior * (over <= 1 ? UNLIKELY : HARDLY);
}
