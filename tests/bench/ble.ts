import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBthome } from '../../agent/src/devices/ble/bthome.js';
import { FakeCloud, STORE, sha256, storeFileCommand, until } from '../../agent/test/runtime/harness.js';
import { FakeBluez, fakeBluezProblem } from '../../simulators/src/adapters/fake-bluez.js';
import { freePort } from '../support/ports.js';
import { root } from '../support/system.js';
import { atLeast, type Figure } from './figures.js';

const ROUNDS = 5;
const DECODES = 400_000;
const SEALED_DECODES = 60_000;
const PROMISED_DECODES = 500_000;
const ADDRESS = '54:48:E6:8F:80:A5';

const PER_SECOND = 500;
const SECONDS = 10;
const DEVICES = 100;

/** BTHome alone, then advertisements through a real bus, node-ble and the agent. */
export async function benchBle(): Promise<Figure[]> {
  return [...decoding(), ...(await overTheBus())];
}

/** A shelf of four cells, a climate sensor, a button, a door: what is in the air of a shop. */
const PLAIN = [
  '40000b015a06b80106c40906e80306d204',
  '40002f016402ca0903bf13',
  '40003a015f3a01',
  '4400100164' + '1a01',
].map((text) => Buffer.from(text, 'hex'));

function decoding(): Figure[] {
  const key = randomBytes(16);
  const mac = Buffer.from(ADDRESS.replaceAll(':', ''), 'hex');
  const sealed = Array.from({ length: 256 }, (_, counter) => {
    const count = Buffer.alloc(4);
    count.writeUInt32LE(counter);
    const nonce = Buffer.concat([mac, Buffer.from([0xd2, 0xfc, 0x41]), count]);
    const cipher = createCipheriv('aes-128-ccm', key, nonce, { authTagLength: 4 });
    const text = Buffer.concat([cipher.update((PLAIN[0] as Buffer).subarray(1)), cipher.final()]);
    return {
      nonce,
      text,
      tag: cipher.getAuthTag(),
      data: Buffer.concat([Buffer.from([0x41]), text, count, cipher.getAuthTag()]),
    };
  });
  const plainRate = rate(DECODES, (at) => decodeBthome(PLAIN[at % PLAIN.length] as Buffer).ok);
  const ours = rate(SEALED_DECODES, (at) => {
    const { data } = sealed[at % sealed.length] as (typeof sealed)[number];
    return decodeBthome(data, { address: ADDRESS, key }).ok;
  });
  const bare = rate(SEALED_DECODES, (at) => {
    const { nonce, text, tag } = sealed[at % sealed.length] as (typeof sealed)[number];
    const cipher = createDecipheriv('aes-128-ccm', key, nonce, { authTagLength: 4 });
    cipher.setAuthTag(tag);
    const opened = cipher.update(text);
    cipher.final();
    return opened.length > 0;
  });
  return [
    atLeast('BTHome decode', plainRate, 'adverts/s', { name: 'promised', value: PROMISED_DECODES }, 1),
    atLeast('BTHome decode, encrypted', ours, 'adverts/s', { name: "Node's AES-CCM alone", value: bare }, 0.6),
  ];
}

/** Calls a second, the median of some rounds; all must succeed. */
function rate(calls: number, call: (at: number) => boolean): number {
  const rates = Array.from({ length: ROUNDS }, () => {
    let good = 0;
    const began = performance.now();
    for (let at = 0; at < calls; at += 1) if (call(at)) good += 1;
    const seconds = (performance.now() - began) / 1000;
    if (good !== calls) throw new Error(`${calls - good} of ${calls} advertisements did not open`);
    return calls / seconds;
  });
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

/** A hundred devices, each five times a second, through a bus of its own to an agent that is a process of its own. */
async function overTheBus(): Promise<Figure[]> {
  const problem = fakeBluezProblem();
  if (problem !== undefined) throw new Error(problem);
  const dir = mkdtempSync(path.join(tmpdir(), 'aisle-bench-ble-'));
  const bluez = new FakeBluez(path.join(root, 'simulators/bluez'));
  const cloud = new FakeCloud(await freePort());
  await cloud.start();
  await bluez.start();
  const store = { ...STORE, devices: [{ id: 'radio-1', family: 'ble', dialect: 'bluez' }] };
  cloud.commands.push(storeFileCommand(1, store));
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const credentialsFile = path.join(dir, 'credentials.json');
  writeFileSync(credentialsFile, JSON.stringify({ integrators: {}, devices: {}, local: sha256('local') }), {
    mode: 0o600,
  });
  const link = { url: `mqtt://127.0.0.1:${cloud.port}`, username: 'agent', password: 'bench' };
  const config = { storeId: 'demo', dataDir: dir, host: '127.0.0.1', mqttPort, httpPort, cloud: link, credentialsFile };
  writeFileSync(path.join(dir, 'agent.json'), JSON.stringify(config));
  const program = [path.join(root, 'dist/agent/main.mjs'), '--config', path.join(dir, 'agent.json')];
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bluez.address };
  const agent = spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await until('the radio', () => bluez.scanning, 30_000);
    // What was sent before the agent itself knows that it scans would be lost to no fault of anybody.
    await sleep(500);
    const sent = PER_SECOND * SECONDS;
    const began = performance.now();
    for (let at = 0; at < sent; at += 1) {
      const device = at % DEVICES;
      bluez.advert({
        address: `C0:00:00:00:00:${device.toString(16).padStart(2, '0')}`,
        rssi: -60 - (at % 20),
        serviceData: { fcd2: `4000${(at & 255).toString(16).padStart(2, '0')}06b801` },
        manufacturerData: { '76': `1005${(at & 0xffff).toString(16).padStart(4, '0')}` },
      });
      const due = began + ((at + 1) / PER_SECOND) * 1000 - performance.now();
      if (due > 4) await sleep(due);
    }
    const heard = async () => {
      const headers = { authorization: 'Bearer local' };
      const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`, { headers })).text();
      return Number(/aisle_ble_adverts_total\{device="radio-1"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    await until('all of them', async () => (await heard()) >= sent, 5000).catch(() => undefined);
    const seconds = (performance.now() - began) / 1000;
    const name = `BLE adverts through D-Bus at ${PER_SECOND}/s, heard in ${seconds.toFixed(1)} s`;
    return [atLeast(name, await heard(), 'adverts', { name: 'sent', value: sent }, 1)];
  } finally {
    agent.kill('SIGTERM');
    await bluez.stop();
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
