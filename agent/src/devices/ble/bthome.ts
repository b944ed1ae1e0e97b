import { createDecipheriv } from 'node:crypto';
import { refuse } from '../refusal.js';
import { malformed, reading, type Reading } from '../wire/reading.js';
import { addressBytes } from './address.js';
import { BUTTON_EVENTS, DIMMER_EVENTS, OBJECTS, type ObjectKind, type ObjectType } from './bthome-objects.js';

/** Service UUID of BTHome v2. */
export const BTHOME = 'fcd2';
export const KEY_BYTES = 16;

/** One object of an advertisement: a measurement, a state, an event or a text. */
export interface BthomeObject {
  id: number;
  kind: ObjectKind;
  /** the property's name in the specification: `mass`, `battery`, `window`, `button`, … */
  name: string;
  unit: string;
  /** numbers in `unit`, times in epoch ms, states as true or false, events by name, raw bytes in hex; null: no event, or one unknown */
  value: number | boolean | string | null;
  /** of a dimmer: how far it was turned */
  steps?: number;
}

export interface Bthome {
  /** the device sends when something happens, not in a rhythm: silence does not mean that it is dead */
  triggered: boolean;
  encrypted: boolean;
  /** of an encrypted one: rises with each advertisement, see the engine (domain/ble/freshness.ts); else null */
  counter: number | null;
  /** tells repetitions of an advertisement from the next one, 0 to 255; null where the device does not send it */
  packetId: number | null;
  objects: BthomeObject[];
  /** false: an object that the specification does not have, or that was cut off, ended the reading; those before it hold */
  complete: boolean;
}

const ENCRYPTED = 1;
const WITH_ADDRESS = 2;
const TRIGGERED = 4;
const COUNTER_BYTES = 4;
const CHECK_BYTES = 4;

/**
 * Service data of `fcd2` → readings. With a key, the device's address is needed too (it is part of the cipher), and what
 * comes in the clear is refused: else anyone could speak for a device that has a key.
 * Source: bthome.io/format and bthome.io/encryption.
 */
export function decodeBthome(data: Uint8Array, device: { address?: string; key?: Uint8Array } = {}): Reading<Bthome> {
  const info = data[0];
  if (info === undefined) return malformed('serviceData.fcd2', 'empty');
  if (info >> 5 !== 2) return refuse('unsupported', 'serviceData.fcd2', 'bthomeVersion', { version: info >> 5 });
  const encrypted = (info & ENCRYPTED) !== 0;
  const start = (info & WITH_ADDRESS) === 0 ? 1 : 7;
  if (data.length <= start) return malformed('serviceData.fcd2', 'noObjects');
  if (!encrypted && device.key) return malformed('serviceData.fcd2', 'notEncrypted');
  let payload = data.subarray(start);
  let counter: number | null = null;
  if (encrypted) {
    const opened = decrypt(data, start, info, device);
    if (!opened.ok) return opened;
    ({ payload, counter } = opened.value);
  }
  const objects: BthomeObject[] = [];
  const complete = readObjects(payload, objects);
  if (objects.length === 0) return malformed('serviceData.fcd2', 'noKnownObject');
  const first = objects.find((object) => object.id === 0);
  return reading({
    triggered: (info & TRIGGERED) !== 0,
    encrypted,
    counter,
    packetId: typeof first?.value === 'number' ? first.value : null,
    objects,
    complete,
  });
}

function decrypt(
  data: Uint8Array,
  start: number,
  info: number,
  device: { address?: string; key?: Uint8Array },
): Reading<{ payload: Uint8Array; counter: number }> {
  if (!device.key) return refuse('unsupported', 'key', 'noKey');
  if (device.key.length !== KEY_BYTES) return malformed('key', 'keyBytes', { bytes: KEY_BYTES });
  const end = data.length - COUNTER_BYTES - CHECK_BYTES;
  if (end <= start) return malformed('serviceData.fcd2', 'tooShortSealed');
  const address =
    start === 1 ? device.address && addressBytes(device.address) : Buffer.from(data.subarray(1, 7)).reverse();
  if (!address) return malformed('address', 'addressForCipher');
  const count = data.subarray(end, end + COUNTER_BYTES);
  // Nonce: address as written, service UUID and info byte as sent, counter as sent.
  const nonce = Buffer.concat([address, Buffer.from([0xd2, 0xfc, info]), count]);
  try {
    const cipher = createDecipheriv('aes-128-ccm', device.key, nonce, { authTagLength: CHECK_BYTES });
    cipher.setAuthTag(data.subarray(end + COUNTER_BYTES));
    const payload = cipher.update(data.subarray(start, end));
    cipher.final();
    return reading({ payload, counter: unsigned(count, 0, COUNTER_BYTES) });
  } catch {
    return malformed('key', 'wrongKey');
  }
}

/** Adds the objects to `into`; false when something could not be read, behind which nothing can. */
function readObjects(payload: Uint8Array, into: BthomeObject[]): boolean {
  let at = 0;
  while (at < payload.length) {
    const id = payload[at] ?? 0;
    const type = OBJECTS[id];
    if (!type) return false;
    let from = at + 1;
    let bytes = type.bytes;
    if (bytes === 0) {
      bytes = payload[from] ?? -1;
      from++;
      if (bytes < 0) return false;
    }
    at = from + bytes;
    if (at > payload.length) return false;
    if (bytes === 0) continue;
    const object = readObject(id, type, payload, from, bytes);
    if (!object) return false;
    into.push(object);
  }
  return true;
}

function readObject(
  id: number,
  type: ObjectType,
  payload: Uint8Array,
  from: number,
  bytes: number,
): BthomeObject | undefined {
  const { kind, name, unit } = type;
  const of = (value: BthomeObject['value']): BthomeObject => ({ id, kind, name, unit, value });
  switch (kind) {
    case 'number':
    case 'time': {
      const raw = type.signed ? signed(payload, from, bytes) : unsigned(payload, from, bytes);
      return of((raw * type.multiplier) / type.divisor);
    }
    case 'binary': {
      const state = payload[from] ?? 2;
      return state > 1 ? undefined : of(state === 1);
    }
    case 'button':
      return of(BUTTON_EVENTS[payload[from] ?? 0] ?? null);
    case 'dimmer':
      return { ...of(DIMMER_EVENTS[payload[from] ?? 0] ?? null), steps: payload[from + 1] ?? 0 };
    case 'version':
      return of(
        Array.from(payload.subarray(from, from + bytes))
          .reverse()
          .join('.'),
      );
    case 'raw':
      return of(Buffer.from(payload.subarray(from, from + bytes)).toString('hex'));
    case 'text': {
      const text = decodeText(payload.subarray(from, from + bytes));
      return text === undefined ? undefined : of(text);
    }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Low byte first. */
function unsigned(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from + count - 1; at >= from; at--) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

function signed(bytes: Uint8Array, from: number, count: number): number {
  const value = unsigned(bytes, from, count);
  const full = 256 ** count;
  return value >= full / 2 ? value - full : value;
}
