/** How alike the units moved before the change: sums of products of their weeks. */
export interface Likeness {
  size: number;
  products: Float64Array;
}

export function likenessOf(units: readonly Float64Array[], before: number): Likeness {
  const size = units.length;
  const products = new Float64Array(size * size);
  units.forEach((one, i) => {
    for (let j = i; j < size; j += 1) {
      const other = units[j] as Float64Array;
      let sum = 0;
      for (let week = 0; week < before; week += 1) sum += one[week]! * other[week]!;
      products[i * size + j] = sum;
      products[j * size + i] = sum;
    }
  });
  return { size, products };
}

/** The plain mean of all units but the first, which is the treated one, and the unit itself. */
export function uniformMix(size: number, of: number): Float64Array {
  const mix = new Float64Array(size);
  const count = size - (of === 0 ? 1 : 2);
  for (let at = 1; at < size; at += 1) if (at !== of) mix[at] = 1 / count;
  return mix;
}

/** Raising it fits closer to the weeks before, and sooner to their noise. */
const STEPS = 40;

/**
 * Weights, none below 0 and 1 in all, with which the others moved before the change as the unit did: least squares by Frank and Wolfe (1956) with
 * an exact step, from the plain mean on. The square of the weights is charged with the noise of a week: units that happen to have swung alike
 * are no better a comparison for it (Doudchenko, Imbens, arXiv 1610.07748).
 */
export function mixOf({ size, products }: Likeness, of: number, charge: number): Float64Array {
  const mix = uniformMix(size, of);
  const isIn = (at: number): boolean => at !== 0 && at !== of;
  const row = of * size;
  const through = new Float64Array(size);
  for (let i = 1; i < size; i += 1) for (let j = 1; j < size; j += 1) through[i]! += products[i * size + j]! * mix[j]!;
  for (let step = 0; step < STEPS; step += 1) {
    let [best, slope] = [-1, Infinity];
    let [along, squares] = [0, 0];
    for (let at = 1; at < size; at += 1) {
      if (!isIn(at)) continue;
      const down = through[at]! - products[row + at]! + charge * mix[at]!;
      along += mix[at]! * down;
      squares += mix[at]! * mix[at]!;
      if (down < slope) [best, slope] = [at, down];
    }
    const gain = along - slope;
    if (best < 0 || gain < 1e-9) break;
    let quadratic = 0;
    for (let at = 1; at < size; at += 1) quadratic += mix[at]! * through[at]!;
    const curve =
      products[best * size + best]! - 2 * through[best]! + quadratic + charge * (1 - 2 * mix[best]! + squares);
    const share = Math.min(1, gain / Math.max(curve, 1e-12));
    for (let at = 1; at < size; at += 1) {
      mix[at]! *= 1 - share;
      through[at] = (1 - share) * through[at]! + share * products[at * size + best]!;
    }
    mix[best]! += share;
  }
  return mix;
}
