import { expect, it } from 'vitest';
import { checkStoreFile, StoreFileError } from '../src/index.js';

const shop = (name: unknown) => ({
  store: { id: 's', name: { zh: '小店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 10, depth: 10 },
  entrances: [{ id: 'main', name, line: [[1, 10], [2, 10]], inward: [0, -1] }], // prettier-ignore
  zones: [{ id: 'dairy', kind: 'aisle', name, polygon: [[0, 0], [5, 0], [5, 5], [0, 5]] }], // prettier-ignore
  products: [{ gtin: '06901234567892', name }],
  categories: [{ id: 'milk', name }],
  fixtures: [{ id: 'fx-1', zone: 'dairy', name }],
  devices: [{ id: 'till-1', family: 'till', dialect: 'aisle', name }],
  content: [{ id: 'card', name }],
});

it('a name in Chinese alone serves as both, wherever names stand; the input stays as it was', () => {
  const given = shop({ zh: '鲜奶' });
  const file = checkStoreFile(given, 'shop.yaml');
  const both = { en: '鲜奶', zh: '鲜奶' };
  expect(file.store.name).toEqual({ en: '小店', zh: '小店' });
  for (const list of ['entrances', 'zones', 'products', 'categories', 'fixtures', 'devices', 'content'] as const)
    expect(file[list]?.[0]?.name, list).toEqual(both);
  expect(given.zones[0]?.name).toEqual({ zh: '鲜奶' });
  expect(checkStoreFile(shop({ en: 'Milk', zh: '鲜奶' }), 'shop.yaml').zones?.[0]?.name).toEqual({
    en: 'Milk',
    zh: '鲜奶',
  });
});

it.each([[{}], [{ zh: '' }], [{ zh: '奶', fr: 'lait' }], [7]])('%j is refused with what was expected', (name) => {
  expect(() => checkStoreFile(shop(name), 'shop.yaml')).toThrow(StoreFileError);
  expect(() => checkStoreFile(shop(name), 'shop.yaml')).toThrow(/zones\[0\]\.name/);
});
