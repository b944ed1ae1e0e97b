import type { StoreFile } from '@aisle/contracts';
import type { DeviceRow } from '../api/generated/schema.js';

type Name = (given: string | { en: string; zh?: string } | undefined, id: string) => string;
/** More places than these are counted, not named. */
const NAMED = 3;

/** Where a device stands: its zone and fixture; of a camera what it covers. Empty where the store file does not say. */
export function placeOf(file: StoreFile, device: Pick<DeviceRow, 'deviceId' | 'zone' | 'fixture'>, name: Name): string {
  const fixture = (file.fixtures ?? []).find(({ id }) => id === device.fixture);
  const zone = (file.zones ?? []).find(({ id }) => id === (device.zone ?? fixture?.zone));
  const parts = [zone && name(zone.name, zone.id), fixture && name(fixture.name, fixture.id)].filter(Boolean);
  if (parts.length > 0) return parts.join(' · ');
  const covers = (file.devices ?? []).find(({ id }) => id === device.deviceId)?.covers ?? [];
  const all = [...(file.zones ?? []), ...(file.entrances ?? []), ...(file.passersBy ?? [])];
  const named = covers.slice(0, NAMED).map((id) => name(all.find((place) => place.id === id)?.name, id));
  return [...named, ...(covers.length > NAMED ? [`+${covers.length - NAMED}`] : [])].join(' · ');
}
