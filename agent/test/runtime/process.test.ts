import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import mqtt from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeCloud, freePort, positions, sha256, storeFileCommand, tempDir, topic, until } from './harness.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
// Inside the repository, so that the libraries are found.
const program = path.join(root, `dist/test/agent-${process.pid}.mjs`);
let dir: string;
let cloud: FakeCloud;
let ports: { mqttPort: number; httpPort: number };
const children: ChildProcess[] = [];

beforeAll(async () => {
  await build({
    absWorkingDir: root,
    entryPoints: ['agent/src/main.ts'],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    packages: 'external',
    alias: { '@aisle/contracts': path.join(root, 'contracts/src/index.ts') },
  });
});
afterAll(() => rmSync(program, { force: true }));
beforeEach(async () => {
  dir = tempDir();
  cloud = new FakeCloud(await freePort());
  cloud.commands.push(storeFileCommand());
  await cloud.start();
  ports = { mqttPort: await freePort(), httpPort: await freePort() };
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cloud.stop();
  rmSync(dir, { recursive: true, force: true });
});

function run(change: object = {}, env: Record<string, string> = {}) {
  const credentialsFile = path.join(dir, 'credentials.json');
  const credentials = { integrators: { i: sha256('i') }, devices: {}, local: sha256('l') };
  writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  const config = {
    storeId: 'demo',
    dataDir: dir,
    host: '127.0.0.1',
    ...ports,
    cloud: { url: `mqtt://127.0.0.1:${cloud.port}`, username: 'a', password: 'b' },
    credentialsFile,
    ...change,
  };
  writeFileSync(path.join(dir, 'agent.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [program, '--config', path.join(dir, 'agent.json')], {
    env: { ...process.env, ...env },
  });
  children.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, ready: () => until('ready', () => out === 'ready\n', 20_000), err: () => err };
}
/** What a person sees on standard error: what is no log line. */
const said = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
const connect = () =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqttPort}`, { username: 'i', password: 'i', reconnectPeriod: 0 });

describe('the agent as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says ready once it serves, and ends cleanly at %s with what it knows on the disk',
    async (signal) => {
      const agent = run();
      await agent.ready();
      expect((await fetch(`http://127.0.0.1:${ports.httpPort}/healthz`)).status).toBe(200);
      const client = await connect();
      await client.publishAsync(topic('cam-1', 'camera/positions'), positions(Date.now(), [['p', 1, 1]]), { qos: 1 });
      const began = Date.now();
      agent.child.kill(signal);
      expect(await agent.ended).toBe(0);
      expect(Date.now() - began).toBeLessThan(5000);
      expect(said(agent.err())).toEqual([]);
      const again = run({ logLevel: 'info' });
      await again.ready();
      // Everything is in the snapshot: nothing had to be replayed.
      expect(again.err()).toMatch(/"replayed":0/);
    },
  );

  it('keeps every acknowledged message over kill -9', async () => {
    const agent = run();
    await agent.ready();
    const client = await connect();
    client.on('error', () => undefined);
    let acknowledged = 0;
    for (let n = 0; n < 3000; n += 1)
      client.publish(
        topic('cam-1', 'camera/crossings'),
        JSON.stringify({ ts: 1_770_000_000_000 + n, entrance: 'main', direction: 'in', count: 1 }),
        { qos: 1 },
        (error) => (acknowledged += error ? 0 : 1),
      );
    await until('some acknowledgements', () => acknowledged > 500);
    agent.child.kill('SIGKILL');
    await agent.ended;
    client.end(true);
    const kept = acknowledged;
    const again = run();
    await again.ready();
    const crossings = () =>
      [...cloud.facts.values()].reduce(
        (sum, fact) =>
          sum +
          (fact.kind === 'crossings'
            ? fact.value.in + (fact.value.others ?? []).reduce((all, other) => all + other.in, 0)
            : 0),
        0,
      );
    await until('all that was acknowledged at the cloud', () => crossings() >= kept);
    expect(crossings()).toBeLessThanOrEqual(3000);
  });

  it.each([
    ['mqttPort', '--store-mqtt-port'],
    ['httpPort', '--agent-port'],
  ] as const)('ends with 2 and one line when its %s is taken', async (key, option) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const agent = run({ [key]: port });
    expect(await agent.ended).toBe(2);
    expect(said(agent.err())).toEqual([
      `port ${port} on 127.0.0.1 is in use: choose another with ${option} (${key} in agent.json)`,
    ]);
    taken.close();
  });

  it.each([
    ['an unknown key', { mqtPort: 1 }, 'agent.json', 'mqtPort is not a known key'],
    ['a corrupt database', {}, 'agent.db', 'the database is corrupt'],
    ['a corrupt journal', {}, 'journal/0000000000000001.log', 'broken at offset 0'],
  ])('ends with 2 and one line that names %s', async (_title, change, file, problem) => {
    const name = path.join(dir, file);
    mkdirSync(path.dirname(name), { recursive: true });
    if (file.startsWith('journal'))
      writeFileSync(path.join(dir, 'journal/id'), '0b0e7f0a-0000-4000-8000-000000000000\n');
    if (file !== 'agent.json') writeFileSync(name, 'neither a database nor a journal '.repeat(100));
    const agent = run(change);
    expect(await agent.ended).toBe(2);
    expect(said(agent.err())).toEqual([expect.stringContaining(name)]);
    expect(agent.err()).toContain(problem);
  });
});
