import { DAY_MS, instantOf, wallTime, wallToInstant } from '@aisle/contracts';

/** Epoch ms, `toTs` not included; null: no bound. */
export interface Bounds {
  fromTs: number | null;
  toTs: number | null;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * A date or a time of a schedule in a store's time zone → epoch ms, undefined where there is no such time. A date begins at its first
 * moment there, and as an end it includes its last.
 */
export function boundOf(text: string, end: 'from' | 'to', timezone: string): number | undefined {
  const date = DATE.exec(text);
  if (!date) {
    const instant = instantOf(text);
    return typeof instant === 'number' && instant >= 0 ? instant : undefined;
  }
  const midnight = wallTime(Number(date[1]), Number(date[2]), Number(date[3]), 0, 0, 0, 0);
  return midnight === undefined ? undefined : wallToInstant(midnight + (end === 'to' ? DAY_MS : 0), timezone);
}

/** Of a schedule that has been checked. */
export function boundsIn({ from, to }: { from?: string | null; to?: string | null }, timezone: string): Bounds {
  const at = (text: string | null | undefined, end: 'from' | 'to'): number | null =>
    text === undefined || text === null ? null : (boundOf(text, end, timezone) ?? null);
  return { fromTs: at(from, 'from'), toTs: at(to, 'to') };
}

/** From when to when it is on anywhere. */
export function overall(bounds: readonly Bounds[]): Bounds {
  const all = (of: (one: Bounds) => number | null, pick: (...values: number[]) => number): number | null => {
    const values = bounds.map(of);
    return values.length === 0 || values.some((value) => value === null) ? null : pick(...(values as number[]));
  };
  return { fromTs: all(({ fromTs }) => fromTs, Math.min), toTs: all(({ toTs }) => toTs, Math.max) };
}
