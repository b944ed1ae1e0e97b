import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LiveAlert, StoreFile, Watch } from '@aisle/contracts';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import { SystemClock } from '../../src/adapters/system-clock.js';
import { chooseSeriesStore } from '../../src/store/open-series.js';
import {
  EMAIL,
  PASSWORD,
  TOKEN,
  json,
  noInsight,
  removeFolders,
  startCloud,
  until,
  type RunningCloud,
} from '../service/harness.js';
import { incident } from '../store/fact-samples.js';
import { SharedAgent, SharedBroker } from './shared-broker.js';

const MINUTE = 60_000;
const API = '/api/v1/stores/demo';

/** A machine whose clock on the wall is off by so much. */
class WrongClock extends SystemClock {
  constructor(private readonly offMs: number) {
    super();
  }
  override now(): number {
    return super.now() + this.offMs;
  }
}

describe.skipIf(!hasPostgres())('three processes of one cloud, on one PostgreSQL (package postgresql)', () => {
  const postgres = new Postgres('secret-of-the-database');
  let all: RunningCloud[] = [];
  let a: RunningCloud;
  let b: RunningCloud;
  let c: RunningCloud;
  let broker: SharedBroker;
  let database: string;
  const sockets: Socket[] = [];
  const runs = new Map<RunningCloud, number>();

  beforeAll(() => postgres.start());
  afterAll(async () => {
    await postgres.stop();
    removeFolders();
  });

  const start = async (dir: string | undefined, offMs: number): Promise<RunningCloud> => {
    const engine = { engine: 'postgres', url: postgres.url(database), password: postgres.password } as const;
    const clock = new WrongClock(offMs);
    const cloud = await startCloud({
      config: { catalog: engine, series: engine, publicUrl: 'http://127.0.0.1:1' },
      insight: { ...noInsight(), rollupsDue: async () => (count(), false), maintainRollups: async () => (count(), 0) },
      series: chooseSeriesStore(engine, '', clock),
      broker: ({ leases }) => broker.port(leases),
      clock,
      ...(dir !== undefined && { dir }),
    });
    const count = (): void => void runs.set(cloud, (runs.get(cloud) ?? 0) + 1);
    return cloud;
  };

  beforeEach(async () => {
    broker = new SharedBroker();
    database = await postgres.database();
    // their clocks are minutes apart; the last two start at the same moment
    a = await start(undefined, -6 * MINUTE);
    [b, c] = await Promise.all([start(a.dir, 0), start(a.dir, 11 * MINUTE)]);
    all = [a, b, c];
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await Promise.all(all.map((cloud) => cloud.stop()));
  });

  const login = (cloud: RunningCloud, password: string, email = EMAIL) =>
    cloud.api('/api/v1/session', { token: null, ...json({ email, password }) });
  const cookieOf = async (cloud: RunningCloud): Promise<string> =>
    (await login(cloud, PASSWORD)).headers.get('set-cookie')!.split(';')[0]!;
  const whoIs = (cloud: RunningCloud, cookie: string) =>
    cloud.api('/api/v1/session', { token: null, headers: { cookie } });

  async function browser(cloud: RunningCloud, auth: object = { token: TOKEN }, headers: Record<string, string> = {}) {
    const socket = io(`${cloud.url}/live`, {
      ...{ auth, extraHeaders: headers, reconnection: false, transports: ['websocket'], forceNew: true },
    });
    sockets.push(socket);
    const told: {
      event: string;
      seq: number;
      alerts?: LiveAlert[];
      occupancy?: number | null;
      agentOnline?: boolean;
    }[] = [];
    socket.onAny((event: string, payload: object) => told.push({ event, ...payload } as never));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    await socket.timeout(10_000).emitWithAck('watch', { storeId: 'demo' });
    return { socket, told };
  }

  const blank = {
    ...{
      ts: 1,
      occupancy: 3,
      zones: [],
      heat: { cellMetres: 0.5, columns: 20, rows: 16, seconds: new Array<number>(320).fill(0) },
    },
    ...{
      presence: [],
      devices: [{ deviceId: 'cam-1', family: 'camera', state: 'online', lastSeenTs: 5 }],
      screens: [],
      alerts: [],
    },
  };
  /** The agent's part of a live view: a snapshot for each that is asked for. */
  function answering(agent: SharedAgent): { n: number } {
    const said = { n: 0 };
    let answered = 0;
    const timer = setInterval(() => {
      const asked = agent.down<Watch>('watch').filter(({ fresh }) => fresh).length;
      if (asked > answered) {
        answered = asked;
        agent.up('live', { n: (said.n += 1), type: 'snapshot', snapshot: { ...blank, occupancy: 3 } });
      }
    }, 20);
    timer.unref();
    return said;
  }
  const status = (more: object = {}) => ({
    ...{ ts: 1, agentVersion: 'test', configVersion: 1, refused: [], journalSeq: 0 },
    outbox: { waiting: 7, oldestTs: null, discarded: 0 },
    ...more,
  });

  it('count failed log-ins together, and end a session and its socket everywhere', async () => {
    for (const cloud of [a, b, a, c, b]) expect((await login(cloud, 'wrong password')).status).toBe(401);
    for (const cloud of all) {
      const refused = await login(cloud, PASSWORD);
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    }
    await until(async () => (await login(b, PASSWORD)).status === 200, 'the end of the wait');
    const cookie = await cookieOf(a);
    expect((await whoIs(b, cookie)).status).toBe(200);
    const { socket } = await browser(b, {}, { cookie, origin: b.url });
    expect((await a.api('/api/v1/session', { token: null, method: 'DELETE', headers: { cookie } })).status).toBe(200);
    expect((await whoIs(b, cookie)).status).toBe(401);
    await until(() => !socket.connected, 'the end of the socket');
  });

  it('answer with a version that another has taken in, and send it down by whichever hears the agent', async () => {
    const agent = await new SharedAgent(broker).join();
    const files = () =>
      agent.down<{ kind: string; seq: number }>('inbox').filter(({ kind }) => kind === 'storeFile').length;
    await until(() => files() === 1, 'the store file');
    let version = 1;
    for (const [at, maker] of all.entries()) {
      const [reader] = [all[(at + 1) % 3]!];
      const before = (await (await reader.api(`${API}/file`)).json()) as { version: number; storeFile: StoreFile };
      expect(before.version).toBe(version);
      const storeFile = { ...before.storeFile, floor: { width: 10 + at + 1, depth: 8 } };
      const made = await maker.api(`${API}/versions`, json({ basedOn: version, note: 'wider', storeFile }));
      expect(made.status).toBe(201);
      version += 1;
      const now = async (cloud: RunningCloud) =>
        ((await (await cloud.api(`${API}/file`)).json()) as { version: number }).version;
      expect(await now(maker)).toBe(version);
      for (const cloud of all) await until(async () => (await now(cloud)) === version, 'the version', 1000);
      await until(() => files() === version, 'the store file');
    }
  });

  it('show what an agent says to one of them, and bring its alerts to browsers of all, numbered without a gap', async () => {
    const agent = await new SharedAgent(broker).join();
    const said = answering(agent);
    agent.up('status', status());
    const waiting = async (cloud: RunningCloud) => {
      const view = (await (await cloud.api(`${API}/devices`)).json()) as {
        agentOnline: boolean;
        outboxWaiting: number;
      };
      return view.agentOnline && view.outboxWaiting === 7;
    };
    for (const cloud of all) await until(() => waiting(cloud), 'the status', 20_000);

    const pages = await Promise.all(all.map((cloud) => browser(cloud)));
    for (const { told } of pages) await until(() => told.some(({ occupancy }) => occupancy === 3), 'a picture');
    agent.up('live', { n: (said.n += 1), type: 'delta', ts: 2, occupancy: 4, zones: [] });
    for (const { told } of pages) await until(() => told.at(-1)?.occupancy === 4, 'the change');
    const now = Date.now();
    expect((await agent.facts([incident('s1', now - MINUTE, 5)])).status).toBe('committed');
    const last = (told: (typeof pages)[number]['told']) => told.findLast(({ alerts }) => alerts)?.alerts ?? [];
    for (const { told } of pages) await until(() => last(told).some(({ subject }) => subject === 's1'), 'the alert');
    expect((await agent.facts([incident('s1', now - MINUTE, 6, { until: now })])).status).toBe('committed');
    for (const { told } of pages) await until(() => last(told).every(({ subject, until }) => subject !== 's1' || until !== null), 'its end'); // prettier-ignore
    for (const cloud of all) {
      const rows = (await (await cloud.api(`${API}/alerts`)).json()) as LiveAlert[];
      expect(rows.filter(({ kind }) => kind === 'outOfStock')).toMatchObject([
        { subject: 's1', until: new Date(now).toISOString() },
      ]);
    }

    // a browser that comes back to another process gets the whole view, and numbers of its own
    pages[0]!.socket.disconnect();
    const { told } = await browser(c);
    await until(() => told.length > 0, 'a snapshot');
    expect(told[0]).toMatchObject({ event: 'snapshot', seq: 1, agentOnline: true });
    for (const page of [...pages, { told }])
      expect(page.told.map(({ seq }) => seq)).toEqual(page.told.map((_, at) => at + 1));

    agent.leave();
    for (const page of pages.slice(1)) await until(() => page.told.at(-1)?.agentOnline === false, 'its leaving');
  });

  it('an agent whose process ends is spoken to by another, which sends what waits, and nothing is lost or done twice', async () => {
    const agent = await new SharedAgent(broker).join({ inboxSeq: 0 });
    const inbox = () => agent.down<{ seq: number; kind: string }>('inbox');
    await until(() => inbox().length > 0, 'the store file');
    agent.up('inbox-ack', { seq: inbox()[0]!.seq });
    const speaker = all.find((cloud) => cloud.logs.some(({ msg }) => msg === 'agent connected'))!;
    const others = all.filter((cloud) => cloud !== speaker);
    const sale = (receipt: string) => json({ ts: Date.UTC(2026, 2, 2, 2), receipt, lines: [{ gtin: '06901234567892', quantity: 1, net: 5 }] }); // prettier-ignore
    expect((await others[0]!.api(`${API}/sales`, sale('r-1'))).status).toBe(202);
    await until(() => inbox().some(({ kind }) => kind === 'sale'), 'a sale that another process took');
    await speaker.stop();
    all = others;
    expect((await others[1]!.api(`${API}/sales`, sale('r-2'))).status).toBe(202);
    agent.up('status', status());
    const sales = () =>
      new Set(
        inbox()
          .filter(({ kind }) => kind === 'sale')
          .map(({ seq }) => seq),
      ).size;
    await until(() => sales() === 2, 'both sales', 30_000);
    agent.up('inbox-ack', { seq: Math.max(...inbox().map(({ seq }) => seq)) });
    await until(async () => (await others[0]!.catalog.agents.agent('demo'))!.inboxAcked === Math.max(...inbox().map(({ seq }) => seq)), 'its acknowledgement'); // prettier-ignore
    expect(await postgres.query(database, `SELECT 1 FROM inbox WHERE kind = 'sale'`)).toEqual([]);
    expect((await agent.facts([incident('s1', Date.now(), 1)])).status).toBe('committed');
  });

  it('say when the database is gone or may only be read, lose nothing that was acknowledged, and come back by themselves', async () => {
    const agent = await new SharedAgent(broker).join();
    expect((await agent.facts([incident('s1', Date.now() - 2000, 1)])).status).toBe('committed');
    const healthy = async (cloud: RunningCloud) => (await cloud.api('/healthz', { token: null })).status;
    expect(await Promise.all(all.map(healthy))).toEqual([200, 200, 200]);

    const readOnly = (on: boolean) =>
      postgres.query('postgres', `ALTER SYSTEM SET default_transaction_read_only = ${on}`).then(() => postgres.query('postgres', 'SELECT pg_reload_conf()')); // prettier-ignore
    await readOnly(true);
    for (const cloud of all) await until(async () => (await healthy(cloud)) === 503, 'a word that it may only be read');
    const refused = await a.api(
      '/api/v1/tokens',
      json({ name: 'x', role: 'viewer', scope: { kind: 'organisation', id: 'org' } }),
    );
    expect(refused.status).toBe(503);
    expect((await b.api('/api/v1/stores')).status).toBe(200);
    await readOnly(false);
    for (const cloud of all) await until(async () => (await healthy(cloud)) === 200, 'the end of it');

    await postgres.kill();
    for (const cloud of all) expect(await healthy(cloud)).toBe(503);
    const waits = agent.facts([incident('s2', Date.now() - 1000, 2)]);
    await postgres.resume();
    expect((await waits).status).toBe('committed');
    for (const cloud of all) await until(async () => (await healthy(cloud)) === 200, 'its return', 20_000);
    for (const cloud of all) {
      const rows = async () => (await (await cloud.api(`${API}/alerts`)).json()) as LiveAlert[];
      await until(
        async () => (await rows()).filter(({ kind }) => kind === 'outOfStock').length === 2,
        'both alerts',
        20_000,
      );
    }
  });
});
