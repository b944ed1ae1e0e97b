/**
 * Constant-velocity Kalman filter, one axis at a time: noise is independent per axis, so that each is a filter of two
 * numbers with a closed form (ten multiplications instead of matrices). An axis takes five places of an array:
 * position, velocity, and the covariance's position-position, position-velocity and velocity-velocity. Time is in
 * seconds; the noise is white acceleration of density `q` (units²/s³), which makes any step, also an uneven one, as
 * good as many small ones (Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking, 2001, §6.2).
 */
export const AXIS = 5;

/** An axis that has been seen once: `noise` and `speed` are standard deviations. */
export function startAxis(state: Float64Array, at: number, value: number, noise: number, speed: number): void {
  state[at] = value;
  state[at + 1] = 0;
  state[at + 2] = noise * noise;
  state[at + 3] = 0;
  state[at + 4] = speed * speed;
}

/** Moves an axis on by `dt` seconds. */
export function predictAxis(state: Float64Array, at: number, dt: number, q: number): void {
  const velocity = state[at + 1] as number;
  const pv = state[at + 3] as number;
  const vv = state[at + 4] as number;
  state[at] = (state[at] as number) + velocity * dt;
  state[at + 2] = (state[at + 2] as number) + dt * (2 * pv + dt * vv) + (q * dt * dt * dt) / 3;
  state[at + 3] = pv + dt * vv + (q * dt * dt) / 2;
  state[at + 4] = vv + q * dt;
}

/** Takes in a measurement whose standard deviation is `noise`. */
export function updateAxis(state: Float64Array, at: number, value: number, noise: number): void {
  const pp = state[at + 2] as number;
  const pv = state[at + 3] as number;
  const total = pp + noise * noise;
  const gain = pp / total;
  const gainVelocity = pv / total;
  const surprise = value - (state[at] as number);
  state[at] = (state[at] as number) + gain * surprise;
  state[at + 1] = (state[at + 1] as number) + gainVelocity * surprise;
  state[at + 2] = pp * (1 - gain);
  state[at + 3] = pv * (1 - gain);
  state[at + 4] = (state[at + 4] as number) - gainVelocity * pv;
}
