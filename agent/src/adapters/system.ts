import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../ports/clock.js';
import type { Random } from '../ports/random.js';

/** The machine's clock. Timers keep the process alive only while something else does. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, action) => timer(setTimeout(action, ms), clearTimeout),
  every: (ms, action) => timer(setInterval(action, ms), clearInterval),
};

const timer = (handle: NodeJS.Timeout, clear: (handle: NodeJS.Timeout) => void): Timer => {
  handle.unref();
  return { cancel: () => clear(handle) };
};

export const systemRandom: Random = { next: () => Math.random(), id: () => randomUUID() };
