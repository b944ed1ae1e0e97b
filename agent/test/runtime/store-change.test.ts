import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import type { BleScanner, ScanEvents } from '../../src/ports/ble-scanner.js';
import type { FrameRunEvents, FrameSource } from '../../src/ports/frame-source.js';
import { FakeDetector } from '../frames/support.js';
import { STORE, openShop, positions, storeFileCommand, topic, until, type Shop } from './harness.js';

/** Counts how often something was begun and ended. */
class CountedStreams implements FrameSource {
  readonly begun: string[] = [];
  readonly ended: string[] = [];
  readonly events = new Map<string, FrameRunEvents>();
  open({ url }: { url: string }, events: FrameRunEvents) {
    this.begun.push(url);
    this.events.set(url, events);
    return { stop: async () => void this.ended.push(url) };
  }
}
class CountedRadio implements BleScanner {
  begun = 0;
  ended = 0;
  open(_address: string | undefined, events: ScanEvents) {
    this.begun += 1;
    queueMicrotask(() => events.scanning({ name: 'hci0', address: '00:00:00:00:00:01' }));
    return { stop: async () => void (this.ended += 1) };
  }
}

const CAMERA_1 = 'http://127.0.0.1:9/one.mjpg';
const CAMERA_2 = 'http://127.0.0.1:9/two.mjpg';
const CALIBRATION = {
  resolution: [640, 360] as [number, number],
  points: [
    { image: [0, 0], floor: [0, 0] },
    { image: [640, 0], floor: [12.8, 0] },
    { image: [640, 360], floor: [12.8, 7.2] },
    { image: [0, 360], floor: [0, 7.2] },
  ] as never,
};
const file = (more: Partial<StoreFile> = {}, streamTwo = CAMERA_2): StoreFile => ({
  ...STORE,
  devices: [
    ...(STORE.devices ?? []),
    { id: 'eye-1', family: 'camera', dialect: 'aisle', calibration: CALIBRATION, stream: { url: CAMERA_1 } },
    { id: 'eye-2', family: 'camera', dialect: 'aisle', calibration: CALIBRATION, stream: { url: streamTwo } },
    { id: 'radio-1', family: 'ble', dialect: 'bluez' },
    { id: 'till-2', family: 'till', dialect: 'csv' },
  ],
  ...more,
});
const dearer: Partial<StoreFile> = {
  store: { ...STORE.store, name: { en: 'Another name', zh: '新店名' } },
  products: (STORE.products ?? []).map((product) => ({ ...product, price: 99 })),
};

let shop: Shop;
afterEach(() => shop.end());

it('a version that comes into force restarts nothing that it does not change: streams, radios, detectors, tills, screens', async () => {
  const [streams, radio] = [new CountedStreams(), new CountedRadio()];
  let detectors = 0;
  shop = await openShop({
    deps: {
      frameSource: streams,
      bleScanner: radio,
      openDetector: async () => {
        detectors += 1;
        return new FakeDetector();
      },
    },
  });
  shop.cloud.command(storeFileCommand(2, file(), 2));
  await until('all of it', () => streams.begun.length === 2 && radio.begun === 1 && detectors === 1);
  const client = await shop.connect();
  let shown = 0;
  client.on('message', () => (shown += 1));
  await client.subscribeAsync(topic('screen-1', 'screen/show'), { qos: 1 });
  // Somebody who has been among the wine stands before the screen: it plays.
  const base = Date.now() - 20_000;
  const stand = (n: number) =>
    client.publishAsync(
      topic('cam-1', 'camera/positions'),
      positions(base + n * 1000, [['p', n < 9 ? 16 : 10, n < 9 ? 2 : 4]]),
      { qos: 1 },
    );
  for (let n = 0; n < 14; n += 1) await stand(n);
  await until('the screen plays', () => shown === 1);
  const playing = () => shop.agent.host.engine.audienceOf('view').length;
  expect(playing()).toBe(1);
  const drop = path.join(shop.dir, 'drop', 'till-2');
  mkdirSync(path.join(drop, 'done'), { recursive: true });
  writeFileSync(path.join(drop, 'done', 'taken.csv'), 'receipt\n');

  const { lastSeq } = shop.agent.journal;
  const validFrom = Date.now() + 150;
  shop.cloud.command({ seq: 3, kind: 'planned', version: 3, validFrom, storeFile: file(dearer) });
  await until('it is in force', () => shop.agent.host.config?.version === 3);
  expect(Date.now()).toBeGreaterThanOrEqual(validFrom);
  for (let n = 14; n < 17; n += 1) await stand(n);
  // The plan, its coming into force and three positions: no device was told to have gone or come.
  expect(shop.agent.journal.lastSeq).toBe(lastSeq + 5);
  expect([streams.begun, streams.ended]).toEqual([[CAMERA_1, CAMERA_2], []]);
  expect([radio.begun, radio.ended, detectors]).toEqual([1, 0, 1]);
  expect([shown, playing()]).toEqual([1, 1]);
  expect(readdirSync(path.join(drop, 'done'))).toEqual(['taken.csv']);

  // One camera's stream is another: that one alone.
  shop.cloud.command(storeFileCommand(4, file(dearer, `${CAMERA_2}?hd`), 4));
  await until('the other stream', () => streams.begun.length === 3);
  expect([streams.begun.at(-1), streams.ended, radio.begun, detectors]).toEqual([`${CAMERA_2}?hd`, [CAMERA_2], 1, 1]);
});
