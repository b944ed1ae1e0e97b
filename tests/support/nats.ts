import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newKeys, readKeys } from '../../cloud/src/adapters/nats/keys.js';
import { serverConfig } from '../../cloud/src/adapters/nats/server-config.js';
import { freePort } from './ports.js';

/** Whether the real NATS is installed. */
export function hasNats(): boolean {
  try {
    execFileSync('nats-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Node {
  name: string;
  clientPort: number;
  mqttPort: number;
  file: string;
  child: ChildProcess | undefined;
}

/** A real NATS cluster of our own, by the configuration that operators get: loopback only, its own folder and ports. */
export class NatsCluster {
  readonly keysFile: string;
  readonly nodes: Node[] = [];
  readonly #dir = mkdtempSync(join(tmpdir(), 'aisle-nats-'));

  constructor(private readonly size = 3) {
    this.keysFile = join(this.#dir, 'keys.json');
    writeFileSync(this.keysFile, JSON.stringify(newKeys()), { mode: 0o600 });
  }

  get servers(): string[] {
    return this.nodes.map(({ clientPort }) => `nats://127.0.0.1:${clientPort}`);
  }
  /** What `cloud.json` says of it. */
  get config() {
    return { servers: this.servers, keysFile: this.keysFile, maxMegabytes: 64 };
  }

  /** Writes the servers' files and starts them. */
  async start(): Promise<void> {
    const keys = readKeys(this.keysFile);
    const plans = [];
    for (let at = 0; at < this.size; at += 1)
      plans.push({ clientPort: await freePort(), mqttPort: await freePort(), clusterPort: await freePort() });
    const routes = plans.map(({ clusterPort }) => `nats://127.0.0.1:${clusterPort}`);
    for (const [at, ports] of plans.entries()) {
      const name = `node-${at + 1}`;
      const dataDir = join(this.#dir, name);
      mkdirSync(dataDir);
      const file = join(dataDir, 'nats.conf');
      const plan = { ...ports, name, dataDir, routes, host: '127.0.0.1', maxFileMegabytes: 1000 };
      writeFileSync(file, await serverConfig(keys, plan));
      this.nodes.push({ name, file, clientPort: ports.clientPort, mqttPort: ports.mqttPort, child: undefined });
    }
    await Promise.all(this.nodes.map((_, at) => this.resume(at)));
  }

  /** Starts a server that does not run, on what it keeps. */
  async resume(at: number): Promise<void> {
    const node = this.nodes[at]!;
    const child = spawn('nats-server', ['-c', node.file, '-l', join(this.#dir, `${node.name}.log`)], {
      stdio: 'ignore',
    });
    node.child = child;
    // a test that is ended in the middle leaves no server behind
    process.once('exit', () => child.kill('SIGKILL'));
    const deadline = Date.now() + 30_000;
    while (!(await accepts(node.clientPort))) {
      if (child.exitCode !== null) throw new Error(`nats-server ended with ${child.exitCode}: ${this.log(at)}`);
      if (Date.now() > deadline) throw new Error(`nats-server did not listen within 30 s: ${this.log(at)}`);
      await pause(20);
    }
  }

  log(at: number): string {
    return readFileSync(join(this.#dir, `${this.nodes[at]!.name}.log`), 'utf8').slice(-4000);
  }

  /** Ends a server in the middle of what it does. */
  async kill(at: number): Promise<void> {
    const child = this.nodes[at]!.child;
    this.nodes[at]!.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((_, at) => this.kill(at)));
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
