import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { calibrationProblem, parseStoreFile, type Calibration } from '../src/index.js';

type Pair = { image: [number, number]; floor: [number, number] };
const pair = (u: number, v: number, x: number, y: number): Pair => ({ image: [u, v], floor: [x, y] });
/** A camera that looks down a hall: far points lie close together in the picture. */
const POINTS = [pair(100, 340, 2, 9), pair(540, 340, 6, 9), pair(440, 120, 6, 3), pair(200, 120, 2, 3)];
const calibration = (points: Pair[]): Calibration => ({ resolution: [640, 360], points });

function problemOf(device: object, more: object = {}): string {
  const file = {
    store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
    floor: { width: 30, depth: 20 },
    zones: [
      {
        id: 'back',
        kind: 'other',
        polygon: [
          [1, 1],
          [3, 1],
          [3, 3],
        ],
      },
    ],
    devices: [{ id: 'dev-1', family: 'camera', dialect: 'aisle', ...device }],
    ...more,
  };
  try {
    parseStoreFile(stringify(file), 'shop.yaml');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the keys of a camera in a store file', () => {
  it('are taken when they hold together', () => {
    const device = { group: 'floor', calibration: calibration(POINTS), stream: { url: 'rtsp://cam/1' }, model: 'own' };
    expect(problemOf(device, { staff: { zones: ['back'], afterMinutes: 60 } })).toBe('');
  });

  it.each([
    ['group', { group: 'floor' }],
    ['calibration', { calibration: calibration(POINTS) }],
    ['stream', { stream: { url: 'a.gif' } }],
    ['model', { model: 'own' }],
  ])('are refused on a shelf: %s', (key, value) => {
    expect(problemOf({ family: 'shelf', ...value })).toContain(
      `devices[0].${key} is for cameras only; "dev-1" is a shelf`,
    );
  });

  it.each([
    ['three points only', POINTS.slice(0, 3), 'devices[0].calibration.points expected at least four points'],
    ['the same pixel twice', [...POINTS, pair(101, 341, 4, 6)], 'points[4].image repeats points[0].image'],
    ['the same floor point twice', [...POINTS, pair(320, 200, 2.02, 3)], 'points[4].floor repeats points[3].floor'],
    [
      'three of four on one line of the floor',
      [POINTS[0] as Pair, pair(180, 230, 2, 6), POINTS[2] as Pair, POINTS[3] as Pair],
      'calibration.points must hold four of which no three lie on one line on the floor; all but one lie on one',
    ],
    [
      'all on one line of the picture',
      [pair(100, 100, 2, 9), pair(200, 200, 6, 9), pair(300, 300, 6, 3), pair(350, 350, 2, 3)],
      'in the picture; all but none lie on one',
    ],
    [
      'two points swapped',
      [POINTS[0] as Pair, POINTS[2] as Pair, POINTS[1] as Pair, POINTS[3] as Pair].map((p, i) => ({
        ...p,
        floor: (POINTS[i] as Pair).floor,
      })),
      'two points have been swapped',
    ],
    ['a point above the horizon', [...POINTS, pair(320, 5, 4, 9.5)], 'behind the horizon'],
    [
      'a pixel outside the picture',
      [...POINTS, pair(700, 200, 8, 6)],
      'points[4].image lies outside the picture of 640 × 360',
    ],
  ])('are refused with %s', (_title, points, message) => {
    expect(problemOf({ calibration: calibration(points) })).toContain(message);
  });

  it('may be of a mirrored picture, and hold many points on a line when others lie off it', () => {
    const mirrored = POINTS.map(({ image: [u, v], floor }) => ({ image: [640 - u, v] as [number, number], floor }));
    expect(calibrationProblem(calibration(mirrored))).toBeUndefined();
    expect(calibrationProblem(calibration([...POINTS, pair(320, 340, 4, 9), pair(210, 340, 3, 9)]))).toBeUndefined();
  });
});

describe('the staff rule of a store file', () => {
  it.each([
    ['a zone that is not there', { zones: ['bakery'] }, 'staff.zones[0] names no zone: "bakery"'],
    ['nothing said', {}, 'staff says nothing'],
    ['too few minutes', { afterMinutes: 1 }, 'staff.afterMinutes expected whole minutes, 5 to 1440'],
  ])('is refused with %s', (_title, staff, message) => {
    expect(problemOf({}, { staff })).toContain(message);
  });
});
