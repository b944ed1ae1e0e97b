import { MINUTE_MS, minuteOf, type FactValue } from '@aisle/contracts';
import type { Attendance } from './attendance.js';
import { judge, netOf, RETURNED_WITHIN_MS, type SlotStep } from './returned.js';
import type { SlotModel } from '../core/store-model.js';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';

/** A step is at most so much older than what settles it; older minutes keep their stock. */
export const STEP_REACH_MINUTES = 10;

/** What was taken (positive) or came when, how sure that is (ppm), and how many of those that came were no shopper's. */
type Step = [ts: number, taken: number, gtin: string, ppm?: number | null, refilled?: number];
interface SlotData {
  gtin: string;
  zoneId: string | null;
  pickups: number;
  /** what shoppers have put back */
  putbacks: number;
  /** what others have put there; left out for none */
  refilled?: number;
  stock: number | null;
  /** for sales that arrive later */
  steps: Step[];
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

/** Shoppers have taken so many more, or fewer, items of a product at `ts` than was known. */
export interface NetChange {
  ts: number;
  items: number;
  gtin: string;
}

/**
 * Pickups, putbacks and stock per slot and minute, whatever senses the slot: weight or tags. A slot has a fact for every
 * minute in which it was sensed.
 */
export class SlotWindows {
  private readonly windows: WindowKind<SlotData>;
  private readonly pickupListeners: ((ts: number, gtin: string, items: number) => void)[] = [];

  constructor(
    private readonly store: WindowStore,
    private readonly attendance: Attendance,
  ) {
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
    if (!this.store.reaches(minuteOf(from))) return;
    for (let minute = minuteOf(from); minute <= to; minute += MINUTE_MS)
      this.store.need(keys, this.windows, minute, slotId);
  }

  /** What a move in [from, to] looks at: what came is judged by what was taken before. */
  requireMoves(keys: string[], slotId: string, from: number, to: number): void {
    this.requireBetween(keys, slotId, from - RETURNED_WITHIN_MS, to);
  }

  /** The minute that a move counts in: its own, unless that is too long ago. */
  private minuteFor(move: Move): number {
    return Math.max(minuteOf(move.ts), minuteOf(move.knownTs) - (STEP_REACH_MINUTES - 1) * MINUTE_MS);
  }

  /** Counts a move, in rising time of the slot, and states the stock after it. @returns what it changes of net pickups */
  moved(slot: SlotModel, move: Move, stock: number | null): NetChange[] {
    const minute = this.minuteFor(move);
    const ts = Math.max(move.ts, minute);
    this.state(slot, minute, stock);
    const changes =
      slot.gtin === undefined
        ? []
        : this.add(slot, [ts, move.taken, slot.gtin, Math.round(move.confidence * 1e6), 0], ts);
    for (let later = minute + MINUTE_MS; later <= move.knownTs; later += MINUTE_MS)
      if (this.windows.peek(later, slot.id)) this.state(slot, later, stock);
    return changes;
  }

  /** The slot was sensed at `ts`, and holds so many. Without a product there is nothing to say of a slot. */
  sensed(slot: SlotModel, ts: number, stock: number | null): void {
    this.state(slot, minuteOf(ts), stock);
  }

  /**
   * A tag left the slot (1) or came back (-1) at `ts`, or it turned out that it had not: `back`. Its caller states the stock.
   * @param knownTs newest time of which anything is known
   */
  tagMoved(slot: SlotModel, ts: number, taken: 1 | -1, back: boolean, knownTs: number): NetChange[] {
    if (slot.gtin === undefined) return [];
    if (!back) return this.add(slot, [ts, taken, slot.gtin, null, 0], knownTs);
    for (const window of this.windows.whole(minuteOf(ts), slot.id)) {
      const { data } = window;
      const at = data.steps.findIndex(([when, items]) => when === ts && items === taken);
      if (at < 0) continue;
      const [step] = data.steps.splice(at, 1) as [Step];
      this.count(window, stepOf(step), -1);
      this.tellPickup(step, -1);
      return [{ ts, items: -netOf(stepOf(step)), gtin: step[2] }, ...this.judge(slot, ts, knownTs)].filter(
        ({ items }) => items !== 0,
      );
    }
    return [];
  }

  private add(slot: SlotModel, step: Step, knownTs: number): NetChange[] {
    const [ts] = step;
    const window = this.windows.get(minuteOf(ts), slot.id);
    Object.assign(window.data, { gtin: step[2], zoneId: slot.zoneId });
    window.data.steps.push(step);
    this.count(window, stepOf(step), 1);
    this.tellPickup(step, 1);
    return [{ ts, items: netOf(stepOf(step)), gtin: step[2] }, ...this.judge(slot, ts, knownTs)].filter(
      ({ items }) => items !== 0,
    );
  }

  /** @param listener hears of items that shoppers took; −1 each where it turned out that they had not */
  onPickup(listener: (ts: number, gtin: string, items: number) => void): void {
    this.pickupListeners.push(listener);
  }

  private tellPickup([ts, taken, gtin]: Step, times: 1 | -1): void {
    if (taken > 0) for (const listener of this.pickupListeners) listener(ts, gtin, times * taken);
  }

  private count(window: Window<SlotData>, { taken, refilled }: SlotStep, times: 1 | -1): void {
    const { data } = window;
    if (taken > 0) data.pickups += times * taken;
    else data.putbacks -= times * (taken + refilled);
    if (refilled !== 0) data.refilled = (data.refilled ?? 0) + times * refilled;
    this.store.changed(window);
  }

  /** Tells returned from refilled among what came from `from` on, as far as that depends on what happened then. */
  private judge(slot: SlotModel, from: number, knownTs: number): NetChange[] {
    const steps: { window: Window<SlotData>; step: Step; told: SlotStep }[] = [];
    const end = minuteOf(Math.max(from, knownTs));
    for (let minute = minuteOf(from - RETURNED_WITHIN_MS); minute <= end; minute += MINUTE_MS)
      for (const window of this.windows.whole(minute, slot.id))
        for (const step of window.data.steps) steps.push({ window, step, told: stepOf(step) });
    steps.sort((one, other) => one.step[0] - other.step[0]);
    judge(
      steps.map(({ told }) => told),
      from,
      slot.capacity,
      (ts) => this.attendance.at(slot.fixtureId, ts),
    );
    const changes: NetChange[] = [];
    for (const { window, step, told } of steps) {
      const before = stepOf(step);
      if (told.refilled === before.refilled) continue;
      this.count(window, before, -1);
      step[4] = told.refilled;
      this.count(window, told, 1);
      changes.push({ ts: told.ts, items: told.refilled - before.refilled, gtin: step[2] });
    }
    return changes;
  }

  /** Staff has stood at the fixture of the slot: what came there in [from, to], a minute or so, is judged anew, as long as it is in memory. */
  judgeAnew(slot: SlotModel, from: number, to: number): NetChange[] {
    if (slot.gtin === undefined || this.store.isPaged(minuteOf(from - RETURNED_WITHIN_MS))) return [];
    let changes: NetChange[] = [];
    this.store.inMemory(() => {
      let came = false;
      for (let minute = minuteOf(from); minute <= to && !came; minute += MINUTE_MS)
        came = this.windows
          .whole(minute, slot.id)
          .some(({ data }) => data.steps.some(([ts, taken]) => taken < 0 && ts >= from && ts <= to));
      if (came) changes = this.judge(slot, from, to + RETURNED_WITHIN_MS);
    });
    return changes;
  }

  /** Whether something has been said of the slot in this minute. */
  isStated(slotId: string, minute: number): boolean {
    return this.windows.whole(minute, slotId).length > 0;
  }

  /** Whether anything was sensed of the slot in a minute of [from, to). */
  isStatedWithin(slotId: string, from: number, to: number): boolean {
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) if (this.isStated(slotId, minute)) return true;
    return false;
  }

  /** Net items of a product that shoppers took from a slot in [from, to). */
  taken(slotId: string, gtin: string, from: number, to: number): number {
    let net = 0;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
      for (const window of this.windows.whole(minute, slotId))
        for (const step of window.data.steps)
          if (step[2] === gtin && step[0] >= from && step[0] < to) net += netOf(stepOf(step));
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

const stepOf = ([ts, taken, , , refilled = 0]: Step): SlotStep => ({ ts, taken, refilled });

function slotValue({ data }: Window<SlotData>): FactValue<'slot'> {
  const { gtin, zoneId, pickups, putbacks, refilled = 0, stock, steps } = data;
  const items = steps.reduce((sum, [, taken]) => sum + Math.abs(taken), 0);
  const sure = steps.reduce((sum, [, taken, , ppm]) => sum + Math.abs(taken) * (ppm ?? 1e6), 0);
  return {
    gtin,
    zoneId,
    pickups,
    putbacks,
    ...(refilled > 0 && { refilled }),
    stock,
    ...(items > 0 && { confidencePpm: Math.round(sure / items) }),
  };
}
