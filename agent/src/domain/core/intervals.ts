/** Disjoint rising intervals, flat: start, end, start, end …, ms from the start of a minute. */
export type Intervals = number[];

export function insert(intervals: Intervals, from: number, to: number): void {
  const lastEnd = intervals.at(-1);
  if (lastEnd === undefined || from > lastEnd) intervals.push(from, to);
  else if (from === lastEnd) intervals[intervals.length - 1] = to;
  else {
    // A clock set back, or a gap that was believed late: rare, so simply merge all anew.
    const pairs: [number, number][] = [[from, to]];
    for (let i = 0; i < intervals.length; i += 2) pairs.push([intervals[i] as number, intervals[i + 1] as number]);
    pairs.sort((a, b) => a[0] - b[0]);
    intervals.length = 0;
    for (const [start, end] of pairs) {
      const reached = intervals.at(-1);
      if (reached === undefined || start > reached) intervals.push(start, end);
      else intervals[intervals.length - 1] = Math.max(reached, end);
    }
  }
}

/** Takes [from, to) out of them. */
export function cut(intervals: Intervals, from: number, to: number): void {
  const left: Intervals = [];
  for (let i = 0; i < intervals.length; i += 2) {
    const [start, end] = [intervals[i] as number, intervals[i + 1] as number];
    if (start < Math.min(end, from)) left.push(start, Math.min(end, from));
    if (Math.max(start, to) < end) left.push(Math.max(start, to), end);
  }
  intervals.splice(0, intervals.length, ...left);
}

/** What lies in all of them; nothing where there are none. */
export const commonOf = (all: readonly Intervals[]): Intervals =>
  all.length === 0 ? [] : all.slice(1).reduce(intersect, all[0] as Intervals);

function intersect(a: Intervals, b: Intervals): Intervals {
  const common: Intervals = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const start = Math.max(a[i] as number, b[j] as number);
    const end = Math.min(a[i + 1] as number, b[j + 1] as number);
    if (start < end) common.push(start, end);
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2;
    else j += 2;
  }
  return common;
}

/** Their length within [from, to). */
export function lengthWithin(intervals: Intervals, from: number, to: number): number {
  let length = 0;
  for (let i = 0; i < intervals.length; i += 2) {
    const [start, end] = [Math.max(intervals[i] as number, from), Math.min(intervals[i + 1] as number, to)];
    if (end > start) length += end - start;
  }
  return length;
}
