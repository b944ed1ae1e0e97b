import { describe, expect, it } from 'vitest';
import { deviceProblems } from '../src/store/device-check.js';
import type { Device } from '../src/index.js';

const problems = (devices: Device[]): string[] =>
  deviceProblems({
    store: { id: 's', name: 'S', timezone: 'UTC', currency: 'EUR' },
    floor: { width: 5, depth: 5 },
    devices,
  }).map(({ field }) => field);
const shelf = (id: string, address?: string): Device => ({
  ...{ id, family: 'shelf', dialect: 'bthome' },
  ...(address !== undefined && { address }),
});

describe('what a store file says of devices over BLE', () => {
  it('needs the address that each is known by, each once', () => {
    expect(problems([shelf('a', 'A4:C1:38:56:53:84'), shelf('b', 'A4:C1:38:56:53:85')])).toEqual([]);
    expect(problems([shelf('a')])).toEqual(['devices[0].address']);
    expect(problems([shelf('a', 'A4:C1:38:56:53:84'), shelf('b', 'a4:c1:38:56:53:84')])).toEqual([
      'devices[1].address',
    ]);
  });
});
