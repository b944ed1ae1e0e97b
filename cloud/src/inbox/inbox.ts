import type { InboxCommand } from '@aisle/contracts';
import type { AgentRecords, InboxRecords } from '../ports/index.js';

/** commands on their way to one agent at a time; raising it fills an agent's queue, lowering it slows a long inbox */
const IN_FLIGHT = 50;

interface Session {
  /** highest sequence sent in this connection */
  sent: number;
  /** highest sequence that the agent has acknowledged */
  acked: number;
  pumping: boolean;
  again: boolean;
}

export interface InboxParts {
  agents: Pick<AgentRecords, 'agent'>;
  commands: InboxRecords;
  /** false: the agent is not connected */
  send(storeId: string, command: InboxCommand): boolean;
  log: { warn(details: object, message: string): void };
}

/**
 * What goes down to the shops: durable commands with a sequence per store, sent in order, all again after a reconnect,
 * kept until the agent has them in its journal.
 */
export class Inbox {
  /** by store id: agents that have said hello */
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly parts: InboxParts) {}

  /**
   * The agent is there and has everything up to `seq`. One that lost its disk starts from 0: of what it had acknowledged
   * the catalog has kept the newest store file, which it gets again.
   */
  async agentReady(storeId: string, seq: number): Promise<void> {
    const { agents, commands, log } = this.parts;
    const agent = await agents.agent(storeId);
    const known = agent?.inboxSeq ?? 0;
    if (seq > known) {
      log.warn(
        { store: storeId, seq, known },
        'the agent has seen more commands than this catalog knows; numbered anew',
      );
      await commands.raiseInbox(storeId, seq);
    } else {
      await commands.acknowledgeInbox(storeId, seq);
    }
    const session: Session = { sent: seq, acked: seq, pumping: false, again: false };
    this.#sessions.set(storeId, session);
    await this.#pump(storeId, session);
  }

  /** Something new is in the inbox. */
  async notify(storeId: string): Promise<void> {
    const session = this.#sessions.get(storeId);
    if (session) await this.#pump(storeId, session);
  }

  /** Everything up to `seq` is in the agent's journal. */
  async acknowledged(storeId: string, seq: number): Promise<void> {
    const session = this.#sessions.get(storeId);
    // an acknowledgement of what was never sent would throw commands away
    if (!session || seq > session.sent) return;
    await this.parts.commands.acknowledgeInbox(storeId, seq);
    session.acked = Math.max(session.acked, seq);
    await this.#pump(storeId, session);
  }

  agentGone(storeId: string): void {
    this.#sessions.delete(storeId);
  }

  async #pump(storeId: string, session: Session): Promise<void> {
    if (session.pumping) {
      session.again = true;
      return;
    }
    session.pumping = true;
    try {
      do {
        session.again = false;
        const room = IN_FLIGHT - (session.sent - session.acked);
        if (room <= 0) break;
        for (const command of await this.parts.commands.inboxAfter(storeId, session.sent, room)) {
          if (this.#sessions.get(storeId) !== session || !this.parts.send(storeId, command)) return;
          session.sent = command.seq;
          session.again = true;
        }
      } while (session.again);
    } finally {
      session.pumping = false;
    }
  }
}
