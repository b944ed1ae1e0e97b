import { MINUTE_MS, type DomainEvent, type TaredEvent } from '@aisle/contracts';
import type { EnginePart, ModelChange } from '../core/engine-part.js';
import type { Incidents } from '../core/incidents.js';
import type { Sales } from './sales.js';
import { ShelfGuard } from './shelf-guard.js';
import type { Aside } from './slot-bounds.js';
import { STEP_REACH_MINUTES, type SlotWindows } from './slot-windows.js';
import type { StockWatch } from './stock-watch.js';
import type { SlotModel, StoreModel } from '../core/store-model.js';
import {
  firstLevel,
  isSettled,
  netGrams,
  reread,
  weigh,
  type SlotGoods,
  type SlotLevel,
  type Step,
} from './weight-steps.js';

/** An empty slot that weighs so much less than its tare has been lifted off its cell, grams. */
const LIFTED_GRAMS = 60;
/** More than so many full slots, and so much, cannot be goods. */
const OVERFULL = 1.5;
const OVERFULL_GRAMS = 500;
/** Empty by count, yet so much of a unit lies there: then it is not called empty. */
const EMPTY_UNITS = 0.6;
/** A known weight this near to whole units, as a share of one, is of the product itself. */
const WHOLE_UNITS = 0.03;

/** What is taken for foreign, and this near to whole units as a share of one, may be goods after all. */
const MAYBE_GOODS = 0.25;

interface KnownSlot extends SlotLevel {
  /** the product that the level and stock were read for */
  gtin: string | undefined;
  unitGrams: number | undefined;
}
/** What an installer has found a slot to weigh without goods, and what the store file said then. */
interface Tare {
  grams: number;
  fileGrams: number;
}

/** Slots that are weighed: what was taken from them and put back, what is on them, and what is wrong with them. */
export class Shelves implements EnginePart {
  readonly name = 'shelves';
  readonly version = 1;
  private readonly slots = new Map<string, KnownSlot>();
  private readonly tares = new Map<string, Tare>();
  private readonly guard: ShelfGuard;
  /** of the store file in force, by slot id and the device that weighs it */
  private readonly goods = new Map<string, SlotGoods>();

  constructor(
    private readonly windows: SlotWindows,
    private readonly stock: StockWatch,
    private readonly incidents: Incidents,
  ) {
    this.guard = new ShelfGuard(incidents);
  }

  require(keys: string[], event: DomainEvent): void {
    if (event.kind === 'weight') this.requireSlot(keys, event.slotId, event.ts);
    else if (event.kind === 'tared') this.requireSlot(keys, event.slotId);
  }

  /** `ts`: of the sample; of its newest one when left out. */
  private requireSlot(keys: string[], slotId: string, ts = this.slots.get(slotId)?.ts ?? 0): void {
    const since = this.slots.get(slotId)?.since ?? -1;
    const from = since >= 0 ? Math.max(since, ts - STEP_REACH_MINUTES * MINUTE_MS) : ts;
    this.windows.requireMoves(keys, slotId, from, ts);
  }

  /**
   * The gross weight of a slot at `ts`, in rising time of the slot, as the device says.
   * @returns the step that the sample settles, if any
   */
  apply(
    model: StoreModel,
    slot: SlotModel,
    { deviceId, ts, decigrams }: { deviceId: string; ts: number; decigrams: number },
    sales: Sales,
  ): Step | undefined {
    const grams = decigrams / 10;
    const goods = this.goodsOf(model, slot, deviceId);
    let known = this.slots.get(slot.id);
    if (!known) {
      known = { ...firstLevel(ts, grams, goods), gtin: slot.gtin, unitGrams: slot.unitGrams };
      this.slots.set(slot.id, known);
      this.guard.sensed(deviceId, slot, known, grams);
      this.windows.sensed(slot, ts, known.stock);
      return undefined;
    }
    const before = known.aside;
    const shelf = this.guard.stateOf(deviceId, slot.id, known.since, ts, grams);
    const step = weigh(known, goods, ts, grams, shelf);
    this.guard.sensed(deviceId, slot, known, grams);
    if (step) {
      for (const change of this.windows.moved(slot, { ...step, knownTs: ts }, known.stock))
        sales.moved(slot.id, change);
    }
    this.windows.sensed(slot, ts, known.stock);
    if (known.aside !== before) this.setAside(slot, known.aside, known.asideTs);
    if (isSettled(known)) this.watchStock(slot, known, goods, ts);
    return step;
  }

  /** Whether a slot has been weighed. */
  weighs(slotId: string): boolean {
    return this.slots.has(slotId);
  }

  /**
   * An installer has put a known weight on a slot: the rest of what is weighed there is its tare.
   * @returns false when the slot has not been weighed yet
   */
  tared(slot: SlotModel, { ts, knownDecigrams }: TaredEvent): boolean {
    const known = this.slots.get(slot.id);
    if (!known) return false;
    // The weight may have been put there a moment ago.
    const level = known.runSamples > 1 ? known.runMean : known.level;
    const knownGrams = knownDecigrams / 10;
    this.tares.set(slot.id, { grams: level - knownGrams, fileGrams: slot.tareGrams });
    this.forgetGoods(slot.id);
    const goods = { unitGrams: slot.unitGrams, tareGrams: level - knownGrams };
    Object.assign(known, { level, samples: Math.max(known.samples, 2), aside: null });
    reread(known, goods);
    const units = slot.unitGrams === undefined ? 0 : knownGrams / slot.unitGrams;
    if (known.stock !== null && Math.abs(units - Math.round(units)) > WHOLE_UNITS) {
      known.stock = 0;
      known.foreign = [knownGrams];
    }
    this.setAside(slot, null, Math.max(ts, known.ts));
    this.windows.sensed(slot, known.ts, known.stock);
    return true;
  }

  /** A slot that is gone is forgotten; one with another product or tare keeps its weight, read anew. */
  configure({ after: model, ts }: ModelChange): void {
    this.goods.clear();
    for (const [id, { fileGrams }] of this.tares)
      if (model.slots.get(id)?.tareGrams !== fileGrams) this.tares.delete(id);
    for (const [id, known] of this.slots) {
      const slot = model.slots.get(id);
      if (!slot) {
        this.slots.delete(id);
        this.stock.forget(id, ts);
        this.guard.forget(id);
        for (const what of ['tampering', 'overload'] as const) this.incidents.close(what, id, ts);
      } else if (slot.gtin !== known.gtin || slot.unitGrams !== known.unitGrams) {
        Object.assign(known, { gtin: slot.gtin, unitGrams: slot.unitGrams });
        this.stock.forget(id, ts);
        reread(known, { unitGrams: slot.unitGrams, tareGrams: this.tareOf(slot) });
      }
    }
    this.guard.configure(model, ts);
  }

  /** The clock of the shelf was set back: a change under way is taken up anew. */
  restart(slotId: string, ts: number): void {
    const known = this.slots.get(slotId);
    if (known) Object.assign(known, { since: -1, runSamples: 0, ts, stockTs: Math.min(known.stockTs, ts) });
  }

  private watchStock(slot: SlotModel, known: KnownSlot, goods: SlotGoods, ts: number): void {
    const { stock, stockTs } = known;
    if (stock === 0 && !isEmpty(known, goods)) return;
    this.stock.stock(slot, ts, stock, stockTs);
  }

  /** The level has come to lie where it cannot be, or where it can be again. */
  private setAside({ id, zoneId }: SlotModel, aside: Aside | null, ts: number): void {
    if (aside === 'below' || aside === 'zero') this.incidents.open('tampering', id, ts, { zoneId });
    else this.incidents.close('tampering', id, ts);
    if (aside === 'above') this.incidents.open('overload', id, ts, { zoneId });
    else this.incidents.close('overload', id, ts);
  }

  private tareOf(slot: SlotModel): number {
    return this.tares.get(slot.id)?.grams ?? slot.tareGrams;
  }

  private goodsOf(model: StoreModel, slot: SlotModel, deviceId: string): SlotGoods {
    const key = `${slot.id} ${deviceId}`;
    let goods = this.goods.get(key);
    if (goods) return goods;
    const tareGrams = this.tareOf(slot);
    const { unitGrams, capacity } = slot;
    const full = unitGrams === undefined || capacity === undefined ? Infinity : capacity * unitGrams;
    const neighbours = new Set<number>();
    for (const { fixtureId, unitGrams: grams } of model.slots.values())
      if (fixtureId === slot.fixtureId && grams !== undefined && grams !== unitGrams) neighbours.add(grams);
    goods = {
      unitGrams,
      tareGrams,
      capacity,
      neighbours: [...neighbours],
      lowestGrams: tareGrams - LIFTED_GRAMS,
      highestGrams: Math.min(
        model.devices.get(deviceId)?.maxGrams ?? Infinity,
        tareGrams + full * OVERFULL + OVERFULL_GRAMS,
      ),
    };
    this.goods.set(key, goods);
    return goods;
  }

  private forgetGoods(slotId: string): void {
    for (const key of this.goods.keys()) if (key.startsWith(`${slotId} `)) this.goods.delete(key);
  }

  save(): unknown {
    return {
      slots: [...this.slots].map(([id, known]) => [
        id,
        {
          ...known,
          foreign: [...known.foreign],
          gtin: known.gtin ?? null,
          unitGrams: known.unitGrams ?? null,
        },
      ]),
      tares: [...this.tares].map(([id, tare]) => [id, { ...tare }]),
      guard: this.guard.save(),
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    type Slot = Omit<KnownSlot, 'gtin' | 'unitGrams'> & { gtin: string | null; unitGrams: number | null };
    type Saved = { slots: [string, Slot][]; tares: [string, Tare][]; guard: unknown };
    // Older snapshots held the slots alone, and less of each.
    const saved = (
      Array.isArray(json) ? { slots: json as [string, Slot][], tares: [], guard: undefined } : json
    ) as Saved;
    for (const [id, slot] of saved.slots) {
      const goods = { unitGrams: slot.unitGrams ?? undefined, tareGrams: 0 };
      const since = Math.max(0, slot.runTo, slot.since);
      this.slots.set(id, {
        ...firstLevel(since, slot.level, goods),
        ...slot,
        foreign: [...(slot.foreign ?? [])],
        gtin: slot.gtin ?? undefined,
        unitGrams: slot.unitGrams ?? undefined,
      });
    }
    for (const [id, tare] of saved.tares) this.tares.set(id, { ...tare });
    if (saved.guard !== undefined) this.guard.restore(saved.guard);
  }
}

/** Whether nothing of the product can lie on a slot that is empty by count. */
function isEmpty(slot: SlotLevel, goods: SlotGoods): boolean {
  const { unitGrams } = goods;
  if (unitGrams === undefined) return false;
  if (netGrams(slot, goods) / unitGrams > EMPTY_UNITS) return false;
  const foreign = slot.foreign.reduce((sum, grams) => sum + grams, 0) / unitGrams;
  return foreign < EMPTY_UNITS || Math.abs(foreign - Math.round(foreign)) > MAYBE_GOODS;
}
