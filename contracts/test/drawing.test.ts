import { describe, expect, it } from 'vitest';
import { drawingOf, withDrawing, type StoreFile } from '../src/index.js';

const shop: StoreFile = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 30, depth: 20 },
  walls: [
    {
      id: 'wall-1',
      line: [
        [1, 1],
        [1, 9],
      ],
    },
  ],
  fixtures: [{ id: 'fx-1', slots: [{ id: 'fx-1-a' }] }],
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle', at: [3, 4], facingDegrees: 90, key: 'ff' },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
  ],
};

describe('what is drawn of a store file', () => {
  it('is all that a drawing board changes, devices only by where they hang', () => {
    expect(drawingOf(shop)).toEqual({
      ...{ floor: shop.floor, walls: shop.walls, fixtures: shop.fixtures },
      places: { 'cam-1': { at: [3, 4], facingDegrees: 90 } },
    });
  });

  it('put back makes the same file; over another file it changes nothing else', () => {
    expect(withDrawing(shop, drawingOf(shop))).toEqual(shop);
    const { devices: _devices, walls: _walls, ...bare } = shop;
    const other: StoreFile = { ...bare, devices: [{ id: 'shelf-1', family: 'shelf', dialect: 'aisle', at: [1, 1] }] };
    expect(withDrawing(other, drawingOf(shop))).toEqual({
      ...{ ...bare, walls: shop.walls },
      devices: [{ id: 'shelf-1', family: 'shelf', dialect: 'aisle' }],
    });
    expect(withDrawing(shop, drawingOf(bare))).not.toHaveProperty('walls');
  });

  it('reads no place of a device from what every object has', () => {
    const odd: StoreFile = { ...shop, devices: [{ id: 'constructor', family: 'camera', dialect: 'aisle' }] };
    expect(withDrawing(odd, drawingOf(shop)).devices).toEqual(odd.devices);
  });
});
