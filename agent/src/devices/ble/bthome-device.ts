import { malformed, reading, type Reading } from '../wire/reading.js';
import { bthomeWeights, toDecigrams } from '../shelf/bthome-mass.js';
import { refuse } from '../refusal.js';
import type { Advert } from './advert.js';
import { BTHOME, decodeBthome, type Bthome } from './bthome.js';
import type { BleDevice } from './roster.js';

/** What a known device said in one advertisement. */
export interface DeviceSaid {
  counter: number | null;
  packetId: number | null;
  weights: [slotId: string, decigrams: number][];
  /** percent */
  battery?: number;
}

/**
 * The bytes, or words, by which an advertisement of a known device is known again; undefined where it holds nothing of ours.
 * Says which message it is, not who heard it how loud.
 */
export function contentKey(advert: Advert): string | undefined {
  const data = advert.serviceData.get(BTHOME);
  if (data) return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
  return advert.decoded && JSON.stringify(advert.decoded);
}

/** An advertisement of a device of the store file, by BTHome or as a gateway decoded it. */
export function readDevice(advert: Advert, { device, key, slots }: BleDevice): Reading<DeviceSaid> {
  const data = advert.serviceData.get(BTHOME);
  if (data) {
    const read = decodeBthome(data, { address: advert.address, ...(key && { key }) });
    return read.ok ? saidBy(read.value, slots) : read;
  }
  const { decoded } = advert;
  if (!decoded) return malformed('serviceData', 'noBthome');
  if (key) return refuse('unsupported', 'servicedata', 'notSealed', { id: device.id });
  return saidByGateway(decoded, slots);
}

function saidBy(message: Bthome, slots: readonly string[]): Reading<DeviceSaid> {
  const { counter, packetId, objects } = message;
  let weights: DeviceSaid['weights'] = [];
  let battery: number | undefined;
  let weighs = false;
  for (const object of objects) {
    if (object.name === 'mass') weighs = true;
    else if (object.id === 0x01 && typeof object.value === 'number') battery = object.value;
  }
  if (weighs) {
    const read = bthomeWeights(message, slots);
    if (!read.ok) return read;
    weights = read.value.map(({ slotId, decigrams }) => [slotId, decigrams]);
  }
  return reading({ counter, packetId, weights, ...(battery !== undefined && { battery: percent(battery) }) });
}

/** Names of the Theengs decoder: `batt`, `packet`, `weight` with its `unit`; kilograms where none stands. */
function saidByGateway(decoded: NonNullable<Advert['decoded']>, slots: readonly string[]): Reading<DeviceSaid> {
  const { batt, packet, weight = decoded['mass'], unit = 'kg' } = decoded;
  const said: DeviceSaid = { counter: null, packetId: null, weights: [] };
  if (typeof packet === 'number' && Number.isInteger(packet) && packet >= 0 && packet <= 255) said.packetId = packet;
  if (typeof batt === 'number' && batt >= 0) said.battery = percent(batt);
  if (weight !== undefined) {
    const decigrams = typeof weight === 'number' && typeof unit === 'string' ? toDecigrams(weight, unit) : undefined;
    const slot = slots[0];
    if (decigrams === undefined || Math.abs(decigrams) > 1e8) return malformed('weight', 'noWeightUnit');
    if (slot === undefined) return malformed('weight', 'weightWithoutSlot');
    said.weights.push([slot, decigrams]);
  }
  if (said.battery === undefined && said.weights.length === 0) return malformed('', 'nothingDecoded');
  return reading(said);
}

const percent = (value: number): number => Math.min(100, Math.round(value));
