import type { Clock, Timer } from './clock.js';

/** Something that was begun and may end by itself: a camera's stream, a radio's scan. */
export interface Run {
  /** Comes back when nothing of it is left. */
  stop(): Promise<void>;
}

/** Runs of one thing, one after the other: what an older one still says is not heard, and all have ended when it stops. */
export class RunsInTurn {
  #run: Run | undefined;
  #number = 0;
  #pause: Timer | undefined;
  #ending: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(private readonly clock: Clock) {}

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Opens the next one, unless stopped. `isMine` tells it whether it is still heard; it may have ended before it comes back. */
  begin(open: (isMine: () => boolean) => Run): void {
    if (this.#stopped) return;
    const number = (this.#number += 1);
    const isMine = (): boolean => number === this.#number && !this.#stopped;
    const run = open(isMine);
    if (isMine()) this.#run = run;
    else void run.stop();
  }

  /** The present one is not heard any more, and stops. */
  end(): void {
    this.#number += 1;
    const run = this.#run;
    this.#run = undefined;
    if (run) this.#ending = Promise.all([this.#ending, run.stop()]).then(() => undefined);
  }

  /** Resolves when nothing is left of those that were ended. */
  get ended(): Promise<void> {
    return this.#ending;
  }

  /** Once, after a pause; not when it has stopped by then. */
  after(ms: number, action: () => void): void {
    this.#pause = this.clock.after(ms, action);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause?.cancel();
    this.end();
    await this.#ending;
  }
}
