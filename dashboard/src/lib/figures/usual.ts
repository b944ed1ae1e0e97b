import { shiftDays } from './store-time.js';
import { HOUR } from './periods.js';

/** How one hour counts in a comparison with what is usual. */
export interface CountedHour {
  startMs: number;
  /** what happened, by name; null: not known */
  counts: Readonly<Record<string, number | null>>;
}
export interface Usual {
  /** sums over the hours that have a past to compare with */
  actual: Record<string, number>;
  /** what the same hours of the same weekdays brought on average */
  usual: Record<string, number>;
  /** hours compared, and hours of the period that have ended */
  hours: number;
  of: number;
  /** past hours behind each hour, on average: how sure `usual` is */
  depth: number;
}

/** So many weeks back are looked at; at least so many of them must be known. */
export const WEEKS = 4;
export const LEAST_WEEKS = 2;

/**
 * What happened in the period's ended hours against what the same hours of the same weekdays brought in the four weeks before.
 * An hour counts when it and at least two of its past ones are known in everything that is asked. Null when less than half of
 * the period's hours can be compared: then nobody knows what is usual.
 */
export function usualOf(
  hours: readonly CountedHour[],
  period: { fromMs: number; toMs: number },
  nowMs: number,
  timeZone: string,
  names: readonly string[],
): Usual | null {
  const byStart = new Map(hours.map((hour) => [hour.startMs, hour.counts]));
  const isKnown = (counts: CountedHour['counts'] | undefined): counts is Record<string, number> =>
    counts !== undefined && names.every((name) => typeof counts[name] === 'number');
  const actual = Object.fromEntries(names.map((name) => [name, 0]));
  const usual = { ...actual };
  let compared = 0;
  let of = 0;
  let behind = 0;
  for (const [startMs, counts] of byStart) {
    if (startMs < period.fromMs || startMs + HOUR > period.toMs + HOUR || startMs >= period.toMs) continue;
    if (startMs + HOUR > nowMs) continue;
    of += 1;
    if (!isKnown(counts)) continue;
    const past = Array.from({ length: WEEKS }, (_, week) =>
      byStart.get(shiftDays(startMs, timeZone, -7 * (week + 1))),
    ).filter(isKnown);
    if (past.length < LEAST_WEEKS) continue;
    compared += 1;
    behind += past.length;
    for (const name of names) {
      actual[name] = (actual[name] ?? 0) + (counts[name] ?? 0);
      usual[name] = (usual[name] ?? 0) + past.reduce((sum, before) => sum + (before[name] ?? 0), 0) / past.length;
    }
  }
  if (compared === 0 || compared < of / 2) return null;
  return { actual, usual, hours: compared, of, depth: behind / compared };
}

export type Direction = 'more' | 'less' | 'same';

/**
 * Whether a count differs from what is usual by more than chance: both are sums of single events (Poisson), the usual one known
 * from `depth` times as much. Two standard errors of the difference of the logarithms, 0.5 added to both for small counts.
 */
export function differs(actual: number, usual: number, depth: number): Direction {
  const error = Math.sqrt(1 / (actual + 0.5) + 1 / (usual * depth + 0.5));
  const change = Math.log((actual + 0.5) / (usual + 0.5));
  if (Math.abs(change) < 2 * error) return 'same';
  return change > 0 ? 'more' : 'less';
}

/** The same of shares: `of` each, with as many counted behind them. */
export function shareDiffers(
  actual: { count: number; of: number },
  usual: { count: number; of: number },
  depth: number,
): Direction {
  if (actual.of <= 0 || usual.of <= 0) return 'same';
  const [a, u] = [(actual.count + 0.5) / (actual.of + 1), (usual.count + 0.5) / (usual.of + 1)];
  const error = Math.sqrt(
    1 / (actual.count + 0.5) + 1 / (usual.count * depth + 0.5) + 1 / (actual.of + 1) + 1 / (usual.of * depth + 1),
  );
  const change = Math.log(a / u);
  if (Math.abs(change) < 2 * error) return 'same';
  return change > 0 ? 'more' : 'less';
}
