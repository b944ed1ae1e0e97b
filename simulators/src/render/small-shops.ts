import type { StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import { lookAt, type CameraPose } from './camera.js';

type P = [number, number];
const rectangle = (x: number, y: number, width: number, depth: number): P[] => [
  [x, y],
  [x + width, y],
  [x + width, y + depth],
  [x, y + depth],
];
const rounded = (value: number): number => Math.round(value * 20) / 20;

/**
 * A small shop: one door in the lower wall, shelves along the back and the left wall, a counter on the right. Its size, and where
 * everything stands in it, follow from the seed. Seeds from FIRST_EVALUATION_SEED (scenes.ts) up are never trained on.
 */
export function smallShop(seed: number): StoreFile {
  const random = Random.stream(seed, 'small shop');
  const width = rounded(random.between(7.6, 9.2));
  const depth = rounded(random.between(7.2, 8.8));
  const half = width / 2;
  const doorMiddle = rounded(half + random.between(-0.5, 0.5));
  const back = rounded(random.between(2, 2.3));
  const wallFrom = rounded(back + random.between(1.2, 1.5));
  const products = ['tea', 'fruit', 'books'].flatMap((category, group) =>
    [0, 1, 2].map((index) => ({
      gtin: `69000000${group}${index}`,
      category,
      price: 4 + 3 * index + group,
      unitGrams: 200 + 150 * index,
    })),
  );
  const slotsOf = (fixture: string, group: number) =>
    [0, 1, 2].map((index) => ({
      id: `${fixture}-${index}`,
      gtin: `69000000${group}${index}`,
      facings: 3,
      capacity: 40,
      level: 2,
    }));
  const shelf = rounded(half - 2);
  return {
    store: { id: `small-${seed}`, name: `Small shop ${seed}`, timezone: 'Asia/Shanghai', currency: 'CNY' },
    floor: { width, depth },
    entrances: [
      {
        id: 'door',
        line: [
          [doorMiddle - 1.5, depth],
          [doorMiddle + 1.5, depth],
        ],
        inward: [0, -1],
      },
    ],
    zones: [
      { id: 'tea', kind: 'aisle', category: 'tea', polygon: rectangle(0.4, 0.2, half - 0.9, back) },
      { id: 'fruit', kind: 'aisle', category: 'fruit', polygon: rectangle(half + 0.5, 0.2, half - 0.9, back) },
      { id: 'books', kind: 'aisle', category: 'books', polygon: rectangle(0.2, wallFrom, 2.1, 2.6) },
      { id: 'till', kind: 'checkout', polygon: rectangle(width - 2.5, wallFrom, 2.3, 2.8) },
    ],
    products,
    fixtures: [
      {
        id: 'fx-tea',
        zone: 'tea',
        at: [0.9, 0.2],
        size: [shelf, 0.5],
        facingDegrees: 180,
        slots: slotsOf('fx-tea', 0),
      },
      {
        id: 'fx-fruit',
        zone: 'fruit',
        at: [half + 1.1, 0.2],
        size: [shelf, 0.5],
        facingDegrees: 180,
        slots: slotsOf('fx-fruit', 1),
      },
      {
        id: 'fx-books',
        zone: 'books',
        at: [0.2, wallFrom + 0.3],
        size: [2, 0.5],
        facingDegrees: 90,
        slots: slotsOf('fx-books', 2),
      },
    ],
    devices: [
      { id: 'cam-a', family: 'camera', dialect: 'aisle', group: 'floor', model: 'person-detector' },
      { id: 'cam-b', family: 'camera', dialect: 'aisle', group: 'floor', model: 'person-detector' },
      { id: 'cam-c', family: 'camera', dialect: 'aisle', group: 'floor', model: 'person-detector' },
      { id: 'till-1', family: 'till', dialect: 'aisle', zone: 'till' },
    ],
  };
}

/**
 * Two cameras high on opposite walls, each looking across the shop, so that what hides from one is seen by the other; and one
 * under the ceiling before the door, as shops have it to count who comes and goes: from above nobody hides anybody.
 */
export function smallShopCameras(store: StoreFile, seed: number): { deviceId: string; pose: CameraPose }[] {
  const random = Random.stream(seed, 'small shop cameras');
  const { width, depth } = store.floor;
  const place = (y: number, towards: number) => {
    const position: [number, number, number] = [width / 2 + random.between(-0.8, 0.8), y, random.between(3.2, 4.1)];
    const target: [number, number] = [
      width / 2 + random.between(-0.4, 0.4),
      depth * (towards + random.between(-0.04, 0.04)),
    ];
    return {
      position,
      ...lookAt(position, target),
      rollDegrees: random.between(-2, 2),
      fovDegrees: random.between(96, 108),
      width: 640,
      height: 360,
    };
  };
  const [[from], [to]] = (store.entrances?.[0]?.line ?? [[width / 2], [width / 2]]) as [[number], [number]];
  const above: [number, number, number] = [
    (from + to) / 2 + random.between(-0.3, 0.3),
    depth - 1.4,
    random.between(3.5, 4),
  ];
  const overTheDoor = {
    position: above,
    ...lookAt(above, [(from + to) / 2, depth - random.between(0.3, 0.6)]),
    rollDegrees: random.between(-2, 2),
    fovDegrees: random.between(98, 106),
    width: 640,
    height: 360,
  };
  return [
    { deviceId: 'cam-a', pose: place(0.15, 0.66) },
    { deviceId: 'cam-b', pose: place(depth - 0.15, 0.36) },
    { deviceId: 'cam-c', pose: overTheDoor },
  ];
}
