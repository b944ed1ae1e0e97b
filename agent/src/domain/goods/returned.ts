import { MINUTE_MS } from '@aisle/contracts';

/** What comes onto a slot within so long of being taken may have been taken from it. */
export const RETURNED_WITHIN_MS = 30 * MINUTE_MS;
/** What comes in one step of more than this share of the capacity comes out of a crate. */
const BULK_SHARE = 0.25;

/** Items that came onto a slot, or left it, at one time. */
export interface SlotStep {
  ts: number;
  /** positive taken, negative come */
  taken: number;
  /** of those that came: how many were no shopper's */
  refilled: number;
}

/** How many a step leaves fewer on the slot in shoppers' hands: taken, less returned. */
export const netOf = ({ taken, refilled }: SlotStep): number => taken + refilled;

/** Net items that shoppers took in [from, to). */
export const netBetween = (steps: readonly SlotStep[], from: number, to: number): number =>
  steps.reduce((sum, step) => (step.ts >= from && step.ts < to ? sum + netOf(step) : sum), 0);

/**
 * Tells returned from refilled (SEMANTICS §19): what comes is returned up to the net pickups of the half hour before it; what
 * exceeds that, comes in bulk, or while staff stands at the fixture, is refilled.
 * @param steps of one slot in the order of time, judged up to `from`; judged in place from there on
 * @param staffed whether staff stood at the fixture
 */
export function judge(
  steps: readonly SlotStep[],
  from: number,
  capacity: number | undefined,
  staffed: (ts: number) => boolean,
): void {
  steps.forEach((step, index) => {
    if (step.ts < from || step.taken >= 0) return;
    const items = -step.taken;
    const isBulk = capacity !== undefined && items > capacity * BULK_SHARE;
    const before = netBetween(steps.slice(0, index), step.ts - RETURNED_WITHIN_MS, Infinity);
    const returned = isBulk || staffed(step.ts) ? 0 : Math.min(items, Math.max(0, before));
    step.refilled = items - returned;
  });
}
