import type { IncidentKind } from '@aisle/contracts';
import type { EnginePart } from '../core/engine-part.js';
import type { Incidents } from '../core/incidents.js';
import type { SlotModel } from '../core/store-model.js';

/** Refilled by one unit only, a slot must keep it for so long before the incident ends: somebody may only look at it. */
export const REFILLED_AFTER_MS = 60_000;
/** Refilled by so many units it ends at once. */
const REFILLED_UNITS = 2;

/**
 * Slots that are empty or nearly so, as incidents. For whatever senses a slot: call `stock` whenever it is sensed and
 * settled (no hand in it), in rising time of the slot.
 */
export class StockWatch implements EnginePart {
  readonly name = 'stock';
  readonly version = 1;
  /** since when a slot has been above the limit of its open incident: `${kind}:${slot}` → event time */
  private readonly refilledSince = new Map<string, number>();

  private readonly listeners: ((slotId: string, units: number | null) => void)[] = [];

  constructor(private readonly incidents: Incidents) {}

  /** @param listener hears of what a slot holds whenever it is sensed and settled; null: nobody knows it any more */
  onStock(listener: (slotId: string, units: number | null) => void): void {
    this.listeners.push(listener);
  }

  /**
   * @param ts event time of what was sensed
   * @param units settled stock; null: not known, which ends nothing and begins nothing
   * @param sinceTs when it became so: the time of the step; `ts` when left out
   */
  stock(slot: SlotModel, ts: number, units: number | null, sinceTs = ts): void {
    if (units === null || slot.gtin === undefined) return;
    for (const listener of this.listeners) listener(slot.id, units);
    const empty = units <= 0;
    this.watch('outOfStock', slot, units, 0, ts, sinceTs);
    if (slot.lowAt === undefined) this.end('lowStock', slot.id, ts);
    // One word is enough for one slot: an empty one is not called low as well.
    else if (empty && this.incidents.opened('outOfStock', slot.id)) this.end('lowStock', slot.id, sinceTs);
    else if (!this.incidents.opened('outOfStock', slot.id))
      this.watch('lowStock', slot, units, slot.lowAt, ts, sinceTs);
  }

  /** The slot is gone, holds another product, or nothing senses it any more. */
  forget(slotId: string, ts: number): void {
    for (const listener of this.listeners) listener(slotId, null);
    this.end('outOfStock', slotId, ts);
    this.end('lowStock', slotId, ts);
  }

  private watch(what: IncidentKind, slot: SlotModel, units: number, limit: number, ts: number, sinceTs: number): void {
    const key = `${what}:${slot.id}`;
    if (units <= limit) {
      this.refilledSince.delete(key);
      this.incidents.open(what, slot.id, sinceTs, { zoneId: slot.zoneId, count: units });
      return;
    }
    if (!this.incidents.opened(what, slot.id)) return;
    const since = Math.min(this.refilledSince.get(key) ?? sinceTs, ts);
    this.refilledSince.set(key, since);
    if (units >= limit + REFILLED_UNITS || ts - since >= REFILLED_AFTER_MS) this.end(what, slot.id, since);
  }

  private end(what: IncidentKind, slotId: string, until: number): void {
    this.refilledSince.delete(`${what}:${slotId}`);
    this.incidents.close(what, slotId, until);
  }

  save(): unknown {
    return [...this.refilledSince];
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    for (const [key, since] of json as [string, number][]) this.refilledSince.set(key, since);
  }
}
