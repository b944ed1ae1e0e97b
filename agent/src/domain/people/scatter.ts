/** Of places that scatter normally, half lie within so many standard deviations. */
const MEDIAN_SIGMAS = 0.6745;
/** The estimate follows in steps of such a share of itself and of the least, mm. Raising it learns sooner and is less steady. */
const STEP_SHARE = 0.03;
const LEAST_MM = 25;
/** People's own swaying and turning look like so much, mm. */
const OWN_MM = 50;
/** A place errs by more than so many standard deviations once in some hundred times. */
const SIGMAS = 3;
/** The widest door frame and the furthest that somebody who walked through is seen beside the door, mm. */
const MOST_BESIDE_MM = 300;

export type Spot = readonly [ts: number, x: number, y: number];

/**
 * How much a camera's places scatter, learnt from what it says: of three places of one person, how far the middle one lies off the
 * straight way between the others. Half of all are nearer than the estimate, so that those who turn do not show in it.
 */
export class Scatter {
  /** @param millimetres standard deviation along one axis */
  constructor(public millimetres = 0) {}

  /** Three places of one person, one after the other. */
  learn(first: Spot, middle: Spot, last: Spot): void {
    const span = last[0] - first[0];
    if (span <= 0) return;
    const share = (middle[0] - first[0]) / span;
    if (share < 0.3 || share > 0.7) return;
    const usual = MEDIAN_SIGMAS * Math.sqrt(1 + share ** 2 + (1 - share) ** 2);
    for (const axis of [1, 2] as const) {
      const off = Math.abs(middle[axis] - first[axis] - share * (last[axis] - first[axis])) / usual;
      const step = STEP_SHARE * (this.millimetres + LEAST_MM);
      this.millimetres = Math.max(0, this.millimetres + (off > this.millimetres ? step : -step));
    }
  }

  /** How far beside a narrow door somebody may be seen to step who walked through it, mm; 0 for a camera that is exact. */
  get beside(): number {
    return Math.min(MOST_BESIDE_MM, Math.max(0, SIGMAS * (this.millimetres - OWN_MM)));
  }
}
