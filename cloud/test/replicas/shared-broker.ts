import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { SPEAKS, type Ack, type DownChannel, type Fact, type Hello, type UpChannel } from '@aisle/contracts';
import type { AgentBroker, AgentBrokerHandlers } from '../../src/ports/agent-broker.js';
import type { Leases } from '../../src/ports/index.js';
import { until } from '../service/harness.js';

const PARTS = 4;

/**
 * A broker beside all processes of a cloud, as NATS is: every process is told who comes and goes and hears what is live; all else of a shop
 * comes to the one process that has its part, and waits while none has.
 */
export class SharedBroker {
  readonly #ports = new Set<Port>();
  readonly #agents = new Map<string, SharedAgent>();
  /** given to a process, and not let go of yet */
  readonly #open = Array.from({ length: PARTS }, () => new Set<Said>());
  readonly #waiting: Said[][] = Array.from({ length: PARTS }, () => []);
  readonly #readers = new Map<number, Port>();

  port(leases: Leases): AgentBroker {
    const port: Port = { handlers: undefined, held: [] };
    return {
      start: async (handlers) => {
        port.handlers = handlers;
        this.#ports.add(port);
        for (const storeId of this.#agents.keys()) handlers.connected(storeId);
        for (let part = 0; part < PARTS; part += 1)
          port.held.push(leases.hold(`agents-${part}`, (lost) => this.#read(part, port, lost)));
        return 0;
      },
      stop: async () => {
        this.#ports.delete(port);
        await Promise.all(port.held.map((held) => held.release()));
      },
      send: (storeId, channel, message) => {
        const agent = this.#agents.get(storeId);
        agent?.got.push({ channel, message: JSON.parse(JSON.stringify(message)) as never });
        return agent !== undefined;
      },
      accountChanged: async () => true,
    };
  }

  connect(agent: SharedAgent): void {
    this.#agents.set(agent.storeId, agent);
    for (const { handlers } of this.#ports) handlers?.connected(agent.storeId);
  }

  disconnect({ storeId }: SharedAgent): void {
    this.#agents.delete(storeId);
    for (const { handlers } of this.#ports) handlers?.disconnected(storeId);
  }

  up(storeId: string, channel: UpChannel, payload: Buffer): void {
    if (channel === 'live') for (const { handlers } of this.#ports) void handlers?.message(storeId, channel, payload);
    else {
      this.#waiting[partOf(storeId)]!.push({ storeId, channel, payload });
      this.#drain(partOf(storeId));
    }
  }

  async #read(part: number, port: Port, lost: AbortSignal): Promise<void> {
    this.#readers.set(part, port);
    this.#waiting[part]!.unshift(...this.#open[part]!);
    this.#open[part]!.clear();
    this.#drain(part);
    await new Promise<void>((ended) => lost.addEventListener('abort', () => ended(), { once: true }));
    if (this.#readers.get(part) === port) this.#readers.delete(part);
  }

  #drain(part: number): void {
    const reader = this.#readers.get(part);
    if (!reader) return;
    // what could not be kept comes once more; what a process did not let go of comes to the next one
    for (const said of this.#waiting[part]!.splice(0)) {
      this.#open[part]!.add(said);
      void reader.handlers?.message(said.storeId, said.channel, said.payload, (outcome) => {
        if (!this.#open[part]!.delete(said) || outcome === 'done') return;
        setTimeout(() => {
          this.#waiting[part]!.push(said);
          this.#drain(part);
        }, 100);
      });
    }
  }
}

interface Said {
  storeId: string;
  channel: UpChannel;
  payload: Buffer;
}
interface Port {
  handlers: AgentBrokerHandlers | undefined;
  held: { release(): Promise<void> }[];
}
const partOf = (storeId: string): number => createHash('sha256').update(storeId).digest()[0]! % PARTS;

/** What an agent says and gets, by a broker that stands beside all processes. */
export class SharedAgent {
  readonly got: { channel: DownChannel; message: never }[] = [];
  readonly journalId = randomUUID();
  epoch = 0;

  constructor(
    private readonly broker: SharedBroker,
    readonly storeId = 'demo',
  ) {}

  down<T>(channel: DownChannel): T[] {
    return this.got.filter((one) => one.channel === channel).map(({ message }) => message as T);
  }

  up(channel: UpChannel, message: unknown): void {
    this.broker.up(this.storeId, channel, Buffer.from(JSON.stringify(message)));
  }

  async join(hello: Partial<Hello> = {}): Promise<this> {
    this.broker.connect(this);
    const before = this.down('welcome').length;
    this.up('hello', {
      ...{ journalId: this.journalId, agentVersion: 'test', configVersion: 0, inboxSeq: 0, speaks: SPEAKS },
      ...hello,
    });
    await until(() => this.down('welcome').length > before, 'a welcome', 30_000);
    this.epoch = this.down<{ epoch: number }>('welcome').at(-1)!.epoch;
    return this;
  }

  async facts(facts: readonly Fact[]): Promise<Ack> {
    const batchId = randomUUID();
    const { journalId, epoch } = this;
    this.broker.up(this.storeId, 'facts', gzipSync(JSON.stringify({ batchId, journalId, epoch, facts })));
    const answer = () => this.down<Ack>('ack').find((ack) => ack.batchId === batchId);
    await until(() => answer() !== undefined, 'an acknowledgement', 30_000);
    return answer()!;
  }

  leave(): void {
    this.broker.disconnect(this);
  }
}
