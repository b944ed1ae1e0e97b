import type { StoreFile } from './store-file.js';

/**
 * What a figure rests on: the devices that must all have sensed for it to be known. Both sides need the same answer, so
 * it stands here. A group is named by its sorted device ids, joined by "&"; the empty group senses nothing.
 *
 * - zones (visits, dwell) rest on the cameras that cover them; a camera without `covers` sees every zone;
 * - entrances rest on their `source`, else on all cameras, else on the first till-independent counter that reports;
 * - slots rest on the shelves and readers of their fixture.
 * Tills keep a durable record that counts however late, so a quiet till is not blindness and lowers nothing.
 */
export type CoverageGroup = string;
export const groupOf = (deviceIds: readonly string[]): CoverageGroup => [...new Set(deviceIds)].sort().join('&');
export const devicesOf = (group: CoverageGroup): string[] => (group === '' ? [] : group.split('&'));

export function zoneGroup(store: StoreFile, zoneId: string): CoverageGroup {
  const cameras = (store.devices ?? []).filter((device) => device.family === 'camera');
  return groupOf(
    cameras.filter((camera) => !camera.covers || camera.covers.includes(zoneId)).map((camera) => camera.id),
  );
}

export function entranceGroup(store: StoreFile, entranceId: string): CoverageGroup {
  const source = (store.entrances ?? []).find((entrance) => entrance.id === entranceId)?.source;
  if (source !== undefined) return source;
  return groupOf((store.devices ?? []).filter((device) => device.family === 'camera').map((device) => device.id));
}

export function slotGroup(store: StoreFile, slotId: string): CoverageGroup {
  const fixture = (store.fixtures ?? []).find((candidate) =>
    (candidate.slots ?? []).some((slot) => slot.id === slotId),
  );
  const sensing = (store.devices ?? []).filter(
    (device) => device.fixture === fixture?.id && (device.family === 'shelf' || device.family === 'rfid'),
  );
  return fixture ? groupOf(sensing.map((device) => device.id)) : '';
}

/** Every group that some figure of this store rests on, without the empty one. */
export function allGroups(store: StoreFile): CoverageGroup[] {
  const groups = new Set<CoverageGroup>();
  for (const zone of store.zones ?? []) groups.add(zoneGroup(store, zone.id));
  for (const line of [...(store.entrances ?? []), ...(store.passersBy ?? [])])
    groups.add(entranceGroup(store, line.id));
  for (const fixture of store.fixtures ?? [])
    for (const slot of fixture.slots ?? []) groups.add(slotGroup(store, slot.id));
  groups.delete('');
  return [...groups].sort();
}
