import { MINUTE_MS, minuteOf, type FactValue } from '@aisle/contracts';
import type { SlotModel } from '../core/store-model.js';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';

/** A step is at most so much older than what settles it; older minutes keep their stock. */
export const STEP_REACH_MINUTES = 10;

interface SlotData {
  gtin: string;
  zoneId: string | null;
  pickups: number;
  putbacks: number;
  stock: number | null;
  /** what was taken (positive) or put back when, and how sure that is (ppm), for sales that arrive later */
  steps: [ts: number, taken: number, gtin: string, ppm?: number][];
}

/** Items taken from or put back on a slot. */
export interface Move {
  /** event time at which it began, and at which it was known */
  ts: number;
  knownTs: number;
  /** items: positive taken, negative put back */
  taken: number;
  /** how sure it is that it was so many of the slot's product: 0 to 1 */
  confidence: number;
}

/**
 * Pickups, putbacks and stock per slot and minute, whatever senses the slot: weight or tags. A slot has a fact for every
 * minute in which it was sensed.
 */
export class SlotWindows {
  private readonly windows: WindowKind<SlotData>;

  constructor(private readonly store: WindowStore) {
    this.windows = store.kind<SlotData>({
      name: 'slot',
      versioned: true,
      create: () => ({ gtin: '', zoneId: null, pickups: 0, putbacks: 0, stock: null, steps: [] }),
      save: (data) => structuredClone(data),
      restore: (json) => structuredClone(json as SlotData),
      fact: { kind: 'slot', value: slotValue },
    });
  }

  requireBetween(keys: string[], slotId: string, from: number, to: number): void {
    for (let minute = minuteOf(from); minute <= to; minute += MINUTE_MS)
      this.store.need(keys, this.windows, minute, slotId);
  }

  /** The minute that a move counts in: its own, unless that is too long ago. */
  private minuteFor(move: Move): number {
    return Math.max(minuteOf(move.ts), minuteOf(move.knownTs) - (STEP_REACH_MINUTES - 1) * MINUTE_MS);
  }

  /** Counts a move and states the stock after it. @returns the time at which it counts */
  moved(slot: SlotModel, move: Move, stock: number | null): number {
    const minute = this.minuteFor(move);
    const ts = Math.max(move.ts, minute);
    this.state(slot, minute, stock);
    if (slot.gtin !== undefined) {
      const window = this.windows.get(minute, slot.id);
      if (move.taken > 0) window.data.pickups += move.taken;
      else window.data.putbacks -= move.taken;
      window.data.steps.push([ts, move.taken, slot.gtin, Math.round(move.confidence * 1e6)]);
      this.store.changed(window);
    }
    for (let later = minute + MINUTE_MS; later <= move.knownTs; later += MINUTE_MS)
      if (this.windows.peek(later, slot.id)) this.state(slot, later, stock);
    return ts;
  }

  /** The slot was sensed at `ts`, and holds so many. Without a product there is nothing to say of a slot. */
  sensed(slot: SlotModel, ts: number, stock: number | null): void {
    this.state(slot, minuteOf(ts), stock);
  }

  /** A tag left the slot (1) or came back (-1) at `ts`, or it turned out that it had not: `back`. Its caller states the stock. */
  tagMoved(slot: SlotModel, ts: number, taken: 1 | -1, back = false): void {
    if (slot.gtin === undefined) return;
    const window = this.windows.get(minuteOf(ts), slot.id);
    const { data } = window;
    data.gtin = slot.gtin;
    data.zoneId = slot.zoneId;
    data[taken > 0 ? 'pickups' : 'putbacks'] += back ? -1 : 1;
    if (!back) data.steps.push([ts, taken, slot.gtin]);
    else {
      const at = data.steps.findIndex(([when, items]) => when === ts && items === taken);
      if (at >= 0) data.steps.splice(at, 1);
    }
    this.store.changed(window);
  }

  /** Whether something has been said of the slot in this minute. */
  isStated(slotId: string, minute: number): boolean {
    return this.windows.whole(minute, slotId).length > 0;
  }

  /** Net items of a product taken from a slot in [from, to). */
  taken(slotId: string, gtin: string, from: number, to: number): number {
    let net = 0;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
      for (const window of this.windows.whole(minute, slotId))
        for (const [ts, taken, product] of window.data.steps)
          if (product === gtin && ts >= from && ts < to) net += taken;
    }
    return net;
  }

  private state(slot: SlotModel, minute: number, stock: number | null): void {
    if (slot.gtin === undefined) return;
    const known = this.windows.peek(minute, slot.id);
    const window = known ?? this.windows.get(minute, slot.id);
    const { data } = window;
    if (known && data.stock === stock && data.gtin === slot.gtin && data.zoneId === slot.zoneId) return;
    data.stock = stock;
    data.gtin = slot.gtin;
    data.zoneId = slot.zoneId;
    this.store.changed(window);
  }
}

function slotValue({ data }: Window<SlotData>): FactValue<'slot'> {
  const { gtin, zoneId, pickups, putbacks, stock, steps } = data;
  const items = steps.reduce((sum, [, taken]) => sum + Math.abs(taken), 0);
  const sure = steps.reduce((sum, [, taken, , ppm]) => sum + Math.abs(taken) * (ppm ?? 1e6), 0);
  return {
    gtin,
    zoneId,
    pickups,
    putbacks,
    stock,
    ...(items > 0 && { confidencePpm: Math.round(sure / items) }),
  };
}
