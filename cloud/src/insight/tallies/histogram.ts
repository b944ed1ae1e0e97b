/**
 * How many visits lasted each whole second. Kept as [second, visits, second, visits, …], seconds rising: a day of a zone is
 * taken from its rollup as it is, two are merged in one pass, and ranks are found without sorting.
 */
export class Histogram {
  #pairs: readonly number[] = [];

  /** Adds another one, as `pairs()` gives it; it must not be changed afterwards. */
  add(pairs: readonly number[]): void {
    this.#pairs = this.#pairs.length === 0 ? pairs : merged(this.#pairs, pairs);
  }

  pairs(): readonly number[] {
    return this.#pairs;
  }

  /** Visits of at least `second` seconds. */
  atLeast(second: number): number {
    let sum = 0;
    for (let at = this.#pairs.length - 2; at >= 0 && (this.#pairs[at] as number) >= second; at -= 2) {
      sum += this.#pairs[at + 1] as number;
    }
    return sum;
  }

  /** The nearest rank ⌈percent/100 · n⌉, in whole seconds; null when it is empty. */
  nearestRank(percent: number): number | null {
    let left = Math.ceil((percent * this.atLeast(0)) / 100);
    if (left === 0) return null;
    for (let at = 0; at < this.#pairs.length; at += 2) {
      left -= this.#pairs[at + 1] as number;
      if (left <= 0) return this.#pairs[at] as number;
    }
    return null;
  }
}

function merged(a: readonly number[], b: readonly number[]): number[] {
  const sum: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const x = i < a.length ? (a[i] as number) : Infinity;
    const y = j < b.length ? (b[j] as number) : Infinity;
    let visits = 0;
    if (x <= y) {
      visits += a[i + 1] as number;
      i += 2;
    }
    if (y <= x) {
      visits += b[j + 1] as number;
      j += 2;
    }
    sum.push(Math.min(x, y), visits);
  }
  return sum;
}
