import { compile, Calibration } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { lookAt, Projection, type CameraPose } from '../../src/render/camera.js';
import { calibrationOf, seesOnFloor } from '../../src/render/floor-view.js';

const pose = (change: Partial<CameraPose> = {}): CameraPose => ({
  position: [4, 5, 3.5],
  yawDegrees: 30,
  pitchDegrees: 50,
  fovDegrees: 90,
  width: 640,
  height: 360,
  ...change,
});
const POSES: [string, CameraPose][] = [
  ['oblique', pose()],
  ['straight down', pose({ pitchDegrees: 90, yawDegrees: -90 })],
  ['far, narrow and rolled', pose({ pitchDegrees: 28, fovDegrees: 60, rollDegrees: 7, width: 352, height: 288 })],
  ['the other way', pose({ yawDegrees: -140, pitchDegrees: 35, fovDegrees: 110 })],
];

describe('a camera pose', () => {
  it.each(POSES)('takes every pixel below the horizon to the floor and back (%s)', (_, tested) => {
    const projection = new Projection(tested);
    let below = 0;
    for (let u = 0; u <= tested.width; u += 32)
      for (let v = 0; v <= tested.height; v += 24)
        for (const z of [0, 1.7]) {
          const floor = projection.toFloor(u, v, z);
          if (!floor) continue;
          below += 1;
          const back = projection.project(floor[0], floor[1], z);
          expect(back?.[0]).toBeCloseTo(u, 6);
          expect(back?.[1]).toBeCloseTo(v, 6);
        }
    expect(below).toBeGreaterThan(100);
  });

  it('shows what lies to the right of its direction on the plan on the right, and higher things higher up', () => {
    const projection = new Projection(pose({ yawDegrees: 0 }));
    const at = (x: number, y: number, z = 0) => projection.project(x, y, z) as [number, number];
    // It looks along x; y runs down the plan, so a larger y is to its right.
    expect(at(7, 6)[0]).toBeGreaterThan(at(7, 4)[0]);
    expect(at(7, 5, 1)[1]).toBeLessThan(at(7, 5)[1]);
    expect(at(9, 5)[1]).toBeLessThan(at(7, 5)[1]);
  });

  it('straight down shows the plan as it is drawn', () => {
    const projection = new Projection(pose({ ...lookAt([4, 5, 3.5], [4, 5]) }));
    expect(projection.project(4, 5)).toEqual([expect.closeTo(320, 6), expect.closeTo(180, 6)]);
    const [right, below] = [projection.project(5, 5), projection.project(4, 6)] as [[number, number], [number, number]];
    expect(right[0]).toBeGreaterThan(330);
    expect(below[1]).toBeGreaterThan(190);
  });

  it('sees the floor point that it is aimed at in the middle of the picture', () => {
    const position = [3, 9, 4] as const;
    const projection = new Projection(pose({ position: [...position], ...lookAt(position, [8, 2]) }));
    expect(projection.project(8, 2)).toEqual([expect.closeTo(320, 6), expect.closeTo(180, 6)]);
  });

  it('has no pixel for what is behind it, and no floor above the horizon', () => {
    const projection = new Projection(pose({ pitchDegrees: 5 }));
    expect(projection.project(-6, -1)).toBeUndefined();
    expect(projection.toFloor(320, 0)).toBeUndefined();
  });
});

describe('the calibration of a pose', () => {
  it.each(POSES)('is a valid entry whose points project onto their pixels within 0.1 (%s)', (_, tested) => {
    const calibration = calibrationOf(tested);
    expect(compile(Calibration).problems(calibration)).toEqual([]);
    expect(calibration.resolution).toEqual([tested.width, tested.height]);
    expect(calibration.points.length).toBeGreaterThanOrEqual(6);
    const projection = new Projection(tested);
    for (const { image, floor } of calibration.points) {
      const [u, v] = projection.project(floor[0], floor[1]) as [number, number];
      expect(Math.hypot(u - image[0], v - image[1])).toBeLessThan(0.1);
    }
    const across = calibration.points.map(({ image }) => image[0]);
    expect(Math.max(...across) - Math.min(...across)).toBeGreaterThan(tested.width * 0.6);
  });
});

describe('the floor that a camera sees', () => {
  it.each(POSES)(
    'holds exactly the places with foot and body in the picture, as far as people are large enough (%s)',
    (_, tested) => {
      const polygon = seesOnFloor(tested, { marginPixels: 6, bodyMetres: 1.6, leastPixels: 1 });
      const projection = new Projection(tested);
      const shown = (x: number, y: number, z: number) => {
        const at = projection.project(x, y, z);
        return at !== undefined && at[0] >= 6 && at[1] >= 6 && at[0] <= tested.width - 6 && at[1] <= tested.height - 6;
      };
      let [inside, outside] = [0, 0];
      for (let x = -6; x < 14; x += 0.31)
        for (let y = -5; y < 15; y += 0.29) {
          const both = shown(x, y, 0) && shown(x, y, 1.6);
          expect(contains(polygon, x, y)).toBe(both);
          if (both) inside += 1;
          else outside += 1;
        }
      expect(inside).toBeGreaterThan(10);
      expect(outside).toBeGreaterThan(10);
    },
  );

  it('ends where people become too small', () => {
    const far = (leastPixels: number) =>
      Math.max(...seesOnFloor(pose({ pitchDegrees: 25 }), { leastPixels }).map(([x, y]) => Math.hypot(x - 4, y - 5)));
    expect(far(60)).toBeLessThan(far(30));
    expect(far(30)).toBeLessThan(40);
  });
});

function contains(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let within = false;
  polygon.forEach(([ax, ay], index) => {
    const [bx, by] = polygon[(index + 1) % polygon.length] as [number, number];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  });
  return within;
}
