import { MINUTE_MS, type WeightEvent } from '@aisle/contracts';
import type { Sales } from './sales.js';
import { STEP_REACH_MINUTES, type SlotWindows } from './slot-windows.js';
import type { SlotModel, StoreModel } from './store-model.js';
import { firstLevel, stockOf, weigh, type SlotLevel, type Step } from './weight-steps.js';

interface KnownSlot extends SlotLevel {
  /** the product that the level and stock were read for */
  gtin: string | undefined;
  unitGrams: number | undefined;
}

/** Slots that are weighed: what was taken from them and put back, and what is on them. */
export class Shelves {
  private readonly slots = new Map<string, KnownSlot>();

  constructor(private readonly windows: SlotWindows) {}

  require(keys: string[], event: WeightEvent): void {
    const since = this.slots.get(event.slotId)?.since ?? -1;
    this.windows.requireBetween(
      keys,
      event.slotId,
      since >= 0 ? Math.max(since, event.ts - STEP_REACH_MINUTES * MINUTE_MS) : event.ts,
      event.ts,
    );
  }

  /** @returns the step that the sample settles, if any */
  apply(slot: SlotModel, event: WeightEvent, sales: Sales): Step | undefined {
    const { ts } = event;
    const grams = event.decigrams / 10;
    let known = this.slots.get(slot.id);
    if (!known) {
      known = { ...firstLevel(grams, slot), gtin: slot.gtin, unitGrams: slot.unitGrams };
      this.slots.set(slot.id, known);
      this.windows.sensed(slot, ts, known.stock);
      return undefined;
    }
    const step = weigh(known, slot, ts, grams);
    if (step) {
      const counted = this.windows.moved(slot, { ...step, knownTs: ts, confidence: 1 }, known.stock);
      if (slot.gtin !== undefined) sales.moved(slot, counted, step.taken);
    }
    this.windows.sensed(slot, ts, known.stock);
    return step;
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
