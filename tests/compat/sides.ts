import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { freePort } from '../support/ports.js';
import { waitFor } from '../support/system.js';

/** Agent and cloud as processes of their own, each built from a checkout of its own, on one data folder. */

/** Throw-away values: they open nothing but the simulated shops of these tests. */
export const SECRETS = {
  agent: 'compat-agent-0000000000000000',
  integrator: 'compat-integrator-00000000000',
  local: 'compat-local-0000000000000000',
  token: 'compat-token-0000000000000000',
  email: 'owner@compat.aisle',
  password: 'compat-owner-0000000000000000',
} as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface ShopFolder {
  /** holds `agent/`, `cloud/` and the access file, as `npm start` lays them out */
  dir: string;
  storeId: string;
  storeFile: string;
  ports: { api: number; cloudMqtt: number; storeMqtt: number; agent: number };
  /** the agent takes the time from the messages on its clock's topic */
  runClock: boolean;
}

/** A shop's folder with ports of its own. What lies in it already is kept. */
export async function shopFolder(
  dir: string,
  storeId: string,
  storeFile: string,
  runClock = true,
): Promise<ShopFolder> {
  const ports = {
    api: await freePort(),
    cloudMqtt: await freePort(),
    storeMqtt: await freePort(),
    agent: await freePort(),
  };
  return { dir, storeId, storeFile, ports, runClock };
}

const writeJson = (file: string, value: unknown): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
};

/** The files that `npm start` keeps secrets in, so that it takes the folder up as its own. */
export function writeAccess({ dir, storeId }: ShopFolder): void {
  writeJson(path.join(dir, 'demo-access.json'), {
    storeId,
    email: SECRETS.email,
    password: SECRETS.password,
    apiToken: SECRETS.token,
    storeMqttUsername: 'integrator',
    storeMqttPassword: SECRETS.integrator,
    devices: {},
  });
  writeJson(path.join(dir, 'secrets.json'), { agentPassword: SECRETS.agent, localSecret: SECRETS.local });
}

/** A process that has said `ready`. */
export class Running {
  log = '';
  readonly exit: Promise<number | null>;
  private constructor(readonly child: ChildProcess) {
    child.stderr?.on('data', (data: Buffer) => (this.log = (this.log + data.toString()).slice(-200_000)));
    this.exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  static async start(name: string, args: readonly string[]): Promise<Running> {
    const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // With its input held, it ends with whoever started it.
      env: { ...process.env, AISLE_SUPERVISED: '1', NODE_ENV: 'production' },
    });
    const running = new Running(child);
    let state = '';
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => (state ||= line === 'ready' ? line : ''));
    void running.exit.then((code) => (state ||= `it ended with ${code}`));
    await waitFor(`${name} to be ready`, () => state !== '', 30_000, 20).catch(async (error: Error) => {
      await running.kill();
      throw new Error(`${error.message}\n${running.log}`);
    });
    if (state !== 'ready') throw new Error(`${name} did not start: ${state}\n${running.log}`);
    return running;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.exit;
    clearTimeout(timer);
  }
  /** As a power cut would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}

/** @param root the checkout, built @param more options of its command line */
export function startCloud(
  root: string,
  { dir, storeId, storeFile, ports }: ShopFolder,
  more: readonly string[] = [],
): Promise<Running> {
  const provision = path.join(dir, 'cloud/provision.json');
  writeJson(provision, {
    organisation: 'demo',
    user: { email: SECRETS.email, password: SECRETS.password, role: 'owner' },
    apiToken: SECRETS.token,
    agents: [{ storeId, username: `agent:${storeId}`, passwordSha256: sha256(SECRETS.agent) }],
    storeFile,
  });
  const config = path.join(dir, 'cloud/cloud.json');
  writeJson(config, {
    dataDir: path.join(dir, 'cloud'),
    host: '127.0.0.1',
    httpPort: ports.api,
    mqttPort: ports.cloudMqtt,
    dashboardDir: path.join(root, 'dashboard/dist'),
    series: { engine: 'duckdb', memoryLimit: '96MB' },
    catalog: { engine: 'sqlite' },
    logLevel: 'info',
    provision,
  });
  return Running.start('the cloud', [
    '--max-old-space-size=192',
    path.join(root, 'dist/cloud/main.mjs'),
    '--config',
    config,
    ...more,
  ]);
}

/** @param root the checkout, built. @param cloudPort what it takes for the cloud's, where that is not the cloud's own */
export function startAgent(root: string, folder: ShopFolder, cloudPort = folder.ports.cloudMqtt): Promise<Running> {
  const { dir, storeId, ports, runClock } = folder;
  const credentialsFile = path.join(dir, 'agent/credentials.json');
  writeJson(credentialsFile, {
    integrators: { integrator: sha256(SECRETS.integrator) },
    devices: {},
    local: sha256(SECRETS.local),
  });
  const config = path.join(dir, 'agent/agent.json');
  writeJson(config, {
    storeId,
    dataDir: path.join(dir, 'agent'),
    host: '127.0.0.1',
    mqttPort: ports.storeMqtt,
    httpPort: ports.agent,
    ...(runClock && { clock: 'run' }),
    cloud: { url: `mqtt://127.0.0.1:${cloudPort}`, username: `agent:${storeId}`, password: SECRETS.agent },
    credentialsFile,
    logLevel: 'info',
  });
  return Running.start('the agent', [
    '--max-old-space-size=160',
    path.join(root, 'dist/agent/main.mjs'),
    '--config',
    config,
  ]);
}

/** Calls to the cloud under /api/v1, with the owner's token. */
export class Api {
  constructor(private readonly folder: ShopFolder) {}

  async call(method: string, at: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`http://127.0.0.1:${this.folder.ports.api}/api/v1${at}`, {
      method,
      headers: {
        authorization: `Bearer ${SECRETS.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  /** @throws Error unless it is answered with 2xx */
  async ok<T>(method: string, at: string, body?: unknown): Promise<T> {
    const answer = await this.call(method, at, body);
    if (answer.status >= 300) throw new Error(`${method} ${at}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }
  get<T>(at: string): Promise<T> {
    return this.ok<T>('GET', at);
  }
}

/** A figure of the agent's own page of figures; undefined while it does not say it. */
export async function agentFigure({ ports }: ShopFolder, name: string): Promise<number | undefined> {
  const response = await fetch(`http://127.0.0.1:${ports.agent}/metrics`, {
    headers: { authorization: `Bearer ${SECRETS.local}` },
  });
  const line = (await response.text()).split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** Facts of kinds that the cloud does not speak, by kind. Agents up to 0.1 know of none. */
export async function heldFacts({ ports }: ShopFolder): Promise<Record<string, number>> {
  const response = await fetch(`http://127.0.0.1:${ports.agent}/metrics`, {
    headers: { authorization: `Bearer ${SECRETS.local}` },
  });
  const found = (await response.text()).matchAll(/^aisle_outbox_held\{kind="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, kind, count]) => [kind as string, Number(count)]));
}

/** Everything that the agent has been told stands in the cloud, but for what the cloud does not speak. */
export const allDelivered = (folder: ShopFolder, timeoutMs = 60_000): Promise<unknown> =>
  waitFor(
    'every fact to be delivered',
    async () => {
      const [seq, flushed, waiting, connected] = await Promise.all(
        ['aisle_journal_seq', 'aisle_outbox_flushed_seq', 'aisle_outbox_waiting', 'aisle_cloud_connected'].map((name) =>
          agentFigure(folder, name),
        ),
      );
      if (connected !== 1 || waiting === undefined || seq !== flushed) return false;
      return waiting === 0 || waiting === Object.values(await heldFacts(folder)).reduce((sum, count) => sum + count, 0);
    },
    timeoutMs,
  );
