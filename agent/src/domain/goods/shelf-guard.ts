import type { Incidents } from '../core/incidents.js';
import type { SlotModel, StoreModel } from '../core/store-model.js';
import { ZERO_GRAMS, type Shelf as ShelfState } from './slot-bounds.js';
import type { SlotLevel } from './weight-steps.js';

/** Slots of one shelf that leave their levels within this of each other have been moved together, ms. */
const TOGETHER_MS = 1_000;
/** Fewer slots than this move together by chance, when people have two hands each. */
const FEWEST_SLOTS = 3;
/** Of many slots one may be missed: its message was lost. */
const ONE_MAY_MISS = 5;
/** A slot that was silent for longer says nothing of what happens now, ms. */
const RECENT_MS = 60_000;
/** A shelf must rest for so long before what happened to it is over, ms. */
const RESTED_MS = 5_000;

interface Watched {
  slotId: string;
  fixtureId: string;
  zoneId: string | null;
  /** newest sample, first sample away from the level (-1: quiet) */
  ts: number;
  since: number;
  /** newest sample, grams */
  grams: number;
}
interface Shelf {
  slots: Map<string, Watched>;
  /** while it is moved: event time of the first and the last sign of it */
  movedFrom: number;
  movedTo: number;
}

/** Notices when a shelf is pushed: all slots that one device weighs jump at once. What settles then is nobody's pickup. */
export class ShelfGuard {
  /** by device */
  private readonly shelves = new Map<string, Shelf>();

  constructor(private readonly incidents: Incidents) {}

  /** A slot has been weighed: `level` is its state after that sample of so many grams. */
  sensed(deviceId: string, slot: SlotModel, level: SlotLevel, grams: number): void {
    let shelf = this.shelves.get(deviceId);
    if (!shelf) this.shelves.set(deviceId, (shelf = { slots: new Map(), movedFrom: -1, movedTo: -1 }));
    const { ts, since } = level;
    const watched = shelf.slots.get(slot.id);
    if (watched?.fixtureId === slot.fixtureId && watched.zoneId === slot.zoneId)
      Object.assign(watched, { ts, since, grams });
    else
      shelf.slots.set(slot.id, { slotId: slot.id, fixtureId: slot.fixtureId, zoneId: slot.zoneId, ts, since, grams });
    if (shelf.movedFrom < 0 && since >= 0) this.notice(shelf, ts);
    if (shelf.movedFrom >= 0) this.watch(shelf, ts);
  }

  /** What goes on with the whole shelf, as far as it explains a change of one slot that began at `since`; `ts`, `grams`: its newest sample. */
  stateOf(deviceId: string, slotId: string, since: number, ts: number, grams: number): ShelfState {
    const shelf = this.shelves.get(deviceId);
    if (!shelf) return 'still';
    if (since >= 0 && shelf.movedFrom >= 0 && since >= shelf.movedFrom - TOGETHER_MS) return 'moved';
    const others = [...shelf.slots.values()].filter((slot) => slot.slotId !== slotId && ts - slot.ts <= RECENT_MS);
    const isZero = [grams, ...others.map((slot) => slot.grams)].every((value) => Math.abs(value) <= ZERO_GRAMS);
    return isZero && others.length + 1 < FEWEST_SLOTS ? 'restarted' : 'still';
  }

  private notice(shelf: Shelf, ts: number): void {
    let sensed = 0;
    let moving = 0;
    let first = ts;
    for (const slot of shelf.slots.values()) {
      if (ts - slot.ts > RECENT_MS) continue;
      sensed += 1;
      if (slot.since < 0 || ts - slot.since > TOGETHER_MS) continue;
      moving += 1;
      first = Math.min(first, slot.since);
    }
    if (moving < FEWEST_SLOTS || moving < sensed - (sensed >= ONE_MAY_MISS ? 1 : 0)) return;
    shelf.movedFrom = first;
    shelf.movedTo = ts;
    for (const [fixtureId, zoneId] of fixturesOf(shelf)) this.incidents.open('tampering', fixtureId, first, { zoneId });
  }

  private watch(shelf: Shelf, ts: number): void {
    for (const slot of shelf.slots.values())
      if (slot.since >= 0 && ts - slot.ts <= RECENT_MS) shelf.movedTo = Math.max(shelf.movedTo, slot.ts);
    // A clock that was set back does not keep it moving.
    if (Math.abs(ts - shelf.movedTo) < RESTED_MS) return;
    for (const [fixtureId] of fixturesOf(shelf)) this.incidents.close('tampering', fixtureId, shelf.movedTo);
    shelf.movedFrom = shelf.movedTo = -1;
  }

  forget(slotId: string): void {
    for (const { slots } of this.shelves.values()) slots.delete(slotId);
  }

  /** Devices that are gone are moved no more. */
  configure(model: StoreModel, ts: number): void {
    for (const [deviceId, shelf] of this.shelves) {
      if (model.devices.has(deviceId)) continue;
      if (shelf.movedFrom >= 0)
        for (const [fixtureId] of fixturesOf(shelf)) this.incidents.close('tampering', fixtureId, ts);
      this.shelves.delete(deviceId);
    }
  }

  save(): unknown {
    return [...this.shelves].map(([id, { slots, movedFrom, movedTo }]) => [
      id,
      [...slots.values()].map((slot) => ({ ...slot })),
      movedFrom,
      movedTo,
    ]);
  }

  restore(json: unknown): void {
    type Saved = Omit<Watched, 'grams'> & { grams?: number | null };
    for (const [id, slots, movedFrom, movedTo] of json as [string, Saved[], number, number][])
      this.shelves.set(id, {
        slots: new Map(slots.map((slot) => [slot.slotId, { ...slot, grams: slot.grams ?? NaN }])),
        movedFrom,
        movedTo,
      });
  }
}

const fixturesOf = ({ slots }: Shelf): Map<string, string | null> =>
  new Map([...slots.values()].map(({ fixtureId, zoneId }) => [fixtureId, zoneId]));
