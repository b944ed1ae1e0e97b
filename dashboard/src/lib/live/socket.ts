import { io, type Socket } from 'socket.io-client';
import { LIVE_EVENTS, type LiveTransport, type TransportHandlers } from './feed.js';

/** The live socket of this address; the session cookie lets it in. */
export class SocketTransport implements LiveTransport {
  #socket: Socket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #forget: (() => void) | undefined;

  open(handlers: TransportHandlers): void {
    this.close();
    const socket = io('/live', {
      withCredentials: true,
      transports: ['websocket', 'polling'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 4000,
    });
    this.#socket = socket;
    socket.on('connect', () => handlers.connected());
    socket.on('disconnect', (reason) => {
      handlers.disconnected();
      // The library does not come back by itself when the server closed the connection.
      if (reason === 'io server disconnect') this.#comeBack(socket);
    });
    socket.on('connect_error', () => {
      handlers.disconnected();
      if (socket.active) return;
      handlers.refused();
      this.#comeBack(socket);
    });
    for (const name of LIVE_EVENTS) socket.on(name, (payload: unknown) => handlers.event(name, payload));
    // of the connection itself: a sign of life, also of a shop in which nothing happens
    const heard = (): void => handlers.heard();
    socket.io.on('ping', heard);
    // The browser knows at once what a silent line tells after seconds.
    const offline = (): void => void socket.disconnect();
    const online = (): void => void socket.connect();
    window.addEventListener('offline', offline);
    window.addEventListener('online', online);
    this.#forget = () => {
      socket.io.off('ping', heard);
      window.removeEventListener('offline', offline);
      window.removeEventListener('online', online);
    };
  }

  watch(storeId: string): void {
    this.#socket?.emit('watch', { storeId });
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#forget?.();
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = null;
  }

  #comeBack(socket: Socket): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (this.#socket === socket) socket.connect();
    }, 3000);
  }
}
