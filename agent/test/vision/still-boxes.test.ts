import { describe, expect, it } from 'vitest';
import type { DetectedPerson } from '../../src/ports/detector.js';
import { StillBoxes } from '../../src/vision/still-boxes.js';

const SECOND = 1000;
const person = (x: number, score: number, jitter = 0): DetectedPerson => ({
  ...{ x: x + jitter, y: 50, w: 40, h: 100, score },
  foot: [x + jitter + 20, 150],
});

/** Five pictures a second for so long; how many of the boxes were left in the last of them. */
function watched(seconds: number, boxesAt: (second: number) => DetectedPerson[], still = new StillBoxes()): number {
  let kept = -1;
  for (let at = 0; at < seconds * 5; at += 1)
    kept = still.sift(at * 200, { width: 480, height: 270, boxes: boxesAt(at / 5) }).people.boxes.length;
  return kept;
}

describe('boxes that never move', () => {
  it('are people at first and things after three minutes', () => {
    const thing = () => [person(100, 0.45)];
    expect(watched(170, thing)).toBe(1);
    expect(watched(190, thing)).toBe(0);
  });

  it('are people where they sway, where the detector is sure, and where they come and go', () => {
    expect(watched(600, (second) => [person(100, 0.45, Math.sin(second / 7) * 8)])).toBe(1);
    expect(watched(600, () => [person(100, 0.8)])).toBe(1);
    expect(watched(600, (second) => (second % 4 < 2 ? [] : [person(100, 0.45)]))).toBe(1);
  });

  it('hide nobody who walks by or stands beside them', () => {
    const boxes = (second: number) => [person(100, 0.45), person(120 + (second % 60) * 5, 0.45), person(300, 0.9)];
    expect(watched(400, boxes)).toBe(2);
  });

  it('are looked at anew once they were gone for a minute, or when the clock is set back', () => {
    const still = new StillBoxes();
    const thing = { width: 480, height: 270, boxes: [person(100, 0.45)] };
    watched(200, () => thing.boxes, still);
    expect(still.sift(200 * SECOND, thing).left).toBe(1);
    expect(still.sift(200 * SECOND + 61 * SECOND, { ...thing, boxes: [] }).left).toBe(0);
    expect(still.sift(262 * SECOND, thing).left).toBe(0);
    watched(200, () => thing.boxes, still);
    expect(still.sift(0, thing).left).toBe(0);
  });
});
