/** How weeks of a shop differ by themselves. */
export interface Spread {
  /** variance ÷ mean of a product's units in a week, what the whole shop has in common taken off */
  dispersion: number;
  /** by how much a week of the whole shop differs from the next: standard deviation of the logarithm */
  common: number;
}

/** What is taken before a shop's own weeks say otherwise, and how many of them it weighs as much as: units come in bunches. */
const USUAL = { dispersion: 2, common: 0.05, cells: 20, weeks: 3 };

/**
 * Read from units by product and week: each is held against its share of the week's total (a table without interaction), as Pearson's statistic over its degrees of freedom is the
 * dispersion of counts (McCullagh, Nelder 1989). Never below 1, the one of independent purchases.
 * @param units by product, of the same weeks in the same order
 */
export function weeklySpread(units: readonly (readonly number[])[]): Spread {
  const weeks = units[0]?.length ?? 0;
  const totals = Array.from({ length: weeks }, (_, week) =>
    units.reduce((sum, own) => sum + Math.max(0, own[week] ?? 0), 0),
  );
  const all = totals.reduce((sum, total) => sum + total, 0);
  let [statistic, rows] = [0, 0];
  if (all > 0)
    for (const own of units) {
      const sum = own.reduce((total, value) => total + Math.max(0, value), 0);
      // of rare products the statistic is no measure of anything
      if (sum < 5 * weeks) continue;
      rows += 1;
      own.forEach((value, week) => {
        const expected = (sum * (totals[week] as number)) / all;
        if (expected > 0) statistic += (Math.max(0, value) - expected) ** 2 / expected;
      });
    }
  const freedom = Math.max(0, rows - 1) * Math.max(0, weeks - 1);
  const dispersion = (statistic + USUAL.cells * USUAL.dispersion) / (freedom + USUAL.cells);
  const logs = totals.filter((total) => total > 0).map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / Math.max(1, logs.length);
  const squares = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const common = Math.sqrt((squares + USUAL.weeks * USUAL.common ** 2) / (Math.max(0, logs.length - 1) + USUAL.weeks));
  return { dispersion: Math.max(1, dispersion), common };
}
