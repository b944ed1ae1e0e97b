import { western } from '@aisle/contracts';

/**
 * Characters of a PSA file in its code page, both ways. Pages are those of Windows, by number; names and tables are the WHATWG
 * Encoding Standard's, which Node's TextDecoder knows: reading is its own, writing is its tables turned round.
 */
export interface CodePage {
  /** as TextDecoder names it */
  readonly encoding: string;
  /** whether the byte begins a character of two bytes, whose second may look like a comma or a backslash */
  isLead(byte: number): boolean;
  decode(bytes: Uint8Array): string;
  /** undefined where the page has no such character */
  encode(text: string): Uint8Array | undefined;
}

const NAMES: Readonly<Record<number, string>> = {
  ...{ 874: 'windows-874', 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 65001: 'utf-8' },
  ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [1250 + index, `windows-${1250 + index}`])),
  ...{ 28591: 'windows-1252', 28592: 'iso-8859-2', 28599: 'windows-1254', 28605: 'iso-8859-15' },
};
const pages = new Map<number, CodePage>();

/** Undefined for a page that nobody here can read. */
export function codePage(number: number): CodePage | undefined {
  const name = NAMES[number];
  if (name === undefined) return undefined;
  const page = pages.get(number) ?? (name === 'utf-8' ? utf8() : ofTable(name));
  pages.set(number, page);
  return page;
}

function utf8(): CodePage {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const encoder = new TextEncoder();
  return {
    encoding: 'utf-8',
    isLead: () => false,
    decode: (bytes) => decoder.decode(bytes),
    // half a character has no bytes
    encode: (text) => (/\p{Surrogate}/u.test(text) ? undefined : encoder.encode(text)),
  };
}

function ofTable(encoding: string): CodePage {
  const decode = decoderOf(encoding);
  const isLead = leadOf(encoding);
  let table: Map<string, number[]> | undefined;
  return {
    encoding,
    isLead,
    decode,
    encode(text) {
      table ??= turned(encoding, isLead);
      const bytes: number[] = [];
      for (const character of text) {
        const found = table.get(character);
        if (!found) return undefined;
        bytes.push(...found);
      }
      return Uint8Array.from(bytes);
    },
  };
}

function decoderOf(encoding: string): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(encoding);
  return encoding === 'windows-1252' ? (bytes) => western(decoder.decode(bytes)) : (bytes) => decoder.decode(bytes);
}

function leadOf(encoding: string): (byte: number) => boolean {
  if (encoding === 'shift_jis') return (byte) => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
  if (encoding === 'gbk' || encoding === 'euc-kr' || encoding === 'big5') return (byte) => byte >= 0x81 && byte <= 0xfe;
  return () => false;
}

/** Every character that one or two bytes stand for; of several the first, but one byte before two. */
function turned(encoding: string, isLead: (byte: number) => boolean): Map<string, number[]> {
  const decode = decoderOf(encoding);
  const table = new Map<string, number[]>();
  const add = (...bytes: number[]): void => {
    const text = decode(Uint8Array.from(bytes));
    if (text.includes('\ufffd') || [...text].length !== 1 || table.has(text)) return;
    table.set(text, bytes);
  };
  for (let byte = 0; byte < 256; byte += 1) if (!isLead(byte)) add(byte);
  for (let lead = 0x81; lead < 0xff; lead += 1)
    if (isLead(lead)) for (let trail = 0x40; trail < 0xff; trail += 1) add(lead, trail);
  return table;
}
