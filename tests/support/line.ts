import { connect, type Server, type Socket } from 'node:net';
import { listenSomewhere } from './ports.js';

/** A line to a port of this machine that a test can cut, or let go silent without anybody being told. */
export class Line {
  readonly #sockets = new Set<Socket>();
  #state: 'whole' | 'cut' | 'silent' = 'whole';

  private constructor(
    readonly port: number,
    private readonly server: Server,
    to: number,
  ) {
    server.on('connection', (near) => {
      if (this.#state === 'cut') return near.destroy();
      const far = connect(to, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
      if (this.#state === 'silent') for (const socket of [near, far]) socket.pause();
    });
  }

  static async to(port: number): Promise<Line> {
    const { server, port: own } = await listenSomewhere();
    return new Line(own, server, port);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (data) => to.write(data));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  /** Both ends are told, and nobody gets through. */
  cut(): void {
    this.#state = 'cut';
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
  /** Nothing arrives any more, and nobody is told: a cable that was pulled behind the next switch. */
  silence(): void {
    this.#state = 'silent';
    for (const socket of this.#sockets) socket.pause();
  }
  mend(): void {
    this.#state = 'whole';
    for (const socket of this.#sockets) socket.resume();
  }
  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
