import { describe, expect, it } from 'vitest';
import { PictureVisits } from '../../src/domain/people/picture-visits.js';
import { seeded } from './shop.js';

const ZONE = {
  id: 'desk',
  polygon: [
    [300, 0],
    [640, 0],
    [640, 360],
    [300, 360],
  ] as [number, number][],
};
const THRESHOLDS = { scoreThreshold: 0.5, lowScoreThreshold: 0.3 };
const FRAME_MS = 100;

/** Where the middle of somebody's lower edge is, frame by frame → visits. */
function visitsOf(xs: readonly number[]) {
  const visits = new PictureVisits([ZONE], THRESHOLDS, () => undefined);
  xs.forEach((x, frame) => {
    const box = { x: x - 30, y: 100, w: 60, h: 160 };
    visits.frame(frame * FRAME_MS, 640, 360, [{ ...box, score: 0.9, foot: [x, 260] }]);
  });
  return visits.end();
}

describe('visits in a picture', () => {
  it('begin with the first box whose lower edge stands in the zone, however somebody has walked before', () => {
    for (const speed of [4, 9, 17]) {
      // Walks up to just before the zone, stops there for two seconds, goes on.
      const xs: number[] = [];
      for (let x = 100; x < 292; x += speed) xs.push(x);
      for (let wait = 0; wait < 20; wait += 1) xs.push(295);
      for (let x = 295 + speed; x < 560; x += speed) xs.push(x);
      const first = xs.findIndex((x) => x >= 300);
      expect(visitsOf(xs)).toEqual([
        { zoneId: 'desk', enterTs: first * FRAME_MS, leaveTs: (xs.length - 1) * FRAME_MS },
      ]);
    }
  });

  it('of somebody who stands near the edge are as the boxes say', () => {
    const random = seeded(3);
    const xs = Array.from({ length: 100 }, () => 306 + Math.max(-5, random.normal() * 3));
    expect(visitsOf(xs)).toEqual([{ zoneId: 'desk', enterTs: 0, leaveTs: 99 * FRAME_MS }]);
  });
});
