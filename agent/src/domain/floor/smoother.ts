import { AXIS, predictAxis, startAxis, updateAxis } from '../tracking/motion.js';

/**
 * How suddenly a walker changes speed, mm/s after one second (white acceleration). Raising it follows every jitter, lowering it
 * rounds corners and is late where somebody stops.
 */
const ACCELERATION = 1_500;
/** Speed of somebody about whom nothing is known yet, mm/s. */
const START_SPEED = 700;

/** Steadies the foot points of one track on the floor: a constant-velocity filter, so that a steady walk does not lag. */
export class Smoother {
  private readonly state: Float64Array;

  constructor(
    private ts = 0,
    state: readonly number[] = new Array<number>(2 * AXIS).fill(0),
  ) {
    this.state = Float64Array.from(state);
  }

  /** Takes in a place (millimetres, standard deviation `spread`) at `ts` (ms). @returns the steadied place */
  take(ts: number, x: number, y: number, spread: number): [x: number, y: number] {
    const { state } = this;
    if (this.ts === 0) {
      startAxis(state, 0, x, spread, START_SPEED);
      startAxis(state, AXIS, y, spread, START_SPEED);
    } else {
      const seconds = Math.max(0, ts - this.ts) / 1000;
      for (const at of [0, AXIS]) predictAxis(state, at, seconds, ACCELERATION * ACCELERATION);
      updateAxis(state, 0, x, spread);
      updateAxis(state, AXIS, y, spread);
    }
    this.ts = ts;
    return [state[0] as number, state[AXIS] as number];
  }

  /** where the track was last */
  get place(): [x: number, y: number] {
    return [this.state[0] as number, this.state[AXIS] as number];
  }

  save(): [ts: number, state: number[]] {
    return [this.ts, [...this.state]];
  }
}
