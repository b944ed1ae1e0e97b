import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DevicesView, EnrolledDevice, HandoverView, InboxCommand, WalkTestRow } from '@aisle/contracts';
import { everywhere } from '../../src/access/access.js';
import { FakeAgent, json, removeFolders, startCloud, temporaryFolder, until, type RunningCloud } from './harness.js';

let cloud: RunningCloud;
let firmwareDir: string;
const agents: FakeAgent[] = [];
const agent = (options: ConstructorParameters<typeof FakeAgent>[1] = {}): FakeAgent => {
  const made = new FakeAgent(cloud.mqttPort, options);
  agents.push(made);
  return made;
};
const API = '/api/v1/stores/demo';
const shelf = { id: 'shelf-9', family: 'shelf', dialect: 'aisle', fixture: 'fx-1', zone: 'dairy', name: 'Milk shelf' };
const post = (where: string, body: unknown) => cloud.api(`${API}/${where}`, json(body));
const enrol = async (device: object = shelf): Promise<EnrolledDevice> => {
  const response = await post('devices', device);
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json()) as EnrolledDevice;
};
const rowOf = async (deviceId: string) => {
  const view = (await (await cloud.api(`${API}/devices`)).json()) as DevicesView;
  return view.devices.find((device) => device.deviceId === deviceId);
};
const viewer = async (): Promise<string> => {
  await cloud.catalog.tokens.putApiToken({
    tokenHash: createHash('sha256').update('token-of-a-viewer').digest('hex'),
    organisationId: 'org',
    name: 'viewer',
    grant: everywhere('viewer', 'org'),
    createdTs: 0,
    expiresTs: null,
  });
  return 'token-of-a-viewer';
};
const commands = <K extends InboxCommand['kind']>(shop: FakeAgent, kind: K) =>
  shop.got.inbox.filter((command): command is Extract<InboxCommand, { kind: K }> => command.kind === kind);

beforeEach(async () => {
  firmwareDir = path.join(temporaryFolder(), 'firmware-configs');
  cloud = await startCloud({ firmwareDir });
});
afterEach(async () => {
  for (const made of agents.splice(0)) await made.leave();
  await cloud.stop();
});
afterAll(removeFolders);

describe('enrolling a device', () => {
  it.each([
    [{ family: 'shelf', dialect: 'esphome' }, 'fixture'],
    [{ family: 'shelf', dialect: 'aisle' }, 'fixture'],
    [{ family: 'rfid', dialect: 'zebra' }, 'antennas'],
    [{ family: 'camera', dialect: 'onvif' }, 'rules'],
    [{ family: 'till', dialect: 'csv' }, 'csv'],
    [{ family: 'screen', dialect: 'anthias' }, 'target'],
    [{ family: 'screen', dialect: 'anthias', target: {} }, 'target.url'],
    [{ family: 'screen', dialect: 'anthias', target: { url: 'ftp://192.168.1.40' } }, 'target.url'],
  ])('%j is refused without %s, and nothing is made', async (entry, field) => {
    const refused = await post('devices', { id: 'new-1', ...entry });
    expect(refused.status).toBe(400);
    const { error } = (await refused.json()) as { error: { field: string; problem?: { code: string } } };
    expect(error.field).toBe(field);
    expect(await rowOf('new-1')).toBeUndefined();
  });

  it('makes a version of the store file and an account, which go down to the shop with the hash alone', async () => {
    const shop = await agent().join();
    const enrolled = await enrol();
    expect(enrolled).toMatchObject({ device: shelf, storeFileVersion: 2, credential: { username: 'shelf-9' } });
    expect(Buffer.from(enrolled.credential.password, 'base64url')).toHaveLength(32);
    await until(() => commands(shop, 'credential').length === 1, 'the credential');
    expect(commands(shop, 'storeFile').at(-1)?.storeFile.devices?.at(-1)).toEqual(shelf);
    expect(commands(shop, 'credential')[0]).toMatchObject({
      deviceId: 'shelf-9',
      sha256: createHash('sha256').update(enrolled.credential.password).digest('hex'),
    });
    expect(JSON.stringify(shop.got)).not.toContain(enrolled.credential.password);
    expect(JSON.stringify(cloud.logs)).not.toContain(enrolled.credential.password);
  });

  it('of another maker goes down with where it is told, and its password comes back to nobody who reads', async () => {
    const shop = await agent().join();
    const target = { url: 'http://192.168.1.40', username: 'shop', password: 'secret of the screen' };
    const screen = { id: 'screen-9', family: 'screen', dialect: 'anthias', zone: 'dairy', target };
    await enrol(screen);
    const told = () =>
      commands(shop, 'storeFile').flatMap(({ storeFile }) =>
        (storeFile.devices ?? []).filter(({ id }) => id === 'screen-9'),
      );
    await until(() => told().length > 0, 'the store file with the screen');
    expect(told()[0]).toEqual(screen);
    expect(JSON.stringify(await rowOf('screen-9'))).not.toContain(target.password);
    const headers = { authorization: `Bearer ${await viewer()}` };
    expect(await (await cloud.api(`${API}/file`, { headers })).text()).not.toContain(target.password);
  });

  it('is pending until the agent has it in its journal', async () => {
    await enrol();
    expect((await rowOf('shelf-9'))?.credential).toMatchObject({ state: 'given', pending: true, revokedTs: null });
    const shop = await agent().join();
    await until(() => commands(shop, 'credential').length === 1, 'the credential');
    await shop.up('inbox-ack', { seq: Math.max(...shop.got.inbox.map(({ seq }) => seq)) });
    await until(async () => (await rowOf('shelf-9'))?.credential.pending === false, 'no longer pending');
  });

  it('shows it among the devices with its place before the agent knows of it', async () => {
    await enrol();
    expect(await rowOf('shelf-9')).toMatchObject({
      family: 'shelf',
      dialect: 'aisle',
      fixture: 'fx-1',
      zone: 'dairy',
      name: 'Milk shelf',
      state: 'unknown',
      lastSeenTs: null,
    });
    expect((await rowOf('cam-1'))?.credential).toMatchObject({ state: 'none', issuedTs: null, pending: false });
  });

  it.each<[string, object, number, string | undefined]>([
    ['of a known id', { ...shelf, id: 'cam-1' }, 409, 'id'],
    ['of an id with a meaning of its own', { ...shelf, id: 'unknown' }, 400, 'id'],
    ['without a dialect', { id: 'x', family: 'shelf' }, 400, 'dialect'],
    ['with an unknown key', { ...shelf, colour: 'red' }, 400, 'colour'],
    ['in a zone that is not there', { ...shelf, zone: 'cellar' }, 400, 'zone'],
    ['behind a gateway that is not there', { ...shelf, gateway: 'hub' }, 400, 'gateway'],
    ['weighing a slot that is not there', { ...shelf, sensors: [{ slot: 'fx-7' }] }, 400, 'sensors[0].slot'],
    ['with keys of another family', { ...shelf, antennas: [{ antenna: 1 }] }, 400, 'antennas'],
  ])('%s is refused, naming the field', async (_what, device, status, field) => {
    const response = await post('devices', device);
    const { error } = (await response.json()) as { error: { field?: string; message: string } };
    expect([response.status, error.field]).toEqual([status, field]);
    expect((await cloud.catalog.versions.currentVersion('demo', Date.now()))?.version).toBe(1);
    expect(await cloud.catalog.devices.credentials('demo')).toEqual([]);
  });

  it('by two at the same time loses neither', async () => {
    const ids = ['a', 'b', 'c', 'd'].map((letter) => `shelf-${letter}`);
    await Promise.all(ids.map((id) => enrol({ ...shelf, id })));
    const file = (await cloud.catalog.versions.currentVersion('demo', Date.now()))!.storeFile;
    expect((file.devices ?? []).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it('is for owners: a viewer may look but neither enrol, revoke nor tare', async () => {
    const token = await viewer();
    const as = (method: string, where: string, body?: unknown) =>
      cloud.api(`${API}/${where}`, {
        method,
        token,
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
    expect((await as('POST', 'devices', shelf)).status).toBe(403);
    expect((await as('PATCH', 'devices/cam-1', { name: 'x' })).status).toBe(403);
    expect((await as('POST', 'devices/cam-1/credential', {})).status).toBe(403);
    expect((await as('DELETE', 'devices/cam-1/credential')).status).toBe(403);
    expect((await as('POST', 'slots/fx-1-a/tare', { knownGrams: 0 })).status).toBe(403);
    for (const where of ['devices', 'knocks', 'walk-tests', 'handover'])
      expect((await as('GET', where)).status, where).toBe(200);
  });
});

describe('the ready configuration', () => {
  it('fills the template of the dialect, and leaves braces that are not ours', async () => {
    mkdirSync(path.join(firmwareDir, 'esphome'), { recursive: true });
    const title = { en: 'A shelf', zh: '货架' };
    writeFileSync(
      path.join(firmwareDir, 'index.json'),
      JSON.stringify([
        { dialect: 'esphome', family: 'shelf', files: [{ path: 'esphome/shelf.yaml', title, language: 'yaml' }] },
      ]),
    );
    writeFileSync(
      path.join(firmwareDir, 'esphome/shelf.yaml'),
      'broker: {{host}}\nport: {{port}}\nid: {{deviceId}}\nuser: {{ username }}\npassword: "{{password}}"\nx: {{ other }}\n',
    );
    const shop = await agent().join();
    const status = {
      ts: 1,
      agentVersion: 'test',
      configVersion: 1,
      refused: [],
      outbox: { waiting: 0, oldestTs: null, discarded: 0 },
      journalSeq: 0,
      reach: { host: '192.168.1.5', mqttPort: 1999, httpPort: 8090 },
      accounts: ['cam-1'],
    };
    await shop.up('status', status);
    await until(async () => (await rowOf('cam-1'))?.credential.state === 'given', 'the status');
    const { configuration, credential, mqtt } = await enrol({ ...shelf, dialect: 'esphome' });
    expect(mqtt).toEqual({ host: '192.168.1.5', port: 1999, webSocketUrl: 'ws://192.168.1.5:8090/mqtt' });
    expect(configuration).toEqual([
      {
        file: 'shelf.yaml',
        title,
        language: 'yaml',
        text: `broker: 192.168.1.5\nport: 1999\nid: shelf-9\nuser: shelf-9\npassword: "${credential.password}"\nx: {{ other }}\n`,
      },
    ]);
  });

  it('without a template is a plain text with everything in it', async () => {
    const { configuration, credential, mqtt } = await enrol();
    expect(mqtt).toEqual({ host: null, port: null, webSocketUrl: null });
    expect(configuration).toHaveLength(1);
    for (const part of ['shelf-9', credential.password, '1883', 'aisle/v1/devices/shelf-9/'])
      expect(configuration[0]?.text).toContain(part);
  });

  it('of a screen has the address of its player', async () => {
    const { configuration, credential } = await enrol({ id: 'screen-9', family: 'screen', dialect: 'aisle' });
    expect(configuration[0]?.text).toContain(`/player/screen-9#key=${credential.password}`);
  });
});

describe('a known device', () => {
  const remove = (id: string) => cloud.api(`${API}/devices/${id}/credential`, { method: 'DELETE' });

  it('gets another password, told to the shop as replaced when other hardware takes its place', async () => {
    const shop = await agent().join();
    const first = await enrol();
    const response = await post('devices/shelf-9/credential', { replaced: true });
    expect(response.status).toBe(201);
    const second = (await response.json()) as EnrolledDevice;
    expect(second.credential.password).not.toBe(first.credential.password);
    expect(second.storeFileVersion).toBe(2);
    await until(() => commands(shop, 'credential').length === 2, 'both credentials');
    expect(commands(shop, 'credential').map(({ replaced }) => replaced)).toEqual([undefined, true]);
    const bare = await cloud.api(`${API}/devices/shelf-9/credential`, { method: 'POST' });
    expect(bare.status).toBe(201);
  });

  it('is revoked, also one whose password came from elsewhere, and may be given another', async () => {
    const shop = await agent().join();
    const response = await remove('cam-1');
    expect([response.status, await response.json()]).toMatchObject([
      202,
      { deviceId: 'cam-1', credential: { state: 'revoked', issuedTs: null, pending: true } },
    ]);
    await until(() => commands(shop, 'credential').length === 1, 'the revocation');
    expect(commands(shop, 'credential')[0]).toMatchObject({ deviceId: 'cam-1', sha256: null });
    await post('devices/cam-1/credential', {});
    expect((await rowOf('cam-1'))?.credential).toMatchObject({ state: 'given', revokedTs: null });
  });

  it('has its name and place changed, by the rules of the store file', async () => {
    await enrol();
    const patch = (id: string, body: unknown) => cloud.api(`${API}/devices/${id}`, { ...json(body), method: 'PATCH' });
    const changed = await patch('shelf-9', { name: { en: 'Milk', zh: '牛奶' }, zone: null });
    expect([changed.status, await changed.json()]).toMatchObject([
      200,
      { storeFileVersion: 3, device: { id: 'shelf-9', name: { en: 'Milk', zh: '牛奶' } } },
    ]);
    expect((await rowOf('shelf-9'))?.zone).toBeUndefined();
    for (const [body, field] of [
      [{ id: 'other' }, 'id'],
      [{ zone: 'cellar' }, 'zone'],
      [{ colour: 'red' }, 'colour'],
    ] as const) {
      const refused = await patch('shelf-9', body);
      expect([refused.status, ((await refused.json()) as { error: { field: string } }).error.field]).toEqual([
        400,
        field,
      ]);
    }
    expect((await patch('nobody', { name: 'x' })).status).toBe(404);
  });

  it('that is not there cannot be revoked or renewed', async () => {
    expect((await remove('nobody')).status).toBe(404);
    expect((await post('devices/nobody/credential', {})).status).toBe(404);
    expect((await cloud.api('/api/v1/stores/other/devices')).status).toBe(404);
  });
});

describe('installing', () => {
  it('lists sales that were kept apart, and sends down what a person says of them', async () => {
    const shop = await agent().join();
    const sale = (receipt: string, ts: number) => ({
      ...{
        heldId: `till-1.${receipt}`,
        deviceId: 'till-1',
        receipt,
        ts,
        receivedTs: Date.parse('2026-03-02T12:00:00Z'),
      },
      ...{ reason: 'tooOld', lines: 1, netMinor: 1250 },
    });
    await shop.up('status', {
      ...{ ts: 1, agentVersion: 'test', configVersion: 1, refused: [], journalSeq: 0 },
      outbox: { waiting: 0, oldestTs: null, discarded: 0 },
      heldSales: [sale('a', 0), sale('b', 9e15)],
    });
    const rows = async () => (await (await cloud.api(`${API}/sales/held`)).json()) as object[];
    await until(async () => (await rows()).length === 2, 'the sales');
    expect(await rows()).toMatchObject([
      { heldId: 'till-1.a', till: 'till-1', receipt: 'a', net: 12.5, receivedTs: '2026-03-02T20:00:00+08:00' },
      { receipt: 'b', ts: null },
    ]);
    expect((await post('sales/held/till-1.a', { action: 'accept' })).status).toBe(202);
    expect((await post('sales/held/till-1.b', { action: 'drop' })).status).toBe(202);
    expect((await post('sales/held/till-1.c', { action: 'drop' })).status).toBe(404);
    expect((await post('sales/held/till-1.a', { action: 'perhaps' })).status).toBe(400);
    expect((await post('sales/held/till-1.a', { action: 'accept', ts: 9e15 })).status).toBe(400);
    await until(() => commands(shop, 'heldSale').length === 2, 'the commands');
    expect(commands(shop, 'heldSale')).toMatchObject([
      { heldId: 'till-1.a', action: 'accept', ts: Date.parse('2026-03-02T12:00:00Z') },
      { heldId: 'till-1.b', action: 'drop' },
    ]);
  });

  it('lists who knocks, but nobody who has been enrolled meanwhile', async () => {
    const shop = await agent().join();
    const knock = (name: string) => ({ name, count: 2, firstTs: 1, lastTs: 2 });
    await shop.up('status', {
      ts: 1,
      agentVersion: 'test',
      configVersion: 1,
      refused: [],
      outbox: { waiting: 0, oldestTs: null, discarded: 0 },
      journalSeq: 0,
      knocks: [knock('esp-7'), knock('shelf-9')],
    });
    const names = async () =>
      ((await (await cloud.api(`${API}/knocks`)).json()) as { name: string }[]).map(({ name }) => name);
    await until(async () => (await names()).length === 2, 'the knocks');
    await enrol();
    expect(await names()).toEqual(['esp-7']);
  });

  it('tares a slot of the store, durably for the shop', async () => {
    const response = await post('slots/fx-1-a/tare', { knownGrams: 1030.5 });
    expect([response.status, await response.json()]).toMatchObject([202, { slotId: 'fx-1-a', knownGrams: 1030.5 }]);
    const shop = await agent().join();
    await until(() => commands(shop, 'tare').length === 1, 'the tare');
    expect(commands(shop, 'tare')[0]).toMatchObject({ slotId: 'fx-1-a', knownGrams: 1030.5 });
    expect((await post('slots/fx-9/tare', { knownGrams: 1 })).status).toBe(404);
    expect((await post('slots/fx-1-a/tare', { knownGrams: -1 })).status).toBe(400);
  });

  const START = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
  const walk = (taps: { ts: number; what: 'in' | 'out' }[], more: object = {}) => ({
    entranceId: 'main',
    startedTs: START + 5_000,
    endedTs: START + 100_000,
    taps,
    ...more,
  });

  it('compares a walk test with what the entrance counted in its minutes, and keeps it', async () => {
    const shop = await agent().join();
    const minute = (at: number, entered: number, out: number) => ({
      kind: 'crossings',
      subject: 'main',
      ts: START + at * 60_000,
      seq: 1 + at,
      configVersion: 1,
      value: { in: entered, out, source: 'tracks' },
    });
    await shop.facts([minute(0, 2, 1), minute(1, 1, 1), minute(2, 50, 50)]);
    const taps = [10, 20, 30, 70].map((s) => ({ ts: START + s * 1000, what: 'in' as const }));
    const outs = [15, 75].map((s) => ({ ts: START + s * 1000, what: 'out' as const }));
    const response = await post('walk-tests', walk([...taps, ...outs], { by: 'Ada' }));
    const row = (await response.json()) as WalkTestRow;
    expect([response.status, row]).toMatchObject([
      201,
      { by: 'Ada', tapped: { in: 4, out: 2 }, counted: { in: 3, out: 2 }, agreement: 0.909091, settled: true },
    ]);
    expect(row.minutes.map(({ tapped, counted }) => [tapped, counted])).toEqual([
      [
        { in: 3, out: 1 },
        { in: 2, out: 1 },
      ],
      [
        { in: 1, out: 1 },
        { in: 1, out: 1 },
      ],
    ]);
    const again = await cloud.api(`${API}/walk-tests`);
    expect(await again.json()).toEqual([row]);
  });

  it('compares a walk test anew as long as counts may still come in', async () => {
    const now = Date.now();
    const body = walk([{ ts: now - 2_000, what: 'in' }], { startedTs: now - 3_000, endedTs: now });
    const young = (await (await post('walk-tests', body)).json()) as WalkTestRow;
    expect(young).toMatchObject({ settled: false, tapped: { in: 1, out: 0 } });
    const shop = await agent().join();
    const ts = Math.floor((now - 2_000) / 60_000) * 60_000;
    const value = { in: 1, out: 0, source: 'tracks' };
    await shop.facts([{ kind: 'crossings', subject: 'main', ts, seq: 1, configVersion: 1, value }]);
    const [late] = (await (await cloud.api(`${API}/walk-tests`)).json()) as WalkTestRow[];
    expect(late).toMatchObject({ walkTestId: young.walkTestId, counted: { in: 1, out: 0 }, agreement: 1 });
  });

  it.each<[string, object, string]>([
    ['an unknown entrance', { entranceId: 'back' }, 'entranceId'],
    ['a zone and an entrance', { zoneId: 'dairy' }, 'zoneId'],
    ['an end before its start', { endedTs: START }, 'endedTs'],
    ['a tap outside of it', { taps: [{ ts: START, what: 'in' }] }, 'taps[0].ts'],
    ['no tap', { taps: [] }, 'taps'],
  ])('refuses a walk test with %s', async (_what, change, field) => {
    const response = await post('walk-tests', { ...walk([{ ts: START + 6_000, what: 'in' }]), ...change });
    expect([response.status, ((await response.json()) as { error: { field: string } }).error.field]).toEqual([
      400,
      field,
    ]);
  });

  it('puts everything onto the hand-over sheet', async () => {
    await enrol();
    await post('slots/fx-1-a/tare', { knownGrams: 0 });
    await post('walk-tests', walk([{ ts: START + 6_000, what: 'in' }]));
    const sheet = (await (await cloud.api(`${API}/handover`)).json()) as HandoverView;
    expect(sheet).toMatchObject({
      storeId: 'demo',
      storeFileVersion: 2,
      agentOnline: false,
      slots: [{ slotId: 'fx-1-a', fixtureId: 'fx-1', gtin: '06901234567892', tared: { knownGrams: 0 } }],
    });
    expect(sheet.walkTests).toHaveLength(1);
    expect(sheet.devices.map(({ deviceId, credential }) => [deviceId, credential.state])).toEqual([
      ['cam-1', 'none'],
      ['till-1', 'none'],
      ['screen-1', 'none'],
      ['shelf-9', 'given'],
    ]);
  });
});

describe('an agent that lost its disk', () => {
  it('gets the newest store file and the newest credential of each device again', async () => {
    const shop = await agent().join();
    await enrol();
    await post('devices/shelf-9/credential', {});
    await cloud.api(`${API}/devices/cam-1/credential`, { method: 'DELETE' });
    await until(() => commands(shop, 'credential').length === 3, 'the credentials');
    await shop.up('inbox-ack', { seq: Math.max(...shop.got.inbox.map(({ seq }) => seq)) });
    await until(
      async () => (await cloud.catalog.inbox.inboxAfter('demo', 0, 10)).length === 3,
      'the rest of the inbox',
    );
    await shop.leave();
    const fresh = await agent().join();
    await until(() => fresh.got.inbox.length === 3, 'three commands');
    expect(commands(fresh, 'storeFile').map(({ version }) => version)).toEqual([2]);
    expect(commands(fresh, 'credential').map(({ deviceId, sha256 }) => [deviceId, sha256 === null])).toEqual([
      ['shelf-9', false],
      ['cam-1', true],
    ]);
  });
});
describe('what could not be joined to a sale', () => {
  const ask = async () => (await cloud.api('/api/v1/stores/demo/unjoined')).json();
  const status = { ts: 1, agentVersion: 'test', configVersion: 1, refused: [], journalSeq: 0 };
  const outbox = { waiting: 0, oldestTs: null, discarded: 0 };

  it('is as the shop says, and not known before it has, or where it is too old to say it', async () => {
    expect(await ask()).toEqual({ pickups: null, returns: null });
    const shop = await agent().join();
    await shop.up('status', { ...status, outbox, unjoined: { pickups: 3, returns: 0 } });
    await until(async () => ((await ask()) as { pickups: number | null }).pickups === 3, 'the status');
    expect(await ask()).toEqual({ pickups: 3, returns: 0 });
    await shop.up('status', { ...status, outbox, ts: 2 });
    await until(async () => ((await ask()) as { pickups: number | null }).pickups === null, 'the older status');
  });
});
