import type { PlanogramView } from '@aisle/contracts';
import { slotsOf, storeTime } from '../insight/index.js';
import type { StoreVersion } from '../ports/index.js';

/** What sits where by a version: fixture by fixture as it is written, and slot by slot with its zone. */
export function planogramView({ version, validFrom, storeFile }: StoreVersion): PlanogramView {
  return {
    version,
    validFrom: storeTime(storeFile.store.timezone).iso(validFrom),
    fixtures: (storeFile.fixtures ?? []).map(({ id, slots = [] }) => ({ id, slots })),
    slots: slotsOf(storeFile).map(({ slotId, fixtureId, zoneId, gtin, facings, capacity, level }) => ({
      ...{ slotId, fixtureId, zoneId, gtin, facings, capacity, level },
    })),
  };
}
