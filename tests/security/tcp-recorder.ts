import { createServer, connect, type Server } from 'node:net';

/** Stands between a client and a server and keeps every byte that the client sends. */
export class TcpRecorder {
  private readonly chunks: Buffer[] = [];
  private server: Server | undefined;

  constructor(
    readonly port: number,
    private readonly targetPort: number,
  ) {}

  async start(): Promise<void> {
    this.server = createServer((client) => {
      const target = connect(this.targetPort, '127.0.0.1');
      client.on('data', (chunk: Buffer) => this.chunks.push(Buffer.from(chunk)));
      client.pipe(target).pipe(client);
      for (const [one, other] of [
        [client, target],
        [target, client],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
  }

  get sent(): Buffer {
    return Buffer.concat(this.chunks);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server?.close(() => resolve()) ?? resolve());
  }
}
