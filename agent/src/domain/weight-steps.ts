/**
 * Finds items taken from and put back on one shelf slot in its noisy weight. All weights in grams, times in event ms.
 *
 * The slot is quiet while samples stay near its level, which follows slow drift. A sample away from it opens a
 * candidate; when the samples after it agree with each other the slot has settled, and the difference to the level is
 * matched to whole units. A candidate that returns to the level (somebody reached in) was nothing.
 */
export interface StepParameters {
  /** Noise of one sample, standard deviation. Higher: calmer, but light goods need more samples. Lower: false steps. */
  noiseGrams: number;
  /** A sample further from the level than this many σ (but at most half a unit) opens a candidate. Lower: more candidates that turn out as nothing, which delay drift tracking. Higher: touches leak into the level. */
  quietSigmas: number;
  /** Share of a new sample in the level once it is known well. Higher: follows faster drift, but also noise. */
  driftShare: number;
  /** Samples, and the time they must span, before a level that fits whole units counts. Lower: sooner, but a hand held still may count. Higher: quick pickups in a row merge into one event. */
  settleSamples: number;
  settleMs: number;
  /** Two samples so far apart that agree are enough: shelves that only send a heartbeat. */
  sparseMs: number;
  /** The same for a level that fits no whole number of units (a foreign object, a tare): it becomes the level without an event. */
  foreignSamples: number;
  foreignMs: number;
  /** How far a step may be from whole units, as a share of one unit, beside noise, and more per further unit. Higher: counts goods of uneven weight, and foreign objects too. */
  unitTolerance: number;
  furtherUnitTolerance: number;
  /** Without a unit weight every settled step beyond this counts as one item. */
  unknownUnitGrams: number;
}

export const STEP_PARAMETERS: StepParameters = {
  noiseGrams: 5,
  quietSigmas: 4,
  driftShare: 0.1,
  settleSamples: 4,
  settleMs: 600,
  sparseMs: 1_500,
  foreignSamples: 6,
  foreignMs: 3_000,
  unitTolerance: 0.15,
  furtherUnitTolerance: 0.03,
  unknownUnitGrams: 25,
};

/** A candidate that has not settled for this long counts from where its last run of agreeing samples began. */
const CANDIDATE_MS = 15_000;
/** The stock is corrected from the level when it has been off by this share of a unit for so many quiet samples. */
const RESYNC_UNITS = 0.75;
const RESYNC_SAMPLES = 10;

/** State of one slot: plain data, so that a snapshot is exact. */
export interface SlotLevel {
  /** settled weight in grams, and how many quiet samples it rests on */
  level: number;
  samples: number;
  /** units on the slot; null without a unit weight */
  stock: number | null;
  /** first sample away from the level, -1 while quiet */
  since: number;
  /** newest run of agreeing samples: first and newest time, mean, number */
  runFrom: number;
  runTo: number;
  runMean: number;
  runSamples: number;
}

export interface SlotGoods {
  unitGrams: number | undefined;
  tareGrams: number;
}

export const firstLevel = (grams: number, goods: SlotGoods): SlotLevel => ({
  level: grams,
  samples: 1,
  stock: stockOf(grams, goods),
  since: -1,
  runFrom: -1,
  runTo: -1,
  runMean: 0,
  runSamples: 0,
});

export interface Step {
  /** first sample that deviated */
  ts: number;
  /** items: positive taken, negative put back */
  taken: number;
}

/** Takes one sample into the state; gives the step that it settles, if any. `stock` may change without a step. */
export function weigh(
  slot: SlotLevel,
  goods: SlotGoods,
  ts: number,
  grams: number,
  p = STEP_PARAMETERS,
): Step | undefined {
  const unit = goods.unitGrams;
  const quiet = Math.min(p.quietSigmas * p.noiseGrams, unit === undefined ? p.unknownUnitGrams / 2 : unit / 2);
  // The level is itself a mean of few samples at first.
  if (
    Math.abs(grams - slot.level) <=
    quiet * Math.sqrt(unit === undefined || unit > 4 * quiet ? 1 + 1 / slot.samples : 1)
  ) {
    const returned = slot.since >= 0;
    slot.since = -1;
    slot.runSamples = 0;
    // The sample that ends a candidate may still be on its way: it says nothing about the level.
    if (!returned) rest(slot, goods, grams, p);
    return undefined;
  }
  if (slot.since < 0) slot.since = ts;
  const agree = Math.min(
    p.quietSigmas * p.noiseGrams * Math.sqrt(1 + 1 / Math.max(1, slot.runSamples)),
    (unit ?? Infinity) * 0.7,
  );
  if (slot.runSamples > 0 && Math.abs(grams - slot.runMean) <= agree) {
    slot.runSamples += 1;
    slot.runMean += (grams - slot.runMean) / slot.runSamples;
    slot.runTo = ts;
  } else {
    slot.runFrom = slot.runTo = ts;
    slot.runMean = grams;
    slot.runSamples = 1;
  }
  return settle(slot, goods, ts, p);
}

function rest(slot: SlotLevel, goods: SlotGoods, grams: number, p: StepParameters): void {
  slot.samples += 1;
  slot.level += (grams - slot.level) * Math.max(1 / slot.samples, p.driftShare);
  const { unitGrams } = goods;
  if (unitGrams === undefined || slot.stock === null || slot.samples < RESYNC_SAMPLES) return;
  if (Math.abs((slot.level - goods.tareGrams) / unitGrams - slot.stock) > RESYNC_UNITS)
    slot.stock = stockOf(slot.level, goods);
}

function settle(slot: SlotLevel, goods: SlotGoods, ts: number, p: StepParameters): Step | undefined {
  const span = slot.runTo - slot.runFrom;
  const settled =
    (slot.runSamples >= p.settleSamples && span >= p.settleMs) || (slot.runSamples >= 2 && span >= p.sparseMs);
  if (!settled) return undefined;
  const change = slot.runMean - slot.level;
  const items = itemsOf(slot, goods, change, p);
  if (items === undefined && (slot.runSamples < p.foreignSamples || span < p.foreignMs)) return undefined;
  const since = ts - slot.since > CANDIDATE_MS ? slot.runFrom : slot.since;
  slot.level = slot.runMean;
  slot.samples = slot.runSamples;
  slot.since = -1;
  slot.runSamples = 0;
  if (items === undefined || items === 0) {
    if (items === undefined) slot.stock = stockOf(slot.level, goods);
    return undefined;
  }
  if (slot.stock !== null) slot.stock = Math.max(0, slot.stock - items);
  return { ts: since, taken: items };
}

/** Whole units taken (positive) or put back; undefined when the change fits none. */
function itemsOf(slot: SlotLevel, goods: SlotGoods, change: number, p: StepParameters): number | undefined {
  if (goods.unitGrams === undefined) {
    if (Math.abs(change) < p.unknownUnitGrams) return 0;
    return change < 0 ? 1 : -1;
  }
  const units = Math.round(Math.abs(change) / goods.unitGrams);
  const off = Math.abs(Math.abs(change) - units * goods.unitGrams);
  const noise = 3 * p.noiseGrams * Math.sqrt(1 / slot.runSamples + 1 / Math.min(slot.samples, 2 / p.driftShare));
  const share = p.unitTolerance + p.furtherUnitTolerance * Math.max(0, units - 1);
  if (off > noise + share * goods.unitGrams) return undefined;
  return units === 0 ? 0 : change < 0 ? units : -units;
}

export const stockOf = (grams: number, goods: SlotGoods): number | null =>
  goods.unitGrams === undefined ? null : Math.max(0, Math.round((grams - goods.tareGrams) / goods.unitGrams));
