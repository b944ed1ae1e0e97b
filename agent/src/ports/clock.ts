/** Time for everything but the engine, which knows event time only. */
export interface Clock {
  /** Wall clock, epoch ms: for stamps that people or other machines read. May jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never jumps: for spans. */
  monotonicMs(): number;
  /** Calls `action` once after `ms`. */
  after(ms: number, action: () => void): Timer;
  /** Calls `action` every `ms`. */
  every(ms: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}
