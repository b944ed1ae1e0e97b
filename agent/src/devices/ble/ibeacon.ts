import { malformed, reading, type Reading } from '../wire/reading.js';

/** Apple's company number. */
export const APPLE = 0x004c;

/** A beacon that says nothing but who it is. */
export interface IBeacon {
  kind: 'ibeacon';
  /** small letters with dashes */
  uuid: string;
  major: number;
  minor: number;
  /** signal strength at one metre, dBm; null where the sender leaves it out or says something else in its place: it is not who it is */
  measuredPowerDbm: number | null;
}

/** Whether Apple's manufacturer data is a beacon: phones and earphones send others under the same number. */
export const isIBeacon = (data: Uint8Array): boolean => data[0] === 0x02 && data[1] === 0x15;

const IDENTITY_BYTES = 22;

/**
 * Apple's manufacturer data (behind the company number) → beacon. UUID, major and minor are who it is; some makers leave the power out, or
 * send more behind it.
 * Source: Apple, "Proximity Beacon Specification" R1: 02 15, UUID, major, minor (high byte first), measured power.
 */
export function decodeIBeacon(data: Uint8Array): Reading<IBeacon> {
  if (!isIBeacon(data)) return malformed('manufacturerData', 'expected', { expected: 'beacon' });
  if (data.length < IDENTITY_BYTES) return malformed('manufacturerData', 'byteCount', { wanted: 23, got: data.length });
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return reading({
    kind: 'ibeacon',
    uuid: dashed(bytes.toString('hex', 2, 18)),
    major: bytes.readUInt16BE(18),
    minor: bytes.readUInt16BE(20),
    measuredPowerDbm: bytes.length > IDENTITY_BYTES ? bytes.readInt8(IDENTITY_BYTES) : null,
  });
}

/** 32 hex digits as a UUID is written. */
export const dashed = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-').toLowerCase();
