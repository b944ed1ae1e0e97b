import { studentQuantile, studentTail } from '../usual/special.js';
import { likenessOf, mixOf, uniformMix } from './synthetic.js';

/** A shop or zone, week by week: first those before the change, then those after it. */
export interface Unit {
  id: string;
  weeks: readonly number[];
}
export interface Panel {
  treated: Unit;
  /** nothing was changed there; each is taken for treated once */
  others: readonly Unit[];
  /** how many of the weeks lie before the change */
  before: number;
}
export type Method = 'differenceInDifferences' | 'syntheticControl';

export interface PlaceboEffect {
  /** share by which the treated unit changed beyond what it is held against, and where that lies in 95 of 100 */
  effect: number;
  low: number;
  high: number;
  /** how many units, the treated one among them, changed at least as far for their own spread, of all */
  p: number;
  /** 1 ÷ units: no p can be smaller */
  smallestP: number;
  units: number;
  /** the interval leaves out 0, and p is at most 0.05 */
  claims: boolean;
  /** by week: the treated unit as a multiple of its own mean before the change, and what it is held against */
  weeks: readonly { treated: number; comparison: number }[];
}

const LEVEL = 0.05;
/** Weeks that the spread of all units counts for beside a unit's own. */
const COMMON_WEEKS = 4;

interface Scaled {
  id: string;
  /** ÷ its own mean before the change */
  weeks: Float64Array;
}
interface Gap {
  /** logarithm of 1 + effect */
  effect: number;
  /** mean square of the weekly gaps before the change */
  square: number;
  comparison: Float64Array;
}

/**
 * Difference in differences with placebo inference: each unit is held against the mean of all untreated others (or, as a synthetic control,
 * against that mix of them which moved as it did before the change), each after division by its own mean before. The effect of the treated unit
 * is read beside those of the untreated ones, each taken for treated once (Abadie, Diamond, Hainmueller, J. Am. Stat. Assoc. 105, 2010): divided by
 * their spread before the change, as units with few sales swing more. A t-test over weeks or clusters would reject far too often with one treated
 * unit (MacKinnon, Webb, Econometrics J. 21, 2018); the interval here is that of Student's t over the placebos, widened to that of their ranks
 * where there are at least twenty units, and so no interval and no claim goes beyond what both say.
 * @returns undefined where nothing was sold before or after in the treated unit, or fewer than two others can be compared
 */
export function placeboEffect(panel: Panel, method: Method): PlaceboEffect | undefined {
  const { before } = panel;
  const treated = scaled(panel.treated, before);
  const others = panel.others.flatMap((unit) => scaled(unit, before) ?? []);
  if (!treated || others.length < 2) return undefined;
  const all = [treated, ...others];
  const gaps = gapsOf(all, before, method);
  const own = gaps[0] as Gap;
  const common = gaps.reduce((sum, { square }) => sum + square, 0) / gaps.length;
  const spread = (gap: Gap): number =>
    Math.sqrt(((before - 1) * gap.square + COMMON_WEEKS * common) / (before - 1 + COMMON_WEEKS)) || 1e-9;
  const scores = gaps.slice(1).map((gap) => Math.abs(gap.effect / spread(gap)));
  const [score, step] = [Math.abs(own.effect / spread(own)), spread(own)];

  const units = all.length;
  const asFar = 1 + scores.filter((other) => other >= score - 1e-12).length;
  const p = asFar / units;
  const deviation = Math.sqrt(scores.reduce((sum, other) => sum + other * other, 0) / (scores.length - 1));
  const degrees = scores.length - 1;
  const byStudent = studentQuantile(1 - LEVEL / 2, degrees) * deviation;
  // so many placebos may lie farther out where p is still at most 0.05
  const farther = Math.floor(LEVEL * units + 1e-9) - 1;
  const byRank = farther < 0 ? 0 : ([...scores].sort((a, b) => b - a)[farther] ?? 0);
  const half = Math.max(byStudent, byRank) * step;
  const pStudent = deviation > 0 ? studentTail(score / deviation, degrees) : 1;
  return {
    effect: Math.expm1(own.effect),
    low: Math.expm1(own.effect - half),
    high: Math.expm1(own.effect + half),
    p,
    smallestP: 1 / units,
    units,
    claims: p <= LEVEL + 1e-12 && pStudent <= LEVEL && Math.abs(own.effect) > half,
    weeks: Array.from(treated.weeks, (value, week) => ({ treated: value, comparison: own.comparison[week] as number })),
  };
}

function scaled({ id, weeks }: Unit, before: number): Scaled | undefined {
  const mean = weeks.slice(0, before).reduce((sum, value) => sum + value, 0) / before;
  const after = weeks.slice(before).reduce((sum, value) => sum + value, 0);
  return mean > 0 && after > 0 ? { id, weeks: Float64Array.from(weeks, (value) => value / mean) } : undefined;
}

/** Of each unit, the first being the treated one: how far it moved from what it is held against. The treated one is in nobody's mix. */
function gapsOf(all: readonly Scaled[], before: number, method: Method): Gap[] {
  const plain = all.map((unit, at) => gapOf(unit, all, uniformMix(all.length, at), before));
  if (method === 'differenceInDifferences') return plain;
  const noise = plain.reduce((sum, { square }) => sum + square, 0) / plain.length;
  const alike = likenessOf(
    all.map(({ weeks }) => weeks),
    before,
  );
  return all.map((unit, at) => gapOf(unit, all, mixOf(alike, at, noise * before), before));
}

function gapOf(unit: Scaled, all: readonly Scaled[], mix: Float64Array, before: number): Gap {
  const weeks = unit.weeks.length;
  const comparison = new Float64Array(weeks);
  all.forEach((other, at) => {
    const weight = mix[at] as number;
    if (weight === 0) return;
    for (let week = 0; week < weeks; week += 1) comparison[week]! += weight * other.weeks[week]!;
  });
  let [own, held, square] = [0, 0, 0];
  for (let week = before; week < weeks; week += 1) {
    own += unit.weeks[week]!;
    held += comparison[week]!;
  }
  for (let week = 0; week < before; week += 1) square += (unit.weeks[week]! - comparison[week]!) ** 2;
  return { effect: Math.log(own / held), square: square / Math.max(1, before - 1), comparison };
}
