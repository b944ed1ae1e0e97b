import type { ShoppersRow } from '../api/generated/schema.js';
import type { Bucket, Span } from '../api/client.js';
import { bucketStarts } from './periods.js';

/** One step of a chart. Values are null where nothing is known. */
export interface Step {
  startMs: number;
  footfall: number | null;
  /** null: nothing is known of the tills, or sales are in several currencies, which are not added */
  sales: number | null;
  transactions: number | null;
  /** of the footfall, 0 to 1 */
  coverage: number;
  /** the shop has told something of this time: without that nothing is known, not even that nobody came */
  row: boolean;
}

/** The steps of a span: what the server has rows for, and in between what nobody knows. */
export function stepsOf(span: Span, bucket: Bucket, timeZone: string, rows: readonly ShoppersRow[]): Step[] {
  const steps = bucketStarts(span, bucket, timeZone).map((startMs): Step => ({
    startMs,
    footfall: null,
    sales: null,
    transactions: null,
    coverage: 0,
    row: false,
  }));
  for (const row of rows) {
    const at = Date.parse(row.from);
    // a first bucket that the span cuts carries its own start, which lies before the span
    const step =
      steps.find(({ startMs }) => startMs === at) ?? steps.findLast(({ startMs }) => startMs <= at) ?? steps[0];
    if (!step) continue;
    step.row = true;
    step.footfall = row.coverage > 0 ? row.footfall : null;
    step.sales = row.salesNet;
    step.transactions = row.transactions;
    step.coverage = row.coverage;
  }
  return steps;
}

/** Share of the steps up to now of which the shop has told anything. */
export function heardOf(steps: readonly Step[], nowMs: number): number {
  const past = steps.filter(({ startMs }) => startMs < nowMs);
  return past.length === 0 ? 0 : past.filter(({ row }) => row).length / past.length;
}

/** A sparkline of what tills report: a last step of which less than `least` is sensed has only begun, and is no fall yet. */
export const begun = (steps: readonly Step[], least: number, of: (step: Step) => number | null): (number | null)[] =>
  steps.map((step, index) => (index === steps.length - 1 && step.coverage < least ? null : of(step)));
