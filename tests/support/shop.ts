import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';

/** A small shop for tests: one camera, two zones, one scale, one till, one screen. Changed by `overrides`. */
export function smallShop(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    store: { id: 'small', name: { en: 'Small shop', zh: '小店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
    floor: { width: 20, depth: 10 },
    entrances: [
      {
        id: 'main',
        line: [
          [8, 10],
          [12, 10],
        ],
        inward: [0, -1],
      },
    ],
    zones: [
      {
        id: 'dairy',
        kind: 'aisle',
        name: { en: 'Dairy', zh: '乳品' },
        category: 'dairy',
        polygon: [
          [0, 0],
          [8, 0],
          [8, 5],
          [0, 5],
        ],
        engagedAfterSeconds: 5,
      },
      {
        id: 'bakery',
        kind: 'aisle',
        name: { en: 'Bakery', zh: '面包' },
        category: 'bakery',
        polygon: [
          [12, 0],
          [20, 0],
          [20, 5],
          [12, 5],
        ],
      },
      {
        id: 'by-screen',
        kind: 'screen',
        name: { en: 'Screen', zh: '屏幕' },
        polygon: [
          [8.5, 3],
          [11.5, 3],
          [11.5, 7],
          [8.5, 7],
        ],
        engagedAfterSeconds: 2,
      },
    ],
    products: [
      {
        gtin: '06901234567892',
        name: { en: 'Milk 1 l', zh: '牛奶1升' },
        category: 'dairy',
        price: 12.5,
        unitGrams: 1030,
      },
      { gtin: '06901234567908', name: { en: 'Toast', zh: '吐司' }, category: 'bakery', price: 9.9, unitGrams: 450 },
    ],
    fixtures: [
      {
        id: 'fx-1',
        zone: 'dairy',
        at: [2, 0.2],
        size: [3, 0.6],
        facingDegrees: 180,
        slots: [{ id: 'fx-1-a', gtin: '06901234567892', facings: 3, capacity: 24 }],
      },
      {
        id: 'fx-2',
        zone: 'bakery',
        at: [14, 0.2],
        size: [3, 0.6],
        facingDegrees: 180,
        slots: [{ id: 'fx-2-a', gtin: '06901234567908', facings: 2, capacity: 20 }],
      },
    ],
    devices: [
      { id: 'cam-1', family: 'camera', dialect: 'aisle' },
      { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
      { id: 'till-1', family: 'till', dialect: 'aisle' },
      { id: 'screen-1', family: 'screen', dialect: 'aisle', zone: 'by-screen', minPlaySeconds: 1 },
    ],
    ...overrides,
  };
}

/** Writes a store file into a fresh folder and returns its path. */
export function writeShop(shop: Record<string, unknown>): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'aisle-shop-')), 'shop.yaml');
  writeFileSync(file, stringify(shop));
  return file;
}
