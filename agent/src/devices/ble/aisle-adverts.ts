import { Type } from '@sinclair/typebox';
import { expects, Timestamp, compile } from '@aisle/contracts';
import { parseHex } from '../wire/hex.js';
import type { Refusal } from '../refusal.js';
import { readJson } from '../wire/json.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { MOST_ADVERTS, MOST_DATA_BYTES, serviceUuid, type Advert, type Adverts } from './advert.js';
import { normalAddress } from './address.js';

const Hex = Type.String({ maxLength: MOST_DATA_BYTES * 2, ...expects('hexBytes') });
const Heard = Type.Object({
  address: Type.String({ maxLength: 17, ...expects('anyBluetoothAddress') }),
  rssiDbm: Type.Optional(Type.Number({ minimum: -200, maximum: 50, ...expects('signal') })),
  serviceData: Type.Optional(Type.Record(Type.String(), Hex, expects('bytesByService'))),
  manufacturerData: Type.Optional(Type.Record(Type.String(), Hex, expects('bytesByCompany'))),
});
const LIST = { maxItems: MOST_ADVERTS, ...expects('adverts', { most: MOST_ADVERTS }) };
/** `ble/adverts` of the native dialect. */
export const BleAdverts = Type.Object({ ts: Timestamp, adverts: Type.Array(Heard, LIST) });
const one = compile(Heard);
const schema = compile(Type.Object({ ts: Timestamp, adverts: Type.Array(Type.Unknown(), LIST) }));

/** The native dialect; companies are four hex digits as Bluetooth's list writes them (Apple is "004c"). A broken one costs itself alone. */
export function decodeAisleAdverts(_topic: string, bytes: Uint8Array): Reading<Adverts & { refused: Refusal[] }> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = schema.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const adverts: Advert[] = [];
  const refusals: Refusal[] = [];
  for (const [index, item] of checked.value.adverts.entries()) {
    const read = readOne(item, `adverts[${index}]`);
    if (read.ok) adverts.push(read.value);
    else refusals.push(read);
  }
  const [only] = refusals;
  if (only && refusals.length === 1 && adverts.length === 0) return only;
  return reading({ ts: checked.value.ts, adverts, refused: refusals });
}

function readOne(item: unknown, at: string): Reading<Advert> {
  const checked = one.check(item);
  if (!checked.ok) return refused(checked.problem, at);
  const heard = checked.value;
  const address = normalAddress(heard.address);
  if (address === undefined) return malformed(`${at}.address`, 'expected', { expected: 'addressLike' });
  const serviceData = new Map<string, Uint8Array>();
  for (const [uuid, hex] of Object.entries(heard.serviceData ?? {})) {
    const service = serviceUuid(uuid);
    const data = parseHex(hex);
    if (service === undefined) return malformed(`${at}.serviceData`, 'expected', { expected: 'uuidKeys' });
    if (!data) return malformed(`${at}.serviceData.${service}`, 'expected', { expected: 'wholeHexBytes' });
    serviceData.set(service, data);
  }
  const manufacturerData = new Map<number, Uint8Array>();
  for (const [company, hex] of Object.entries(heard.manufacturerData ?? {})) {
    const data = parseHex(hex);
    if (!/^[0-9a-fA-F]{4}$/.test(company))
      return malformed(`${at}.manufacturerData`, 'expected', { expected: 'companyKeys' });
    if (!data) return malformed(`${at}.manufacturerData.${company}`, 'expected', { expected: 'wholeHexBytes' });
    manufacturerData.set(parseInt(company, 16), data);
  }
  return reading({ address, rssiDbm: heard.rssiDbm ?? null, serviceData, manufacturerData });
}
