import type { Bucket, Span } from '../api/client.js';
import { fromWall, shiftDays, startOfDay } from './store-time.js';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** What the reader looks at. A range is written in the store's wall clock, so that a shared address means the same. */
export type Period =
  { kind: 'live' } | { kind: 'today' } | { kind: 'week' } | { kind: 'range'; from: string; to: string };
export type Compare = 'previous' | 'week' | 'none';
export const COMPARES: readonly Compare[] = ['previous', 'week', 'none'];

export interface Resolved extends Span {
  bucket: Bucket;
}

/** The period's span at `nowMs`: whole minutes, and not beyond the minute that runs. */
export function resolvePeriod(period: Period, nowMs: number, timeZone: string): Resolved {
  const end = Math.ceil((nowMs + 1) / MINUTE) * MINUTE;
  if (period.kind === 'range') {
    const fromMs = fromWall(period.from, timeZone);
    const toMs = fromWall(period.to, timeZone);
    return { fromMs, toMs, bucket: bucketFor(fromMs, toMs) };
  }
  const fromMs = startOfDay(nowMs, timeZone, period.kind === 'week' ? -6 : 0);
  return { fromMs, toMs: end, bucket: period.kind === 'week' ? 'day' : 'hour' };
}

/** Steps that give a chart between a dozen and a hundred or so bars. */
export function bucketFor(fromMs: number, toMs: number): Bucket {
  const length = toMs - fromMs;
  if (length <= 2 * HOUR) return 'minute';
  return length <= 4 * DAY ? 'hour' : 'day';
}

/** The span to compare with, equally long; null for no comparison. */
export function compareSpan(period: Period, span: Span, compare: Compare, timeZone: string): Span | null {
  if (compare === 'none') return null;
  const days = Math.max(1, Math.ceil((span.toMs - span.fromMs) / DAY - 1e-9));
  let back: number;
  if (compare === 'week') back = Math.ceil(days / 7) * 7;
  else back = period.kind === 'week' ? 7 : days;
  return { fromMs: shiftDays(span.fromMs, timeZone, -back), toMs: shiftDays(span.toMs, timeZone, -back) };
}

/** How a period stands in an address: "live", "today", "7d" or "2026-06-01T09:00~2026-06-02T21:00". */
export function periodToText(period: Period): string {
  if (period.kind === 'range') return `${period.from}~${period.to}`;
  return period.kind === 'week' ? '7d' : period.kind;
}

export function periodFromText(text: string | null): Period {
  if (text === 'today') return { kind: 'today' };
  if (text === '7d') return { kind: 'week' };
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})~(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})$/.exec(text ?? '');
  if (match && (match[1] as string) < (match[2] as string))
    return { kind: 'range', from: match[1] as string, to: match[2] as string };
  return { kind: 'live' };
}

/** Starts of the buckets of a span, in store time. */
export function bucketStarts(span: Span, bucket: Bucket, timeZone: string): number[] {
  const starts: number[] = [];
  if (bucket === 'day') {
    for (let start = startOfDay(span.fromMs, timeZone), n = 0; start < span.toMs && n < 1000; n += 1) {
      starts.push(start);
      start = startOfDay(start, timeZone, 1);
    }
    return starts;
  }
  const step = bucket === 'hour' ? HOUR : MINUTE;
  // Zones with half hours: hours begin where the store's clock says so.
  const origin = startOfDay(span.fromMs, timeZone);
  for (let start = origin + Math.floor((span.fromMs - origin) / step) * step; start < span.toMs; start += step)
    starts.push(start);
  return starts;
}
