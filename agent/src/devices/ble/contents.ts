import type { Refusal } from '../refusal.js';
import type { Reading } from '../wire/reading.js';
import type { Advert } from './advert.js';
import { BTHOME, decodeBthome, type Bthome } from './bthome.js';
import { EDDYSTONE, decodeEddystone, uidOf, type Eddystone } from './eddystone.js';
import { APPLE, dashed, decodeIBeacon, isIBeacon, type IBeacon } from './ibeacon.js';

/** What a gateway decoded by itself, where it did not send what it heard. */
export interface GatewayValues {
  kind: 'gateway';
  /** as the gateway names it; null where it does not */
  model: string | null;
  values: Readonly<Record<string, string | number | boolean>>;
}
export type AdvertContent = ({ kind: 'bthome' } & Bthome) | IBeacon | Eddystone | GatewayValues;

export interface AdvertContents {
  found: AdvertContent[];
  /** parts in a format that is known, but that could not be read */
  refused: Refusal[];
}

/** Everything in an advertisement that Aisle understands. Most advertisements around a shop hold none of it: both lists are empty then. */
export function contentsOf(advert: Advert, key?: Uint8Array): AdvertContents {
  const contents: AdvertContents = { found: [], refused: [] };
  const add = (part: Reading<AdvertContent>): void => {
    if (part.ok) contents.found.push(part.value);
    else contents.refused.push(part);
  };
  const bthome = advert.serviceData.get(BTHOME);
  if (bthome) {
    const read = decodeBthome(bthome, { address: advert.address, ...(key && { key }) });
    add(read.ok ? { ok: true, value: { kind: 'bthome', ...read.value } } : read);
  }
  const eddystone = advert.serviceData.get(EDDYSTONE);
  if (eddystone) add(decodeEddystone(eddystone));
  const apple = advert.manufacturerData.get(APPLE);
  if (apple && isIBeacon(apple)) add(decodeIBeacon(apple));
  // What was heard says more than what a gateway made of it.
  if (advert.decoded && contents.found.length === 0 && contents.refused.length === 0) {
    contents.found.push(beaconOf(advert.decoded) ?? uidOf(advert.decoded) ?? valuesOf(advert.decoded));
  }
  return contents;
}

/**
 * A beacon that a gateway has taken apart, whatever model it takes it for. Who it is are UUID, major and minor; Theengs says its power as a byte
 * without a sign, OpenMQTTGateway as it is, and of beacons that send their battery in its place nothing.
 */
function beaconOf(decoded: GatewayValues['values']): IBeacon | undefined {
  const { uuid, power = decoded['txpower'] } = decoded;
  const [major, minor] = [shortOf(decoded['major']), shortOf(decoded['minor'])];
  if (typeof uuid !== 'string' || major === undefined || minor === undefined) return undefined;
  const hex = uuid.replaceAll('-', '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) return undefined;
  const byte = typeof power === 'number' && power > 127 ? power - 256 : power;
  const isPower = typeof byte === 'number' && Number.isInteger(byte) && byte >= -128 && byte <= 127;
  return { kind: 'ibeacon', uuid: dashed(hex), major, minor, measuredPowerDbm: isPower ? byte : null };
}

const shortOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 0xffff ? number : undefined;
};

function valuesOf(decoded: GatewayValues['values']): GatewayValues {
  const model = decoded['model_id'] ?? decoded['model'];
  return { kind: 'gateway', model: typeof model === 'string' ? model : null, values: decoded };
}
