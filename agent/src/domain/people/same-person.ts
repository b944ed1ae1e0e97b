/**
 * Whether an id that vanished and one that appeared are one person: where the two ways would meet, and whether they go on in
 * one direction. Lengths in millimetres, times in epoch milliseconds, speeds in mm/ms (that is m/s).
 */
export type At = readonly [ts: number, x: number, y: number];

/** An id that appears this long after another was last seen may be the same person, ms. */
export const STITCH_MS = 1_500;
/** So much of a way, next to its broken end, tells where it was going, ms. */
export const END_MS = 1_250;

/**
 * How far apart the two ends may be once each has been led on to the other's time: a body's breadth, three times what the two
 * ways themselves scatter, and 15 cm for each second in between. Raising these joins strangers who stand near
 * each other, lowering them leaves people in pieces where a camera is noisy.
 */
const BESIDE_MM = 250;
const SCATTERS = 3;
const APART_MM_PER_MS = 0.15;
/** Both must go as fast as this before their directions say anything, and differ by so much to contradict each other, mm/ms. */
const WALKS = 0.3;
const TURNED = 0.8;
/** Nobody changes their speed by more than this within the time that is looked at, mm/ms. */
const MOST_CHANGE = 2.2;
/** What is believed of a way before it is looked at: how fast people go, how much cameras scatter, and what that counts for. */
const USUAL_SPEED = 0.8;
const USUAL_SCATTER_MM = 100;
const USUAL_WEIGHT = 4;

/** Besides what the ways scatter, a place is uncertain by this, mm, and a speed by how much people change theirs in a second, mm/ms. */
const PLACE_MM = 60;
const CHANGES = 0.5;

/** A straight way through some places. */
interface Line {
  x: number;
  y: number;
  vx: number;
  vy: number;
  /** sum of squared distances from it, and by how many numbers they are more than the way has */
  squares: number;
  free: number;
  /** variance of its place and of its speed, for places that scatter by 1 mm */
  placeVariance: number;
  speedVariance: number;
}

/**
 * By how much two broken ends miss each other, in mm; undefined: they are not one person.
 * @param before the way of the id that vanished, oldest first; its end counts
 * @param after the way of the id that appeared later, oldest first; its beginning counts
 */
export function missBetween(before: readonly At[], after: readonly At[]): number | undefined {
  const [last, first] = [before.at(-1), after[0]];
  if (!last || !first) return undefined;
  const ms = first[0] - last[0];
  if (ms <= 0 || ms > STITCH_MS) return undefined;
  const old = lineOf(
    before.filter(([ts]) => ts >= last[0] - END_MS),
    last[0],
  );
  const young = lineOf(
    after.filter(([ts]) => ts <= first[0] + END_MS),
    first[0],
  );
  const change = Math.hypot(young.vx - old.vx, young.vy - old.vy);
  if (change > MOST_CHANGE || turnsBack(old, young, change)) return undefined;
  const miss = missOf(old, young, ms);
  const scatter = Math.sqrt(varianceOf([old, young]));
  return miss <= BESIDE_MM + SCATTERS * scatter + APART_MM_PER_MS * ms ? miss : undefined;
}

/** The two ways of an id, before and after a moment at which it may have been given to somebody else. */
export interface Ways {
  before: readonly At[];
  after: readonly At[];
}

/**
 * How much more likely it is that two ids were exchanged than that each stayed with its person: the logarithm of the ratio,
 * negative where they stayed. −Infinity where a way is too short to say.
 */
export function exchanged(one: Ways, other: Ways): number {
  if ([one, other].some(({ before, after }) => before.length < 2 || after.length < 3)) return -Infinity;
  const lines = [one, other].map(({ before, after }) => {
    const [last, first] = [(before.at(-1) as At)[0], (after[0] as At)[0]];
    return { last, first, before: lineOf(before, last), after: lineOf(after, first) };
  }) as [Ends, Ends];
  const [a, b] = lines;
  const variance = varianceOf([a.before, a.after, b.before, b.after]);
  const unlikely = (from: Ends, to: Ends): number => {
    const [old, young, ms] = [from.before, to.after, to.first - from.last];
    const place = variance * (old.placeVariance + young.placeVariance) + PLACE_MM ** 2;
    const speed = variance * (old.speedVariance + young.speedVariance) + CHANGES ** 2;
    return missOf(old, young, ms) ** 2 / place + ((old.vx - young.vx) ** 2 + (old.vy - young.vy) ** 2) / speed;
  };
  return (unlikely(a, a) + unlikely(b, b) - unlikely(a, b) - unlikely(b, a)) / 2;
}

interface Ends {
  last: number;
  first: number;
  before: Line;
  after: Line;
}

/** In between, somebody went at the mean of both speeds. */
const missOf = (old: Line, young: Line, ms: number): number =>
  Math.hypot(old.x + (ms * (old.vx + young.vx)) / 2 - young.x, old.y + (ms * (old.vy + young.vy)) / 2 - young.y);

/** By how much the places scatter about their ways, mm². */
const varianceOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { squares }) => sum + squares, USUAL_WEIGHT * USUAL_SCATTER_MM ** 2) /
  lines.reduce((sum, { free }) => sum + free, USUAL_WEIGHT);

/** One who walks away and one who comes the other way have passed each other. */
const turnsBack = (old: Line, young: Line, change: number): boolean =>
  change > TURNED &&
  Math.hypot(old.vx, old.vy) > WALKS &&
  Math.hypot(young.vx, young.vy) > WALKS &&
  old.vx * young.vx + old.vy * young.vy < 0;

/** Least squares, with a speed that is held back while few places speak for it; its place at `ts`. */
function lineOf(places: readonly At[], ts: number): Line {
  const count = places.length;
  const mean = (index: 0 | 1 | 2) => places.reduce((sum, place) => sum + place[index], 0) / count;
  const [at, x, y] = [mean(0), mean(1), mean(2)];
  let [spread, alongX, alongY] = [(USUAL_SCATTER_MM / USUAL_SPEED) ** 2, 0, 0];
  for (const place of places) {
    const ms = place[0] - at;
    spread += ms * ms;
    alongX += ms * (place[1] - x);
    alongY += ms * (place[2] - y);
  }
  const [vx, vy] = [alongX / spread, alongY / spread];
  let squares = 0;
  for (const place of places) {
    const ms = place[0] - at;
    squares += (place[1] - x - vx * ms) ** 2 + (place[2] - y - vy * ms) ** 2;
  }
  return {
    ...{ x: x + vx * (ts - at), y: y + vy * (ts - at), vx, vy, squares, free: 2 * Math.max(0, count - 2) },
    ...{ placeVariance: 1 / count + (ts - at) ** 2 / spread, speedVariance: 1 / spread },
  };
}
