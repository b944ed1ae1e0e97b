import { Assignment } from './assignment.js';
import { sizeOf } from './track.js';

/** A box of a track in a recording's frame. */
export interface Moment {
  frame: number;
  cx: number;
  cy: number;
  w: number;
  h: number;
  score: number;
}

/** What was followed without a break. */
export interface Piece {
  id: number;
  moments: Moment[];
}

/** Over how long the direction of a piece's end is taken, seconds. */
const END_SECONDS = 1;
/** A start in the middle of the picture this much larger or smaller is somebody else. */
const MAX_SIZE_RATIO = 1.35;

interface End {
  frame: number;
  x: number;
  y: number;
  /** pixels per frame */
  vx: number;
  vy: number;
  h: number;
  size: number;
}

/**
 * Joins pieces that are one person's: one starts where and when the other, going on as it went, would have come, and
 * the other way round. Each end goes with one start at most, for the least total distance.
 */
export function linkPieces(pieces: readonly Piece[], rate: number, maxSeconds: number, maxDistance: number): Piece[] {
  const ordered = [...pieces].sort((a, b) => firstOf(a) - firstOf(b) || a.id - b.id);
  const ends = ordered.map((piece) => endOf(piece.moments, rate, true));
  const starts = ordered.map((piece) => endOf(piece.moments, rate, false));
  const assignment = new Assignment();
  assignment.begin(ordered.length, ordered.length);
  for (const [row, end] of ends.entries())
    for (const [column, start] of starts.entries()) {
      const gap = start.frame - end.frame;
      if (row === column || gap <= 0 || gap > maxSeconds * rate) continue;
      const ratio = Math.max(start.h / end.h, end.h / start.h);
      if (ratio > MAX_SIZE_RATIO) continue;
      const size = (start.size + end.size) / 2;
      const there = Math.hypot(end.x + end.vx * gap - start.x, end.y + end.vy * gap - start.y) / size;
      const back = Math.hypot(start.x - start.vx * gap - end.x, start.y - start.vy * gap - end.y) / size;
      const distance = (there + back) / 2 + (ratio - 1) / 2;
      const limit = maxDistance * Math.min(1, 0.5 + gap / rate / 2);
      assignment.offer(row, column, distance - limit);
    }
  assignment.solve();
  const joined: Piece[] = [];
  for (const [column, piece] of ordered.entries()) {
    if ((assignment.columnTo[column] as number) >= 0) continue;
    const whole: Piece = { id: piece.id, moments: [] };
    for (let at = column; at >= 0; at = assignment.rowTo[at] as number)
      whole.moments.push(...(ordered[at] as Piece).moments);
    joined.push(whole);
  }
  return joined;
}

const firstOf = (piece: Piece): number => piece.moments[0]?.frame ?? 0;

/** Where a piece ends (or starts) and how it moves there: a straight line through its last (first) second. */
function endOf(moments: readonly Moment[], rate: number, last: boolean): End {
  const tip = moments[last ? moments.length - 1 : 0] as Moment;
  const near = moments.filter((one) => Math.abs(one.frame - tip.frame) <= Math.max(3, END_SECONDS * rate));
  const n = near.length;
  const mean = (of: (one: Moment) => number) => near.reduce((sum, one) => sum + of(one), 0) / n;
  const t = mean((one) => one.frame - tip.frame);
  const x = mean((one) => one.cx);
  const y = mean((one) => one.cy);
  const spread = near.reduce((sum, one) => sum + (one.frame - tip.frame - t) ** 2, 0);
  // Few moments say little about the speed: it is drawn towards standing still.
  const prior = rate * rate * 0.05;
  const slope = (of: (one: Moment) => number, centre: number) =>
    near.reduce((sum, one) => sum + (one.frame - tip.frame - t) * (of(one) - centre), 0) / (spread + prior);
  const vx = slope((one) => one.cx, x);
  const vy = slope((one) => one.cy, y);
  const w = mean((one) => one.w);
  const h = mean((one) => one.h);
  return { frame: tip.frame, x: x - vx * t, y: y - vy * t, vx, vy, h, size: sizeOf(w, h) };
}

/** Straight lines over gaps of at most so many frames. */
export function fillGaps(moments: readonly Moment[], maxFrames: number): Moment[] {
  const filled: Moment[] = [];
  for (const [index, next] of moments.entries()) {
    const before = moments[index - 1];
    const gap = before ? next.frame - before.frame : 1;
    if (before && gap > 1 && gap <= maxFrames + 1)
      for (let step = 1; step < gap; step += 1) {
        const share = step / gap;
        const mix = (a: number, b: number) => a + (b - a) * share;
        filled.push({
          frame: before.frame + step,
          cx: mix(before.cx, next.cx),
          cy: mix(before.cy, next.cy),
          w: mix(before.w, next.w),
          h: mix(before.h, next.h),
          score: Math.min(before.score, next.score),
        });
      }
    filled.push(next);
  }
  return filled;
}

/** Local straight lines weighted by a bell of the given width in frames: jitter goes, walking stays. */
export function smooth(moments: readonly Moment[], width: number): Moment[] {
  if (width <= 0.05) return [...moments];
  const reach = Math.ceil(3 * width);
  return moments.map((one, index) => {
    let [s0, s1, s2] = [0, 0, 0];
    const sums = { cx: [0, 0], cy: [0, 0], w: [0, 0], h: [0, 0] };
    const add = (other: Moment) => {
      const t = other.frame - one.frame;
      if (Math.abs(t) > reach) return false;
      const weight = Math.exp(-(t * t) / (2 * width * width));
      s0 += weight;
      s1 += weight * t;
      s2 += weight * t * t;
      for (const key of ['cx', 'cy', 'w', 'h'] as const) {
        const sum = sums[key];
        sum[0] = (sum[0] as number) + weight * other[key];
        sum[1] = (sum[1] as number) + weight * t * other[key];
      }
      return true;
    };
    add(one);
    for (let at = index - 1; at >= 0 && add(moments[at] as Moment); at -= 1);
    for (let at = index + 1; at < moments.length && add(moments[at] as Moment); at += 1);
    const determinant = s0 * s2 - s1 * s1;
    const fit = ([a = 0, b = 0]: readonly number[]) =>
      determinant > 1e-9 * s0 * s0 ? (s2 * a - s1 * b) / determinant : a / s0;
    return { ...one, cx: fit(sums.cx), cy: fit(sums.cy), w: Math.max(1, fit(sums.w)), h: Math.max(1, fit(sums.h)) };
  });
}
