import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CameraFileError, parseCameras } from '../../src/render/camera-file.js';
import { Projection } from '../../src/render/camera.js';
import { seesOnFloor } from '../../src/render/floor-view.js';
import { distanceToArea, vec } from '../../src/world/geometry.js';

const demo = parseCameras(readFileSync(new URL('../../shops/cameras.yaml', import.meta.url), 'utf8'), 'cameras.yaml');

describe('the demo shop’s cameras', () => {
  const views = demo.map(({ pose }) => seesOnFloor(pose).map(vec));
  const seenBy = (x: number, y: number) => views.filter((view) => distanceToArea(view, { x, y }) === 0).length;

  it('together see the entrance, 1.5 m of the street, the hall and the front island', () => {
    for (const [left, top, right, bottom] of [
      [12, 19, 16, 21],
      [10, 20, 18, 21.5],
      [11, 16.8, 17, 19.2],
      [10.6, 12.2, 17.4, 15.8],
    ] as const)
      for (let x = left; x <= right; x += 0.2)
        for (let y = top; y <= bottom; y += 0.1) expect([x, y, seenBy(x, y)]).not.toEqual([x, y, 0]);
  });

  it('overlap', () => {
    expect(seenBy(14, 15.5)).toBe(2);
  });

  it('show people at least 25 pixels large there', () => {
    for (const { pose } of demo) {
      const projection = new Projection(pose);
      for (const [x, y] of seesOnFloor(pose)) {
        const [foot, head] = [projection.project(x, y), projection.project(x, y, 1.7)] as [number, number][];
        expect(Math.hypot(head![0] - foot![0], head![1] - foot![1])).toBeGreaterThan(25);
      }
    }
  });
});

describe('a camera file', () => {
  const entry = 'position: [1, 2, 3], target: [4, 5], fovDegrees: 90, resolution: [640, 360]';
  it.each([
    ['an unknown key', `cameras: { c: { ${entry}, tilt: 3 } }`, 'cameras.c.tilt'],
    ['an unknown key at the top', `cameras: {}\nextra: 1`, 'extra'],
    [
      'a missing field of view',
      'cameras: { c: { position: [1, 2, 3], target: [4, 5], resolution: [640, 360] } }',
      'cameras.c.fovDegrees',
    ],
    ['a field of view out of bounds', `cameras: { c: { ${entry.replace('90', '190')} } }`, 'cameras.c.fovDegrees'],
    ['half a pixel', `cameras: { c: { ${entry.replace('640', '640.5')} } }`, 'cameras.c.resolution'],
    [
      'a target and angles',
      `cameras: { c: { ${entry}, yawDegrees: 3, pitchDegrees: 4 } }`,
      'cameras.c expected either',
    ],
    ['no direction', `cameras: { c: { ${entry.replace('target: [4, 5], ', '')} } }`, 'cameras.c expected either'],
    [
      'half a direction',
      `cameras: { c: { ${entry.replace('target: [4, 5]', 'yawDegrees: 1')} } }`,
      'cameras.c expected either',
    ],
    ['no YAML', 'cameras: [', 'is not YAML'],
  ])('with %s is refused, naming it', (_, text, named) => {
    expect(() => parseCameras(text, 'my.yaml')).toThrow(CameraFileError);
    expect(() => parseCameras(text, 'my.yaml')).toThrow(named);
    expect(() => parseCameras(text, 'my.yaml')).toThrow('my.yaml');
  });

  it('may give angles instead of a target', () => {
    const [camera] = parseCameras(
      'cameras: { c: { position: [1, 2, 3], yawDegrees: 10, pitchDegrees: 60, fovDegrees: 90, resolution: [64, 36], jpegQuality: 40 } }',
      'my.yaml',
    );
    expect(camera).toMatchObject({
      deviceId: 'c',
      jpegQuality: 40,
      pose: { yawDegrees: 10, pitchDegrees: 60, width: 64 },
    });
  });
});
