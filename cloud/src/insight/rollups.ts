import { HOUR_MS } from '@aisle/contracts';
import type { RollupLevel, SeriesStore, StoredRollup } from '../ports/index.js';
import type { Interval } from './buckets.js';
import { addFacts } from './gather.js';
import type { StoreTimeline } from './store-timeline.js';
import { ROLLED_KINDS, VersionTallies, versionOf } from './tallies/index.js';

/**
 * Makes the rollups of hours and days that have ended and in which something was written, where there is none that is
 * still true. The mark is taken before the facts are read: what is written meanwhile puts the new rollup out of use again.
 * @returns how many hours and days were made
 */
export async function maintainRollups(series: SeriesStore, timeline: StoreTimeline, now: number): Promise<number> {
  const { storeId, time } = timeline;
  const written = await series.writtenHours(storeId, 0, now);
  const [hours, days] = [bucketsOf(written, 'hour', timeline, now), bucketsOf(written, 'day', timeline, now)];
  const trueHours = await trueStarts(series, timeline, 'hour', hours);
  const trueDays = await trueStarts(series, timeline, 'day', days);

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
    if (!trueDays.has(day.from)) made += await make(series, timeline, day, ofDay, day);
    else for (const hour of ofDay) made += await make(series, timeline, hour, [hour]);
  }
  // the day that is not over yet
  for (const ofDay of missing.values()) for (const hour of ofDay) made += await make(series, timeline, hour, [hour]);
  return made;
}

/** Hours or days of store time, in order, that touch an hour in which something was written and that are over. */
function bucketsOf(written: readonly number[], level: RollupLevel, timeline: StoreTimeline, now: number): Interval[] {
  const found: Interval[] = [];
  let to = -Infinity;
  for (const hour of written) {
    for (let at = Math.max(hour, to); at < hour + HOUR_MS; at = to) {
      const bucket = timeline.time.bucket(at, level);
      to = bucket.to;
      if (bucket.to <= now) found.push({ from: bucket.from, to: bucket.to });
    }
  }
  return found;
}

async function trueStarts(
  series: SeriesStore,
  timeline: StoreTimeline,
  level: RollupLevel,
  buckets: readonly Interval[],
): Promise<Set<number>> {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (!first || !last) return new Set();
  // all kinds are written together, so the smallest of them speaks for all
  const rollups = await series.readRollups({
    storeId: timeline.storeId,
    level,
    kinds: ['crossings'],
    from: first.from,
    to: last.to,
  });
  return new Set(rollups.filter((rollup) => rollup.definition === timeline.definition).map((rollup) => rollup.from));
}

/** Reads [range.from, range.to) once and keeps its hours, and the day when it is given. */
async function make(
  series: SeriesStore,
  timeline: StoreTimeline,
  range: Interval,
  hours: readonly Interval[],
  day?: Interval,
): Promise<number> {
  const { storeId } = timeline;
  const mark = await series.mark(storeId, range.from, range.to);
  const none = () => new VersionTallies((version) => timeline.of(version).hours);
  const ofHour = new Map(hours.map((hour) => [hour.from, none()]));
  const [ofDay, ignored] = [none(), none()];
  for (const kind of ROLLED_KINDS) {
    const facts = await series.read({ storeId, kinds: [kind], from: range.from, to: range.to });
    await timeline.know(new Set(facts.map(versionOf)));
    addFacts((ts) => ofHour.get(timeline.time.bucket(ts, 'hour').from) ?? ignored, kind, facts);
    if (day) addFacts(() => ofDay, kind, facts);
  }
  const rollups: StoredRollup[] = [];
  const keep = (level: RollupLevel, { from, to }: Interval, gathered: VersionTallies): void => {
    for (const kind of ROLLED_KINDS)
      rollups.push({ level, kind, from, to, definition: timeline.definition, payload: gathered.payload(kind) });
  };
  for (const hour of hours) keep('hour', hour, ofHour.get(hour.from) as VersionTallies);
  if (day) keep('day', day, ofDay);
  await series.writeRollups(storeId, mark, rollups);
  return hours.length + (day ? 1 : 0);
}
