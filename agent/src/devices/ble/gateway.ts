import { Type } from '@sinclair/typebox';
import { expects, compile } from '@aisle/contracts';
import { parseHex } from '../wire/hex.js';
import { readJson } from '../wire/json.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { MOST_DATA_BYTES, serviceUuid, type Advert, type Adverts } from './advert.js';
import { normalAddress } from './address.js';

/**
 * BLE gateways of the OpenMQTTGateway and Theengs family: `…/BTtoMQTT/AABBCCDDEEFF`, one advertisement a message.
 * They send what they decoded, what they heard (`servicedata`, `manufacturerdata`), or both, as they are set.
 * `manufacturerdata` begins with the company, low byte first.
 * Source: docs.openmqttgateway.com "BLE gateway"; github.com/theengs/decoder, src/devices and its tests.
 */
const Hex = Type.String({ maxLength: MOST_DATA_BYTES * 2, ...expects('hexBytes') });
const Message = Type.Object({
  // Set to tell beacons by their UUID, gateways put that here, and the address into `mac`.
  id: Type.Optional(Type.String({ maxLength: 36, ...expects('anyBluetoothAddress') })),
  mac: Type.Optional(Type.String({ maxLength: 17, ...expects('anyBluetoothAddress') })),
  rssi: Type.Optional(Type.Number({ minimum: -200, maximum: 50, ...expects('signal') })),
  servicedata: Type.Optional(Hex),
  servicedatauuid: Type.Optional(Type.String({ maxLength: 36, ...expects('serviceUuid') })),
  manufacturerdata: Type.Optional(Hex),
});
const schema = compile(Message);
/** keys that say how the advertisement came, not what the device measured */
const FRAMING = new Set([
  'id',
  'rssi',
  'servicedata',
  'servicedatauuid',
  'manufacturerdata',
  'mac',
  'mac_type',
  'adv_type',
]);
const MOST_VALUES = 64;

/** One advertisement of a gateway. They tell no time: `receivedTs` (arrival, epoch ms) is when it was heard. */
export function decodeBleGateway(topic: string, bytes: Uint8Array, receivedTs: number): Reading<Adverts> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = schema.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const { id, mac, rssi, servicedata, servicedatauuid, manufacturerdata } = checked.value;
  const address =
    normalAddress(id ?? topic.slice(topic.lastIndexOf('/') + 1)) ?? (mac === undefined ? mac : normalAddress(mac));
  if (address === undefined) return malformed('id', 'expected', { expected: 'addressLike' });
  const serviceData = new Map<string, Uint8Array>();
  // Older gateways do not say whose service it is: then it says nothing, but its sender was heard all the same.
  if (servicedata !== undefined && servicedatauuid !== undefined) {
    const data = parseHex(servicedata);
    if (!data) return malformed('servicedata', 'expected', { expected: 'wholeHexBytes' });
    const service = serviceUuid(servicedatauuid);
    if (service === undefined) return malformed('servicedatauuid', 'expected', { expected: 'serviceUuid' });
    serviceData.set(service, data);
  }
  const manufacturerData = new Map<number, Uint8Array>();
  if (manufacturerdata !== undefined) {
    const data = parseHex(manufacturerdata);
    if (!data || data.length < 2) return malformed('manufacturerdata', 'expected', { expected: 'companyHexBytes' });
    manufacturerData.set(data.readUInt16LE(0), data.subarray(2));
  }
  const decoded = valuesOf(checked.value);
  const advert: Advert = { address, rssiDbm: rssi ?? null, serviceData, manufacturerData, ...(decoded && { decoded }) };
  return reading({ ts: receivedTs, adverts: [advert] });
}

function valuesOf(message: object): Advert['decoded'] {
  const values: [string, string | number | boolean][] = [];
  for (const [key, value] of Object.entries(message) as [string, unknown][]) {
    if (FRAMING.has(key) || key.length > 64 || values.length >= MOST_VALUES) continue;
    if (typeof value === 'string' ? value.length <= 200 : typeof value === 'boolean' || Number.isFinite(value))
      values.push([key, value as string | number | boolean]);
  }
  return values.length > 0 ? Object.fromEntries(values) : undefined;
}
