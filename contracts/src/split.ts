/**
 * Splits a whole amount by weights (not all 0) with the largest remainder; ties go to the first. A negative amount is
 * split like its opposite. Exact in integers: amount × weight is formed as a BigInt.
 */
export function split(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const size = BigInt(Math.abs(amount));
  const parts = weights.map((weight) => (size * BigInt(weight)) / total);
  const remainders = weights.map((weight) => (size * BigInt(weight)) % total);
  let left = Number(size - parts.reduce((sum, part) => sum + part, 0n));
  const order = weights.map((_, index) => index);
  order.sort((a, b) => {
    const difference = (remainders[b] as bigint) - (remainders[a] as bigint);
    return difference > 0n ? 1 : difference < 0n ? -1 : a - b;
  });
  for (const index of order) {
    if (left === 0) break;
    parts[index] = (parts[index] as bigint) + 1n;
    left -= 1;
  }
  const sign = amount < 0 ? -1 : 1;
  return parts.map((part) => (part === 0n ? 0 : sign * Number(part)));
}
