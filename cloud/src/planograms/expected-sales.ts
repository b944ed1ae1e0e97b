import { Z90, type Moved } from './shelf-model.js';
import type { Spread } from './weekly-spread.js';

/** What a product sells now, a week, and what happens to it. */
export interface Changed {
  units: number;
  sales: number;
  /** sold in all the weeks that were looked at: how sure `units` is */
  seen: number;
  moved: Moved;
}
export interface Expected {
  now: number;
  expected: number;
  low: number;
  high: number;
}
/** Weeks that were looked at, and that are to come. */
export interface Weeks {
  before: number;
  ahead: number;
}

/**
 * What one changed product comes to a week. Nine of ten cases lie between `low` and `high`: what the model's figures may be, how far what was sold was chance, and that
 * the weeks to come have chance of their own. All of it multiplies, so that it is added on logarithms; below a dozen units ahead the range is too narrow by little.
 */
export function expectedOf(
  { units, sales, seen, moved }: Changed,
  spread: Spread,
  weeks: Weeks,
): { units: Expected; sales: Expected } {
  const mean = units * moved.factor;
  const deviation = Math.hypot(
    ...moved.shared,
    moved.own,
    ownChance(seen, mean, spread, weeks),
    commonChance(spread, weeks),
  );
  const [low, high] = [Math.exp(-Z90 * deviation), Math.exp(Z90 * deviation)];
  const around = (now: number): Expected => {
    const expected = now * moved.factor;
    return { now, expected, low: expected * low, high: expected * high };
  };
  return { units: around(units), sales: around(sales) };
}

/** All together: what the model's figures may be holds for all at once, chance for each alone. */
export function expectedOfAll(changed: readonly Changed[], spread: Spread, weeks: Weeks): Expected {
  const now = changed.reduce((sum, { sales }) => sum + sales, 0);
  const expected = changed.reduce((sum, { sales, moved }) => sum + sales * moved.factor, 0);
  if (expected <= 0) return { now, expected: 0, low: 0, high: 0 };
  const share = ({ sales, moved }: Changed): number => (sales * moved.factor) / expected;
  const shared = [0, 1, 2].map((at) =>
    changed.reduce((sum, each) => sum + share(each) * (each.moved.shared[at] as number), 0),
  );
  const own = changed.map((each) => {
    const { seen, units, moved } = each;
    return share(each) * Math.hypot(moved.own, ownChance(seen, units * moved.factor, spread, weeks));
  });
  const deviation = Math.hypot(...shared, ...own, commonChance(spread, weeks));
  return { now, expected, low: expected * Math.exp(-Z90 * deviation), high: expected * Math.exp(Z90 * deviation) };
}

function ownChance(seen: number, mean: number, { dispersion }: Spread, { ahead }: Weeks): number {
  // nothing is expected of what stands nowhere: there is no chance in that
  if (mean <= 0) return 0;
  return Math.sqrt(dispersion / seen + dispersion / (mean * ahead));
}

const commonChance = ({ common }: Spread, { before, ahead }: Weeks): number =>
  common * Math.sqrt(1 / before + 1 / ahead);
