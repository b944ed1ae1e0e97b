import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Aedes } from 'aedes';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import {
  SPEAKS,
  downTopic,
  factKey,
  parseUpTopic,
  type Batch,
  type DownChannel,
  type Fact,
  type Hello,
  type InboxAck,
  type RefusedCommand,
  type Speaks,
  type StoreFile,
} from '@aisle/contracts';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { startAgent, type AgentDependencies, type RunningAgent } from '../../src/app/agent.js';
import type { AgentConfig } from '../../src/config/agent-config.js';
import type { Logger } from '../../src/ports/logger.js';
import { freePort } from '../../../tests/support/ports.js';

export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Waits for a condition; says what it waited for when it does not come. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 60_000,
  everyMs = 5,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

export { freePort };

export const tempDir = (): string => mkdtempSync(path.join(os.tmpdir(), 'aisle-agent-'));

export const STORE: StoreFile = {
  store: { id: 'demo', name: { en: 'Demo shop', zh: '示范店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 10 },
  entrances: [
    {
      id: 'main',
      line: [
        [8, 10],
        [12, 10],
      ],
      inward: [0, -1],
    },
  ],
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      name: { en: 'Dairy', zh: '乳品' },
      category: 'dairy',
      polygon: [
        [0, 0],
        [5, 0],
        [5, 5],
        [0, 5],
      ],
    },
    {
      id: 'wine',
      kind: 'aisle',
      name: { en: 'Wine', zh: '葡萄酒' },
      category: 'wine',
      polygon: [
        [15, 0],
        [20, 0],
        [20, 5],
        [15, 5],
      ],
    },
    {
      id: 'view',
      kind: 'screen',
      polygon: [
        [8, 2],
        [12, 2],
        [12, 6],
        [8, 6],
      ],
      engagedAfterSeconds: 3,
    },
  ],
  products: [
    {
      gtin: '06901234567892',
      name: { en: 'Milk 1 l', zh: '牛奶1升' },
      category: 'dairy',
      price: 12.5,
      unitGrams: 1030,
    },
    { gtin: '06901234567908', name: { en: 'Red wine', zh: '红酒' }, category: 'wine', price: 88, unitGrams: 1300 },
  ],
  fixtures: [
    { id: 'fx-1', zone: 'dairy', slots: [{ id: 'fx-1-a', gtin: '06901234567892', facings: 3 }] },
    { id: 'fx-2', zone: 'wine', slots: [{ id: 'fx-2-a', gtin: '06901234567908' }] },
  ],
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
    { id: 'till-1', family: 'till', dialect: 'aisle' },
    { id: 'screen-1', family: 'screen', dialect: 'aisle', zone: 'view' },
    { id: 'odd-1', family: 'camera', dialect: 'martian' },
  ],
};

export const SECRETS = {
  integrator: 'integrator-secret',
  'cam-1': 'cam-secret',
  'screen-1': 'screen-secret',
  local: 'local-secret',
};

/** The cloud's side of the contract, in memory: what it has committed, and handles to misbehave. */
export class FakeCloud {
  readonly facts = new Map<string, Fact>();
  readonly hellos: Hello[] = [];
  readonly batches: Batch[] = [];
  readonly inboxAcks: number[] = [];
  readonly refused: RefusedCommand[] = [];
  readonly live: { n: number; type: string; [key: string]: unknown }[] = [];
  readonly statuses: Record<string, unknown>[] = [];
  acknowledge = true;
  /** somebody reads figures all the time, as tests do */
  asked = true;
  /** undefined: one of 0.1, which does not say what it speaks */
  speaks: Speaks | undefined = SPEAKS;
  commands: { seq: number; [key: string]: unknown }[] = [];
  readonly #epochs = new Map<string, number>();
  #broker: Aedes | undefined;
  #server: Server | undefined;
  constructor(readonly port: number) {}

  async start(): Promise<void> {
    this.#broker = await Aedes.createBroker();
    this.#broker.on('publish', (packet) => {
      const up = parseUpTopic(packet.topic);
      if (up) this.#receive(up.channel, packet.payload as Buffer);
    });
    this.#server = createServer((socket) => void this.#broker?.handle(socket));
    await new Promise<void>((resolve) => this.#server?.listen(this.port, '127.0.0.1', resolve));
  }
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    await new Promise<void>((resolve) => this.#broker?.close(() => resolve()));
    await closed;
  }
  send(channel: DownChannel, value: unknown): void {
    this.#broker?.publish(
      {
        cmd: 'publish',
        topic: downTopic('demo', channel),
        payload: Buffer.from(JSON.stringify(value)),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => undefined,
    );
  }
  command(command: { seq: number; [key: string]: unknown }): void {
    this.commands.push(command);
    this.send('inbox', command);
  }

  #receive(channel: string, payload: Buffer): void {
    const value = () => JSON.parse(payload.toString('utf8'));
    if (channel === 'hello') this.#greet(value() as Hello);
    else if (channel === 'facts') this.#commit(JSON.parse(gunzipSync(payload).toString('utf8')) as Batch);
    else if (channel === 'inbox-ack') this.#acknowledged(value() as InboxAck);
    else if (channel === 'live') this.live.push(value() as never);
    else if (channel === 'status') this.statuses.push(value() as never);
  }
  #acknowledged({ seq, refused = [] }: InboxAck): void {
    this.inboxAcks.push(seq);
    this.refused.push(...refused);
  }
  #greet(hello: Hello): void {
    this.hellos.push(hello);
    const epoch = this.#epochs.get(hello.journalId) ?? this.#epochs.size + 1;
    this.#epochs.set(hello.journalId, epoch);
    this.send('welcome', {
      ...{ journalId: hello.journalId, epoch, configVersion: 1 },
      ...(this.speaks && { speaks: this.speaks }),
    });
    if (this.asked) this.send('asked', { leaseMs: 120_000 });
    for (const command of this.commands) if (command.seq > hello.inboxSeq) this.send('inbox', command);
  }
  #commit(batch: Batch): void {
    this.batches.push(batch);
    if (!this.acknowledge) return;
    for (const fact of batch.facts) {
      const key = factKey(fact);
      const known = this.facts.get(key);
      const newer = (fact.generation ?? 0) - (known?.generation ?? 0) || fact.seq - (known?.seq ?? -1);
      if (!known || newer >= 0) this.facts.set(key, fact);
    }
    this.send('ack', { batchId: batch.batchId, status: 'committed', refused: [] });
  }
}

export interface Shop {
  dir: string;
  config: AgentConfig;
  cloud: FakeCloud;
  agent: RunningAgent;
  url: string;
  http: string;
  connect(username?: string, password?: string, options?: IClientOptions): Promise<MqttClient>;
  /** starts the agent of this folder (again) */
  start(deps?: Partial<AgentDependencies>): Promise<void>;
  end(): Promise<void>;
}

export const storeFileCommand = (seq = 1, storeFile: unknown = STORE, version = seq) => ({
  seq,
  kind: 'storeFile',
  version,
  storeFile,
});

/** An agent in its own folder with a fake cloud; the cloud gives it STORE unless told otherwise. */
export async function openShop(
  options: {
    withCloud?: boolean;
    withStore?: boolean;
    config?: Partial<AgentConfig>;
    deps?: Partial<AgentDependencies>;
  } = {},
): Promise<Shop> {
  const dir = tempDir();
  const [mqttPort, httpPort, cloudPort] = [await freePort(), await freePort(), await freePort()];
  const credentialsFile = path.join(dir, 'credentials.json');
  const credentials = {
    integrators: { integrator: sha256(SECRETS.integrator) },
    devices: { 'cam-1': sha256(SECRETS['cam-1']), 'screen-1': sha256(SECRETS['screen-1']) },
    local: sha256(SECRETS.local),
  };
  writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  const config: AgentConfig = {
    storeId: 'demo',
    dataDir: dir,
    host: '127.0.0.1',
    mqttPort,
    httpPort,
    cloud: { url: `mqtt://127.0.0.1:${cloudPort}`, username: 'agent:demo', password: 'x' },
    credentialsFile,
    ...options.config,
  };
  const cloud = new FakeCloud(cloudPort);
  if (options.withStore !== false) cloud.commands.push(storeFileCommand());
  if (options.withCloud !== false) await cloud.start();
  const clients: MqttClient[] = [];
  const url = `mqtt://127.0.0.1:${mqttPort}`;
  const shop: Shop = {
    dir,
    config,
    cloud,
    agent: undefined as unknown as RunningAgent,
    url,
    http: `http://127.0.0.1:${httpPort}`,
    async connect(username = 'integrator', password = SECRETS.integrator, more = {}) {
      const client = await mqtt.connectAsync(url, {
        username,
        password,
        reconnectPeriod: 0,
        clientId: randomUUID(),
        ...more,
      });
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    },
    async start(deps = {}) {
      shop.agent = await startAgent(config, credentials, {
        clock: systemClock,
        random: systemRandom,
        log: quiet,
        publicDir: dir,
        onFatal: (error) => {
          throw error;
        },
        ...options.deps,
        ...deps,
      });
    },
    async end() {
      for (const client of clients) client.end(true);
      await shop.agent.stop();
      if (options.withCloud !== false) await cloud.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await shop.start();
  if (options.withCloud !== false && options.withStore !== false)
    await until('the first store file', () => shop.agent.host.config);
  return shop;
}

export const topic = (device: string, channel: string): string => `aisle/v1/devices/${device}/${channel}`;
export const positions = (ts: number, people: [string, number, number][] = []): string =>
  JSON.stringify({ ts, people: people.map(([id, x, y]) => ({ id, x, y })) });

export async function metric(shop: Shop, name: string): Promise<number | undefined> {
  const response = await fetch(`${shop.http}/metrics`, { headers: { authorization: `Bearer ${SECRETS.local}` } });
  const line = (await response.text()).split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
export const refusedCount = async (shop: Shop, device: string, reason: string): Promise<number> =>
  (await metric(shop, `aisle_messages_refused_total{device="${device}",reason="${reason}"}`)) ?? 0;
