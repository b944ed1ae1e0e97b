import { incompleteBeta } from './special.js';

/** How a count falls that is not known yet. */
export interface CountLaw {
  mean: number;
  deviation: number;
  /** P(count ≤ k), whole k ≥ 0 */
  atMost(k: number): number;
}

/** Beyond so many a binomial of a beta is read as a beta of the same mean and variance: nobody sees the difference. */
const EXACT = 250;

/**
 * So many of n, each with a chance that itself falls as a beta with this mean and variance (beta-binomial).
 * @param variance of the chance; 0: all have the same
 */
export function betaBinomial(n: number, mean: number, variance: number): CountLaw {
  const m = Math.min(1 - 1e-9, Math.max(1e-9, mean));
  const most = m * (1 - m);
  const strength = Math.max(1e-3, Math.min(1e7, most / Math.max(variance, most * 1e-7) - 1));
  const [a, b] = [m * strength, (1 - m) * strength];
  if (n > EXACT) {
    const spread = (most / n) * (1 + (n - 1) / (strength + 1));
    const wide = Math.max(1e-3, most / spread - 1);
    return {
      ...{ mean: n * m, deviation: n * Math.sqrt(spread) },
      atMost: (k) => incompleteBeta((k + 0.5) / n, m * wide, (1 - m) * wide),
    };
  }
  // running sums from the bottom, made when they are first asked for
  let sums: Float64Array | undefined;
  return {
    ...{ mean: n * m, deviation: Math.sqrt(n * most * (1 + (n - 1) / (strength + 1))) },
    atMost(k) {
      sums ??= betaBinomialSums(n, a, b);
      return k < 0 ? 0 : (sums[Math.min(n, k)] as number);
    },
  };
}

/** From the likeliest count outwards each weight follows from its neighbour's; what is added up is divided by its own sum. */
function betaBinomialSums(n: number, a: number, b: number): Float64Array {
  const weights = new Float64Array(n + 1);
  const middle = Math.min(n, Math.max(0, Math.round((n * a) / (a + b))));
  const step = (k: number): number => ((n - k) / (k + 1)) * ((k + a) / (n - k - 1 + b));
  weights[middle] = 1;
  for (let k = middle; k < n; k += 1) weights[k + 1] = weights[k]! * step(k);
  for (let k = middle - 1; k >= 0; k -= 1) weights[k] = weights[k + 1]! / step(k);
  for (let k = 1; k <= n; k += 1) weights[k]! += weights[k - 1]!;
  const all = weights[n]!;
  return weights.map((sum) => Math.min(1, sum / all));
}

/**
 * A Poisson whose mean falls as a gamma with this mean and variance (negative binomial).
 * @param variance of the mean; 0: a Poisson
 */
export function gammaPoisson(mean: number, variance: number): CountLaw {
  const m = Math.max(1e-9, mean);
  const shape = Math.min(1e6, (m * m) / Math.max(variance, m * m * 1e-6));
  const p = shape / (shape + m);
  return {
    ...{ mean: m, deviation: Math.sqrt(m + (m * m) / shape) },
    atMost: (k) => (k < 0 ? 0 : incompleteBeta(p, shape, k + 1)),
  };
}

/** Chance alone comes at least as far from the usual, on either side. */
export function twoSided(law: CountLaw, k: number): number {
  return Math.min(1, 2 * Math.min(law.atMost(k), 1 - law.atMost(k - 1)));
}

/** The counts between which 95 of 100 fall. */
export function usualRange(law: CountLaw, most = Infinity): { low: number; high: number } {
  return { low: quantile(law, 0.025, most), high: quantile(law, 0.975, most) };
}

/** The least count with at least so much below and at it: looked for around where it would lie on a normal curve. */
function quantile(law: CountLaw, q: number, most: number): number {
  const guess = Math.round(law.mean + (q < 0.5 ? -1.96 : 1.96) * law.deviation);
  let high = Math.min(most, Math.max(0, guess));
  let step = Math.max(1, Math.round(law.deviation / 4));
  let low = high - step;
  if (law.atMost(high) < q) {
    while (high < most && law.atMost(high) < q) {
      low = high;
      high = Math.min(most, high + step);
      step *= 2;
    }
  } else
    while (low >= 0 && law.atMost(low) >= q) {
      high = low;
      low -= step;
      step *= 2;
    }
  low = Math.max(-1, low);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (law.atMost(middle) < q) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Which of these may be named so that with at most this chance any is named that is nothing but chance, however many others are (Holm, Scand. J. Stat. 6,
 * 1979). Stricter than bounding the share of those that are: whoever is sent to one shelf must not be sent to two.
 */
export function outliers(ps: readonly number[], chance: number): boolean[] {
  const rising = ps.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const failed = rising.findIndex(({ p }, before) => p > chance / (ps.length - before));
  const named = new Set((failed < 0 ? rising : rising.slice(0, failed)).map(({ at }) => at));
  return ps.map((_, at) => named.has(at));
}
