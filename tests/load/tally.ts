import { MINUTE_MS, RECORD_KINDS, factKey, type Fact } from '@aisle/contracts';

/** a block is stated once more when it is over, an alert when its slot is filled */
const RECORDS_KEPT_MS = 30 * MINUTE_MS;

interface ZoneTally {
  visits: number;
  visitors: number;
  dwellMs: number;
  engaged: number;
  pickups: number;
  putbacks: number;
  quantityMicro: number;
  netMinor: number;
}
interface ProductTally {
  quantityMicro: number;
  netMinor: number;
  pickups: number;
}

/**
 * What a cloud must answer of a shop once these statements are acknowledged. A newer statement of a key takes the place of the one before;
 * what is older than `settledMs` is not stated anew, and only its sums are kept.
 */
export class Tally {
  /** bucket|entrance → people */
  readonly crossings = new Map<string, { in: number; out: number }>();
  /** bucket|zone */
  readonly zones = new Map<string, ZoneTally>();
  readonly products = new Map<string, ProductTally>();
  /** cell → ms */
  readonly heat = new Map<number, number>();
  /** screen → plays, and those that were completed */
  readonly plays = new Map<string, { plays: number; completed: number }>();
  readonly incidents = { open: 0, closed: 0 };
  transactions = 0;
  netMinor = 0;
  /** keys that are acknowledged, by kind */
  readonly keys = new Map<string, number>();
  readonly #newest = new Map<string, Fact>();

  /**
   * @param bucketMs how finely people and zones are compared; Infinity: as a whole
   * @param engagedAfter seconds, by zone
   */
  constructor(
    private readonly bucketMs: number,
    private readonly engagedAfter: ReadonlyMap<string, number>,
    private readonly settledMs: number,
  ) {}

  /** The cloud has said that it holds these. */
  acknowledged(facts: readonly Fact[]): void {
    for (const fact of facts) {
      const key = factKey(fact);
      const before = this.#newest.get(key);
      if (before && before.seq >= fact.seq) continue;
      if (before) this.#count(before, -1);
      else this.keys.set(fact.kind, (this.keys.get(fact.kind) ?? 0) + 1);
      this.#count(fact, 1);
      this.#newest.set(key, fact);
    }
  }

  /** Forgets single statements of minutes that are settled. @param isOpen whether a key may still be stated or acknowledged */
  settle(now: number, isOpen: (key: string) => boolean): void {
    for (const [key, { kind, ts }] of this.#newest) {
      const keptMs = RECORD_KINDS.has(kind) ? RECORDS_KEPT_MS : this.settledMs + MINUTE_MS;
      if (ts < now - keptMs && !isOpen(key)) this.#newest.delete(key);
    }
  }

  #bucket = (ts: number): number =>
    Number.isFinite(this.bucketMs) ? Math.floor(ts / this.bucketMs) * this.bucketMs : 0;

  #zone(ts: number, zoneId: string): ZoneTally {
    const key = `${this.#bucket(ts)}|${zoneId}`;
    let zone = this.zones.get(key);
    if (!zone) {
      const people = { visits: 0, visitors: 0, dwellMs: 0, engaged: 0 };
      this.zones.set(key, (zone = { ...people, pickups: 0, putbacks: 0, quantityMicro: 0, netMinor: 0 }));
    }
    return zone;
  }
  #product(gtin: string): ProductTally {
    let product = this.products.get(gtin);
    if (!product) this.products.set(gtin, (product = { quantityMicro: 0, netMinor: 0, pickups: 0 }));
    return product;
  }

  #count(fact: Fact, sign: 1 | -1): void {
    const { ts } = fact;
    switch (fact.kind) {
      case 'crossings': {
        const key = `${this.#bucket(ts)}|${fact.subject}`;
        const sum = this.crossings.get(key) ?? { in: 0, out: 0 };
        sum.in += sign * fact.value.in;
        sum.out += sign * fact.value.out;
        this.crossings.set(key, sum);
        return;
      }
      case 'zone': {
        const zone = this.#zone(ts, fact.subject);
        const after = this.engagedAfter.get(fact.subject) ?? 5;
        zone.visits += sign * fact.value.visits;
        zone.visitors += sign * fact.value.visitors;
        zone.dwellMs += sign * fact.value.dwellMs;
        for (const [second, visits] of fact.value.histogram) if (second >= after) zone.engaged += sign * visits;
        return;
      }
      case 'heat':
        for (const [cell, ms] of fact.value.cells) this.heat.set(cell, (this.heat.get(cell) ?? 0) + sign * ms);
        return;
      case 'slot': {
        const { gtin, zoneId, pickups, putbacks } = fact.value;
        if (pickups + putbacks === 0) return;
        this.#product(gtin).pickups += sign * pickups;
        if (zoneId === null) return;
        const zone = this.#zone(ts, zoneId);
        zone.pickups += sign * pickups;
        zone.putbacks += sign * putbacks;
        return;
      }
      case 'sale':
        this.netMinor += sign * fact.value.netMinor;
        if (fact.value.transaction) this.transactions += sign;
        for (const line of fact.value.lines) {
          const product = this.#product(line.gtin);
          product.quantityMicro += sign * line.quantityMicro;
          product.netMinor += sign * line.netMinor;
          for (const share of line.shares) {
            if (share.zoneId === null) continue;
            const zone = this.#zone(ts, share.zoneId);
            zone.quantityMicro += sign * share.quantityMicro;
            zone.netMinor += sign * share.netMinor;
          }
        }
        return;
      case 'play': {
        const of = this.plays.get(fact.value.screenId) ?? { plays: 0, completed: 0 };
        of.plays += sign;
        if (fact.value.completed) of.completed += sign;
        this.plays.set(fact.value.screenId, of);
        return;
      }
      case 'incident':
        this.incidents[fact.value.until === null ? 'open' : 'closed'] += sign;
        return;
      default:
        return;
    }
  }
}
