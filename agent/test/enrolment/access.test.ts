import { randomUUID } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { SECRETS, metric, openShop, sha256, topic, until, type Shop } from '../runtime/harness.js';
import { Access } from '../../src/fleet/access.js';
import { Knocks } from '../../src/fleet/knocks.js';

let shop: Shop;
afterEach(() => shop?.end());

let seq = 1;
const credential = async (deviceId: string, password: string | null, more: object = {}) => {
  seq += 1;
  shop.cloud.command({
    seq,
    kind: 'credential',
    deviceId,
    sha256: password === null ? null : sha256(password),
    ...more,
  });
  await until('the acknowledgement', () => shop.cloud.inboxAcks.includes(seq));
};
const open = async () => {
  seq = 1;
  shop = await openShop();
};
const ended = (client: MqttClient) => {
  const since = performance.now();
  return new Promise<number>((resolve) => client.once('close', () => resolve(performance.now() - since)));
};
const overWebSocket = (username: string, password: string) =>
  mqtt.connectAsync(`${shop.http.replace('http', 'ws')}/mqtt`, {
    username,
    password,
    reconnectPeriod: 0,
    clientId: randomUUID(),
  });
const stateOf = (deviceId: string) => {
  const list = shop.cloud.live.flatMap((update) => {
    const view = (update['snapshot'] ?? update) as { devices?: { deviceId: string; state: string }[] };
    return view.devices ?? [];
  });
  return list.findLast((device) => device.deviceId === deviceId)?.state;
};
const status = () => shop.cloud.statuses.at(-1) as { knocks: { name: string; count: number }[]; accounts: string[] };

describe('the account of a device', () => {
  it('comes from the cloud: nobody logs in without, the right password does', async () => {
    await open();
    await expect(shop.connect('shelf-1', 'anything')).rejects.toThrow();
    await credential('shelf-1', 'a-fresh-password');
    await expect(shop.connect('shelf-1', 'anything')).rejects.toThrow();
    const shelf = await shop.connect('shelf-1', 'a-fresh-password');
    expect(shelf.connected).toBe(true);
    await until('the accounts', () => status()?.accounts?.includes('shelf-1'));
    expect(status().accounts).toEqual(['cam-1', 'shelf-1', 'screen-1']);
  });

  it('is ended at once with every connection, over TCP and WebSocket, and others go on', async () => {
    await open();
    const tcp = await shop.connect('screen-1', SECRETS['screen-1']);
    const webSocket = await overWebSocket('screen-1', SECRETS['screen-1']);
    const other = await shop.connect('cam-1', SECRETS['cam-1']);
    const ends = Promise.all([ended(tcp), ended(webSocket)]);
    await credential('screen-1', null);
    for (const ms of await ends) expect(ms).toBeLessThan(2_000);
    expect(other.connected).toBe(true);
    await expect(shop.connect('screen-1', SECRETS['screen-1'])).rejects.toThrow();
    await expect(overWebSocket('screen-1', SECRETS['screen-1'])).rejects.toThrow();
    webSocket.end(true);
  });

  it('ended in the file stays ended after a restart of the agent, and a given one stays given', async () => {
    await open();
    await credential('cam-1', null);
    await credential('shelf-1', 'a-fresh-password');
    await shop.agent.stop();
    await shop.start();
    await expect(shop.connect('cam-1', SECRETS['cam-1'])).rejects.toThrow();
    expect((await shop.connect('shelf-1', 'a-fresh-password')).connected).toBe(true);
  });

  it('takes nothing more from a device that was put out: neither what it still sends nor its last will', async () => {
    await open();
    shop.cloud.send('watch', { leaseMs: 60_000, fresh: true });
    const cam = await shop.connect('cam-1', SECRETS['cam-1'], {
      will: {
        topic: topic('cam-1', 'state'),
        payload: Buffer.from('{"state":"online","model":"a last word"}'),
        qos: 1,
        retain: true,
      },
    });
    await cam.publishAsync(topic('cam-1', 'state'), '{"state":"online"}', { qos: 1 });
    await until('the camera online', () => stateOf('cam-1') === 'online');
    const end = ended(cam);
    await credential('cam-1', null);
    await end;
    await until('the camera offline', () => stateOf('cam-1') === 'offline');
    expect(JSON.stringify(shop.cloud.live)).not.toContain('a last word');
  });

  it('is renewed: the old password ends, the new one begins', async () => {
    await open();
    const old = await shop.connect('cam-1', SECRETS['cam-1']);
    const end = ended(old);
    await credential('cam-1', 'another-password', { replaced: true });
    await end;
    await expect(shop.connect('cam-1', SECRETS['cam-1'])).rejects.toThrow();
    expect((await shop.connect('cam-1', 'another-password')).connected).toBe(true);
  });

  it('opens the player page for its password only, and no longer when it was revoked', async () => {
    await open();
    const access = new Access({ integrators: {}, devices: { s: sha256('key') }, local: sha256('l') });
    expect([access.isDevice('s', 'key'), access.isDevice('s', 'other'), access.isDevice('x', 'key')]).toEqual([
      true,
      false,
      false,
    ]);
    access.apply({ seq: 1, inboxSeq: 1, event: { kind: 'credential', ts: 1, deviceId: 's', sha256: null } });
    expect(access.isDevice('s', 'key')).toBe(false);
    const again = new Access({ integrators: {}, devices: { s: sha256('key') }, local: sha256('l') });
    again.restore(JSON.parse(JSON.stringify(access.save())));
    expect(again.hasAccount('s')).toBe(false);
  });
});

describe('knocking', () => {
  it('is listed by name, whether somebody tried to log in or was spoken of, and counted', async () => {
    await open();
    for (let tries = 0; tries < 3; tries += 1) await expect(shop.connect('esp-kitchen', 'x')).rejects.toThrow();
    const integrator = await shop.connect();
    await integrator.publishAsync(topic('cam-77', 'state'), '{"state":"online"}', { qos: 1 });
    await expect(shop.connect('cam-1', 'a wrong password')).rejects.toThrow();
    await expect(shop.connect('integrator', 'a wrong password')).rejects.toThrow();
    await until('both knocks', () => status()?.knocks?.length === 2);
    expect(status().knocks).toMatchObject([
      { name: 'cam-77', count: 1 },
      { name: 'esp-kitchen', count: 3 },
    ]);
    expect(JSON.stringify(status().knocks)).not.toContain('127.0.0.1');
    expect(await metric(shop, 'aisle_knocks_total')).toBe(4);
  });

  it('by many names keeps the newest fifty, each no longer than a line', () => {
    const knocks = new Knocks();
    for (let index = 0; index < 200; index += 1) knocks.add(`device-${index}`, index);
    knocks.add(`x\u0000\n${'y'.repeat(500)}`, 1000);
    knocks.add('device-199', 1001);
    knocks.add(`${'z'.repeat(63)}😀😀`, 1002);
    knocks.add('\u0000', 1003);
    const list = knocks.list((name) => name === 'device-198');
    expect(list.length).toBe(49);
    expect(list[0]?.name).toBe('z'.repeat(63));
    expect(list[1]).toEqual({ name: 'device-199', count: 2, firstTs: 199, lastTs: 1001 });
    expect(list[2]?.name).toBe(`x${'y'.repeat(63)}`);
    expect(knocks.total).toBe(203);
  });
});
