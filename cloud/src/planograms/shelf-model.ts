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

/**
 * From those who pass to those who buy, where a product is moved: who passes and stops is the zone's, who picks up goes by level and facings, and of those as many
 * buy as before. Not everybody who buys was caught by passing: many came for it and go wherever it stands. Industry's surveys say that two thirds of
 * purchases are decided in the shop, panels find far fewer (Bell, Corsten, Knox, Journal of Marketing 75 (2011) 31): by which share sales follow those who stop there is ours, between both.
 */
export const FOLLOWS_STOPS = { value: 0.35, low: 0.05, high: 0.65 } as const;
/** What no model tells (neighbours, habits, that it has to be found again): standard deviation of the logarithm, ours. */
const MOVED_DEVIATION = 0.1;
/** Nine of ten of a normal curve. */
export const Z90 = 1.645;

/** How a product stands, all its slots together. */
export interface Stand {
  facings: number;
  /** sales by its level for each at eye level, by each model; null: somebody must say on which level it is */
  level: Readonly<Record<'expected' | 'pessimistic' | 'optimistic', number>> | null;
  /** who stop in its zones a week, by facings; null: not known */
  stops: number | null;
}
/** What a product sells for each that it sold before, and how sure that is. */
export interface Moved {
  factor: number;
  /** what each figure of the model adds to the logarithm at one standard deviation above; those of all products of a change go up and down together */
  shared: readonly [space: number, level: number, stops: number];
  /** standard deviation of the logarithm that is this product's own */
  own: number;
}
export type MovedUnknown = 'levelUnknown' | 'stopsUnknown';

/** @param changesZone whether it comes to stand in another zone: only then who passes there counts */
export function moved(from: Stand, to: Stand, changesZone: boolean, changesLevel: boolean): Moved | MovedUnknown {
  const more = Math.log(to.facings / from.facings);
  const [least, most] =
    more >= 0 ? [PESSIMISTIC.moreSpace, OPTIMISTIC.moreSpace] : [OPTIMISTIC.lessSpace, PESSIMISTIC.lessSpace];
  const space = Math.log(spaceFactor(from.facings, to.facings, EXPECTED));
  let [level, levelDeviation, stops, stopsDeviation] = [0, 0, 0, 0];
  if (changesLevel) {
    if (!from.level || !to.level) return 'levelUnknown';
    const ratio = (of: keyof NonNullable<Stand['level']>): number => Math.log(to.level![of] / from.level![of]);
    level = ratio('expected');
    levelDeviation = (ratio('optimistic') - ratio('pessimistic')) / (2 * Z90);
  }
  if (changesZone) {
    if (!from.stops || !to.stops) return 'stopsUnknown';
    const ratio = Math.log(to.stops / from.stops);
    stops = FOLLOWS_STOPS.value * ratio;
    stopsDeviation = ((FOLLOWS_STOPS.high - FOLLOWS_STOPS.low) * ratio) / (2 * Z90);
  }
  return {
    factor: Math.exp(space + level + stops),
    shared: [(more * (most - least)) / (2 * Z90), levelDeviation, stopsDeviation],
    own: MOVED_DEVIATION,
  };
}
