import type { Name } from '../i18n/translate.js';

/** What a step usually comes to, where as many have come to the step before. */
export interface UsualStep {
  value: number;
  low: number;
  high: number;
  rate: number;
  standsOut: 'more' | 'fewer' | null;
  p: number | null;
}
/** One slot with what it held: what became of those who passed it (docs/planograms.md). null: not sensed. */
export interface FunnelRow {
  slotId: string;
  gtin: string | null;
  name: Name | null;
  fixtureId: string | null;
  zoneId: string | null;
  category: string | null;
  level: number | null;
  facings: number | null;
  passed: number | null;
  stopped: number | null;
  pickups: number | null;
  returned: number | null;
  refilled: number | null;
  units: number | null;
  salesNet: number | null;
  salesPerFacingDay: number | null;
  expected: {
    slots: number;
    stopped: UsualStep | null;
    pickups: UsualStep | null;
    returned: UsualStep | null;
    units: UsualStep | null;
  };
  standsOut: boolean;
  sentence: { en: string; zh: string } | null;
  emptySeconds: number | null;
  coverage: number;
  coverageOf: { people: number | null; goods: number | null; sales: number | null };
  versions: number[];
}
/** What a change was worth; numbers are null while nothing can be said, and the sentence says why. */
export interface EffectView {
  metric: string | null;
  effect: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  smallestP: number | null;
  units: unknown;
  sentence: { en: string; zh: string };
}

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
