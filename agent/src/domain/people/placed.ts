/** Two samples of a track further apart than this do not belong to one track. */
export const TRACK_GAP_MS = 2_000;
/** A place that the agent has worked out itself is taken at least this often on the way from one picture to the next. */
const STEP_MS = 100;

/** One person at one moment, placed by this agent: from detections, or from several cameras. Whole millimetres. */
export interface PlacedSample {
  id: string;
  ts: number;
  x: number;
  y: number;
  /** false: told by one camera, to be taken to the letter */
  made: boolean;
}

type At = [ts: number, x: number, y: number];

/** The straight way from where somebody was to a sample, which comes last. */
export function wayTo(
  before: Pick<PlacedSample, 'ts' | 'x' | 'y'> | undefined,
  { ts, x, y, made }: PlacedSample,
): At[] {
  const ms = before ? ts - before.ts : Infinity;
  if (!made || !before || ms <= STEP_MS || ms > TRACK_GAP_MS) return [[ts, x, y]];
  const steps = Math.ceil(ms / STEP_MS);
  const from = { ts: before.ts, x: before.x, y: before.y };
  const way: At[] = [];
  for (let step = 1; step < steps; step += 1) {
    const between = (to: number, start: number) => Math.round(start + ((to - start) * step) / steps);
    way.push([between(ts, from.ts), between(x, from.x), between(y, from.y)]);
  }
  way.push([ts, x, y]);
  return way;
}
