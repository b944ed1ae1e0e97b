/** Time as the cloud sees it. Rules take it through their constructor, so that tests turn the hands themselves. */
export interface Clock {
  /** Wall clock, epoch milliseconds UTC. May step when the machine's clock is set. */
  now(): number;
  /** Milliseconds since some fixed moment; never steps back. For measuring durations. */
  monotonicMs(): number;
  /** Calls `task` once after `ms` milliseconds; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
  /** Calls `task` every `ms` milliseconds; the returned function stops it. Does not keep the process alive. */
  every(ms: number, task: () => void): () => void;
}
