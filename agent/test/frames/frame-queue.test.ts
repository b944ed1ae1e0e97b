import { describe, expect, it } from 'vitest';
import { PictureError } from '../../src/ports/detector.js';
import { FrameQueue, type Frame } from '../../src/vision/frame-queue.js';
import { FakeDetector, TestClock, settled } from './support.js';

function setUp() {
  const clock = new TestClock();
  const detector = new FakeDetector();
  detector.held = [];
  const log: string[] = [];
  const queue = new FrameQueue<Frame>(
    {
      detectorFor: async () => detector,
      found: (frame, _people, latencyMs) => log.push(`${frame.cameraId}@${frame.ts} +${latencyMs}`),
      failed: (frame, error) =>
        log.push(`${frame.cameraId}@${frame.ts} ${error instanceof PictureError ? 'picture' : 'broken'}`),
      dropped: (frame) => log.push(`${frame.cameraId}@${frame.ts} dropped`),
    },
    clock,
  );
  const put = (cameraId: string, ts: number, bytes = [0xff, 0xd8]) =>
    queue.put({ cameraId, ts, receivedTs: 0, arrivedMs: clock.monotonicMs(), picture: Uint8Array.from(bytes) });
  return { clock, detector, log, queue, put };
}

describe('the queue of pictures', () => {
  it('keeps only the newest of a camera waiting, and counts those that it replaces', async () => {
    const { put, log, detector } = setUp();
    for (let ts = 1; ts <= 5; ts += 1) put('cam-1', ts);
    await settled();
    expect(log).toEqual(['cam-1@3 dropped', 'cam-1@4 dropped']);
    await detector.answer();
    await detector.answer();
    await detector.answer();
    expect(log.slice(2)).toEqual(['cam-1@1 +0', 'cam-1@2 +0', 'cam-1@5 +0']);
  });

  it('drops an older picture that comes behind a newer one', async () => {
    const { put, log } = setUp();
    for (const ts of [1, 2, 9, 5]) put('cam-1', ts);
    await settled();
    expect(log).toEqual(['cam-1@5 dropped']);
  });

  it('lets cameras take turns, so that a fast one does not starve a slow one', async () => {
    const { put, log, detector } = setUp();
    let ts = 0;
    const served: string[] = [];
    put('slow', (ts += 1));
    for (let round = 0; round < 30; round += 1) {
      for (let i = 0; i < 5; i += 1) put('fast', (ts += 1));
      if (round % 3 === 0) put('slow', (ts += 1));
      await settled();
      await detector.answer();
    }
    for (const line of log) if (line.includes('+')) served.push(line.split('@')[0] as string);
    expect(served.filter((id) => id === 'slow').length).toBeGreaterThanOrEqual(9);
    expect(log.filter((line) => line.startsWith('slow') && line.endsWith('dropped'))).toEqual([]);
  });

  it('has no more than two pictures under way', async () => {
    const { put, detector } = setUp();
    for (const camera of ['a', 'b', 'c', 'd']) put(camera, 1);
    await settled();
    expect(detector.asked.length).toBe(2);
    await detector.answer();
    expect(detector.asked.length).toBe(3);
  });

  it('goes on after what is no picture, and says the time from arrival to answer', async () => {
    const { put, log, detector, clock } = setUp();
    put('a', 1, [1, 2, 3]);
    put('b', 1);
    await settled();
    await clock.pass(40);
    await detector.answer();
    await detector.answer();
    expect(log).toEqual(['a@1 picture', 'b@1 +40']);
  });

  it('says nothing any more once it is stopped', async () => {
    const { put, log, detector, queue } = setUp();
    put('a', 1);
    put('b', 1);
    put('c', 1);
    await settled();
    queue.stop();
    await detector.answer();
    await detector.answer();
    expect(log).toEqual([]);
    expect(queue.waiting).toBe(0);
  });
});
