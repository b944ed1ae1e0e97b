/** Somebody stands who has not left this circle for so long. Less than a step, and more than a camera's noise; mm, ms. */
const STANDS_WITHIN_MM = 750;
const STANDS_AFTER_MS = 1_500;

/** Where somebody has come to rest, on an average of so many samples, mm, and since when. */
export interface Rest {
  ts: number;
  x: number;
  y: number;
  samples: number;
}

/** Where somebody rests who has come to a place at `ts`. */
export function restAt(before: Rest | undefined, ts: number, x: number, y: number): Rest {
  if (!before || Math.hypot(x - before.x, y - before.y) > STANDS_WITHIN_MM) return { ts, x, y, samples: 1 };
  const samples = before.samples + 1;
  return { ts: before.ts, x: before.x + (x - before.x) / samples, y: before.y + (y - before.y) / samples, samples };
}

/** Whether somebody stands by `ts`: whoever walks past something does not stand there. */
export const stands = (rest: Rest, ts: number): boolean => ts - rest.ts >= STANDS_AFTER_MS;
