import { MINUTE_MS, round6 } from '@aisle/contracts';
import type { Interval } from '../buckets.js';
import type { Edition } from '../edition.js';
import { gatherEach, type Gathering } from '../gather.js';
import { slicesOf, type Slice } from '../slices.js';
import { METRIC_VERSION } from '../store-calendar.js';
import type { RolledKind } from '../tallies/index.js';
import type { FactReader } from '../reader.js';

/** A question with everything that its answer needs. */
export interface Asked extends Pick<Gathering, 'timeline' | 'from' | 'to' | 'bucket'> {
  /** wall clock, epoch ms: buckets that end later still run */
  now: number;
}

/** A bucket of an answer. */
export interface Bucketed {
  /** start of the whole bucket, in the shop's time */
  from: string;
  /** the part of it within the question's period, ms */
  lengthMs: number;
  /** by version of the store file, rising; at least one */
  slices: readonly Slice[];
}

/** What was gathered, bucket by bucket in the order of time, cut by the versions of the store file. */
export async function eachBucket(
  series: FactReader,
  asked: Asked,
  kinds: readonly RolledKind[],
  take: (bucket: Bucketed) => void,
): Promise<void> {
  const { timeline } = asked;
  const newest = asked.to > asked.now ? (await series.span(timeline.storeId))?.latestTs : undefined;
  // of a time that no fact tells of
  const silent = asked.bucket === 'all' ? await timeline.at(asked.from) : undefined;
  await gatherEach(series, { ...asked, kinds }, (start, gathered) => {
    const part = within(asked, start);
    const runs = part.to > asked.now && newest !== undefined;
    const measuredTo = runs ? Math.min(part.to, Math.max(part.from, newest + MINUTE_MS)) : part.to;
    const editionOf = (version: number): Edition => (silent?.version === version ? silent : timeline.of(version));
    if (gathered.byVersion.size === 0) {
      if (!silent) return;
      gathered.of(silent.version);
    }
    take({
      from: timeline.time.iso(start),
      lengthMs: part.to - part.from,
      slices: slicesOf(gathered, editionOf, part, measuredTo),
    });
  });
}

/** The whole period as one bucket. */
export async function wholePeriod(series: FactReader, asked: Asked, kinds: readonly RolledKind[]): Promise<Bucketed> {
  const found: Bucketed[] = [];
  await eachBucket(series, { ...asked, bucket: 'all' }, kinds, (bucket) => found.push(bucket));
  return found[0] as Bucketed;
}

/** The part of the bucket beginning at `start` that lies within the question's period. */
function within(asked: Asked, start: number): Interval {
  if (asked.bucket === 'all') return { from: asked.from, to: asked.to };
  const bucket = asked.timeline.time.bucket(start, asked.bucket);
  return { from: Math.max(bucket.from, asked.from), to: Math.min(bucket.to, asked.to) };
}

/** What every row says of how it was made. */
export const madeBy = (slices: readonly Slice[]) => ({
  versions: slices.map(({ edition }) => edition.version),
  metricVersion: METRIC_VERSION,
});
/** A coverage as it is shown. */
export const share = <C extends number | null>(coverage: C): C => (coverage === null ? null : round6(coverage)) as C;
export const coverageOf = (people: number | null, goods: number | null, sales: number | null) => ({
  people: share(people),
  goods: share(goods),
  sales: share(sales),
});
export const seconds = (ms: number): number => round6(ms / 1000);

/** Ids in the order of the newest version's file, then those of earlier versions and of what was only seen, by id. */
export function idsOf(listed: readonly (readonly string[])[], seen: Iterable<string> = []): string[] {
  const newest = listed.at(-1) ?? [];
  const others = new Set([...listed.flat(), ...seen]);
  for (const id of newest) others.delete(id);
  return [...newest, ...[...others].sort()];
}

/** What shelves and readers told of some slots. */
export interface Moves {
  pickups: number;
  putbacks: number;
  refilled: number;
  untold: number;
  judged: number;
  surePpm: number;
}
export const noMoves = (): Moves => ({ pickups: 0, putbacks: 0, refilled: 0, untold: 0, judged: 0, surePpm: 0 });
export function addMoves(sum: Moves, moves: Moves): void {
  sum.pickups += moves.pickups;
  sum.putbacks += moves.putbacks;
  sum.refilled += moves.refilled;
  sum.untold += moves.untold;
  sum.judged += moves.judged;
  sum.surePpm += moves.surePpm;
}
export const anythingMoved = ({ pickups, putbacks, refilled }: Moves): boolean =>
  pickups > 0 || putbacks > 0 || refilled > 0;
/** Pickups and their counterparts as rows tell them; `refilled` is known where all of it was told apart. */
export const movesOf = (moves: Moves) => ({
  pickups: moves.pickups,
  putbacks: moves.putbacks,
  returned: moves.putbacks,
  refilled: moves.untold > 0 ? null : moves.refilled,
});
export const NO_MOVES_SENSED = { pickups: null, putbacks: null, returned: null, refilled: null };
