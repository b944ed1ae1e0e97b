/**
 * Electronic Product Codes as readers send them: the EPC memory of a tag in hex. SGTIN-96 and SGTIN-198 are read into
 * GTIN and serial; every other scheme is kept whole and named by its header.
 * Source: GS1 EPC Tag Data Standard 2.1, chapter 14 (binary encoding), table 14-3 (SGTIN partitions), annex A (characters).
 */
export interface Sgtin {
  kind: 'sgtin';
  scheme: 'sgtin-96' | 'sgtin-198';
  /** the tag's identity, upper-case hex without padding beyond whole bytes */
  epc: string;
  /** 14 digits with the check digit */
  gtin: string;
  serial: string;
  /** 0 all others, 1 point of sale item, 2 case, … */
  filter: number;
  companyPrefix: string;
  /** indicator digit and item reference, as they stand in the pure identity */
  itemReference: string;
}
export interface OpaqueEpc {
  kind: 'opaque';
  /** from the header byte, such as `sscc-96`; `unknown` for one that the standard does not name */
  scheme: string;
  epc: string;
  /** why a tag with an SGTIN header is not read as one */
  problem?: string;
}
export type Epc = Sgtin | OpaqueEpc;

/** Most bytes of EPC memory that the air protocol can report: 31 words. */
export const MOST_EPC_BYTES = 62;

const SCHEMES: Readonly<Record<number, string>> = {
  0x2c: 'gdti-96',
  0x2d: 'gsrn-96',
  0x2e: 'gsrnp-96',
  0x2f: 'usdod-96',
  0x30: 'sgtin-96',
  0x31: 'sscc-96',
  0x32: 'sgln-96',
  0x33: 'grai-96',
  0x34: 'giai-96',
  0x35: 'gid-96',
  0x36: 'sgtin-198',
  0x37: 'grai-170',
  0x38: 'giai-202',
  0x39: 'sgln-195',
  0x3a: 'gdti-113',
  0x3b: 'adi-var',
  0x3c: 'cpi-96',
  0x3d: 'cpi-var',
  0x3e: 'gdti-174',
  0x3f: 'sgcn-96',
  0x40: 'itip-110',
  0x41: 'itip-212',
  0xe2: 'tid',
  0xf0: 'cpi+',
  0xf1: 'grai+',
  0xf2: 'sgln+',
  0xf3: 'itip+',
  0xf4: 'gsrn+',
  0xf5: 'gsrnp+',
  0xf6: 'gdti+',
  0xf7: 'sgtin+',
  0xf8: 'sgcn+',
  0xf9: 'sscc+',
  0xfa: 'giai+',
  0xfb: 'dsgtin+',
};

/** Hex of a tag's EPC memory → what it identifies; undefined for text that is no hex of whole bytes. */
export function readEpc(hex: string): Epc | undefined {
  if (hex.length > MOST_EPC_BYTES * 2 || hex.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(hex)) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  const epc = hex.toUpperCase();
  const header = bytes[0] ?? 0;
  const scheme = SCHEMES[header] ?? 'unknown';
  if (header !== 0x30 && header !== 0x36) return { kind: 'opaque', scheme, epc };
  const sgtin = readSgtin(bytes, header === 0x30 ? 'sgtin-96' : 'sgtin-198');
  return typeof sgtin === 'string' ? { kind: 'opaque', scheme, epc, problem: sgtin } : sgtin;
}

/** `urn:epc:id:sgtin:COMPANY.ITEM.SERIAL`. */
export const pureIdentity = (tag: Sgtin): string =>
  `urn:epc:id:sgtin:${tag.companyPrefix}.${tag.itemReference}.${escaped(tag.serial)}`;

/** `urn:epc:tag:SCHEME:FILTER.COMPANY.ITEM.SERIAL`. */
export const tagUri = (tag: Sgtin): string =>
  `urn:epc:tag:${tag.scheme}:${tag.filter}.${tag.companyPrefix}.${tag.itemReference}.${escaped(tag.serial)}`;

/** The check digit of a GTIN of any length without it: digits count 3 and 1 in turn from the right. */
export function gtinCheckDigit(body: string): string {
  let sum = 0;
  for (let at = 0; at < body.length; at++) sum += Number(body[body.length - 1 - at]) * (at % 2 === 0 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}

/** partition → bits and digits of the company prefix, then of indicator and item reference */
const PARTITIONS: readonly (readonly [number, number, number, number])[] = [
  [40, 12, 4, 1],
  [37, 11, 7, 2],
  [34, 10, 10, 3],
  [30, 9, 14, 4],
  [27, 8, 17, 5],
  [24, 7, 20, 6],
  [20, 6, 24, 7],
];
const SERIAL_AT = 58;
const LONG_SERIAL_CHARACTERS = 20;

function readSgtin(bytes: Buffer, scheme: Sgtin['scheme']): Sgtin | string {
  const bits = scheme === 'sgtin-96' ? 96 : 198;
  // Memory comes in words of 16 bits, so the longer one is followed by two or ten bits that mean nothing.
  const fits = bits === 96 ? bytes.length === 12 : bytes.length === 25 || bytes.length === 26;
  if (!fits) return `holds ${bytes.length * 8} bits; expected ${bits}`;
  if (bits === 198 && !isZero(bytes, bits)) return 'has bits set behind its end';
  const filter = bitsAt(bytes, 8, 3);
  const partition = PARTITIONS[bitsAt(bytes, 11, 3)];
  if (!partition) return 'has partition 7; expected 0 to 6';
  const [companyBits, companyDigits, itemBits, itemDigits] = partition;
  const company = bitsAt(bytes, 14, companyBits);
  const item = bitsAt(bytes, 14 + companyBits, itemBits);
  if (company >= 10 ** companyDigits) return `has a company prefix of more than ${companyDigits} digits`;
  if (item >= 10 ** itemDigits) return `has an item reference of more than ${itemDigits} digits`;
  const serial = scheme === 'sgtin-96' ? String(bitsAt(bytes, SERIAL_AT, 38)) : readSerial(bytes);
  if (serial === undefined) return 'has a serial number with characters outside of the standard';
  const companyPrefix = String(company).padStart(companyDigits, '0');
  const itemReference = String(item).padStart(itemDigits, '0');
  const body = itemReference.slice(0, 1) + companyPrefix + itemReference.slice(1);
  return {
    kind: 'sgtin',
    scheme,
    epc: bytes
      .subarray(0, Math.ceil(bits / 8))
      .toString('hex')
      .toUpperCase(),
    gtin: body + gtinCheckDigit(body),
    serial,
    filter,
    companyPrefix,
    itemReference,
  };
}

/** Up to 20 characters of 7 bits, ended by zeros; undefined for none, for one that is not allowed, or for text behind the end. */
function readSerial(bytes: Buffer): string | undefined {
  let serial = '';
  let ended = false;
  for (let at = 0; at < LONG_SERIAL_CHARACTERS; at++) {
    const code = bitsAt(bytes, SERIAL_AT + at * 7, 7);
    if (code === 0) ended = true;
    else if (ended || !/[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]/.test(String.fromCharCode(code))) return undefined;
    else serial += String.fromCharCode(code);
  }
  return serial === '' ? undefined : serial;
}

/** An unsigned number of up to 40 bits, most significant bit first. */
function bitsAt(bytes: Buffer, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
  return value;
}

function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length * 8; at++) if (bitsAt(bytes, at, 1) !== 0) return false;
  return true;
}

/** Characters that a URI cannot carry as they are. */
const escaped = (serial: string): string =>
  serial.replace(/["%&/<>?]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
