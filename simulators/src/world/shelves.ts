import type { StoreFile } from '@aisle/contracts';
import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import type { SlotPlace } from './floor-plan.js';

export interface SlotState {
  readonly place: SlotPlace;
  readonly unitGrams: number;
  units: number;
  /** nobody else may reach in before this; ms */
  freeFromTs: number;
  hand: Hand | null;
  staffNextTs: number;
}

interface Hand {
  readonly fromTs: number;
  readonly toTs: number;
  readonly peakGrams: number;
  readonly deltaUnits: number;
  readonly staff: boolean;
  readonly personId: number | null;
}

/** Units leaving (negative) or returning to a slot, at the instant the hand has gone. */
export interface Handled {
  readonly ts: number;
  readonly slotId: string;
  readonly gtin: string;
  readonly zoneId: string | null;
  readonly units: number;
  readonly staff: boolean;
  /** whose hand it was; null: nobody who is to be seen */
  readonly personId: number | null;
}
export interface Restocking {
  /** goods come by themselves; otherwise somebody has to bring them */
  readonly unseen: boolean;
  /** slots that are left alone at `ts` */
  isHeld(slotId: string, ts: number): boolean;
}
const UNSEEN: Restocking = { unseen: true, isHeld: () => false };

const DEFAULT_UNIT_GRAMS = 500;
const SECOND_MS = 1000;

/** What lies on the shelves, and the hands in them. One hand at a time in a slot. */
export class Shelves {
  readonly slots: readonly SlotState[];
  private readonly byId: ReadonlyMap<string, SlotState>;

  constructor(
    places: readonly SlotPlace[],
    store: StoreFile,
    private readonly behaviour: Behaviour,
    private readonly random: Random,
    private readonly onHandled: (handled: Handled) => void,
    /** from here on nobody reaches in: what a scale has had no time to settle on by the end of a run is nobody's mistake */
    private readonly quietFromTs = Infinity,
    private readonly restocking = UNSEEN,
  ) {
    const grams = new Map(
      (store.products ?? []).map((product) => [product.gtin, product.unitGrams ?? DEFAULT_UNIT_GRAMS]),
    );
    const { least, most } = behaviour.stock.initialShare;
    this.slots = places.map((place) => ({
      place,
      unitGrams: grams.get(place.gtin) ?? DEFAULT_UNIT_GRAMS,
      units: Math.round(place.capacity * random.between(least, most)),
      freeFromTs: 0,
      hand: null,
      staffNextTs: 0,
    }));
    this.byId = new Map(this.slots.map((slot) => [slot.place.slotId, slot]));
  }

  slot(slotId: string): SlotState {
    const slot = this.byId.get(slotId);
    if (!slot) throw new Error(`the world has no slot "${slotId}"`);
    return slot;
  }

  isFree(slot: SlotState, ts: number): boolean {
    return slot.hand === null && ts >= slot.freeFromTs && ts < this.quietFromTs;
  }

  /** Puts a hand into a free slot. Returns when it has gone again, ms. */
  reach(
    slot: SlotState,
    deltaUnits: number,
    ts: number,
    random: Random,
    who: { staff?: boolean; personId?: number } = {},
  ): number {
    const { least, most } = this.behaviour.shelf.reachSeconds;
    const toTs = ts + Math.round(random.between(least, most) * SECOND_MS);
    // A hand mostly leans on the shelf, now and then it lifts.
    const peakGrams = random.between(60, 500) * (random.chance(0.85) ? 1 : -0.4);
    slot.hand = { fromTs: ts, toTs, peakGrams, deltaUnits, staff: who.staff ?? false, personId: who.personId ?? null };
    return toTs;
  }

  /** Finishes reaches, and lets staff fill up. */
  advance(ts: number): void {
    for (const slot of this.slots) {
      const { hand, place } = slot;
      if (hand && ts >= hand.toTs) {
        slot.units += hand.deltaUnits;
        slot.hand = null;
        slot.freeFromTs = ts + this.behaviour.shelf.settleSeconds * SECOND_MS;
        this.onHandled({
          ts: hand.toTs,
          slotId: place.slotId,
          gtin: place.gtin,
          zoneId: place.zoneId,
          units: hand.deltaUnits,
          staff: hand.staff,
          personId: hand.personId,
        });
      }
      if (this.restocking.unseen) this.restock(slot, ts);
    }
  }

  private restock(slot: SlotState, ts: number): void {
    if (slot.staffNextTs === 0 && this.isLow(slot, ts)) slot.staffNextTs = ts + 30 * SECOND_MS;
    if (slot.staffNextTs === 0 || ts < slot.staffNextTs || !this.isFree(slot, ts)) return;
    const units = this.missing(slot);
    if (units > 0) slot.staffNextTs = this.reach(slot, units, ts, this.random, { staff: true }) + 3 * SECOND_MS;
    else slot.staffNextTs = 0;
  }

  /** Whether somebody should fill it up. */
  isLow(slot: SlotState, ts: number): boolean {
    const { restockBelowShare, restockToShare } = this.behaviour.stock;
    const { capacity, slotId } = slot.place;
    const low = slot.units < capacity * restockBelowShare && slot.units < Math.round(capacity * restockToShare);
    return low && !this.restocking.isHeld(slotId, ts);
  }

  /** How many units whoever fills it up puts there next; 0 when it is full. */
  missing({ place, units }: SlotState): number {
    const { restockToShare, unitsPerReach } = this.behaviour.stock;
    return Math.max(0, Math.min(unitsPerReach, Math.round(place.capacity * restockToShare) - units));
  }

  /** What an ideal scale under the slot would show at `ts`, hand included. */
  trueGrams(slot: SlotState, ts: number): number {
    let grams = slot.place.tareGrams + slot.units * slot.unitGrams;
    const { hand } = slot;
    if (hand && ts >= hand.fromTs)
      grams += hand.peakGrams * Math.sin((Math.PI * (ts - hand.fromTs)) / Math.max(1, hand.toTs - hand.fromTs));
    return grams;
  }

  /** Goes on with the stock of an earlier run. A slot that somebody has a hand in keeps what the hand may take. */
  setStock(stock: Readonly<Record<string, number>>): void {
    for (const slot of this.slots) {
      const units = stock[slot.place.slotId];
      if (units !== undefined) slot.units = Math.max(units, -(slot.hand?.deltaUnits ?? 0));
    }
  }

  stock(): Record<string, number> {
    return Object.fromEntries(this.slots.map((slot) => [slot.place.slotId, slot.units]));
  }
}
