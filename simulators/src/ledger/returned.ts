import { MINUTE_MS, type StoreFile } from '@aisle/contracts';
import type { Handled } from '../world/shelves.js';

const HALF_HOUR_MS = 30 * MINUTE_MS;

/**
 * How much of what comes onto a slot is returned by shoppers, as the metrics define it (SEMANTICS §19): up to what they took from
 * it within the half hour before, unless it comes in one step of more than a quarter of the capacity, or while staff is there.
 */
export class Returned {
  private readonly capacities = new Map<string, number>();
  /** what shoppers took (positive) or returned within the last half hour */
  private readonly recent = new Map<string, { ts: number; items: number }[]>();
  private readonly isStaffKnown: boolean;

  constructor({ fixtures = [], staff }: StoreFile) {
    this.isStaffKnown = staff !== undefined;
    for (const { slots = [] } of fixtures)
      for (const { id, capacity } of slots) if (capacity !== undefined) this.capacities.set(id, capacity);
  }

  /** @returns units of those that came; 0 for what was taken */
  of({ ts, slotId, units, staff, personId }: Handled): number {
    const recent = (this.recent.get(slotId) ?? []).filter((step) => step.ts >= ts - HALF_HOUR_MS);
    this.recent.set(slotId, recent);
    if (units <= 0) {
      recent.push({ ts, items: -units });
      return 0;
    }
    const net = recent.reduce((sum, { items }) => sum + items, 0);
    const isBulk = units > (this.capacities.get(slotId) ?? Infinity) / 4;
    const isByStaff = staff && personId !== null && this.isStaffKnown;
    const returned = isBulk || isByStaff ? 0 : Math.max(0, Math.min(units, net));
    recent.push({ ts, items: -returned });
    return returned;
  }
}
