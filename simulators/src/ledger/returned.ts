import { MINUTE_MS, type StoreFile } from '@aisle/contracts';
import type { Handled } from '../world/shelves.js';
import type { TrueSample } from './reading.js';

const HALF_HOUR_MS = 30 * MINUTE_MS;
/** Staff stand at a fixture when they are within 1.3 m of it, and have moved no further than this for so long. */
const AT_FIXTURE_MM = 1_300;
const STANDING_MM = 750;
const STANDING_MS = 1_500;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * How much of what comes onto a slot is returned by shoppers, as the metrics define it (SEMANTICS §19): up to what they took from
 * it within the half hour before, unless it comes in one step of more than a quarter of the capacity, or while staff stands at the fixture.
 */
export class Returned {
  private readonly capacities = new Map<string, number>();
  /** where the fixture of a slot stands, millimetres */
  private readonly boxes = new Map<string, Box>();
  /** what shoppers took (positive) or returned within the last half hour */
  private readonly recent = new Map<string, { ts: number; items: number }[]>();
  private readonly isStaffKnown: boolean;
  /** by staff member: where they have stood since, at least for now */
  private readonly resting = new Map<number, { ts: number; x: number; y: number }>();

  constructor({ fixtures = [], staff }: StoreFile) {
    this.isStaffKnown = staff !== undefined;
    for (const { slots = [], at, size, facingDegrees = 0 } of fixtures)
      for (const { id, capacity } of slots) {
        if (capacity !== undefined) this.capacities.set(id, capacity);
        if (!at || !size) continue;
        const [width, depth] = facingDegrees % 180 === 0 ? size : [size[1], size[0]];
        const mm = (metres: number) => Math.round(metres * 1000);
        this.boxes.set(id, {
          ...{ left: mm(at[0]), right: mm(at[0] + width) },
          ...{ top: mm(at[1]), bottom: mm(at[1] + depth) },
        });
      }
  }

  /** Everybody's true place at one time. Staff have negative numbers. */
  sample(ts: number, people: readonly TrueSample[]): void {
    if (!this.isStaffKnown) return;
    for (const { personId, x, y } of people) {
      if (personId >= 0) continue;
      const before = this.resting.get(personId);
      if (!before || Math.hypot(x - before.x, y - before.y) > STANDING_MM) this.resting.set(personId, { ts, x, y });
    }
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
    const isByStaff = this.isStaffKnown && ((staff && personId !== null) || this.isAttended(slotId, ts));
    const returned = isBulk || isByStaff ? 0 : Math.max(0, Math.min(units, net));
    recent.push({ ts, items: -returned });
    return returned;
  }

  private isAttended(slotId: string, ts: number): boolean {
    const box = this.boxes.get(slotId);
    if (!box) return false;
    for (const { ts: sinceTs, x, y } of this.resting.values()) {
      const [dx, dy] = [Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)];
      if (ts - sinceTs >= STANDING_MS && Math.hypot(dx, dy) <= AT_FIXTURE_MM) return true;
    }
    return false;
  }
}
