import type { ViewedPerson } from './camera-view.js';

/** Steps shorter than this turn nobody: somebody who stands still sways. */
const LEAST_STEP_METRES = 0.005;
/** Weight of the newest step in the speed that is shown. */
const NEWEST_SHARE = 0.3;

interface Movement {
  x: number;
  y: number;
  ts: number;
  headingRadians: number;
  metresPerSecond: number;
}

/** Which way everybody goes and how fast, from where they were a moment ago: what a picture shows of a walk. */
export class Movements {
  private before = new Map<number, Movement>();

  /** Everybody at `ts` (milliseconds, rising from call to call), positions in metres. */
  at(
    ts: number,
    people: Iterable<{ readonly personId: number; readonly position: { readonly x: number; readonly y: number } }>,
  ): ViewedPerson[] {
    const now = new Map<number, Movement>();
    const viewed: ViewedPerson[] = [];
    for (const { personId, position } of people) {
      const { x, y } = position;
      const last = this.before.get(personId) ?? { x, y, ts, headingRadians: 0, metresPerSecond: 0 };
      const step = Math.hypot(x - last.x, y - last.y);
      const seconds = (ts - last.ts) / 1000;
      const headingRadians = step > LEAST_STEP_METRES ? Math.atan2(y - last.y, x - last.x) : last.headingRadians;
      const metresPerSecond =
        seconds > 0 ? (1 - NEWEST_SHARE) * last.metresPerSecond + (NEWEST_SHARE * step) / seconds : 0;
      now.set(personId, { x, y, ts, headingRadians, metresPerSecond });
      viewed.push({ personId, x, y, headingRadians, metresPerSecond });
    }
    this.before = now;
    return viewed;
  }
}
