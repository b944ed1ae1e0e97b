import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports/clock.js';

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }
  monotonicMs(): number {
    return performance.now();
  }
  after(ms: number, task: () => void): () => void {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  }
  every(ms: number, task: () => void): () => void {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  }
}
