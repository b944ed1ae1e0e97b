import { expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { planogramView } from '../../src/planograms/view.js';

const FILE: StoreFile = {
  store: { id: 'x', name: 'X', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 10, depth: 10 },
  fixtures: [
    { id: 'f1', zone: 'dairy', slots: [{ id: 's1', gtin: '40170725', facings: 3, tareGrams: 40 }, { id: 's2' }] },
    { id: 'f2', slots: [{ id: 's3', gtin: '40170725', capacity: 9, level: 1 }] },
    { id: 'f3' },
  ],
};

it('a planogram says of each fixture what stands in its slots, and of each slot its zone', () => {
  const record = { storeId: 'x', version: 3, origin: 'import', createdTs: 0, author: null, note: null, basedOn: null };
  const validFrom = Date.UTC(2026, 10, 22, 2);
  expect(planogramView({ ...record, origin: 'import', validFrom, storeFile: FILE })).toEqual({
    version: 3,
    validFrom: '2026-11-22T10:00:00+08:00',
    fixtures: [
      { id: 'f1', slots: FILE.fixtures?.[0]?.slots },
      { id: 'f2', slots: FILE.fixtures?.[1]?.slots },
      { id: 'f3', slots: [] },
    ],
    slots: [
      { slotId: 's1', fixtureId: 'f1', zoneId: 'dairy', gtin: '40170725', facings: 3, capacity: null, level: null },
      { slotId: 's2', fixtureId: 'f1', zoneId: 'dairy', gtin: null, facings: 1, capacity: null, level: null },
      { slotId: 's3', fixtureId: 'f2', zoneId: null, gtin: '40170725', facings: 1, capacity: 9, level: 1 },
    ],
  });
});
