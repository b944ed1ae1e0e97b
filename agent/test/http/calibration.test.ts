import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { fitHomography, imageOf } from '../../src/domain/floor/homography.js';
import { Pairs, yamlOf, type Point } from '../../src/camera-page/pairs.js';
import { gridInPicture, pictureOnPlan, zonesInPicture } from '../../src/camera-page/projection.js';

/** A camera that looks down at an angle: far floor is narrower. */
const CORNERS: { image: Point; floor: Point }[] = [
  { image: [200, 100], floor: [0, 0] },
  { image: [440, 100], floor: [6, 0] },
  { image: [600, 340], floor: [6, 6] },
  { image: [40, 340], floor: [0, 6] },
];
const homography = fitHomography({ resolution: [640, 360], points: CORNERS });
const pixel = (x: number, y: number) => imageOf(homography, x * 1000, y * 1000) as Point;

function pairs(points: { image: Point; floor: Point }[]): Pairs {
  const made = new Pairs();
  made.resolution = [640, 360];
  for (const { image, floor } of points) {
    made.place('image', image);
    made.place('floor', floor);
  }
  return made;
}

describe('pairs of points', () => {
  it('are completed by a click on the other side, and a waiting point is moved by another on its own', () => {
    const made = new Pairs();
    made.resolution = [640, 360];
    made.place('image', [10, 10]);
    expect(made.expected).toBe('floor');
    made.place('image', [20, 20.04]);
    expect(made.list).toEqual([{ image: [20, 20], floor: undefined }]);
    made.place('floor', [1.234, 2]);
    expect([made.expected, made.list]).toEqual(['image', [{ image: [20, 20], floor: [1.23, 2] }]]);
    // Beginning with the plan is fine as well.
    made.place('floor', [3, 3]);
    expect(made.expected).toBe('image');
    expect(made.chosen).toEqual({ index: 1, side: 'floor' });
  });

  it('do not leave the picture', () => {
    const made = pairs(CORNERS);
    made.move(0, 'image', [-50, 900]);
    expect(made.list[0]?.image).toEqual([0, 360]);
  });

  it.each([
    ['too few', CORNERS.slice(1), { kind: 'more', needed: 1 }],
    [
      'a line',
      [1, 2, 3, 4].map((x) => ({ image: [x * 100, 50] as Point, floor: [x, 1] as Point })),
      { kind: 'refused', why: 'line' },
    ],
    [
      'a pair twice',
      [...CORNERS, { image: [201, 100] as Point, floor: [3, 3] as Point }],
      { kind: 'refused', why: 'repeats', pair: 4 },
    ],
    [
      'two swapped',
      CORNERS.map((pair, index) => ({
        ...pair,
        floor: (CORNERS[[1, 0, 2, 3][index] as number] as (typeof CORNERS)[0]).floor,
      })),
      { kind: 'refused', why: 'swapped' },
    ],
  ])('that are %s are refused with the reason', (_title, points, verdict) => {
    expect(pairs(points).verdict).toMatchObject(verdict);
  });

  it('of four always fit; a fifth shows by how much they do not', () => {
    expect(pairs(CORNERS).verdict).toMatchObject({ kind: 'fits', exact: true, grade: 'good' });
    const fifth = (off: number) =>
      pairs([...CORNERS, { image: [pixel(3, 3)[0] + off, pixel(3, 3)[1]], floor: [3, 3] }]).verdict;
    const grades = [0, 15, 60].map((off) => {
      const verdict = fifth(off);
      return verdict.kind === 'fits' ? [verdict.grade, verdict.exact] : verdict.kind;
    });
    expect(grades).toEqual([
      ['good', false],
      ['fair', false],
      ['poor', false],
    ]);
    const exact = fifth(0);
    expect(exact.kind === 'fits' && exact.metres).toBeLessThan(0.01);
  });

  it('keep their place when the picture has another size', () => {
    const made = pairs(CORNERS);
    made.resize(1280, 720);
    expect(made.list[0]?.image).toEqual([400, 200]);
    expect(made.verdict).toMatchObject({ kind: 'fits', grade: 'good' });
    const other = new Pairs();
    other.resolution = [320, 180];
    other.load({ resolution: [640, 360], points: CORNERS });
    expect(other.list[0]?.image).toEqual([100, 50]);
  });

  it('are written as the store file takes them', () => {
    const { calibration } = pairs(CORNERS);
    expect(parseYaml(yamlOf(calibration))).toEqual({ calibration });
  });
});

describe('the plan in the picture', () => {
  const plan = {
    width: 6,
    depth: 40,
    fixtures: [],
    entrances: [],
    zones: [
      {
        id: 'seen',
        name: { en: '', zh: '' },
        kind: 'aisle',
        polygon: [
          [1, 1],
          [3, 1],
          [3, 3],
          [1, 3],
        ] as Point[],
      },
      {
        id: 'reaches behind',
        name: { en: '', zh: '' },
        kind: 'aisle',
        polygon: [
          [1, 4],
          [5, 4],
          [5, 40],
          [1, 40],
        ] as Point[],
      },
      {
        id: 'behind',
        name: { en: '', zh: '' },
        kind: 'aisle',
        polygon: [
          [1, 30],
          [5, 30],
          [5, 40],
          [1, 40],
        ] as Point[],
      },
    ],
  };

  it('has each zone where its corners show', () => {
    const [zone] = zonesInPicture(homography, plan);
    [
      [1, 1],
      [3, 1],
      [3, 3],
      [1, 3],
    ].forEach(([x, y], index) => {
      const [px, py] = pixel(x as number, y as number);
      expect(zone?.outline[index]?.[0]).toBeCloseTo(px, 6);
      expect(zone?.outline[index]?.[1]).toBeCloseTo(py, 6);
    });
  });

  it('cuts a zone that reaches behind the camera and leaves out one that lies there', () => {
    const zones = zonesInPicture(homography, plan);
    expect(zones.map(({ id }) => id)).toEqual(['seen', 'reaches behind']);
    // What is cut off comes towards the camera: downwards in the picture, never above the zone's far edge.
    const far = pixel(1, 4)[1];
    for (const [, y] of zones[1]?.outline ?? []) expect(y).toBeGreaterThanOrEqual(far - 1e-6);
  });

  it('draws a line for every metre in front of the camera', () => {
    const lines = gridInPicture(homography, { ...plan, depth: 6 });
    expect(lines.length).toBe(14);
    for (const line of lines) for (const [x, y] of line) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
  });

  it('knows what part of the floor the picture shows', () => {
    const outline = pictureOnPlan(homography);
    const near = outline.filter(([, y]) => Math.abs(y - 6.35) < 0.3);
    expect(near.length).toBe(2);
    expect(outline.length).toBeGreaterThanOrEqual(4);
  });
});
