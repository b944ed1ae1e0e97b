import type { Clock, HeldLease, LeaseTable } from '../ports/index.js';

/** Work that one process does for all. */
export interface Duty {
  /** Once per round, as long as the lease is ours. `still`: whether it is; long work asks between its steps. */
  run(still: () => boolean): Promise<void>;
  /** The lease has come to us: what another process may have left undone is made up for. */
  gained?(): Promise<void>;
  /** It is another's now, or may be. */
  lost?(): void;
}

export interface DutiesParts {
  leases: LeaseTable;
  clock: Clock;
  log: { info(details: object, message: string): void; warn(details: object, message: string): void };
  /** how long the lease of one that died keeps others from its work. Raising it outlasts longer troubles, lowering it takes over sooner */
  leaseMs: number;
  /** how often it is looked whether the work is ours, and due; several times per lease */
  beatMs: number;
  /** how often the work is done */
  everyMs: number;
  /** before the first look */
  firstMs: number;
}

const LEASE = 'scheduled work';

/** The scheduled work of a cloud: done by one of its processes, gone over to another when that one dies. */
export class Duties {
  #held: HeldLease | undefined;
  #beating: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #cancels: (() => void)[] = [];

  constructor(
    private readonly parts: DutiesParts,
    private readonly duties: readonly Duty[],
  ) {}

  /** Whether this process does the work now. */
  get isOurs(): boolean {
    return this.#held !== undefined && this.parts.clock.monotonicMs() < this.#held.untilMs;
  }

  start(): void {
    const { clock, firstMs, beatMs } = this.parts;
    this.#cancels = [clock.after(firstMs, () => void this.beat()), clock.every(beatMs, () => void this.beat())];
  }

  /** Begins nothing new; what runs is waited for, and another process may have the work at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
    await this.#beating;
    await this.#running;
    const held = this.#held;
    this.#lose();
    if (held) await this.parts.leases.release(LEASE).catch(() => undefined);
  }

  /** Looks whether the work is ours and due; resolves when that is known, not when it is done. */
  beat(): Promise<void> {
    return (this.#beating ??= this.#beat().finally(() => (this.#beating = undefined)));
  }

  /** Resolves when nothing runs. */
  async settle(): Promise<void> {
    await this.#beating;
    await this.#running;
  }

  async #beat(): Promise<void> {
    if (this.#stopped) return;
    const { leases, leaseMs, everyMs, beatMs, log } = this.parts;
    try {
      const held = await leases.hold(LEASE, leaseMs);
      if (!held) return this.#lose();
      const isNew = this.#held?.token !== held.token;
      if (isNew) this.#lose();
      this.#held = held;
      if (isNew) await this.#gain(held);
      if (this.#stopped || this.#running || !(await leases.turn(LEASE, held.token, everyMs - beatMs / 2))) return;
      this.#running = this.#run(held).finally(() => (this.#running = undefined));
    } catch (error) {
      // it is ours until its end all the same
      if (!this.isOurs) this.#lose();
      log.warn({ err: error }, 'nobody can say whose turn the scheduled work is; asked again soon');
    }
  }

  async #gain({ token }: HeldLease): Promise<void> {
    if (token > 1) this.parts.log.info({ token }, 'the scheduled work is done here from now on');
    for (const duty of this.duties) await this.#safely(async () => duty.gained?.());
  }

  #lose(): void {
    if (!this.#held) return;
    this.#held = undefined;
    for (const duty of this.duties) duty.lost?.();
  }

  async #run({ token }: HeldLease): Promise<void> {
    const still = (): boolean => !this.#stopped && this.isOurs && this.#held?.token === token;
    for (const duty of this.duties) if (still()) await this.#safely(() => duty.run(still));
  }

  async #safely(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.parts.log.warn({ err: error }, 'a part of the scheduled work failed; it is done again at its next turn');
    }
  }
}
