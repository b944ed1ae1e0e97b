import type { Server as HttpServer } from 'node:http';
import { Server, type Namespace, type Socket } from 'socket.io';
import type { SocketRequests } from '@aisle/contracts';
import type { Access, Principal } from '../access/access.js';
import { mayIn } from '../access/rights.js';
import { sessionFrom } from '../access/session-cookie.js';
import { isForeignPage, type Asking } from '../access/same-origin.js';
import type { Clock } from '../ports/index.js';
import type { Stores } from '../stores/stores.js';
import type { LiveHub } from './live-hub.js';
import { SocketWatcher, type SocketName } from './socket-watcher.js';

export interface LiveGatewayParts {
  access: Access;
  stores: Stores;
  hub: LiveHub;
  clock: Clock;
  log: { info(details: object, message: string): void; error(details: object, message: string): void };
}

interface SocketData {
  principal: Principal;
  credential: { bearer?: string; session?: string };
}
type LiveSocket = Socket<Record<string, never>, Record<string, never>, Record<string, never>, SocketData>;
type Answer = (answer: unknown) => void;

/** a signed-out browser, or a token that was withdrawn, loses its socket within this time */
const CHECK_AGAIN_MS = 60_000;
/** Less than half of what a page waits for before it says that its cloud is gone: each ping is a sign of life. */
const PING_MS = 1_500;
/** watches of one socket per ten seconds: each is answered with a whole snapshot */
const WATCHES_PER_TEN_SECONDS = 20;

/** socket.io at the dashboard's address: namespace `/live`. */
export class LiveGateway {
  #io: Server | undefined;
  #namespace: Namespace | undefined;
  readonly #ends = new Set<() => void>();
  #checking: Promise<void> | undefined;
  #checkAfter = false;

  constructor(private readonly parts: LiveGatewayParts) {}

  get sockets(): number {
    return this.#namespace?.sockets.size ?? 0;
  }

  attach(http: HttpServer): void {
    const io = new Server(http, {
      serveClient: false,
      maxHttpBufferSize: 16 * 1024,
      connectTimeout: 10_000,
      pingInterval: PING_MS,
      // compressing small deltas costs more time than their bytes
      perMessageDeflate: false,
      httpCompression: false,
    });
    io.use((_socket, next) => next(failure('notFound', 'connect to the namespace /live')));
    const live = io.of('/live') as unknown as Namespace;
    live.use((socket, next) => {
      this.#authenticate(socket as unknown as LiveSocket).then(
        (ok) =>
          next(ok ? undefined : failure('unauthorised', 'a credential is needed: auth {token}, or the session cookie')),
        (error: unknown) => {
          this.parts.log.error({ err: error }, 'a socket could not be authenticated');
          next(failure('internal', 'something went wrong here'));
        },
      );
    });
    live.on('connection', (socket) => this.#serve(socket as unknown as LiveSocket));
    this.#io = io;
    this.#namespace = live;
  }

  /** Closes every socket; the HTTP server is closed by whoever made it. */
  async stop(): Promise<void> {
    for (const end of [...this.#ends]) end();
    this.#namespace?.disconnectSockets(true);
    this.#io?.engine.close();
    this.#io = undefined;
  }

  /** Somebody has lost a right or a session, here or by another process: every socket is looked at now. */
  async checkAll(): Promise<void> {
    if (this.#checking) {
      this.#checkAfter = true;
      return this.#checking;
    }
    this.#checking = this.#checkEach();
    try {
      await this.#checking;
    } finally {
      this.#checking = undefined;
    }
    if (!this.#checkAfter) return;
    this.#checkAfter = false;
    await this.checkAll();
  }

  /** One after the other: they are many, and each asks the catalog. */
  async #checkEach(): Promise<void> {
    for (const socket of [...(this.#namespace?.sockets.values() ?? [])])
      await this.#checkAgain(socket as unknown as LiveSocket);
  }

  async #authenticate(socket: LiveSocket): Promise<boolean> {
    const token: unknown = socket.handshake.auth.token;
    // A page from elsewhere must not use a visitor's cookie.
    const { headers } = socket.handshake;
    const session = isForeignPage(headers as Asking, headers.host) ? undefined : sessionFrom(headers.cookie);
    const credential = {
      ...(typeof token === 'string' && token !== '' && { bearer: token }),
      ...(session !== undefined && { session }),
    };
    const principal = await this.parts.access.authenticate(credential);
    if (!principal) return false;
    socket.data.principal = principal;
    socket.data.credential = credential;
    return true;
  }

  #serve(socket: LiveSocket): void {
    const { clock, hub } = this.parts;
    const numbers = { seq: 0 };
    let turn = 0;
    let watches = 0;
    let watching: { end: () => void; watcher: SocketWatcher } | undefined;
    const stop = () => {
      watching?.end();
      watching = undefined;
    };
    const stopChecking = clock.every(CHECK_AGAIN_MS, () => void this.#checkAgain(socket));
    const stopForgiving = clock.every(10_000, () => (watches = 0));
    const end = () => {
      turn += 1;
      stop();
      stopChecking();
      stopForgiving();
      this.#ends.delete(end);
    };
    this.#ends.add(end);
    socket.on('disconnect', end);
    socket.conn.on('drain', () => watching?.watcher.drained());
    const out = {
      emit: (event: SocketName, payload: unknown) => void (socket as unknown as Socket).emit(event, payload),
      backlog: () => (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length,
    };
    const refuse = (answer: Answer | undefined, code: string, message: string) => {
      const problem = { error: { code, message } };
      if (answer) answer(problem);
      else out.emit('error', problem);
    };
    const on = (name: keyof typeof SocketRequests, listen: (...said: unknown[]) => void) =>
      (socket as unknown as Socket).on(name, listen);
    const watch = async (request: unknown, answer: Answer | undefined) => {
      const mine = (turn += 1);
      watches += 1;
      if (watches > WATCHES_PER_TEN_SECONDS) return refuse(answer, 'tooMany', 'too many watches in a short time');
      const storeId = (request as { storeId?: unknown } | null)?.storeId;
      if (typeof storeId !== 'string') return refuse(answer, 'invalid', 'storeId is missing');
      const record = await this.parts.stores.record(storeId);
      const may = record && mayIn(socket.data.principal.grants, 'read', record);
      const store = may ? await this.parts.stores.current(storeId) : undefined;
      if (mine !== turn || !socket.connected) return;
      if (!store) return refuse(answer, 'notFound', 'no such store');
      stop();
      answer?.({ storeId });
      const watcher: SocketWatcher = new SocketWatcher(storeId, out, () => hub.refresh(storeId, watcher), numbers);
      watching = { watcher, end: hub.watch(storeId, watcher) };
    };
    on('watch', (request: unknown, answer: unknown) => {
      const reply = typeof answer === 'function' ? (answer as Answer) : undefined;
      watch(request, reply).catch((error: unknown) => {
        this.parts.log.error({ err: error }, 'a watch failed');
        refuse(reply, 'internal', 'something went wrong here');
      });
    });
    on('unwatch', () => {
      turn += 1;
      stop();
    });
  }

  async #checkAgain(socket: LiveSocket): Promise<void> {
    const still = await this.parts.access.authenticate(socket.data.credential).catch(() => socket.data.principal);
    if (!still) return void socket.disconnect(true);
    // what it watches it may have lost: a watch is asked for anew
    if (JSON.stringify(still.grants) !== JSON.stringify(socket.data.principal.grants)) socket.disconnect(true);
  }
}

/** socket.io gives the client `message` and `data`. */
const failure = (code: string, message: string): Error =>
  Object.assign(new Error(message), { data: { code, message } });
