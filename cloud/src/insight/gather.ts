import { DAY_MS, HOUR_MS, minuteOf } from '@aisle/contracts';
import type { RollupLevel, StoredFact, StoredRollup } from '../ports/index.js';
import type { Bucket, Interval } from './buckets.js';
import type { StoreTimeline } from './store-timeline.js';
import {
  VersionTallies,
  mergeEpochs,
  saysNothing,
  tallyOf,
  versionOf,
  type RolledKind,
  type Tallies,
} from './tallies/index.js';
import type { FactReader } from './reader.js';

/** Minutes are read in pieces, so that a long range never lies in memory at once. */
const MINUTES_PIECE_MS = DAY_MS / 4;

export interface Gathering {
  timeline: StoreTimeline;
  /** beside them always what tells when a version came into force */
  kinds: readonly RolledKind[];
  from: number;
  to: number;
  bucket: Bucket;
}

/**
 * Adds up everything in [from, to) by bucket and by version of the store file: whole days and hours from their rollups where
 * these are true, the rest minute by minute. The sums are the same either way. Bucket by bucket in the order of time; one is
 * let go as soon as nothing more can come for it: neither a hundred thousand minutes nor the days of years lie in memory at
 * once. `take` may throw to end a reading whose answer has become too large.
 */
export async function gatherEach(
  series: FactReader,
  given: Gathering,
  take: (start: number, gathered: VersionTallies) => void,
): Promise<void> {
  const asked = { ...given, kinds: [...given.kinds, 'inForce'] as const };
  const { timeline, kinds, bucket } = asked;
  const startOf = (ts: number): number => (bucket === 'all' ? asked.from : timeline.time.bucket(ts, bucket).from);
  const open = new Map<number, VersionTallies>();
  const into = (ts: number): VersionTallies => {
    const start = startOf(ts);
    let gathered = open.get(start);
    if (!gathered) open.set(start, (gathered = new VersionTallies((version) => timeline.of(version).hours)));
    return gathered;
  };
  /** Hands on what began before `start`. Parts come in the order of time, so that it is complete. */
  const release = async (start: number): Promise<void> => {
    for (const done of [...open.keys()].filter((at) => at < start).sort((a, b) => a - b)) {
      const gathered = open.get(done) as VersionTallies;
      open.delete(done);
      await timeline.know(gathered.byVersion.keys());
      take(done, gathered);
    }
  };

  // `all` has its one bucket even where nothing was ever written
  if (bucket === 'all') into(asked.from);
  for (const part of await partsOf(series, asked)) {
    await release(startOf(part.from));
    if (part.rollups) {
      const gathered = into(part.from);
      for (const rollup of part.rollups) gathered.addPayload(rollup.kind as RolledKind, rollup.payload);
    } else {
      const facts = await series.read({ storeId: timeline.storeId, kinds, from: part.from, to: part.to });
      await timeline.know(new Set(facts.map(versionOf)));
      for (const kind of kinds) addFacts(into, kind, facts);
    }
  }
  await release(Infinity);
}

/** A stretch of time that is read at once: from its rollups, one for each kind, or minute by minute. */
interface Part extends Interval {
  rollups?: readonly StoredRollup[];
}

/** The rollups that a question of such buckets can be put together from, the longest first. */
const LEVELS: Readonly<Record<Bucket, readonly RollupLevel[]>> = {
  minute: [],
  hour: ['hour'],
  day: ['day', 'hour'],
  all: ['week', 'day', 'hour'],
};

/** What has to be read, in the order of time; nothing twice, nothing left out. */
async function partsOf(series: FactReader, { timeline, kinds, bucket, from, to }: Gathering): Promise<Part[]> {
  const parts: Part[] = [];
  let gaps: Interval[] = [{ from, to }];
  for (const level of LEVELS[bucket]) {
    const left: Interval[] = [];
    for (const gap of gaps) {
      if (gap.to - gap.from < HOUR_MS / 2) {
        left.push(gap);
        continue;
      }
      const whole = await wholeRollups(series, timeline, kinds, level, gap);
      const covered = whole.map((rollups): Part => {
        const { from, to } = rollups[0] as StoredRollup;
        return { from, to, rollups };
      });
      parts.push(...covered);
      left.push(...without(gap, covered));
    }
    gaps = left;
  }
  parts.push(...(await writtenPieces(series, timeline.storeId, gaps)));
  return parts.sort((a, b) => a.from - b.from);
}

/** Adds the facts of one kind, each to what `into` gives for its time, under its version. */
export function addFacts(into: (ts: number) => VersionTallies, kind: RolledKind, facts: readonly StoredFact[]): void {
  let [at, of] = [-1, -1];
  let tallies: Tallies | undefined;
  for (const fact of mergeEpochs(facts.filter((candidate) => candidate.kind === kind))) {
    if (saysNothing(fact)) continue;
    const version = versionOf(fact);
    if (!tallies || fact.ts !== at || version !== of) {
      tallies = into(fact.ts).of(version);
      tallies.noteFirst(kind, minuteOf(fact.ts));
      [at, of] = [fact.ts, version];
    }
    tallyOf(tallies, kind).add(fact);
  }
}

/** Rollups that lie wholly in the gap, made as we would make them now, and there for every kind asked for. */
async function wholeRollups(
  series: FactReader,
  timeline: StoreTimeline,
  kinds: readonly RolledKind[],
  level: RollupLevel,
  gap: Interval,
): Promise<StoredRollup[][]> {
  const sets = new Map<number, StoredRollup[]>();
  for (const rollup of await series.readRollups({ storeId: timeline.storeId, level, kinds, ...gap })) {
    if (rollup.to > gap.to || rollup.definition !== timeline.definition) continue;
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
async function writtenPieces(series: FactReader, storeId: string, gaps: readonly Interval[]): Promise<Interval[]> {
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
