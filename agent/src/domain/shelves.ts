import { MINUTE_MS, minuteOf, type FactValue, type WeightEvent } from '@aisle/contracts';
import type { Sales } from './sales.js';
import type { SlotModel, StoreModel } from './store-model.js';
import { firstLevel, stockOf, weigh, type SlotLevel, type Step } from './weight-steps.js';
import type { Window, WindowKind, WindowStore } from './window-store.js';

/** A step is at most so much older than the sample that settles it; older minutes keep their stock. */
const STEP_REACH_MINUTES = 10;

interface SlotData {
  gtin: string;
  zoneId: string | null;
  pickups: number;
  putbacks: number;
  stock: number | null;
  /** what was taken (positive) or put back when, for sales that arrive later */
  steps: [ts: number, taken: number, gtin: string][];
}

interface KnownSlot extends SlotLevel {
  /** the product that the level and stock were read for */
  gtin: string | undefined;
  unitGrams: number | undefined;
}

/** Pickups, putbacks and stock per slot and minute. A slot has a fact for every minute in which it was weighed. */
export class Shelves {
  private readonly windows: WindowKind<SlotData>;
  private readonly slots = new Map<string, KnownSlot>();

  constructor(private readonly store: WindowStore) {
    this.windows = store.kind<SlotData>({
      name: 'slot',
      create: () => ({ gtin: '', zoneId: null, pickups: 0, putbacks: 0, stock: null, steps: [] }),
      save: (data) => structuredClone(data),
      restore: (json) => structuredClone(json as SlotData),
      fact: { kind: 'slot', value: slotValue },
    });
  }

  require(keys: string[], event: WeightEvent): void {
    const since = this.slots.get(event.slotId)?.since ?? -1;
    this.requireBetween(
      keys,
      event.slotId,
      since >= 0 ? Math.max(since, event.ts - STEP_REACH_MINUTES * MINUTE_MS) : event.ts,
      event.ts,
    );
  }

  requireBetween(keys: string[], slotId: string, from: number, to: number): void {
    for (let minute = minuteOf(from); minute <= to; minute += MINUTE_MS)
      this.store.require(keys, this.windows, minute, slotId);
  }

  /** @returns the step that the sample settles, if any */
  apply(slot: SlotModel, event: WeightEvent, sales: Sales): Step | undefined {
    const { ts } = event;
    const grams = event.decigrams / 10;
    let known = this.slots.get(slot.id);
    if (!known) {
      known = { ...firstLevel(grams, slot), gtin: slot.gtin, unitGrams: slot.unitGrams };
      this.slots.set(slot.id, known);
      this.state(slot, minuteOf(ts), known.stock);
      return undefined;
    }
    const before = known.stock;
    const step = weigh(known, slot, ts, grams);
    if (step) {
      const minute = Math.max(minuteOf(step.ts), minuteOf(ts) - (STEP_REACH_MINUTES - 1) * MINUTE_MS);
      const stepTs = Math.max(step.ts, minute);
      this.count(slot, minute, stepTs, step.taken, known.stock);
      if (slot.gtin !== undefined) sales.moved(slot, stepTs, step.taken);
      if (known.stock !== before) {
        for (let later = minute + MINUTE_MS; later <= ts; later += MINUTE_MS) {
          if (this.windows.peek(later, slot.id)) this.state(slot, later, known.stock);
        }
      }
    }
    this.state(slot, minuteOf(ts), known.stock);
    return step;
  }

  /** Net items of a product taken from a slot in [from, to). */
  taken(slotId: string, gtin: string, from: number, to: number): number {
    let net = 0;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
      for (const [ts, taken, product] of this.windows.peek(minute, slotId)?.data.steps ?? []) {
        if (product === gtin && ts >= from && ts < to) net += taken;
      }
    }
    return net;
  }

  /** A slot that is gone is forgotten; one with another product keeps its weight, read anew. */
  configure(model: StoreModel): void {
    for (const [id, known] of this.slots) {
      const slot = model.slots.get(id);
      if (!slot) this.slots.delete(id);
      else if (slot.gtin !== known.gtin || slot.unitGrams !== known.unitGrams) {
        Object.assign(known, {
          gtin: slot.gtin,
          unitGrams: slot.unitGrams,
          stock: stockOf(known.level, slot),
          since: -1,
          runSamples: 0,
        });
      }
    }
  }

  /** The clock of the shelf was set back: a change under way is taken up anew. */
  restart(slotId: string): void {
    const known = this.slots.get(slotId);
    if (known) Object.assign(known, { since: -1, runSamples: 0 });
  }

  private count(slot: SlotModel, minute: number, ts: number, taken: number, stock: number | null): void {
    this.state(slot, minute, stock);
    if (slot.gtin === undefined) return;
    const window = this.windows.get(minute, slot.id);
    if (taken > 0) window.data.pickups += taken;
    else window.data.putbacks -= taken;
    window.data.steps.push([ts, taken, slot.gtin]);
    this.store.changed(window);
  }

  /** Without a product there is nothing to say of a slot. */
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

  save(): unknown {
    return [...this.slots].map(([id, known]) => [
      id,
      { ...known, gtin: known.gtin ?? null, unitGrams: known.unitGrams ?? null },
    ]);
  }

  restore(json: unknown): void {
    type Saved = Omit<KnownSlot, 'gtin' | 'unitGrams'> & { gtin: string | null; unitGrams: number | null };
    for (const [id, saved] of json as [string, Saved][]) {
      this.slots.set(id, { ...saved, gtin: saved.gtin ?? undefined, unitGrams: saved.unitGrams ?? undefined });
    }
  }
}

const slotValue = ({ data }: Window<SlotData>): FactValue<'slot'> => {
  const { gtin, zoneId, pickups, putbacks, stock } = data;
  return { gtin, zoneId, pickups, putbacks, stock };
};
