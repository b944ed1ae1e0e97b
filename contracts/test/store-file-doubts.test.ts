import { describe, expect, it } from 'vitest';
import { storeFileDoubts, wordsOf, type StoreFile } from '../src/index.js';

const FILE: StoreFile = {
  store: { id: 's', name: 'S', timezone: 'Europe/Vienna', currency: 'EUR' },
  floor: { width: 10, depth: 6 },
  zones: [
    { id: 'on', kind: 'other', polygon: [[0, 0], [10, 0], [10, 6], [0, 6]] },
    { id: 'off', kind: 'screen', polygon: [[1, 1], [9, 1], [9, 60], [1, 60]] },
  ],
  products: [{ gtin: '04150012345678' }],
  fixtures: [{ id: 'wall', slots: [{ id: 'a', gtin: '04150012345678' }, { id: 'b', gtin: '04150012345678' }] }],
  devices: [
    { id: 'scale-1', family: 'shelf', dialect: 'aisle', fixture: 'wall' },
    { id: 'scale-2', family: 'shelf', dialect: 'esphome', sensors: [{ sensor: 'x', slot: 'b' }] },
    { id: 'eye', family: 'camera', dialect: 'onvfi' },
    { id: 'gate', family: 'till', dialect: 'frigate' },
  ],
}; // prettier-ignore

describe('what a store file says that a shop hardly means', () => {
  it('is told by field, and is no reason to refuse it', () => {
    expect(storeFileDoubts(FILE).map(({ field, code }) => [field, code])).toEqual([
      ['devices[2].dialect', 'dialectUnknown'],
      ['devices[3].dialect', 'dialectUnknown'],
      ['zones[1].polygon[2]', 'offTheFloor'],
      ['devices[1].sensors[0].slot', 'weighedByOther'],
    ]);
    for (const doubt of storeFileDoubts(FILE))
      for (const locale of ['en', 'zh'] as const) expect(wordsOf(locale, doubt)).not.toMatch(/[{}]|undefined/);
  });

  it('is nothing in a file that means what it says', () => {
    const { devices = [], zones = [] } = FILE;
    expect(storeFileDoubts({ ...FILE, devices: devices.slice(0, 1), zones: zones.slice(0, 1) })).toEqual([]);
  });
});
