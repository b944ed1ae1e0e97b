import { describe, expect, it } from 'vitest';
import type { Moment } from '../../../src/domain/tracking/pieces.js';
import { bringIntoShape, type ShapeSettings } from '../../../src/domain/tracking/shape.js';

const SETTINGS: ShapeSettings = { shapeSeconds: 0.4, shapeNoise: 0.1 };
/** Somebody of 40 × 100 pixels who walks, ten frames a second; their feet stay at 100 above the ground line. */
const walk = (frames: number, box: (frame: number) => Partial<Moment> = () => ({})): Moment[] =>
  Array.from({ length: frames }, (_, frame) => ({ frame, cx: 10 * frame, cy: 50, w: 40, h: 100, score: 0.9, ...box(frame) })); // prettier-ignore
const shaped = (moments: Moment[]): Moment[] => bringIntoShape(moments, 10, SETTINGS);

describe('a person’s boxes', () => {
  it('are of one size where they were', () => {
    for (const { w, h, cy } of shaped(walk(20))) {
      expect(w).toBeCloseTo(40, 6);
      expect(h).toBeCloseTo(100, 6);
      expect(cy).toBeCloseTo(50, 6);
    }
  });

  it('that do not fit lose their weight in the second round: half a person for two frames is as tall as before', () => {
    // The head stays where it was; the legs are hidden.
    const hidden = (frame: number) => (frame === 10 || frame === 11 ? { h: 50, cy: 25 } : {});
    const all = shaped(walk(22, hidden));
    // After one round they were 7 % shorter.
    for (const { h } of all) expect(Math.abs(h - 100)).toBeLessThan(2.5);
    const { cy } = all[10] as Moment;
    // Held by the head more than by the feet: the whole body hangs from where the head was.
    expect(cy).toBeGreaterThan(35);
    expect(cy).toBeLessThan(40);
  });

  it('grow with somebody who comes nearer', () => {
    const nearer = walk(20, (frame) => ({ w: 40 * 1.05 ** frame, h: 100 * 1.05 ** frame }));
    const all = shaped(nearer);
    for (const at of [5, 10, 15]) expect(Math.abs(all[at]!.h / nearer[at]!.h - 1)).toBeLessThan(0.03);
  });

  it('are left as they are where there are too few to tell', () => {
    const few = walk(2, (frame) => ({ h: 100 - 50 * frame }));
    expect(shaped(few)).toEqual(few);
  });
});
