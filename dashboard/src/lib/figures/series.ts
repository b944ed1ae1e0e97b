import type { FootfallRow, SalesRow } from '../api/generated/schema.js';
import type { Bucket, Span } from '../api/client.js';
import { bucketStarts } from './periods.js';

/** One step of a chart. Values are null where nothing is known. */
export interface Step {
  startMs: number;
  footfall: number | null;
  /** null: in several currencies, which are not added */
  sales: number | null;
  transactions: number;
  /** of the footfall, 0 to 1 */
  coverage: number;
  /** the answer has a row for it: without one nobody came, or nothing was sensed */
  row: boolean;
}

/** Rows of all entrances and of the tills, joined by the start of their bucket. Steps without a row are left unsensed here. */
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
    row: false,
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
    step.row = true;
    if (row.in !== null) step.footfall = (step.footfall ?? 0) + row.in;
    entrances.set(step, [...(entrances.get(step) ?? []), row.coverage]);
  }
  for (const [step, coverages] of entrances)
    step.coverage = coverages.reduce((sum, value) => sum + value, 0) / coverages.length;
  for (const row of sales) {
    const step = find(row.from);
    if (!step) continue;
    step.sales = step.sales === null || row.salesNet === null ? null : step.sales + row.salesNet;
    step.transactions += row.transactions;
  }
  return steps;
}

/** A sparkline of what tills report: a last step of which less than `least` is sensed has only begun, and is no fall yet. */
export const begun = (steps: readonly Step[], least: number, of: (step: Step) => number | null): (number | null)[] =>
  steps.map((step, index) => (index === steps.length - 1 && step.coverage < least ? null : of(step)));

/** The first instant of the span that has a row with more than `least` of it sensed; null before any. */
export function firstSensed(rows: readonly FootfallRow[], least = 0): number | null {
  let first: number | null = null;
  for (const row of rows) {
    const at = Date.parse(row.from);
    if (row.coverage > least && (first === null || at < first)) first = at;
  }
  return first;
}

/** More questions than this are not asked for one chart. */
const MOST_QUESTIONS = 24;

/**
 * Rows in which nobody came are left out of an answer, whether the cameras were on or not. So the coverage of what is
 * missing is asked for, in halves until a part is all sensed or not at all. A step that was sensed and has no row counts 0.
 * What lies ahead of `nowMs` stays unsensed.
 */
export async function withCoverage(
  steps: readonly Step[],
  span: Span,
  coverageOf: (span: Span) => Promise<number>,
  known: { nowMs: number; whole: number },
): Promise<Step[]> {
  const result = steps.map((step) => ({ ...step }));
  const startOf = (index: number): number => Math.max(span.fromMs, result[index]?.startMs ?? span.toMs);
  const endOf = (index: number): number => (index + 1 < result.length ? startOf(index + 1) : span.toMs);
  let questions = 0;
  const settle = async (first: number, last: number, whole?: number): Promise<void> => {
    while (first <= last && result[first]?.row) first += 1;
    while (last >= first && result[last]?.row) last -= 1;
    if (first > last || startOf(first) >= known.nowMs) return;
    let coverage = whole;
    if (coverage === undefined) {
      if (questions >= MOST_QUESTIONS) return;
      questions += 1;
      coverage = await coverageOf({ fromMs: startOf(first), toMs: endOf(last) });
    }
    if (first === last || coverage <= 0.001 || coverage >= 0.999) {
      for (let index = first; index <= last; index += 1) {
        const step = result[index];
        if (!step || step.row) continue;
        step.coverage = coverage;
        step.footfall = coverage > 0 ? 0 : null;
      }
      return;
    }
    const middle = Math.floor((first + last) / 2);
    await settle(first, middle);
    await settle(middle + 1, last);
  };
  const complete = result.length > 0 && (known.whole <= 0.001 || known.whole >= 0.999) ? known.whole : undefined;
  await settle(0, result.length - 1, complete);
  return result;
}
