import { MINUTE_MS, minuteOf } from '@aisle/contracts';
import type { SlotWindows } from '../goods/slot-windows.js';
import type { SlotModel } from '../core/store-model.js';

interface Known {
  /** items before all steps */
  base: number;
  /** items that came (positive) or went, rising times */
  steps: [ts: number, items: number][];
  /** when the first of its items was seen there */
  since: number;
}

/**
 * How many items lie in each slot that readers count, at any time of the last hours: so that a minute whose past turns out
 * otherwise is stated anew. A slot of whose goods no tag was ever seen is not sensed: its goods carry none.
 */
export class SlotStock {
  private readonly slots = new Map<string, Known>();

  constructor(private readonly windows: SlotWindows) {}

  knows(slotId: string): boolean {
    return this.slots.has(slotId);
  }

  since(slotId: string): number {
    return this.slots.get(slotId)?.since ?? Infinity;
  }

  /** Items came or went at `ts`. */
  step(slotId: string, ts: number, items: number): void {
    let known = this.slots.get(slotId);
    if (!known) this.slots.set(slotId, (known = { base: 0, steps: [], since: ts }));
    known.since = Math.min(known.since, ts);
    let at = known.steps.length;
    while (at > 0 && (known.steps[at - 1] as [number, number])[0] > ts) at -= 1;
    const before = known.steps[at - 1];
    if (before?.[0] === ts) {
      before[1] += items;
      if (before[1] === 0) known.steps.splice(at - 1, 1);
    } else known.steps.splice(at, 0, [ts, items]);
  }

  /** At the end of the minute that begins at `minute`, as far as is known now. */
  at(slotId: string, minute: number): number | null {
    const known = this.slots.get(slotId);
    if (!known) return null;
    let items = known.base;
    for (const [ts, change] of known.steps) {
      if (ts >= minute + MINUTE_MS) break;
      items += change;
    }
    return Math.max(0, items);
  }

  /** The slot is sensed in this minute. */
  state(slot: SlotModel, minute: number): void {
    if (minute >= minuteOf(this.since(slot.id))) this.windows.sensed(slot, minute, this.at(slot.id, minute));
  }

  /** Minutes that are stated already, from the one of `from` on. */
  restate(slot: SlotModel, from: number, to: number): void {
    for (let minute = minuteOf(from); minute <= to; minute += MINUTE_MS)
      if (this.windows.isStated(slot.id, minute)) this.windows.sensed(slot, minute, this.at(slot.id, minute));
  }

  /** Steps before `ts` will not change any more. */
  fold(ts: number): void {
    for (const known of this.slots.values()) {
      let old = 0;
      for (const [at, items] of known.steps) {
        if (at >= ts) break;
        known.base += items;
        old += 1;
      }
      known.steps.splice(0, old);
    }
  }

  /** Nothing of the old counts is changed any more, and all is counted anew; slots that are the same stay sensed. */
  reset(isSame: (slotId: string) => boolean, ts: number): void {
    for (const id of [...this.slots.keys()]) {
      if (isSame(id)) this.slots.set(id, { base: 0, steps: [], since: ts });
      else this.slots.delete(id);
    }
  }

  save(): unknown {
    return structuredClone([...this.slots]);
  }

  restore(json: unknown): void {
    for (const [id, known] of structuredClone(json as [string, Known][])) this.slots.set(id, known);
  }
}
