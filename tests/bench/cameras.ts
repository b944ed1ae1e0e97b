import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import mqtt from 'mqtt';
import { MINUTE_MS, deviceTopic, type Fact, type StoreFile } from '@aisle/contracts';
import { FakeCloud, sha256, storeFileCommand, until } from '../../agent/test/runtime/harness.js';
import { encodeJpeg } from '../../simulators/src/adapters/jpeg.js';
import { CameraView, type ViewedPerson } from '../../simulators/src/render/camera-view.js';
import { calibrationOf } from '../../simulators/src/render/floor-view.js';
import { smallShop, smallShopCameras } from '../../simulators/src/render/small-shops.js';
import { freePort } from '../support/ports.js';
import { root } from '../support/system.js';
import { atLeast, atMost, type Figure } from './figures.js';

const CAMERAS = 8;
const FRAME_MS = 200;
const SECONDS = 60;
/** The first seconds start the model and the processor's caches: they are not measured. */
const WARM_UP_SECONDS = 10;
/** Pictures of a camera that are sent over and over: a walk there and back. */
const PICTURES = 40;
const SEED = 1_000_900;
/** How often the outbox is looked at: the error of the latency. */
const LOOK_MS = 4;

/**
 * Eight cameras send five pictures of 640 × 360 a second to one agent, a process of its own: what was dropped, how much memory it
 * takes, and how long it is from a picture's sending until a fact of its zone stands in the durable outbox.
 */
export async function benchCameras(): Promise<Figure[]> {
  if (!existsSync(path.join(root, 'models/person-detector/person-detector.onnx')))
    throw new Error('models/person-detector has no model');
  const { store, pictures } = await theShop();
  const dir = mkdtempSync(path.join(tmpdir(), 'aisle-bench-cameras-'));
  const cloud = new FakeCloud(await freePort());
  cloud.commands.push(storeFileCommand(1, store));
  await cloud.start();
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const credentialsFile = path.join(dir, 'credentials.json');
  const credentials = { integrators: { bench: sha256('bench') }, devices: {}, local: sha256('local') };
  writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  const link = { url: `mqtt://127.0.0.1:${cloud.port}`, username: 'agent', password: 'bench' };
  const config = { storeId: 'demo', dataDir: dir, host: '127.0.0.1', mqttPort, httpPort, cloud: link, credentialsFile };
  writeFileSync(path.join(dir, 'agent.json'), JSON.stringify(config));
  // As `npm start` runs it.
  const limits = ['--max-old-space-size=160', '--max-semi-space-size=4'];
  const program = [...limits, path.join(root, 'dist/agent/main.mjs'), '--config', path.join(dir, 'agent.json')];
  const agent = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    let said = '';
    agent.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('the agent', () => said.includes('ready'), 20_000);
    await until('the store file', () => cloud.inboxAcks.includes(1));
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { username: 'bench', password: 'bench' });
    const sent = new Map<number, number>();
    const latencies: number[] = [];
    // The stay is followed from the next whole minute on, where it begins in the fact at the minute itself.
    const minute = Math.ceil((Date.now() + (WARM_UP_SECONDS + 2) * 1000) / MINUTE_MS) * MINUTE_MS;
    const firstTs = minute - WARM_UP_SECONDS * 1000;
    // A look into the agent's own database: what stands there is durable, and leaves with the next round to the cloud.
    const outbox = new Database(path.join(dir, 'agent.db'), { readonly: true });
    const look = outbox.prepare(
      "select payload from outbox where kind = 'zone' and key like '%|zone-0' order by ts desc limit 1",
    );
    const looking = setInterval(() => {
      const row = look.get() as { payload: string } | undefined;
      const fact = row && (JSON.parse(row.payload) as Fact);
      if (fact?.kind !== 'zone' || fact.ts < minute) return;
      // One person stays in this zone all the time: how far the stay reaches tells the newest picture in the fact.
      const reaches = fact.ts + fact.value.overlapMs;
      const at = sent.get(reaches);
      if (at === undefined) return;
      sent.delete(reaches);
      latencies.push(performance.now() - at);
    }, LOOK_MS);
    let processedBefore = 0;
    let droppedBefore = 0;
    for (let frame = 0; frame < (SECONDS * 1000) / FRAME_MS; frame += 1) {
      for (let camera = 0; camera < CAMERAS; camera += 1) {
        // Cameras take their pictures one after the other, not in one instant.
        const phase = Math.round((camera * FRAME_MS) / CAMERAS);
        const ts = firstTs + frame * FRAME_MS + phase;
        const wait = ts - Date.now();
        if (wait > 0) await sleep(wait);
        if (camera === 0) sent.set(ts, performance.now());
        const list = pictures[camera] as Buffer[];
        client.publish(deviceTopic(`cam-${camera}`, `camera/frame/${ts}`), list[frame % list.length] as Buffer, {
          qos: 0,
        });
      }
      if (frame === (WARM_UP_SECONDS * 1000) / FRAME_MS) {
        processedBefore = await framesOf(httpPort, 'processed');
        droppedBefore = await framesOf(httpPort, 'dropped');
      }
    }
    await sleep(1500);
    const processed = (await framesOf(httpPort, 'processed')) - processedBefore;
    const dropped = (await framesOf(httpPort, 'dropped')) - droppedBefore;
    const memory = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8'))?.[1]) / 1024;
    clearInterval(looking);
    outbox.close();
    await client.endAsync(true);
    if (latencies.length < 100) throw new Error(`only ${latencies.length} pictures could be followed to their fact`);
    latencies.sort((a, b) => a - b);
    const p99 = latencies[Math.ceil(latencies.length * 0.99) - 1] as number;
    const share = processed / (processed + dropped);
    return [
      atLeast(
        `pictures looked at, ${CAMERAS} cameras × 5/s`,
        100 * share,
        '%',
        { name: 'of those sent', value: 100 },
        1,
      ),
      atMost('most memory of the agent with 8 cameras', memory, 'MB', { name: 'promised', value: 300 }),
      atMost('picture sent → fact of its zone in the outbox, p99', p99, 'ms', { name: 'promised', value: 120 }),
    ];
  } finally {
    agent.kill('SIGTERM');
    await new Promise((resolve) => agent.once('exit', resolve));
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function framesOf(httpPort: number, outcome: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/metrics`, { headers: { authorization: 'Bearer local' } });
  const lines = (await answer.text())
    .split('\n')
    .filter((l) => l.startsWith('aisle_frames_total') && l.includes(outcome));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Eight cameras of one look, each with a zone of its own; in the first one somebody stays, in the others six people walk about. */
async function theShop(): Promise<{ store: StoreFile; pictures: Buffer[][] }> {
  const shop = smallShop(SEED);
  const pose = (smallShopCameras(shop, SEED)[0] as { pose: CameraView['pose'] }).pose;
  const { width, depth } = shop.floor;
  // Each camera's floor lies beside the others': one wide shop.
  const calibration = calibrationOf(pose);
  const ids = Array.from({ length: CAMERAS }, (_, index) => index);
  const store: StoreFile = {
    ...shop,
    store: { ...shop.store, id: 'demo' },
    floor: { width: width * CAMERAS, depth: depth + 2 },
    entrances: [],
    fixtures: [],
    products: [],
    zones: ids.map((index) => ({
      id: `zone-${index}`,
      kind: 'aisle' as const,
      polygon: [
        [index * width, 0],
        [(index + 1) * width, 0],
        [(index + 1) * width, depth + 2],
        [index * width, depth + 2],
      ],
    })),
    devices: ids.map((index) => ({
      id: `cam-${index}`,
      family: 'camera' as const,
      model: 'person-detector',
      dialect: 'aisle',
      covers: [`zone-${index}`],
      calibration: {
        ...calibration,
        points: calibration.points.map(({ image, floor }) => ({
          image,
          floor: [floor[0] + index * width, floor[1]] as [number, number],
        })),
      },
    })),
  };
  const draw = async (people: (turn: number) => ViewedPerson[]): Promise<Buffer[]> => {
    const view = new CameraView(shop, pose, SEED, 'cam');
    const list: Buffer[] = [];
    for (let frame = 0; frame < PICTURES; frame += 1) {
      const turn = (frame / PICTURES) * 2 * Math.PI;
      list.push(await encodeJpeg(view.draw(frame * FRAME_MS, people(turn)).rgb, pose.width, pose.height, 75));
    }
    return list;
  };
  const walker = (personId: number, turn: number, x: number, y: number, reach: number): ViewedPerson => ({
    ...{ personId, x: x + reach * Math.cos(turn + personId), y: y + reach * Math.sin(turn + personId) },
    ...{ headingRadians: turn + personId + Math.PI / 2, metresPerSecond: 0.6 },
  });
  const alone = await draw((turn) => [walker(1, turn, width / 2, depth / 2, 0.8)]);
  const crowd = await draw((turn) =>
    [0, 1, 2, 3, 4, 5].map((n) =>
      walker(n + 2, turn, width * (0.25 + 0.25 * (n % 3)), depth * (n < 3 ? 0.4 : 0.7), 0.7),
    ),
  );
  return { store, pictures: ids.map((index) => (index === 0 ? alone : crowd)) };
}
