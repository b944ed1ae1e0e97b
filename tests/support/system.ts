import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.js';

/** The whole system as a person starts it, for tests, chaos and benchmarks. */

export const root = process.env.AISLE_ROOT ?? findRoot();

function findRoot(): string {
  // Bundled into dist/tests or run from tests/support: the first folder above that holds the workspaces.
  let folder = import.meta.dirname;
  while (
    path.basename(folder) === 'dist' ||
    path.basename(path.dirname(folder)) === 'dist' ||
    path.basename(folder) === 'support' ||
    path.basename(folder) === 'tests'
  ) {
    folder = path.dirname(folder);
  }
  return folder;
}

export interface Access {
  storeId: string;
  dashboardUrl: string;
  email: string;
  password: string;
  apiUrl: string;
  apiToken: string;
  storeMqttUrl: string;
  storeMqttUsername: string;
  storeMqttPassword: string;
  agentUrl: string;
  agentLocalSecret: string;
  devices: Record<string, { username: string; password: string }>;
  players: Record<string, string>;
}

export type ProcessName = 'cloud' | 'agent' | 'simulator';

export interface SystemOptions {
  /** weeks of simulated past; none when left out */
  history?: number;
  dataDir?: string;
  storeFile?: string;
  simulator?: boolean;
  /** the agent takes the time from the simulated shop, and its line to the cloud can be cut */
  trial?: boolean;
  seed?: number;
  env?: Record<string, string>;
  /** program and arguments that the start is run under, such as a tracer */
  under?: readonly string[];
  ports?: { port: number; storeMqtt: number; cloudMqtt: number; agent: number };
}

export const freePorts = async (): Promise<NonNullable<SystemOptions['ports']>> => ({
  port: await freePort(),
  storeMqtt: await freePort(),
  cloudMqtt: await freePort(),
  agent: await freePort(),
});

/** Waits until `condition` gives something other than undefined, null or false. */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  timeoutMs = 60_000,
  everyMs = 50,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) return value as T;
    } catch (error) {
      lastError = error;
    }
    await sleep(everyMs);
  } while (Date.now() < deadline);
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}${lastError ? `: ${(lastError as Error).message}` : ''}`);
}

export class System {
  output = '';
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(
    readonly dataDir: string,
    readonly child: ChildProcess,
  ) {
    child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  }

  /** Starts everything and waits for `Ready:`. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const ports = options.ports ?? (await freePorts());
    const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'aisle-'));
    const args = [
      path.join(root, 'scripts/start.mjs'),
      ...['--data', dataDir, '--port', String(ports.port), '--store-mqtt-port', String(ports.storeMqtt)],
      ...['--cloud-mqtt-port', String(ports.cloudMqtt), '--agent-port', String(ports.agent)],
      ...(options.storeFile ? ['--store', options.storeFile] : []),
      ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
      ...(options.simulator ? [] : ['--no-simulator']),
      ...(options.trial ? ['--trial'] : []),
      ...['--history', String(options.history ?? 0)],
    ];
    const [program, ...rest] = [...(options.under ?? []), process.execPath, ...args] as [string, ...string[]];
    const child = spawn(program, rest, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const system = new System(dataDir, child);
    let ended = false;
    void system.exit.then(() => (ended = true));
    await waitFor('the line "Ready:"', () => ended || /^Ready:/m.test(system.output), 60_000, 20).catch(
      async (error: Error) => {
        await system.stop();
        throw new Error(`${error.message}\n${system.output}`);
      },
    );
    if (ended) throw new Error(`the start ended before "Ready:"\n${system.output}`);
    return system;
  }

  get access(): Access {
    return JSON.parse(readFileSync(path.join(this.dataDir, 'demo-access.json'), 'utf8')) as Access;
  }

  pid(name: ProcessName): number | null {
    try {
      return (
        JSON.parse(readFileSync(path.join(this.dataDir, 'processes.json'), 'utf8')) as Record<
          ProcessName,
          number | null
        >
      )[name];
    } catch {
      return null;
    }
  }

  /** kill -9, as a power cut would. */
  kill(name: ProcessName): void {
    const pid = this.pid(name);
    if (pid) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It had just died: the next kill finds it again.
      }
    }
  }

  /** GET under /api/v1 with the owner's token; throws on any status but 200. */
  async get<T>(call: string): Promise<T> {
    const response = await fetch(`${this.access.apiUrl}${call}`, {
      headers: { authorization: `Bearer ${this.access.apiToken}` },
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`GET ${call}: ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }

  get store(): string {
    return `/stores/${this.access.storeId}`;
  }

  /** Everything that devices said has become committed facts: the outbox is empty and figures stand still. */
  async settled<T>(figures: () => Promise<T>, timeoutMs = 60_000): Promise<T> {
    let last: string | undefined;
    return waitFor(
      'the figures to stand still',
      async () => {
        const view = await this.get<{ agentOnline: boolean; outboxWaiting: number | null }>(`${this.store}/devices`);
        if (!view.agentOnline || view.outboxWaiting !== 0) {
          last = undefined;
          return undefined;
        }
        const now = await figures();
        const text = JSON.stringify(now);
        if (text === last) return { value: now };
        last = text;
        return undefined;
      },
      timeoutMs,
      2_500,
    ).then((found) => found.value);
  }

  async stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    const result = await this.exit;
    clearTimeout(timer);
    return result;
  }
}
