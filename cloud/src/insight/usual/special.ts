/** Functions that the distributions rest on. Relative error below 1e-10 where they are used. */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** Logarithm of the gamma function of x > 0 (Lanczos, g = 7, nine terms). */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const z = x - 1;
  let sum: number = LANCZOS[0];
  for (let k = 1; k < LANCZOS.length; k += 1) sum += (LANCZOS[k] as number) / (z + k);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

export const lnBeta = (a: number, b: number): number => lnGamma(a) + lnGamma(b) - lnGamma(a + b);

const TINY = 1e-300;

/** Regularised incomplete beta function I_x(a, b), a and b > 0: by its continued fraction (NIST DLMF 8.17.22), evaluated as Lentz did. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b)) / a;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-13) break;
  }
  return Math.min(1, Math.max(0, front * fraction));
}

const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** Quantile of Student's t, 0 < q < 1, by halving. */
export function studentQuantile(q: number, degrees: number): number {
  if (q === 0.5) return 0;
  if (q < 0.5) return -studentQuantile(1 - q, degrees);
  const above = (t: number): number => 1 - incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  let [low, high] = [0, 2];
  while (above(high) < q && high < 1e9) high *= 2;
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (above(middle) < q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Two-sided tail of Student's t. */
export const studentTail = (t: number, degrees: number): number =>
  incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
