import type { Clock, HeldLease, LeaseTable, Notices } from '../ports/index.js';

/** One process alone: nobody else is there to tell anything. */
export class NoNotices implements Notices {
  readonly self = 'alone';
  readonly hears = true;
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async tell(): Promise<void> {}
  hear(): () => void {
    return () => undefined;
  }
  missed(): () => void {
    return () => undefined;
  }
}

/** One process alone has every lease. */
export class OwnLeases implements LeaseTable {
  /** by name: monotonic ms of the last turn */
  readonly #turned = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  async hold(): Promise<HeldLease> {
    return { token: 1, untilMs: Infinity };
  }
  async held(): Promise<string[]> {
    return [];
  }
  async release(): Promise<void> {}

  async turn(name: string, _token: number, everyMs: number): Promise<boolean> {
    const now = this.clock.monotonicMs();
    const last = this.#turned.get(name);
    if (last !== undefined && now - last < everyMs) return false;
    this.#turned.set(name, now);
    return true;
  }
}
