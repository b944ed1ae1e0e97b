import type { StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { DeviceDecoder } from '../../src/devices/registry.js';
import { indexStore } from '../../src/devices/store-index.js';

const STORE: StoreFile = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 12, depth: 8 },
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle' },
  ],
};
const decode = (value: unknown, deviceId = 'cam-1') =>
  new DeviceDecoder().decode(
    {
      deviceId,
      topic: `aisle/v1/devices/${deviceId}/camera/detections`,
      payload: Buffer.from(JSON.stringify(value)),
      receivedTs: 2000,
    },
    indexStore(STORE, 1),
  );
const box = { x: 10.04, y: 20, w: 30, h: 90.26, score: 0.87654321 };
const frame = (boxes: unknown) => ({ ts: 1000, width: 640, height: 360, boxes });

describe('camera/detections', () => {
  it('become tenths of a pixel and parts per million; the foot is the middle of the lower edge unless given', () => {
    expect(decode(frame([box, { ...box, foot: [26.25, 108] }]))).toMatchObject({
      ok: true,
      events: [
        {
          kind: 'detections',
          deviceId: 'cam-1',
          ts: 1000,
          width: 640,
          height: 360,
          boxes: [
            [100, 200, 300, 903, 876_543, 250, 1103],
            [100, 200, 300, 903, 876_543, 263, 1080],
          ],
        },
      ],
    });
    expect(decode(frame([]))).toMatchObject({ ok: true, events: [{ boxes: [] }] });
  });

  it.each([
    ['a box without height', frame([{ ...box, h: 0 }]), 'boxes[0].h'],
    ['a score above 1', frame([box, { ...box, score: 87 }]), 'boxes[1].score'],
    ['a foot of one number', frame([{ ...box, foot: [3] }]), 'boxes[0].foot'],
    ['no size of the picture', { ts: 1000, boxes: [] }, 'width'],
    ['boxes that are no list', frame('none'), 'boxes'],
  ])('are refused with %s, by name', (_title, value, field) => {
    const decoded = decode(value);
    expect(decoded).toMatchObject({ ok: false, reason: 'malformed' });
    expect(decoded.ok ? '' : decoded.field).toContain(field);
  });

  it('are no channel of a shelf', () => {
    expect(decode(frame([]), 'shelf-1')).toMatchObject({ ok: false, reason: 'topic' });
  });
});
