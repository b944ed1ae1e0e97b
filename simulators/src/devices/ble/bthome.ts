import { createCipheriv } from 'node:crypto';

/** Service data of BTHome v2 (`fcd2`), after bthome.io/format and bthome.io/encryption. Objects go by rising ids. */

/** One object: its id, and its value's bytes, low byte first. */
export interface BthomeObject {
  readonly id: number;
  readonly bytes: Uint8Array;
}

const little = (value: number, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => Math.floor(value / 256 ** at) & 0xff);

/** 0 to 255, another one for every new message. */
export const packetId = (value: number): BthomeObject => ({ id: 0x00, bytes: little(value & 0xff, 1) });
/** percent */
export const battery = (percent: number): BthomeObject => ({ id: 0x01, bytes: little(percent, 1) });
/** kilograms in steps of 10 g; the format has none below 0 and none above 655.35 */
export const massKilograms = (kilograms: number): BthomeObject => ({
  id: 0x06,
  bytes: little(Math.min(0xffff, Math.max(0, Math.round(kilograms * 100))), 2),
});

const VERSION_2 = 0x40;
const ENCRYPTED = 0x01;

function objectsOf(objects: readonly BthomeObject[]): Buffer {
  const sorted = [...objects].sort((one, other) => one.id - other.id);
  return Buffer.concat(sorted.map(({ id, bytes }) => Buffer.concat([Buffer.from([id]), bytes])));
}

export const plainBthome = (objects: readonly BthomeObject[]): Buffer =>
  Buffer.concat([Buffer.from([VERSION_2]), objectsOf(objects)]);

/** `address` as written, `counter` of 32 bits: it must rise with every message under one key. */
export function sealedBthome(
  objects: readonly BthomeObject[],
  { address, key, counter }: { address: string; key: Uint8Array; counter: number },
): Buffer {
  const info = VERSION_2 | ENCRYPTED;
  const count = little(counter >>> 0, 4);
  const nonce = Buffer.concat([
    Buffer.from(address.replaceAll(':', ''), 'hex'),
    Buffer.from([0xd2, 0xfc, info]),
    count,
  ]);
  const cipher = createCipheriv('aes-128-ccm', key, nonce, { authTagLength: 4 });
  const sealed = cipher.update(objectsOf(objects));
  cipher.final();
  return Buffer.concat([Buffer.from([info]), sealed, count, cipher.getAuthTag()]);
}
