import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from '../ports/clock.js';

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }
  monotonic(): number {
    return performance.now();
  }
  after(ms: number, run: () => void): Timer {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  }
  every(ms: number, run: () => void): Timer {
    const timer = setInterval(run, ms);
    return { cancel: () => clearInterval(timer) };
  }
}
