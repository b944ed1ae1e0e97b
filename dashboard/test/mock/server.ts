import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { RIGHTS } from '@aisle/contracts';
import type {
  DeviceRow,
  DevicesView,
  LiveCamera,
  LiveDevice,
  PlayRow,
  Right,
  SeenPeople,
  StoreFile,
  StoreRow,
} from '@aisle/contracts';
import { Server, type Socket } from 'socket.io';
import { MockAccess } from './access.js';
import { MockDrafts } from './drafts.js';
import { MockFigures } from './figures.js';
import { MockInstallation, mockAlerts } from './installation.js';
import { demoShop } from './shop.js';
import { MockPages } from './pages.js';
import { MockPlans } from './plans.js';
import { MockSignage } from './signage.js';
import { MockVersions } from './versions.js';
import { mockScreens, MockWorld } from './world.js';

export interface MockServerOptions {
  /** the built dashboard */
  dist: string;
  /** the shop's wall clock, epoch ms; by default the real one */
  nowMs?: () => number;
  port?: number;
  seed?: number;
  people?: number;
  /** epoch ms at which the shop was switched on; by default long ago */
  since?: number;
  /** whether a model judges interest; by default it does */
  model?: boolean;
  /** what the account may do; by default everything */
  role?: 'owner' | 'viewer';
  /** a simulated past of the shop, and how far it has come; by default there is none */
  past?: StoreRow['simulated'];
}
export const MOCK_LOGIN = { email: 'manager@example.org', password: 'window-shopping' };
const TICK_MS = 200;
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** Cameras that send pictures: one at ease, one that does not keep up, one that cannot be reached. */
const MOCK_CAMERAS: Record<string, LiveCamera> = {
  'cam-2': {
    source: 'mqtt',
    received: 26_412,
    processed: 26_401,
    dropped: 11,
    refused: 0,
    framesPerSecond: 5,
    latencyMs: { p50: 31, p95: 46 },
    model: 'person-detector',
  },
  'cam-3': {
    source: 'running',
    received: 51_990,
    processed: 49_834,
    dropped: 2151,
    refused: 5,
    framesPerSecond: 9.6,
    latencyMs: { p50: 212, p95: 640 },
    model: 'person-detector',
  },
  'cam-4': {
    source: 'waiting',
    received: 0,
    processed: 0,
    dropped: 0,
    refused: 0,
    framesPerSecond: 0,
    latencyMs: null,
    model: 'person-detector',
  },
};
/** As strict as the cloud's, which lets the page's own inline script in by its digest: a build that needed more would fail the browser tests. */
const policyOf = (page: string): string =>
  `default-src 'none'; script-src 'self'${[...page.matchAll(/<script>([^]*?)<\/script>/g)]
    .map(([, script = '']) => ` 'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    .join('')}; ${POLICY}`;
const POLICY =
  "style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob: https:; media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** A cloud without anything behind it: the same calls, figures made up from a seed, people who walk about. */
export class MockServer {
  readonly #options: MockServerOptions;
  file: StoreFile = demoShop();
  readonly installation: MockInstallation;
  readonly versions: MockVersions;
  readonly plans: MockPlans;
  readonly drafts: MockDrafts;
  /** another shop of the same organisation, where a test wants one */
  second: { file: StoreFile; versions: MockVersions; plans: MockPlans } | null = null;
  /** a part of the floor in which people spend far more time than elsewhere, metres */
  hotSpot: { left: number; top: number; right: number; bottom: number } | null = null;
  readonly access: MockAccess;
  readonly signage: MockSignage;
  readonly #figures: MockFigures;
  readonly #pages: MockPages;
  readonly #world: MockWorld;
  #http: HttpServer | null = null;
  #io: Server | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #watchers = new Map<Socket, { seq: number }>();
  /** turned by tests */
  agentOnline = true;
  /** the version that the shop goes by, where that is not the one in force */
  agentVersion: number | null = null;
  /** answers 503 to figures while true */
  failing = false;
  past: StoreRow['simulated'];
  /** the next heat delta to every browser is lost */
  loseOne = false;
  frozen = false;
  /** epoch ms since which no camera senses anything; null: they all do */
  unsensedSince: number | null = null;
  /** takes everything and answers nothing, as a process that hangs */
  hanging = false;
  watches = 0;
  #answers = 0;

  constructor(options: MockServerOptions) {
    this.#options = options;
    this.past = options.past;
    this.access = new MockAccess(() => this.#now(), MOCK_LOGIN);
    this.signage = new MockSignage(() => this.#now(), MOCK_LOGIN.email);
    const now = this.#now();
    this.#figures = new MockFigures(this.file, {
      since: options.since ?? now - 90 * 86_400_000,
      gaps: { 13: 0.33 },
      model: options.model ?? true,
    });
    this.#pages = new MockPages(this.file, this.#figures);
    this.installation = new MockInstallation(this, () => this.#now());
    this.versions = new MockVersions(this, () => this.#now());
    this.#figures.versionAt = (ms) => this.versions.at(ms).version;
    this.plans = new MockPlans(this, () => this.#now());
    this.drafts = new MockDrafts(() => this.#now(), MOCK_LOGIN.email);
    this.#world = new MockWorld(this.file, options.seed ?? 7, options.people ?? 23, now);
  }

  #now(): number {
    return this.#options.nowMs?.() ?? Date.now();
  }

  async start(): Promise<string> {
    const http = createServer((request, response) => void this.#answer(request, response));
    this.#http = http;
    this.#io = new Server(http, {
      serveClient: false,
      pingInterval: 1500,
      // whoever comes back to a process that hangs gets no answer either
      allowRequest: (_request, decide) => void this.#unhung().then(() => decide(null, true)),
    });
    this.#io.of('/live').use((socket, next) => {
      next(
        signedIn(socket.request)
          ? undefined
          : Object.assign(new Error('unauthorised'), { data: { code: 'unauthorised' } }),
      );
    });
    this.#io.of('/live').on('connection', (socket) => {
      socket.on('watch', () => this.#watch(socket));
      socket.on('disconnect', () => this.#watchers.delete(socket));
    });
    await new Promise<void>((resolve) => http.listen(this.#options.port ?? 0, '127.0.0.1', resolve));
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#io?.close();
    this.#http?.closeAllConnections();
  }

  /** Somebody stands in a cell, and has been there for no time yet. */
  enter(cell: number): void {
    for (const [socket, watcher] of this.#watchers) {
      socket.emit('heat', { seq: (watcher.seq += 1), ts: this.#world.ts + 100, cells: [], presence: [[cell, 1]] });
    }
  }
  /** Everybody's connection breaks; the browsers come back by themselves. */
  dropSockets(): void {
    for (const socket of this.#watchers.keys()) socket.conn.close();
  }
  /** Once so many more calls have been answered. */
  async answered(count: number): Promise<void> {
    const until = this.#answers + count;
    while (this.#answers < until) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  /** Every browser hears what the screens show. */
  tellScreens(): void {
    for (const [socket, watcher] of this.#watchers)
      socket.emit('screens', {
        seq: (watcher.seq += 1),
        ts: this.#world.ts,
        screens: this.signage.screens(mockScreens(this.#now())),
      });
  }
  setAgent(online: boolean): void {
    this.agentOnline = online;
    this.tellDevices();
  }
  /** Every camera falls silent, or speaks again. */
  setSensors(since: number | null): void {
    this.unsensedSince = since;
    for (const [socket, watcher] of this.#watchers)
      socket.emit('zones', { seq: (watcher.seq += 1), ts: this.#world.ts, ...this.#people() });
  }
  /** Hangs, or goes on. */
  hang(on: boolean): void {
    this.hanging = on;
    for (const { conn } of this.#io?.of('/live').sockets.values() ?? [])
      if (on) (conn.transport as unknown as { send: unknown }).send = () => undefined;
    // what goes on begins with a new connection, so that this mock need not keep what it held back
    if (!on) this.dropSockets();
  }

  async #unhung(): Promise<void> {
    while (this.hanging) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  #people(): SeenPeople {
    const { zones, people } = this.#world;
    const unsensedSinceTs = this.unsensedSince;
    if (unsensedSinceTs === null) return { occupancy: people, zones };
    return {
      occupancy: null,
      zones: zones.map(({ zoneId }) => ({ zoneId, occupancy: null, unsensedSinceTs })),
      unsensedSinceTs,
    };
  }
  readonly #agent = (): { agentOnline: boolean; agentLastSeenTs: number } => ({
    agentOnline: this.agentOnline,
    agentLastSeenTs: this.#now() - (this.agentOnline ? 700 : 12 * 60_000),
  });
  /** Every browser hears how the devices are. */
  tellDevices(): void {
    for (const [socket, watcher] of this.#watchers) {
      socket.emit('devices', {
        seq: (watcher.seq += 1),
        ts: this.#world.ts,
        ...this.#agent(),
        devices: this.#devices(),
      });
    }
  }

  #watch(socket: Socket): void {
    this.watches += 1;
    const watcher = this.#watchers.get(socket) ?? { seq: 0 };
    this.#watchers.set(socket, watcher);
    const { ts, heat, presence } = this.#world;
    const screens = this.signage.screens(mockScreens(this.#now()));
    const view = {
      ts,
      ...this.#people(),
      heat,
      presence,
      devices: this.#devices(),
      screens,
      alerts: mockAlerts(this.#now()),
    };
    socket.emit('snapshot', {
      seq: (watcher.seq += 1),
      storeId: this.file.store.id,
      ...this.#agent(),
      ...view,
    });
  }

  #tick(): void {
    if (this.frozen || !this.agentOnline || this.hanging || this.unsensedSince !== null) return;
    const before = JSON.stringify(this.#world.zones);
    const cells = [...this.#world.step()].map((cell): [number, number] => [cell, this.#world.heatOf(cell)]);
    const { ts, zones, presence } = this.#world;
    const lost = this.loseOne;
    this.loseOne = false;
    for (const [socket, watcher] of this.#watchers) {
      watcher.seq += 1;
      if (!lost) socket.emit('heat', { seq: watcher.seq, ts, cells, presence });
      if (JSON.stringify(zones) !== before) socket.emit('zones', { seq: (watcher.seq += 1), ts, ...this.#people() });
    }
  }

  #devices(): LiveDevice[] {
    const now = this.#now();
    return (this.file.devices ?? []).map((device, index): LiveDevice => {
      const base = {
        deviceId: device.id,
        family: device.family,
        state: 'online' as const,
        lastSeenTs: now - 400 - ((index * 137) % 4000),
        dialect: device.dialect,
        silentAfterMs: 90_000,
        clockSkewMs: (index % 5) * 40,
      };
      const own = this.installation.live(device.id);
      if (own) return { ...base, ...own };
      if (device.family === 'camera')
        return {
          ...base,
          model: 'Overhead 4K',
          firmware: '2.8.1',
          messagesPerMinute: 300,
          ...(device.id === 'cam-4' && { state: 'offline', lastSeenTs: now - 4 * 60_000, messagesPerMinute: 0 }),
          ...(MOCK_CAMERAS[device.id] && { camera: MOCK_CAMERAS[device.id] }),
        };
      if (device.id === 'shelf-13') {
        const refused = [
          {
            reason: 'malformed',
            count: 12,
            lastTs: now - 95_000,
            sample: 'shelf/weight: grams expected a number, gross grams on the slot, got something else',
            why: { at: 'shelf/weight', field: 'grams', code: 'expectedOther', values: { expected: 'grossGrams' } },
          },
          { reason: 'late', count: 3, lastTs: now - 640_000, sample: 'ts is older than the newest of slot fx-13-a' },
        ];
        return { ...base, messagesPerMinute: 54, refused };
      }
      if (device.id === 'shelf-14')
        return { ...base, messagesPerMinute: 48, battery: 12, firmware: 'shelf 1.4.0', model: 'HX711 ×4' };
      if (device.id === 'shelf-16') return { ...base, messagesPerMinute: 51, clockSkewMs: -48_000 };
      if (device.id === 'shelf-18') return { ...base, state: 'silent', lastSeenTs: now - 26 * 60_000 };
      if (device.id === 'screen-3') return { ...base, state: 'offline', lastSeenTs: now - 3 * 3_600_000 };
      if (device.family === 'till') return { ...base, lastSeenTs: now - 74_000, messagesPerMinute: 1 };
      return base;
    });
  }

  #rows(): DeviceRow[] {
    const entries = new Map((this.file.devices ?? []).map((device) => [device.id, device]));
    return this.#devices().map((device): DeviceRow => {
      const { name, zone, fixture, gateway, dialect = 'aisle' } = entries.get(device.deviceId) ?? {};
      return {
        ...device,
        dialect,
        ...(name !== undefined && { name }),
        ...(zone !== undefined && { zone }),
        ...(fixture !== undefined && { fixture }),
        ...(gateway !== undefined && { gateway }),
        credential: this.installation.credential(device.deviceId),
      };
    });
  }

  #plays(screen: string): PlayRow[] {
    if (screen === 'screen-3') return [];
    const cards = ['dairy', 'snacks', 'drinks', 'staples', 'dairy', 'care', 'drinks', 'snacks'];
    return cards.map((category, index): PlayRow => {
      const startedTs = this.#now() - 50_000 - index * 47_000;
      // from the second on a model has judged
      const judged = index > 0 && index < 5;
      const reason: PlayRow['reason'] = judged
        ? { code: 'interest', values: { category, percent: 40 }, en: '', zh: '' }
        : { code: 'dwell', values: { category, seconds: 14 + index * 9 }, en: '', zh: '' };
      return {
        decisionId: `${screen}-${index}`,
        contentId: `card-${category}`,
        startedTs,
        endedTs: startedTs + 41_000 - index * 1500,
        reason,
        probability: index === 5 ? 0.25 : 1,
        heldOut: index === 5,
        candidates: ['dairy', 'drinks', 'snacks', 'staples'].map((candidate, at) => ({
          contentId: `card-${candidate}`,
          category: candidate,
          dwellSeconds: candidate === category ? 14 + index * 9 : ([12, 5, 0, 3][at] ?? 0),
          ...(judged && { interestPpm: candidate === category ? 400_000 : 50_000 * (3 - at) }),
        })),
        completed: index !== 3 && index !== 6,
        // the newest belong to no campaign, and one of those before could not be loaded
        campaignId: index < 2 ? null : 'milk',
        outcome: index === 3 ? 'cut' : index === 6 ? 'failed' : 'completed',
        trouble: index === 6 ? 'notReachable' : null,
        arm: index < 2 ? null : index === 5 ? 'heldOut' : 'treated',
        ...(index === 7
          ? { opportunities: null, watchers: null, verifiedImpressions: null, scans: null }
          : { opportunities: 4, watchers: 2, verifiedImpressions: 3, scans: index === 2 ? 1 : 0 }),
      };
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (url.pathname.startsWith('/api/v1/')) {
      const body = await read(request);
      await this.#unhung();
      const { status, answer, cookie } = this.#api(request, url, body);
      if (answer instanceof Buffer) {
        response.writeHead(status, { 'content-type': 'image/svg+xml' }).end(answer);
        return;
      }
      if (typeof answer === 'string') {
        response.writeHead(status, { 'content-type': 'application/yaml', 'content-disposition': 'attachment' });
        response.end(answer);
        return;
      }
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(cookie === undefined ? {} : { 'set-cookie': cookie }),
      });
      response.end(JSON.stringify(answer));
      this.#answers += 1;
      return;
    }
    const name = url.pathname === '/' ? 'index.html' : url.pathname.slice(1);
    try {
      const bytes = await readFile(path.join(this.#options.dist, path.normalize(name)));
      response.writeHead(200, {
        'content-type': TYPES[path.extname(name)] ?? 'application/octet-stream',
        'content-security-policy': policyOf(name === 'index.html' ? bytes.toString() : ''),
      });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  #api(request: IncomingMessage, url: URL, body: string): { status: number; answer: unknown; cookie?: string } {
    const call = url.pathname.slice('/api/v1'.length);
    const problem = (status: number, code: string): { status: number; answer: unknown } => ({
      status,
      answer: { error: { code, message: code } },
    });
    const who = {
      email: MOCK_LOGIN.email,
      role: this.#options.role ?? 'owner',
      organisation: 'demo',
      grants: [],
      rights: this.#rights(),
    };
    if (call === '/session' && request.method === 'POST') {
      const given = JSON.parse(body) as { email?: string; password?: string };
      if (given.email !== MOCK_LOGIN.email || given.password !== MOCK_LOGIN.password)
        return problem(401, 'wrongCredentials');
      return { status: 200, answer: who, cookie: 'aisle_session=mock; HttpOnly; SameSite=Strict; Path=/' };
    }
    if (!signedIn(request)) return problem(401, 'unauthorised');
    if (call === '/session' && request.method === 'DELETE')
      return { status: 200, answer: {}, cookie: 'aisle_session=; Max-Age=0; Path=/' };
    if (call === '/session') return { status: 200, answer: who };
    const isOwner = this.#rights().length > 1;
    const people = this.access.answer(request.method ?? 'GET', call + url.search, body, isOwner);
    if (people) return people;
    if (this.failing && /^\/(content|campaigns)/.test(call)) return problem(503, 'busy');
    const signage = this.signage.answer(request.method ?? 'GET', call, url.searchParams, body, isOwner);
    if (signage) return signage;
    const { store } = this.file;
    if (call === '/stores')
      return {
        status: 200,
        answer: [this.file, ...(this.second ? [this.second.file] : [])].map(({ store: { id, ...told } }) => ({
          ...{ storeId: id, name: told.name, timezone: told.timezone, currency: told.currency },
          ...(id === store.id && this.past && { simulated: this.past }),
        })),
      };
    const match = /^\/stores\/([^/]+)\/(.+)$/.exec(call);
    if (match && this.second && match[1] === this.second.file.store.id) {
      const [method, what] = [request.method ?? 'GET', match[2] as string];
      if (what === 'file') return { status: 200, answer: this.#fileOf(this.second.file, this.second.versions.inForce) };
      return (
        this.second.plans.answer(method, what, url.searchParams, body) ??
        this.second.versions.answer(method, what, url.searchParams, body) ??
        problem(404, 'notFound')
      );
    }
    if (!match || match[1] !== store.id) return problem(404, 'notFound');
    return this.failing && match[2] !== 'file'
      ? problem(503, 'busy')
      : (this.drafts.answer(request.method ?? 'GET', match[2] as string, body) ??
          this.plans.answer(request.method ?? 'GET', match[2] as string, url.searchParams, body) ??
          this.versions.answer(request.method ?? 'GET', match[2] as string, url.searchParams, body) ??
          this.installation.answer(request.method ?? 'GET', match[2] as string, body, () => this.#rows()) ??
          this.#store(match[2] as string, url.searchParams, problem));
  }

  #rights(): readonly Right[] {
    return (this.#options.role ?? 'owner') === 'owner' ? RIGHTS : ['read'];
  }

  /** Opens a second shop: the first one's file as changed. */
  addShop(change: (file: StoreFile) => StoreFile): void {
    const shop = { file: change(structuredClone(this.file)) };
    const versions = new MockVersions(shop, () => this.#now());
    const kept = { ...shop, versions };
    this.second = { ...kept, plans: new MockPlans(kept, () => this.#now()) };
  }
  #fileOf(storeFile: StoreFile, version: number): unknown {
    return {
      ...{ storeId: storeFile.store.id, version, agentVersion: this.agentVersion ?? version, storeFile },
      ...{ region: this.access.region, rights: this.#rights() },
    };
  }

  #store(
    call: string,
    query: URLSearchParams,
    problem: (status: number, code: string) => { status: number; answer: unknown },
  ): { status: number; answer: unknown } {
    const ok = (answer: unknown): { status: number; answer: unknown } => ({ status: 200, answer });
    const span = { fromMs: Date.parse(query.get('from') ?? ''), toMs: Date.parse(query.get('to') ?? '') };
    const bucket = (query.get('bucket') ?? 'hour') as 'minute' | 'hour' | 'day';
    this.#figures.now = this.#now();
    if (call === 'file') return ok(this.#fileOf(this.file, this.versions.inForce));
    if (call === 'screens') return ok(this.signage.screens(mockScreens(this.#now())));
    if (call === 'devices') {
      const view: DevicesView = {
        agentOnline: this.agentOnline,
        agentLastSeenTs: this.agentOnline ? this.#now() - 700 : this.#now() - 12 * 60_000,
        outboxWaiting: this.agentOnline ? 0 : null,
        devices: this.#rows(),
        unknownRefused: [{ reason: 'unknownDevice', count: 41 }],
      };
      return ok(view);
    }
    if (call === 'unjoined') return ok({ pickups: 3, returns: 1 });
    if (span.fromMs % 60_000 !== 0 || span.toMs % 60_000 !== 0 || !(span.toMs > span.fromMs))
      return problem(400, 'badQuery');
    const page = this.#pages.answer(call, span, query);
    if (page !== undefined) return ok(page);
    if (call === 'footfall') return ok(this.#figures.footfall(span, query.get('bucket') === 'all' ? 'all' : bucket));
    if (call === 'sales') return ok(this.#figures.sales(span, bucket));
    if (call === 'page') {
      const [before, parts] = [query.get('before'), (query.get('parts') ?? '').split(',')];
      return ok(this.#figures.page(span, { bucket, before: before === null ? null : Date.parse(before), parts }));
    }
    if (call === 'shoppers/metrics') return ok(this.#figures.shoppers(span));
    if (call === 'zones/metrics') return ok(this.#figures.zones(span));
    if (call === 'products/metrics') return ok(this.#figures.products(span));
    if (call === 'heatmap') {
      const heat = this.#figures.heatmap(span);
      const { hotSpot: hot } = this;
      const isHot = (at: number): boolean => {
        const [x, y] = [(at % heat.columns) * heat.cellMetres, Math.floor(at / heat.columns) * heat.cellMetres];
        return hot !== null && x >= hot.left && x < hot.right && y >= hot.top && y < hot.bottom;
      };
      const most = Math.max(...heat.seconds);
      return ok({ ...heat, seconds: heat.seconds.map((seconds, at) => (isHot(at) ? most * 3 : seconds)) });
    }
    const screen = /^screens\/([^/]+)\/plays$/.exec(call)?.[1];
    return screen === undefined ? problem(404, 'notFound') : ok(this.#plays(screen));
  }
}

const signedIn = (request: IncomingMessage): boolean => /aisle_session=mock/.test(request.headers.cookie ?? '');

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
