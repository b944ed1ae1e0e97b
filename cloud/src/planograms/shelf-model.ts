/**
 * What a place on a shelf does to sales. Space: elasticity .17 on average over 1,268 estimates, and more space counts for more than less
 * space (Eisend, Journal of Retailing 90 (2014) 168); the meta-analysis gives no figure for each direction that we could take over, so the one for less
 * space is our assumption. Place: on shelves the height counts for more than facings (Drèze, Hoch, Purk, Journal of Retailing 70 (1994) 301, who found
 * two fifths more sales on the best height than on the worst); which level is the best, and that it falls evenly from there, is our assumption.
 */
export interface ShelfModel {
  moreSpace: number;
  lessSpace: number;
  /** sales on the best level for each on the worst */
  bestToWorst: number;
}
export const EXPECTED: ShelfModel = { moreSpace: 0.17, lessSpace: 0.13, bestToWorst: 1.39 };
/** Estimates scatter widely, and what holds on average need not hold here: nine of ten cases are taken to lie between these. */
export const PESSIMISTIC: ShelfModel = { moreSpace: 0.05, lessSpace: 0.17, bestToWorst: 1 };
export const OPTIMISTIC: ShelfModel = { moreSpace: 0.29, lessSpace: 0.09, bestToWorst: 1.78 };

/** Sales with `to` facings for each with `from`: rises ever more slowly, and falls less than it rises. */
export function spaceFactor(from: number, to: number, { moreSpace, lessSpace }: ShelfModel): number {
  return (to / from) ** (to >= from ? moreSpace : lessSpace);
}

/** The level three quarters of the way up: at the eyes of whoever stands before five. */
export function eyeLevelOf(levels: readonly number[]): number | null {
  const sorted = [...new Set(levels)].sort((a, b) => a - b);
  return sorted[Math.round(0.75 * (sorted.length - 1))] ?? null;
}

/** By level: its sales for each at eye level; 1 there, evenly less with each level away from it. */
export function levelFactors(levels: readonly number[], { bestToWorst }: ShelfModel): Map<number, number> {
  const sorted = [...new Set(levels)].sort((a, b) => a - b);
  const eye = sorted.indexOf(eyeLevelOf(levels) ?? Number.NaN);
  const farthest = Math.max(eye, sorted.length - 1 - eye);
  const lost = 1 - 1 / bestToWorst;
  return new Map(sorted.map((level, at) => [level, farthest === 0 ? 1 : 1 - (lost * Math.abs(at - eye)) / farthest]));
}
