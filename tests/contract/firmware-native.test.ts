import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Device } from '@aisle/contracts';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { aisleReceiver } from '../../simulators/src/devices/ble/dialects.js';
import { Camera } from '../../simulators/src/devices/camera.js';
import { stateMessage, type Message } from '../../simulators/src/devices/message.js';
import { aisleReader } from '../../simulators/src/devices/rfid/aisle.js';
import { NOISELESS } from '../../simulators/src/devices/settings.js';
import { Shelf } from '../../simulators/src/devices/shelf.js';
import { Till } from '../../simulators/src/devices/till.js';
import { Random } from '../../simulators/src/random.js';
import { sgtin96 } from '../../cloud/src/enrolment/own-values.js';
import { RECEIVED_TS, decodeIn, filled, fillingFor, kindsOf, readmeDevices, storeWith } from '../support/firmware.js';
import { freePort } from '../support/ports.js';

const temporary = mkdtempSync(path.join(tmpdir(), 'firmware-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

interface Published extends Message {
  qos: string;
  login: string;
}

/** Stands where `mosquitto_pub` is looked for first, and writes down what it was told to say. */
const STAND_IN = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    -t) topic=$2; shift;;
    -m) message=$2; shift;;
    -f) message=$(cat "$2"; printf .); message=\${message%.}; shift;;
    -q) qos=$2; shift;;
    -u) user=$2; shift;;
    -P) password=$2; shift;;
    -h) host=$2; shift;;
    -p) port=$2; shift;;
    -V|-i) shift;;
    -r) retain=1;;
    *) echo "unknown: $1" >&2; exit 1;;
  esac
  shift
done
n=$(printf %03d "$(ls "$OUT" | wc -l)")
printf '%s\\n%s\\n%s\\n%s\\n%s' "$topic" "$qos" "$user:$password@$host:$port" "\${retain:-0}" "$message" > "$OUT/$n"
`;

/** Runs a script of the folder; what it publishes. */
function run(script: string, deviceId: string): Published[] {
  const folder = mkdtempSync(path.join(temporary, 'run-'));
  const out = path.join(folder, 'out');
  mkdirSync(out);
  writeFileSync(path.join(folder, 'mosquitto_pub'), STAND_IN, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, OUT: out, TZ: 'Asia/Shanghai' };
  execFileSync('sh', ['-s'], { input: filled(script, deviceId), env });
  return readdirSync(out)
    .sort()
    .map((name) => {
      const [topic = '', qos = '', login = '', retain = '', ...payload] = readFileSync(
        path.join(out, name),
        'utf8',
      ).split('\n');
      return { deviceId, topic, qos, login, retain: retain === '1', payload: payload.join('\n') };
    });
}

const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner).map((own) => `${key}.${own}`)])
    : [];
const heard = {
  address: '54:48:E6:8F:80:A5',
  random: false,
  at: { x: 0, y: 0 },
  powerDbm: -59,
  rssiDbm: -62,
  serviceData: { fcd2: Buffer.from('4000190650c3', 'hex') },
};
const sale = { kind: 'sale', lines: [{ gtin: '06901234567892', quantity: 2, grossMinor: 2825, discountMinor: 100, netMinor: 2500 }] } as const; // prettier-ignore
const gram = () => 6180;

/** What the simulator of the same family says, the state first. */
const simulated: Readonly<Record<string, (id: string) => Message[]>> = {
  camera: (id) => [
    new Camera(id, NOISELESS.camera, Random.stream(1, 'firmware'), 17).sample(RECEIVED_TS, [{ personId: 1, position: { x: 2.5, y: 2.5 } }]), // prettier-ignore
  ],
  shelf: (id) => new Shelf(id, ['fx-1-a'], NOISELESS.shelf, 1, RECEIVED_TS, 0).sample(RECEIVED_TS, gram),
  rfid: (id) => aisleReader(id).reads([{ ts: RECEIVED_TS, epc: sgtin96('06901234567892') ?? '', antenna: 1, rssiDbm: -56 }], RECEIVED_TS), // prettier-ignore
  ble: (id) => aisleReceiver(id).tell([heard], RECEIVED_TS),
};

describe.each([
  ['native/camera.sh', 'camera', ['deviceState', 'positions', 'detections', 'crossing']],
  ['native/shelf.sh', 'shelf', ['deviceState', 'weight', 'weight', 'weight', 'weight']],
  ['native/rfid.sh', 'rfid', ['deviceState', 'reads']],
  ['native/ble.sh', 'ble', ['deviceState', 'adverts']],
] as const)('%s', (script, family, kinds) => {
  const devices = readmeDevices('native');
  const device = devices.find((one) => one.family === family) as Device;
  const told = run(script, device.id);

  it('logs in as the device, and the agent understands every message', () => {
    const { username, password, host, port } = fillingFor(device.id);
    for (const { qos, login } of told) expect([qos, login]).toEqual(['1', `${username}:${password}@${host}:${port}`]);
    const decode = decodeIn(storeWith(devices));
    expect(told.flatMap((message) => kindsOf(decode(message)))).toEqual(kinds);
  });

  it('says what the simulator says: topic, fields, values', () => {
    const [state, first] = told;
    const online = stateMessage(device.id, 'online', 'by hand', RECEIVED_TS);
    // the simulator's says besides that what it sends is made up
    const keys = keysOf(JSON.parse(online.payload)).filter((key) => key !== 'simulated');
    expect([state?.topic, state?.retain, keysOf(JSON.parse(state?.payload ?? ''))]).toEqual([online.topic, true, keys]); // prettier-ignore
    const [same] = simulated[family]?.(device.id) ?? [];
    expect([first?.topic, first?.retain]).toEqual([same?.topic, false]);
    const { ts, ...said } = JSON.parse(first?.payload ?? '') as { ts: number };
    expect(Math.abs(ts - Date.now())).toBeLessThan(120_000);
    const { ts: _ts, ...wanted } = JSON.parse(same?.payload ?? '') as { ts: number };
    expect(said).toEqual(wanted);
  });
});

describe.each([
  ['tills/sale.sh', 'aisle'],
  ['tills/csv.sh', 'csv'],
  ['tills/poslog.sh', 'poslog'],
] as const)('%s', (script, dialect) => {
  const devices = readmeDevices('tills');
  const device = devices.find((one) => one.dialect === dialect) as Device;

  it('is a sale of two units that the agent takes', () => {
    const told = run(script, device.id);
    expect(told.map(({ qos }) => qos)).toEqual(['1', '1']);
    const decode = decodeIn(storeWith(devices));
    const [state, read] = told.map((message) => decode(message));
    expect(state?.ok && state.events[0]?.kind).toBe('deviceState');
    expect(kindsOf(read as NonNullable<typeof read>)).toEqual(['sale']);
    expect(read).toMatchObject({
      events: [{ lines: [{ gtin: '06901234567892', quantityMicro: 2_000_000, netMinor: 2500 }] }],
    });
    if (dialect !== 'aisle') return;
    const same = new Till(device.id, 'TRY', 2).sell(RECEIVED_TS, sale).message;
    expect(told[1]?.topic).toBe(same.topic);
    const fields = (payload: string | undefined) => keysOf((JSON.parse(payload ?? '') as { lines: object[] }).lines[0]);
    expect(fields(told[1]?.payload)).toEqual(expect.arrayContaining(fields(same.payload)));
  });
});

const running: ChildProcess[] = [];
const clients: MqttClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  for (const child of running.splice(0)) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null) {
      child.kill();
      await gone;
    }
  }
});

/** A Mosquitto with this configuration; rejects with what it complains of when it does not stay. */
async function mosquitto(name: string, port: number, configuration: string): Promise<MqttClient> {
  const file = path.join(temporary, `${name}.conf`);
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n${configuration}`);
  const child = spawn('mosquitto', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  let said = '';
  child.stderr?.on('data', (chunk) => (said += String(chunk)));
  const refused = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`mosquitto left with ${code}: ${said}`))),
  );
  refused.catch(() => undefined);
  const client = connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 100 });
  clients.push(client);
  // Not there yet: tried again.
  client.on('error', () => undefined);
  await Promise.race([new Promise((resolve) => client.once('connect', resolve)), refused]);
  return client;
}

const missing = (tool: string): boolean => spawnSync(tool, ['--help']).error !== undefined;

describe.skipIf(missing('mosquitto') || missing('mosquitto_pub'))('mosquitto_pub itself', () => {
  it.each([
    'native/camera.sh',
    'native/shelf.sh',
    'native/rfid.sh',
    'native/ble.sh',
    'tills/sale.sh',
    'tills/csv.sh',
    'tills/poslog.sh',
  ])('takes what %s gives it', async (script) => {
    const port = await freePort();
    const broker = await mosquitto('plain', port, '');
    const arrived: { topic: string; qos: number }[] = [];
    broker.on('message', (topic, _, { qos }) => arrived.push({ topic, qos }));
    await broker.subscribeAsync('#', { qos: 1 });
    const where = { host: '127.0.0.1', port: String(port) };
    const child = spawn('sh', ['-s'], { stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.end(filled(script, 'dev-1', where));
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    const wanted = run(script, 'dev-1').map(({ topic }) => ({ topic, qos: 1 }));
    await expect.poll(() => arrived, { timeout: 10_000 }).toEqual(wanted);
  });
});

describe.skipIf(missing('mosquitto'))('mosquitto-bridge', () => {
  it('is taken by Mosquitto, and hands on what devices of every dialect say, QoS 1, topics and bytes as they are', async () => {
    const [shopPort, agentPort] = [await freePort(), await freePort()];
    const agent = await mosquitto('agent', agentPort, '');
    const arrived = new Map<string, { payload: string; qos: number }>();
    agent.on('message', (topic, payload, { qos }) => arrived.set(topic, { payload: payload.toString(), qos }));
    await agent.subscribeAsync('#', { qos: 1 });
    const bridge = filled('mosquitto-bridge/bridge.conf', 'bridge-1', { host: '127.0.0.1', port: String(agentPort) });
    const shop = await mosquitto('shop', shopPort, bridge);
    const wanted = [
      'aisle/v1/devices/shelf-1/shelf/weight',
      'aisle/v1/devices/cam-1/camera/crossings',
      'aisle/v1/devices/reader-1/rfid/reads',
      'aisle/v1/devices/gw-2/ble/adverts',
      'aisle/v1/devices/till-2/till/csv',
      'aisle/v1/devices/till-2/state',
      'impinj/reader-1/events',
      'zebra/reader-2/tagEvents',
      'zebra/reader-2/managementEvents',
      'home/gw-1/BTtoMQTT/5448E68F80A5',
      'home/gw-1/LWT',
      'home/gw-1/SYStoMQTT',
      'frigate/events',
      'frigate/stats',
      'frigate/available',
      'cam-door/onvif-ej/RuleEngine/LineDetector/Crossed/&1/Door in',
      'shelf-2/sensor/slot_a/state',
      'shelf-2/status',
    ];
    const unwanted = ['aisle/v1/devices/screen-1/screen/show', 'frigate/front_door/person/snapshot', 'shop/other'];
    for (const topic of [...unwanted, ...wanted]) await shop.publishAsync(topic, `of ${topic}`, { qos: 1 });
    await expect.poll(() => arrived.size, { timeout: 20_000 }).toBe(wanted.length);
    for (const topic of wanted) expect(arrived.get(topic), topic).toEqual({ payload: `of ${topic}`, qos: 1 });
  });

  it('a key that Mosquitto does not know would be noticed', async () => {
    const text = filled('mosquitto-bridge/bridge.conf', 'bridge-1', { host: '127.0.0.1', port: '1' });
    const wrong = text.replace('try_private', 'try_privately');
    await expect(mosquitto('wrong', await freePort(), wrong)).rejects.toThrow(/mosquitto left with [^0]/);
  });
});
