import { HOUR_MS } from '@aisle/contracts';
import type { RollupLevel, SeriesStore, StoredRollup, TouchMark } from '../ports/index.js';
import type { Interval } from './buckets.js';
import { addFacts } from './gather.js';
import type { StoreCalendar } from './store-calendar.js';
import type { StoreTimeline } from './store-timeline.js';
import { ROLLED_KINDS, VersionTallies, versionOf, type RolledKind } from './tallies/index.js';

/** Facts are read in pieces of so many hours: raising it makes fewer reads, lowering it leaves more room for others between them. */
const PIECE_HOURS = 6;

/** How far a shop's rollups have come. */
interface Progress {
  definition: string;
  mark: TouchMark;
  /** hours of UTC that were touched before the mark, and in whose hours or days there is still something to do */
  left: readonly number[];
  /** epoch ms of the last look */
  now: number;
  /** when the next of the hours and days that were looked at comes to its end, epoch ms */
  next: number;
}

/**
 * Keeps the rollups of all shops: of hours and days that have ended and in which something was written. Only what was touched since
 * the last time is looked at; facts are read in small pieces that others need not wait for, a day is put together from its hours, and a week (from Monday
 * on) from its days, so that months and years need not be read day by day.
 */
export class RollupKeeper {
  /** by store id */
  readonly #progress = new Map<string, Progress>();

  constructor(private readonly series: SeriesStore) {}

  /**
   * Whether a look at a shop may find anything to do: something was written into an hour that is over, or one that was not looked at yet,
   * or one of those that were has come to its end. Needs no store file: of a thousand shops few have anything to do.
   */
  async isDue({ storeId, definition, time }: StoreCalendar, now: number): Promise<boolean> {
    const known = this.#progress.get(storeId);
    if (!known || known.definition !== definition || now >= known.next) return true;
    const { hours } = await this.series.touchedHours(storeId, known.mark);
    return hours.some((hour) => time.bucket(hour, 'hour').to <= now || !known.left.includes(hour));
  }

  /** @returns how many hours and days were made */
  async maintain(timeline: StoreTimeline, now: number): Promise<number> {
    const { storeId, definition } = timeline;
    const known = this.#progress.get(storeId);
    const before = known?.definition === definition ? known : undefined;
    const touched = await this.series.touchedHours(storeId, before?.mark);
    const look = [...new Set([...(before?.left ?? []), ...touched.hours])].sort((a, b) => a - b);
    if (look.length === 0) {
      this.#progress.set(storeId, { definition, mark: touched.mark, left: [], now, next: Infinity });
      return 0;
    }
    const hours = bucketsOf(look, 'hour', timeline);
    const days = bucketsOf(look, 'day', timeline);
    const next = Math.min(...[...hours, ...days].map(({ to }) => to).filter((to) => to > now));
    const isNew = (bucket: Interval): boolean =>
      bucket.to <= now &&
      (!before ||
        bucket.to > before.now ||
        touched.hours.some((hour) => hour < bucket.to && hour + HOUR_MS > bucket.from));
    // an hour that still runs is all that most shops have touched: there is nothing to do before it ends
    if (![...hours, ...days].some(isNew)) {
      this.#progress.set(storeId, { definition, mark: touched.mark, left: look, now, next });
      return 0;
    }
    const trueHours = await this.#trueStarts(timeline, 'hour', hours);
    const trueDays = await this.#trueStarts(timeline, 'day', days);
    let made = 0;
    /** by their starts: weeks that may be put together, or anew */
    const weeks = new Map(before ? [] : bucketsOf(look, 'week', timeline).map((week) => [week.from, week]));
    const isDue = (bucket: Interval): boolean => bucket.to <= now;
    for (const day of days) {
      const ofDay = hours.filter(({ from }) => from >= day.from && from < day.to && !trueHours.has(from));
      made += await this.#makeHours(timeline, ofDay.filter(isDue));
      if (!trueDays.has(day.from) && isDue(day) && (await this.#makeDay(timeline, day))) {
        trueDays.add(day.from);
        made += 1;
        // of the week before as well: it may have ended with days on which nothing was written
        const own = timeline.time.week(day.from);
        for (const week of [timeline.time.week(own.from - HOUR_MS), own]) weeks.set(week.from, week);
        // of days that are over everything stands before somebody asks for it
        await this.series.prepare(timeline.storeId, day.to);
      }
    }
    await this.#makeWeeks(
      timeline,
      [...weeks.values()].filter(isDue).sort((a, b) => a.from - b.from),
    );
    const undone = days.filter(({ from }) => !trueDays.has(from));
    const left = look.filter((hour) => undone.some(({ from, to }) => hour < to && hour + HOUR_MS > from));
    this.#progress.set(storeId, { definition, mark: touched.mark, left, now, next });
    return made;
  }

  async #trueStarts(timeline: StoreTimeline, level: RollupLevel, buckets: readonly Interval[]): Promise<Set<number>> {
    const [first, last] = [buckets[0], buckets.at(-1)];
    if (!first || !last) return new Set();
    // all kinds are written together, so that one speaks for all
    const query = { storeId: timeline.storeId, level, kinds: ['crossings'] as const, from: first.from, to: last.to };
    const places = await this.series.trueRollups(query);
    return new Set(places.filter(({ definition }) => definition === timeline.definition).map(({ from }) => from));
  }

  async #makeHours(timeline: StoreTimeline, hours: readonly Interval[]): Promise<number> {
    for (let at = 0; at < hours.length;) {
      let end = at + 1;
      while (end < hours.length && end - at < PIECE_HOURS && hours[end]!.from === hours[end - 1]!.to) end += 1;
      await this.#makePiece(timeline, hours.slice(at, end));
      at = end;
    }
    return hours.length;
  }

  /** Hours that follow each other. The mark is taken before the facts are read: what is written meanwhile puts them out of use again. */
  async #makePiece(timeline: StoreTimeline, hours: readonly Interval[]): Promise<void> {
    const { storeId, time } = timeline;
    const [from, to] = [hours[0]!.from, hours.at(-1)!.to];
    const mark = await this.series.mark(storeId, from, to);
    const of = new Map(hours.map((hour) => [hour.from, this.#none(timeline)]));
    const into = (ts: number): VersionTallies => of.get(time.bucket(ts, 'hour').from) as VersionTallies;
    for (const kind of ROLLED_KINDS) {
      const facts = await this.series.read({ storeId, kinds: [kind], from, to, patient: true });
      await timeline.know(new Set(facts.map(versionOf)));
      addFacts(into, kind, facts);
    }
    await this.#keep(
      timeline,
      mark,
      'hour',
      hours.map((hour) => ({ ...hour, gathered: of.get(hour.from) as VersionTallies })),
    );
  }

  #makeDay(timeline: StoreTimeline, day: Interval): Promise<boolean> {
    return this.#putTogether(timeline, 'day', day, 'hour');
  }

  /** What of them is not true already, and can be. */
  async #makeWeeks(timeline: StoreTimeline, weeks: readonly Interval[]): Promise<void> {
    const there = await this.#trueStarts(timeline, 'week', weeks);
    for (const week of weeks) if (!there.has(week.from)) await this.#putTogether(timeline, 'week', week, 'day');
  }

  /** From its parts, whose sums are the same as those of its minutes. @returns false where one of them is not true (any more), or there is none */
  async #putTogether(
    timeline: StoreTimeline,
    level: RollupLevel,
    whole: Interval,
    part: Exclude<RollupLevel, 'week'>,
  ): Promise<boolean> {
    const { storeId, definition } = timeline;
    const mark = await this.series.mark(storeId, whole.from, whole.to);
    const parts = bucketsOf(await this.series.writtenHours(storeId, whole.from, whole.to), part, timeline).filter(
      ({ from }) => from >= whole.from && from < whole.to,
    );
    if (parts.length === 0) return false;
    const gathered = this.#none(timeline);
    for (const kind of ROLLED_KINDS) {
      const query = { storeId, level: part, kinds: [kind], from: whole.from, to: whole.to } as const;
      const rollups = (await this.series.readRollups(query)).filter((rollup) => rollup.definition === definition);
      const there = new Set(rollups.map(({ from }) => from));
      if (!parts.every(({ from }) => there.has(from))) return false;
      for (const { payload } of rollups) gathered.addPayload(kind, payload);
    }
    await this.#keep(timeline, mark, level, [{ ...whole, gathered }]);
    return true;
  }

  #keep(
    timeline: StoreTimeline,
    mark: string,
    level: RollupLevel,
    made: readonly (Interval & { gathered: VersionTallies })[],
  ): Promise<void> {
    const rollups = made.flatMap(({ from, to, gathered }) =>
      ROLLED_KINDS.map((kind: RolledKind): StoredRollup => {
        const { definition } = timeline;
        return { level, kind, from, to, definition, payload: gathered.payload(kind) };
      }),
    );
    return this.series.writeRollups(timeline.storeId, mark, rollups);
  }

  #none(timeline: StoreTimeline): VersionTallies {
    return new VersionTallies((version) => timeline.of(version).hours);
  }
}

/** Hours, days or weeks of store time, in order, that touch an hour in which something was written. */
function bucketsOf(written: readonly number[], level: RollupLevel, timeline: StoreTimeline): Interval[] {
  const found: Interval[] = [];
  let to = -Infinity;
  for (const hour of written) {
    for (let at = Math.max(hour, to); at < hour + HOUR_MS; at = to) {
      const bucket = level === 'week' ? timeline.time.week(at) : timeline.time.bucket(at, level);
      to = bucket.to;
      found.push({ from: bucket.from, to: bucket.to });
    }
  }
  return found;
}
