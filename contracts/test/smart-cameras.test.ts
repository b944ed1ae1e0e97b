import { describe, expect, it } from 'vitest';
import { allGroups, deviceProblems, entranceGroup, zoneGroup, type Device, type StoreFile } from '../src/index.js';

const ruled: Device = {
  id: 'onvif',
  family: 'camera',
  dialect: 'onvif',
  rules: [
    { rule: 'a', kind: 'line', entrance: 'main', direction: 'in' },
    { rule: 'b', kind: 'occupancy', zone: 'dairy' },
  ],
};
const native: Device = { id: 'cam', family: 'camera', dialect: 'aisle' };
const shop = (...devices: Device[]): StoreFile => ({
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 10, depth: 10 },
  entrances: ['main', 'side'].map((id) => ({
    id,
    line: [
      [0, 9],
      [2, 9],
    ],
    inward: [0, -1],
  })),
  zones: ['dairy', 'wine'].map((id) => ({
    id,
    kind: 'screen',
    polygon: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  })),
  devices,
});

describe('what figures rest on where cameras analyse by themselves', () => {
  it.each<[string, Device[], [dairy: string, wine: string, main: string, side: string]]>([
    ['alone: what its rules name', [ruled], ['onvif', '', 'onvif>main', '']],
    ['beside one that sees everything: that one', [ruled, native], ['cam', 'cam', 'cam&onvif>main', 'cam>side']],
    [
      'beside one that sees other zones: each its own',
      [ruled, { ...native, covers: ['wine', 'side'] }],
      ['onvif', 'cam', 'cam&onvif>main', 'cam>side'],
    ],
  ])('%s', (_title, devices, [dairy, wine, main, side]) => {
    const store = shop(...devices);
    expect([zoneGroup(store, 'dairy'), zoneGroup(store, 'wine')]).toEqual([dairy, wine]);
    expect([entranceGroup(store, 'main'), entranceGroup(store, 'side')]).toEqual([main, side]);
    expect(allGroups(store)).not.toContain('');
  });

  it.each(['onvif', 'frigate'])('cameras of the dialect %s are in no group', (dialect) => {
    expect(deviceProblems(shop({ ...native, dialect, group: 'floor' }))).toMatchObject([{ field: 'devices[0].group' }]);
  });
});
