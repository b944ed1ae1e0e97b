import type { BlockRow, LiftView } from '@aisle/contracts';
import type { MessageKey, Translate } from '../i18n/translate.js';

/** Below so many counted blocks an arm nothing is said (SEMANTICS of lift). */
export const LEAST_BLOCKS = 20;

export interface Interval {
  lift: number;
  low: number;
  high: number;
}
/** All of it, or nothing: half an interval says nothing. */
export const interval = (lift: number | null, low: number | null, high: number | null): Interval | null =>
  lift === null || low === null || high === null ? null : { lift, low, high };

export const fixedOf = ({ lift, low, high }: LiftView): Interval | null => interval(lift, low, high);
export const alwaysOf = ({ lift, alwaysLow, alwaysHigh }: LiftView): Interval | null =>
  interval(lift, alwaysLow, alwaysHigh);

/** How many counted blocks are missing on each side before anything is said. */
export const missingBlocks = ({ treated, heldOut }: LiftView): { treated: number; heldOut: number } => ({
  treated: Math.max(0, LEAST_BLOCKS - treated.blocks),
  heldOut: Math.max(0, LEAST_BLOCKS - heldOut.blocks),
});

/** One scale for all intervals of a picture, with no change on it; shares, such as -0.2 to 0.6. */
export function scaleOf(intervals: readonly (Interval | null)[]): { from: number; to: number } {
  const ends = intervals.flatMap((one) => (one ? [one.low, one.high] : []));
  const from = Math.min(0, ...ends);
  const to = Math.max(0, ...ends);
  const room = Math.max(0.02, (to - from) * 0.06);
  return { from: from - room, to: to + room };
}
/** Where a share lies on a scale, 0 to 100. */
export const placeOf = ({ from, to }: { from: number; to: number }, share: number): number =>
  ((share - from) / (to - from)) * 100;

/** "+28 %" with a true minus; no change is no plus. */
export function signed(percent: (share: number) => string, share: number): string {
  const size = percent(Math.abs(share));
  return share > 0 ? `+${size}` : share < 0 ? `−${size}` : size;
}

/** With the screen that it was asked of. */
export type ScreenBlock = BlockRow & { screen: string };

type Sums = Pick<BlockRow['category'], 'pickups' | 'units' | 'salesNet'>;
export interface Wider {
  scope: 'featured' | 'category' | 'store';
  treated: Sums;
  heldOut: Sums;
}
/** Means of counted blocks, side by side; null where a side has none. */
export function widerOf(blocks: readonly BlockRow[]): Wider[] | null {
  const of = (arm: BlockRow['arm']): BlockRow[] => blocks.filter((block) => block.counted && block.arm === arm);
  const [treated, heldOut] = [of('treated'), of('heldOut')];
  if (treated.length === 0 || heldOut.length === 0) return null;
  const mean = (rows: readonly BlockRow[], pick: (row: BlockRow) => Sums): Sums => {
    const sum = (name: keyof Sums): number => rows.reduce((total, row) => total + pick(row)[name], 0) / rows.length;
    return { pickups: sum('pickups'), units: sum('units'), salesNet: sum('salesNet') };
  };
  const picks = {
    featured: (row: BlockRow) => row,
    category: (row: BlockRow) => row.category,
    store: (row: BlockRow) => row.store,
  };
  return (Object.keys(picks) as Wider['scope'][]).map((scope) => ({
    scope,
    treated: mean(treated, picks[scope]),
    heldOut: mean(heldOut, picks[scope]),
  }));
}

const WHY: Readonly<Record<string, MessageKey>> = {
  thin: 'lift.why.thin',
  pinned: 'lift.why.pinned',
  paused: 'lift.why.paused',
  cutShort: 'lift.why.cutShort',
  screenAway: 'lift.why.screenAway',
};
/** Why a block counts for neither side. */
export function whyWords(t: Translate, percent: (share: number) => string, { why, coverage }: BlockRow): string {
  const code = why ?? '';
  return Object.hasOwn(WHY, code)
    ? t(WHY[code] as MessageKey, { percent: percent(coverage) })
    : t('lift.why.other', { code: code === '' ? '–' : code });
}
