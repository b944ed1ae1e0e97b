/**
 * How likely each of several uncertain values is the largest: the probabilities with which Thompson sampling chooses, worked out instead of drawn, so that a
 * decision can record the true one. With F the distributions, P(i) = ∫ Π F(j ≠ i) dF(i), summed over a grid by steps of F(i): no density is too narrow for it.
 */

/** Standard deviations beyond which a normal is taken to have no mass: 3 in ten million. */
const REACH = 5;
/** Equal steps over the whole range, and steps around the contenders, where the probabilities are made. */
const EVEN_STEPS = 48;
const CONTENDERS = 8;
const AROUND = [-2.4, -1.4, -0.7, 0, 0.7, 1.4, 2.4] as const;
/** Less than this changes no probability that matters. */
const NOTHING = 1e-10;

/**
 * @param means of independent normal values
 * @param deviations their standard deviations, above 0
 * @returns probabilities of being the largest; they add up to 1
 */
export function probabilitiesOfBest(means: ArrayLike<number>, deviations: ArrayLike<number>): Float64Array {
  const count = means.length;
  const shares = new Float64Array(count);
  if (count === 0) return shares;
  let least = -Infinity;
  let most = -Infinity;
  for (let i = 0; i < count; i += 1) {
    least = Math.max(least, means[i]! - REACH * deviations[i]!);
    most = Math.max(most, means[i]! + REACH * deviations[i]!);
  }
  // whoever does not reach the sure part of the best one is out
  const live: number[] = [];
  for (let i = 0; i < count; i += 1) if (means[i]! + REACH * deviations[i]! >= least) live.push(i);
  const grid = gridOf(live, means, deviations, least, most);
  let size = live.length;
  const middles = Float64Array.from(live, (i) => means[i]!);
  const steepness = Float64Array.from(live, (i) => 1 / deviations[i]!);
  let before = new Float64Array(size);
  let now = new Float64Array(size);
  const growths = new Float64Array(size);
  let allBefore = 0;
  let last: number | undefined;
  for (const x of grid) {
    let all = 1;
    for (let c = 0; c < size; c += 1) {
      const f = normal((x - middles[c]!) * steepness[c]!);
      now[c] = f;
      all *= f;
      // nobody wins as low as this: where each one stands is not asked before the product grows
      if (all < NOTHING) break;
    }
    if (all < NOTHING) {
      last = x;
      continue;
    }
    if (last !== undefined) {
      for (let c = 0; c < size; c += 1) before[c] = normal((last - middles[c]!) * steepness[c]!);
      last = undefined;
    }
    const grown = all - allBefore;
    if (grown > NOTHING) {
      // each one's part of the step: its own growth relative to where it stands; the other factors are common to all
      let inStep = 0;
      for (let c = 0; c < size; c += 1) {
        const difference = now[c]! - before[c]!;
        growths[c] = difference > 0 ? difference / (now[c]! + before[c]!) : 0;
        inStep += growths[c]!;
      }
      if (inStep > 0) for (let c = 0; c < size; c += 1) shares[live[c]!]! += (grown / inStep) * growths[c]!;
    }
    // who is surely no larger than this neither wins above it nor keeps anybody else from it: a factor of exactly 1, a growth of exactly 0
    let left = 0;
    for (let c = 0; c < size; c += 1) {
      if (now[c] === 1) continue;
      if (left < c) {
        live[left] = live[c]!;
        middles[left] = middles[c]!;
        steepness[left] = steepness[c]!;
        now[left] = now[c]!;
      }
      left += 1;
    }
    size = left;
    [before, now] = [now, before];
    allBefore = all;
  }
  let sum = 0;
  for (const share of shares) sum += share;
  for (let i = 0; i < count; i += 1) shares[i]! /= sum;
  return shares;
}

function gridOf(
  live: readonly number[],
  means: ArrayLike<number>,
  deviations: ArrayLike<number>,
  least: number,
  most: number,
): number[] {
  const grid: number[] = [];
  for (let step = 0; step <= EVEN_STEPS; step += 1) grid.push(least + ((most - least) * step) / EVEN_STEPS);
  for (const i of foremost(live, means, deviations)) {
    for (const around of AROUND) {
      const x = means[i]! + around * deviations[i]!;
      if (x > least && x < most) grid.push(x);
    }
  }
  return grid.sort((a, b) => a - b);
}

/** The contenders with the most to hope for, the best first; of equals the earlier. To sort hundreds would take as long as all the rest. */
function foremost(live: readonly number[], means: ArrayLike<number>, deviations: ArrayLike<number>): number[] {
  const first: number[] = [];
  const hope = (i: number): number => means[i]! + deviations[i]!;
  for (const i of live) {
    if (first.length === CONTENDERS && hope(i) <= hope(first[CONTENDERS - 1]!)) continue;
    let at = first.length;
    while (at > 0 && hope(first[at - 1]!) < hope(i)) at -= 1;
    first.splice(at, 0, i);
    if (first.length > CONTENDERS) first.pop();
  }
  return first;
}

/** The standard normal distribution from a table, to 1e-6. */
const STEPS_PER_UNIT = 200;
const TABLE_REACH = 6;
const TABLE = Float64Array.from({ length: 2 * TABLE_REACH * STEPS_PER_UNIT + 2 }, (_, index) =>
  exact(index / STEPS_PER_UNIT - TABLE_REACH),
);

function normal(z: number): number {
  if (z <= -TABLE_REACH) return 0;
  if (z >= TABLE_REACH) return 1;
  const at = (z + TABLE_REACH) * STEPS_PER_UNIT;
  const below = Math.floor(at);
  const low = TABLE[below]!;
  return low + (at - below) * (TABLE[below + 1]! - low);
}

/** By the series of Marsaglia (Journal of Statistical Software 11, 2004). */
function exact(z: number): number {
  let sum = z;
  let term = z;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum) && i < 400; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp((-z * z) / 2 - 0.918938533204672741780329736406);
}
