import type { Random } from '../random.js';
import type { Restocking, Shelves } from './shelves.js';

/** A slot that is to stand empty for a while: taken out at its beginning, and not filled up before its end. Epoch ms. */
export interface OutOfStock {
  readonly slotId: string;
  readonly fromTs: number;
  readonly toTs: number;
}

const UNITS_PER_REACH = 4;

/** Empties slots as planned: a hand that nobody sees takes the goods away, as staff do who clear a shelf. */
export class PlannedOutOfStock implements Restocking {
  constructor(
    private readonly plan: readonly OutOfStock[],
    private readonly random: Random,
    readonly unseen: boolean,
  ) {}

  isHeld(slotId: string, ts: number): boolean {
    return this.plan.some((entry) => entry.slotId === slotId && ts >= entry.fromTs && ts < entry.toTs);
  }

  advance(ts: number, shelves: Shelves): void {
    for (const { slotId, fromTs, toTs } of this.plan) {
      if (ts < fromTs || ts >= toTs) continue;
      const slot = shelves.slot(slotId);
      if (slot.units <= 0 || !shelves.isFree(slot, ts)) continue;
      shelves.reach(slot, -Math.min(UNITS_PER_REACH, slot.units), ts, this.random, { staff: true });
    }
  }
}
