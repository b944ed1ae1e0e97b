import { traitsOf, type Device, type StoreFile } from '@aisle/contracts';
import type { Advert } from './advert.js';
import { normalAddress } from './address.js';
import { EDDYSTONE, decodeEddystone, uidOf, type Eddystone } from './eddystone.js';
import { APPLE, decodeIBeacon, isIBeacon, type IBeacon } from './ibeacon.js';
import { contentsOf } from './contents.js';

/** A device of the store file that speaks over BLE. */
export interface BleDevice {
  device: Device;
  key: Uint8Array | undefined;
  /** in the order of its masses */
  slots: readonly string[];
}

/** Whom the store file knows by radio; everybody else is nobody in particular. */
export interface Roster {
  devices: ReadonlyMap<string, BleDevice>;
  badgesByAddress: ReadonlyMap<string, string>;
  /** keyed by UUID, small letters */
  beaconBadges: ReadonlyMap<string, readonly { id: string; major: number | undefined; minor: number | undefined }[]>;
  /** keyed by namespace, small letters */
  eddystoneBadges: ReadonlyMap<string, readonly { id: string; instance: string | undefined }[]>;
  memberUuid: string | undefined;
  memberNamespace: string | undefined;
}

/** Who speaks in an advertisement. */
export type Speaker =
  | { kind: 'device'; known: BleDevice }
  | { kind: 'badge'; id: string }
  /** `token`: MAJOR-MINOR of an iBeacon, the instance of an Eddystone */
  | { kind: 'member'; token: string }
  | { kind: 'other' };

export function rosterOf(file: StoreFile): Roster {
  const fixtures = new Map((file.fixtures ?? []).map(({ id, slots = [] }) => [id, slots.map((slot) => slot.id)]));
  const devices = new Map<string, BleDevice>();
  for (const device of file.devices ?? []) {
    if (!traitsOf(device).byAddress || device.address === undefined) continue;
    const slots = device.sensors?.map(({ slot }) => slot) ?? fixtures.get(device.fixture ?? '') ?? [];
    const key = device.key === undefined ? undefined : Buffer.from(device.key, 'hex');
    devices.set(normalAddress(device.address) ?? device.address, { device, key, slots });
  }
  const badgesByAddress = new Map<string, string>();
  const beaconBadges = new Map<string, { id: string; major: number | undefined; minor: number | undefined }[]>();
  const eddystoneBadges = new Map<string, { id: string; instance: string | undefined }[]>();
  for (const { id, address, ibeacon, eddystone } of file.staff?.badges ?? []) {
    if (address !== undefined) badgesByAddress.set(normalAddress(address) ?? address, id);
    if (ibeacon) put(beaconBadges, ibeacon.uuid.toLowerCase(), { id, major: ibeacon.major, minor: ibeacon.minor });
    if (eddystone)
      put(eddystoneBadges, eddystone.namespace.toLowerCase(), { id, instance: eddystone.instance?.toLowerCase() });
  }
  return {
    devices,
    badgesByAddress,
    beaconBadges,
    eddystoneBadges,
    memberUuid: file.members?.ibeacon?.uuid.toLowerCase(),
    memberNamespace: file.members?.eddystone?.namespace.toLowerCase(),
  };
}

/** Badges come before members' tokens, where somebody's badge is of the members' own kind. */
export function speakerOf(advert: Advert, roster: Roster): Speaker {
  const known = roster.devices.get(advert.address);
  if (known) return { kind: 'device', known };
  const badge = roster.badgesByAddress.get(advert.address);
  if (badge !== undefined) return { kind: 'badge', id: badge };
  return ofBeacon(advert, roster) ?? ofEddystone(advert, roster) ?? { kind: 'other' };
}

function ofBeacon(advert: Advert, roster: Roster): Speaker | undefined {
  if (roster.beaconBadges.size === 0 && roster.memberUuid === undefined) return undefined;
  const beacon = beaconIn(advert);
  if (!beacon) return undefined;
  const { uuid, major, minor } = beacon;
  const badge = roster.beaconBadges
    .get(uuid)
    ?.find((one) => (one.major ?? major) === major && (one.minor ?? minor) === minor);
  if (badge) return { kind: 'badge', id: badge.id };
  return uuid === roster.memberUuid ? { kind: 'member', token: `${major}-${minor}` } : undefined;
}

function beaconIn(advert: Advert): IBeacon | undefined {
  const apple = advert.manufacturerData.get(APPLE);
  if (apple && isIBeacon(apple)) {
    const read = decodeIBeacon(apple);
    return read.ok ? read.value : undefined;
  }
  // A gateway may have taken it apart already.
  if (!advert.decoded) return undefined;
  return contentsOf(advert).found.find((content) => content.kind === 'ibeacon');
}

function ofEddystone(advert: Advert, roster: Roster): Speaker | undefined {
  if (roster.eddystoneBadges.size === 0 && roster.memberNamespace === undefined) return undefined;
  const uid = uidIn(advert);
  if (!uid) return undefined;
  const { namespace, instance } = uid;
  const badge = roster.eddystoneBadges.get(namespace)?.find((one) => (one.instance ?? instance) === instance);
  if (badge) return { kind: 'badge', id: badge.id };
  return namespace === roster.memberNamespace ? { kind: 'member', token: instance } : undefined;
}

function uidIn(advert: Advert): Extract<Eddystone, { kind: 'eddystone-uid' }> | undefined {
  const data = advert.serviceData.get(EDDYSTONE);
  const read = data?.[0] === 0 ? decodeEddystone(data) : undefined;
  const found = read?.ok ? read.value : advert.decoded && uidOf(advert.decoded);
  return found?.kind === 'eddystone-uid' ? found : undefined;
}

function put<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
