import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceRow, DevicesView, EnrolledDevice, KnockRow, ProductRow } from '@aisle/contracts';
import { systemClock, systemRandom } from '../../agent/src/adapters/system.js';
import { startAgent, type RunningAgent } from '../../agent/src/app/agent.js';
import { AGENT_PASSWORD, TOKEN, json, startCloud, type RunningCloud } from '../../cloud/test/service/harness.js';
import { freePort } from '../support/ports.js';
import { root, waitFor } from '../support/system.js';

/** Cloud and agent as they are, MQTT clients as devices, the command line as its own process. */
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const INTEGRATOR = 'integrator-secret';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const STORE = `/api/v1/stores/demo`;
const GTIN = '06901234567892';

let dir: string;
let cloud: RunningCloud;
let agent: RunningAgent;
let mqttPort: number;
let httpPort: number;
const clients: MqttClient[] = [];

const connect = async (username: string, password: string, more: IClientOptions = {}): Promise<MqttClient> => {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    username,
    password,
    clientId: randomUUID(),
    reconnectPeriod: 0,
    ...more,
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
};
const refused = (username: string, password: string) => expect(connect(username, password)).rejects.toThrow();
const say = (client: MqttClient, id: string, channel: string, payload: object) =>
  client.publishAsync(`aisle/v1/devices/${id}/${channel}`, JSON.stringify(payload), { qos: 1 });
const get = async <T>(call: string): Promise<T> => (await (await cloud.api(`${STORE}/${call}`)).json()) as T;
const rowOf = async (id: string): Promise<DeviceRow | undefined> =>
  (await get<DevicesView>('devices')).devices.find(({ deviceId }) => deviceId === id);
const becomes = (id: string, what: string, test: (row: DeviceRow) => boolean) =>
  waitFor(`${id} ${what}`, async () => {
    const row = await rowOf(id);
    return row && test(row) ? row : undefined;
  });
const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));
/** The account is in the shop. */
const known = (id: string) => becomes(id, 'known to the shop', ({ credential }) => !credential.pending);

/** `npm run aisle -- …` without its set-up. */
function aisle(...args: string[]) {
  const child = spawn(process.execPath, [path.join(root, 'dist/cloud/cli.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = { out: '', err: '', code: undefined as number | null | undefined, done: Promise.resolve() };
  child.stdout.on('data', (data: Buffer) => (run.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (run.err += data.toString()));
  run.done = new Promise((resolve) =>
    child.on('close', (code) => {
      run.code = code;
      resolve();
    }),
  );
  return run;
}
const ran = async (...args: string[]) => {
  const run = aisle(...args, '--data', dir);
  await run.done;
  return run;
};

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'aisle-enrolment-'));
  cloud = await startCloud();
  [mqttPort, httpPort] = [await freePort(), await freePort()];
  const credentials = { integrators: { integrator: sha256(INTEGRATOR) }, devices: {}, local: sha256('local') };
  const credentialsFile = path.join(dir, 'credentials.json');
  writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  agent = await startAgent(
    {
      storeId: 'demo',
      dataDir: dir,
      host: '127.0.0.1',
      mqttPort,
      httpPort,
      cloud: { url: `mqtt://127.0.0.1:${cloud.mqttPort}`, username: 'agent:demo', password: AGENT_PASSWORD },
      credentialsFile,
    },
    credentials,
    {
      clock: systemClock,
      random: systemRandom,
      log: quiet,
      publicDir: dir,
      reach: { host: '127.0.0.1', mqttPort, httpPort },
      onFatal: (error) => {
        throw error;
      },
    },
  );
  const access = { storeId: 'demo', apiUrl: `${cloud.url}/api/v1`, apiToken: TOKEN };
  writeFileSync(path.join(dir, 'demo-access.json'), JSON.stringify(access));
  await waitFor('the first store file', () => agent.host.config);
  // Where devices reach their broker stands in the agent's first status, which follows its log-in.
  await waitFor('the first status', async () => (await get<DevicesView>('devices')).agentVersion);
});
afterAll(async () => {
  for (const client of clients) client.end(true);
  await agent?.stop();
  await cloud?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a device that is enrolled by REST', () => {
  let account: EnrolledDevice['credential'];
  let till: MqttClient;
  const ts = Date.now() - 5_000;
  const units = async () => {
    const from = new Date(Math.floor(ts / 60_000) * 60_000).toISOString();
    const to = new Date(Math.floor(ts / 60_000) * 60_000 + 3_600_000).toISOString();
    const rows = await get<ProductRow[]>(`products/metrics?from=${from}&to=${to}`);
    return rows.find(({ gtin }) => gtin === GTIN)?.units ?? 0;
  };
  const sale = (receipt: string) => ({ ts, receipt, lines: [{ gtin: GTIN, quantity: 1, net: 12.5 }] });

  it('logs in with the password that was shown, and turns green with its first message', async () => {
    await refused('till-9', 'anything');
    const response = await cloud.api(
      `${STORE}/devices`,
      json({ id: 'till-9', family: 'till', dialect: 'aisle', name: 'Till' }),
    );
    expect(response.status).toBe(201);
    const enrolled = (await response.json()) as EnrolledDevice;
    account = enrolled.credential;
    expect(enrolled.mqtt).toMatchObject({ host: '127.0.0.1', port: mqttPort });
    expect(enrolled.configuration[0]?.text).toContain(account.password);
    await known('till-9');
    expect(await rowOf('till-9')).toMatchObject({ state: 'unknown', lastSeenTs: null, credential: { state: 'given' } });
    await refused('till-9', 'anything');
    till = await connect('till-9', account.password);
    await say(till, 'till-9', 'state', { state: 'online', model: 'M1', firmware: '1.0', battery: 90 });
    const row = await becomes('till-9', 'online', ({ state }) => state === 'online');
    expect(row).toMatchObject({ dialect: 'aisle', battery: 90, firmware: '1.0' });
    await say(till, 'till-9', 'till/sale', sale('r-1'));
    await waitFor('the sale', async () => (await units()) === 1);
  });

  it('cannot be enrolled a second time', async () => {
    const response = await cloud.api(`${STORE}/devices`, json({ id: 'till-9', family: 'till', dialect: 'aisle' }));
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { error: { code: 'deviceKnown', field: 'id' } },
    ]);
    expect(till.connected).toBe(true);
  });

  it('is replaced: the old one is cut, the new one comes in, and the history goes on', async () => {
    const end = closed(till);
    const response = await cloud.api(`${STORE}/devices/till-9/credential`, json({ replaced: true }));
    expect(response.status).toBe(201);
    const old = account.password;
    account = ((await response.json()) as EnrolledDevice).credential;
    await end;
    await refused('till-9', old);
    till = await connect('till-9', account.password);
    await say(till, 'till-9', 'till/sale', sale('r-2'));
    await waitFor('both sales', async () => (await units()) === 2);
    // what is known of the hardware is the new one's
    expect(await becomes('till-9', 'online', ({ state }) => state === 'online')).not.toHaveProperty('battery');
  });

  it('is cut off within two seconds of its revocation, over TCP and WebSocket, and refused from then on', async () => {
    const webSocket = await mqtt.connectAsync(`ws://127.0.0.1:${httpPort}/mqtt`, {
      username: 'till-9',
      password: account.password,
      clientId: randomUUID(),
      reconnectPeriod: 0,
    });
    clients.push(webSocket);
    const ends = Promise.all([closed(till), closed(webSocket)]);
    const began = performance.now();
    const response = await cloud.api(`${STORE}/devices/till-9/credential`, { method: 'DELETE' });
    expect(response.status).toBe(202);
    await ends;
    const ms = performance.now() - began;
    expect(ms).toBeLessThan(2_000);
    process.stdout.write(`cut off ${Math.round(ms)} ms after the revocation was asked for\n`);
    await refused('till-9', account.password);
    const row = await becomes('till-9', 'revoked', ({ revoked }) => revoked === true);
    expect(row).toMatchObject({ state: 'offline', credential: { state: 'revoked', pending: false } });
    expect(await get<object[]>('alerts')).toEqual([]);
  });

  it('may be spoken for by the integrator only, when it has no account', async () => {
    await refused('till-1', 'anything');
    const integrator = await connect('integrator', INTEGRATOR);
    await say(integrator, 'till-1', 'state', { state: 'online' });
    await becomes('till-1', 'online', ({ state, credential }) => state === 'online' && credential.state === 'none');
  });

  it('and is not in the store file is listed as knocking', async () => {
    await refused('esp-kitchen', 'anything');
    const knock = await waitFor('the knock', async () =>
      (await get<KnockRow[]>('knocks')).find(({ name }) => name === 'esp-kitchen'),
    );
    expect(knock.count).toBe(1);
  });
});

describe('the command line', () => {
  it('enrols a device, shows its account, waits for its first message and says when it comes', async () => {
    const out = path.join(dir, 'configuration');
    const run = aisle(
      ...['device', 'add', '--id', 'shelf-7', '--family', 'shelf', '--dialect', 'aisle', '--fixture', 'fx-1'],
      ...['--out', out, '--data', dir],
    );
    await waitFor('the account', () => run.err.includes('waiting for its first message'));
    const password = /password {3}(\S+)/.exec(run.out)?.[1] as string;
    const file = path.join(out, 'shelf-7-mqtt.txt');
    expect(readFileSync(file, 'utf8')).toContain(password);
    expect(statSync(file).mode & 0o077).toBe(0);
    await known('shelf-7');
    const shelf = await connect('shelf-7', password);
    await say(shelf, 'shelf-7', 'shelf/weight', { ts: Date.now(), slot: 'fx-1-a', grams: 8240 });
    await run.done;
    expect([run.code, run.err]).toEqual([0, expect.stringContaining('shelf-7 is online')]);

    const end = closed(shelf);
    const replaced = await ran('device', 'replace', 'shelf-7', '--no-wait', '--json');
    expect(replaced.code, replaced.err).toBe(0);
    await end;
    const fresh = (JSON.parse(replaced.out) as EnrolledDevice).credential.password;
    await refused('shelf-7', password);
    await known('shelf-7');
    const again = await connect('shelf-7', fresh);
    const cut = closed(again);
    const revoked = await ran('device', 'revoke', 'shelf-7');
    expect([revoked.code, revoked.out]).toEqual([0, expect.stringContaining('shelf-7 is revoked')]);
    await cut;
    await refused('shelf-7', fresh);
    const late = await ran('device', 'wait', 'shelf-7', '--timeout', '1');
    expect([late.code, late.err]).toEqual([1, expect.stringContaining('not heard within 1 s')]);
  }, 60_000);

  it('takes nested keys of an entry from a file', async () => {
    const entry = path.join(dir, 'shelf.yaml');
    writeFileSync(entry, 'family: shelf\ndialect: esphome\nsensors:\n  - {sensor: cell_1, slot: fx-1-a}\n');
    const run = await ran('device', 'add', '--id', 'shelf-8', '--entry', entry, '--no-wait', '--json');
    expect(run.code, run.err).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({
      device: { id: 'shelf-8', sensors: [{ sensor: 'cell_1', slot: 'fx-1-a' }] },
    });
  });

  it('lists devices and knocks, and tares a slot', async () => {
    const list = await ran('device', 'list');
    expect(list.out).toMatch(/^DEVICE +FAMILY +DIALECT/);
    expect(list.out).toMatch(/^till-9 +till +aisle +offline .*revoked/m);
    const knocks = await ran('knocks');
    expect(knocks.out).toContain('esp-kitchen');
    const tare = await ran('tare', 'fx-1-a', '1030.5');
    expect([tare.code, tare.out]).toEqual([0, 'fx-1-a will be tared: 1030.5 g lie on it now.\n']);
  });

  it.each<[string, string[], number, RegExp]>([
    ['a known id', ['device', 'add', '--id', 'till-9', '--family', 'till', '--dialect', 'aisle'], 1, /already/],
    ['a family that is none', ['device', 'add', '--id', 'x', '--family', 'fridge', '--dialect', 'aisle'], 1, /family/],
    ['a missing dialect', ['device', 'add', '--id', 'x', '--family', 'till'], 2, /--dialect is missing/],
    ['an unknown device', ['device', 'revoke', 'nobody'], 1, /no such device/],
    ['an unknown slot', ['tare', 'nowhere', '5'], 1, /no such slot/],
    ['grams that are no number', ['tare', 'fx-1-a', 'heavy'], 2, /GRAMS/],
    ['an unknown command', ['devices'], 2, /is no command/],
    ['an unknown option', ['knocks', '--loud'], 2, /--loud/],
    ['a missing argument', ['device', 'wait'], 2, /takes 1 argument/],
    ['a cloud that is away', ['knocks', '--url', 'http://127.0.0.1:9', '--token', 'x'], 2, /no cloud answers/],
  ])('ends with its exit status and one line at %s', async (_what, args, code, message) => {
    const run = await ran(...args);
    expect([run.code, run.err]).toEqual([code, expect.stringMatching(message)]);
    expect(run.err.trim().split('\n')).toHaveLength(1);
    expect(run.out).toBe('');
  });

  it('explains itself', async () => {
    const help = await ran('--help');
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('device add')]);
    const nothing = aisle();
    await nothing.done;
    expect(nothing.code).toBe(2);
    const elsewhere = aisle('knocks', '--data', path.join(dir, 'nowhere'));
    await elsewhere.done;
    expect([elsewhere.code, elsewhere.err]).toEqual([2, expect.stringContaining('demo-access.json cannot be read')]);
  });
});
