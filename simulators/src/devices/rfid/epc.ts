/**
 * Writes SGTINs into a tag's EPC memory. After the GS1 EPC Tag Data Standard 2.1, 14.6.1 (SGTIN-96 and SGTIN-198) and
 * table 14-3 (partitions).
 */

/** digits of the company prefix → [partition, bits of the prefix, bits of indicator and item reference] */
const PARTITION: Readonly<Record<number, readonly [bigint, bigint, bigint]>> = {
  12: [0n, 40n, 4n],
  11: [1n, 37n, 7n],
  10: [2n, 34n, 10n],
  9: [3n, 30n, 14n],
  8: [4n, 27n, 17n],
  7: [5n, 24n, 20n],
  6: [6n, 20n, 24n],
};
const SERIAL_BITS_96 = 38n;
const CHARACTERS_198 = 20;

export interface SgtinParts {
  /** 14 digits, the check digit last */
  readonly gtin: string;
  /** how many of its digits are the company's */
  readonly prefixDigits: number;
  /** 1: an item at the point of sale */
  readonly filter?: number;
}

/** Header, filter, partition, company prefix and item reference: 58 bits. */
function head(header: bigint, { gtin, prefixDigits, filter = 1 }: SgtinParts): bigint {
  const partition = PARTITION[prefixDigits];
  if (!/^\d{14}$/.test(gtin) || !partition)
    throw new RangeError(`no SGTIN of "${gtin}" with a prefix of ${prefixDigits}`);
  const [number, prefixBits, itemBits] = partition;
  const company = BigInt(gtin.slice(1, 1 + prefixDigits));
  const item = BigInt(gtin[0] + gtin.slice(1 + prefixDigits, 13));
  return (((((((header << 3n) | BigInt(filter)) << 3n) | number) << prefixBits) | company) << itemBits) | item;
}

const hex = (bits: bigint, bytes: number): string =>
  bits
    .toString(16)
    .toUpperCase()
    .padStart(bytes * 2, '0');

/** `serial` below 2^38. Twelve bytes in capital hex. */
export function sgtin96(parts: SgtinParts, serial: number): string {
  if (!Number.isInteger(serial) || serial < 0 || serial >= 2 ** 38)
    throw new RangeError(`no serial of SGTIN-96: ${serial}`);
  return hex((head(0x30n, parts) << SERIAL_BITS_96) | BigInt(serial), 12);
}

/** `serial`: 1 to 20 characters of seven bits. 26 bytes in capital hex: tags hold whole words, the last ten bits are zero. */
export function sgtin198(parts: SgtinParts, serial: string): string {
  if (!/^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/.test(serial))
    throw new RangeError(`no serial of SGTIN-198: "${serial}"`);
  let bits = head(0x36n, parts);
  for (let at = 0; at < CHARACTERS_198; at += 1) bits = (bits << 7n) | BigInt(serial.charCodeAt(at) || 0);
  return hex(bits << 10n, 26);
}
