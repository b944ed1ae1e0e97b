/** How often a device speaks, from the gaps between its messages: a histogram whose old counts fade, 40 numbers for each device. */
export interface RhythmState {
  /** wall clock of the newest message, epoch ms */
  lastTs: number;
  /** gaps by size, buckets of half an octave */
  gaps: number[];
  /** of them in all */
  all: number;
}

/** Least that counts as silence: a message may be lost, a device start anew. */
export const SILENT_AFTER_MS = 30_000;
/** the first bucket ends here; each is √2 wider than the one before */
const FIRST_MS = 125;
const BUCKETS = 40;
/** Longer gaps are nights and outages, no rhythm: what speaks less often is never missed. */
const LONGEST_MS = 4 * 60 * 60_000;
/** so many gaps make a rhythm; fewer would take the first quiet minutes of a till for its end */
const ENOUGH = 20;
/** beyond so many, old ones fade by half: raising it makes a rhythm steadier and slower to change */
const FULL = 400;
const SHARE = 0.99;
/** Twice the longest gap that is usual. */
const PATIENCE = 2;

export const newRhythm = (): RhythmState => ({ lastTs: 0, gaps: [], all: 0 });

/** A message came at `ts` (wall clock, epoch ms). */
export function beat(rhythm: RhythmState, ts: number): void {
  const gap = ts - rhythm.lastTs;
  if (gap <= 0) return;
  const first = rhythm.lastTs === 0;
  // One outage must not teach that outages are usual.
  const usual = gap <= SILENT_AFTER_MS ? gap : Math.min(gap, silentAfterMs(rhythm) ?? gap);
  rhythm.lastTs = ts;
  if (first || gap > LONGEST_MS) return;
  const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(2 * Math.log2(usual / FIRST_MS))));
  while (rhythm.gaps.length <= bucket) rhythm.gaps.push(0);
  rhythm.gaps[bucket] = (rhythm.gaps[bucket] as number) + 1;
  rhythm.all += 1;
  if (rhythm.all <= FULL) return;
  rhythm.gaps = rhythm.gaps.map((count) => Math.floor(count / 2));
  rhythm.all = rhythm.gaps.reduce((sum, count) => sum + count, 0);
}

/** No live figure is doubted sooner, ms: a message may come late. */
const DOUBT_AFTER_MS = 3000;
/** Gaps of one rhythm are alike: nine of ten are at most so many half octaves above the middle one. */
const ALIKE = 4;

/**
 * After how long a silence nobody knows any more what a device would say now, ms: three of its usual gaps. Undefined where it has no
 * even rhythm: one that speaks on events only may well have nothing to say.
 */
export function doubtAfterMs({ gaps, all }: RhythmState): number | undefined {
  if (all < ENOUGH) return undefined;
  const rank = (share: number): number => {
    let left = Math.ceil(share * all);
    return gaps.findIndex((count) => (left -= count) <= 0);
  };
  const often = rank(0.9);
  if (often - rank(0.5) > ALIKE) return undefined;
  return Math.max(DOUBT_AFTER_MS, Math.round(3 * FIRST_MS * 2 ** (often / 2)));
}

/** Silence for longer than this is unusual, ms; undefined before there is a rhythm. */
export function silentAfterMs({ gaps, all }: RhythmState): number | undefined {
  if (all < ENOUGH) return undefined;
  let left = Math.ceil(SHARE * all);
  const bucket = gaps.findIndex((count) => (left -= count) <= 0);
  return Math.max(SILENT_AFTER_MS, Math.round(PATIENCE * FIRST_MS * 2 ** (bucket / 2)));
}
