import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORE, sha256, topic, until } from '../../agent/test/runtime/harness.js';
import { FakeBluez, fakeBluezProblem } from '../../simulators/src/adapters/fake-bluez.js';
import { root } from '../support/system.js';
import { WatchedAgent } from './watched-agent.js';
import { keptByTheAgent } from './kept-by-the-agent.js';

// Beneath node_modules, so that the libraries are found.
const programs = path.join(root, `node_modules/.cache/aisle/addresses-${process.pid}`);
/** Passers-by: by the native dialect, by a gateway, by the agent's own radio, and in messages that are wrong. */
const STRANGERS = ['C4:7C:8D:6A:21:9E', 'D1:33:F0:5B:7A:02', 'E9:0C:41:A7:6D:58', 'F2:6B:15:9D:30:C7'] as const;
const [NATIVE, GATEWAY, RADIO, WRONG] = STRANGERS;
const BADGE = { id: 'badge-anna-7', ibeacon: { uuid: 'b9407f30-f5f8-466e-aff9-25556b57fe6d', major: 1, minor: 2 } };
const BEACON = '0215b9407f30f5f8466eaff925556b57fe6d00010002c5';
const radioProblem = fakeBluezProblem();

/** Every way to write an address, and what somebody would make of it who does not know that 2^48 is not many. */
function needlesOf(address: string): Map<string, Buffer> {
  const bare = address.replaceAll(':', '');
  const raw = Buffer.from(bare, 'hex');
  const needles = new Map<string, Buffer>([
    ['its bytes', raw],
    ['its bytes, last first', Buffer.from(raw).reverse()],
    ['its bytes in base64', Buffer.from(raw.toString('base64'))],
  ]);
  for (const text of [address, bare, address.replaceAll(':', '-'), address.replaceAll(':', '_')])
    for (const written of [text, text.toLowerCase()]) {
      needles.set(`"${written}"`, Buffer.from(written));
      for (const hash of ['md5', 'sha1', 'sha256'])
        for (const source of [Buffer.from(written), raw])
          needles.set(
            `${hash} of ${source === raw ? 'its bytes' : written}`,
            Buffer.from(createHash(hash).update(source).digest('hex').slice(0, 12)),
          );
    }
  return needles;
}

describe('addresses of passers-by', () => {
  let agent: WatchedAgent;
  const bluez = new FakeBluez();
  const needles = new Map(
    STRANGERS.flatMap((address) => [...needlesOf(address)].map(([what, bytes]) => [`${address}: ${what}`, bytes])),
  );
  const leaksIn = (where: string, bytes: Buffer): string[] =>
    [...needles].flatMap(([what, needle]) => (bytes.includes(needle) ? [`${what} in ${where}`] : []));
  const ask = async (address: string, secret?: string) => (await agent.page(address, secret)).toString();

  beforeAll(async () => {
    await build({
      absWorkingDir: root,
      entryPoints: { main: 'agent/src/main.ts' },
      outdir: programs,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
      packages: 'external',
      alias: { '@aisle/contracts': path.join(root, 'contracts/src/index.ts') },
    });
    if (radioProblem === undefined) await bluez.start();
    const store = {
      ...STORE,
      staff: { badges: [BADGE] },
      devices: [
        ...(STORE.devices ?? []),
        { id: 'ble-1', family: 'ble' as const, dialect: 'aisle', zone: 'dairy' },
        { id: 'gw-1', family: 'ble' as const, dialect: 'theengs' },
        { id: 'radio-1', family: 'ble' as const, dialect: 'bluez' },
      ],
    };
    agent = await WatchedAgent.start(store, {
      program: path.join(programs, 'main.mjs'),
      // Whatever it writes beside its data is looked through as well.
      process: (dir) => {
        const cwd = path.join(dir, 'tmp');
        mkdirSync(cwd);
        const bus = radioProblem === undefined ? bluez.address : `unix:path=${dir}/none`;
        return { cwd, env: { ...process.env, TMPDIR: cwd, HOME: cwd, DBUS_SYSTEM_BUS_ADDRESS: bus } };
      },
    });

    const client = await mqtt.connectAsync(agent.mqttUrl, { username: 'i', password: 'i' });
    const publish = (where: string, what: string | object) =>
      client.publishAsync(where, typeof what === 'string' ? what : JSON.stringify(what), { qos: 1 });
    const bare = (address: string) => address.replaceAll(':', '');
    const say = async () => {
      const adverts = [
        { address: NATIVE, rssiDbm: -60, manufacturerData: { '004c': '1005031c' } },
        { address: NATIVE.toLowerCase(), rssiDbm: -50, manufacturerData: { '004c': BEACON } },
      ];
      await publish(topic('ble-1', 'ble/adverts'), { ts: Date.now(), adverts });
      await publish(`home/gw-1/BTtoMQTT/${bare(GATEWAY)}`, { id: GATEWAY, rssi: -70, name: 'somebody' });
      if (radioProblem === undefined) {
        await until('the radio', () => bluez.scanning);
        bluez.advert({ address: RADIO, rssi: -66, manufacturerData: { '76': '1005031c' } });
      }
    };
    const receivers = ['ble-1', 'gw-1', ...(radioProblem === undefined ? ['radio-1'] : [])];
    const heard = async () => {
      await say();
      const metrics = await ask('/metrics', 'local');
      return receivers.every((id) => metrics.includes(`aisle_ble_nearby{device="${id}"} 1\n`));
    };
    await until('every receiver to count one', heard, 20_000, 300);
    // What is wrong must not carry it out either.
    await publish(topic('ble-1', 'ble/adverts'), { ts: 'now', adverts: [{ address: WRONG }] });
    await publish(topic('ble-1', 'ble/adverts'), { ts: Date.now(), adverts: [{ address: `${WRONG}:00` }] });
    await publish(topic('ble-1', 'ble/adverts'), {
      ts: Date.now(),
      adverts: [{ address: WRONG, serviceData: { [WRONG]: '00' } }],
    });
    await publish(topic('ble-1', `ble/${WRONG}`), { ts: Date.now() });
    await publish(`home/gw-1/BTtoMQTT/${bare(WRONG)}`, `${WRONG} is no JSON`);
    await publish(`home/gw-1/BTtoMQTT/${bare(WRONG)}`, { id: WRONG, rssi: 'loud' });
    await publish(`home/gw-1/BTtoMQTT/${bare(WRONG)}`, { id: WRONG, servicedata: 'x', servicedatauuid: 'fcd2' });
    await publish(`home/nobody/BTtoMQTT/${WRONG}`, { id: WRONG, rssi: -70 });
    await until('the refusals', async () =>
      /refused_total\{device="gw-1",reason="malformed"\} 3/.test(await ask('/metrics', 'local')),
    );
    await until('the count of strangers', () => JSON.stringify(agent.cloud.live).includes('"nearby":1'));
    const told = async () =>
      /"gw-1","reason":"malformed"/.test(JSON.stringify(agent.cloud.statuses.at(-1))) &&
      (await ask('/metrics', 'local')).includes('aisle_outbox_waiting 0\n');
    await until('the cloud to be told of everything', told, 20_000);
    await client.endAsync();
  }, 90_000);

  afterAll(async () => {
    await agent.stop();
    if (radioProblem === undefined) await bluez.stop();
    rmSync(programs, { recursive: true, force: true });
  });

  it('were heard by every receiver', async () => {
    const metrics = await ask('/metrics', 'local');
    const receivers = ['ble-1', 'gw-1', ...(radioProblem === undefined ? ['radio-1'] : [])];
    for (const id of receivers) expect(metrics).toContain(`aisle_ble_nearby{device="${id}"} 1\n`);
  });

  it('are in no file of the agent, where the badge that was heard beside them is', () => {
    const contents = keptByTheAgent(agent.dir);
    expect(contents.some(([, bytes]) => bytes.includes('["badge-anna-7",-50]'))).toBe(true);
    expect(contents.flatMap(([name, bytes]) => leaksIn(name, bytes))).toEqual([]);
  });

  it('are not on the line to the cloud, nor in any log', () => {
    expect(agent.recorder.sent.length).toBeGreaterThan(1000);
    expect(leaksIn('the line to the cloud', agent.recorder.sent)).toEqual([]);
    const messages = { facts: agent.cloud.batches, live: agent.cloud.live, status: agent.cloud.statuses };
    expect(leaksIn('what it says', Buffer.from(JSON.stringify(messages)))).toEqual([]);
    const log = agent.log;
    expect(log.length).toBeGreaterThan(200);
    expect(leaksIn('the log', log)).toEqual([]);
  });

  it('are in no page, with the login or without', async () => {
    for (const address of ['/', '/metrics', '/status', '/healthz', '/cameras'])
      for (const secret of [undefined, 'local'])
        expect(leaksIn(address, Buffer.from(await ask(address, secret)))).toEqual([]);
  });

  it('would be found by this search', () => {
    expect(leaksIn('planted', Buffer.from(`heard ${RADIO.toLowerCase()}`))).not.toEqual([]);
    expect(leaksIn('planted', Buffer.from(bytesOf(WRONG)))).not.toEqual([]);
    expect(leaksIn('planted', Buffer.from(sha256(NATIVE)))).not.toEqual([]);
    expect(leaksIn('planted', Buffer.from('nothing of anybody'))).toEqual([]);
  });
});

const bytesOf = (address: string): Buffer => Buffer.from(address.replaceAll(':', ''), 'hex');
