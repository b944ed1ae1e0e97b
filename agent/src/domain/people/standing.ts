/** Somebody stands who has not left this circle for so long. Less than a step, and more than a camera's noise; mm, ms. */
const STANDS_WITHIN_MM = 750;
const STANDS_AFTER_MS = 1_500;

/** Where somebody has come to rest, whole millimetres, and since when. */
export interface Rest {
  ts: number;
  x: number;
  y: number;
}

/** Where somebody rests who has come to a place at `ts`. */
export function restAt(before: Rest | undefined, ts: number, x: number, y: number): Rest {
  return before && Math.hypot(x - before.x, y - before.y) <= STANDS_WITHIN_MM ? before : { ts, x, y };
}

/** Whether somebody stands by `ts`: whoever walks past something does not stand there. */
export const stands = (rest: Rest, ts: number): boolean => ts - rest.ts >= STANDS_AFTER_MS;
