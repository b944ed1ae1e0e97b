import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoreContext } from '../../cloud/src/insight/index.js';
import type { CloudConfig } from '../../cloud/src/config/cloud-config.js';
import { storeFileHash } from '../../cloud/src/stores/stores.js';
import { chooseCatalog } from '../../cloud/src/store/open-catalog.js';
import { root, waitFor } from '../support/system.js';

/** of the kernel's accounts, the same on every Linux that Node runs on */
const TICKS_PER_SECOND = 100;
/** As `npm start` and the operator's guide have it. */
const AS_STARTED = {
  UV_THREADPOOL_SIZE: '8',
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

export type Engines = Pick<CloudConfig, 'series' | 'catalog'>;
const EMBEDDED: Engines = { series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } };

/** Shops as a catalog knows them once they were given in: a start that reads a thousand files is measured by nobody here. */
async function known(dir: string, stores: readonly StoreContext[], engine: Engines['catalog']): Promise<void> {
  const catalog = chooseCatalog(engine, path.join(dir, 'catalog.sqlite'));
  await catalog.open();
  await catalog.users.ensureOrganisation('bench');
  for (const { storeId, storeFile } of stores) {
    await catalog.stores.ensureStore(storeId, 'bench');
    const contentHash = storeFileHash(storeFile);
    await catalog.versions.importStoreFile({ storeId, storeFile, createdTs: 0, contentHash });
  }
  await catalog.close();
}

/** A cloud over a data folder, with the limits that `npm start` gives it. */
export class RunningCloud {
  private constructor(
    private readonly child: ChildProcess,
    readonly token: string,
    readonly agentPassword: string,
    readonly httpPort: number,
    readonly mqttPort: number,
    /** rejects when the process ends, with the last that it said */
    readonly ended: Promise<never>,
  ) {}

  /** @param hasPast whether there are facts already. @param profile folder for a CPU profile of its run */
  static async start(
    { dir, stores }: { dir: string; stores: readonly StoreContext[] },
    {
      hasPast = true,
      profile,
      engines = EMBEDDED,
    }: { hasPast?: boolean; profile?: string | undefined; engines?: Engines } = {},
  ): Promise<RunningCloud> {
    const [token, agentPassword] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')];
    const passwordSha256 = createHash('sha256').update(agentPassword).digest('hex');
    await known(dir, stores, engines.catalog);
    const provision = path.join(dir, 'provision.json');
    const agents = stores.map(({ storeId }) => ({ storeId, username: `agent:${storeId}`, passwordSha256 }));
    writeFileSync(provision, JSON.stringify({ organisation: 'bench', apiToken: token, agents }));
    const config = path.join(dir, 'cloud.json');
    writeFileSync(
      config,
      JSON.stringify({
        ...{ dataDir: dir, host: '127.0.0.1', httpPort: 0, mqttPort: 0, provision },
        ...engines,
      }),
    );
    const looked =
      profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile, '--heap-prof', '--heap-prof-dir', profile];
    const args = [
      ...looked,
      '--max-old-space-size=192',
      '--max-semi-space-size=4',
      path.join(root, 'dist/cloud/main.mjs'),
    ];
    const child = spawn(
      process.execPath,
      [...args, '--config', config, ...(hasPast ? [] : ['--accept-empty-history'])],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...AS_STARTED, ...process.env },
      },
    );
    let [out, log] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (log = (log + data.toString()).slice(-200_000)));
    const ended = new Promise<never>((_resolve, reject) =>
      child.once('exit', (code) => reject(new Error(`the cloud ended with ${code}: ${log.slice(-2000)}`))),
    );
    // one that has ended is not waited for any longer
    const isThere = () => child.exitCode !== null || child.signalCode !== null || /^ready$/m.test(out);
    await Promise.race([ended, waitFor('the cloud', isThere, 600_000, 20)]);
    ended.catch(() => undefined);
    const ports = /"httpPort":(\d+),"mqttPort":(\d+)/.exec(log);
    return new RunningCloud(child, token, agentPassword, Number(ports?.[1]), Number(ports?.[2]), ended);
  }

  async get(address: string): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/api/v1/${address}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${address}: ${response.status} ${text.slice(0, 200)}`);
  }

  /** What it counts of itself, by name; of those with labels only the last. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/metrics`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    const lines = (await response.text()).matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm);
    return new Map([...lines].map(([, name = '', value]) => [name, Number(value)]));
  }

  megabytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  /** How long its main thread ran, and how long it could have and had no processor: where that is more than a fifth, times tell of the machine. */
  processor(): string {
    const [ran = 0, waited = 0] = readFileSync(`/proc/${this.child.pid}/schedstat`, 'utf8').split(' ').map(Number);
    return `the cloud's main thread ran for ${(ran / 1e9).toFixed(1)} s, and waited ${(waited / 1e9).toFixed(1)} s for a processor`;
  }

  /** Processor seconds so far: of its main thread, and of all its threads together. */
  processorSeconds(): { main: number; all: number } {
    const main = Number(readFileSync(`/proc/${this.child.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
    // after the name, which may hold anything: the fields from the third on, ticks of 10 ms
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return { main, all: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** by the kernel's count */
  writtenBytes(): number {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${this.child.pid}/io`, 'utf8'))?.[1]);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }
}
