import { DAY_MS, type EffectMetric } from '@aisle/contracts';
import type { ZoneDay } from '../insight/index.js';

/** Weeks that are looked at: as many as tell the usual swing, and no more than stay the same shop. */
export const MOST_BEFORE = 12;
export const MOST_AFTER = 8;
/** Fewer do not tell how much a unit swings by itself. */
export const LEAST_BEFORE = 4;

/** The whole weeks on both sides of a change, in one shop's days; the day of the change itself is in neither. */
export interface Span {
  /** start of the first whole day after it, epoch ms */
  after: number;
  /** end of the last whole day before it */
  before: number;
  weeksBefore: number;
  weeksAfter: number;
}

export const spanStart = ({ before, weeksBefore }: Span): number => before - weeksBefore * 7 * DAY_MS;
export const spanEnd = ({ after, weeksAfter }: Span): number => after + weeksAfter * 7 * DAY_MS;

/** Sums by week of what these zones came to; days may be 23 or 25 hours long. */
export function weeksOf(
  days: readonly ZoneDay[],
  span: Span,
  metric: EffectMetric,
  isIn: (zoneId: string) => boolean,
): number[] {
  const weeks = new Array<number>(span.weeksBefore + span.weeksAfter).fill(0);
  for (const { from, zones } of days) {
    const week = weekOf(from, span);
    if (week === undefined) continue;
    for (const [zoneId, { netMinor, units, visits }] of zones)
      if (isIn(zoneId)) weeks[week]! += metric === 'salesNet' ? netMinor : metric === 'units' ? units : visits;
  }
  return weeks;
}

export function weekOf(dayStart: number, { before, after, weeksBefore, weeksAfter }: Span): number | undefined {
  if (dayStart >= after - DAY_MS / 4) {
    const week = Math.floor(Math.round((dayStart - after) / DAY_MS) / 7);
    return week < weeksAfter ? weeksBefore + week : undefined;
  }
  const days = Math.round((before - dayStart) / DAY_MS);
  if (days < 1) return undefined;
  const week = weeksBefore - Math.ceil(days / 7);
  return week >= 0 ? week : undefined;
}
