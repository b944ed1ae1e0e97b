import { describe, expect, it } from 'vitest';
import { changesOf, type StoreFile } from '../src/index.js';

const MILK = '06901234567892';
const shop = (): StoreFile => ({
  store: { id: 'demo', name: { en: 'Demo' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 30, depth: 20 },
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      name: { en: 'Dairy', zh: '乳品' },
      polygon: [
        [1, 1],
        [8, 1],
        [8, 6],
        [1, 6],
      ],
    },
  ],
  products: [
    { gtin: MILK, name: 'Milk 1 l', price: 12.5 },
    { gtin: '400638133393', name: 'Yoghurt', price: 4 },
  ],
  fixtures: [{ id: 'fx-1', zone: 'dairy', slots: [{ id: 'fx-1-a', gtin: MILK, facings: 3 }] }],
  devices: [{ id: 'cam-1', family: 'camera', dialect: 'aisle' }],
});
const changed = (change: (file: StoreFile) => void) => {
  const file = shop();
  change(file);
  return changesOf(shop(), file);
};

describe('what a change of the store file says', () => {
  it('a price: what it was and is, and the name of the product', () => {
    expect(changed((file) => (file.products![0]!.price = 11.9))).toEqual([
      {
        section: 'assortment',
        what: 'products',
        id: MILK,
        how: 'changed',
        fields: ['price'],
        name: 'Milk 1 l',
        before: { price: 12.5 },
        after: { price: 11.9 },
      },
    ]);
  });

  it('a zone that was redrawn: its area', () => {
    const [change] = changed((file) => (file.zones![0]!.polygon[2] = [9.5, 6]));
    expect(change).toMatchObject({
      name: { en: 'Dairy', zh: '乳品' },
      fields: ['polygon'],
      before: { squareMetres: 35 },
      after: { squareMetres: 38.75 },
    });
  });

  it('another product in a slot: the names of both', () => {
    const [change] = changed((file) => (file.fixtures![0]!.slots![0]!.gtin = '400638133393'));
    expect(change).toMatchObject({
      id: 'fx-1-a',
      before: { gtin: MILK, product: 'Milk 1 l' },
      after: { gtin: '400638133393', product: 'Yoghurt' },
    });
  });

  it('a device that came: what it is; one that went: what it was', () => {
    const changes = changed(
      (file) => (file.devices = [{ id: 'shelf-1', family: 'shelf', dialect: 'bthome', key: 'ab'.repeat(16) }]),
    );
    expect(changes).toEqual([
      {
        section: 'devices',
        what: 'devices',
        id: 'shelf-1',
        how: 'added',
        fields: [],
        family: 'shelf',
        after: { dialect: 'bthome' },
      },
      {
        section: 'devices',
        what: 'devices',
        id: 'cam-1',
        how: 'removed',
        fields: [],
        family: 'camera',
        before: { dialect: 'aisle' },
      },
    ]);
  });

  it('keys and stream addresses are secrets, long lists say only that they changed', () => {
    const changes = changed((file) => {
      file.devices![0]!.stream = { url: 'rtsp://admin:secret@192.168.1.9/' };
      file.devices![0]!.covers = Array.from({ length: 40 }, (_, index) => `zone-${index}`);
    });
    expect(changes).toEqual([
      {
        section: 'devices',
        what: 'devices',
        id: 'cam-1',
        how: 'changed',
        fields: ['covers', 'stream'],
        family: 'camera',
      },
    ]);
  });

  it('the shop’s own name: as a field, not as what it is called', () => {
    const [change] = changed((file) => (file.store.name = { en: 'Corner' }));
    expect(change).toEqual({
      section: 'rules',
      what: 'store',
      id: '',
      how: 'changed',
      fields: ['name'],
      before: { name: { en: 'Demo' } },
      after: { name: { en: 'Corner' } },
    });
  });
});
