import { AgentStatus, compile } from '@aisle/contracts';
import type { AgentRecords, Clock } from '../ports/index.js';

/** an agent says its status every two seconds; writing each down would wear the disk for nothing */
const WRITE_EVERY_MS = 10_000;
const checker = compile(AgentStatus);

interface Entry {
  status: AgentStatus;
  writtenMs: number;
  cancelWrite: (() => void) | undefined;
}

/** What each agent last said of itself: refused messages, outbox, versions. Outlives a restart of the cloud. */
export class StatusBoard {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly parts: {
      agents: AgentRecords;
      clock: Clock;
      log: { error(details: object, message: string): void };
    },
  ) {}

  /** Reads what was known before this start. */
  async remember(storeId: string): Promise<void> {
    const json = await this.parts.agents.agentStatus(storeId);
    if (json === undefined) return;
    const checked = checker.check(JSON.parse(json));
    if (checked.ok) this.#entries.set(storeId, { status: checked.value, writtenMs: -Infinity, cancelWrite: undefined });
  }

  get(storeId: string): AgentStatus | undefined {
    return this.#entries.get(storeId)?.status;
  }

  put(storeId: string, status: AgentStatus): void {
    const entry = this.#entries.get(storeId) ?? { status, writtenMs: -Infinity, cancelWrite: undefined };
    entry.status = status;
    this.#entries.set(storeId, entry);
    if (entry.cancelWrite) return;
    const waitMs = Math.max(0, entry.writtenMs + WRITE_EVERY_MS - this.parts.clock.monotonicMs());
    entry.cancelWrite = this.parts.clock.after(waitMs, () => void this.#write(storeId, entry));
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#entries].filter(([, entry]) => entry.cancelWrite).map(([id, entry]) => this.#write(id, entry)),
    );
  }

  async #write(storeId: string, entry: Entry): Promise<void> {
    entry.cancelWrite?.();
    entry.cancelWrite = undefined;
    entry.writtenMs = this.parts.clock.monotonicMs();
    try {
      await this.parts.agents.putAgentStatus(storeId, JSON.stringify(entry.status));
      await this.parts.agents.noteAgent(storeId, {
        lastSeenTs: this.parts.clock.now(),
        configVersion: entry.status.configVersion,
      });
    } catch (error) {
      this.parts.log.error({ store: storeId, err: error }, 'the status of an agent could not be kept');
    }
  }
}
