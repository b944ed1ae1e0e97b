import { connect, createServer, type Server, type Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';
import { freePort } from '../support/ports.js';

export interface RecordedMessage {
  from: 'agent' | 'cloud';
  topic: string;
  payload: Buffer;
}

/** The line from an agent to its cloud: keeps what is published over it, and can be cut. */
export class LineRecorder {
  readonly messages: RecordedMessage[] = [];
  port = 0;
  private cut = false;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  constructor(private readonly cloudPort: () => number) {}

  async start(): Promise<void> {
    this.port = await freePort();
    this.server = createServer((near) => this.join(near));
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
  }

  private join(near: Socket): void {
    if (this.cut) return void near.destroy();
    const far = connect(this.cloudPort(), '127.0.0.1');
    for (const [from, one, other] of [
      ['agent', near, far],
      ['cloud', far, near],
    ] as const) {
      const parser = mqttPacket.parser();
      parser.on('packet', (packet) => {
        if (packet.cmd === 'publish')
          this.messages.push({ from, topic: packet.topic, payload: Buffer.from(packet.payload) });
      });
      this.sockets.add(one);
      one.on('data', (chunk: Buffer) => parser.parse(chunk));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  setCut(cut: boolean): void {
    this.cut = cut;
    if (cut) for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.setCut(true);
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }
}
