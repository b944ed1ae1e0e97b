import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import {
  SPEAKS,
  downTopic,
  upTopic,
  type Ack,
  type Asked,
  type DownChannel,
  type Fact,
  type Hello,
  type InboxCommand,
  type Speaks,
  type StoreFile,
  type UpChannel,
  type Watch,
  type Welcome,
} from '@aisle/contracts';
import { AedesBroker } from '../../src/adapters/aedes-broker.js';
import { chooseBroker } from '../../src/adapters/choose-broker.js';
import { MediaFolder } from '../../src/adapters/media-folder.js';
import { SharpEye } from '../../src/adapters/media-eye.js';
import { SystemClock } from '../../src/adapters/system-clock.js';
import { SystemRandom } from '../../src/adapters/system-random.js';
import { Cloud } from '../../src/cloud.js';
import type { CloudConfig, Provision } from '../../src/config/cloud-config.js';
import { createInsight, type Insight } from '../../src/insight/index.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';
import type { AgentBroker } from '../../src/ports/agent-broker.js';
import type { Catalog, Clock, SeriesStore } from '../../src/ports/index.js';
import type { Replicas } from '../../src/replicas/replicas.js';
import { chooseCatalog } from '../../src/store/open-catalog.js';
import { postgresReplicas } from '../../src/store/open-replicas.js';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const EMAIL = 'owner@shop.test';
export const PASSWORD = 'correct horse battery';
export const TOKEN = 'token-of-the-owner-0123456789';
export const AGENT_PASSWORD = 'agent-secret-0123456789abcdef';

/** A shop with two zones, a till and a screen, as text, the way an operator writes it. */
export const STORE_YAML = `
store: {id: demo, name: {en: Demo, zh: 示范}, timezone: Asia/Shanghai, currency: CNY}
floor: {width: 10, depth: 8}
entrances: [{id: main, line: [[2, 8], [4, 8]], inward: [0, -1]}]
zones:
  - {id: dairy, kind: aisle, category: dairy, polygon: [[1, 1], [4, 1], [4, 4], [1, 4]]}
  - {id: snacks, kind: aisle, category: snacks, polygon: [[5, 1], [8, 1], [8, 4], [5, 4]]}
products: [{gtin: "06901234567892", name: Milk, category: dairy, price: 12.5}]
fixtures:
  - {id: fx-1, zone: dairy, slots: [{id: fx-1-a, gtin: "06901234567892", facings: 3, capacity: 24}]}
devices:
  - {id: cam-1, family: camera, dialect: aisle}
  - {id: till-1, family: till, dialect: aisle}
  - {id: screen-1, family: screen, dialect: aisle, zone: dairy}
`;

export interface RunningCloud {
  cloud: Cloud;
  catalog: Catalog;
  series: SeriesStore;
  dir: string;
  url: string;
  mqttPort: number;
  /** log lines, parsed */
  logs: Record<string, unknown>[];
  api(path: string, init?: RequestInit & { token?: string | null }): Promise<Response>;
  stop(): Promise<void>;
}

export interface CloudOptions {
  dir?: string;
  config?: Partial<CloudConfig>;
  provision?: Partial<Provision>;
  insight?: Insight;
  /** another engine than DuckDB */
  series?: SeriesStore;
  /** broker: largest packet of an agent */
  maxPacketBytes?: number;
  /** folder of the ready configurations */
  firmwareDir?: string;
  hasRoom?(): Promise<boolean>;
  acceptEmptyHistory?: boolean;
  /** one of several processes: what agents reach instead of a broker of its own */
  broker?(replicas: Replicas): AgentBroker;
  /** the clock on its wall */
  clock?: Clock;
}

const folders: string[] = [];
export function temporaryFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'aisle-cloud-'));
  folders.push(dir);
  return dir;
}
export function removeFolders(): void {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** The real cloud: DuckDB, SQLite (unless its configuration says otherwise), aedes and fastify on ports of their own. */
export async function startCloud(options: CloudOptions = {}): Promise<RunningCloud> {
  const dir = options.dir ?? temporaryFolder();
  mkdirSync(dir, { recursive: true });
  const storeFile = path.join(dir, 'store.yaml');
  if (!options.dir) writeFileSync(storeFile, STORE_YAML);
  const logs: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const own = options.clock ?? new SystemClock();
  const postgres = options.config?.catalog;
  const { clock, replicas } =
    (options.broker || options.config?.replicas) && postgres?.engine === 'postgres'
      ? postgresReplicas(postgres, { clock: own, random: new SystemRandom(), log })
      : { clock: own, replicas: undefined };
  const catalog = chooseCatalog(options.config?.catalog ?? { engine: 'sqlite' }, path.join(dir, 'catalog.sqlite'));
  const series =
    options.series ?? new DuckDbSeriesStore({ file: path.join(dir, 'series.duckdb'), memoryLimit: '96MB', threads: 1 });
  const cloud = new Cloud({
    config: {
      dataDir: dir,
      host: '127.0.0.1',
      httpPort: 0,
      mqttPort: 0,
      series: { engine: 'duckdb' },
      catalog: { engine: 'sqlite' },
      ...options.config,
    },
    provision: {
      organisation: 'org',
      user: { email: EMAIL, password: PASSWORD, role: 'owner' },
      apiToken: TOKEN,
      agents: [{ storeId: 'demo', username: 'agent:demo', passwordSha256: sha256(AGENT_PASSWORD) }],
      storeFile,
      ...options.provision,
    },
    catalog,
    series,
    insight: options.insight ?? createInsight({ series, clock, versions: catalog.versions }),
    broker:
      options.broker && replicas
        ? options.broker(replicas)
        : options.config?.nats
          ? chooseBroker(
              { host: '127.0.0.1', mqttPort: 0, nats: options.config.nats },
              { clock, log, ...(replicas && { leases: replicas.leases }) },
            )
          : new AedesBroker({
              host: '127.0.0.1',
              port: options.config?.mqttPort ?? 0,
              ...(options.maxPacketBytes !== undefined && { maxPacketBytes: options.maxPacketBytes }),
            }),
    ...(replicas && { replicas }),
    media: new MediaFolder(path.join(dir, 'content')),
    eye: new SharpEye(),
    clock,
    random: new SystemRandom(),
    ...(options.firmwareDir !== undefined && { firmwareDir: options.firmwareDir }),
    ...(options.acceptEmptyHistory && { acceptEmptyHistory: true }),
    ...(options.hasRoom && { hasRoom: options.hasRoom }),
    log,
  });
  const { httpPort, mqttPort } = await cloud.start();
  const url = `http://127.0.0.1:${httpPort}`;
  return {
    cloud,
    catalog,
    series,
    dir,
    url,
    mqttPort,
    logs,
    api: (route, { token = TOKEN, ...init } = {}) =>
      fetch(`${url}${route}`, {
        ...init,
        headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...(init.headers as object) },
      }),
    stop: () => cloud.stop(),
  };
}

/** POST of JSON. */
export const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

type Down = { welcome: Welcome; ack: Ack; inbox: InboxCommand; watch: Watch; asked: Asked };

/** agents wait for longer; a test has not the time */
const AGAIN_MS = 3_000;

/** What an agent does on the wire, and nothing more: MQTT.js against the cloud's broker. */
export class FakeAgent {
  readonly got: { [C in DownChannel]: Down[C][] } = { welcome: [], ack: [], inbox: [], watch: [], asked: [] };
  readonly journalId: string;
  epoch = 0;
  #client: MqttClient | undefined;

  constructor(
    private readonly mqttPort: number,
    private readonly options: {
      storeId?: string;
      username?: string;
      password?: string;
      journalId?: string;
      /** says hello and sends a batch again while nobody answers, as agents do */
      repeats?: boolean;
    } = {},
  ) {
    this.journalId = options.journalId ?? randomUUID();
  }

  get storeId(): string {
    return this.options.storeId ?? 'demo';
  }
  get client(): MqttClient {
    if (!this.#client) throw new Error('not connected');
    return this.#client;
  }

  async connect(): Promise<this> {
    this.#client = await mqtt.connectAsync(`mqtt://127.0.0.1:${this.mqttPort}`, {
      username: this.options.username ?? `agent:${this.storeId}`,
      password: this.options.password ?? AGENT_PASSWORD,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    this.#client.on('error', () => undefined);
    this.#client.on('message', (topic, payload) => {
      const channel = topic.split('/').at(-1) as DownChannel;
      this.got[channel].push(JSON.parse(payload.toString()) as never);
    });
    await this.#client.subscribeAsync(downTopic(this.storeId, '+'), { qos: 1 });
    return this;
  }

  /** Connects, says hello and takes the epoch. `speaks` null: an agent of 0.1, which does not say it. */
  async join(hello: Partial<Omit<Hello, 'speaks'>> & { speaks?: Speaks | null } = {}): Promise<this> {
    await this.connect();
    const { speaks = SPEAKS, ...said } = hello;
    const first = {
      ...{ journalId: this.journalId, agentVersion: 'test', configVersion: 0, inboxSeq: 0 },
      ...said,
      ...(speaks && { speaks }),
    };
    await this.#answered(
      () => this.up('hello', first),
      () => this.got.welcome.length > 0,
      'a welcome',
    );
    this.epoch = this.got.welcome.at(-1)!.epoch;
    return this;
  }

  async up(channel: UpChannel, message: unknown): Promise<void> {
    await this.client.publishAsync(upTopic(this.storeId, channel), JSON.stringify(message), { qos: 1 });
  }

  /** Sends a batch, and gives the cloud's answer to it. */
  async facts(
    facts: readonly unknown[],
    more: { epoch?: number; journalId?: string; batchId?: string } = {},
  ): Promise<Ack> {
    const batchId = more.batchId ?? randomUUID();
    const before = this.got.ack.length;
    const batch = gzipSync(JSON.stringify({ batchId, journalId: this.journalId, epoch: this.epoch, ...more, facts }));
    const answer = () => this.got.ack.slice(before).find((ack) => ack.batchId === batchId);
    await this.#answered(
      () => this.packed(batch),
      () => answer() !== undefined,
      'an acknowledgement',
    );
    return answer()!;
  }

  async #answered(say: () => Promise<void>, isAnswered: () => boolean, what: string): Promise<void> {
    await say();
    let saidMs = performance.now();
    await until(async () => {
      if (isAnswered()) return true;
      if (this.options.repeats !== true || performance.now() - saidMs < AGAIN_MS) return false;
      saidMs = performance.now();
      await say();
      return isAnswered();
    }, what);
  }

  async packed(payload: Buffer): Promise<void> {
    await this.client.publishAsync(upTopic(this.storeId, 'facts'), payload, { qos: 1 });
  }

  async leave(): Promise<void> {
    await this.#client?.endAsync(true);
    this.#client = undefined;
  }
}

/** Waits for a condition, not for time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const MINUTE = Date.UTC(2026, 2, 2, 2, 0);
/** A minute of people at the entrance. */
export const crossings = (seq: number, count: number, minute = 0): Fact => ({
  kind: 'crossings',
  subject: 'main',
  ts: MINUTE + minute * 60_000,
  seq,
  configVersion: 1,
  value: { in: count, out: 0, source: 'tracks' },
});
export const sale = (receipt: string, netMinor: number, seq = 1): Fact => ({
  kind: 'sale',
  subject: receipt,
  ts: MINUTE + 30_000,
  seq,
  configVersion: 1,
  value: {
    receipt,
    deviceId: 'till-1',
    contentDigest: 'd'.repeat(64),
    transaction: true,
    netMinor,
    lines: [{ gtin: '06901234567892', quantityMicro: 1_000_000, netMinor, shares: [] }],
  },
});
export const PERIOD = { from: MINUTE, to: MINUTE + 3_600_000 };

/** An insight that is never asked, for tests that are not about figures. */
export const noInsight = (): Insight => {
  const refuse = () => {
    throw new Error('this test asks no figures');
  };
  return {
    footfall: async () => [],
    zoneMetrics: async () => [],
    productMetrics: async () => [],
    slotMetrics: async () => [],
    slotFunnel: async () => [],
    zoneDays: async () => [],
    heatmap: async () => ({ cellMetres: 0.5, columns: 0, rows: 0, seconds: [], versions: [1], metricVersion: 1 }),
    shopperMetrics: refuse,
    shoppersOverTime: async () => [],
    page: refuse,
    dwell: refuse,
    availability: async () => [],
    sales: async () => [],
    plays: async () => [],
    blocks: async () => [],
    playLog: async () => [],
    maintainRollups: async () => 0,
    rollupsDue: async () => false,
  };
};

export const demoStoreFile = async (cloud: RunningCloud): Promise<StoreFile> =>
  (await cloud.catalog.versions.currentVersion('demo', Date.now()))!.storeFile;
