import { minorDigits, type StoreFile } from '@aisle/contracts';
import type { StoreIndex } from './decode.js';

/** Look-ups of a store file for decoding. */
export function indexStore(file: StoreFile, version: number): StoreIndex {
  const fixtureOfSlot = new Map<string, string>();
  for (const fixture of file.fixtures ?? [])
    for (const slot of fixture.slots ?? []) fixtureOfSlot.set(slot.id, fixture.id);
  return {
    file,
    version,
    devices: new Map((file.devices ?? []).map((device) => [device.id, device])),
    fixtureOfSlot,
    lines: new Set([...(file.entrances ?? []), ...(file.passersBy ?? [])].map((line) => line.id)),
    digits: minorDigits(file.store.currency),
  };
}
