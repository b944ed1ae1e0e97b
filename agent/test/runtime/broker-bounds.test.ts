import { connect, type Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { AedesBroker, type AedesBrokerOptions } from '../../src/adapters/aedes-broker.js';
import { IdleDoor } from '../../src/adapters/idle-door.js';
import type { BrokerTrouble, Sender } from '../../src/ports/broker.js';
import { freePort, quiet, until } from './harness.js';

/** A broker whose accounts have their names for passwords; whoever begins with "hub" is an integrator. */
interface Hall {
  port: number;
  broker: AedesBroker;
  heard: [who: string, topic: string][];
  troubles: [who: string, what: BrokerTrouble][];
  connect(name: string, options?: IClientOptions): Promise<MqttClient>;
  socket(): Promise<Socket>;
}
const nameOf = (sender: Sender) => (sender.kind === 'device' ? sender.deviceId : sender.name);

let ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function open(options: Partial<AedesBrokerOptions> = {}): Promise<Hall> {
  const port = await freePort();
  const heard: Hall['heard'] = [];
  const troubles: Hall['troubles'] = [];
  const broker = new AedesBroker(
    {
      login: (name, password): Sender | undefined =>
        name === undefined || name !== password
          ? undefined
          : name.startsWith('hub')
            ? { kind: 'integrator', name }
            : { kind: 'device', deviceId: name },
      maySubscribe: () => true,
      trouble: (sender, what) => troubles.push([nameOf(sender), what]),
      receive: ({ sender, topic }, done) => {
        heard.push([nameOf(sender), topic]);
        done('forward');
      },
    },
    quiet,
    { host: '127.0.0.1', port, ...options },
  );
  await broker.start();
  ends.push(() => broker.stop());
  return {
    ...{ port, broker, heard, troubles },
    async connect(name, more = {}) {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
        ...{ username: name, password: name, reconnectPeriod: 0 },
        ...more,
      });
      client.on('error', () => undefined);
      ends.push(() => void client.end(true));
      return client;
    },
    socket: () =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket));
        socket.on('error', reject);
        ends.push(() => void socket.destroy());
      }),
  };
}

const text = (value: string): Buffer => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
const packet = (kind: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([kind, body.length]), body]);
/** CONNECT of MQTT 3.1.1 with a clean session, name and password. */
const connecting = (id: string, name: string): Buffer =>
  packet(0x10, Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, 60]), text(id), text(name), text(name)]));
const subscribing = (filter: string): Buffer =>
  packet(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]));

describe('names of clients', () => {
  it('count within an account: nobody ends the connection of another', async () => {
    const hall = await open();
    const till = await hall.connect('till-1', { clientId: 'till-1' });
    const gateway = await hall.connect('gw-1', { clientId: 'till-1' });
    const hub = await hall.connect('hub', { clientId: 'till-1' });
    for (const client of [till, gateway, hub]) await client.publishAsync('t', 'x', { qos: 1 });
    expect(hall.heard.map(([who]) => who)).toEqual(['till-1', 'gw-1', 'hub']);
    expect(hall.broker.connections()).toBe(3);
    expect(hall.troubles).toEqual([]);
  });

  it('keep what waits for a session apart by account', async () => {
    const hall = await open();
    const own = await hall.connect('till-1', { clientId: 'same', clean: false });
    await own.subscribeAsync('news', { qos: 1 });
    await own.endAsync();
    const hub = await hall.connect('hub');
    await hub.publishAsync('news', 'for the till', { qos: 1 });
    const got: string[] = [];
    const other = await hall.connect('gw-1', { clientId: 'same', clean: false });
    other.on('message', (_topic, payload) => got.push(`gw-1 ${payload.toString()}`));
    const back = mqtt.connect(`mqtt://127.0.0.1:${hall.port}`, {
      ...{ username: 'till-1', password: 'till-1', clientId: 'same', clean: false, reconnectPeriod: 0 },
    });
    ends.push(() => void back.end(true));
    back.on('message', (_topic, payload) => got.push(`till-1 ${payload.toString()}`));
    await until('the message', () => got.length > 0);
    expect(got).toEqual(['till-1 for the till']);
  });

  it('of one account that end each other are told of: a copied configuration', async () => {
    const hall = await open();
    await hall.connect('till-1', { clientId: 'till-1' });
    await hall.connect('till-1', { clientId: 'till-1' });
    expect(hall.troubles).toEqual([['till-1', 'sameClient']]);
    expect(hall.broker.connections()).toBe(1);
  });
});

describe('a client that stops reading', () => {
  it('is cut off, and holds up nobody', async () => {
    const hall = await open({ mostUnreadBytes: 1 << 20 });
    const deaf = await hall.socket();
    deaf.write(connecting('deaf', 'hub-deaf'));
    deaf.write(subscribing('#'));
    // CONNACK and SUBACK, and not a byte more.
    await new Promise((resolve) => deaf.once('data', resolve));
    deaf.pause();
    const gone = new Promise((resolve) => deaf.once('close', resolve));
    const listener = await hall.connect('hub-b');
    await listener.subscribeAsync('t', { qos: 0 });
    let got = 0;
    listener.on('message', () => (got += 1));
    const till = await hall.connect('till-1');
    const started = performance.now();
    for (let sent = 0; sent < 160; sent += 1) await till.publishAsync('t', Buffer.alloc(128 << 10), { qos: 1 });
    await until('all of them', () => got === 160);
    // Today's stall took a minute; how fast the machine is does not matter.
    expect(performance.now() - started).toBeLessThan(30_000);
    await until('the cut', () => hall.broker.connections() === 2);
    expect(hall.troubles).toEqual([['hub-deaf', 'notReading']]);
    deaf.resume();
    await gone;
  }, 60_000);
});

describe('sessions of clients that are away', () => {
  it('hold a bounded number of messages and bytes, the oldest ones', async () => {
    const hall = await open({ sessions: { awayMessages: 5, awayBytes: 1 << 20 } });
    const away = await hall.connect('hub', { clientId: 'away', clean: false });
    await away.subscribeAsync('t', { qos: 1 });
    await away.endAsync();
    const till = await hall.connect('till-1');
    for (let sent = 0; sent < 20; sent += 1) await till.publishAsync('t', `${sent}`, { qos: 1 });
    expect(hall.broker.waiting()).toMatchObject({ sessions: 1, notKept: 15 });
    const got: string[] = [];
    const back = mqtt.connect(`mqtt://127.0.0.1:${hall.port}`, {
      ...{ username: 'hub', password: 'hub', clientId: 'away', clean: false, reconnectPeriod: 0 },
    });
    ends.push(() => void back.end(true));
    back.on('message', (_topic, payload) => got.push(payload.toString()));
    await until('what was kept', () => got.length === 5);
    expect(got).toEqual(['0', '1', '2', '3', '4']);
    // Read and acknowledged: there is room again, and what comes now comes through.
    await till.publishAsync('t', 'now', { qos: 1 });
    await until('the news', () => got.includes('now'));
    await until('nothing waits', () => hall.broker.waiting().bytes === 0);
  });

  it('are bounded in number for each account and in bytes for all', async () => {
    const hall = await open({ sessions: { awayOfAccount: 3, allBytes: 100_000 } });
    for (let index = 0; index < 8; index += 1) {
      const client = await hall.connect('hub', { clientId: `s${index}`, clean: false });
      await client.subscribeAsync('t', { qos: 1 });
      await client.endAsync();
    }
    const own = await hall.connect('hub-b', { clientId: 's0', clean: false });
    await own.subscribeAsync('t', { qos: 1 });
    await own.endAsync();
    await until('the oldest to be forgotten', () => hall.broker.waiting().sessions === 4);
    const till = await hall.connect('till-1');
    for (let sent = 0; sent < 40; sent += 1) await till.publishAsync('t', Buffer.alloc(10_000), { qos: 1 });
    expect(hall.broker.waiting().bytes).toBeLessThanOrEqual(100_000);
    const back = await hall.connect('hub', { clientId: 's0', clean: false });
    expect(hall.broker.connections()).toBe(2);
    await back.endAsync();
  });
});

describe('connections that say nothing', () => {
  it('give way: one address cannot keep a device out', async () => {
    const hall = await open({ maxConnections: 100 });
    const idle = await Promise.all(Array.from({ length: 150 }, () => hall.socket()));
    await until('the oldest to give way', () => idle.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length >= 86); // prettier-ignore
    const till = await hall.connect('till-1');
    await till.publishAsync('t', 'x', { qos: 1 });
    expect(hall.heard).toEqual([['till-1', 't']]);
  });

  it('are counted by address', () => {
    const door = new IdleDoor<object>(2);
    const [a, b, c, d] = [{}, {}, {}, {}];
    expect([door.enter(a, '1'), door.enter(b, '1'), door.enter(c, '2')]).toEqual([undefined, undefined, undefined]);
    expect(door.enter(d, '1')).toBe(a);
    door.leave(b);
    expect(door.enter({}, '1')).toBeUndefined();
    expect(door.oldest()).toBe(c);
  });

  it('of one device are bounded too, and the oldest ends', async () => {
    const hall = await open();
    const first = await hall.connect('till-1');
    const closed = new Promise<void>((resolve) => first.once('close', () => resolve()));
    for (let more = 0; more < 20; more += 1) await hall.connect('till-1');
    await closed;
    expect(hall.troubles).toEqual([['till-1', 'crowded']]);
    await until('twenty', () => hall.broker.connections() === 20);
  });
});

describe('subscriptions', () => {
  it('are bounded for each client, also over its connections; who has too many gets no more, and others go on', async () => {
    const hall = await open();
    const names = (from: number, count: number) => Array.from({ length: count }, (_, n) => `news/${from + n}`);
    const granted = async (client: MqttClient, topics: string[]) =>
      (await client.subscribeAsync(topics)).filter(({ qos }) => (qos as number) !== 128).length;
    const flood = await hall.connect('hub-1', { clientId: 'flood', clean: false });
    for (let from = 0; from < 4_000; from += 1_000) expect(await granted(flood, names(from, 1_000))).toBe(1_000);
    await flood.endAsync();
    const again = await hall.connect('hub-1', { clientId: 'flood', clean: false });
    await expect(again.subscribeAsync(names(4_000, 1_500))).rejects.toThrow();
    await expect(again.subscribeAsync('one/more')).rejects.toThrow();
    expect(await granted(again, names(0, 10))).toBe(10);
    await again.unsubscribeAsync('news/0');
    expect(await granted(again, ['one/more'])).toBe(1);
    const other = await hall.connect('hub-2');
    expect(await granted(other, ['one/more'])).toBe(1);
  });
});
