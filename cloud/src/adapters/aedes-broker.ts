import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Aedes, type Client, type AuthenticateError } from 'aedes';
import { downTopic, parseUpTopic, type DownChannel } from '@aisle/contracts';
import type { AgentBroker, AgentBrokerHandlers, AgentIdentity } from '../ports/agent-broker.js';
import { PacketSizeGuard } from './packet-size-guard.js';

export interface AedesBrokerOptions {
  host: string;
  port: number;
  /** certificate and key, PEM; left out: not encrypted */
  tls?: TlsOptions | undefined;
  /** largest packet of an agent that has logged in; raising it admits larger batches, lowering it saves memory */
  maxPacketBytes?: number;
  /** how long a connection may take to log in */
  connectTimeoutMs?: number;
}

const LOGIN_PACKET_BYTES = 4096;
const DEFAULT_PACKET_BYTES = 8 * 1024 * 1024;
/** nobody may subscribe it: what an agent published ends here, so that it can never reach another agent */
const SINK_TOPIC = 'aisle/consumed';
const BAD_CREDENTIALS = 4;

/** The agents' broker inside the cloud (MQTT 3.1.1 over TCP). */
export class AedesBroker implements AgentBroker {
  #broker: Aedes | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  /** by store id: the agent's connection; a newer one takes the place of an older */
  readonly #agents = new Map<string, Client>();
  readonly #identities = new WeakMap<Client, AgentIdentity>();

  constructor(private readonly options: AedesBrokerOptions) {}

  async start(handlers: AgentBrokerHandlers): Promise<number> {
    const broker = await Aedes.createBroker({
      connectTimeout: this.options.connectTimeoutMs ?? 10_000,
      maxTopicLevels: 10,
      // batches come one after another; a longer queue before the log-in would only hold memory for strangers
      queueLimit: 8,
      preConnect: (_client, packet, done) => {
        // sessions are the inbox's business: the broker keeps nothing for an absent agent
        (packet as { clean: boolean }).clean = true;
        delete (packet as { will?: unknown }).will;
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        handlers.authenticate(username ?? '', password ?? Buffer.alloc(0)).then(
          (identity) => {
            if (!identity) {
              handlers.refused('login', username ?? '');
              const error = new Error('bad user name or password') as AuthenticateError;
              error.returnCode = BAD_CREDENTIALS;
              return done(error, null);
            }
            this.#identities.set(client, identity);
            // a client id of its own choosing would let one agent disconnect another
            (client as { id: string }).id = `agent:${identity.storeId}`;
            done(null, true);
          },
          (error: Error) => done(Object.assign(error, { returnCode: 3 }) as AuthenticateError, null),
        );
      },
      authorizeSubscribe: (client, subscription, done) => {
        const identity = this.#identities.get(client);
        const own = identity && isOwnDown(identity.storeId, subscription.topic);
        if (!own) handlers.refused('subscribe', `${identity?.storeId ?? ''} ${subscription.topic}`);
        done(null, own ? subscription : null);
      },
      authorizePublish: (client, packet, done) => {
        const identity = client && this.#identities.get(client);
        if (!identity) return done(new Error('not logged in'));
        const parsed = parseUpTopic(packet.topic);
        const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
        const topic = packet.topic;
        packet.topic = SINK_TOPIC;
        packet.payload = Buffer.alloc(0);
        packet.retain = false;
        if (!parsed || parsed.storeId !== identity.storeId) {
          // acknowledged, counted and dropped: an error here closes the connection, and QoS 1 would send it for ever
          handlers.refused('publish', `${identity.storeId} ${topic}`);
          return done(null);
        }
        const held = handlers.message(identity.storeId, parsed.channel, payload);
        if (held) held.then(() => done(null), done);
        else done(null);
      },
    });
    leaveOut(broker, SINK_TOPIC);
    this.#broker = broker;
    broker.on('clientReady', (client) => {
      const identity = this.#identities.get(client);
      if (!identity) return;
      this.#agents.set(identity.storeId, client);
      handlers.connected(identity.storeId);
    });
    broker.on('clientDisconnect', (client) => {
      const identity = this.#identities.get(client);
      if (!identity || this.#agents.get(identity.storeId) !== client) return;
      this.#agents.delete(identity.storeId);
      handlers.disconnected(identity.storeId);
    });
    // without listeners a broken connection would be an unhandled error event
    broker.on('clientError', () => undefined);
    broker.on('connectionError', () => undefined);
    const accept = (socket: Socket) => this.#accept(broker, socket);
    this.#server = this.options.tls ? tlsServer(this.options.tls, accept) : createServer(accept);
    return listen(this.#server, this.options.port, this.options.host);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    const broker = this.#broker;
    this.#server = undefined;
    this.#broker = undefined;
    if (server) server.close();
    for (const socket of this.#sockets) socket.destroy();
    if (broker) await new Promise<void>((resolve) => broker.close(() => resolve()));
    this.#agents.clear();
  }

  send(storeId: string, channel: DownChannel, message: unknown): boolean {
    const client = this.#agents.get(storeId);
    if (!client || client.closed) return false;
    client.publish(
      {
        cmd: 'publish',
        topic: downTopic(storeId, channel),
        payload: JSON.stringify(message),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => undefined,
    );
    return true;
  }

  async accountChanged(storeId: string): Promise<boolean> {
    this.#agents.get(storeId)?.close();
    return true;
  }

  #accept(broker: Aedes, socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    const limit = this.options.maxPacketBytes ?? DEFAULT_PACKET_BYTES;
    const guard = new PacketSizeGuard(() => (client.connected ? limit : LOGIN_PACKET_BYTES));
    // aedes pulls with read(): looking at the chunks as they pass costs no copy and no second stream
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      const chunk = read(size) as Buffer | null;
      if (chunk === null || guard.accepts(chunk)) return chunk;
      socket.destroy();
      return null;
    };
    const client = broker.handle(socket);
  }
}

/**
 * What agents publish has been handled by then, and nobody can have subscribed it: aedes would copy it, look for who is to have it and
 * who is to have it later, for each of some hundred messages a second.
 */
function leaveOut(broker: Aedes, topic: string): void {
  const publish = broker.publish.bind(broker) as (packet: unknown, ...rest: unknown[]) => void;
  // aedes itself calls it with the client in between; where nothing is waited for its caller must not go on within the call
  broker.publish = (packet: { topic: string }, ...rest: unknown[]) =>
    packet.topic === topic ? void setImmediate(rest.at(-1) as () => void) : publish(packet, ...rest);
}

/** One of the store's `down/…` topics, or all of them by `+`; no other wildcard. */
function isOwnDown(storeId: string, topic: string): boolean {
  const prefix = downTopic(storeId, '+').slice(0, -1);
  if (!topic.startsWith(prefix)) return false;
  const channel = topic.slice(prefix.length);
  return channel === '+' || /^[a-z-]+$/.test(channel);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Whoever does not finish a handshake holds nothing for long. */
function tlsServer(options: TlsOptions, accept: (socket: Socket) => void): Server {
  const server = createTlsServer({ ...options, handshakeTimeout: 10_000 }, accept);
  return server.on('tlsClientError', (_error, socket) => void socket.destroy());
}
