import { refuse } from '../refusal.js';
import { malformed, reading, type Reading } from '../wire/reading.js';

/** Service UUID of Eddystone. */
export const EDDYSTONE = 'feaa';

/** What an Eddystone frame says. Hex is in small letters. */
export type Eddystone =
  /** namespace and instance are who it is; the power is null where it is not told */
  | { kind: 'eddystone-uid'; namespace: string; instance: string; txPowerDbm: number | null }
  | { kind: 'eddystone-url'; url: string; txPowerDbm: number }
  | {
      kind: 'eddystone-tlm';
      /** null where the beacon does not measure it */
      batteryMillivolts: number | null;
      temperatureCelsius: number | null;
      /** frames sent since power-on */
      adverts: number;
      uptimeMs: number;
    }
  /** sealed with a key that only the beacon's resolver holds: known for what it is, not read */
  | { kind: 'eddystone-tlm-encrypted'; data: string; salt: string; check: string }
  | { kind: 'eddystone-eid'; ephemeralId: string; txPowerDbm: number };

const SCHEMES = ['http://www.', 'https://www.', 'http://', 'https://'];
const ENDINGS = ['.com/', '.org/', '.edu/', '.net/', '.info/', '.biz/', '.gov/'];
/** codes 0 to 6 with the slash, 7 to 13 without */
const EXPANSIONS = [...ENDINGS, ...ENDINGS.map((ending) => ending.slice(0, -1))];

const UID_BYTES = 18;

/** A beacon that a gateway has taken apart: who it is, with or without its power. */
export function uidOf(decoded: Readonly<Record<string, unknown>>): Eddystone | undefined {
  const { namespace, instance, power = decoded['txpower'] } = decoded;
  if (typeof namespace !== 'string' || typeof instance !== 'string') return undefined;
  const [space, own] = [namespace, instance].map((hex) => hex.replaceAll('-', '').replace(/^0x/i, '').toLowerCase());
  if (!/^[0-9a-f]{20}$/.test(space ?? '') || !/^[0-9a-f]{12}$/.test(own ?? '')) return undefined;
  const byte = typeof power === 'number' && power > 127 ? power - 256 : power;
  const isPower = typeof byte === 'number' && Number.isInteger(byte) && byte >= -128 && byte <= 127;
  return {
    kind: 'eddystone-uid',
    namespace: space as string,
    instance: own as string,
    txPowerDbm: isPower ? byte : null,
  };
}

/**
 * Service data of `feaa` → frame.
 * Source: github.com/google/eddystone, protocol-specification.md and the folders eddystone-uid, -url, -tlm, -eid.
 */
export function decodeEddystone(data: Uint8Array): Reading<Eddystone> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  switch (bytes[0]) {
    case 0x00:
      // Two reserved bytes at the end may be left out, and some makers send more of their own.
      if (bytes.length < UID_BYTES) return length(bytes, '18 or 20');
      return reading({
        kind: 'eddystone-uid',
        namespace: bytes.toString('hex', 2, 12),
        instance: bytes.toString('hex', 12, 18),
        txPowerDbm: bytes.readInt8(1),
      });
    case 0x10:
      return readUrl(bytes);
    case 0x20:
      return readTelemetry(bytes);
    case 0x30:
      if (bytes.length !== 10) return length(bytes, '10');
      return reading({
        kind: 'eddystone-eid',
        ephemeralId: bytes.toString('hex', 2, 10),
        txPowerDbm: bytes.readInt8(1),
      });
    default:
      return bytes.length === 0
        ? malformed('serviceData.feaa', 'empty')
        : refuse('unsupported', 'serviceData.feaa', 'frameType', { type: bytes[0] ?? 0 });
  }
}

function readUrl(bytes: Buffer): Reading<Eddystone> {
  if (bytes.length < 4 || bytes.length > 20) return length(bytes, '4 to 20');
  let url = SCHEMES[bytes.readUInt8(2)];
  if (url === undefined) return malformed('serviceData.feaa', 'noScheme');
  for (const code of bytes.subarray(3)) {
    const expansion = EXPANSIONS[code];
    if (expansion === undefined && (code <= 0x20 || code >= 0x7f))
      return malformed('serviceData.feaa', 'reservedCharacter', { character: code });
    url += expansion ?? String.fromCharCode(code);
  }
  return reading({ kind: 'eddystone-url', url, txPowerDbm: bytes.readInt8(1) });
}

function readTelemetry(bytes: Buffer): Reading<Eddystone> {
  if (bytes[1] === 0x01) {
    if (bytes.length !== 18) return length(bytes, '18');
    return reading({
      kind: 'eddystone-tlm-encrypted',
      data: bytes.toString('hex', 2, 14),
      salt: bytes.toString('hex', 14, 16),
      check: bytes.toString('hex', 16, 18),
    });
  }
  if (bytes.length !== 14) return length(bytes, '14');
  if (bytes[1] !== 0x00) return refuse('unsupported', 'serviceData.feaa', 'telemetryVersion');
  const millivolts = bytes.readUInt16BE(2);
  const temperature = bytes.readInt16BE(4);
  return reading({
    kind: 'eddystone-tlm',
    batteryMillivolts: millivolts === 0 ? null : millivolts,
    temperatureCelsius: temperature === -32768 ? null : temperature / 256,
    adverts: bytes.readUInt32BE(6),
    uptimeMs: bytes.readUInt32BE(10) * 100,
  });
}

const length = (bytes: Buffer, expected: string): Reading<never> =>
  malformed('serviceData.feaa', 'byteCount', { wanted: expected, got: bytes.length });
