import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import type { Calibration, LiveDevice, StoreFile } from '@aisle/contracts';
import { chosen, readChoice, writeChoice } from '../../src/config/detector-choice.js';
import type { FrameRunEvents, FrameSource } from '../../src/ports/frame-source.js';
import {
  SECRETS,
  STORE,
  metric,
  openShop,
  refusedCount,
  storeFileCommand,
  topic,
  until,
  type Shop,
} from '../runtime/harness.js';
import { manifestOf, tiny, writeModel } from '../vision/models.js';
import { FakeDetector, picture } from './support.js';

const CALIBRATION: Calibration = {
  resolution: [640, 360],
  points: [
    { image: [0, 0], floor: [0, 0] },
    { image: [640, 0], floor: [12.8, 0] },
    { image: [640, 360], floor: [12.8, 7.2] },
    { image: [0, 360], floor: [0, 7.2] },
  ],
};
type Devices = NonNullable<StoreFile['devices']>;
const camera = (id: string, more: object = {}): Devices[number] => ({
  id,
  family: 'camera',
  dialect: 'aisle',
  calibration: CALIBRATION,
  ...more,
});

/** Streams that the test plays itself. */
class PlayedSource implements FrameSource {
  readonly runs: { url: string; framesPerSecond: number; events: FrameRunEvents; stopped: boolean }[] = [];
  open(stream: { url: string; framesPerSecond: number }, events: FrameRunEvents) {
    const run = { ...stream, events, stopped: false };
    this.runs.push(run);
    return {
      stop: async () => {
        run.stopped = true;
      },
    };
  }
  of(url: string) {
    return this.runs.filter((run) => run.url === url && !run.stopped);
  }
}

let shop: Shop;
let version = 1;
const detector = () => new FakeDetector();
async function open(devices: Devices, eyes: FakeDetector, frameSource?: FrameSource): Promise<MqttClient> {
  shop = await openShop({ deps: { openDetector: async () => eyes, ...(frameSource && { frameSource }) } });
  await configure(devices);
  return shop.connect();
}
async function configure(devices: Devices): Promise<void> {
  version += 1;
  const at = version;
  shop.cloud.command(storeFileCommand(at, { ...STORE, devices }));
  await until('the store file', () => shop.agent.host.config?.version === at);
}
const frames = (device: string, outcome: string) =>
  metric(shop, `aisle_frames_total{device="${device}",outcome="${outcome}"}`).then((value) => value ?? 0);
const deviceLine = async (id: string): Promise<LiveDevice> => {
  const before = shop.cloud.live.length;
  shop.cloud.send('watch', { leaseMs: 30_000, fresh: true });
  const snapshot = await until('a snapshot', () =>
    shop.cloud.live.slice(before).findLast(({ type }) => type === 'snapshot'),
  );
  return (snapshot['snapshot'] as { devices: LiveDevice[] }).devices.find(
    ({ deviceId }) => deviceId === id,
  ) as LiveDevice;
};
afterEach(async () => {
  await shop?.end();
  version = 1;
});

describe('pictures by MQTT', () => {
  it('are acknowledged while the detector still looks at them, newest first, and become people on the floor', async () => {
    const eyes = detector();
    eyes.held = [];
    // Two people, one of whom stands in the dairy zone.
    eyes.people = {
      width: 640,
      height: 360,
      boxes: [{ x: 100, y: 50, w: 40, h: 100, score: 0.91, foot: [120, 150] }],
    };
    const client = await open([camera('cam-1')], eyes);
    const jpeg = await picture();
    const now = Date.now();
    for (let i = 0; i < 6; i += 1)
      await client.publishAsync(topic('cam-1', `camera/frame/${now + i * 200}`), jpeg, { qos: 1 });
    expect(eyes.asked.length).toBe(2);
    expect(await frames('cam-1', 'dropped')).toBe(3);
    await until('three pictures to be looked at', async () => {
      await eyes.answer();
      return eyes.asked.length >= 3 && eyes.held?.length === 0;
    });
    await until('all that were not dropped', async () => (await frames('cam-1', 'processed')) === 3);
    expect(await frames('cam-1', 'received')).toBe(6);
    eyes.held = undefined;
    for (let i = 6; i < 20; i += 1) {
      await client.publishAsync(topic('cam-1', `camera/frame/${now + i * 200}`), jpeg, { qos: 1 });
      await until('it to be looked at', async () => eyes.asked.length >= i - 2);
    }
    await until('the person in the zone', () =>
      shop.agent.host.engine.live().zones.some(({ zoneId, occupancy }) => zoneId === 'dairy' && occupancy === 1),
    );
    const view = shop.agent.host.engine.cameraView('cam-1');
    expect(view?.people[0]).toMatchObject({ x: 100, y: 50, w: 40, h: 100, score: 0.91, floorMm: [2400, 3000] });
    const histogram = await metric(shop, 'aisle_frame_latency_seconds_count{device="cam-1"}');
    expect(histogram).toBe(await frames('cam-1', 'processed'));
    expect((await deviceLine('cam-1')).camera).toMatchObject({
      source: 'mqtt',
      dropped: 3,
      refused: 0,
      model: expect.stringMatching(/^fake ffff/),
    });
  });

  it('are never given to other clients', async () => {
    const client = await open([camera('cam-1')], detector());
    const heard: string[] = [];
    client.on('message', (name) => heard.push(name));
    await client.subscribeAsync(topic('cam-1', '#'));
    await client.publishAsync(topic('cam-1', `camera/frame/${Date.now()}`), await picture(), { qos: 1 });
    await client.publishAsync(topic('cam-1', 'state'), '{"state":"online"}', { qos: 1 });
    await until('the state', () => heard.length > 0);
    expect(heard).toEqual([topic('cam-1', 'state')]);
  });

  it('that come twice are a duplicate, and older ones are late', async () => {
    const client = await open([camera('cam-1')], detector());
    const jpeg = await picture();
    const now = Date.now();
    const send = async (ts: number, bytes: Buffer, processed: number) => {
      await client.publishAsync(topic('cam-1', `camera/frame/${ts}`), bytes, { qos: 1 });
      await until('it to be looked at', async () => (await frames('cam-1', 'processed')) === processed);
    };
    await send(now, jpeg, 1);
    await send(now, jpeg, 2);
    await until('the duplicate', async () => (await refusedCount(shop, 'cam-1', 'duplicate')) === 1);
    await send(now - 1000, await picture(2), 3);
    await until('the late one', async () => (await refusedCount(shop, 'cam-1', 'late')) === 1);
  });

  it.each([
    ['a time that is no integer', 'cam-1', 'camera/frame/soon', 'malformed'],
    ['a negative time', 'cam-1', 'camera/frame/-5', 'malformed'],
    ['a time two days ahead', 'cam-1', `camera/frame/${Date.now() + 2 * 86_400_000}`, 'future'],
    ['a device that nobody knows', 'cam-9', 'camera/frame/1700000000000', 'unknownDevice'],
    ['a device that is no camera', 'till-1', 'camera/frame/1700000000000', 'topic'],
    ['another dialect', 'odd-1', 'camera/frame/1700000000000', 'unsupported'],
    ['a camera that is not calibrated', 'cam-2', 'camera/frame/1700000000000', 'unsupported'],
  ])('with %s are refused and counted', async (_title, device, channel, reason) => {
    const eyes = detector();
    const client = await open(
      [
        ...(STORE.devices ?? []).filter(({ id }) => id !== 'cam-1'),
        camera('cam-1'),
        { id: 'cam-2', family: 'camera', dialect: 'aisle' },
      ],
      eyes,
    );
    await client.publishAsync(topic(device, channel), await picture(), { qos: 1 });
    const label = device === 'cam-9' ? 'unknown' : device;
    expect(await refusedCount(shop, label, reason)).toBe(1);
    expect(eyes.asked.length).toBe(0);
    if (device.startsWith('cam-') && label !== 'unknown') expect(await frames(device, 'refused')).toBe(1);
  });

  it.each([
    ['is empty', () => Buffer.alloc(0)],
    ['is no picture', () => Buffer.from('hello')],
    ['is larger than 8 MiB', () => Buffer.alloc((8 << 20) + 1, 0xff)],
  ])('whose content %s are refused as picture, and the next is looked at', async (_title, content) => {
    const client = await open([camera('cam-1')], detector());
    await client.publishAsync(topic('cam-1', `camera/frame/${Date.now()}`), content(), { qos: 1 });
    await until('the refusal', async () => (await refusedCount(shop, 'cam-1', 'picture')) === 1);
    await client.publishAsync(topic('cam-1', `camera/frame/${Date.now() + 1}`), await picture(), { qos: 1 });
    await until('the next', async () => (await frames('cam-1', 'processed')) === 1);
    const line = await deviceLine('cam-1');
    expect(line.refused?.[0]?.sample).toMatch(/expected a (smaller )?JPEG/);
    expect(line.camera).toMatchObject({ received: 2, processed: 1, refused: 1 });
  });

  it('of almost 8 MiB are taken', async () => {
    const client = await open([camera('cam-1')], detector());
    const large = Buffer.concat([await picture(), Buffer.alloc((8 << 20) - 100_000)]);
    await client.publishAsync(topic('cam-1', `camera/frame/${Date.now()}`), large, { qos: 1 });
    await until('it to be looked at', async () => (await frames('cam-1', 'processed')) === 1);
  });

  it('without a detector are refused with the reason, and everything else goes on', async () => {
    shop = await openShop({
      deps: {
        openDetector: async (model) => {
          throw new Error(`models/${model}/manifest.json: sha256: another hash`);
        },
      },
    });
    await configure([camera('cam-1'), camera('cam-2', { model: 'other' })]);
    const client = await shop.connect();
    await client.publishAsync(topic('cam-1', `camera/frame/${Date.now()}`), await picture(), { qos: 1 });
    await until('the refusal', async () => (await refusedCount(shop, 'cam-1', 'unsupported')) === 1);
    expect((await deviceLine('cam-1')).refused?.[0]?.sample).toMatch(/no detector "given": .*another hash/);
    await client.publishAsync(topic('cam-2', 'camera/positions'), JSON.stringify({ ts: Date.now(), people: [] }), {
      qos: 1,
    });
    expect((await deviceLine('cam-2')).state).toBe('online');
  });
});

describe('a real camera', () => {
  it('for which no detector is in use is not sensed, says so, and is once one is added', async () => {
    shop = await openShop({ deps: { modelsDir: 'models' } });
    await configure([camera('cam-1', { covers: ['dairy'] })]);
    const client = await shop.connect();
    const jpeg = await picture();
    const now = Date.now();
    for (let i = 0; i < 5; i += 1)
      await client.publishAsync(topic('cam-1', `camera/frame/${now + i}`), jpeg, { qos: 1 });
    await until('the refusals', async () => (await refusedCount(shop, 'cam-1', 'unsupported')) === 5);
    const line = await deviceLine('cam-1');
    expect(line.camera).toMatchObject({ problem: 'noDetector', model: '', processed: 0, refused: 5 });
    expect(line.refused?.[0]?.sample).toMatch(/npm run aisle -- model add movenet-multipose/);
    expect([...shop.cloud.facts.values()].filter(({ kind }) => kind === 'coverage' || kind === 'heat')).toEqual([]);

    // What `npm run aisle -- model add` writes is followed without a start.
    const detectorsDir = path.join(shop.config.dataDir, 'models');
    mkdirSync(path.join(detectorsDir, 'tiny'), { recursive: true });
    const source = path.dirname(writeModel(tiny(), manifestOf()));
    cpSync(source, path.join(detectorsDir, 'tiny'), { recursive: true });
    writeChoice(detectorsDir, chosen(readChoice(detectorsDir), 'tiny', undefined));
    let i = 10;
    await until('the pictures to be looked at', async () => {
      await client.publishAsync(topic('cam-1', `camera/frame/${now + (i += 1)}`), jpeg, { qos: 1 });
      return (await frames('cam-1', 'processed')) > 2;
    });
    const after = (await deviceLine('cam-1')).camera;
    expect(after?.problem).toBeUndefined();
    expect(after?.model).toMatch(/^tiny /);
    writeChoice(detectorsDir, chosen(readChoice(detectorsDir), 'gone', 'cam-1'));
    await until('a model that is not there to be told', async () => {
      await client.publishAsync(topic('cam-1', `camera/frame/${now + (i += 1)}`), jpeg, { qos: 1 });
      return (await deviceLine('cam-1')).camera?.problem === 'detectorFailed';
    });
  });
});

describe('streams of the store file', () => {
  const stream = (url: string, framesPerSecond?: number) => ({
    stream: { url, ...(framesPerSecond !== undefined && { framesPerSecond }) },
  });

  it('are opened, replaced and closed with it, and at the end of the agent', async () => {
    const source = new PlayedSource();
    await open([camera('cam-1', stream('rtsp://a')), camera('cam-2', stream('rtsp://b', 2))], detector(), source);
    expect(source.runs.map(({ url, framesPerSecond }) => [url, framesPerSecond])).toEqual([
      ['rtsp://a', 5],
      ['rtsp://b', 2],
    ]);
    await configure([
      camera('cam-1', stream('rtsp://a')),
      camera('cam-2', stream('rtsp://c', 2)),
      camera('cam-3', stream('rtsp://d')),
    ]);
    expect(
      [source.of('rtsp://a'), source.of('rtsp://b'), source.of('rtsp://c'), source.of('rtsp://d')].map(
        ({ length }) => length,
      ),
    ).toEqual([1, 0, 1, 1]);
    await configure([camera('cam-1')]);
    expect(source.runs.every(({ stopped }) => stopped)).toBe(true);
    await configure([camera('cam-1', stream('rtsp://a'))]);
    await shop.agent.stop();
    expect(source.runs.every(({ stopped }) => stopped)).toBe(true);
    await shop.start();
    await until('the stream after a restart', () => source.of('rtsp://a').length === 1);
  });

  it('feed the detector, and a lost one shows offline with its reason until it is back', async () => {
    const source = new PlayedSource();
    await open([camera('cam-1', stream('rtsp://user:pass@a/1'))], detector(), source);
    const run = source.of('rtsp://user:pass@a/1')[0];
    expect((await deviceLine('cam-1')).camera?.source).toBe('connecting');
    run?.events.frame(await picture(), null);
    await until('a picture', async () => (await frames('cam-1', 'processed')) === 1);
    expect(await deviceLine('cam-1')).toMatchObject({ state: 'online', camera: { source: 'running', received: 1 } });
    run?.events.ended({ finished: false, reason: 'Connection refused' });
    await until('offline', async () => (await deviceLine('cam-1')).state === 'offline');
    expect((await deviceLine('cam-1')).camera?.source).toBe('waiting');
    const page = await fetch(`${shop.http}/api/cameras`, { headers: { authorization: `Bearer ${SECRETS.local}` } });
    expect(await page.json()).toMatchObject([{ id: 'cam-1', state: 'offline', trouble: 'Connection refused' }]);
    const again = await until('another try', () => source.of('rtsp://user:pass@a/1')[0]);
    again.events.frame(await picture(2), null);
    await until('online again', async () => (await deviceLine('cam-1')).state === 'online');
  });
});

describe('pictures for the page', () => {
  it('are held only while somebody looks, with people of the same moment', async () => {
    const eyes = detector();
    const client = await open([camera('cam-1')], eyes);
    const send = async () =>
      client.publishAsync(topic('cam-1', `camera/frame/${Date.now()}`), await picture(7), { qos: 1 });
    await send();
    let bytes = Buffer.alloc(0);
    const asked = fetch(`${shop.http}/api/cameras/cam-1/view?after=0`, {
      headers: { authorization: `Bearer ${SECRETS.local}` },
    }).then(async (response) => (bytes = Buffer.from(await response.arrayBuffer())));
    // One of them comes when the question stands.
    await until('an answer', async () => {
      await send();
      return bytes.length > 0;
    });
    await asked;
    const length = bytes.readUInt32BE(0);
    const head = JSON.parse(bytes.subarray(4, 4 + length).toString()) as { seq: number; width: number };
    expect(head).toMatchObject({ seq: 1, width: 640, people: [] });
    expect(bytes.subarray(4 + length)).toEqual(await picture(7));
  });
});
