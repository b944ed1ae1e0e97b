import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import {
  connect,
  jwtAuthenticator,
  type Authenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import type { DownChannel } from '@aisle/contracts';
import { StartError } from '../../config/cloud-config.js';
import type { AgentAccount, AgentBroker, AgentBrokerHandlers } from '../../ports/agent-broker.js';
import type { Clock } from '../../ports/clock.js';
import type { Leases } from '../../ports/leases.js';
import { AgentConnections } from './connections.js';
import { agentUser, agentsAccountJwt, cloudUser, systemUser, type NatsKeys, type NatsUser } from './keys.js';
import { PartReader, type ReaderParts } from './part-reader.js';
import { LIVE_SUBJECTS, PARTITIONS, STREAM, downSubject, parseUpSubject } from './subjects.js';
import { ensureStream, type StreamLimits } from './up-stream.js';

export interface NatsBrokerOptions extends StreamLimits {
  servers: readonly string[];
  keys: NatsKeys;
  /** certificates to trust, PEM; undefined with `tls`: those that Node trusts */
  ca?: string | undefined;
  tls: boolean;
  leases: Leases;
  clock: Clock;
  log: ReaderParts['log'];
  /** how long a start waits for servers that are starting too */
  startMs?: number;
}

const START_MS = 30_000;
const TRY_MS = 500;
const CALL_MS = 5_000;
const AGAIN_MS = 5_000;
const LOOK_MS = 15_000;
/** of the stream's room: from there on it is told */
const NEARLY_FULL = 0.8;

/** The agents' broker is a NATS cluster: they speak MQTT to any of its servers, and what they say lies in its stream until it is kept. */
export class NatsBroker implements AgentBroker {
  #agents: NatsConnection | undefined;
  #system: NatsConnection | undefined;
  #connections: AgentConnections | undefined;
  #handlers: AgentBrokerHandlers | undefined;
  readonly #held: { release(): Promise<void> }[] = [];
  readonly #timers: (() => void)[] = [];
  #stopped = false;
  #isNearlyFull = false;

  constructor(private readonly options: NatsBrokerOptions) {}

  async start(handlers: AgentBrokerHandlers): Promise<number> {
    const { keys, clock, log, leases } = this.options;
    this.#handlers = handlers;
    const agents = (this.#agents = await this.#connect(await cloudUser(keys)));
    const system = (this.#system = await this.#connect(await systemUser(keys)));
    await this.#account();
    const jsm = await this.#stream(agents);
    const connections = (this.#connections = new AgentConnections({
      ...{ system, clock, log },
      account: keys.agents.getPublicKey(),
      connected: handlers.connected,
      disconnected: handlers.disconnected,
      refusedLogin: (name) => handlers.refused('login', name),
    }));
    await connections.start();
    void this.#watch(system, () => connections.changed());
    void this.#watch(agents, () => undefined);
    agents.subscribe(LIVE_SUBJECTS, {
      callback: (error, message) => {
        const said = error ? undefined : parseUpSubject(message.subject);
        if (said) void handlers.message(said.storeId, said.channel, Buffer.from(message.data));
      },
    });
    await agents.flush();
    const js = jetstream(agents);
    const consumer = (name: string) => js.consumers.get(STREAM, name);
    for (let part = 0; part < PARTITIONS; part += 1) {
      const reader = new PartReader(part, { jsm, consumer, handlers, clock, log });
      this.#held.push(leases.hold(`agents-${part}`, (lost) => reader.run(lost)));
    }
    await this.#look(jsm);
    this.#timers.push(clock.every(LOOK_MS, () => void this.#look(jsm)));
    return 0;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#connections?.stop();
    await Promise.all(this.#held.splice(0).map((each) => each.release()));
    await this.#system?.close();
  }

  async close(): Promise<void> {
    await this.#agents?.drain().catch(() => this.#agents?.close());
  }

  send(storeId: string, channel: DownChannel, message: unknown): boolean {
    const agents = this.#agents;
    if (!agents || agents.isClosed() || !this.#connections?.has(storeId)) return false;
    try {
      agents.publish(downSubject(storeId, channel), JSON.stringify(message));
      return true;
    } catch (error) {
      this.options.log.error({ store: storeId, channel, err: error }, 'nothing could be sent to an agent');
      return false;
    }
  }

  async account(storeId: string): Promise<AgentAccount> {
    const { jwt, pair } = await agentUser(this.options.keys, storeId);
    return { password: jwt, key: pair.getPublicKey() };
  }

  async accountChanged(): Promise<boolean> {
    try {
      await this.#account();
      return true;
    } catch (error) {
      this.options.log.error({ err: error }, 'NATS could not be told which accounts are revoked; it is told again');
      if (!this.#stopped) this.#timers.push(this.options.clock.after(AGAIN_MS, () => void this.accountChanged()));
      return false;
    }
  }

  /**
   * Tells all servers which accounts are taken back. Others may do the same at this moment: whoever writes last has looked after it wrote
   * whether all that was kept by then is in it.
   */
  async #account(): Promise<void> {
    const { keys } = this.options;
    for (let written: string | undefined; ;) {
      const revoked = [...((await this.#handlers?.revokedKeys?.()) ?? [])].sort();
      if (written === revoked.join()) return;
      written = revoked.join();
      const jwt = await agentsAccountJwt(keys, revoked);
      const answer = await this.#system?.request('$SYS.REQ.CLAIMS.UPDATE', jwt, { timeout: CALL_MS });
      const said = answer?.json<{ error?: { description?: string } }>();
      if (said?.error) throw new Error(`NATS did not take the agents' account: ${said.error.description ?? ''}`);
    }
  }

  async #connect(user: NatsUser): Promise<NatsConnection> {
    const { servers, tls, ca } = this.options;
    const authenticator: Authenticator = jwtAuthenticator(user.jwt, user.pair.getSeed());
    const options: NodeConnectionOptions = {
      servers: [...servers],
      authenticator,
      name: 'aisle',
      maxReconnectAttempts: -1,
      reconnectTimeWait: TRY_MS,
      timeout: CALL_MS,
      ...(tls && { tls: ca === undefined ? {} : { ca } }),
    };
    return this.#untilStarted('cannot be reached', () => connect(options));
  }

  async #stream(agents: NatsConnection): Promise<JetStreamManager> {
    return this.#untilStarted('is there, but its stream cannot be opened', async () => {
      const jsm = await jetstreamManager(agents, { timeout: CALL_MS });
      await ensureStream(jsm, this.options);
      return jsm;
    });
  }

  /** Servers that start at the same time as the cloud need some seconds to find one another. */
  async #untilStarted<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const { clock, startMs = START_MS, servers } = this.options;
    const end = clock.monotonicMs() + startMs;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (clock.monotonicMs() >= end)
          throw new StartError(
            'broker',
            `nats.servers: NATS at ${servers.join(', ')} ${what}: ${(error as Error).message}`,
          );
        await new Promise<void>((resolve) => clock.after(TRY_MS, resolve));
      }
    }
  }

  async #watch(connection: NatsConnection, changed: () => void): Promise<void> {
    const { log } = this.options;
    for await (const status of connection.status()) {
      if (this.#stopped) return;
      if (status.type === 'disconnect') log.warn({ server: status.server }, 'the line to NATS broke');
      if (status.type === 'reconnect') log.info({ server: status.server }, 'connected to NATS again');
      if (status.type === 'reconnect' || status.type === 'update') changed();
    }
  }

  async #look(jsm: JetStreamManager): Promise<void> {
    const { log, maxBytes } = this.options;
    try {
      const { state } = await jsm.streams.info(STREAM);
      const isNearlyFull = state.bytes >= maxBytes * NEARLY_FULL;
      if (isNearlyFull && !this.#isNearlyFull)
        log.error(
          { bytes: state.bytes, maxBytes, messages: state.messages },
          'the stream of the agents is nearly full: what no longer fits waits in the shops',
        );
      this.#isNearlyFull = isNearlyFull;
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the stream of the agents cannot be looked at now');
    }
  }
}
