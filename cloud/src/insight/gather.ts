import { DAY_MS, HOUR_MS, type FactKind } from '@aisle/contracts';
import type { RollupLevel, SeriesStore, StoredFact, StoredRollup } from '../ports/index.js';
import type { Bucket, Interval } from './buckets.js';
import type { StoreCalendar } from './store-calendar.js';
import { Tallies, mergeEpochs, type RolledKind, type Tally } from './tallies/index.js';

/** Minutes are read in pieces, so that a long range never lies in memory at once. */
const MINUTES_PIECE_MS = DAY_MS / 4;

/** Tallies by the start of their bucket. */
export type Buckets = Map<number, Tallies>;

export interface Gathering {
  calendar: StoreCalendar;
  kinds: readonly RolledKind[];
  from: number;
  to: number;
  bucket: Bucket;
}

/**
 * Adds up everything in [from, to) by bucket: whole days and hours from their rollups where these are true, the rest
 * minute by minute. The sums are the same either way.
 */
export async function gather(series: SeriesStore, asked: Gathering): Promise<Buckets> {
  const all: Buckets = new Map();
  await gatherEach(series, asked, (start, tallies) => all.set(start, tallies));
  return all;
}

/**
 * The same, bucket by bucket in the order of time. A bucket is let go as soon as nothing more can come for it: neither a
 * hundred thousand minutes nor the days of years lie in memory at once. `take` may throw to end a reading whose answer has
 * become too large.
 */
export async function gatherEach(
  series: SeriesStore,
  asked: Gathering,
  take: (start: number, tallies: Tallies) => void,
): Promise<void> {
  const { calendar, kinds, bucket } = asked;
  const startOf = (ts: number): number => (bucket === 'all' ? asked.from : calendar.time.bucket(ts, bucket).from);
  const open: Buckets = new Map();
  const into = (ts: number): Tallies => {
    const start = startOf(ts);
    let tallies = open.get(start);
    if (!tallies) open.set(start, (tallies = new Tallies(calendar.hours)));
    return tallies;
  };
  /** Hands on what began before `start`. Parts come in the order of time, so that it is complete. */
  const release = (start: number): void => {
    for (const done of [...open.keys()].filter((at) => at < start).sort((a, b) => a - b)) {
      const tallies = open.get(done) as Tallies;
      open.delete(done);
      take(done, tallies);
    }
  };

  // `all` has its one bucket even where nothing was ever written
  if (bucket === 'all') into(asked.from);
  for (const part of await partsOf(series, asked)) {
    release(startOf(part.from));
    if (part.rollups) {
      for (const rollup of part.rollups) tallyOf(into(part.from), rollup.kind as RolledKind).addPayload(rollup.payload);
    } else {
      const facts = await series.read({ storeId: calendar.storeId, kinds, from: part.from, to: part.to });
      for (const kind of kinds) addFacts(into, kind, facts);
    }
  }
  release(Infinity);
}

/** A stretch of time that is read at once: from its rollups, one for each kind, or minute by minute. */
interface Part extends Interval {
  rollups?: readonly StoredRollup[];
}

/** What has to be read, in the order of time; nothing twice, nothing left out. */
async function partsOf(series: SeriesStore, { calendar, kinds, bucket, from, to }: Gathering): Promise<Part[]> {
  const parts: Part[] = [];
  let gaps: Interval[] = [{ from, to }];
  const levels: RollupLevel[] = bucket === 'minute' ? [] : bucket === 'hour' ? ['hour'] : ['day', 'hour'];
  for (const level of levels) {
    const left: Interval[] = [];
    for (const gap of gaps) {
      if (gap.to - gap.from < HOUR_MS / 2) {
        left.push(gap);
        continue;
      }
      const whole = await wholeRollups(series, calendar, kinds, level, gap);
      const covered = whole.map((rollups): Part => {
        const { from, to } = rollups[0] as StoredRollup;
        return { from, to, rollups };
      });
      parts.push(...covered);
      left.push(...without(gap, covered));
    }
    gaps = left;
  }
  parts.push(...(await writtenPieces(series, calendar.storeId, gaps)));
  return parts.sort((a, b) => a.from - b.from);
}

/** Adds the facts of one kind, each to the tallies that `into` gives for its time. */
export function addFacts(into: (ts: number) => Tallies, kind: RolledKind, facts: readonly StoredFact[]): void {
  let at = -1;
  let tally: Tally<FactKind> | undefined;
  for (const fact of mergeEpochs(facts.filter((candidate) => candidate.kind === kind))) {
    if (!tally || fact.ts !== at) tally = tallyOf(into(fact.ts), kind);
    at = fact.ts;
    tally.add(fact);
  }
}

/** A tally takes facts of its own kind only; callers pass no others, which the type system cannot follow through a table. */
const tallyOf = (tallies: Tallies, kind: RolledKind): Tally<FactKind> => tallies[kind] as unknown as Tally<FactKind>;

/** Rollups that lie wholly in the gap, made as we would make them now, and there for every kind asked for. */
async function wholeRollups(
  series: SeriesStore,
  calendar: StoreCalendar,
  kinds: readonly RolledKind[],
  level: RollupLevel,
  gap: Interval,
): Promise<StoredRollup[][]> {
  const sets = new Map<number, StoredRollup[]>();
  for (const rollup of await series.readRollups({ storeId: calendar.storeId, level, kinds, ...gap })) {
    if (rollup.to > gap.to || rollup.definition !== calendar.definition) continue;
    const set = sets.get(rollup.from);
    if (set) set.push(rollup);
    else sets.set(rollup.from, [rollup]);
  }
  return [...sets.values()]
    .filter((set) => set.length === kinds.length)
    .sort((a, b) => (a[0] as Interval).from - (b[0] as Interval).from);
}

/** The parts of `gap` that none of `covered` (in order) covers. */
function without(gap: Interval, covered: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let from = gap.from;
  for (const part of covered) {
    if (part.from > from) left.push({ from, to: part.from });
    from = part.to;
  }
  if (from < gap.to) left.push({ from, to: gap.to });
  return left;
}

/** The parts of the gaps in which anything was ever written, cut into pieces of bearable size. */
async function writtenPieces(series: SeriesStore, storeId: string, gaps: readonly Interval[]): Promise<Interval[]> {
  const pieces: Interval[] = [];
  const first = gaps[0];
  const last = gaps.at(-1);
  if (!first || !last) return pieces;
  const hours = await series.writtenHours(storeId, first.from, last.to);
  let at = 0;
  for (const gap of gaps) {
    while (at > 0 && (hours[at - 1] as number) + HOUR_MS > gap.from) at--;
    let open: Interval | undefined;
    for (; at < hours.length; at++) {
      const hour = hours[at] as number;
      if (hour + HOUR_MS <= gap.from) continue;
      if (hour >= gap.to) break;
      const part = { from: Math.max(hour, gap.from), to: Math.min(hour + HOUR_MS, gap.to) };
      if (open && open.to === part.from && part.to - open.from <= MINUTES_PIECE_MS) open.to = part.to;
      else pieces.push((open = part));
    }
  }
  return pieces;
}
