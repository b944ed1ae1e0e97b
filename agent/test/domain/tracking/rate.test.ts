import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { followLive } from '../../../src/domain/tracking/live-recording.js';
import { readMotDetections } from '../../../src/domain/tracking/mot.js';
import { estimateRate } from '../../../src/domain/tracking/rate.js';
import { bringIntoShape } from '../../../src/domain/tracking/shape.js';
import { BASELINES } from './baselines.js';
import { addScores, scoreTracks } from './score.js';
import { streetScenes } from './suite.js';
import { recordingsFolder } from './walks.js';

const folder = recordingsFolder();
const scenes = [11, 12, 13, 14].flatMap((seed) => streetScenes(seed));

describe('the frame rate of a recording', () => {
  it.skipIf(folder === undefined).each([
    ['ADL-Rundle-6', 30],
    ['ETH-Bahnhof', 14],
    ['PETS09-S2L1', 7],
  ])('is told from the detections alone: %s (needs AISLE_RECORDINGS)', (name, rate) => {
    const text = readFileSync(path.join(folder ?? '', 'detections', `${name}.txt`), 'utf8');
    const { frames } = readMotDetections(text);
    expect(estimateRate(frames) / rate).toBeGreaterThan(0.8);
    expect(estimateRate(frames) / rate).toBeLessThan(1.25);
    // Also where every other picture is missing.
    const half = estimateRate(frames.filter((_, index) => index % 2 === 0));
    expect(half / rate).toBeGreaterThan(0.4);
    expect(half / rate).toBeLessThan(0.65);
  });

  it('is right within a third where people cross the view for seven seconds', () => {
    const off = scenes.map(({ detections, framesPerSecond }) => estimateRate(detections) / framesPerSecond);
    for (const one of off) expect(Math.abs(Math.log(one))).toBeLessThan(Math.log(4 / 3));
  });

  it('is 25 where nobody walks', () => {
    expect(estimateRate([])).toBe(25);
    expect(estimateRate([[{ x: 1, y: 1, w: 20, h: 50, score: 1 }]])).toBe(25);
  });
});

describe('people who hide each other in a street', () => {
  const ours = (options: object) =>
    addScores(scenes.map((scene) => scoreTracks(scene.truth, followLive(scene.detections, options))));

  it('are followed live better than by SORT, ByteTrack and OC-SORT, without being told the frame rate', () => {
    const live = ours({});
    for (const [name, follow] of Object.entries(BASELINES)) {
      const theirs = addScores(scenes.map((scene) => scoreTracks(scene.truth, follow(scene.detections))));
      expect(live.mota, `MOTA of ${name}`).toBeGreaterThan(theirs.mota + 0.03);
      expect(live.idf1, `IDF1 of ${name}`).toBeGreaterThan(theirs.idf1 + 0.03);
    }
  });

  it('keep their size while half of them is hidden', () => {
    const whole = ours({ framesPerSecond: 25 });
    const cut = ours({ framesPerSecond: 25, shapeSeconds: 0 });
    expect(whole.mota).toBeGreaterThan(cut.mota);
    const boxes = Array.from({ length: 51 }, (_, frame) => {
      const h = frame >= 20 && frame < 26 ? 60 : 100;
      return { frame, cx: 100 + 2 * frame, cy: 50 + h / 2, w: 40, h, score: 0.9 };
    });
    const shaped = bringIntoShape(boxes, 25, { shapeSeconds: 0.5, shapeNoise: 0.12 });
    for (const { h, cy } of shaped) {
      expect(h).toBeGreaterThan(95);
      expect(cy - h / 2).toBeGreaterThan(35);
      expect(cy - h / 2).toBeLessThan(60);
    }
  });
});
