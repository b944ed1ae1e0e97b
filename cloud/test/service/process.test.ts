import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AGENT_PASSWORD,
  EMAIL,
  FakeAgent,
  PASSWORD,
  PERIOD,
  STORE_YAML,
  TOKEN,
  crossings,
  removeFolders,
  sha256,
  temporaryFolder,
} from './harness.js';
import { listenSomewhere } from '../../../tests/support/ports.js';

const root = path.resolve(import.meta.dirname, '../../..');
/** beside the sources, so that it finds the same libraries */
const program = path.join(root, `dist/test/cloud-${process.pid}.mjs`);
let dir: string;
const children: ChildProcess[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  const manifests = ['cloud', 'contracts'].map((name) =>
    JSON.parse(readFileSync(path.join(root, name, 'package.json'), 'utf8')),
  );
  const libraries = manifests
    .flatMap((manifest) => Object.keys(manifest.dependencies))
    .filter((name) => !name.startsWith('@aisle/'));
  await build({
    entryPoints: [path.join(root, 'cloud/src/main.ts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: libraries.flatMap((name) => [name, `${name}/*`]),
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(program, { force: true });
  removeFolders();
});
beforeEach(() => {
  dir = temporaryFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) server.close();
});

async function freePort(keep = false): Promise<number> {
  const { server, port } = await listenSomewhere();
  if (keep) servers.push(server);
  else await new Promise((resolve) => server.close(resolve));
  return port;
}

async function writeFiles(change: { config?: object; provision?: object; store?: string } = {}) {
  const config = {
    dataDir: path.join(dir, 'cloud'),
    host: '127.0.0.1',
    httpPort: await freePort(),
    mqttPort: await freePort(),
    series: { engine: 'duckdb', memoryLimit: '96MB' },
    catalog: { engine: 'sqlite' },
    logLevel: 'info',
    provision: path.join(dir, 'provision.json'),
    ...change.config,
  };
  const provision = {
    organisation: 'org',
    user: { email: EMAIL, password: PASSWORD, role: 'owner' },
    apiToken: TOKEN,
    agents: [{ storeId: 'demo', username: 'agent:demo', passwordSha256: sha256(AGENT_PASSWORD) }],
    storeFile: path.join(dir, 'store.yaml'),
    ...change.provision,
  };
  writeFileSync(path.join(dir, 'store.yaml'), change.store ?? STORE_YAML);
  writeFileSync(path.join(dir, 'provision.json'), JSON.stringify(provision));
  writeFileSync(path.join(dir, 'cloud.json'), JSON.stringify(config));
  return config;
}

function run(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, '--config', path.join(dir, 'cloud.json')], {
    env: { ...process.env, ...env },
  });
  children.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => out.includes('ready\n') && resolve());
    void ended.then((code) => reject(new Error(`ended with ${code}: ${err}`)));
  });
  ready.catch(() => undefined);
  return { child, ended, ready, out: () => out, err: () => err };
}

/** Lines of standard error that are not log lines: what a person sees. */
const said = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('{'));

describe('the cloud as a process', () => {
  it('says ready, logs JSON, and ends within five seconds of SIGTERM with exit 0', async () => {
    const config = await writeFiles();
    const cloud = run();
    await cloud.ready;
    expect(cloud.out()).toBe('ready\n');
    expect((await fetch(`http://127.0.0.1:${config.httpPort}/healthz`)).status).toBe(200);
    const shop = await new FakeAgent(config.mqttPort).join();
    // browsers that stay: one on a socket, one that polls
    const sockets = (['websocket', 'polling'] as const).map((transport) =>
      io(`http://127.0.0.1:${config.httpPort}/live`, {
        auth: { token: TOKEN },
        reconnection: false,
        transports: [transport],
        forceNew: true,
      }),
    );
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.on('connect', () => resolve()))));
    const started = Date.now();
    cloud.child.kill('SIGTERM');
    expect(await cloud.ended).toBe(0);
    expect(Date.now() - started).toBeLessThan(4000);
    for (const socket of sockets) socket.disconnect();
    await shop.leave();
    const lines = cloud.err().trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(cloud.err()).not.toContain(PASSWORD);
    expect(cloud.err()).not.toContain(TOKEN);
  });

  it('keeps every acknowledged fact through kill -9, from the batch to the figure', async () => {
    const config = await writeFiles();
    const first = run();
    await first.ready;
    const shop = await new FakeAgent(config.mqttPort).join();
    expect((await shop.facts([crossings(1, 3), crossings(2, 4, 1)])).status).toBe('committed');
    first.child.kill('SIGKILL');
    await first.ended;
    await shop.leave();
    await run().ready;
    const [from, to] = [PERIOD.from, PERIOD.to].map((ts) => encodeURIComponent(new Date(ts!).toISOString()));
    const response = await fetch(
      `http://127.0.0.1:${config.httpPort}/api/v1/stores/demo/footfall?from=${from}&to=${to}&bucket=hour`,
      {
        headers: { authorization: `Bearer ${TOKEN}` },
      },
    );
    expect([response.status, await response.json()]).toMatchObject([200, [{ entranceId: 'main', in: 7, out: 0 }]]);
  });

  it('counts once what is sent twice, and nothing in its environment can change that', async () => {
    const config = await writeFiles();
    const cloud = run({ AISLE_MUTANT: 'no-revision' });
    await cloud.ready;
    const shop = await new FakeAgent(config.mqttPort).join();
    await shop.facts([crossings(1, 3)]);
    await shop.facts([crossings(1, 3)]);
    await shop.leave();
    const [from, to] = [PERIOD.from, PERIOD.to].map((ts) => encodeURIComponent(new Date(ts!).toISOString()));
    const response = await fetch(
      `http://127.0.0.1:${config.httpPort}/api/v1/stores/demo/footfall?from=${from}&to=${to}`,
      {
        headers: { authorization: `Bearer ${TOKEN}` },
      },
    );
    expect(await response.json()).toMatchObject([{ in: 3 }]);
  });
});

describe('a start that cannot work says one line, naming what and where, and exits with 2', () => {
  const fails = async (pattern: RegExp) => {
    const cloud = run();
    expect(await cloud.ended).toBe(2);
    expect(said(cloud.err())).toEqual([expect.stringMatching(pattern)]);
    expect(cloud.out()).toBe('');
  };

  it.each([
    ['httpPort', '--port'],
    ['mqttPort', '--cloud-mqtt-port'],
  ])('when %s is taken', async (key, option) => {
    const port = await freePort(true);
    await writeFiles({ config: { [key]: port } });
    await fails(new RegExp(`^port ${port} is in use.*${option}$`));
  });

  it.each(['series.duckdb', 'catalog.sqlite'])('when %s is corrupt', async (name) => {
    const config = await writeFiles();
    mkdirSync(config.dataDir, { recursive: true });
    writeFileSync(path.join(config.dataDir, name), 'this is no database '.repeat(1000));
    await fails(new RegExp(name.replace('.', '\\.')));
  });

  it.each<[string, object, RegExp]>([
    ['an unknown key', { config: { seriez: 1 } }, /cloud\.json: seriez is not a known key$/],
    ['an unknown engine', { config: { series: { engine: 'csv' } } }, /cloud\.json: series/],
    [
      'an unknown key of the provision file',
      { provision: { userz: [] } },
      /provision\.json: userz is not a known key$/,
    ],
    [
      'an unknown key of the store file',
      { store: `${STORE_YAML}\nzonez: []\n` },
      /store\.yaml: zonez is not a known key$/,
    ],
    [
      'PostgreSQL that is not there',
      { config: { catalog: { engine: 'postgres', url: 'postgresql://aisle:top-secret@127.0.0.1:1/shops' } } },
      /^PostgreSQL at 127\.0\.0\.1:1, database "shops" cannot be reached: connect ECONNREFUSED/,
    ],
    [
      'an address of PostgreSQL that is none',
      { config: { catalog: { engine: 'postgres', url: 'postgresql://aisle:top-secret@/' } } },
      /^the address of PostgreSQL \(catalog\.url\) cannot be used: it is not well formed$/,
    ],
    ['a missing store file', { provision: { storeFile: '/nowhere/store.yaml' } }, /\/nowhere\/store\.yaml/],
  ])('with %s', async (_what, change, pattern) => {
    await writeFiles(change);
    await fails(pattern);
  });

  it.each<[string, object, RegExp]>([
    [
      'password',
      { provision: { user: { email: EMAIL, password: 'secret', role: 'owner' } } },
      /user\.password expected a password/,
    ],
    ['address', { config: { catalog: { engine: 'postgres', url: 'mysql://a:secret@b/c' } } }, /cloud\.json: catalog/],
    [
      'part of the configuration',
      { config: { catalog: { password: 'secret', engine: 'postgres', url: 'postgresql://a@b/c', sslmode: 'x' } } },
      /cloud\.json: catalog/,
    ],
    ['part of the series', { config: { series: { password: 'secret', engine: 'influxdb' } } }, /cloud\.json: series/],
  ])('without quoting a secret: its %s', async (_what, change, pattern) => {
    await writeFiles(change);
    const cloud = run();
    expect(await cloud.ended).toBe(2);
    expect(cloud.err()).toMatch(pattern);
    expect(cloud.err()).not.toContain('secret');
  });
});
