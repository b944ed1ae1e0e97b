import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRETS, metric, openShop, positions, refusedCount, topic, until, type Shop } from './harness.js';

/** Bytes of MQTT 3.1.1, put together by hand: what no well-behaved library sends. */
const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};
function packet(kind: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let rest = body.length; ;) {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit | 128 : digit);
    if (rest === 0) break;
  }
  return Buffer.concat([Buffer.from([kind, ...length]), body]);
}
interface Will {
  topic: string;
  payload: Buffer;
}
const connectAs = (
  name: string,
  secret: string,
  { keepAlive = 0, id = name, will }: { keepAlive?: number; id?: string; will?: Will } = {},
) =>
  packet(
    0x10,
    text('MQTT'),
    Buffer.from([4, 0xc2 | (will ? 0x0c : 0), keepAlive >> 8, keepAlive & 255]),
    text(id),
    ...(will ? [text(will.topic), text(will.payload)] : []),
    text(name),
    text(secret),
  );
const publish = (address: string | Buffer, payload: string, { qos = 1, id = 1, dup = false } = {}): Buffer =>
  packet(
    0x30 | (qos << 1) | (dup ? 8 : 0),
    text(address),
    ...(qos > 0 ? [Buffer.from([id >> 8, id & 255])] : []),
    Buffer.from(payload),
  );
const RELEASE = (id: number) => Buffer.from([0x62, 2, id >> 8, id & 255]);

describe('clients that are odd', () => {
  let shop: Shop;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await shop.end();
  });
  const open = async () => {
    const socket = connect({ port: Number(new URL(shop.url).port), host: '127.0.0.1', noDelay: true });
    sockets.push(socket);
    let got = Buffer.alloc(0);
    let closed = false;
    socket.on('data', (chunk) => (got = Buffer.concat([got, chunk])));
    socket.on('error', () => undefined);
    socket.on('close', () => (closed = true));
    await new Promise((resolve) => socket.once('connect', resolve));
    const receives = (what: string, bytes: number[]) => until(what, () => got.includes(Buffer.from(bytes)));
    return { socket, receives, isClosed: () => closed, all: () => got };
  };
  const login = async (name: 'cam-1' | 'screen-1', more?: Parameters<typeof connectAs>[2]) => {
    const client = await open();
    client.socket.write(connectAs(name, SECRETS[name], more));
    await client.receives('CONNACK', [0x20, 2, 0, 0]);
    return client;
  };
  const accepted = async () => (await metric(shop, 'aisle_messages_accepted_total')) ?? 0;
  const listen = async () => {
    const heard: string[] = [];
    const hub = await shop.connect();
    hub.on('message', (address, payload) => heard.push(`${address} ${payload.toString()}`));
    await hub.subscribeAsync('aisle/v1/devices/#', { qos: 1 });
    return heard;
  };
  let ms = 0;
  /** rises, so that none is late */
  const here = () => positions(Date.now() + (ms += 10));
  const PLACES = topic('cam-1', 'camera/positions');

  it('are understood byte by byte', async () => {
    const before = await accepted();
    const client = await open();
    const bytes = Buffer.concat([connectAs('cam-1', SECRETS['cam-1']), publish(PLACES, here(), { id: 3 })]);
    for (const byte of bytes) {
      client.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await client.receives('PUBACK', [0x40, 2, 0, 3]);
    expect(await accepted()).toBe(before + 1);
  });

  it('pass on nothing at QoS 2 that is outside their rights, and nothing twice', async () => {
    const heard = await listen();
    const counts = async () => [
      await refusedCount(shop, 'cam-1', 'topic'),
      await refusedCount(shop, 'cam-1', 'duplicate'),
    ];
    const [refused = 0, doubled = 0] = await counts();
    const client = await login('cam-1');
    client.socket.write(publish(topic('screen-1', 'screen/show'), '{"contentId":"x"}', { qos: 2, id: 7 }));
    await client.receives('PUBREC', [0x50, 2, 0, 7]);
    client.socket.write(RELEASE(7));
    await client.receives('PUBCOMP', [0x70, 2, 0, 7]);
    const said = here();
    client.socket.write(publish(PLACES, said, { qos: 2, id: 8 }));
    await client.receives('PUBREC', [0x50, 2, 0, 8]);
    // said again because the answer was lost, and released twice
    client.socket.write(publish(PLACES, said, { qos: 2, id: 8, dup: true }));
    client.socket.write(Buffer.concat([RELEASE(8), RELEASE(8)]));
    await client.receives('PUBCOMP', [0x70, 2, 0, 8]);
    client.socket.write(publish(PLACES, here(), { id: 9 }));
    await client.receives('PUBACK', [0x40, 2, 0, 9]);
    await until('both', () => heard.length >= 2);
    expect(heard[0]).toBe(`${PLACES} ${said}`);
    expect(heard).toHaveLength(2);
    expect(await counts()).toEqual([refused + 1, doubled + 1]);
  });

  it.each([
    ['only slashes', '//'],
    ['no device', 'aisle/v1/devices//state'],
    ['NUL', `${topic('cam-1', 'camera/positions')}\0`],
    ['a slash too many', `${topic('cam-1', 'camera/positions')}/`],
    ['a blank', topic('cam-1', ' camera/positions')],
    ['a way up', topic('cam-1', '../screen-1/screen/show')],
    ['capitals', topic('cam-1', 'camera/positions').toUpperCase()],
    ['full-width letters', topic('cam-1', 'camera/ｐｏｓｉｔｉｏｎｓ')],
    ['half of a character', Buffer.concat([Buffer.from(PLACES), Buffer.from([0xed, 0xa0, 0x80])])],
    ['60,000 letters', topic('cam-1', 'x'.repeat(60_000))],
    ['a name of Object.prototype', topic('__proto__', 'state')],
    ['the broker itself', '$SYS/broker/uptime'],
    ['a shared subscription', '$share/a/b'],
  ])('are acknowledged and counted on a topic of %s, and go on', async (_what, address) => {
    const heard = await listen();
    const [refused, before] = [await refusedCount(shop, 'cam-1', 'topic'), await accepted()];
    const client = await login('cam-1');
    client.socket.write(publish(address, here(), { id: 9 }));
    client.socket.write(publish(PLACES, here(), { id: 10 }));
    await client.receives('PUBACK of both', [0x40, 2, 0, 9, 0x40, 2, 0, 10]);
    await until('what was right', () => heard.length > 0);
    expect(heard.map((one) => one.split(' ')[0])).toEqual([PLACES]);
    expect([await accepted(), await refusedCount(shop, 'cam-1', 'topic')]).toEqual([before + 1, refused + 1]);
  });

  it('leave no last will on a topic that is not theirs', async () => {
    const heard = await listen();
    for (const address of [topic('screen-1', 'state'), '#', '']) {
      const before = await refusedCount(shop, 'cam-1', 'topic');
      const client = await login('cam-1', { will: { topic: address, payload: Buffer.from('{"state":"offline"}') } });
      client.socket.destroy();
      await until('the will is counted', async () => (await refusedCount(shop, 'cam-1', 'topic')) === before + 1);
    }
    expect(heard).toEqual([]);
  });

  it('that bring a larger last will than a login may are turned away, and others go on', async () => {
    const [client, other] = [await open(), await login('cam-1')];
    const will = { topic: topic('screen-1', 'state'), payload: Buffer.alloc(65_000, 120) };
    client.socket.write(connectAs('screen-1', SECRETS['screen-1'], { will }));
    await until('it is closed', () => client.isClosed());
    other.socket.write(publish(PLACES, here(), { id: 4 }));
    await other.receives('PUBACK', [0x40, 2, 0, 4]);
  });

  it.skipIf(process.platform !== 'linux')(
    'that vanish without a word are found out, also without a keep alive of their own',
    async () => {
      const client = await login('screen-1', { keepAlive: 0 });
      const port = (of: number): string => of.toString(16).toUpperCase().padStart(4, '0');
      const [ours, theirs] = [
        port(Number(new URL(shop.url).port)),
        port((client.socket.address() as AddressInfo).port),
      ];
      // proc(5): of each connection the kernel's timer, 02 for that of SO_KEEPALIVE
      const timer = () => {
        const row = readFileSync('/proc/net/tcp', 'utf8')
          .split('\n')
          .map((line) => line.trim().split(/\s+/));
        return row.find(
          ([, local = '', remote = '']) => local.endsWith(`:${ours}`) && remote.endsWith(`:${theirs}`),
        )?.[5];
      };
      await until('the kernel asks', () => timer()?.startsWith('02:'));
    },
  );
});
