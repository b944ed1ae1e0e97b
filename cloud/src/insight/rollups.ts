import { HOUR_MS } from '@aisle/contracts';
import type { RollupLevel, SeriesStore, StoredRollup } from '../ports/index.js';
import type { Interval } from './buckets.js';
import { addFacts } from './gather.js';
import type { StoreCalendar } from './store-calendar.js';
import { ROLLED_KINDS, Tallies } from './tallies/index.js';

/**
 * Makes the rollups of hours and days that have ended and in which something was written, where there is none that is
 * still true. The mark is taken before the facts are read: what is written meanwhile puts the new rollup out of use again.
 * @returns how many hours and days were made
 */
export async function maintainRollups(series: SeriesStore, calendar: StoreCalendar, now: number): Promise<number> {
  const { storeId, time } = calendar;
  const written = await series.writtenHours(storeId, 0, now);
  const [hours, days] = [bucketsOf(written, 'hour', calendar, now), bucketsOf(written, 'day', calendar, now)];
  const trueHours = await trueStarts(series, calendar, 'hour', hours);
  const trueDays = await trueStarts(series, calendar, 'day', days);

  /** by start of the store day: its hours without a rollup */
  const missing = new Map<number, Interval[]>();
  for (const hour of hours) {
    if (trueHours.has(hour.from)) continue;
    const day = time.day(hour.from).from;
    const ofDay = missing.get(day);
    if (ofDay) ofDay.push(hour);
    else missing.set(day, [hour]);
  }
  let made = 0;
  for (const day of days) {
    const ofDay = missing.get(day.from) ?? [];
    missing.delete(day.from);
    if (!trueDays.has(day.from)) made += await make(series, calendar, day, ofDay, day);
    else for (const hour of ofDay) made += await make(series, calendar, hour, [hour]);
  }
  // the day that is not over yet
  for (const ofDay of missing.values()) for (const hour of ofDay) made += await make(series, calendar, hour, [hour]);
  return made;
}

/** Hours or days of store time, in order, that touch an hour in which something was written and that are over. */
function bucketsOf(written: readonly number[], level: RollupLevel, calendar: StoreCalendar, now: number): Interval[] {
  const found: Interval[] = [];
  let to = -Infinity;
  for (const hour of written) {
    for (let at = Math.max(hour, to); at < hour + HOUR_MS; at = to) {
      const bucket = calendar.time.bucket(at, level);
      to = bucket.to;
      if (bucket.to <= now) found.push({ from: bucket.from, to: bucket.to });
    }
  }
  return found;
}

async function trueStarts(
  series: SeriesStore,
  calendar: StoreCalendar,
  level: RollupLevel,
  buckets: readonly Interval[],
): Promise<Set<number>> {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (!first || !last) return new Set();
  // all kinds are written together, so the smallest of them speaks for all
  const rollups = await series.readRollups({
    storeId: calendar.storeId,
    level,
    kinds: ['crossings'],
    from: first.from,
    to: last.to,
  });
  return new Set(rollups.filter((rollup) => rollup.definition === calendar.definition).map((rollup) => rollup.from));
}

/** Reads [range.from, range.to) once and keeps its hours, and the day when it is given. */
async function make(
  series: SeriesStore,
  calendar: StoreCalendar,
  range: Interval,
  hours: readonly Interval[],
  day?: Interval,
): Promise<number> {
  const { storeId } = calendar;
  const mark = await series.mark(storeId, range.from, range.to);
  const ofHour = new Map(hours.map((hour) => [hour.from, new Tallies(calendar.hours)]));
  const ofDay = new Tallies(calendar.hours);
  const ignored = new Tallies(calendar.hours);
  for (const kind of ROLLED_KINDS) {
    const facts = await series.read({ storeId, kinds: [kind], from: range.from, to: range.to });
    addFacts((ts) => ofHour.get(calendar.time.bucket(ts, 'hour').from) ?? ignored, kind, facts);
    if (day) addFacts(() => ofDay, kind, facts);
  }
  const rollups: StoredRollup[] = [];
  const keep = (level: RollupLevel, { from, to }: Interval, tallies: Tallies): void => {
    for (const kind of ROLLED_KINDS)
      rollups.push({ level, kind, from, to, definition: calendar.definition, payload: tallies[kind].payload() });
  };
  for (const hour of hours) keep('hour', hour, ofHour.get(hour.from) as Tallies);
  if (day) keep('day', day, ofDay);
  await series.writeRollups(storeId, mark, rollups);
  return hours.length + (day ? 1 : 0);
}
