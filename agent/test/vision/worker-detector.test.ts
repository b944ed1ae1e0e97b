import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/adapters/system.js';
import { WorkerDetector, type WorkerDetectorOptions } from '../../src/adapters/vision/worker-detector.js';
import type { Clock } from '../../src/ports/clock.js';
import { DetectorDownError, PictureError } from '../../src/ports/detector.js';
import type { Logger } from '../../src/ports/logger.js';
import { manifestOf, plainPicture, tiny, writeModel } from './models.js';
import { buildWorker } from './worker-file.js';

let worker = '';
beforeAll(async () => {
  worker = await buildWorker();
  return () => rmSync(worker, { force: true });
});

/** A thread that finds nobody in any picture, breaks over the byte 1, never answers the byte 2, and cannot answer the byte 3. */
const FAKE = `
import { parentPort, workerData } from 'node:worker_threads';
parentPort.postMessage({ kind: 'ready', manifest: { name: 'fake', sha256: 'ab' } });
parentPort.on('message', (message) => {
  if (message.kind === 'close') return parentPort.close();
  if (message.picture[0] === 1) throw new Error('broken by a picture');
  if (message.picture[0] === 3) return parentPort.postMessage({ kind: 'failed', id: message.id, picture: false, message: 'no memory' });
  if (message.picture[0] !== 2)
    parentPort.postMessage({ kind: 'found', id: message.id, detections: { width: message.id, height: 1, boxes: [] } });
});
`;
const fake = path.join(mkdtempSync(path.join(tmpdir(), 'aisle-worker-')), 'worker.mjs');
writeFileSync(fake, FAKE);
const [GOOD, BREAKS, STALLS, FAILS] = [0, 1, 2, 3].map((byte) => Uint8Array.of(byte)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

const open: WorkerDetector[] = [];
afterEach(async () => {
  for (const detector of open.splice(0)) await detector.close();
});

async function start(options: Partial<WorkerDetectorOptions>, clock: Clock = systemClock, chance = 1) {
  const error = vi.fn<Logger['error']>();
  const log: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error };
  const manifest = options.manifest ?? 'none';
  const random = { next: () => chance, id: () => '' };
  const detector = new WorkerDetector({ entry: fake, folders: [], ...options, manifest }, clock, random, log);
  open.push(detector);
  await detector.start();
  return { detector, error };
}
const answersAgain = (detector: WorkerDetector) =>
  vi.waitFor(() => detector.detect(GOOD), { timeout: 15_000, interval: 5 });

describe('the detector in its own thread', () => {
  it('refuses bad pictures and answers good ones, in order of arrival', async () => {
    const { detector } = await start({ entry: worker, manifest: writeModel(tiny(), manifestOf()) });
    expect(detector.model).toEqual({ name: 'tiny', sha256: detector.manifest.sha256, scoreThreshold: 0.5 });
    const order: number[] = [];
    const pictures = [plainPicture(64, 32), Buffer.from('no picture'), plainPicture(1, 1), plainPicture(128, 64)];
    const calls = (await Promise.all(pictures)).map((picture, i) =>
      detector.detect(picture).finally(() => order.push(i)),
    );
    const [first, second, third, fourth] = await Promise.allSettled(calls);
    expect(first).toMatchObject({
      value: { width: 64, height: 32, boxes: [{ x: 20, y: 8, w: 10, h: 20, foot: [24, 30] }] },
    });
    expect((second as PromiseRejectedResult).reason).toBeInstanceOf(PictureError);
    expect((third as PromiseRejectedResult).reason.message).toBe('is 1 × 1 pixels; at least 16 × 16 are needed');
    expect(fourth).toMatchObject({ value: { width: 128, height: 64, boxes: [{ x: 40, y: 16, foot: [48, 60] }] } });
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('takes a copy of the bytes: a part of a larger buffer stays the caller’s', async () => {
    const { detector } = await start({ entry: worker, manifest: writeModel(tiny(), manifestOf()) });
    const picture = await plainPicture(64, 32);
    const buffer = Buffer.concat([Buffer.alloc(100), picture, Buffer.alloc(100)]);
    const part = buffer.subarray(100, 100 + picture.length);
    expect((await detector.detect(part)).boxes).toHaveLength(1);
    expect(Buffer.compare(part, picture)).toBe(0);
  });

  it('does not start with a model that is not what its manifest says', async () => {
    const manifest = writeModel(
      tiny(),
      manifestOf((m) => (m.output.strides = [8])),
    );
    await expect(start({ entry: worker, manifest })).rejects.toMatchObject({
      name: 'ModelError',
      code: 'modelShape',
      field: 'output',
      reason: 'expected float32 [1, 32, 7] (1 classes), found float32 [1, 2, 7]',
    });
  });

  it('is started again after it broke: what was on the way gets an error, later pictures are answered', async () => {
    const { detector, error } = await start({ firstPauseMs: 50 });
    const calls = await Promise.allSettled([detector.detect(STALLS), detector.detect(BREAKS), detector.detect(GOOD)]);
    for (const call of calls)
      expect((call as PromiseRejectedResult).reason).toMatchObject({
        code: 'detectorDown',
        message: 'the detector broke down: broken by a picture',
      });
    await expect(detector.detect(GOOD)).rejects.toBeInstanceOf(DetectorDownError);
    await answersAgain(detector);
    expect(error).toHaveBeenCalledWith(
      { reason: 'broken by a picture', breaks: 1, pauseMs: 50 },
      expect.stringContaining('started again'),
    );
  });

  it('passes on that a picture could not be looked at, and goes on', async () => {
    const { detector, error } = await start({});
    await expect(detector.detect(FAILS)).rejects.toThrow('no memory');
    await expect(detector.detect(GOOD)).resolves.toMatchObject({ boxes: [] });
    expect(error).not.toHaveBeenCalled();
  });

  it('is started again when it does not answer', async () => {
    const { detector, error } = await start({ answerWithinMs: 100, firstPauseMs: 10 });
    await expect(detector.detect(STALLS)).rejects.toMatchObject({ code: 'detectorDown' });
    await answersAgain(detector);
    expect(error).toHaveBeenCalledWith({ waitedMs: 100 }, expect.stringContaining('does not answer'));
  });

  it('pauses twice as long after each break, by chance up to half less, and no longer than 30 s', async () => {
    const patienceMs = 77_777;
    const pauses: number[] = [];
    let proceed: (() => void) | undefined;
    const clock: Clock = {
      ...systemClock,
      monotonicMs: () => 0,
      after(ms, action) {
        if (ms !== patienceMs) {
          pauses.push(ms);
          proceed = action;
        }
        return { cancel: () => undefined };
      },
    };
    const { detector } = await start({ answerWithinMs: patienceMs }, clock, 0.5);
    for (let round = 1; round <= 8; round += 1) {
      await answersAgain(detector);
      await expect(detector.detect(BREAKS)).rejects.toBeInstanceOf(DetectorDownError);
      expect(pauses).toHaveLength(round);
      proceed?.();
    }
    expect(pauses).toEqual([375, 750, 1500, 3000, 6000, 12_000, 22_500, 22_500]);
  });

  it('answers what is on the way before it closes, and nothing afterwards', async () => {
    const { detector } = await start({ entry: worker, manifest: writeModel(tiny(), manifestOf()) });
    const picture = await plainPicture(64, 32);
    const calls = [detector.detect(picture), detector.detect(picture)];
    await detector.close();
    expect(await Promise.all(calls)).toHaveLength(2);
    await expect(detector.detect(picture)).rejects.toMatchObject({
      code: 'detectorDown',
      message: 'the detector is closed',
    });
  });
});
