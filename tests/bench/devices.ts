import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import type { Device, StoreFile } from '@aisle/contracts';
import { FakeCloud, sha256, storeFileCommand, tempDir } from '../../agent/test/runtime/harness.js';
import { epcOf } from '../../agent/test/domain/rfid/tagged-shop.js';
import { aisleReceiver, theengsReceiver } from '../../simulators/src/devices/ble/dialects.js';
import type { Heard } from '../../simulators/src/devices/ble/receiver.js';
import { message, type Message } from '../../simulators/src/devices/message.js';
import { aisleReader } from '../../simulators/src/devices/rfid/aisle.js';
import { impinjReader } from '../../simulators/src/devices/rfid/impinj.js';
import type { ReaderDialect } from '../../simulators/src/devices/rfid/reader.js';
import { zebraReader } from '../../simulators/src/devices/rfid/zebra.js';
import { esphomeWeight } from '../../simulators/src/devices/shelf/esphome.js';
import { poslogFile } from '../../simulators/src/devices/till/poslog.js';
import { findProgram } from '../support/devices.js';
import { freePort } from '../support/ports.js';
import { root, waitFor } from '../support/system.js';
import { percentile, type Figure } from './figures.js';

const SECONDS = 30;
const PROMISED_MS = 50;
/** each device once in so many milliseconds, all of them spread evenly */
const EVERY_MS = 1000;
const TIMEZONE = 'Asia/Shanghai';
const GTIN = '06901234567892';
const GRAMS = 1030;

const KINDS: readonly [count: number, family: string, dialect: string][] = [
  [50, 'shelf', 'aisle'],
  [50, 'shelf', 'esphome'],
  [20, 'rfid', 'aisle'],
  [20, 'rfid', 'impinj'],
  [20, 'rfid', 'zebra'],
  [15, 'ble', 'aisle'],
  [15, 'ble', 'theengs'],
  [5, 'till', 'aisle'],
  [5, 'till', 'poslog'],
];

const DEVICES: readonly Device[] = KINDS.flatMap(([count, family, dialect], kind) =>
  Array.from({ length: count }, (_, at): Device => {
    const id = `${family}-${dialect}-${at}`;
    const slot = `s-${kind}-${at}`;
    if (family === 'shelf')
      return { id, family, dialect, fixture: `fx-${slot}`, sensors: [{ sensor: 'w', slot }] } as Device;
    if (family === 'rfid') return { id, family, dialect, antennas: [{ antenna: 1, slot }] } as Device;
    return { id, family, dialect } as Device;
  }),
);

function store(): StoreFile {
  const slots = DEVICES.flatMap(({ sensors, antennas }) => [
    ...(sensors ?? []).map(({ slot }) => slot),
    ...(antennas ?? []).map(({ slot }) => slot ?? ''),
  ]);
  return {
    store: { id: 'demo', name: 'Two hundred', timezone: TIMEZONE, currency: 'CNY' },
    floor: { width: 50, depth: 50 },
    products: [{ gtin: GTIN, price: 12.5, unitGrams: GRAMS }],
    fixtures: slots.map((id) => ({ id: `fx-${id}`, slots: [{ id, gtin: GTIN, capacity: 40 }] })),
    devices: [...DEVICES],
  };
}

/** What a device says the n-th time: its own news each time, in its own dialect. */
function sayings(device: Device, index: number): (ts: number, n: number) => Message[] {
  const { id, family, dialect } = device;
  const slot = device.sensors?.[0]?.slot ?? '';
  const grams = (n: number) => 8000 - Math.floor(n / 6) * GRAMS + (n % 5);
  if (family === 'shelf' && dialect === 'aisle')
    return (ts, n) => [message(id, 'shelf/weight', { ts, slot, grams: grams(n) })];
  if (family === 'shelf') {
    const tell = esphomeWeight(device);
    return (ts, n) => [tell(id, ts, slot, grams(n))];
  }
  if (family === 'rfid') {
    const reader: ReaderDialect =
      dialect === 'impinj'
        ? impinjReader(device)
        : dialect === 'zebra'
          ? zebraReader(device, TIMEZONE)
          : aisleReader(id);
    const epcs = Array.from({ length: 20 }, (_, tag) => epcOf(GTIN, index * 100 + tag));
    return (ts, n) =>
      reader.reads(
        epcs.map((epc, tag) => ({ ts, epc, antenna: 1, rssiDbm: -50 - ((n + tag) % 3) })),
        ts,
      );
  }
  if (family === 'ble') {
    const receiver = dialect === 'theengs' ? theengsReceiver(device) : aisleReceiver(id);
    const heard = (n: number): Heard =>
      ({
        ...{
          address: `54:48:E6:00:${(index % 256).toString(16).padStart(2, '0').toUpperCase()}:01`,
          rssiDbm: -60 - (n % 9),
        },
        ...{
          random: false,
          powerDbm: -59,
          at: { x: 0, y: 0 },
          serviceData: { fcd2: Buffer.from('40000b015a06b801', 'hex') },
        },
      }) as unknown as Heard;
    return (ts, n) => receiver.tell([heard(n)], ts);
  }
  const line = { gtin: GTIN, quantity: 1, grossMinor: 1250, discountMinor: 0, netMinor: 1250 };
  if (dialect === 'poslog')
    return (ts, n) => {
      const settings = { storeId: 'demo', workstation: id, timezone: TIMEZONE, currency: 'CNY', digits: 2 };
      const text = poslogFile([{ ts, number: `${id}-${n}`, receipt: { kind: 'sale', lines: [line] } }], settings);
      return [{ deviceId: id, topic: `aisle/v1/devices/${id}/till/poslog`, payload: text, retain: false }];
    };
  return (ts, n) => [
    message(id, 'till/sale', { ts, receipt: `${id}-${n}`, lines: [{ gtin: GTIN, quantity: 1, net: 12.5 }] }),
  ];
}

/**
 * Two hundred devices at once, each with a connection of its own: milliseconds from a message until it is acknowledged at QoS 1 (it
 * stands in the durable journal) and has been forwarded to who listens to that device, whichever is later. Mosquitto forwards the same
 * messages as reference; it puts nothing on the disk.
 */
export async function benchDevices(): Promise<Figure[]> {
  const program = findProgram('mosquitto');
  if (!program) throw new Error('mosquitto is not installed');
  const reference = await mosquittoTimes(program);
  const ours = await agentTimes();
  const [value, theirs] = [percentile(ours, 0.99), percentile(reference, 0.99)];
  const name = `200 devices, ${KINDS.length} dialects, ${Math.round(ours.length / SECONDS)} messages/s: p99 until durable, acknowledged and forwarded (median ${percentile(ours, 0.5).toFixed(1)} ms)`;
  return [
    {
      ...{ name, value, unit: 'ms', reference: { name: 'mosquitto, not durable', value: theirs } },
      ...{ ratio: value / theirs, target: `≤ ${PROMISED_MS} ms`, met: value <= PROMISED_MS },
    },
  ];
}

async function agentTimes(): Promise<number[]> {
  const dir = tempDir();
  const cloud = new FakeCloud(await freePort());
  cloud.commands.push(storeFileCommand(1, store()));
  await cloud.start();
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const credentialsFile = path.join(dir, 'credentials.json');
  const accounts = Object.fromEntries(DEVICES.map(({ id }) => [id, sha256(id)]));
  const credentials = { integrators: { i: sha256('i') }, devices: accounts, local: sha256('local') };
  writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  const config = path.join(dir, 'agent.json');
  writeFileSync(
    config,
    JSON.stringify({
      ...{ storeId: 'demo', dataDir: dir, host: '127.0.0.1', mqttPort, httpPort, credentialsFile },
      cloud: { url: `mqtt://127.0.0.1:${cloud.port}`, username: 'a', password: 'b' },
    }),
  );
  const agent = spawn(process.execPath, [path.join(root, 'dist/agent/main.mjs'), '--config', config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    let words = '';
    agent.stdout.on('data', (data: Buffer) => (words += data.toString()));
    await waitFor('the agent', () => /^ready$/m.test(words), 20_000, 20);
    await waitFor('the store file', () => cloud.inboxAcks.includes(1), 10_000, 20);
    const times = await measure(mqttPort, (id) => ({ username: id, password: id }));
    const response = await fetch(`http://127.0.0.1:${httpPort}/metrics`, {
      headers: { authorization: 'Bearer local' },
    });
    const refused = [...(await response.text()).matchAll(/^aisle_messages_refused_total\{.*\} [1-9]\d*$/gm)];
    if (refused.length > 0) throw new Error(`messages were refused: ${refused.slice(0, 3).join('; ')}`);
    return times;
  } finally {
    await ended(agent);
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function mosquittoTimes(program: string): Promise<number[]> {
  const port = await freePort();
  const dir = tempDir();
  const config = path.join(dir, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nmax_queued_messages 0\nlog_type none\nset_tcp_nodelay true\n`,
  );
  const broker = spawn(program, ['-c', config], { stdio: 'ignore' });
  try {
    return await measure(port, () => ({}));
  } finally {
    await ended(broker);
    rmSync(dir, { recursive: true, force: true });
  }
}

const ended = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM');
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
};

/** Where a device hears what its shop forwards of it: a foreign one below its own topics only. */
const FORWARDS: Readonly<Record<string, (id: string) => string>> = {
  esphome: (id) => `${id}/sensor/+/state`,
  impinj: (id) => `impinj/${id}/events`,
  zebra: (id) => `zebra/${id}/tagEvents`,
  theengs: (id) => `home/${id}/BTtoMQTT/+`,
};

type Account = { username?: string; password?: string };

async function measure(port: number, accountOf: (id: string) => Account): Promise<number[]> {
  const url = `mqtt://127.0.0.1:${port}`;
  const clients: MqttClient[] = [];
  const flights = new Flights();
  try {
    for (const { id, dialect } of DEVICES) {
      const client = await waitFor('a connection', () =>
        mqtt.connectAsync(url, { ...accountOf(id), reconnectPeriod: 0, clientId: id }),
      );
      clients.push(client);
      client.on('message', (topic) => flights.forwarded(topic));
      await client.subscribeAsync(FORWARDS[dialect ?? '']?.(id) ?? `aisle/v1/devices/${id}/#`, { qos: 1 });
    }
    const says = DEVICES.map(sayings);
    const began = performance.now();
    for (let tick = 0; tick < (SECONDS * 1000) / EVERY_MS; tick += 1)
      for (const [index, say] of says.entries()) {
        const due = began + tick * EVERY_MS + (index * EVERY_MS) / says.length;
        if (due - performance.now() > 1) await sleep(due - performance.now());
        for (const { topic, payload } of say(Date.now(), tick))
          flights.publish(clients[index] as MqttClient, topic, payload);
      }
    await waitFor('everything acknowledged and forwarded', () => flights.open === 0, 10_000, 10);
    return flights.times;
  } finally {
    for (const client of clients) client.end(true);
  }
}

/** Messages under way. Those of one topic are forwarded in their order. */
class Flights {
  readonly times: number[] = [];
  open = 0;
  private readonly waiting = new Map<string, (() => void)[]>();

  publish(client: MqttClient, topic: string, payload: string): void {
    const began = performance.now();
    let left = 2;
    const half = () => {
      left -= 1;
      if (left > 0) return;
      this.times.push(performance.now() - began);
      this.open -= 1;
    };
    this.open += 1;
    this.waiting.set(topic, [...(this.waiting.get(topic) ?? []), half]);
    client.publish(topic, payload, { qos: 1 }, (error) => {
      if (!error) half();
    });
  }

  forwarded(topic: string): void {
    this.waiting.get(topic)?.shift()?.();
  }
}
