import { describe, expect, it } from 'vitest';
import { InlineDetector } from '../../src/adapters/vision/inline-detector.js';
import { manifestOf, plainPicture, tiny, writeModel } from './models.js';

describe('a model of the yolov8 kind', () => {
  it('plugs in with a manifest: float32 planes, transposed output, one class of several', async () => {
    // Three places of two classes: a bicycle, a person, and the same person a little aside.
    const values = [10, 24, 25, 10, 16, 16, 8, 16, 16, 8, 24, 24, 0.9, 0.01, 0.01, 0.02, 0.8, 0.6];
    const manifest = manifestOf((m) => {
      Object.assign(m.input, { type: 'float32', layout: 'nchw', scale: 1 / 255, fit: 'centre' });
      Object.assign(m, { classes: ['bicycle', 'person'], person: 1, output: { name: 'people', style: 'yolov8' } });
    });
    const model = tiny((t) => {
      t.input = { name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] };
      t.output = { name: 'people', shape: [1, 6, 3], values };
    });
    const detector = await InlineDetector.open({ manifest: writeModel(model, manifest), folders: [] });
    // 128 × 32 lies in the middle of 64 × 32 at half its size: input y 8 to 24.
    const { boxes } = await detector.detect(await plainPicture(128, 32));
    expect(boxes).toEqual([{ x: 32, y: 0, w: 32, h: 32, score: expect.closeTo(0.8) as number, foot: [48, 32] }]);
    await detector.close();
  });
});
