import type { StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/domain/engine/engine.js';
import type { ObservedVisit } from '../../../src/domain/engine/engine-api.js';
import { Bench, configured, positions, seeded, SHOP, START } from '../shop.js';
import { along, calibrationOf, cameraDevice, detect, grid, mount, type Way } from './scene.js';

const CAMERA = mount('cam-1', [6, -1], [6, 5], { height: 3.2, degrees: 100 });
const SPOTS = grid(12, 9, 1);
const CALIBRATION = calibrationOf(CAMERA, SPOTS);
const shop = (over: Partial<StoreFile> = {}): StoreFile => ({
  ...SHOP,
  products: [],
  fixtures: [],
  passersBy: [],
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [2, 1],
        [6, 1],
        [6, 4],
        [2, 4],
      ],
    },
  ],
  devices: [cameraDevice(CAMERA, CALIBRATION)],
  ...over,
});

/** Runs one walker after another; `sigma` is the noise of the foot on the floor, metres. */
function walk(ways: Way[], fps: number, sigma: number, seed: number) {
  const random = seeded(seed);
  const visits: ObservedVisit[] = [];
  const crossings: { ts: number; direction: string }[] = [];
  const engine = createEngine(undefined, {
    visit: (visit) => visits.push(visit),
    crossing: (_id, ts, direction) => crossings.push({ ts, direction }),
  });
  engine.apply(1, configured(shop()));
  let seq = 1;
  ways.forEach((way, index) => {
    for (let frame = 0; frame < 120 * fps; frame += 1) {
      const seconds = (frame + 0.37) / fps;
      const at = way(seconds);
      const ts = START + index * 120_000 + Math.round(seconds * 1000);
      engine.apply((seq += 1), detect(CAMERA, ts, at ? [at] : [], random, sigma));
    }
  });
  return { visits, crossings };
}

describe('a calibrated camera that gives detections', () => {
  it.each([
    [2, 0.05],
    [5, 0.05],
    [5, 0.1],
    [10, 0.1],
    [25, 0.1],
  ])('counts every entry once and times visits at %i pictures a second with %s m of jitter', (fps, sigma) => {
    const random = seeded(9);
    const walks = Array.from({ length: 12 }, () => {
      const [x, y, stay] = [2.6 + random.next() * 2.8, 1.6 + random.next() * 1.8, 3 + random.next() * 20];
      const way = along([0, 6, 9], [1, 6, 8], [7, x, y], [7 + stay, x, y], [13 + stay, 6, 8], [14 + stay, 6, 9]);
      const inside = Array.from({ length: 6000 }, (_, i) => i / 100).filter((s) => {
        const at = way(s);
        return at && at[0] <= 6 && at[1] >= 1 && at[1] <= 4;
      });
      return { way, enter: inside[0] as number, leave: inside.at(-1) as number, out: 13 + stay };
    });
    const { visits, crossings } = walk(
      walks.map(({ way }) => way),
      fps,
      sigma,
      4,
    );
    expect(crossings.map(({ direction }) => direction)).toEqual(walks.flatMap(() => ['in', 'out']));
    walks.forEach(({ out }, index) => {
      const base = START + index * 120_000;
      expect(Math.abs((crossings[2 * index]?.ts ?? 0) - base - 1000)).toBeLessThan(350);
      expect(Math.abs((crossings[2 * index + 1]?.ts ?? 0) - base - out * 1000)).toBeLessThan(350);
    });
    expect(visits).toHaveLength(walks.length);
    const errors = visits
      .map(({ enterTs, leaveTs }, i) =>
        Math.abs(leaveTs - enterTs - ((walks[i]?.leave ?? 0) - (walks[i]?.enter ?? 0)) * 1000),
      )
      .sort((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThanOrEqual(200);
  });

  it('counts somebody who stands in the doorway for two minutes once', () => {
    const stand = along([0, 6, 9], [1, 6, 8], [101, 6, 8], [105, 6, 4], [110, 6, 4]);
    for (const [fps, sigma] of [
      [5, 0.1],
      [10, 0.07],
    ] as const)
      expect(walk([stand], fps, sigma, 3).crossings.map(({ direction }) => direction)).toEqual(['in']);
    // Who turns round in the doorway has not come in.
    const turn = along([0, 6, 9], [1, 6, 7.9], [60, 6, 7.9], [62, 6, 9]);
    expect(walk([turn], 5, 0.07, 5).crossings).toEqual([]);
  });

  it('counts people from the first picture that they are in, though they are believed later', () => {
    const { visits } = walk([along([0, 4, 2], [5, 4, 2])], 5, 0.02, 1);
    expect((visits[0]?.enterTs ?? 0) - START).toBeLessThanOrEqual(100);
  });

  it('is refused where it has no calibration, in words; its people show on its page all the same', () => {
    const { calibration: _calibration, ...device } = cameraDevice(CAMERA, CALIBRATION);
    const bench = new Bench(shop({ devices: [device] }));
    const outcome = bench.apply(detect(CAMERA, START, [[4, 2]]));
    expect(outcome).toMatchObject({ accepted: false, reason: 'unknownSubject' });
    expect(outcome).toMatchObject({ message: expect.stringContaining('cam-1: has no calibration') as string });
    expect(bench.engine.cameraView('cam-1')).toMatchObject({ width: 640, people: [{ floorMm: null, zoneIds: [] }] });
  });

  it('is late, doubled or from the future as positions are, and covers as they do', () => {
    const bench = new Bench(shop());
    const frames = [0, 5000, 10_000].map((at) => detect(CAMERA, START + at, []));
    bench.all(frames);
    expect(bench.apply(frames[1] as (typeof frames)[0])).toMatchObject({ reason: 'duplicate' });
    expect(bench.apply(detect(CAMERA, START + 9000, []))).toMatchObject({ reason: 'late' });
    expect(bench.apply({ ...detect(CAMERA, START + 86_500_000, []), receivedTs: START })).toMatchObject({
      reason: 'future',
    });
    expect(bench.values('coverage', 'cam-1')[0]?.value.sensedMs).toBe(10_000);
  });

  it('counts both of two messages of one moment', () => {
    const bench = new Bench(shop());
    for (let at = 0; at <= 3000; at += 200)
      bench.all([detect(CAMERA, START + at, [[3, 2]]), detect(CAMERA, START + at, [[5, 3]])]);
    expect(bench.values('zone', 'dairy')[0]?.value).toMatchObject({ visits: 2, dwellMs: 6000 });
  });

  it('takes pictures of another size than the calibration was made with', () => {
    const bench = new Bench(shop());
    const double = mount('cam-1', [6, -1], [6, 5], { height: 3.2, degrees: 100, width: 1280, heightPixels: 720 });
    for (let at = 0; at <= 3000; at += 200) bench.apply(detect(double, START + at, [[3, 2]]));
    const [track] = bench.engine.live().tracks;
    expect(Math.hypot((track?.xMm ?? 0) - 3000, (track?.yMm ?? 0) - 2000)).toBeLessThan(10);
  });

  it('shows who is where in its newest picture', () => {
    const bench = new Bench(shop({ staff: { zones: ['dairy'] } }));
    for (let at = 0; at <= 3000; at += 200)
      bench.apply(
        detect(CAMERA, START + at, [
          [3, 2],
          [8, 6],
        ]),
      );
    const people = bench.engine.cameraView('cam-1')?.people ?? [];
    expect(people).toMatchObject([
      { trackId: '#1', confirmed: true, zoneIds: ['dairy'], staff: true },
      { trackId: '#2', confirmed: true, zoneIds: [], staff: false },
    ]);
    expect(Math.hypot((people[1]?.floorMm?.[0] ?? 0) - 8000, (people[1]?.floorMm?.[1] ?? 0) - 6000)).toBeLessThan(20);
    expect(bench.engine.cameraView('cam-9')).toBeUndefined();
  });

  it('counts by its positions where it gives both', () => {
    const bench = new Bench(shop());
    for (let at = 0; at <= 3000; at += 200)
      bench.all([positions('cam-1', START + at, [['a', 3, 2]]), detect(CAMERA, START + at, [[3, 2]])]);
    expect(bench.values('zone', 'dairy')[0]?.value.visits).toBe(1);
    expect(bench.engine.cameraView('cam-1')?.people).toHaveLength(1);
  });
});

describe('a calibration set on the page', () => {
  const shifted = calibrationOf(CAMERA, SPOTS, [1, 0]);
  const calibrated = (calibration: typeof shifted | null, cameraId = 'cam-1') =>
    ({ kind: 'calibrated', ts: START, cameraId, calibration }) as const;
  const placeOf = (bench: Bench, from: number): number => {
    for (let at = from; at <= from + 1000; at += 200) bench.apply(detect(CAMERA, START + at, [[3, 2]]));
    return Math.round((bench.engine.live().tracks.at(-1)?.xMm ?? 0) / 100) / 10;
  };

  it('holds until the store file says something new of that camera, or it is taken back', () => {
    const bench = new Bench(shop());
    expect(bench.engine.calibrationOf('cam-1')).toEqual(CALIBRATION);
    expect(placeOf(bench, 0)).toBe(3);
    expect(bench.apply(calibrated(shifted))).toEqual({ accepted: true });
    expect(placeOf(bench, 10_000)).toBe(4);
    bench.apply(configured(shop({ floor: { width: 13, depth: 8 } }), 2));
    bench.restart();
    expect(placeOf(bench, 20_000)).toBe(4);
    const other = calibrationOf(CAMERA, SPOTS, [2, 0]);
    bench.apply(configured(shop({ devices: [cameraDevice(CAMERA, other)] }), 3));
    expect(bench.engine.calibrationOf('cam-1')).toEqual(other);
    expect(placeOf(bench, 30_000)).toBe(5);
    bench.apply(calibrated(shifted));
    bench.apply(calibrated(null));
    expect(placeOf(bench, 40_000)).toBe(5);
  });

  it('is refused for what is no camera, and where no plane fits', () => {
    const bench = new Bench(shop());
    expect(bench.apply(calibrated(shifted, 'cam-7'))).toMatchObject({ reason: 'unknownDevice' });
    const line = {
      ...shifted,
      points: shifted.points.slice(0, 4).map((point, i) => ({ ...point, floor: [i, i] as [number, number] })),
    };
    expect(bench.apply(calibrated(line))).toMatchObject({ reason: 'malformed' });
    expect(bench.engine.calibrationOf('cam-1')).toEqual(CALIBRATION);
  });
});
