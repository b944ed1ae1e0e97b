import type { Calibration } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import {
  CalibrationError,
  fitHomography,
  floorOf,
  imageOf,
  millimetresPerPixel,
  reprojectionErrors,
  resized,
} from '../../../src/domain/floor/homography.js';
import { seeded } from '../shop.js';
import { calibrationOf, grid, mount, project, sees } from './scene.js';

const CAMERAS = [
  mount('oblique', [0, 0], [5, 5]),
  mount('ceiling', [5, 4], [5, 4.01], { height: 4 }),
  mount('corner', [10, 8], [3, 3], { degrees: 60, height: 2.4 }),
  mount('far', [5, 12], [5, 2], { degrees: 70, height: 6 }),
];
const SPOTS = grid(10, 8, 1);

describe('a homography', () => {
  it.each(CAMERAS)('puts every pixel of an exact calibration where it is, by four points or by all ($id)', (camera) => {
    const all = calibrationOf(camera, SPOTS);
    expect(all.points.length).toBeGreaterThan(8);
    for (const points of [all.points, cornersOf(all.points)]) {
      const homography = fitHomography({ ...all, points });
      for (const { metres, pixels } of reprojectionErrors(homography, all.points)) {
        expect(metres).toBeLessThan(1e-4);
        expect(pixels).toBeLessThan(1e-3);
      }
    }
  });

  it.each(CAMERAS)('gains from more points than four when clicks are a pixel or two off ($id)', (camera) => {
    const random = seeded(7);
    let [few, many] = [0, 0];
    for (let round = 0; round < 20; round += 1) {
      const exact = calibrationOf(camera, SPOTS);
      const clicked = exact.points.map(({ image: [x, y], floor }) => ({
        image: [clamp(x + random.normal() * 1.5, 640), clamp(y + random.normal() * 1.5, 360)] as [number, number],
        floor,
      }));
      few += rms(fitHomography({ ...exact, points: cornersOf(clicked) }), exact);
      many += rms(fitHomography({ ...exact, points: clicked }), exact);
    }
    expect(many).toBeLessThan(few);
    expect(many / 20).toBeLessThan(3);
  });

  it.each(CAMERAS)('fits clicks that are off better than any other beside it ($id)', (camera) => {
    const random = seeded(7);
    const { points, resolution } = calibrationOf(camera, SPOTS);
    for (let round = 0; round < 5; round += 1) {
      const clicked = points.map(({ image: [x, y], floor }) => ({
        image: [clamp(x + random.normal() * 1.5, 640), clamp(y + random.normal() * 1.5, 360)] as [number, number],
        floor,
      }));
      const fitted = fitHomography({ resolution, points: clicked });
      const cost = (toImage: number[]): number =>
        rms({ ...fitted, toImage: toImage as unknown as typeof fitted.toImage }, { resolution, points: clicked }) ** 2;
      const best = cost([...fitted.toImage]);
      fitted.toImage.forEach((value, index) => {
        const step = Math.abs(value) * 1e-5 + 1e-12;
        const beside = (way: number) => cost(fitted.toImage.map((one, at) => (at === index ? one + way * step : one)));
        const [less, more] = [beside(-1), beside(1)];
        // What the parabola through the three would still gain, as a share of what is left.
        const gain = (more - less) ** 2 / (8 * Math.max(1e-30, more + less - 2 * best)) / best;
        expect(gain).toBeLessThan(1e-10);
      });
    }
  });

  it('refuses what is on or above the horizon, and knows how wide a pixel is', () => {
    const camera = CAMERAS[0] as (typeof CAMERAS)[0];
    const homography = fitHomography(calibrationOf(camera, SPOTS));
    expect(floorOf(homography, 320, -400)).toBeUndefined();
    expect(millimetresPerPixel(homography, 320, -400)).toBe(Infinity);
    const near = millimetresPerPixel(homography, 320, 340);
    const far = millimetresPerPixel(homography, 320, 60);
    expect(far).toBeGreaterThan(near * 3);
    const [x, y] = floorOf(homography, 320, 200) as [number, number];
    const [rightX, rightY] = floorOf(homography, 321, 200) as [number, number];
    const [lowX, lowY] = floorOf(homography, 320, 201) as [number, number];
    const wide = millimetresPerPixel(homography, 320, 200);
    for (const step of [Math.hypot(rightX - x, rightY - y), Math.hypot(lowX - x, lowY - y)])
      expect(step).toBeLessThan(wide * 1.02);
  });

  it('holds for pictures of another size', () => {
    const camera = CAMERAS[0] as (typeof CAMERAS)[0];
    const homography = resized(fitHomography(calibrationOf(camera, SPOTS)), 1280, 720);
    const spot = [4, 5] as const;
    const [u, v] = project(camera, spot) as [number, number];
    const [x, y] = floorOf(homography, u * 2, v * 2) as [number, number];
    expect(Math.hypot(x - 4000, y - 5000)).toBeLessThan(0.1);
    const [backU, backV] = imageOf(homography, 4000, 5000) as [number, number];
    expect(Math.hypot(backU - u * 2, backV - v * 2)).toBeLessThan(1e-3);
  });

  it('is refused by name where no plane fits', () => {
    const calibration: Calibration = {
      resolution: [640, 360],
      points: [
        { image: [10, 10], floor: [0, 0] },
        { image: [200, 10], floor: [1, 0] },
        { image: [400, 10], floor: [2, 0] },
        { image: [10, 300], floor: [0, 3] },
      ],
    };
    const attempt = () => fitHomography(calibration);
    expect(attempt).toThrow(CalibrationError);
    expect(attempt).toThrow('no three lie on one line');
  });

  it('is as exact far from the origin and in large pictures', () => {
    const camera = mount('big', [905, 704], [902, 708], { width: 3840, heightPixels: 2160 });
    const spots = grid(10, 8, 1).map(([x, y]) => [x + 900, y + 700] as const);
    const calibration = calibrationOf(camera, spots);
    for (const { metres } of reprojectionErrors(fitHomography(calibration), calibration.points))
      expect(metres).toBeLessThan(1e-3);
    expect(sees(camera, [903, 707])).toBe(true);
  });
});

const clamp = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
const rms = (homography: ReturnType<typeof fitHomography>, { points }: Calibration): number => {
  const errors = reprojectionErrors(homography, points);
  return Math.sqrt(errors.reduce((sum, { pixels }) => sum + pixels * pixels, 0) / errors.length);
};
/** The four points that lie furthest out in the picture. */
function cornersOf(points: Calibration['points']): Calibration['points'] {
  const far = (a: number, b: number) =>
    points.reduce((best, point) =>
      a * point.image[0] + b * point.image[1] > a * best.image[0] + b * best.image[1] ? point : best,
    );
  return [far(-1, -1), far(1, -1), far(1, 1), far(-1, 1)];
}
