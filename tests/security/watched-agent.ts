import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoreFile } from '@aisle/contracts';
import { FakeCloud, sha256, storeFileCommand, tempDir, until } from '../../agent/test/runtime/harness.js';
import { freePort } from '../support/ports.js';
import { root } from '../support/system.js';
import { TcpRecorder } from './tcp-recorder.js';

export interface WatchedOptions {
  /** the agent's program; the built one when left out */
  program?: string;
  /** of the process, given the agent's data folder */
  process?: (dir: string) => { cwd?: string; env?: NodeJS.ProcessEnv };
}

/** An agent as its own process that logs all it can, with every byte to the cloud and every line of the log kept. */
export class WatchedAgent {
  private readonly logs: Buffer[] = [];

  private constructor(
    /** its data folder */
    readonly dir: string,
    readonly cloud: FakeCloud,
    readonly recorder: TcpRecorder,
    /** for an integrator "i" with the password "i" */
    readonly mqttUrl: string,
    private readonly http: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => this.logs.push(chunk));
  }

  /** Comes back once the store file is in force and the live view is being watched. */
  static async start(store: StoreFile, options: WatchedOptions = {}): Promise<WatchedAgent> {
    const dir = tempDir();
    const cloud = new FakeCloud(await freePort());
    cloud.commands.push(storeFileCommand(1, store));
    await cloud.start();
    const recorder = new TcpRecorder(await freePort(), cloud.port);
    await recorder.start();
    const [mqttPort, httpPort] = [await freePort(), await freePort()];
    const credentialsFile = path.join(dir, 'credentials.json');
    const credentials = { integrators: { i: sha256('i') }, devices: {}, local: sha256('local') };
    writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
    const config = {
      ...{ storeId: 'demo', dataDir: dir, host: '127.0.0.1', mqttPort, httpPort, credentialsFile, logLevel: 'trace' },
      cloud: { url: `mqtt://127.0.0.1:${recorder.port}`, username: 'a', password: 'b' },
    };
    const configFile = path.join(dir, 'agent.json');
    writeFileSync(configFile, JSON.stringify(config));
    const program = options.program ?? path.join(root, 'dist/agent/main.mjs');
    const child = spawn(process.execPath, [program, '--config', configFile], options.process?.(dir) ?? {});
    const [mqttUrl, http] = [`mqtt://127.0.0.1:${mqttPort}`, `http://127.0.0.1:${httpPort}`];
    const agent = new WatchedAgent(dir, cloud, recorder, mqttUrl, http, child);
    await until('the agent', () => agent.log.includes('ready\n'), 30_000);
    await until('the store file', () => cloud.inboxAcks.includes(1));
    cloud.send('watch', { leaseMs: 60_000, fresh: true });
    return agent;
  }

  /** Everything that it has written on its two outputs. */
  get log(): Buffer {
    return Buffer.concat(this.logs);
  }

  /** An answer of its pages, status and headers included; `secret` "local" opens those behind the login. */
  async page(address: string, secret?: string): Promise<Buffer> {
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    const answer = await fetch(`${this.http}${address}`, { headers });
    const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    return Buffer.concat([Buffer.from(`${answer.status}\n${head}\n\n`), Buffer.from(await answer.arrayBuffer())]);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    await this.recorder.stop();
    await this.cloud.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
