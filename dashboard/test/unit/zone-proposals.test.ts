import { describe, expect, it } from 'vitest';
import { overlap, type StoreFile } from '@aisle/contracts';
import { proposeZones } from '../../src/lib/figures/zone-proposals.js';

const [COLUMNS, ROWS, CELL] = [40, 20, 0.5];
const file: StoreFile = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 10 },
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [1.2, 1.2],
        [4.8, 1.2],
        [4.8, 4.8],
        [1.2, 4.8],
      ],
    },
  ],
};
type Patch = readonly [left: number, top: number, right: number, bottom: number, seconds: number];
/** `base` person-seconds in each cell, and patches, in metres, with more */
const heat = (base: number, ...patches: readonly Patch[]) => ({
  ...{ columns: COLUMNS, rows: ROWS, cellMetres: CELL },
  seconds: Array.from({ length: COLUMNS * ROWS }, (_, at) => {
    const [x, y] = [(at % COLUMNS) * CELL, Math.floor(at / COLUMNS) * CELL];
    const inside = patches.find(([left, top, right, bottom]) => x >= left && x < right && y >= top && y < bottom);
    return inside ? inside[4] : base;
  }),
});

describe('zones that are proposed', () => {
  it('are where people spend far more time than elsewhere, most time first, with what they rest on', () => {
    const found = proposeZones(file, heat(100, [8, 2, 11, 4, 900], [15, 6, 16.5, 8, 600]));
    expect(found?.map(({ polygon }) => [polygon[0], polygon[2]])).toEqual([
      [
        [8, 2],
        [11, 4],
      ],
      [
        [15, 6],
        [16.5, 8],
      ],
    ]);
    expect(found?.[0]).toMatchObject({ squareMetres: 6, seconds: 24 * 900, times: 9 });
  });

  it('are none where time is spread evenly, or in a spot that is too small, and nothing where too little was seen', () => {
    expect(proposeZones(file, heat(100))).toEqual([]);
    expect(proposeZones(file, heat(100, [8, 2, 8.5, 3, 2000]))).toEqual([]);
    expect(proposeZones(file, heat(0, [8, 2, 11, 4, 100]))).toBeNull();
    expect(proposeZones(file, heat(Number.NaN))).toBeNull();
  });

  it('lie over no zone that is there, however its outline runs; what screens are seen from is none', () => {
    const busy = heat(100, [1, 1, 8, 5, 1500]);
    const found = proposeZones(file, busy) ?? [];
    expect(found.length).toBeGreaterThan(0);
    for (const { polygon } of found)
      expect(overlap(polygon.map(([x, y]) => [x, y]) as [number, number][], file.zones?.[0]?.polygon ?? [])).toBe(
        false,
      );
    const view: StoreFile = { ...file, zones: file.zones?.map((zone) => ({ ...zone, kind: 'screen' })) };
    expect(proposeZones(view, busy)?.[0]?.polygon[0]).toEqual([1, 1]);
    // taken, it is not proposed again
    const [first] = found;
    const taken = {
      id: 'zone-1',
      kind: 'aisle' as const,
      polygon: first?.polygon.map(([x, y]) => [x, y]) as [number, number][],
    };
    const again = proposeZones({ ...file, zones: [...(file.zones ?? []), taken] }, busy) ?? [];
    expect(
      again.some(({ polygon }) => overlap(polygon.map(([x, y]) => [x, y]) as [number, number][], taken.polygon)),
    ).toBe(false);
  });

  it.each([
    [
      'along the cells',
      [
        [9.5, 0],
        [9.5, 10],
      ] as const,
    ],
    [
      'aslant',
      [
        [9, 0],
        [10.4, 10],
      ] as const,
    ],
  ])('do not reach through a wall that runs %s', (_how, [from, to]) => {
    const line: [[number, number], [number, number]] = [[...from], [...to]];
    const found = proposeZones({ ...file, walls: [{ id: 'wall-1', line }] }, heat(100, [7, 2, 12, 4, 900])) ?? [];
    expect(found.length).toBeGreaterThan(0);
    for (const { polygon } of found) {
      const sides = polygon.map(([x, y]) => {
        const wallX = from[0] + ((to[0] - from[0]) * (y - from[1])) / (to[1] - from[1]);
        return x - wallX;
      });
      expect(sides.every((side) => side <= 1e-9) || sides.every((side) => side >= -1e-9)).toBe(true);
    }
  });

  it('of a hall of a million cells come within the patience of whoever asked', () => {
    const [columns, rows] = [1200, 900];
    const seconds = Array.from({ length: columns * rows }, (_, at) => {
      const [x, y] = [at % columns, Math.floor(at / columns)];
      return x >= 400 && x < 480 && y >= 304 && y < 344 ? 900 : 100;
    });
    const hall: StoreFile = { ...file, floor: { width: 600, depth: 450 }, zones: [] };
    const [first] = proposeZones(hall, { columns, rows, cellMetres: CELL, seconds }) ?? [];
    expect(first?.polygon[0]).toEqual([200, 152]);
    expect(first?.polygon[2]).toEqual([240, 172]);
  });
});
