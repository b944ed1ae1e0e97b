import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import mqtt from 'mqtt';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MjpegCamera, hasFfmpeg } from '../../agent/test/frames/support.js';
import { FakeCloud, STORE, sha256, storeFileCommand, tempDir, topic, until } from '../../agent/test/runtime/harness.js';
import { VIEW, shopPicture } from '../support/camera-picture.js';
import { freePort } from '../support/ports.js';
import { root } from '../support/system.js';
import { keptByTheAgent } from './kept-by-the-agent.js';

// Beneath node_modules, so that the libraries are found.
const programs = path.join(root, `node_modules/.cache/aisle/frames-${process.pid}`);

/** With the grain of a cheap camera: every piece of it is like no other. */
async function grainy(picture: Buffer, seed: number): Promise<Buffer> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  let state = seed;
  for (let i = 0; i < data.length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[i] = Math.min(255, Math.max(0, (data[i] as number) + ((state >>> 24) % 49) - 24));
  }
  const { width, height } = info;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

describe('pictures on the way through the agent', () => {
  let dir: string;
  let cloud: FakeCloud;
  let agent: ChildProcess;
  let camera: MjpegCamera;
  let ports: { mqttPort: number; httpPort: number };
  const pictures: Buffer[] = [];
  const needles = new Map<string, Buffer>();

  beforeAll(async () => {
    await build({
      absWorkingDir: root,
      entryPoints: { main: 'agent/src/main.ts', 'vision-worker': 'agent/src/adapters/vision/vision-worker.ts' },
      outdir: programs,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
      packages: 'external',
      alias: { '@aisle/contracts': path.join(root, 'contracts/src/index.ts') },
    });
    for (let i = 0; i < 3; i += 1) pictures.push(await grainy(await shopPicture([[2 + i, 3]]), i + 1));
    for (const start of [
      [0xff, 0xd8, 0xff, 0xe0],
      [0xff, 0xd8, 0xff, 0xdb],
    ])
      needles.set(`the start of a JPEG (${start[3]})`, Buffer.from(start));
    for (const [index, picture] of pictures.entries()) {
      plant(`picture ${index}`, picture);
      plant(`the pixels of picture ${index}`, await sharp(picture).raw().toBuffer());
    }
    camera = new MjpegCamera((self, response) => {
      let n = 0;
      const timer = setInterval(() => self.send(response, pictures[(n += 1) % 3] as Buffer), 150);
      response.on('close', () => clearInterval(timer));
    });
    const url = await camera.start();
    dir = tempDir();
    mkdirSync(path.join(dir, 'tmp'));
    cloud = new FakeCloud(await freePort());
    const devices = [
      { id: 'cam-1', family: 'camera', dialect: 'aisle', model: 'person-detector', calibration: VIEW },
      {
        id: 'cam-2',
        family: 'camera',
        dialect: 'aisle',
        model: 'person-detector',
        calibration: VIEW,
        ...(hasFfmpeg && { stream: { url } }),
      },
    ];
    cloud.commands.push(storeFileCommand(1, { ...STORE, devices }));
    await cloud.start();
    ports = { mqttPort: await freePort(), httpPort: await freePort() };
    const credentialsFile = path.join(dir, 'credentials.json');
    const credentials = { integrators: { i: sha256('i') }, devices: {}, local: sha256('local') };
    writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
    const config = {
      ...{ storeId: 'demo', dataDir: dir, host: '127.0.0.1', ...ports, credentialsFile, logLevel: 'error' },
      ...{
        modelsDir: path.join(root, 'models'),
        cloud: { url: `mqtt://127.0.0.1:${cloud.port}`, username: 'a', password: 'b' },
      },
    };
    writeFileSync(path.join(dir, 'agent.json'), JSON.stringify(config));
  });
  afterAll(async () => {
    agent?.kill('SIGKILL');
    await camera?.stop();
    await cloud?.stop();
    rmSync(programs, { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
  });

  /** Pieces of it from all over, behind the tables that pictures share. */
  function plant(what: string, bytes: Buffer): void {
    for (let piece = 1; piece <= 8; piece += 1) {
      const at = 700 + Math.floor(((bytes.length - 800) * piece) / 9);
      needles.set(`${what}, piece ${piece}`, Buffer.from(bytes.subarray(at, at + 32)));
    }
  }

  /** Whatever it would lay aside anywhere would lie beneath the folder that is searched. */
  async function start(): Promise<void> {
    const child = spawn(process.execPath, [path.join(programs, 'main.mjs'), '--config', path.join(dir, 'agent.json')], {
      cwd: path.join(dir, 'tmp'),
      env: { ...process.env, TMPDIR: path.join(dir, 'tmp'), HOME: path.join(dir, 'tmp') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    agent = child;
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await until('the agent', () => out.includes('ready\n'), 20_000);
  }

  function leaks(): string[] {
    const kept = keptByTheAgent(dir);
    expect(kept.length).toBeGreaterThan(2);
    return kept.flatMap(([name, bytes]) =>
      [...needles].flatMap(([what, needle]) => (bytes.includes(needle) ? [`${what} in ${name}`] : [])),
    );
  }

  const authorization = 'Bearer local';
  async function processed(device: string): Promise<number> {
    const text = await (
      await fetch(`http://127.0.0.1:${ports.httpPort}/metrics`, { headers: { authorization } })
    ).text();
    return Number(
      new RegExp(`aisle_frames_total\\{device="${device}",outcome="processed"\\} (\\d+)`).exec(text)?.[1] ?? 0,
    );
  }

  /** Pictures by MQTT and by stream, looked at by somebody at the same time, until both have been through the detector. */
  async function work(): Promise<void> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqttPort}`, { username: 'i', password: 'i' });
    const view = `http://127.0.0.1:${ports.httpPort}/api/cameras/cam-1/view?after=0`;
    const watching = fetch(view, { headers: { authorization } }).then((response) => response.arrayBuffer());
    let i = 0;
    await until(
      'pictures to be looked at',
      async () => {
        await client.publishAsync(topic('cam-1', `camera/frame/${Date.now()}`), pictures[i % 3] as Buffer, { qos: 1 });
        i += 1;
        if (i % 10 === 0) expect(leaks()).toEqual([]);
        return (await processed('cam-1')) > 5 && (!hasFfmpeg || (await processed('cam-2')) > 5);
      },
      40_000,
      60,
    );
    // What is being looked for has really been there.
    await watching;
    const now = await fetch(view, { headers: { authorization } }).then((response) => response.arrayBuffer());
    expect(Buffer.from(now).includes(Buffer.from([0xff, 0xd8, 0xff]))).toBe(true);
    client.end(true);
  }

  it('are found by the search that is to find them', () => {
    const planted = path.join(dir, 'planted');
    writeFileSync(planted, Buffer.concat([Buffer.alloc(100), pictures[0] as Buffer]));
    expect(leaks().some((leak) => leak.startsWith('picture 0'))).toBe(true);
    rmSync(planted);
  });

  it('are in no file while it runs, after a crash, after the start behind it, and after the end', async () => {
    await start();
    await work();
    expect(leaks()).toEqual([]);
    agent.kill('SIGKILL');
    await until('the crash', () => agent.signalCode !== null);
    expect(leaks()).toEqual([]);
    await start();
    await work();
    expect(leaks()).toEqual([]);
    const ended = new Promise((resolve) => agent.once('close', resolve));
    agent.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(leaks()).toEqual([]);
  }, 90_000);
});
