import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../support/ports.js';
import { root, waitFor } from '../support/system.js';

/** Every one of them holds this; it is looked for in all that the processes say. */
const PLANTED = 'pl4nted';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let dir = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'aisle-secrets-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function run(name: 'agent' | 'cloud', config: object, env: Record<string, string> = {}) {
  const file = path.join(dir, `${name}-${children.length}.json`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const child = spawn(process.execPath, [path.join(root, `dist/${name}/main.mjs`), '--config', file], {
    env: { ...process.env, ...env },
  });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { ended, said: () => said };
}

async function cloudConfig(more: object): Promise<{ httpPort: number; mqttPort: number } & Record<string, unknown>> {
  return {
    ...{ dataDir: path.join(dir, 'cloud'), host: '127.0.0.1', httpPort: await freePort(), mqttPort: await freePort() },
    ...{ series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' }, logLevel: 'trace', ...more },
  };
}

it.each<[string, () => Promise<object>, Record<string, string>]>([
  [
    'InfluxDB with a token',
    async () => ({
      series: {
        engine: 'influxdb',
        url: `http://127.0.0.1:${await freePort()}`,
        database: 'a',
        token: `${PLANTED}-token`,
      },
    }),
    {},
  ],
  [
    'InfluxDB with user and password in its address',
    async () => ({
      series: { engine: 'influxdb', url: `http://me:${PLANTED}-word@127.0.0.1:${await freePort()}`, database: 'a' },
    }),
    {},
  ],
  [
    'PostgreSQL with a password in its address',
    async () => ({
      catalog: { engine: 'postgres', url: `postgresql://me:${PLANTED}-word@127.0.0.1:${await freePort()}/a` },
    }),
    {},
  ],
  [
    'PostgreSQL with a password of its own, for facts',
    async () => ({
      series: {
        engine: 'postgres',
        url: `postgresql://me@127.0.0.1:${await freePort()}/a`,
        password: `${PLANTED}-word`,
      },
    }),
    {},
  ],
  [
    'PostgreSQL with a password from the environment',
    async () => ({ catalog: { engine: 'postgres', url: `postgresql://me@127.0.0.1:${await freePort()}/a` } }),
    { PGPASSWORD: `${PLANTED}-word` },
  ],
])('a cloud that cannot reach %s says so without the secret', async (_what, more, env) => {
  const cloud = run('cloud', await cloudConfig(await more()), env);
  expect(await cloud.ended).toBe(2);
  expect(cloud.said()).toMatch(/InfluxDB|PostgreSQL/);
  expect(cloud.said()).toMatch(/127\.0\.0\.1/);
  expect(cloud.said()).not.toContain(PLANTED);
});

it('an agent that reaches neither its cloud nor its camera, and one that a cloud refuses, say so without the secret', async () => {
  const config = await cloudConfig({ provision: path.join(dir, 'provision.json') });
  writeFileSync(
    path.join(dir, 'store.yaml'),
    `store: {id: demo, name: Demo, timezone: UTC, currency: EUR}
floor: {width: 5, depth: 5}
devices:
  - {id: cam, family: camera, dialect: aisle, stream: {url: "rtsp://me:${PLANTED}/word@127.0.0.1:${await freePort()}/${PLANTED}?t=${PLANTED}"}}
  - {id: scale, family: shelf, dialect: bthome, address: "A4:C1:38:00:00:01", key: 231d39c1d7cc1ab1aee224cd096db932}
`,
  );
  writeFileSync(
    path.join(dir, 'provision.json'),
    JSON.stringify({
      organisation: 'org',
      user: { email: 'me@shop.test', password: `${PLANTED}-of-the-owner`, role: 'owner' },
      apiToken: `${PLANTED}-token-of-programs`,
      agents: [{ storeId: 'demo', username: 'agent:demo', passwordSha256: sha256(`${PLANTED}-agent`) }],
      storeFile: path.join(dir, 'store.yaml'),
    }),
  );
  const cloud = run('cloud', config);
  await waitFor('the cloud', () => cloud.said().includes('ready\n'), 20_000);
  const agentOf = async (name: string, line: object) => {
    const dataDir = path.join(dir, name);
    mkdirSync(dataDir);
    const credentialsFile = path.join(dataDir, 'credentials.json');
    writeFileSync(credentialsFile, JSON.stringify({ integrators: {}, devices: {}, local: sha256('x') }), {
      mode: 0o600,
    });
    return run('agent', {
      ...{ storeId: 'demo', dataDir, host: '127.0.0.1', mqttPort: await freePort(), httpPort: await freePort() },
      ...{ cloud: line, credentialsFile, logLevel: 'trace' },
    });
  };
  const good = await agentOf('good', {
    ...{ url: `mqtt://x:${PLANTED}-in-url@127.0.0.1:${config.mqttPort}`, username: 'agent:demo' },
    password: `${PLANTED}-agent`,
  });
  const lost = await agentOf('lost', {
    ...{ url: `mqtt://x:${PLANTED}-in-url@127.0.0.1:${await freePort()}`, username: 'agent:demo' },
    password: `${PLANTED}-lost`,
  });
  const refused = await agentOf('refused', {
    ...{ url: `mqtt://127.0.0.1:${config.mqttPort}`, username: 'agent:demo', password: `${PLANTED}-wrong` },
  });
  await waitFor('a lost stream', () => good.said().includes('a stream is lost'), 20_000);
  for (const agent of [lost, refused])
    await waitFor('a lost line', () => agent.said().includes('no line to the cloud'));
  for (const { said } of [cloud, good, lost, refused]) {
    expect(said().length).toBeGreaterThan(100);
    expect(said()).not.toMatch(new RegExp(`${PLANTED}|231d39c1`));
  }
}, 60_000);
