import {
  PROTOCOL,
  SPEAKS_0_1,
  commandVersion,
  understands,
  type Hello,
  type InboxAck,
  type InboxCommand,
  type RefusedCommand,
  type Speaks,
} from '@aisle/contracts';
import type {
  AgentRecord,
  AgentRecords,
  Clock,
  HeldCommand,
  InboxRecords,
  NewCommand,
  Notices,
  StoreVersions,
} from '../ports/index.js';
import { spokenBy } from './inbox-view.js';
import { asUnderstood } from './as-understood.js';
import { isOvertaken, whyHeld, type HeldReason } from './held.js';

/** commands on their way to one agent at a time; raising it fills an agent's queue, lowering it slows a long inbox */
const IN_FLIGHT = 50;

interface Session {
  speaks: Speaks;
  /** it told what it speaks: then it also says what it refuses */
  tells: boolean;
  /** it has a store file, as far as is known */
  hasFile: boolean;
  /** the first store file that was sent in this connection, 0 for none */
  fileSeq: number;
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
  versions: Pick<StoreVersions, 'versions'>;
  clock: Pick<Clock, 'now'>;
  /** false: the agent is not connected */
  send(storeId: string, command: InboxCommand): boolean;
  /** Something is kept back from now on. */
  held(storeId: string): void;
  /** the other processes of this cloud: one of them sends down what waits for an agent. Left out: there are none */
  others?: Pick<Notices, 'tell'>;
  log: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

/**
 * What goes down to the shops: durable commands with a sequence per store, sent in order, all again after a reconnect, kept until
 * the agent has them in its journal. What an agent does not speak, or has refused, is kept back and goes down when it can be used;
 * those behind it go on.
 */
export class Inbox {
  /** by store id: agents that have said hello */
  readonly #sessions = new Map<string, Session>();
  /** by store id: what another process has begun with an agent is taken over */
  readonly #adopting = new Map<string, Promise<void>>();

  constructor(private readonly parts: InboxParts) {}

  /**
   * The agent is there. One that lost its disk starts from 0: of what it had acknowledged the catalog has kept the newest store
   * file, which it gets again. Before the agent's version is noted: another one may be able to use what the one before refused.
   */
  async agentReady(storeId: string, hello: Hello): Promise<void> {
    const { agents, commands, log, others } = this.parts;
    // whoever spoke with it before has to be silent before it is sent anything: it may begin from 0 again
    this.#sessions.delete(storeId);
    await others?.tell('ready', [storeId]);
    const { inboxSeq: seq, speaks = SPEAKS_0_1 } = hello;
    const agent = await agents.agent(storeId);
    const known = agent?.inboxSeq ?? 0;
    if (seq > known) {
      log.warn(
        { store: storeId, seq, known },
        'the agent has seen more commands than this catalog knows; numbered anew',
      );
      await commands.raiseInbox(storeId, seq);
    } else {
      // what it refused behind `seq` it gets again
      await this.#hold(
        storeId,
        (hello.refused ?? []).filter((refused) => refused.seq <= seq),
      );
      await commands.acknowledgeInbox(storeId, seq);
    }
    const hasFile = hello.configVersion > 0;
    const session: Session = {
      ...{ speaks, tells: hello.speaks !== undefined, hasFile, fileSeq: 0 },
      ...{ sent: seq, acked: seq, pumping: false, again: false },
    };
    this.#sessions.set(storeId, session);
    const another = agent?.agentVersion !== hello.agentVersion;
    await this.#release(storeId, ({ command, reason }) => {
      if (reason === 'agentOlder') return understands(speaks.commands, command.kind, commandVersion(command));
      return reason === 'noStoreFile' ? hasFile : another;
    });
    await this.#pump(storeId, session);
  }

  /** Something new is in the inbox. Whichever process speaks with the agent sends it. */
  async notify(storeId: string): Promise<void> {
    const session = this.#sessions.get(storeId);
    if (session) await this.#pump(storeId, session);
    else await this.parts.others?.tell('inbox', [storeId]);
  }

  /** Another process has put something in, or has heard what the agent has. */
  async lookAgain(storeId: string): Promise<void> {
    const session = this.#sessions.get(storeId);
    if (!session) return;
    const agent = await this.parts.agents.agent(storeId);
    session.acked = Math.max(session.acked, agent?.inboxAcked ?? 0);
    session.sent = Math.max(session.sent, session.acked);
    await this.#pump(storeId, session);
  }

  /**
   * An agent that has said hello to another process says something here: that process is gone, or has passed it on. What waits goes down
   * from here; what was sent and not acknowledged goes again, as after a reconnect.
   */
  async adopt(storeId: string): Promise<void> {
    if (!this.parts.others || this.#sessions.has(storeId)) return;
    const adopting = this.#adopting.get(storeId) ?? this.#adopt(storeId).finally(() => this.#adopting.delete(storeId));
    this.#adopting.set(storeId, adopting);
    await adopting;
  }

  /** Nobody knows what others have put in. */
  async lookEverywhere(): Promise<void> {
    for (const storeId of [...this.#sessions.keys()]) await this.lookAgain(storeId);
  }

  /** Another process speaks with the agent from now on. */
  givenAway(storeId: string): void {
    this.#sessions.delete(storeId);
  }

  /** Everything up to `seq` is in the agent's journal, but for what it has refused. */
  async acknowledged(storeId: string, { seq, refused = [] }: InboxAck): Promise<void> {
    await this.adopt(storeId);
    const session = this.#sessions.get(storeId);
    // an acknowledgement of what was never sent would throw commands away
    if (!session || seq > session.sent) return;
    await this.#hold(
      storeId,
      refused.filter((one) => one.seq <= session.sent),
    );
    await this.parts.commands.acknowledgeInbox(storeId, seq);
    session.acked = Math.max(session.acked, seq);
    const hasFile = session.fileSeq > 0 && seq >= session.fileSeq;
    if (refused.some((one) => one.seq === session.fileSeq)) session.fileSeq = 0;
    else if (hasFile) await this.#configured(storeId, session);
    await this.#pump(storeId, session);
  }

  /** The agent says which store file it has. */
  async configured(storeId: string, version: number): Promise<void> {
    const session = this.#sessions.get(storeId);
    if (!session || session.hasFile || version === 0) return;
    await this.#configured(storeId, session);
    await this.#pump(storeId, session);
  }

  agentGone(storeId: string): void {
    this.#sessions.delete(storeId);
  }

  /** A command of no other record's; durable when it resolves, sent as soon as its agent is there. */
  async add(storeId: string, command: NewCommand): Promise<void> {
    const { commands, log } = this.parts;
    await commands.addCommand(storeId, command);
    await this.notify(storeId).catch((error: unknown) =>
      log.warn({ store: storeId, err: error }, 'the inbox could not be sent: it goes with the next hello'),
    );
  }

  /** What is kept back, in the order in which it was given in. */
  async held(storeId: string): Promise<HeldCommand[]> {
    return this.parts.commands.heldCommands(storeId);
  }

  async #adopt(storeId: string): Promise<void> {
    const { agents, others, log } = this.parts;
    const agent = await agents.agent(storeId);
    // it has never said hello: it will
    if (!agent || agent.agentVersion === null || spokenBy(agent).protocol !== PROTOCOL) return;
    await others?.tell('holds', [storeId]);
    if (this.#sessions.has(storeId)) return;
    const session = sessionOf(agent);
    this.#sessions.set(storeId, session);
    log.info({ store: storeId, inboxSeq: session.sent }, 'an agent that another process spoke with is taken over');
    await this.#pump(storeId, session);
  }

  async #configured(storeId: string, session: Session): Promise<void> {
    if (session.hasFile) return;
    session.hasFile = true;
    await this.#release(storeId, ({ reason }) => reason === 'noStoreFile');
  }

  async #hold(storeId: string, refused: readonly RefusedCommand[]): Promise<void> {
    for (const { seq, code } of refused) await this.#holdOne(storeId, seq, code);
    if (refused.length > 0) this.parts.held(storeId);
  }

  async #holdOne(storeId: string, seq: number, reason: HeldReason): Promise<void> {
    const { commands, clock, log } = this.parts;
    await commands.holdCommand(storeId, seq, { ts: clock.now(), reason });
    log.info({ store: storeId, seq, reason }, 'a command is kept back: the agent cannot use it yet');
  }

  /** Lets go down what can be used now; store files that newer ones have taken the place of are of no use to anybody. */
  async #release(storeId: string, usable: (held: HeldCommand) => boolean): Promise<void> {
    const { commands, versions, clock, log } = this.parts;
    const held = (await commands.heldCommands(storeId)).filter(usable);
    if (held.length === 0) return;
    const line = await versions.versions(storeId);
    const seqs = (overtaken: boolean) =>
      held
        .filter(({ command }) => isOvertaken(command, line, clock.now()) === overtaken)
        .map(({ command }) => command.seq);
    await commands.dropCommands(storeId, seqs(true));
    const released = await commands.releaseCommands(storeId, seqs(false));
    log.info({ store: storeId, commands: released }, 'commands that were kept back go down after all');
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
          if (this.#sessions.get(storeId) !== session) return;
          const reason = whyHeld(command, session);
          if (reason) {
            await this.#holdOne(storeId, command.seq, reason);
            this.parts.held(storeId);
          } else {
            if (!this.parts.send(storeId, asUnderstood(command, session.speaks))) return;
            session.sent = command.seq;
            if (command.kind === 'storeFile' && session.fileSeq === 0) session.fileSeq = command.seq;
          }
          session.again = true;
        }
      } while (session.again);
    } finally {
      session.pumping = false;
    }
  }
}

/** As far as the catalog knows what an agent has said and has. */
const sessionOf = (agent: AgentRecord): Session => ({
  speaks: spokenBy(agent),
  tells: agent.speaks !== null,
  hasFile: (agent.configVersion ?? 0) > 0,
  fileSeq: 0,
  sent: agent.inboxAcked,
  acked: agent.inboxAcked,
  pumping: false,
  again: false,
});
