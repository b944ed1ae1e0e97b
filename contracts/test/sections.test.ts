import { describe, expect, it } from 'vitest';
import { changedSections, storeChanges, type StoreFile } from '../src/index.js';

const shop = (): StoreFile => ({
  store: { id: 'demo', name: { en: 'Demo' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 30, depth: 20 },
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [1, 1],
        [8, 1],
        [8, 6],
      ],
    },
    {
      id: 'snacks',
      kind: 'aisle',
      polygon: [
        [10, 1],
        [18, 1],
        [18, 6],
      ],
      engagedAfterSeconds: 5,
    },
  ],
  products: [{ gtin: '06901234567892', price: 12.5 }],
  fixtures: [{ id: 'fx-1', zone: 'dairy', slots: [{ id: 'fx-1-a', gtin: '06901234567892', facings: 3 }] }],
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
  ],
});
const after = (change: (file: StoreFile) => void): StoreFile => {
  const file = shop();
  change(file);
  return file;
};

describe('what a change of the store file touches', () => {
  it('is nothing where the files say the same in another order of keys', () => {
    const { store, ...rest } = shop();
    expect(
      storeChanges(shop(), {
        ...rest,
        store: { currency: 'CNY', timezone: 'Asia/Shanghai', name: { en: 'Demo' }, id: 'demo' },
      }),
    ).toEqual([]);
    expect(store.id).toBe('demo');
  });

  it.each<[string, (file: StoreFile) => void, unknown[]]>([
    [
      'a price',
      (file) => (file.products![0]!.price = 9),
      [{ section: 'assortment', what: 'products', id: '06901234567892', how: 'changed', fields: ['price'] }],
    ],
    [
      'the name of the shop',
      (file) => (file.store.name = 'Other'),
      [{ section: 'rules', what: 'store', id: '', how: 'changed', fields: ['name'] }],
    ],
    [
      'a polygon',
      (file) => (file.zones![0]!.polygon[2] = [8, 7]),
      [{ section: 'layout', what: 'zones', id: 'dairy', how: 'changed', fields: ['polygon'] }],
    ],
    [
      'a threshold, which is a rule',
      (file) => (file.zones![1]!.engagedAfterSeconds = 30),
      [{ section: 'rules', what: 'zones', id: 'snacks', how: 'changed', fields: ['engagedAfterSeconds'] }],
    ],
    [
      'facings, of the slot and not of its fixture',
      (file) => (file.fixtures![0]!.slots![0]!.facings = 4),
      [{ section: 'assortment', what: 'slots', id: 'fx-1-a', how: 'changed', fields: ['facings'] }],
    ],
    [
      'a camera that comes',
      (file) => file.devices!.push({ id: 'cam-2', family: 'camera', dialect: 'aisle' }),
      [{ section: 'devices', what: 'devices', id: 'cam-2', how: 'added', fields: [] }],
    ],
    [
      'where a camera hangs, which is drawn and starts nothing anew',
      (file) => Object.assign(file.devices![0]!, { at: [3, 4], facingDegrees: 90 }),
      [{ section: 'layout', what: 'devices', id: 'cam-1', how: 'changed', fields: ['at', 'facingDegrees'] }],
    ],
    [
      'a wall that comes',
      (file) =>
        (file.walls = [
          {
            id: 'wall-1',
            line: [
              [9, 1],
              [9, 6],
            ],
          },
        ]),
      [{ section: 'layout', what: 'walls', id: 'wall-1', how: 'added', fields: [] }],
    ],
    [
      'a zone that goes',
      (file) => file.zones!.shift(),
      [{ section: 'layout', what: 'zones', id: 'dairy', how: 'removed', fields: [] }],
    ],
    [
      'the order of devices, which decides who counts at a door',
      (file) => file.devices!.reverse(),
      [{ section: 'devices', what: 'devices', id: '', how: 'changed', fields: ['order'] }],
    ],
    [
      'opening hours',
      (file) => (file.hours = [{ days: ['mon'], open: '09:00', close: '22:00' }]),
      [{ section: 'rules', what: 'hours', id: '', how: 'added', fields: [] }],
    ],
  ])('is told by section and id: %s', (_what, change, expected) => {
    expect(storeChanges(shop(), after(change))).toEqual(expected);
  });

  it('puts a zone that changes its shape and its threshold into both sections', () => {
    const changed = changedSections(
      shop(),
      after((file) => {
        file.zones![1]!.polygon[0] = [11, 1];
        file.zones![1]!.engagedAfterSeconds = 8;
      }),
    );
    expect([...changed.keys()].sort()).toEqual(['layout', 'rules']);
  });

  it('is everything where there was no file before', () => {
    expect([...changedSections(undefined, shop()).keys()].sort()).toEqual(['assortment', 'devices', 'layout', 'rules']);
  });
});
