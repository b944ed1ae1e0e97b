import type { Proposal } from '@aisle/contracts';
import { leastFacings, salesAt, type ShelfItem, type ShelfLevel } from './arrange.js';
import { facingsSaid, swapSaid, type Both } from './proposal-words.js';
import { EXPECTED, OPTIMISTIC, PESSIMISTIC, eyeLevelOf, levelFactors, type ShelfModel } from './shelf-model.js';

/** What a slot holds and sells. */
export interface Standing extends ShelfItem {
  gtin: string;
  name: Both;
  /** that were sold in all the time that is looked at */
  units: number;
  /** of the opening hours; null: nothing senses it */
  emptyShare: number | null;
}

/** Units come in bunches: their variance is about twice that of independent ones. */
const DISPERSION = 2;
const Z90 = 1.645;
/** Empty for less is no reason to change a shelf. */
const LEAST_EMPTY = 0.02;
/** Of the time that a slot was empty more would have to be guessed than is known. */
const MOST_EMPTY = 0.8;
/** Whoever is told more does none of it. */
const MOST = 5;
/** A move that brings less of what the fixture sells is not worth the hands. */
const LEAST_GAIN = 0.001;
const cents = (value: number): number => Math.round(value * 100) / 100 + 0;

interface Step {
  item: Standing;
  to: { level: number; facings: number };
}

/** Single moves that are expected to bring more, the best first; no two touch the same slot. */
export function movesOf(items: readonly Standing[], levels: readonly ShelfLevel[], currency: string): Proposal[] {
  const known = items.filter(({ isFixed }) => !isFixed);
  const least = LEAST_GAIN * known.reduce((sum, { sales }) => sum + sales, 0);
  const found = [...moreFacings(known, items, levels, currency), ...swaps(known, levels, currency)]
    .filter(({ gain }) => gain >= 0.01 && gain >= least)
    .sort((a, b) => b.gain - a.gain);
  const touched = new Set<string>();
  const kept: Proposal[] = [];
  for (const proposal of found) {
    if (kept.length === MOST) break;
    if (proposal.moves.some(({ slotId }) => touched.has(slotId))) continue;
    for (const { slotId } of proposal.moves) touched.add(slotId);
    kept.push(proposal);
  }
  return kept;
}

/** One facing more for what was sold out, from an empty slot of its level or from the neighbour that loses the least. */
function moreFacings(
  known: readonly Standing[],
  all: readonly Standing[],
  levels: readonly ShelfLevel[],
  currency: string,
): Proposal[] {
  return known.flatMap((item) => {
    const { emptyShare, facings, level } = item;
    if (emptyShare === null || emptyShare < LEAST_EMPTY || item.sales === 0) return [];
    const used = all.reduce((sum, other) => sum + (other.level === level ? other.facings : 0), 0);
    const isFree = used < (levels.find((one) => one.level === level)?.width ?? 0);
    const grown: Step = { item, to: { level, facings: facings + 1 } };
    const givers: (Step | null)[] = isFree
      ? [null]
      : known
          .filter((other) => other !== item && other.level === level && other.facings > leastFacings(other))
          .filter((other) => (other.emptyShare ?? 0) < LEAST_EMPTY)
          .map((other) => ({ item: other, to: { level, facings: other.facings - 1 } }));
    const ways = givers.map((giver) => {
      const steps = giver ? [grown, giver] : [grown];
      // what it did not sell while it was empty; with more on it, it is empty for so much less of the time
      const share = Math.min(emptyShare, MOST_EMPTY);
      const regained = ((item.sales * share) / (1 - share)) * (1 - facings / (facings + 1));
      return { giver, steps, gained: gainOf(steps, levels, { low: 0, value: regained / 2, high: regained }) };
    });
    const best = ways.sort((a, b) => b.gained.gain - a.gained.gain)[0];
    if (!best) return [];
    const emptyPercent = Math.round(emptyShare * 1000) / 10;
    const giver = best.giver?.item ?? null;
    const said = { product: item.name, giver: giver?.name ?? null, from: facings, to: facings + 1, emptyPercent };
    return {
      ...{ kind: 'moreFacings' as const, moves: best.steps.map(movedOf), ...best.gained },
      reason: {
        code: 'soldOut' as const,
        values: { slotId: item.id, emptyPercent, from: facings, to: facings + 1, ...(giver && { giver: giver.id }) },
      },
      sentence: facingsSaid(said, best.gained, currency),
    };
  });
}

/** Two products with as many facings on different levels, of which the better seller stands worse. */
function swaps(known: readonly Standing[], levels: readonly ShelfLevel[], currency: string): Proposal[] {
  const numbers = levels.map(({ level }) => level);
  const factors = levelFactors(numbers, EXPECTED);
  const eye = eyeLevelOf(numbers);
  return known.flatMap((item) =>
    known.flatMap((other) => {
      if (item.facings !== other.facings || item.level === other.level || item.sales <= other.sales) return [];
      if (factors.get(item.level)! >= factors.get(other.level)!) return [];
      const steps = [
        { item, to: { level: other.level, facings: item.facings } },
        { item: other, to: { level: item.level, facings: other.facings } },
      ];
      const gained = gainOf(steps, levels, { low: 0, value: 0, high: 0 });
      const isEye = other.level === eye;
      const [sales, otherSales] = [cents(item.sales), cents(other.sales)];
      const said = { better: item.name, other: other.name, from: item.level, to: other.level, isEye };
      return {
        ...{ kind: isEye ? ('eyeLevel' as const) : ('swap' as const), moves: steps.map(movedOf), ...gained },
        reason: {
          code: 'sellsBetter' as const,
          values: { slotId: item.id, other: other.id, from: item.level, to: other.level, sales, otherSales },
        },
        sentence: swapSaid({ ...said, sales, otherSales }, gained, currency),
      };
    }),
  );
}

const movedOf = ({ item, to }: Step): Proposal['moves'][number] => ({
  ...{ slotId: item.id, gtin: item.gtin, to },
  from: { level: item.level, facings: item.facings },
});

/**
 * What steps bring together, by the model; nine of ten cases lie within what the model's figures may be and how far what was sold may be chance.
 * @param beside gained besides, a week
 */
function gainOf(
  steps: readonly Step[],
  levels: readonly ShelfLevel[],
  beside: { low: number; value: number; high: number },
): { gain: number; low: number; high: number } {
  const numbers = levels.map(({ level }) => level);
  const each = (model: ShelfModel): number[] => {
    const factors = levelFactors(numbers, model);
    return steps.map(({ item, to }) => salesAt(item, to, factors, model) - item.sales);
  };
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const expected = each(EXPECTED);
  const gain = sum(expected) + beside.value;
  const [low, high] = [sum(each(PESSIMISTIC)) + beside.low, sum(each(OPTIMISTIC)) + beside.high];
  const variance = steps.reduce(
    (all, { item }, at) => all + (item.units > 0 ? (expected[at]! ** 2 * DISPERSION) / item.units : 0),
    0,
  );
  const chance = Z90 * Math.sqrt(variance);
  return {
    gain: cents(gain),
    low: cents(gain - Math.hypot(Math.max(0, gain - low), chance)),
    high: cents(gain + Math.hypot(Math.max(0, high - gain), chance)),
  };
}
