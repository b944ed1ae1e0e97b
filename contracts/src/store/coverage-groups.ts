import { traitsOf } from './dialect-traits.js';
import type { Antenna, Device } from './device-entry.js';
import type { Fixture, StoreFile } from './store-file.js';

/**
 * What a figure rests on: the devices that must all have sensed for it to be known. Both sides need the same answer, so
 * it stands here. A group is named by its sorted device ids, joined by "&"; the empty group senses nothing.
 *
 * - zones (visits, dwell) rest on the cameras that cover them; a camera without `covers` sees every zone;
 *   One that has only ever reported crossings watches a door and is left out.
 *   Where none of them sees the zone, on the cameras with an analysis of their own one of whose rules is about it;
 * - entrances rest on their `source`; else on the cameras that name them in `covers`; else on what counts there: the
 *   cameras that give positions, or the one counter. A camera with rules counts where one of them names the entrance;
 *   Only the agent knows which, so these groups name the entrance behind ">";
 * - slots rest on the shelves that weigh them; where none does, on the readers whose antennas stand for them.
 *
 * Sales rest on the tills, which are in no group: a quiet till has sold nothing. What the agent states of them is when they were
 * away (`awayOf`), so that a till that never says whether it is there, and one of an older agent, is taken as there.
 */
export type CoverageGroup = string;
export const groupOf = (deviceIds: readonly string[]): CoverageGroup => [...new Set(deviceIds)].sort().join('&');
export const devicesOf = (group: CoverageGroup): string[] =>
  group === '' ? [] : (group.split('>')[0] as string).split('&');
/** The entrance that the group is of, if it is one's own. */
export const entranceOf = (group: CoverageGroup): string | undefined => group.split('>')[1];

/** The name under which a minute's coverage fact tells how long a till was away. No id holds a "!". */
export const awayOf = (tillId: string): string => `${tillId}!away`;

/**
 * The name under which a minute's coverage fact tells how long the load cell of a slot was silent while its shelf sensed: of the
 * slot's group so much is not sensed of it.
 */
export const silentOf = (slotId: string): string => `${slotId}${SILENT}`;
export const isSilence = (subject: string): boolean => subject.endsWith(SILENT);
const SILENT = '!silent';

export function zoneGroup(store: StoreFile, zoneId: string): CoverageGroup {
  const cameras = (store.devices ?? []).filter((device) => device.family === 'camera');
  const seeing = cameras.filter((camera) => !speaksRules(camera) && (!camera.covers || camera.covers.includes(zoneId)));
  const ruled = cameras.filter((camera) => camera.rules?.some((rule) => rule.zone === zoneId));
  return groupOf((seeing.length > 0 ? seeing : ruled).map((camera) => camera.id));
}

/** Whether a camera says only what its rules found, and never where people are. */
const speaksRules = (camera: Device): boolean => traitsOf(camera).tells === 'rules';

export function entranceGroup(store: StoreFile, entranceId: string): CoverageGroup {
  const source = (store.entrances ?? []).find((entrance) => entrance.id === entranceId)?.source;
  if (source !== undefined) return source;
  const all = (store.devices ?? []).filter((device) => device.family === 'camera');
  const watching = all.filter((camera) => camera.covers?.includes(entranceId));
  const counting = all.filter(
    (camera) => !speaksRules(camera) || camera.rules?.some((rule) => rule.entrance === entranceId),
  );
  const cameras = watching.length > 0 ? watching : counting;
  return cameras.length === 0 ? '' : `${groupOf(cameras.map((device) => device.id))}>${entranceId}`;
}

export function slotGroup(store: StoreFile, slotId: string): CoverageGroup {
  const fixture = (store.fixtures ?? []).find((candidate) =>
    (candidate.slots ?? []).some((slot) => slot.id === slotId),
  );
  if (!fixture) return '';
  const devices = store.devices ?? [];
  const scales = devices.filter((device) => weighs(device, fixture.id, slotId));
  // Where a slot is weighed and read, the scale counts.
  const sensing = scales.length > 0 ? scales : devices.filter((device) => readsSlot(device, fixture, slotId));
  return groupOf(sensing.map((device) => device.id));
}

/** Whether a shelf weighs a slot: by its sensors, else by its fixture. */
export function weighs(device: Device, fixtureId: string, slotId: string): boolean {
  if (device.family !== 'shelf') return false;
  return device.sensors ? device.sensors.some((sensor) => sensor.slot === slotId) : device.fixture === fixtureId;
}

/** Whether a reader hears the goods of a slot: one of its antennas at a shelf, or the whole reader, stands for it. */
function readsSlot(device: Device, fixture: Fixture, slotId: string): boolean {
  if (device.family !== 'rfid') return false;
  const isNear = ({ slot, fixture: own, zone }: Partial<Antenna>): boolean => {
    if (slot !== undefined) return slot === slotId;
    if (own !== undefined) return own === fixture.id;
    return zone !== undefined && zone === fixture.zone;
  };
  const whole: Partial<Antenna> = {
    ...(device.fixture !== undefined && { fixture: device.fixture }),
    ...(device.zone !== undefined && { zone: device.zone }),
  };
  if (!device.antennas) return isNear(whole);
  return device.antennas.some((antenna) => {
    const isNamed = antenna.slot !== undefined || antenna.fixture !== undefined || antenna.zone !== undefined;
    return (antenna.role ?? 'shelf') === 'shelf' && isNear(isNamed ? antenna : whole);
  });
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
