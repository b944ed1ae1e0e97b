/** A timer that was started; `cancel` may be called more than once. */
export interface Timer {
  cancel(): void;
}

/** Time comes in here, so that a test can hold it. */
export interface Clock {
  /** wall clock, epoch milliseconds: for what people read; it may jump */
  now(): number;
  /** milliseconds that only go forward: for durations and leases */
  monotonic(): number;
  /** calls back once after `ms` milliseconds */
  after(ms: number, run: () => void): Timer;
  /** calls back every `ms` milliseconds until cancelled */
  every(ms: number, run: () => void): Timer;
}
