import type { SlotFunnelRow, UsualStep } from '@aisle/contracts';

/** One slot with what it held: what became of those who passed it (docs/planograms.md). null: not sensed. */
export type FunnelRow = SlotFunnelRow;

export const STEPS = ['passed', 'stopped', 'pickups', 'returned', 'units'] as const;
export type Step = (typeof STEPS)[number];
export const usualOf = (row: FunnelRow, step: Step): UsualStep | null =>
  step === 'passed' ? null : row.expected[step];

/** How surprising the most surprising step of a slot is; 1 where none is. */
const leastP = (row: FunnelRow): number => Math.min(1, ...STEPS.map((step) => usualOf(row, step)?.p ?? 1));

/** What stands out first, the least likely by chance before others; the rest by how many passed; what nobody senses last. */
export function inOrder(rows: readonly FunnelRow[]): FunnelRow[] {
  const known = (row: FunnelRow): number => (row.pickups === null ? 0 : 1);
  return [...rows].sort(
    (a, b) =>
      Number(b.standsOut) - Number(a.standsOut) ||
      (a.standsOut ? leastP(a) - leastP(b) : 0) ||
      known(b) - known(a) ||
      (b.passed ?? -1) - (a.passed ?? -1) ||
      a.slotId.localeCompare(b.slotId),
  );
}
