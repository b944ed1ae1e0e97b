import { incompleteBeta, lnBeta } from './special.js';

/** How a count falls that is not known yet. */
export interface CountLaw {
  mean: number;
  /** P(count ≤ k), whole k ≥ 0 */
  atMost(k: number): number;
}

/** Beyond so many a binomial of a beta is read as a beta of the same mean and variance: nobody sees the difference. */
const EXACT = 2000;

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
    return { mean: n * m, atMost: (k) => incompleteBeta((k + 0.5) / n, m * wide, (1 - m) * wide) };
  }
  // a running sum from the bottom, made when it is first asked for
  let sums: Float64Array | undefined;
  const made = (): Float64Array => {
    const all = new Float64Array(n + 1);
    const base = lnBeta(a, b);
    let logChoose = 0;
    let sum = 0;
    for (let k = 0; k <= n; k += 1) {
      if (k > 0) logChoose += Math.log((n - k + 1) / k);
      sum += Math.exp(logChoose + lnBeta(k + a, n - k + b) - base);
      all[k] = sum;
    }
    return all;
  };
  return {
    mean: n * m,
    atMost(k) {
      sums ??= made();
      return k < 0 ? 0 : Math.min(1, sums[Math.min(n, k)] as number);
    },
  };
}

/**
 * A Poisson whose mean falls as a gamma with this mean and variance (negative binomial).
 * @param variance of the mean; 0: a Poisson
 */
export function gammaPoisson(mean: number, variance: number): CountLaw {
  const m = Math.max(1e-9, mean);
  const shape = Math.min(1e6, (m * m) / Math.max(variance, m * m * 1e-6));
  const p = shape / (shape + m);
  return { mean: m, atMost: (k) => (k < 0 ? 0 : incompleteBeta(p, shape, k + 1)) };
}

/** Chance alone comes at least as far from the usual, on either side. */
export function twoSided(law: CountLaw, k: number): number {
  return Math.min(1, 2 * Math.min(law.atMost(k), 1 - law.atMost(k - 1)));
}

/** The counts between which 95 of 100 fall. */
export function usualRange(law: CountLaw, most = Infinity): { low: number; high: number } {
  return { low: quantile(law, 0.025, most), high: quantile(law, 0.975, most) };
}

function quantile(law: CountLaw, q: number, most: number): number {
  let high = Math.min(most, Math.max(1, Math.ceil(law.mean)));
  while (high < most && law.atMost(high) < q) high = Math.min(most, high * 2);
  let low = -1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (law.atMost(middle) < q) low = middle;
    else high = middle;
  }
  return high;
}

/** Which of these may be named so that of all that are named at most `share` are named by chance (Benjamini, Hochberg, 1995). */
export function discoveries(ps: readonly number[], share: number): boolean[] {
  const sorted = [...ps].sort((a, b) => a - b);
  let limit = -1;
  sorted.forEach((p, at) => {
    if (p <= (share * (at + 1)) / ps.length) limit = p;
  });
  return ps.map((p) => p <= limit);
}
