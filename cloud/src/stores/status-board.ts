import { AgentStatus, compile } from '@aisle/contracts';
import type { AgentRecords, Clock, Notices } from '../ports/index.js';

/** an agent says its status every two seconds; writing each down would wear the disk for nothing */
const WRITE_EVERY_MS = 10_000;
const checker = compile(AgentStatus);

/** What each agent last said of itself: refused messages, outbox, versions. Outlives a restart of the cloud. */
export class StatusBoard {
  readonly #statuses = new Map<string, AgentStatus>();
  /** store ids whose status has changed since it was written down */
  readonly #waiting = new Set<string>();
  #writtenMs = -Infinity;
  #cancelWrite: (() => void) | undefined;

  constructor(
    private readonly parts: {
      agents: Pick<AgentRecords, 'agentStatus' | 'noteStatuses'>;
      clock: Clock;
      /** other processes of this cloud, which hear agents, too; left out: there are none */
      others?: Pick<Notices, 'hears'>;
      log: { error(details: object, message: string): void };
    },
  ) {}

  /** Reads what was known before this start. */
  async remember(storeId: string): Promise<void> {
    // what others have written since would not be heard of
    if (this.parts.others) return;
    const status = await this.#read(storeId);
    if (status) this.#statuses.set(storeId, status);
  }

  /** What is known in this process, without asking anybody. */
  get(storeId: string): AgentStatus | undefined {
    return this.#statuses.get(storeId);
  }

  /** The newest of all processes: of a shop that speaks to another one it is as old as that one's last commit at most. */
  async latest(storeId: string): Promise<AgentStatus | undefined> {
    const { others } = this.parts;
    if (!others) return this.get(storeId);
    return (others.hears ? this.get(storeId) : undefined) ?? this.#read(storeId);
  }

  /** Another process hears its agent now: what was said here is no longer the newest. */
  elsewhere(storeId: string): void {
    this.#statuses.delete(storeId);
    this.#waiting.delete(storeId);
  }

  /** Nobody knows who hears whom. */
  allElsewhere(): void {
    for (const storeId of [...this.#statuses.keys()]) this.elsewhere(storeId);
  }

  put(storeId: string, status: AgentStatus): void {
    this.#statuses.set(storeId, status);
    this.#waiting.add(storeId);
    if (this.#cancelWrite) return;
    const waitMs = Math.max(0, this.#writtenMs + WRITE_EVERY_MS - this.parts.clock.monotonicMs());
    this.#cancelWrite = this.parts.clock.after(waitMs, () => void this.#write());
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    await this.#write();
  }

  async #read(storeId: string): Promise<AgentStatus | undefined> {
    const json = await this.parts.agents.agentStatus(storeId);
    if (json === undefined) return undefined;
    const checked = checker.check(JSON.parse(json));
    return checked.ok ? checked.value : undefined;
  }

  /** All agents' in one commit: a thousand of them cost the disk as much as one. */
  async #write(): Promise<void> {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    const { agents, clock, log } = this.parts;
    this.#writtenMs = clock.monotonicMs();
    const storeIds = [...this.#waiting];
    this.#waiting.clear();
    if (storeIds.length === 0) return;
    const lastSeenTs = clock.now();
    const statuses = storeIds.map((storeId) => {
      const status = this.#statuses.get(storeId) as AgentStatus;
      return { storeId, lastSeenTs, configVersion: status.configVersion, statusJson: JSON.stringify(status) };
    });
    try {
      await agents.noteStatuses(statuses);
    } catch (error) {
      for (const storeId of storeIds) if (this.#statuses.has(storeId)) this.#waiting.add(storeId);
      log.error({ stores: storeIds.slice(0, 5), err: error }, 'what agents say of themselves could not be kept');
    }
  }
}
