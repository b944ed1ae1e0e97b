import { io, type Socket } from 'socket.io-client';

/** Browsers that follow shops: what they were told, and whether a number was missing between. */
export class Watchers {
  readonly counts = { snapshots: 0, updates: 0, gaps: 0, refused: 0 };
  readonly #sockets: Socket[] = [];

  /** @param storeIds one browser for each */
  constructor(
    private readonly api: string,
    private readonly token: string,
    private readonly storeIds: readonly string[],
    private readonly ca: string | undefined,
  ) {}

  start(): void {
    for (const storeId of this.storeIds) {
      const tls = this.ca === undefined ? {} : { ca: this.ca };
      const socket = io(`${this.api}/live`, { auth: { token: this.token }, transports: ['websocket'], ...tls });
      let last = 0;
      const told = ({ seq }: { seq: number }): void => {
        if (seq !== last + 1) this.counts.gaps += 1;
        last = seq;
        this.counts.updates += 1;
      };
      socket.on('connect', () => {
        last = 0;
        socket.emit('watch', { storeId }, (answer: { error?: unknown }) => {
          if (answer?.error !== undefined) this.counts.refused += 1;
        });
      });
      socket.on('snapshot', ({ seq }: { seq: number }) => {
        last = seq;
        this.counts.snapshots += 1;
      });
      for (const event of ['zones', 'heat', 'devices', 'screens', 'alerts']) socket.on(event, told);
      this.#sockets.push(socket);
    }
  }

  stop(): void {
    for (const socket of this.#sockets) socket.disconnect();
  }
}
