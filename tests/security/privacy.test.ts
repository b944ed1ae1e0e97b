import mqtt from 'mqtt';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { topic, until } from '../../agent/test/runtime/harness.js';
import { encodeJpeg } from '../../simulators/src/adapters/jpeg.js';
import { CameraView } from '../../simulators/src/render/camera-view.js';
import { calibrationOf } from '../../simulators/src/render/floor-view.js';
import { smallShop, smallShopCameras } from '../../simulators/src/render/small-shops.js';
import { LeakScanner } from './leak-scanner.js';
import { WatchedAgent } from './watched-agent.js';

const SEED = 1_000_300;
const START_TS = Date.UTC(2026, 2, 2, 2);
const TRACK_ID = 'vendor-track-7f3a91c4';
const ADDRESS = 'C4:7C:8D:6A:21:9E';
const EPC = '3034257BF7194E4000001A85';

const bare = smallShop(SEED);
const [camera] = smallShopCameras(bare, SEED);
const pose = (camera as NonNullable<typeof camera>).pose;
const store: StoreFile = {
  ...bare,
  store: { ...bare.store, id: 'demo' },
  devices: [
    { id: 'cam-a', family: 'camera', dialect: 'aisle', model: 'person-detector', calibration: calibrationOf(pose) },
    { id: 'cam-p', family: 'camera', dialect: 'aisle' },
    { id: 'ble-1', family: 'ble', dialect: 'aisle' },
    { id: 'rfid-1', family: 'rfid', dialect: 'aisle' },
  ],
};

describe('what leaves the agent', () => {
  let agent: WatchedAgent;
  const scanner = new LeakScanner();
  const pictures: Buffer[] = [];

  beforeAll(async () => {
    agent = await WatchedAgent.start(store);

    // Somebody walks through the picture, and somebody whom a camera of its own follows walks beside.
    const client = await mqtt.connectAsync(agent.mqttUrl, { username: 'i', password: 'i' });
    const view = new CameraView(store, pose, SEED, 'cam-a');
    const { width, depth } = store.floor;
    scanner.plantWord('a track id of a vendor', TRACK_ID);
    scanner.plantWord('a device address', ADDRESS);
    scanner.plantWord('a device address without colons', ADDRESS.replaceAll(':', ''));
    scanner.plantWord('an EPC', EPC);
    for (let step = 0; step < 40; step += 1) {
      const ts = START_TS + step * 200;
      const [x, y] = [width / 2 - 1 + step * 0.02, depth - 0.4 - step * 0.12];
      const { rgb } = view.draw(ts, [{ personId: 1, x, y, headingRadians: -Math.PI / 2, metresPerSecond: 0.6 }]);
      const jpeg = await encodeJpeg(rgb, pose.width, pose.height, 80);
      if (step % 8 === 0) {
        pictures.push(jpeg);
        scanner.plantPicture(`picture ${step}`, jpeg);
        scanner.plantPicture(`the pixels of picture ${step}`, await sharp(jpeg).raw().toBuffer());
      }
      await client.publishAsync(topic('cam-a', `camera/frame/${ts}`), jpeg, { qos: 1 });
      await client.publishAsync(
        topic('cam-p', 'camera/positions'),
        JSON.stringify({ ts, people: [{ id: TRACK_ID, x: x + 1, y }] }),
        { qos: 1 },
      );
      await until('the picture looked at', () => frames('processed', 'cam-a').then((n) => n >= step + 1 || undefined));
    }
    // What nobody reads yet, and what is wrong: samples of refusals must not carry it out either.
    const advert = {
      ts: START_TS,
      adverts: [{ address: ADDRESS, rssiDbm: -60, manufacturerData: { '004c': '0215' } }],
    };
    await client.publishAsync(topic('ble-1', 'ble/adverts'), JSON.stringify(advert), { qos: 1 });
    const reads = { ts: START_TS, reads: [{ epc: EPC, antenna: 1, rssiDbm: -56 }] };
    await client.publishAsync(topic('rfid-1', 'rfid/reads'), JSON.stringify(reads), { qos: 1 });
    const wrong = { ts: 'now', people: [{ id: TRACK_ID, x: 'left', y: ADDRESS }] };
    await client.publishAsync(topic('cam-p', 'camera/positions'), JSON.stringify(wrong), { qos: 1 });
    const noPicture = Buffer.concat([pictures[0] as Buffer]).subarray(0, 900);
    await client.publishAsync(topic('cam-a', `camera/frame/${START_TS + 60_000}`), noPicture, { qos: 1 });
    await until('the refusal of half a picture', () => frames('refused', 'cam-a').then((n) => n >= 1 || undefined));
    await until('facts of the walk', () => [...agent.cloud.facts.values()].some((fact) => fact.kind === 'heat'));
    await client.endAsync();
    const told = async () =>
      /"cam-p","reason":"/.test(JSON.stringify(agent.cloud.statuses.at(-1))) &&
      (await page('/metrics', 'local')).toString().includes('aisle_outbox_waiting 0\n');
    await until('the cloud to be told of everything', told, 20_000);
  }, 90_000);

  afterAll(() => agent.stop());

  const page = (address: string, secret?: string) => agent.page(address, secret);
  async function frames(outcome: string, device: string): Promise<number> {
    const text = (await page('/metrics', 'local')).toString();
    const line = text
      .split('\n')
      .find((l) => l.startsWith('aisle_frames_total') && l.includes(outcome) && l.includes(device));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  it('is figures that the pictures were truly looked at for', () => {
    const heat = [...agent.cloud.facts.values()].filter((fact) => fact.kind === 'heat');
    const seconds = heat
      .flatMap(({ value }) => ('cells' in value ? value.cells : []))
      .reduce((sum, [, ms]) => sum + ms, 0);
    // Two walks of 7.8 s: one told as positions, one seen in pictures.
    expect(seconds).toBeGreaterThan(12_000);
  });

  it('holds no picture, no track id and no address on the line to the cloud', () => {
    expect(agent.recorder.sent.length).toBeGreaterThan(1000);
    expect(scanner.scan('the line to the cloud, as it is', agent.recorder.sent)).toEqual([]);
    const messages = {
      facts: agent.cloud.batches,
      live: agent.cloud.live,
      status: agent.cloud.statuses,
      hello: agent.cloud.hellos,
    };
    for (const [name, value] of Object.entries(messages)) {
      expect(value.length, name).toBeGreaterThan(0);
      expect(scanner.scan(name, Buffer.from(JSON.stringify(value)))).toEqual([]);
      expect(scanner.scanKeys(name, value)).toEqual([]);
    }
  });

  it('holds none in the log, at its most talkative', () => {
    const log = agent.log;
    expect(log.length).toBeGreaterThan(200);
    expect(scanner.scan('the log', log)).toEqual([]);
  });

  it('holds none in any page without the local login, nor in metrics and status with it', async () => {
    const open = [
      '/',
      '/healthz',
      '/metrics',
      '/status',
      '/login',
      '/cameras',
      '/cameras/cam-a',
      '/cameras/cam-a/calibrate',
    ];
    const more = ['/cameras/cam-a/view', '/cameras/cam-a/frame', '/cameras/cam-a/still.jpg', '/player/screen-1'];
    for (const address of [...open, ...more]) expect(scanner.scan(address, await page(address))).toEqual([]);
    for (const address of ['/', '/metrics', '/status', '/cameras'])
      expect(scanner.scan(`${address} with the login`, await page(address, 'local'))).toEqual([]);
  });

  it('would be caught by this test if it held one', () => {
    const jpeg = pictures[1] as Buffer;
    const caught = (bytes: Buffer | string) => scanner.scan('planted', Buffer.from(bytes)).length > 0;
    expect(caught(jpeg)).toBe(true);
    expect(caught(jpeg.subarray(1000))).toBe(true);
    expect(caught(jpeg.subarray(1001).toString('base64'))).toBe(true);
    expect(caught(jpeg.subarray(1000).toString('hex'))).toBe(true);
    expect(caught(`{"sample":"${TRACK_ID}"}`)).toBe(true);
    expect(caught(`heard ${ADDRESS}`)).toBe(true);
    expect(scanner.scanKeys('planted', { facts: [{ value: { boxes: [] } }] })).not.toEqual([]);
    expect(caught('nothing of anybody')).toBe(false);
  });
});
