import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LoginRefused, MqttPublisher } from '../src/adapters/mqtt-publisher.js';
import { message } from '../src/devices/message.js';

/** A broker that takes down what arrives, acknowledges only the first `acknowledges` messages, and can be killed. */
class TestBroker {
  readonly arrived: number[] = [];
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly aedes: Aedes,
    private readonly server: Server,
  ) {}

  static async start(
    port: number,
    options: { acknowledges?: number; accepts?: boolean; onArrival?: () => void } = {},
  ): Promise<TestBroker> {
    const aedes = new Aedes({
      authenticate: (_client, _username, _password, done) => {
        if (options.accepts === false) done(Object.assign(new Error('no'), { returnCode: 4 }) as never, null);
        else done(null, true);
      },
      authorizePublish: (_client, packet, done) => {
        const { no } = JSON.parse(packet.payload.toString()) as { no: number };
        broker.arrived.push(no);
        if (broker.arrived.length <= (options.acknowledges ?? Infinity)) done(null);
        options.onArrival?.();
      },
    });
    await aedes.listen();
    const server = createServer((socket) => {
      broker.sockets.add(socket);
      socket.on('error', () => undefined);
      aedes.handle(socket);
    });
    const broker = new TestBroker(aedes, server);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return broker;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  async kill(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await new Promise<void>((resolve) => this.aedes.close(() => resolve()));
  }
}

const numbered = (no: number) => message('cam-1', 'camera/positions', { no });
const upTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, index) => from + index);

describe('the publisher', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  it('sends again what was not acknowledged after a broker restart, in order, and nothing twice that was', async () => {
    const acknowledged = 30;
    const first = await TestBroker.start(0, { acknowledges: acknowledged });
    const { port } = first;
    const publisher = new MqttPublisher({ url: `mqtt://127.0.0.1:${port}`, clientId: 'test', window: 64 });
    ends.push(() => publisher.stop());
    await publisher.start();
    for (const no of upTo(100)) publisher.publish(numbered(no));
    await vi.waitFor(() => expect(publisher.acknowledged).toBe(acknowledged), 10_000);
    // No more than the window is ever under way.
    expect(first.arrived.length).toBeLessThanOrEqual(acknowledged + 64);
    await first.kill();
    for (const no of upTo(150, 100)) publisher.publish(numbered(no));
    const second = await TestBroker.start(port);
    ends.push(() => second.kill());
    expect(await publisher.drained(10_000)).toBe(true);
    expect(second.arrived).toEqual(upTo(150, acknowledged));
    expect(publisher.reconnects).toBe(1);
  });

  it('keeps the order over many restarts at any moment', async () => {
    let port = 0;
    const accepted: number[] = [];
    let broker = await TestBroker.start(0, { acknowledges: 7 });
    port = broker.port;
    const publisher = new MqttPublisher({ url: `mqtt://127.0.0.1:${port}`, clientId: 'test', window: 16 });
    ends.push(() => publisher.stop());
    await publisher.start();
    for (const no of upTo(60)) publisher.publish(numbered(no));
    for (let round = 0; round < 5; round += 1) {
      const due = publisher.acknowledged;
      await vi.waitFor(() => expect(broker.arrived.length).toBeGreaterThanOrEqual(8), 10_000);
      await vi.waitFor(() => expect(publisher.acknowledged).toBe((round + 1) * 7), 10_000);
      expect(broker.arrived).toEqual(
        upTo((broker.arrived[0] as number) + broker.arrived.length, broker.arrived[0] as number),
      );
      expect(broker.arrived[0]).toBe(round * 7);
      expect(due).toBeLessThanOrEqual(publisher.acknowledged);
      accepted.push(...broker.arrived.slice(0, 7));
      await broker.kill();
      broker = await TestBroker.start(port, round === 4 ? {} : { acknowledges: 7 });
    }
    ends.push(() => broker.kill());
    expect(await publisher.drained(10_000)).toBe(true);
    expect([...accepted, ...broker.arrived]).toEqual(upTo(60));
  });

  it('asks to wait when too much is unacknowledged, and goes on when there is room', async () => {
    const broker = await TestBroker.start(0);
    const { port } = broker;
    await broker.kill();
    const publisher = new MqttPublisher({ url: `mqtt://127.0.0.1:${port}`, clientId: 'test', limit: 50 });
    ends.push(() => publisher.stop());
    const started = publisher.start();
    for (const no of upTo(50)) publisher.publish(numbered(no));
    expect(publisher.isFull).toBe(true);
    let free = false;
    const room = publisher.room().then(() => (free = true));
    expect(free).toBe(false);
    const later = await TestBroker.start(port);
    ends.push(() => later.kill());
    await started;
    await room;
    expect(publisher.isFull).toBe(false);
    expect(await publisher.drained(5000)).toBe(true);
    expect(later.arrived).toEqual(upTo(50));
  });

  it('says so when its first login is refused', async () => {
    const broker = await TestBroker.start(0, { accepts: false });
    ends.push(() => broker.kill());
    const publisher = new MqttPublisher({
      url: `mqtt://127.0.0.1:${broker.port}`,
      clientId: 'test',
      username: 'nobody',
      password: 'x',
    });
    ends.push(() => publisher.stop());
    await expect(publisher.start()).rejects.toThrow(LoginRefused);
    await expect(publisher.start()).rejects.toThrow('refused the login of "nobody"');
  });
});
