import type { CameraPositions } from '@aisle/contracts';
import { CameraDetections, compile } from '@aisle/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { camerasOf, sendOption } from '../src/commands/run.js';
import type { Picture } from '../src/devices/picture-camera.js';
import { seesOnFloor } from '../src/render/floor-view.js';
import { PictureSender } from '../src/run/picture-sender.js';
import type { Simulation } from '../src/run/simulation.js';
import { distanceToEdge, inside, vec } from '../src/world/geometry.js';
import { demoStore, payloadsOf, simulate, START, type Simulated } from './support.js';

const cameras = camerasOf(undefined, demoStore());

describe('cameras that look', () => {
  let told: Simulated;
  const pictures: { deviceId: string; ts: number }[] = [];
  beforeAll(() => {
    told = simulate({ minutes: 1, noise: false, pictures: { cameras, send: 'detections' } });
    simulate({
      minutes: 0.1,
      forget: true,
      pictures: { cameras, send: 'frames' },
      onStep: (simulation) => pictures.push(...simulation.pictures(() => true)),
    });
  });

  it('are the two of the demo shop, whose calibrations are of their poses', () => {
    expect(cameras.map(({ deviceId }) => deviceId)).toEqual(['cam-2', 'cam-3']);
  });

  it('are none in a shop that only names its cameras alike', () => {
    const store = demoStore();
    for (const device of store.devices ?? []) {
      const point = device.calibration?.points[0];
      if (point) point.floor = [point.floor[0] + 1, point.floor[1]];
    }
    expect(camerasOf(undefined, store)).toEqual([]);
  });

  it('take a picture every 200 ms, one after the other', () => {
    const times = (id: string) => pictures.filter(({ deviceId }) => deviceId === id).map(({ ts }) => ts - START);
    expect(times('cam-2').slice(0, 3)).toEqual([0, 200, 400]);
    expect(times('cam-3').slice(0, 3)).toEqual([100, 300, 500]);
    expect(pictures).toHaveLength(60);
  });

  it('tell boxes that a decoder of the contract takes, and some people in them', () => {
    const detections = payloadsOf<CameraDetections>(told, 'camera/detections');
    expect(detections).toHaveLength(600);
    const checker = compile(CameraDetections);
    for (const payload of detections) expect(checker.problems(payload)).toEqual([]);
    expect(detections.some(({ boxes }) => boxes.length > 0)).toBe(true);
  });

  it('have to themselves whom they see well: the camera of positions tells of the others only', () => {
    const views = cameras.map(({ pose }) => seesOnFloor(pose).map(vec));
    const all = payloadsOf<CameraPositions>(told, 'camera/positions').flatMap(({ people }) => people);
    expect(all.length).toBeGreaterThan(500);
    const deepest = all.map(({ x, y }) =>
      Math.max(...views.map((view) => (inside(view, { x, y }) ? distanceToEdge(view, { x, y }) : 0))),
    );
    expect(Math.max(...deepest)).toBeLessThanOrEqual(0.701);
    // Up to there both tell, so that nobody is lost on the way.
    expect(deepest.some((metres) => metres > 0.2)).toBe(true);
  });

  it('only say that they are there where another camera tells of everybody', () => {
    const alone = simulate({ minutes: 1, noise: false, pictures: { cameras, send: 'positions' } });
    const everybody = simulate({ minutes: 1, noise: false });
    expect(payloadsOf(alone, 'camera/positions')).toEqual(payloadsOf(everybody, 'camera/positions'));
    const states = alone.messages.filter(({ message }) => message.topic.endsWith('cam-2/state'));
    expect(states.map(({ ts }) => ts - START)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  });

  it.each([
    [undefined, true, 'frames'],
    [undefined, false, 'positions'],
    ['detections', true, 'detections'],
  ] as const)('send with --cameras %s, real time %s: %s', (text, isRealTime, sent) => {
    expect(sendOption(text, isRealTime)).toBe(sent);
  });

  it('refuse another word for what they send', () => {
    expect(() => sendOption('film', true)).toThrow('--cameras: expected frames, detections or positions, got "film"');
  });
});

describe('the sender of pictures', () => {
  const picture = (deviceId: string, ts: number): Picture => ({
    ...{ deviceId, ts, rgb: new Uint8Array(12), width: 2, height: 2, jpegQuality: 80 },
  });
  const source = (ts: number): Pick<Simulation, 'pictures'> => ({
    pictures: (isReady) => ['a', 'b'].filter(isReady).map((id) => picture(id, ts)),
  });

  it('codes one picture of each camera at a time, and counts those it leaves out', async () => {
    const finish: (() => void)[] = [];
    const topics: string[] = [];
    const sender = new PictureSender({
      encode: () => new Promise((resolve) => finish.push(() => resolve(Buffer.from('jpeg')))),
      offer: (topic) => topics.push(topic) > 0,
    });
    sender.look(source(1000), 0);
    sender.look(source(1200), 0);
    expect(finish).toHaveLength(2);
    expect(sender.skipped).toBe(2);
    finish.splice(0).forEach((done) => done());
    await new Promise((resolve) => setImmediate(resolve));
    expect(topics).toEqual(['aisle/v1/devices/a/camera/frame/1000', 'aisle/v1/devices/b/camera/frame/1000']);
    sender.look(source(1400), 0);
    expect(finish).toHaveLength(2);
    expect(sender.sent).toBe(2);
  });

  it('draws nothing for a shop that is behind the clock, nor counts what nobody takes', async () => {
    const sender = new PictureSender({ encode: () => Promise.resolve(Buffer.alloc(1)), offer: () => false });
    sender.look({ pictures: () => expect.unreachable() }, 1000);
    sender.look(source(1000), 0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sender.sent).toBe(0);
  });
});
