import { spawnSync } from 'node:child_process';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRETS, metric, openShop, positions, refusedCount, topic, until, type Shop } from './harness.js';

const mosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined;

describe('the store broker', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.end());

  it.each([
    ['no credentials', undefined, undefined, 5],
    ['an unknown name', 'nobody', 'x', 4],
    ["a device's wrong password", 'cam-1', 'wrong', 4],
    ["another device's password", 'cam-1', SECRETS['screen-1'], 4],
    ['a name of Object.prototype', 'constructor', 'x', 4],
  ])('refuses a connection with %s', async (_title, username, password, code) => {
    const options = { reconnectPeriod: 0, ...(username && { username }), ...(password && { password }) };
    await expect(mqtt.connectAsync(shop.url, options)).rejects.toMatchObject({ code });
  });

  it('speaks MQTT over WebSocket at /mqtt of its pages', async () => {
    const client = await mqtt.connectAsync(`${shop.http.replace('http', 'ws')}/mqtt`, {
      username: 'cam-1',
      password: SECRETS['cam-1'],
      reconnectPeriod: 0,
    });
    await client.publishAsync(topic('cam-1', 'camera/positions'), positions(Date.now(), [['ws', 1, 1]]), { qos: 1 });
    await client.endAsync();
  });

  it('gives subscriptions within the rights and refuses others with 0x80', async () => {
    const camera = await shop.connect('cam-1', SECRETS['cam-1']);
    const granted = await camera
      .subscribeAsync(
        [topic('cam-1', '#'), topic('screen-1', 'screen/show'), '#', 'aisle/v1/devices/+/state', '$SYS/#'].map(
          (filter) => filter,
        ),
      )
      .catch((error: unknown) => error);
    // MQTT.js rejects when any filter is refused; ask one by one for the codes.
    expect(granted).toBeInstanceOf(Error);
    const codes = await Promise.all(
      [
        topic('cam-1', '#'),
        topic('screen-1', 'screen/show'),
        '#',
        'aisle/v1/devices/+/state',
        'aisle/v1/devices/cam-10/state',
      ].map(
        (filter) =>
          new Promise((resolve) => {
            camera.once('packetreceive', () => undefined);
            camera.subscribe(filter, { qos: 1 }, (_error, grants, packet) =>
              resolve(packet ? (packet.granted as number[])[0] : grants?.[0]?.qos),
            );
          }),
      ),
    );
    expect(codes).toEqual([1, 128, 128, 128, 128]);
    const integrator = await shop.connect();
    await expect(integrator.subscribeAsync('aisle/v1/devices/#')).resolves.toBeDefined();
  });

  it.each([
    ["another device's topic", 'cam-1', 'screen-1', 'state', '{"state":"online"}', 'cam-1', 'topic'],
    ['a topic outside the devices', 'integrator', '', '', '{}', 'unknown', 'topic'],
    ['text that is not JSON', 'cam-1', 'cam-1', 'camera/positions', 'nonsense', 'cam-1', 'malformed'],
    ['a wrong type', 'cam-1', 'cam-1', 'camera/positions', '{"ts":"now","people":[]}', 'cam-1', 'malformed'],
    [
      'bytes that are not UTF-8',
      'cam-1',
      'cam-1',
      'camera/positions',
      Buffer.from([0x22, 0xff, 0x22]),
      'cam-1',
      'malformed',
    ],
    ['a payload of 2 MiB', 'cam-1', 'cam-1', 'camera/positions', Buffer.alloc(2 << 20, 0x20), 'cam-1', 'malformed'],
    [
      'a device that the store file does not have',
      'integrator',
      'cam-9',
      'camera/positions',
      '{"ts":1,"people":[]}',
      'unknown',
      'unknownDevice',
    ],
    [
      'a slot that the store file does not have',
      'integrator',
      'shelf-1',
      'shelf/weight',
      '{"ts":1,"slot":"none","grams":1}',
      'shelf-1',
      'unknownSubject',
    ],
    [
      "a slot of another device's fixture",
      'integrator',
      'shelf-1',
      'shelf/weight',
      '{"ts":1,"slot":"fx-2-a","grams":1}',
      'shelf-1',
      'unknownSubject',
    ],
    [
      'an entrance that the store file does not have',
      'integrator',
      'cam-1',
      'camera/crossings',
      '{"ts":1,"entrance":"x","direction":"in","count":1}',
      'cam-1',
      'unknownSubject',
    ],
    ['a sale from a camera', 'integrator', 'cam-1', 'till/sale', '{}', 'cam-1', 'topic'],
    ['a channel that no dialect has', 'cam-1', 'cam-1', 'camera/mood', '{}', 'cam-1', 'topic'],
    ['an order to a screen', 'integrator', 'screen-1', 'screen/show', '{}', 'screen-1', 'topic'],
    ['a channel that is not read yet', 'cam-1', 'cam-1', 'camera/frame/17', 'jpeg', 'cam-1', 'unsupported'],
    ['a dialect that is not read yet', 'integrator', 'odd-1', 'camera/positions', '{}', 'odd-1', 'unsupported'],
    [
      'a message from the far future',
      'cam-1',
      'cam-1',
      'camera/positions',
      positions(Date.now() + 90_000_000),
      'cam-1',
      'future',
    ],
  ])(
    'acknowledges %s, counts and drops it, and keeps the connection',
    async (_title, user, device, channel, payload, label, reason) => {
      const before = await refusedCount(shop, label, reason);
      const client = await shop.connect(user, SECRETS[user as 'cam-1']);
      const listener = await shop.connect();
      const heard: string[] = [];
      listener.on('message', (heardTopic) => heard.push(heardTopic));
      await listener.subscribeAsync('aisle/v1/devices/#', { qos: 1 });
      heard.length = 0;
      const address = device === '' ? 'somewhere/else' : topic(device, channel);
      await client.publishAsync(address, payload, { qos: 1 });
      expect(await refusedCount(shop, label, reason)).toBe(before + 1);
      // The connection still carries what is right, and nobody was given what was not.
      const marker = await shop.connect();
      await marker.publishAsync(topic('till-1', 'state'), '{"state":"online"}', { qos: 1 });
      await until('the marker', () => heard.includes(topic('till-1', 'state')));
      expect(heard).not.toContain(address);
      expect(client.connected).toBe(true);
    },
  );

  it('counts late and doubled messages once each and keeps the connection', async () => {
    const client = await shop.connect('cam-1', SECRETS['cam-1']);
    const [late, doubled] = [await refusedCount(shop, 'cam-1', 'late'), await refusedCount(shop, 'cam-1', 'duplicate')];
    const now = Date.now() + 5000;
    const address = topic('cam-1', 'camera/positions');
    for (const payload of [positions(now), positions(now), positions(now - 1000)])
      await client.publishAsync(address, payload, { qos: 1 });
    expect([await refusedCount(shop, 'cam-1', 'late'), await refusedCount(shop, 'cam-1', 'duplicate')]).toEqual([
      late + 1,
      doubled + 1,
    ]);
    expect(client.connected).toBe(true);
  });

  it.each([0, 1, 2] as const)('takes a message of QoS %i once and gives it to subscribers', async (qos) => {
    const listener = await shop.connect();
    const heard: string[] = [];
    listener.on('message', (_topic, payload) => heard.push(payload.toString()));
    await listener.subscribeAsync(topic('cam-1', 'camera/positions'), { qos });
    const before = (await metric(shop, 'aisle_messages_accepted_total')) ?? 0;
    const client = await shop.connect();
    const payload = positions(Date.now() + 100_000 + qos * 1000);
    await client.publishAsync(topic('cam-1', 'camera/positions'), payload, { qos });
    await until('the message at the subscriber', () => heard.includes(payload));
    expect(await metric(shop, 'aisle_messages_accepted_total')).toBe(before + 1);
    await listener.endAsync();
  });

  it('keeps what a connection said before it broke', async () => {
    const before = (await metric(shop, 'aisle_messages_accepted_total')) ?? 0;
    const client = await shop.connect();
    for (let n = 0; n < 50; n += 1)
      client.publish(
        topic('shelf-1', 'shelf/weight'),
        JSON.stringify({ ts: Date.now() + n, slot: 'fx-1-a', grams: n }),
        { qos: 1 },
      );
    await client.publishAsync(
      topic('shelf-1', 'shelf/weight'),
      JSON.stringify({ ts: Date.now() + 60, slot: 'fx-1-a', grams: 60 }),
      { qos: 0 },
    );
    await new Promise((resolve) => client.stream.end(resolve));
    await until('all 51', async () => (await metric(shop, 'aisle_messages_accepted_total')) === before + 51);
    await until('all 51 applied', () => shop.agent.host.appliedSeq === shop.agent.journal.lastSeq);
  });

  it('keeps the last state and turns a broken connection into the last will', async () => {
    const screen = await shop.connect('screen-1', SECRETS['screen-1'], {
      will: { topic: topic('screen-1', 'state'), payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true },
    });
    await screen.publishAsync(topic('screen-1', 'state'), '{"state":"online"}', { qos: 1, retain: true });
    const watcher = await shop.connect();
    const states: string[] = [];
    watcher.on('message', (_topic, payload) => states.push(payload.toString()));
    await watcher.subscribeAsync(topic('screen-1', 'state'));
    await until('the retained state', () => states.length === 1);
    screen.stream.destroy();
    await until('the last will', () => states.length === 2);
    expect(states).toEqual(['{"state":"online"}', '{"state":"offline"}']);
  });

  it('closes a connection that announces more than it may before its login', async () => {
    const { connect } = await import('node:net');
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
    // CONNECT with a remaining length of 256 MB.
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0, 4]));
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it.skipIf(!mosquitto)("serves mosquitto's own clients", async () => {
    const { spawn } = await import('node:child_process');
    const run = (command: string, args: string[]) =>
      new Promise<{ status: number | null; output: string }>((resolve) => {
        const child = spawn(command, ['-h', '127.0.0.1', '-p', new URL(shop.url).port, ...args]);
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
        child.on('close', (status) => resolve({ status, output }));
      });
    const login = ['-u', 'cam-1', '-P', SECRETS['cam-1']];
    const before = await metric(shop, 'aisle_messages_accepted_total');
    expect(
      await run('mosquitto_pub', [
        ...login,
        '-q',
        '1',
        '-t',
        topic('cam-1', 'camera/positions'),
        '-m',
        positions(Date.now() + 10_000),
      ]),
    ).toMatchObject({ status: 0 });
    expect(await metric(shop, 'aisle_messages_accepted_total')).toBe((before ?? 0) + 1);
    expect(
      (await run('mosquitto_pub', ['-q', '1', '-t', topic('cam-1', 'camera/positions'), '-m', '{}'])).output,
    ).toMatch(/not authori[sz]ed/i);
    expect(
      (await run('mosquitto_sub', [...login, '-C', '1', '-W', '2', '-t', topic('screen-1', 'state')])).output,
    ).toMatch(/denied|rejected/i);
  });
});
