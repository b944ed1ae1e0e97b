import { hasStartedAnew, isTooMuch, whereIs, type Aside, type Shelf } from './slot-bounds.js';
import { explain, type Explanation, type Load } from './unit-match.js';

/**
 * Finds items taken from and put back on one shelf slot in its noisy weight. All weights in grams, times in event ms.
 *
 * The slot is quiet while samples stay near its level, which follows slow drift. A sample away from it opens a
 * candidate; when the samples after it agree with each other the slot has settled, and the difference to the level is
 * explained (unit-match.ts). A candidate that returns to the level (somebody reached in) was nothing.
 *
 * A settled level that cannot be (far below the empty slot, far above a full one, the 0 of a scale that has started anew)
 * sets the slot aside: nothing is counted until it has settled where it can be, and then its stock is read anew. What comes at
 * once and is more than fits is goods only once it has stayed.
 */
export interface StepParameters {
  /** Noise of one sample, standard deviation, at least; noisier scales are noticed. Higher: calmer, but light goods need more samples. Lower: false steps. */
  noiseGrams: number;
  /** A sample further from the level than this many σ (but at most half a unit) opens a candidate. Lower: more candidates that turn out as nothing, which delay drift tracking. Higher: touches leak into the level. */
  quietSigmas: number;
  /** The level follows drift with this time constant, but with at most this share of a new sample. Higher share, shorter time: follows faster drift, but also noise and slow hands. */
  driftShare: number;
  driftMs: number;
  /** Samples, and the time they must span, before a level that fits whole units counts. Lower: sooner, but a hand held still may count. Higher: quick pickups in a row merge into one event. */
  settleSamples: number;
  settleMs: number;
  /** One sample fewer is enough over so much time, which is longer than hands rest: shelves that speak twice a second, over a radio that loses some. */
  fewerMs: number;
  /** Two samples so far apart that agree are enough: shelves that only send a heartbeat. */
  sparseMs: number;
  /** The same for a level that fits no whole number of units (a foreign object, a tare): it becomes the level without an event. */
  foreignSamples: number;
  foreignMs: number;
  /** Without a unit weight every settled step beyond this counts as one item. */
  unknownUnitGrams: number;
}

export const STEP_PARAMETERS: StepParameters = {
  noiseGrams: 5,
  quietSigmas: 4,
  driftShare: 0.1,
  driftMs: 40_000,
  settleSamples: 4,
  settleMs: 600,
  fewerMs: 1_000,
  sparseMs: 1_500,
  foreignSamples: 6,
  foreignMs: 3_000,
  unknownUnitGrams: 25,
};

/** A candidate that has not settled for this long counts from where its last run of agreeing samples began. */
const CANDIDATE_MS = 15_000;
/** The stock is read anew when the level has been off it by this share of a unit for so many quiet samples. */
const RESYNC_UNITS = 0.75;
/** The first samples of a level only say where it is; what comes later is drift. */
const LEVEL_SAMPLES = 10;
/** σ: noisier scales than that are broken. */
const MOST_NOISE_GRAMS = 25;
const FOREIGN_KEPT = 6;
/** Without a unit weight nobody knows whether a step was one item. */
const UNKNOWN_CONFIDENCE = 0.25;
/** Such a load is taken for goods when it has stayed for so long, ms. */
const BULK_STAYS_MS = 60_000;
/** State of one slot: plain data, so that a snapshot is exact. */
export interface SlotLevel {
  /** settled weight in grams, and how many quiet samples it rests on */
  level: number;
  samples: number;
  /** σ of one sample as far as known, grams */
  noise: number;
  /** how far the level has crept since the stock was read, grams */
  drift: number;
  /** what lies on the slot and is not its product (positive), or is missing without being a whole unit (negative), grams */
  foreign: number[];
  /** units on the slot; null without a unit weight */
  stock: number | null;
  /** since when the stock is so: event time of the step */
  stockTs: number;
  /** set aside: where the level cannot be; the last good level is kept */
  aside: Aside | null;
  /** since when it is set aside, or is not any more, event time */
  asideTs: number;
  keptLevel: number;
  /** most that has lain on it, grams without the tare */
  most: number;
  /** since when more than fits lies on it, event time; -1: it does not */
  bulkTs: number;
  /** newest sample */
  ts: number;
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
  /** units that fit; undefined: nobody has said */
  capacity?: number | undefined;
  /** unit weights of the products beside it */
  neighbours?: readonly number[];
  /** a settled weight below the one or above the other cannot be */
  lowestGrams?: number;
  highestGrams?: number;
}

export interface Step {
  /** first sample that deviated */
  ts: number;
  /** items: positive taken, negative put back */
  taken: number;
  /** how sure it is that it was so many of the slot's product: 0 to 1 */
  confidence: number;
}

export const firstLevel = (ts: number, grams: number, goods: SlotGoods): SlotLevel => ({
  level: grams,
  samples: 1,
  noise: STEP_PARAMETERS.noiseGrams,
  drift: 0,
  foreign: [],
  stock: stockOf(grams, goods),
  stockTs: ts,
  aside: null,
  asideTs: ts,
  keptLevel: grams,
  most: Math.max(0, grams - goods.tareGrams),
  bulkTs: -1,
  ts,
  since: -1,
  runFrom: -1,
  runTo: -1,
  runMean: 0,
  runSamples: 0,
});

/**
 * Takes one sample into the state; gives the step that it settles, if any. `stock` may change without a step.
 * @param shelf `moved`: what settles now is no step, whatever it looks like
 */
export function weigh(
  slot: SlotLevel,
  goods: SlotGoods,
  ts: number,
  grams: number,
  shelf: Shelf = 'still',
  p = STEP_PARAMETERS,
): Step | undefined {
  const unit = goods.unitGrams;
  const elapsed = ts - slot.ts;
  slot.ts = ts;
  const band = p.quietSigmas * slot.noise;
  const quiet = Math.min(band, unit === undefined ? p.unknownUnitGrams / 2 : unit / 2);
  // The level is itself a mean of few samples at first.
  const unsure = unit === undefined || unit > 4 * quiet ? Math.sqrt(1 + 1 / slot.samples) : 1;
  if (Math.abs(grams - slot.level) <= quiet * unsure) {
    const returned = slot.since >= 0;
    slot.since = -1;
    slot.runSamples = 0;
    // The sample that ends a candidate may still be on its way: it says nothing about the level.
    if (!returned) rest(slot, goods, ts, grams, elapsed, p);
    return undefined;
  }
  if (slot.since < 0) slot.since = ts;
  const agree = Math.min(band * Math.sqrt(1 + 1 / Math.max(1, slot.runSamples)), (unit ?? Infinity) * 0.7);
  if (slot.runSamples > 0 && Math.abs(grams - slot.runMean) <= agree) {
    slot.runSamples += 1;
    slot.runMean += (grams - slot.runMean) / slot.runSamples;
    slot.runTo = ts;
  } else {
    slot.runFrom = slot.runTo = ts;
    slot.runMean = grams;
    slot.runSamples = 1;
  }
  return settle(slot, goods, ts, shelf, p);
}

/** Whether a level stands that can be relied on: no hand in it, nothing set aside, more than one sample. */
export const isSettled = (slot: SlotLevel): boolean => slot.since < 0 && slot.aside === null && slot.samples > 1;

/** Reads the stock anew from the level: another product, or another tare. */
export function reread(slot: SlotLevel, goods: SlotGoods): void {
  Object.assign(slot, { drift: 0, foreign: [], since: -1, runSamples: 0, stockTs: slot.ts, bulkTs: -1 });
  slot.most = Math.max(0, slot.level - goods.tareGrams);
  slot.stock = stockOf(slot.level, goods);
}

/** The grams of a slot's own goods: without the tare, what is foreign, and drift. */
export const netGrams = (slot: SlotLevel, goods: SlotGoods): number =>
  slot.level - goods.tareGrams - slot.drift - slot.foreign.reduce((sum, grams) => sum + grams, 0);

function rest(slot: SlotLevel, goods: SlotGoods, ts: number, grams: number, elapsed: number, p: StepParameters): void {
  const off = grams - slot.level;
  slot.samples += 1;
  const follows = Math.max(1 / slot.samples, Math.min(p.driftShare, elapsed / p.driftMs), 1 / 200);
  slot.level += off * follows;
  if (slot.bulkTs >= 0 && ts - slot.bulkTs >= BULK_STAYS_MS) recount(slot, goods, slot.bulkTs);
  if (slot.samples <= LEVEL_SAMPLES) {
    if (slot.samples === 2 && whereIs(slot, slot.level, goods) !== slot.aside) setAside(slot, goods);
    return;
  }
  slot.drift += off * follows;
  const noise = Math.sqrt(slot.noise * slot.noise * 0.97 + off * off * 0.03);
  slot.noise = Math.min(MOST_NOISE_GRAMS, Math.max(p.noiseGrams, noise));
  if (slot.aside === null) resync(slot, goods, ts);
}

/** The level says for long that the count is wrong: with and without the drift that was seen. */
function resync(slot: SlotLevel, goods: SlotGoods, ts: number): void {
  const { unitGrams } = goods;
  if (unitGrams === undefined || slot.stock === null) return;
  const net = netGrams(slot, goods);
  if (Math.abs(net / unitGrams - slot.stock) <= RESYNC_UNITS) return;
  if (Math.abs((net + slot.drift) / unitGrams - slot.stock) <= 0.5) return;
  const stock = Math.max(0, Math.round(net / unitGrams));
  if (stock === slot.stock) return;
  slot.stock = stock;
  slot.stockTs = ts;
}

function settle(slot: SlotLevel, goods: SlotGoods, ts: number, shelf: Shelf, p: StepParameters): Step | undefined {
  const disturbed = shelf === 'moved';
  const span = slot.runTo - slot.runFrom;
  const sparse = slot.runSamples >= 2 && span >= p.sparseMs;
  const needs = span >= p.fewerMs ? p.settleSamples - 1 : p.settleSamples;
  if (!sparse && (slot.runSamples < needs || span < p.settleMs)) return undefined;
  const slow = slot.runSamples >= p.foreignSamples && span >= p.foreignMs;
  const where = hasStartedAnew(slot, shelf) ? 'zero' : whereIs(slot, slot.runMean, goods);
  const from = slot.aside === null ? slot.level : slot.keptLevel;
  const change = slot.runMean - from;
  const explained = explanationOf(slot, goods, change, p);
  // What cannot be counted may be a hand that is held still: it is given more time.
  const plain = where === null && slot.aside === null && explained.kind === 'units';
  if (!plain && !slow && !(sparse && span >= p.foreignMs)) return undefined;

  const since = ts - slot.since > CANDIDATE_MS ? slot.runFrom : slot.since;
  const wasAside = slot.aside !== null;
  if (!wasAside) slot.keptLevel = slot.level;
  slot.level = slot.runMean;
  slot.samples = slot.runSamples;
  slot.since = -1;
  slot.runSamples = 0;
  if (slot.aside !== where) slot.asideTs = since;
  slot.aside = where;
  if (where !== null) return undefined;
  const counts = !wasAside && !disturbed;
  if (!counts && (disturbed || slot.stock === null || explained.kind === 'foreign')) {
    recount(slot, goods, since);
    return undefined;
  }
  if (explained.kind === 'foreign') {
    addForeign(slot, goods, change, p);
    slot.bulkTs = explained.bulk ? since : -1;
    return undefined;
  }
  slot.most = Math.max(slot.most, slot.level - goods.tareGrams);
  if (explained.removed !== undefined) slot.foreign.splice(explained.removed, 1);
  if (explained.taken === 0) return undefined;
  const left = slot.stock === null ? null : slot.stock - explained.taken;
  slot.stock = left === null ? null : Math.max(0, left);
  slot.stockTs = since;
  // More than there was: the count was wrong, and what seemed foreign was not.
  if (left !== null && left < (slot.foreign.length > 0 ? 0 : -1)) recount(slot, goods, since);
  else resync(slot, goods, since);
  return counts ? { ts: since, taken: explained.taken, confidence: explained.confidence } : undefined;
}

/** Whatever happened here, what lies on the slot now is its product. */
function recount(slot: SlotLevel, goods: SlotGoods, ts: number): void {
  slot.foreign = [];
  slot.bulkTs = -1;
  slot.most = Math.max(slot.most, slot.level - goods.tareGrams);
  const stock = stockOf(slot.level - slot.drift, goods);
  if (stock === slot.stock) return;
  slot.stock = stock;
  slot.stockTs = ts;
}

/** The first samples of all lie where no level can be, or where it can be again. */
function setAside(slot: SlotLevel, goods: SlotGoods): void {
  slot.aside = whereIs(slot, slot.level, goods);
  slot.asideTs = slot.ts;
  slot.stock = slot.aside === null ? stockOf(slot.level, goods) : null;
}

type Settled = Explanation & { bulk?: boolean };

function explanationOf(slot: SlotLevel, goods: SlotGoods, change: number, p: StepParameters): Settled {
  const { unitGrams } = goods;
  if (unitGrams === undefined || slot.stock === null) {
    const taken = Math.abs(change) < p.unknownUnitGrams ? 0 : change < 0 ? 1 : -1;
    return { kind: 'units', taken, removed: undefined, confidence: UNKNOWN_CONFIDENCE };
  }
  const load: Load = {
    unitGrams,
    neighbours: goods.neighbours ?? [],
    foreign: slot.foreign,
    stock: slot.stock,
    capacity: goods.capacity ?? Infinity,
  };
  const sigma = slot.noise * Math.sqrt(1 / slot.runSamples + 1 / Math.min(slot.samples, 20));
  const explained = explain(change, sigma, load);
  if (explained.kind === 'foreign' || explained.taken >= 0 || slot.aside !== null) return explained;
  if (!isTooMuch(slot, goods, unitGrams, -explained.taken)) return explained;
  return { kind: 'foreign', confidence: explained.confidence, bulk: true };
}

/** Something foreign has come, or what came has gone; a little is drift. */
function addForeign(slot: SlotLevel, goods: SlotGoods, change: number, p: StepParameters): void {
  if (Math.abs(change) <= Math.min(p.quietSigmas * slot.noise, (goods.unitGrams ?? Infinity) / 2)) {
    slot.drift += change;
    return;
  }
  slot.foreign.push(change);
  if (slot.foreign.length > FOREIGN_KEPT) {
    const [oldest = 0, next = 0] = slot.foreign;
    slot.foreign.splice(0, 2, oldest + next);
  }
}

export const stockOf = (grams: number, goods: SlotGoods): number | null =>
  goods.unitGrams === undefined ? null : Math.max(0, Math.round((grams - goods.tareGrams) / goods.unitGrams));
