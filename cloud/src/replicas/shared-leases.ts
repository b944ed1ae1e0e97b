import { createHash } from 'node:crypto';
import type { Clock, HeldLease, Leases, LeaseTable } from '../ports/index.js';

export interface SharedLeasesParts {
  table: LeaseTable;
  /** the name of this process, like no other's */
  self: string;
  clock: Clock;
  log: { info(details: object, message: string): void; warn(details: object, message: string): void };
  /** how long the leases of one that died keep others out */
  leaseMs?: number;
  beatMs?: number;
}

interface Wanted {
  name: string;
  work(lost: AbortSignal): Promise<void>;
  held: HeldLease | undefined;
  running: { lost: AbortController; done: Promise<void> } | undefined;
  isReleased: boolean;
}

/** by this all processes know which are there */
export const HERE = 'replica ';
const LEASE_MS = 15_000;
const BEAT_MS = 3_000;
const LOOK_MS = 500;

/**
 * Work that one process at a time does, spread over all that are there. Which of them a name belongs to follows from the names alone
 * (highest random weight: Thaler, Ravishankar, 1998), so that one that comes or goes moves only its own share; that nobody else has it is
 * what the table says.
 */
export class SharedLeases implements Leases {
  readonly #wanted = new Set<Wanted>();
  #cancels: (() => void)[] = [];
  #beating: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(private readonly parts: SharedLeasesParts) {}

  start(): void {
    const { clock, beatMs = BEAT_MS } = this.parts;
    this.#cancels = [clock.every(beatMs, () => void this.beat()), clock.every(LOOK_MS, () => this.#look())];
    void this.beat();
  }

  /** Gives up all that is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
    await Promise.all([...this.#wanted].map((wanted) => this.#release(wanted)));
    await this.#beating;
    await this.parts.table.release(HERE + this.parts.self).catch(() => undefined);
  }

  hold(name: string, work: (lost: AbortSignal) => Promise<void>): { release(): Promise<void> } {
    const wanted: Wanted = { name, work, held: undefined, running: undefined, isReleased: false };
    this.#wanted.add(wanted);
    void this.beat();
    return { release: () => this.#release(wanted) };
  }

  /** Looks who is there, and whose what is. */
  beat(): Promise<void> {
    if (this.#beating) {
      this.#again = true;
      return this.#beating;
    }
    return (this.#beating = this.#beat()
      .catch((error: unknown) =>
        this.parts.log.warn({ err: error }, 'nobody can say who does what of this cloud; asked again soon'),
      )
      .finally(() => {
        this.#beating = undefined;
        if (this.#again && !this.#stopped) {
          this.#again = false;
          void this.beat();
        }
      }));
  }

  async #beat(): Promise<void> {
    if (this.#stopped) return;
    const { table, self, leaseMs = LEASE_MS } = this.parts;
    await table.hold(HERE + self, leaseMs);
    const here = (await table.held(HERE)).map((name) => name.slice(HERE.length));
    for (const wanted of [...this.#wanted]) {
      if (wanted.isReleased || this.#stopped) continue;
      if (ownerOf(wanted.name, here) !== self) {
        // nothing is done here any more before another may begin
        if (wanted.held) await this.#giveUp(wanted);
        continue;
      }
      // what ran under the last lease has to end before it begins under the next
      const held = await table.hold(wanted.name, leaseMs);
      if (!held || wanted.held?.token !== held.token) await this.#end(wanted);
      wanted.held = held;
      if (held && !wanted.isReleased) this.#begin(wanted);
    }
  }

  #begin(wanted: Wanted): void {
    if (wanted.running) return;
    const lost = new AbortController();
    const done = wanted
      .work(lost.signal)
      .catch((error: unknown) => this.parts.log.warn({ err: error, name: wanted.name }, 'work under a lease failed'))
      .finally(() => {
        // work that ends by itself is begun again at the next look
        if (wanted.running?.lost === lost) wanted.running = undefined;
      });
    wanted.running = { lost, done };
  }

  /** Its end has come without an answer: another may have it by now. */
  #look(): void {
    const now = this.parts.clock.monotonicMs();
    for (const wanted of this.#wanted) if (wanted.held && now >= wanted.held.untilMs) wanted.running?.lost.abort();
  }

  async #end({ running }: Wanted): Promise<void> {
    running?.lost.abort();
    await running?.done;
  }

  async #giveUp(wanted: Wanted): Promise<void> {
    await this.#end(wanted);
    if (!wanted.held) return;
    wanted.held = undefined;
    await this.parts.table.release(wanted.name);
  }

  async #release(wanted: Wanted): Promise<void> {
    wanted.isReleased = true;
    this.#wanted.delete(wanted);
    await this.#giveUp(wanted).catch(() => undefined);
  }
}

/** Whose a name is, of those who are there: the same for all who ask. */
export function ownerOf(name: string, here: readonly string[]): string | undefined {
  const weight = (self: string): string => createHash('sha256').update(`${name}\n${self}`).digest('hex');
  return here.reduce<string | undefined>(
    (best, self) => (best === undefined || weight(self) > weight(best) ? self : best),
    undefined,
  );
}
