import {
  devicesOf,
  zoneGroup,
  type LiveDevice,
  type LiveSnapshot,
  type SeenPeople,
  type StoreFile,
} from '@aisle/contracts';

/** A live view as browsers and REST callers are told it: people are a number only where something senses them. */
export type SeenSnapshot = Omit<LiveSnapshot, 'occupancy' | 'zones'> & SeenPeople;

/**
 * Whether what a device senses holds now. Agents up to 0.2 do not say: their devices count as long as they are called online. Of one
 * that an agent does not list nothing is known against it.
 */
const isSensing = (device: LiveDevice | undefined): boolean =>
  device === undefined || (device.sensing ?? device.state === 'online');

/** The people of a snapshot: a zone that nothing senses, and a shop in which nothing senses anybody, has no number. */
export function seenPeople({ occupancy, zones, devices }: LiveSnapshot, file: StoreFile | undefined): SeenPeople {
  if (!file) return { occupancy, zones };
  const known = new Map(devices.map((device) => [device.deviceId, device]));
  const lastHeard = (ids: readonly string[]): number | null => {
    const heard = ids.flatMap((id) => known.get(id)?.lastSeenTs ?? []);
    return heard.length === 0 ? null : Math.max(...heard);
  };
  const everybody = new Set<string>();
  const told = zones.map((zone): SeenPeople['zones'][number] => {
    const ids = devicesOf(zoneGroup(file, zone.zoneId));
    for (const id of ids) everybody.add(id);
    // what a zone rests on must all sense, as for its coverage: since the first of them fell silent
    const quiet = ids.filter((id) => !isSensing(known.get(id)));
    if (ids.length > 0 && quiet.length === 0) return zone;
    const since = quiet.map((id) => lastHeard([id])).reduce(earliest, Infinity);
    return { zoneId: zone.zoneId, occupancy: null, unsensedSinceTs: since === Infinity ? null : since };
  });
  const watching = everybody.size > 0 ? [...everybody] : (file.devices ?? []).flatMap(isCamera);
  if (watching.some((id) => isSensing(known.get(id)))) return { occupancy, zones: told };
  return { occupancy: null, zones: told, unsensedSinceTs: lastHeard(watching) };
}

const isCamera = ({ id, family }: { id: string; family: string }): string[] => (family === 'camera' ? [id] : []);
/** One that was never heard has always been missing. */
const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.min(a, b);

/** Nobody knows how many are anywhere: the agent has not said so yet. */
export const unseenPeople = (file: StoreFile): SeenPeople => ({
  occupancy: null,
  zones: (file.zones ?? []).map(({ id }) => ({ zoneId: id, occupancy: null, unsensedSinceTs: null })),
  unsensedSinceTs: null,
});
