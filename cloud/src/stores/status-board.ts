import { AgentStatus, compile } from '@aisle/contracts';
import type { AgentRecords, Clock } from '../ports/index.js';

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
      log: { error(details: object, message: string): void };
    },
  ) {}

  /** Reads what was known before this start. */
  async remember(storeId: string): Promise<void> {
    const json = await this.parts.agents.agentStatus(storeId);
    if (json === undefined) return;
    const checked = checker.check(JSON.parse(json));
    if (checked.ok) this.#statuses.set(storeId, checked.value);
  }

  get(storeId: string): AgentStatus | undefined {
    return this.#statuses.get(storeId);
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
      for (const storeId of storeIds) this.#waiting.add(storeId);
      log.error({ stores: storeIds.slice(0, 5), err: error }, 'what agents say of themselves could not be kept');
    }
  }
}
