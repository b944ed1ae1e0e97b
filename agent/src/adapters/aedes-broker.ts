import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesOptions, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import { WebSocketServer, createWebSocketStream } from 'ws';
import type { BrokerRules, Sender, StoreBroker } from '../ports/broker.js';
import type { Logger } from '../ports/logger.js';
import { FrameGuard } from './frame-guard.js';
import { IdleDoor } from './idle-door.js';
import { listen } from './listen.js';
import { SESSION_LIMITS, SessionBounds, type SessionLimits } from './session-bounds.js';

export interface AedesBrokerOptions {
  host: string;
  port: number;
  /** certificate and key, PEM; left out: not encrypted */
  tls?: TlsOptions | undefined;
  /** MQTT over WebSocket is served at `/mqtt` of it */
  http?: HttpServer;
  /** most connections at a time; more are turned away */
  maxConnections?: number;
  /** bytes that wait for one connection that does not read; beyond that it is cut off */
  mostUnreadBytes?: number;
  sessions?: Partial<SessionLimits>;
}
/** Raising it forgives longer pauses of a reader, and lets each take more memory. */
const MOST_UNREAD_BYTES = 4 << 20;
/** Connections of one device, which mostly has one; the oldest gives way. */
const MOST_OF_DEVICE = 20;

/** Bytes that a connection may announce in one packet before and after its login; the dialects refuse far smaller ones politely. */
const LIMIT_BEFORE_LOGIN = 16 << 10;
const LIMIT_AFTER_LOGIN = 16 << 20;

/** Topics that one client may subscribe to: a program for every device of a large shop needs a few hundred. Each takes half a kilobyte. */
const MOST_SUBSCRIPTIONS = 5_000;

/** How long a connection may be quiet before the machine asks whether its other end is still there. Raising it asks less often, and finds out later. */
const ASK_AFTER_MS = 60_000;

const DROPPED = Symbol('acknowledged, not forwarded');
type Marked = PublishPacket & { [DROPPED]?: boolean };
type AnyPublish = (packet: PublishPacket, ...rest: unknown[]) => void;

/** aedes acknowledges, then publishes: here is where what was only to be acknowledged ends. */
class QuietAedes extends Aedes {
  /** `filter` of others than screens that wait for their own `screen/show`, per client */
  readonly heardBy = new Set<string>();

  override publish(packet: PublishPacket, ...rest: unknown[]): void {
    const marked = packet as Marked;
    // Without a listener the way through the emitter would cost more than decoding and journaling together.
    const unheard = this.heardBy.size === 0 && !packet.retain && rest.length === 2;
    if (marked[DROPPED] === true || unheard) (rest.at(-1) as () => void)();
    else (super.publish as AnyPublish).call(this, packet, ...rest);
  }
}

/** The shop's broker, in this process: aedes over TCP and over WebSocket. */
export class AedesBroker implements StoreBroker {
  #aedes: QuietAedes | undefined;
  #server: Server | undefined;
  #webSockets: WebSocketServer | undefined;
  readonly #senders = new WeakMap<Client, Sender>();
  /** connections by device id, to end them */
  readonly #ofDevice = new Map<string, Map<Client, Duplex>>();
  readonly #streams = new Set<Duplex>();
  /** what each client listens to, by its id: also while it is away, if it is to be kept for it */
  readonly #filters = new Map<string, Set<string>>();
  readonly #streamOf = new WeakMap<Client, Duplex>();
  /** connections that have not logged in */
  readonly #idle = new IdleDoor<Duplex>();
  #sessions: SessionBounds | undefined;
  #stopping = false;

  constructor(
    private readonly rules: BrokerRules,
    private readonly log: Logger,
    private readonly options: AedesBrokerOptions,
  ) {}

  connections(): number {
    return this.#aedes?.connectedClients ?? 0;
  }

  /** What waits for clients that are away or do not acknowledge. */
  waiting(): { sessions: number; bytes: number; notKept: number } {
    return { sessions: 0, bytes: 0, ...this.#sessions?.waiting, notKept: this.#sessions?.notKept ?? 0 };
  }

  async start(): Promise<void> {
    const aedes = new QuietAedes(this.#hooks());
    this.#aedes = aedes;
    await aedes.listen();
    this.#sessions = SessionBounds.of(aedes, { ...SESSION_LIMITS, ...this.options.sessions }, (id) => {
      for (const heard of aedes.heardBy) if (heard.startsWith(`${id} `)) aedes.heardBy.delete(heard);
      this.#filters.delete(id);
      this.log.warn({ client: id }, 'a session whose client stayed away was forgotten');
    });
    aedes.on('clientReady', (client) => this.#sessions?.here(client.id));
    aedes.on('clientDisconnect', (client) => this.#sessions?.gone(client, accountOf(this.#senders.get(client))));
    aedes.on('clientError', (client, error) =>
      this.log.debug({ client: client.id, reason: error.message }, 'a device connection broke'),
    );
    aedes.on('connectionError', (_client, error) =>
      this.log.debug({ reason: error.message }, 'a connection was turned away'),
    );
    aedes.on('subscribe', (subscriptions, client) => {
      for (const { topic, qos } of subscriptions)
        if ((qos as number) !== 128 && !topic.endsWith('/screen/show')) aedes.heardBy.add(`${client.id} ${topic}`);
    });
    aedes.on('clientDisconnect', (client) => void (client.clean && this.#filters.delete(client.id)));
    aedes.on('unsubscribe', (topics, client) => {
      for (const topic of topics) this.#filters.get(client.id)?.delete(topic);
      // A session kept for later still wants its messages.
      if (client.clean) for (const topic of topics) aedes.heardBy.delete(`${client.id} ${topic}`);
    });
    const accept = (socket: Socket) => {
      // One that loses its power says nothing any more; many ask for no ping of their own (keep alive 0), and would seem to be there for ever.
      socket.setKeepAlive(true, ASK_AFTER_MS);
      this.#accept(socket, socket.remoteAddress ?? '');
    };
    const { tls } = this.options;
    this.#server = tls ? tlsServer(tls, accept) : createServer({ noDelay: true }, accept);
    await listen(this.#server, this.options.port, this.options.host, 'mqttPort', '--store-mqtt-port');
    if (this.options.http) this.#serveWebSocket(this.options.http);
  }

  #serveWebSocket(http: HttpServer): void {
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: LIMIT_AFTER_LOGIN + 1024,
      handleProtocols: (names) => (names.has('mqtt') ? 'mqtt' : names.has('mqttv3.1') ? 'mqttv3.1' : false),
    });
    this.#webSockets = server;
    http.on('upgrade', (request: IncomingMessage, socket, head) => {
      if (request.url?.split('?')[0] !== '/mqtt') return socket.destroy();
      const address = request.socket.remoteAddress ?? '';
      request.socket.setKeepAlive(true, ASK_AFTER_MS);
      server.handleUpgrade(request, socket, head, (webSocket) =>
        this.#accept(createWebSocketStream(webSocket), address),
      );
    });
  }

  #accept(stream: Duplex | Socket, address: string): void {
    stream.on('error', () => undefined);
    // Whoever says nothing gives way to whoever may have something to say.
    const most = this.options.maxConnections ?? 2000;
    if (this.#streams.size >= most) this.#idle.oldest()?.destroy();
    if (!this.#aedes || this.#stopping || this.#streams.size >= most + 1) {
      stream.destroy();
      return;
    }
    this.#idle.enter(stream, address)?.destroy();
    this.#streams.add(stream);
    stream.once('close', () => {
      this.#streams.delete(stream);
      this.#idle.leave(stream);
    });
    const client = this.#aedes.handle(stream);
    this.#boundUnread(client, stream);
    this.#streamOf.set(client, stream);
    stream.once('close', () => this.#forget(client));
    const guard = new FrameGuard(() => (this.#senders.has(client) ? LIMIT_AFTER_LOGIN : LIMIT_BEFORE_LOGIN));
    const read = stream.read.bind(stream);
    stream.read = (size?: number) => {
      const chunk = read(size) as Buffer | null;
      if (chunk === null || guard.pass(chunk)) return chunk;
      this.log.warn({ client: client.id }, 'a connection announced a packet that is too large, and was closed');
      stream.destroy();
      return null;
    };
  }

  /**
   * aedes waits for a slow reader with everything, for all: what is told to somebody is told to each in turn. So nobody is waited for; what one
   * has not read waits in its own queue, and whoever lets that grow is cut off.
   */
  #boundUnread(client: Client, stream: Duplex): void {
    const most = this.options.mostUnreadBytes ?? MOST_UNREAD_BYTES;
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
    stream.write = ((...given: unknown[]) => {
      if (stream.destroyed) return true;
      write(...given);
      if (stream.writableLength > most) {
        const sender = this.#senders.get(client);
        this.log.warn({ client: client.id }, 'a connection does not read what is sent to it, and was closed');
        if (sender) this.rules.trouble?.(sender, 'notReading');
        stream.destroy();
      }
      return true;
    }) as typeof stream.write;
  }

  #remember(client: Client, sender: Sender): void {
    this.#senders.set(client, sender);
    const stream = this.#streamOf.get(client);
    if (stream) this.#idle.leave(stream);
    // Names of clients count within their account: nobody ends another's connection or takes over what waits for it.
    client.id = `${accountOf(sender)} ${client.id}`;
    const known = this.#aedes && (this.#aedes as unknown as { clients: Record<string, Client> }).clients[client.id];
    if (known && known !== client) this.rules.trouble?.(sender, 'sameClient');
    // A stream that closed while it logged in is past its end.
    if (sender.kind !== 'device' || !stream || stream.destroyed) return;
    let own = this.#ofDevice.get(sender.deviceId);
    if (!own) this.#ofDevice.set(sender.deviceId, (own = new Map()));
    own.set(client, stream);
    if (own.size <= MOST_OF_DEVICE) return;
    const [oldest] = own;
    this.rules.trouble?.(sender, 'crowded');
    oldest?.[1].destroy();
  }

  #forget(client: Client): void {
    const sender = this.#senders.get(client);
    if (sender?.kind !== 'device') return;
    const own = this.#ofDevice.get(sender.deviceId);
    own?.delete(client);
    if (own?.size === 0) this.#ofDevice.delete(sender.deviceId);
  }

  cut(deviceId: string): number {
    const own = [...(this.#ofDevice.get(deviceId) ?? [])];
    this.#ofDevice.delete(deviceId);
    for (const [client, stream] of own) {
      // Nobody's from now on: whatever it has sent and will send is dropped.
      this.#senders.delete(client);
      stream.destroy();
    }
    return own.length;
  }

  /** Whether a client may listen to one topic more; it then does. */
  #hasRoom(clientId: string, topic: string): boolean {
    const known = this.#filters.get(clientId) ?? new Set<string>();
    if (known.size >= MOST_SUBSCRIPTIONS && !known.has(topic)) return false;
    this.#filters.set(clientId, known.add(topic));
    return true;
  }

  #hooks(): AedesOptions {
    return {
      connectTimeout: 10_000,
      // aedes parses a whole chunk of the socket while a login is under way.
      queueLimit: 4096,
      authenticate: (client, username, password, done) => {
        const sender = this.rules.login(username, password?.toString('utf8'));
        if (sender) this.#remember(client, sender);
        if (sender) done(null, true);
        else
          done(
            Object.assign(new Error('not authorized'), {
              returnCode: username === undefined ? 5 : 4,
            }) as AuthenticateError,
            null,
          );
      },
      authorizeSubscribe: (client, subscription, done) => {
        const sender = this.#senders.get(client);
        const isAllowed = sender && client && this.rules.maySubscribe(sender, subscription.topic);
        done(null, isAllowed && this.#hasRoom(client.id, subscription.topic) ? subscription : null);
      },
      authorizePublish: (client, packet, done) => {
        const sender = client ? this.#senders.get(client) : undefined;
        const drop = () => {
          (packet as Marked)[DROPPED] = true;
          done(null);
        };
        // While stopping every connection ends and their last wills come in: no device has gone offline.
        if (!sender || this.#stopping) return drop();
        // Retained: only what a device is, never what it said.
        if (packet.retain && !packet.topic.endsWith('/state')) packet.retain = false;
        const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
        const { topic, qos, dup } = packet;
        this.rules.receive({ sender, topic, payload, qos, dup, connection: client as Client }, (verdict) => {
          if (verdict === 'forward') done(null);
          else if (verdict === 'drop') drop();
          else done(new Error('busy: send it again later'));
        });
      },
    };
  }

  publish(topic: string, payload: string, { qos, retain }: { qos: 0 | 1; retain: boolean }): void {
    if (!this.#aedes || this.#stopping) return;
    this.#aedes.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup: false },
      (error?: Error) => {
        if (error) this.log.warn({ topic, reason: error.message }, 'could not publish');
      },
    );
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#webSockets?.close();
    const closed = new Promise<void>((resolve) =>
      this.#server?.listening ? this.#server.close(() => resolve()) : resolve(),
    );
    await new Promise<void>((resolve) => (this.#aedes ? this.#aedes.close(() => resolve()) : resolve()));
    for (const stream of this.#streams) stream.destroy();
    await closed;
  }
}

/** Where names of clients count. */
const accountOf = (sender: Sender | undefined): string =>
  sender === undefined ? '?' : sender.kind === 'device' ? `device ${sender.deviceId}` : `integrator ${sender.name}`;

/** Whoever does not finish a handshake holds nothing for long. */
function tlsServer(options: TlsOptions, accept: (socket: Socket) => void): Server {
  const server = createTlsServer({ ...options, noDelay: true, handshakeTimeout: 10_000 }, accept);
  return server.on('tlsClientError', (_error, socket) => void socket.destroy());
}
