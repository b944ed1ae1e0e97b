import type { InboxCommand } from '@aisle/contracts';
import type { Clock, HeldCommand, InboxRecords, StoreVersions } from '../ports/index.js';
import { isOvertaken } from './held.js';

/**
 * The clock on the wall may be set, and timers end early at a wait of 25 days: so it is looked at as often as this while something
 * is planned, ms. Raising it lets a version come late by so much after the clock was set forward.
 */
const LOOK_MS = 60_000;

export interface DueVersionsParts {
  commands: InboxRecords;
  versions: Pick<StoreVersions, 'versions'>;
  clock: Clock;
  /** Something new is in the inbox. */
  notify(storeId: string): void;
  log: { info(details: object, message: string): void; error(details: object, message: string): void };
}

type Planned = Extract<InboxCommand, { kind: 'planned' }>;

/**
 * Agents that cannot bring a planned version into force by themselves get it as a plain store file at its time. Until then it
 * waits in the inbox; an agent that is renewed meanwhile gets the plan itself.
 */
export class DueVersions {
  /** by store id: when the next of its plans falls due, epoch ms */
  readonly #next = new Map<string, number>();
  #cancel: (() => void) | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** another process does this as long as it is not begun here */
  #stopped = true;

  constructor(private readonly parts: DueVersionsParts) {}

  /** Looks at all of these stores: what fell due while the cloud was away is made up for. */
  async start(storeIds: readonly string[]): Promise<void> {
    this.#stopped = false;
    for (const storeId of storeIds) await this.#lookAt(storeId);
    this.#wait();
  }

  /** Something of this store is kept back from now on. */
  look(storeId: string): void {
    if (this.#stopped) return;
    this.#next.set(storeId, -Infinity);
    this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#next.clear();
    this.#cancel?.();
    await this.#looking;
  }

  #run(): void {
    if (this.#stopped) return;
    const { clock, log } = this.parts;
    this.#looking = this.#looking
      .then(async () => {
        const due = [...this.#next].filter(([, ts]) => ts <= clock.now()).map(([storeId]) => storeId);
        for (const storeId of due) await this.#lookAt(storeId);
      })
      .catch((error: unknown) => log.error({ err: error }, 'planned versions could not be looked at'))
      .then(() => this.#wait());
  }

  #wait(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#stopped || this.#next.size === 0) return;
    const wait = Math.min(...this.#next.values()) - this.parts.clock.now();
    this.#cancel = this.parts.clock.after(Math.min(Math.max(wait, 1000), LOOK_MS), () => this.#run());
  }

  async #lookAt(storeId: string): Promise<void> {
    const { commands, versions, clock, notify, log } = this.parts;
    const held = await commands.heldCommands(storeId);
    const plans = held.filter(isPlan).map(({ command }) => command);
    this.#next.delete(storeId);
    if (plans.length === 0) return;
    const line = await versions.versions(storeId);
    const now = clock.now();
    for (const { seq, version, validFrom, storeFile } of plans) {
      const overtaken = isOvertaken({ kind: 'planned', seq, version, validFrom, storeFile }, line, now);
      if (!overtaken && validFrom > now) {
        this.#next.set(storeId, Math.min(validFrom, this.#next.get(storeId) ?? Infinity));
        continue;
      }
      // Given in before it is dropped: a crash in between gives the same version twice, which changes nothing.
      if (!overtaken) {
        await commands.addCommand(storeId, { kind: 'storeFile', version, storeFile });
        log.info({ store: storeId, version }, 'a planned version is due and goes down as a store file');
      }
      await commands.dropCommands(storeId, [seq]);
      if (!overtaken) notify(storeId);
    }
  }
}

const isPlan = (held: HeldCommand): held is HeldCommand & { command: Planned } =>
  held.reason === 'agentOlder' && held.command.kind === 'planned';
