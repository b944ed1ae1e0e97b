import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { floorChanges, mergeFiles, mergeFloors, planOf, withPlan } from '../../src/lib/figures/floor-merge.js';
import {
  aligned,
  drawn,
  duplicated,
  floorProblems,
  inwardOf,
  itemOf,
  moved,
  newId,
  placed,
  removed,
  snapped,
  spotsOf,
  unplaced,
  withItem,
  withSpots,
  type Ref,
  type Spot,
} from '../../src/lib/figures/floor.js';

const square = (x: number, y: number, side = 2): [number, number][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const shop = (): StoreFile => ({
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 10 },
  zones: [
    { id: 'dairy', kind: 'aisle', polygon: square(1, 1) },
    { id: 'view', kind: 'screen', polygon: square(2, 2) },
  ],
  walls: [
    {
      id: 'wall-1',
      line: [
        [10, 0],
        [10, 4],
      ],
    },
  ],
  entrances: [
    {
      id: 'door-1',
      line: [
        [8, 10],
        [12, 10],
      ],
      inward: [0, -1],
    },
  ],
  fixtures: [{ id: 'fx-1', at: [5, 5], size: [2, 0.6], facingDegrees: 90, slots: [{ id: 'a', gtin: '1' }] }],
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle', covers: ['dairy'] },
    { id: 'screen-1', family: 'screen', dialect: 'aisle', zone: 'view', at: [4, 4], facingDegrees: 180 },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
  ],
});
const ref = (kind: Ref['kind'], id: string): Ref => ({ kind, id });

describe('the floor as it is drawn', () => {
  it('draws a zone, a wall, a door that looks into the shop and a fixture; what is too small is nothing', () => {
    const file = shop();
    const zone = drawn(
      file,
      'zones',
      square(6, 1)
        .concat([[6, 1]])
        .slice(0, 3),
    );
    expect(zone && itemOf(zone.file, zone.ref)).toEqual({
      id: 'zone-1',
      kind: 'aisle',
      polygon: square(6, 1).slice(0, 3),
    });
    const wall = drawn(file, 'walls', [
      [3, 3],
      [3, 6.004],
    ]);
    expect(wall && itemOf(wall.file, wall.ref)).toEqual({
      id: 'wall-2',
      line: [
        [3, 3],
        [3, 6],
      ],
    });
    const door = drawn(file, 'entrances', [
      [20, 2],
      [20, 4],
    ]);
    expect(door && itemOf(door.file, door.ref)).toMatchObject({ id: 'door-2', inward: [-1, 0] });
    const fixture = drawn(file, 'fixtures', [
      [9, 9],
      [7, 8],
    ]);
    expect(fixture && itemOf(fixture.file, fixture.ref)).toMatchObject({
      at: [7, 8],
      size: [2, 1],
      facingDegrees: 180,
    });
    expect(
      drawn(file, 'walls', [
        [3, 3],
        [3, 3.04],
      ]),
    ).toBeNull();
    expect(
      drawn(file, 'zones', [
        [1, 1],
        [2, 2],
      ]),
    ).toBeNull();
    expect(
      drawn(file, 'fixtures', [
        [1, 1],
        [5, 1.01],
      ]),
    ).toBeNull();
    expect(file).toEqual(shop());
  });

  it.each<[Spot, Spot, [number, number]]>([
    [
      [8, 10],
      [12, 10],
      [0, -1],
    ],
    [
      [12, 10],
      [8, 10],
      [0, -1],
    ],
    [
      [0, 2],
      [0, 4],
      [1, 0],
    ],
    [
      [4, 0],
      [8, 0],
      [0, 1],
    ],
  ])('inwards of a door from %j to %j is the side of the shop’s middle', (a, b, inward) => {
    expect(inwardOf(shop(), [a, b])).toEqual(inward);
  });

  it('moves and reshapes to the centimetre, a turned fixture by its own length and depth', () => {
    const file = moved(shop(), [ref('zones', 'dairy'), ref('devices', 'screen-1')], 0.333, -0.5);
    expect(spotsOf(file, ref('zones', 'dairy'))[0]).toEqual([1.33, 0.5]);
    expect(spotsOf(file, ref('devices', 'screen-1'))).toEqual([[4.33, 3.5]]);
    expect(spotsOf(shop(), ref('fixtures', 'fx-1'))).toEqual([
      [5, 5],
      [5.6, 7],
    ]);
    expect(
      itemOf(
        withSpots(shop(), ref('fixtures', 'fx-1'), [
          [5, 5],
          [6, 9],
        ]),
        ref('fixtures', 'fx-1'),
      ),
    ).toMatchObject({
      at: [5, 5],
      size: [4, 1],
    });
    const same = shop();
    expect(
      withSpots(same, ref('zones', 'dairy'), [
        [1, 1],
        [2, 2],
      ]),
    ).toBe(same);
    expect(
      withSpots(same, ref('fixtures', 'fx-1'), [
        [1, 1],
        [1.01, 9],
      ]),
    ).toBe(same);
  });

  it('doubles under a new id, a fixture without its slots, and no device', () => {
    const made = duplicated(shop(), ref('fixtures', 'fx-1'));
    expect(made && itemOf(made.file, made.ref)).toEqual({
      id: 'fx-2',
      at: [5.5, 5.5],
      size: [2, 0.6],
      facingDegrees: 90,
    });
    expect(duplicated(shop(), ref('devices', 'screen-1'))).toBeNull();
    expect(newId(withItem(shop(), ref('walls', 'wall-1'), null), 'walls')).toBe('wall-1');
  });

  it('puts a device onto the plan where it looks, and takes it off without taking it out of the shop', () => {
    expect(unplaced(shop()).map(({ id }) => id)).toEqual(['cam-1']);
    expect(itemOf(placed(shop(), 'cam-1'), ref('devices', 'cam-1'))).toMatchObject({ at: [2, 2], covers: ['dairy'] });
    const off = removed(shop(), ref('devices', 'screen-1'));
    expect(itemOf(off, ref('devices', 'screen-1'))).toEqual({
      ...shop().devices?.[1],
      at: undefined,
      facingDegrees: undefined,
    });
    expect(spotsOf(placed(off, 'screen-1'), ref('devices', 'screen-1'))).toEqual([[3, 3]]);
    const bare: StoreFile = { ...shop(), zones: [] };
    expect(spotsOf(placed(bare, 'cam-1'), ref('devices', 'cam-1'))).toEqual([[10, 5]]);
    expect(removed(shop(), ref('walls', 'wall-1')).walls).toEqual([]);
  });

  it.each([
    ['left', [1, 1]],
    ['right', [4.6, 4.6]],
    ['top', [1, 5]],
    ['bottom', [6, 5]],
  ] as const)('aligns along the %s', (edge, expected) => {
    const both = [ref('zones', 'dairy'), ref('fixtures', 'fx-1')];
    const file = aligned(shop(), both, edge);
    const spot = both.map((one) => spotsOf(file, one)[0] as Spot);
    const wanted = {
      left: spot.map(([x]) => x),
      right: spot.map(([x]) => x),
      top: spot.map(([, y]) => y),
      bottom: spot.map(([, y]) => y),
    }[edge];
    if (edge === 'left') expect(wanted).toEqual(expected);
    else if (edge === 'right') expect(wanted).toEqual([3.6, 5]);
    else if (edge === 'top') expect(wanted).toEqual([1, 1]);
    else expect(wanted).toEqual([5, 5]);
    expect(aligned(file, both.slice(0, 1), edge)).toBe(file);
  });

  it('snaps to corners first, walls and devices among them, then to their lines, then to the grid', () => {
    const to = { grid: 0.1, reach: 0.3 };
    expect(snapped(shop(), [10.2, 3.8], to)).toEqual([10, 4]);
    expect(snapped(shop(), [3.9, 4.1], to)).toEqual([4, 4]);
    expect(snapped(shop(), [3.1, 7.77], to)).toEqual([3, 7.8]);
    expect(snapped(shop(), [13.333, 7.777], { grid: 0, reach: 0 })).toEqual([13.33, 7.78]);
    expect(snapped(shop(), [10.2, 3.8], to, [ref('walls', 'wall-1'), ref('devices', 'screen-1')])).toEqual([10.2, 3.8]);
  });

  it('names what would be refused where it is, also of what is just being drawn', () => {
    const bow: [number, number][] = [
      [6, 6],
      [9, 9],
      [9, 6],
      [6, 9],
    ];
    const file: StoreFile = {
      ...shop(),
      zones: [...(shop().zones ?? []), { id: 'bow', kind: 'aisle', polygon: bow }],
      walls: [
        {
          id: 'dot',
          line: [
            [3, 3],
            [3, 3],
          ],
        },
        {
          id: 'far',
          line: [
            [3, 3],
            [3, 30],
          ],
        },
      ],
      entrances: [
        {
          id: 'door-1',
          line: [
            [8, 10],
            [12, 10],
          ],
          inward: [1, 0],
        },
      ],
    };
    const found = floorProblems(file, [
      [2, 2],
      [4, 2],
      [4, 4],
    ]);
    expect(found.map(({ ref: { id }, code, refused, other }) => [id, code, refused, other])).toEqual(
      expect.arrayContaining([
        ['bow', 'crossesItself', true, undefined],
        ['', 'overlaps', true, 'dairy'],
        ['dot', 'noLength', true, undefined],
        ['far', 'outside', false, undefined],
        ['door-1', 'alongTheLine', true, undefined],
      ]),
    );
    expect(found).toHaveLength(5);
    expect(floorProblems(shop())).toEqual([]);
  });
});

describe('what differs, and what two people drew at once', () => {
  it('is told thing by thing, devices only by where they hang', () => {
    let file = moved(shop(), [ref('devices', 'screen-1')], 1, 0);
    file = placed(file, 'cam-1');
    file = withItem(file, ref('walls', 'wall-1'), null);
    file = { ...file, floor: { width: 20, depth: 12 } };
    expect(
      floorChanges(shop(), file).map(({ what, id, how, fields, family }) => [what, id, how, fields, family]),
    ).toEqual([
      ['floor', '', 'changed', ['depth'], undefined],
      ['walls', 'wall-1', 'removed', [], undefined],
      ['devices', 'cam-1', 'changed', ['at'], 'camera'],
      ['devices', 'screen-1', 'changed', ['at'], 'screen'],
    ]);
    expect(floorChanges(shop(), shop())).toEqual([]);
  });

  it('keeps both, names what both changed, and leaves goods and devices to those who change them', () => {
    const mine = placed(moved(shop(), [ref('zones', 'dairy')], 1, 0), 'cam-1');
    const theirs: StoreFile = {
      ...moved(shop(), [ref('zones', 'dairy'), ref('zones', 'view')], 0, 1),
      fixtures: [{ ...shop().fixtures?.[0], id: 'fx-1', slots: [{ id: 'a', gtin: '2' }] }],
      devices: shop().devices?.map((device) => (device.id === 'cam-1' ? { ...device, covers: ['view'] } : device)),
    };
    const { file, clashes } = mergeFloors(shop(), mine, theirs);
    expect(clashes).toEqual([ref('zones', 'dairy')]);
    expect(spotsOf(file, ref('zones', 'dairy'))[0]).toEqual([2, 1]);
    expect(spotsOf(file, ref('zones', 'view'))[0]).toEqual([2, 3]);
    expect(itemOf(file, ref('fixtures', 'fx-1'))).toMatchObject({ slots: [{ gtin: '2' }] });
    expect(itemOf(file, ref('devices', 'cam-1'))).toMatchObject({ at: [3, 2], covers: ['view'] });
    // a device that is gone does not come back because its mark was moved
    const without: StoreFile = { ...shop(), devices: shop().devices?.slice(1) };
    expect(mergeFloors(shop(), mine, without).file.devices?.map(({ id }) => id)).toEqual(['screen-1', 'shelf-1']);
    expect(mergeFloors(shop(), shop(), shop()).file).toEqual(shop());
  });

  it('of floor and goods together: a fixture that is new in a draft keeps what was put into it', () => {
    const drawnOne = drawn(shop(), 'fixtures', [
      [12, 6],
      [14, 7],
    ]);
    const plan = planOf(drawnOne?.file ?? shop()).map((fixture) =>
      fixture.id === 'fx-2' ? { ...fixture, slots: [{ id: 'fx-2-1', gtin: '9' }] } : fixture,
    );
    const mine = withPlan(drawnOne?.file ?? shop(), plan);
    const theirs = withPlan(shop(), [{ id: 'fx-1', slots: [{ id: 'a', gtin: '7' }] }]);
    const { file, slots } = mergeFiles(shop(), mine, theirs);
    expect(planOf(file)).toEqual([
      { id: 'fx-1', slots: [{ id: 'a', gtin: '7' }] },
      { id: 'fx-2', slots: [{ id: 'fx-2-1', gtin: '9' }] },
    ]);
    expect(slots).toEqual([]);
    const both = mergeFiles(shop(), withPlan(mine, [{ id: 'fx-1', slots: [{ id: 'a', gtin: '3' }] }]), theirs);
    expect(both.slots).toMatchObject([{ slotId: 'a', mine: { gtin: '3' }, theirs: { gtin: '7' } }]);
    expect(planOf(both.file)[0]?.slots).toEqual([{ id: 'a', gtin: '3' }]);
    expect(withPlan(shop(), planOf(shop()))).toEqual(shop());
  });
});
