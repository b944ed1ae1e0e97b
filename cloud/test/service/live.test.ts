import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SocketEvents, compile, type LiveCamera, type LiveSnapshot, type SeenPeople } from '@aisle/contracts';
import {
  EMAIL,
  FakeAgent,
  PASSWORD,
  TOKEN,
  json,
  noInsight,
  removeFolders,
  startCloud,
  until,
  type RunningCloud,
} from './harness.js';

let cloud: RunningCloud;
const agents: FakeAgent[] = [];
const sockets: Socket[] = [];
const agent = (): FakeAgent => {
  const made = new FakeAgent(cloud.mqttPort);
  agents.push(made);
  return made;
};

type Told = { event: keyof typeof SocketEvents; seq: number } & Record<string, unknown>;
const checkers = Object.fromEntries(Object.entries(SocketEvents).map(([event, schema]) => [event, compile(schema)]));

/** A browser: every event in the order of arrival, each checked against the contract. */
async function browser(auth: Record<string, unknown> = { token: TOKEN }, headers: Record<string, string> = {}) {
  const socket = io(`${cloud.url}/live`, {
    auth,
    extraHeaders: headers,
    reconnection: false,
    transports: ['websocket'],
    forceNew: true,
  });
  sockets.push(socket);
  const told: Told[] = [];
  socket.onAny((event: string, payload: object) => {
    const checked = checkers[event]?.check(payload);
    if (checked && !checked.ok) throw new Error(`${event}: ${checked.problem.field} ${checked.problem.message}`);
    told.push({ event, ...payload } as Told);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  const watch = (request: unknown) => socket.timeout(5000).emitWithAck('watch', request) as Promise<unknown>;
  return { socket, told, watch, of: (event: string) => told.filter((entry) => entry.event === event) };
}

const CAMERA: LiveCamera = {
  source: 'running',
  received: 912,
  processed: 903,
  dropped: 8,
  refused: 1,
  framesPerSecond: 4.98,
  latencyMs: { p50: 31.5, p95: 74 },
  model: 'person-detector',
};
const snapshot = (more: Partial<LiveSnapshot> = {}): LiveSnapshot => ({
  ts: 1000,
  occupancy: 1,
  zones: [
    { zoneId: 'dairy', occupancy: 1 },
    { zoneId: 'snacks', occupancy: 0 },
  ],
  heat: { cellMetres: 0.5, columns: 20, rows: 16, seconds: new Array<number>(320).fill(0) },
  presence: [[45, 1]],
  devices: [{ deviceId: 'cam-1', family: 'camera', state: 'online', lastSeenTs: 5, camera: CAMERA }],
  screens: [],
  alerts: [],
  ...more,
});

beforeEach(async () => {
  cloud = await startCloud({ insight: noInsight() });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  for (const made of agents.splice(0)) await made.leave();
  await cloud.stop();
});
afterAll(removeFolders);

describe('a socket', () => {
  it.each<[string, Record<string, unknown>]>([
    ['without a credential', {}],
    ['with a wrong token', { token: 'wrong' }],
    ['with something else as token', { token: { $ne: '' } }],
  ])('%s is refused', async (_what, auth) => {
    await expect(browser(auth)).rejects.toMatchObject({ data: { code: 'unauthorised' } });
  });

  it('is admitted with the session cookie, but not for a page from elsewhere', async () => {
    const response = await cloud.api('/api/v1/session', { token: null, ...json({ email: EMAIL, password: PASSWORD }) });
    const cookie = response.headers.get('set-cookie')!.split(';')[0]!;
    await expect(browser({}, { cookie, origin: cloud.url })).resolves.toBeDefined();
    await expect(browser({}, { cookie, origin: 'http://evil.test' })).rejects.toMatchObject({
      data: { code: 'unauthorised' },
    });
  });

  it('outside the namespace /live is refused', async () => {
    const socket = io(cloud.url, {
      auth: { token: TOKEN },
      reconnection: false,
      transports: ['websocket'],
      forceNew: true,
    });
    sockets.push(socket);
    await expect(
      new Promise((resolve, reject) => socket.on('connect', () => resolve(1)).on('connect_error', reject)),
    ).rejects.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['an unknown store', { storeId: 'never-was' }, 'notFound'],
    ['a store of others', { storeId: 'theirs' }, 'notFound'],
    ['nothing', {}, 'invalid'],
    ['null', null, 'invalid'],
  ])('that watches %s is told so', async (_what, request, code) => {
    await cloud.catalog.users.ensureOrganisation('others');
    await cloud.catalog.stores.ensureStore('theirs', 'others');
    const page = await browser();
    expect(await page.watch(request)).toEqual({ error: { code, message: expect.any(String) } });
    expect(page.told).toEqual([]);
  });

  it('is told by an event when it asked for no answer', async () => {
    const page = await browser();
    page.socket.emit('watch', { storeId: 'never-was' });
    await until(() => page.told.length > 0, 'an answer');
    expect(page.told[0]).toMatchObject({ event: 'error', error: { code: 'notFound' } });
  });
});

describe('watching a shop', () => {
  it('asks its agent, and gives the snapshot, then what changes, numbered from the snapshot on', async () => {
    const shop = await agent().join();
    expect(shop.got.watch).toEqual([]);
    const page = await browser();
    await page.watch({ storeId: 'demo' });
    await until(() => shop.got.watch.length === 1, 'a watch');
    expect(shop.got.watch[0]).toEqual({ leaseMs: 30_000, fresh: true });
    await shop.up('live', { n: 0, type: 'snapshot', snapshot: snapshot() });
    await until(() => page.told.length === 1, 'the snapshot');
    expect(page.told[0]).toMatchObject({ event: 'snapshot', seq: 1, storeId: 'demo', agentOnline: true, occupancy: 1 });
    const zones = [{ zoneId: 'dairy', occupancy: 2 }];
    await shop.up('live', {
      n: 1,
      type: 'delta',
      ts: 2000,
      occupancy: 2,
      zones,
      heat: [[3, 1.5]],
      presence: [[45, 2]],
    });
    await shop.up('live', { n: 2, type: 'delta', ts: 3000, heat: [[4, 0.5]] });
    await shop.up('live', { n: 3, type: 'delta', ts: 4000, occupancy: 3 });
    await until(() => page.told.length === 5, 'the changes');
    expect(page.told.slice(1)).toEqual([
      { event: 'zones', seq: 2, ts: 2000, occupancy: 2, zones },
      { event: 'heat', seq: 3, ts: 2000, cells: [[3, 1.5]], presence: [[45, 2]] },
      { event: 'heat', seq: 4, ts: 3000, cells: [[4, 0.5]], presence: [[45, 2]] },
      { event: 'zones', seq: 5, ts: 4000, occupancy: 3, zones },
    ]);
    // somebody who comes later starts from what is so now, and disturbs nobody
    const second = await browser();
    await second.watch({ storeId: 'demo' });
    await until(() => second.told.length === 1, 'the second snapshot');
    expect(second.told[0]).toMatchObject({ seq: 1, occupancy: 3, ts: 4000 });
    expect((second.told[0] as unknown as LiveSnapshot).heat.seconds.slice(3, 5)).toEqual([1.5, 0.5]);
    expect(shop.got.watch).toHaveLength(1);
    expect(page.told).toHaveLength(5);
  });

  it('asks for a fresh snapshot when a message of the agent is missing', async () => {
    const shop = await agent().join();
    const page = await browser();
    await page.watch({ storeId: 'demo' });
    await until(() => shop.got.watch.length === 1, 'a watch');
    await shop.up('live', { n: 0, type: 'snapshot', snapshot: snapshot() });
    await until(() => page.told.length === 1, 'the snapshot');
    let n = 5;
    // the agent knows nothing of the loss and goes on
    await until(async () => {
      await shop.up('live', { n: (n += 1), type: 'delta', ts: 2000 + n, occupancy: n });
      return shop.got.watch.length > 1;
    }, 'another watch');
    expect(shop.got.watch[1]).toEqual({ leaseMs: 30_000, fresh: true });
    expect(page.told).toHaveLength(1);
    await shop.up('live', { n: 0, type: 'snapshot', snapshot: snapshot({ occupancy: 9 }) });
    await until(() => page.told.length === 2, 'the fresh snapshot');
    expect(page.told[1]).toMatchObject({ event: 'snapshot', seq: 2, occupancy: 9 });
  });

  it('tells when the agent goes, keeps the last picture meanwhile, and shows everything again when it is back', async () => {
    const shop = await agent().join();
    const page = await browser();
    await page.watch({ storeId: 'demo' });
    await until(() => shop.got.watch.length === 1, 'a watch');
    await shop.up('live', { n: 0, type: 'snapshot', snapshot: snapshot() });
    await until(() => page.told.length === 1, 'the snapshot');
    await shop.leave();
    await until(() => page.told.length === 2, 'word that the agent is gone');
    expect(page.told[1]).toMatchObject({
      event: 'devices',
      seq: 2,
      agentOnline: false,
      devices: [{ state: 'unknown' }, {}, {}],
    });
    // who comes now gets the last picture, and that it is one
    const later = await browser();
    await later.watch({ storeId: 'demo' });
    await until(() => later.told.length === 1, 'the last picture');
    expect(later.told[0]).toMatchObject({ agentOnline: false, ts: 1000, occupancy: 1, presence: [[45, 1]] });
    expect(later.told[0]?.['agentLastSeenTs']).toBeTypeOf('number');
    expect(later.told[0]).toMatchObject({ alerts: [{ kind: 'agentOffline', subject: 'demo', until: null }] });
    const again = await agent().join();
    await until(() => again.got.watch.some((watch) => watch.fresh), 'a watch for the agent that came back');
    await again.up('live', { n: 0, type: 'snapshot', snapshot: snapshot({ occupancy: 4 }) });
    await until(() => page.of('snapshot').length === 2, 'the view of the agent');
    expect(page.of('snapshot')[1]).toMatchObject({ agentOnline: true, occupancy: 4, alerts: [] });
    const numbers = page.told.map((entry) => entry.seq);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  it('gives a view without people at once while the agent is away', async () => {
    const page = await browser();
    await page.watch({ storeId: 'demo' });
    await until(() => page.told.length === 1, 'a snapshot');
    expect(page.told[0]).toMatchObject({ event: 'snapshot', agentOnline: false, occupancy: null });
    expect((page.told[0] as unknown as LiveSnapshot).devices.map((device) => [device.deviceId, device.state])).toEqual([
      ['cam-1', 'unknown'],
      ['till-1', 'unknown'],
      ['screen-1', 'unknown'],
    ]);
  });

  it('raises an alert when a device has gone', async () => {
    const shop = await agent().join();
    const page = await browser();
    await page.watch({ storeId: 'demo' });
    await until(() => shop.got.watch.length === 1, 'a watch');
    await shop.up('live', { n: 0, type: 'snapshot', snapshot: snapshot() });
    const devices = [{ deviceId: 'cam-1', family: 'camera', state: 'offline', lastSeenTs: 5 }];
    await shop.up('live', { n: 1, type: 'delta', ts: 2, devices });
    await until(() => page.of('alerts').length === 1, 'an alert');
    expect(page.of('alerts')[0]).toMatchObject({ alerts: [{ kind: 'deviceOffline', subject: 'cam-1' }] });
    expect(await (await cloud.api('/api/v1/stores/demo/alerts')).json()).toEqual(page.of('alerts')[0]!.alerts);
  });

  it('forwards within a few milliseconds', async () => {
    const shop = await agent().join();
    const page = await browser();
    await page.watch({ storeId: 'demo' });
    await until(() => shop.got.watch.length === 1, 'a watch');
    await shop.up('live', { n: 0, type: 'snapshot', snapshot: snapshot() });
    await until(() => page.told.length === 1, 'the snapshot');
    const delays: number[] = [];
    for (let n = 1; n <= 100; n += 1) {
      const arrived = new Promise<void>((resolve) => page.socket.once('zones', () => resolve()));
      const sent = performance.now();
      shop.client.publish('aisle/v1/stores/demo/up/live', JSON.stringify({ n, type: 'delta', ts: n, occupancy: n }), {
        qos: 0,
      });
      await arrived;
      delays.push(performance.now() - sent);
    }
    delays.sort((a, b) => a - b);
    expect(delays[98]).toBeLessThan(100);
  });
});

describe('GET /live', () => {
  it('opens a watch, waits for the agent, and answers from what it said', async () => {
    const shop = await agent().join();
    const answer = cloud.api('/api/v1/stores/demo/live').then((response) => response.json());
    await until(() => shop.got.watch.length === 1, 'a watch');
    await shop.up('live', { n: 0, type: 'snapshot', snapshot: snapshot() });
    const { ts, occupancy, zones, heat, devices, screens } = snapshot();
    expect(await answer).toEqual({ ts, occupancy, zones, heat, devices, screens, agentOnline: true });
    await shop.up('live', { n: 1, type: 'delta', ts: 2000, occupancy: 2 });
    await until(async () => {
      const next = (await (await cloud.api('/api/v1/stores/demo/live')).json()) as { occupancy: number };
      return next.occupancy === 2;
    }, 'the newer view');
    expect(shop.got.watch).toHaveLength(1);
  });

  it('invents nobody while the agent is away', async () => {
    const view = (await (await cloud.api('/api/v1/stores/demo/live')).json()) as { heat: { seconds: number[] } };
    expect(view).toMatchObject({
      occupancy: null,
      agentOnline: false,
      zones: [
        { zoneId: 'dairy', occupancy: null },
        { zoneId: 'snacks', occupancy: null },
      ],
    });
    expect(view.heat.seconds).toHaveLength(320);
    expect(view.heat.seconds.every((seconds) => seconds === 0)).toBe(true);
    const screens = (await (await cloud.api('/api/v1/stores/demo/screens')).json()) as object[];
    expect(screens).toMatchObject([{ deviceId: 'screen-1', audience: null }]);
  });

  it('answers all the same when the agent says nothing', async () => {
    await agent().join();
    const view = (await (await cloud.api('/api/v1/stores/demo/live')).json()) as object;
    expect(view).toMatchObject({ occupancy: null, agentOnline: true });
  });

  it('gives no number for what nothing senses, and since when', async () => {
    const shop = await agent().join();
    const answer = cloud.api('/api/v1/stores/demo/live').then((response) => response.json());
    await until(() => shop.got.watch.length === 1, 'a watch');
    const quiet = { deviceId: 'cam-1', family: 'camera', state: 'online', sensing: false, lastSeenTs: 777 } as const;
    const nothing = { decisionId: null, contentId: null, category: null, sinceTs: null };
    const screen = { deviceId: 'screen-1', ...nothing, reason: '', audience: 4 };
    await shop.up('live', {
      n: 0,
      type: 'snapshot',
      snapshot: snapshot({ occupancy: 0, devices: [quiet], screens: [screen] }),
    });
    await answer;
    await until(async () => {
      const view = (await (await cloud.api('/api/v1/stores/demo/live')).json()) as SeenPeople;
      const [told] = (await (await cloud.api('/api/v1/stores/demo/screens')).json()) as { audience: number | null }[];
      return (
        told?.audience === null &&
        view.occupancy === null &&
        view.unsensedSinceTs === 777 &&
        view.zones.every((zone) => zone.occupancy === null)
      );
    }, 'no number');
  });
});

describe('GET /devices', () => {
  it('shows refused messages by reason, also of senders that nobody knows', async () => {
    const shop = await agent().join();
    await shop.up('status', {
      ts: 1,
      agentVersion: 'test',
      configVersion: 1,
      refused: [
        { deviceId: 'cam-1', reason: 'late', count: 7 },
        { deviceId: 'unknown', reason: 'unknownDevice', count: 2 },
      ],
      outbox: { waiting: 3, oldestTs: null, discarded: 0 },
      journalSeq: 1,
    });
    const view = (await (await cloud.api('/api/v1/stores/demo/devices')).json()) as { devices: object[] };
    expect(view).toMatchObject({
      agentOnline: true,
      outboxWaiting: 3,
      unknownRefused: [{ reason: 'unknownDevice', count: 2 }],
    });
    expect(view.devices[0]).toMatchObject({ deviceId: 'cam-1', refused: [{ reason: 'late', count: 7 }] });
  });
});
