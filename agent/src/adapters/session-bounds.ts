import type { Aedes, Client } from 'aedes';

/** A packet as the persistence of aedes holds it. */
interface Held {
  payload?: Buffer | string;
  topic?: string;
  brokerId?: string;
  brokerCounter?: number;
  messageId?: number;
}
interface Who {
  id: string;
}
/** What of aedes' persistence is used here; the one in memory is behind it. */
interface Store {
  outgoingEnqueue(sub: { clientId: string }, packet: Held): Promise<void>;
  outgoingEnqueueCombi(subs: { clientId: string }[], packet: Held): Promise<void>;
  outgoingClearMessageId(client: Who, packet: Held): Promise<Held | undefined>;
  outgoingStream(client: Who): AsyncIterable<Held>;
  cleanSubscriptions(client: Who): Promise<void>;
  incomingStorePacket(client: Who, packet: Held): Promise<void>;
  incomingDelPacket(client: Who, packet: Held): Promise<void>;
  cleanIncoming(client: Who): Promise<void>;
}

export interface SessionLimits {
  /** messages and bytes that wait for one session whose client is away; newer ones are not kept for it */
  awayMessages: number;
  awayBytes: number;
  /** the same for one that is connected and does not acknowledge: beyond that it is cut off */
  unackedMessages: number;
  unackedBytes: number;
  /** bytes that wait for all sessions together */
  allBytes: number;
  /** sessions of clients that are away, of one account and of all: the one that has been away longest is forgotten */
  awayOfAccount: number;
  awayOfAll: number;
  /** bytes of one client that it has sent at QoS 2 and not released */
  incomingBytes: number;
}

/** Raising them lets clients be away for longer, and lets strangers with a password take more of the shop's memory. */
export const SESSION_LIMITS: SessionLimits = {
  awayMessages: 1_000,
  awayBytes: 1 << 20,
  unackedMessages: 20_000,
  unackedBytes: 16 << 20,
  allBytes: 64 << 20,
  awayOfAccount: 10,
  awayOfAll: 500,
  incomingBytes: 16 << 20,
};
/** What a packet takes besides its payload, bytes. */
const OVERHEAD = 200;

const sizeOf = ({ payload, topic }: Held): number => (payload?.length ?? 0) + (topic?.length ?? 0) + OVERHEAD;

interface Queue {
  messages: number;
  bytes: number;
}

/**
 * Bounds what the broker keeps for its clients: messages that wait for those who are away, or who do not acknowledge. aedes' own
 * persistence keeps all of it for ever; this stands before it and counts.
 */
export class SessionBounds {
  readonly #queues = new Map<string, Queue>();
  /** sessions whose client is away, the longest first: account */
  readonly #away = new Map<string, string>();
  /** sent at QoS 2 and not released: bytes by client and message */
  readonly #incoming = new Map<string, Map<number, number>>();
  #bytes = 0;
  #notKept = 0;

  constructor(
    private readonly store: Store,
    private readonly limits: SessionLimits,
    /** a session has been forgotten */
    private readonly forgotten: (clientId: string) => void,
  ) {
    this.#standBefore();
  }

  /** Takes the place of what `aedes` keeps by itself. */
  static of(aedes: Aedes, limits: SessionLimits, forgotten: (clientId: string) => void): SessionBounds {
    return new SessionBounds((aedes as unknown as { persistence: Store }).persistence, limits, forgotten);
  }

  /** Messages that were not kept for somebody since the start. */
  get notKept(): number {
    return this.#notKept;
  }
  /** Sessions whose client is away, and bytes that wait for all. */
  get waiting(): { sessions: number; bytes: number } {
    return { sessions: this.#away.size, bytes: this.#bytes };
  }

  /** A client is there (again). */
  here(clientId: string): void {
    this.#away.delete(clientId);
  }

  /** A client has gone; its session stays where it asked for that. */
  gone({ id, clean }: Pick<Client, 'id' | 'clean'>, account: string): void {
    if (clean) return;
    this.#away.delete(id);
    this.#away.set(id, account);
    const own = [...this.#away].filter(([, of]) => of === account);
    if (own.length > this.limits.awayOfAccount) this.#forget((own[0] as [string, string])[0]);
    if (this.#away.size > this.limits.awayOfAll) this.#forget(this.#away.keys().next().value as string);
  }

  #forget(clientId: string): void {
    this.#away.delete(clientId);
    const who = { id: clientId };
    void this.store.cleanSubscriptions(who);
    void this.store.cleanIncoming(who);
    void this.#empty(who);
    this.forgotten(clientId);
  }

  async #empty(who: Who): Promise<void> {
    for await (const packet of this.store.outgoingStream(who)) await this.store.outgoingClearMessageId(who, packet);
  }

  #standBefore(): void {
    const { store } = this;
    const enqueue = store.outgoingEnqueueCombi.bind(store);
    const clear = store.outgoingClearMessageId.bind(store);
    const keep = store.incomingStorePacket.bind(store);
    const release = store.incomingDelPacket.bind(store);
    const clean = store.cleanIncoming.bind(store);
    store.outgoingEnqueueCombi = (subs, packet) =>
      enqueue(
        subs.filter(({ clientId }) => this.#admit(clientId, packet)),
        packet,
      );
    store.outgoingEnqueue = (sub, packet) => store.outgoingEnqueueCombi([sub], packet);
    store.outgoingClearMessageId = async (client, packet) => {
      const cleared = await clear(client, packet);
      if (cleared) this.#left(client.id, sizeOf(cleared));
      return cleared;
    };
    store.incomingStorePacket = async (client, packet) => {
      const held = this.#incoming.get(client.id) ?? new Map<number, number>();
      this.#incoming.set(client.id, held.set(packet.messageId ?? 0, sizeOf(packet)));
      if ([...held.values()].reduce((sum, size) => sum + size, 0) > this.limits.incomingBytes)
        throw new Error('too much is sent at QoS 2 and not released');
      await keep(client, packet);
    };
    store.incomingDelPacket = async (client, packet) => {
      this.#incoming.get(client.id)?.delete(packet.messageId ?? 0);
      await release(client, packet);
    };
    store.cleanIncoming = async (client) => {
      this.#incoming.delete(client.id);
      await clean(client);
    };
  }

  #admit(clientId: string, packet: Held): boolean {
    const size = sizeOf(packet);
    const queue = this.#queues.get(clientId) ?? { messages: 0, bytes: 0 };
    const isAway = this.#away.has(clientId);
    const { limits } = this;
    const messages = isAway ? limits.awayMessages : limits.unackedMessages;
    const bytes = isAway ? limits.awayBytes : limits.unackedBytes;
    if (queue.messages >= messages || queue.bytes + size > bytes || this.#bytes + size > limits.allBytes) {
      this.#notKept += 1;
      return false;
    }
    queue.messages += 1;
    queue.bytes += size;
    this.#bytes += size;
    this.#queues.set(clientId, queue);
    return true;
  }

  #left(clientId: string, size: number): void {
    this.#bytes = Math.max(0, this.#bytes - size);
    const queue = this.#queues.get(clientId);
    if (!queue) return;
    queue.messages -= 1;
    queue.bytes -= size;
    if (queue.messages <= 0) this.#queues.delete(clientId);
  }
}
