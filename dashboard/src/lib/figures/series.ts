import type { FootfallRow, SalesRow } from '@aisle/contracts';
import type { Bucket, Span } from '../api/client.js';
import { bucketStarts } from './periods.js';

/** One step of a chart. Values are null where nothing is known. */
export interface Step {
  startMs: number;
  footfall: number | null;
  sales: number;
  transactions: number;
  /** of the footfall; null when the answer has no row, which means that no one was sensed and nothing failed to sense */
  coverage: number;
}

/** Rows of all entrances and of the tills, joined by the start of their bucket. A step without any row was not sensed. */
export function joinSteps(
  span: Span,
  bucket: Bucket,
  timeZone: string,
  footfall: readonly FootfallRow[],
  sales: readonly SalesRow[],
): Step[] {
  const byStart = new Map<number, Step>();
  const steps = bucketStarts(span, bucket, timeZone).map((startMs): Step => ({
    startMs,
    footfall: null,
    sales: 0,
    transactions: 0,
    coverage: 0,
  }));
  steps.forEach((step) => byStart.set(step.startMs, step));
  // A first bucket that the span cuts carries the span's own start in some answers.
  const find = (from: string): Step | undefined => {
    const at = Date.parse(from);
    return byStart.get(at) ?? steps.findLast((step) => step.startMs <= at);
  };
  const entrances = new Map<Step, number[]>();
  for (const row of footfall) {
    const step = find(row.from);
    if (!step) continue;
    if (row.in !== null) step.footfall = (step.footfall ?? 0) + row.in;
    entrances.set(step, [...(entrances.get(step) ?? []), row.coverage]);
  }
  for (const [step, coverages] of entrances)
    step.coverage = coverages.reduce((sum, value) => sum + value, 0) / coverages.length;
  for (const row of sales) {
    const step = find(row.from);
    if (!step) continue;
    step.sales += row.salesNet;
    step.transactions += row.transactions;
  }
  return steps;
}

/** The first instant of the span that has a row with something sensed; null before any. */
export function firstSensed(rows: readonly FootfallRow[]): number | null {
  let first: number | null = null;
  for (const row of rows) {
    const at = Date.parse(row.from);
    if (row.coverage > 0 && (first === null || at < first)) first = at;
  }
  return first;
}
