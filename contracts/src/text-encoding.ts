/**
 * Bytes of a file → text. Shops export from Windows machines of any country, so a file says by its byte order mark, by being
 * UTF-8, or by how its bytes are distributed what it is; or its entry names it. Names of encodings are those of the WHATWG
 * Encoding Standard (encoding.spec.whatwg.org), which Node's and browsers' own TextDecoder know.
 */
export interface DecodedText {
  text: string;
  /** as TextDecoder names it: utf-8, gb18030, big5, windows-1252, utf-16le … */
  encoding: string;
}
export interface EncodingHints {
  /** words that the text must hold, such as the titles of columns: what is read as them decides */
  words?: readonly string[];
  /** IANA zone of the shop: between encodings that fit equally well */
  timezone?: string;
}

/** Undefined: the bytes are no text in any encoding that is told by itself (or not in the one that is named). */
export function decodeText(bytes: Uint8Array, named?: string, hints: EncodingHints = {}): DecodedText | undefined {
  const marked = byteOrderMark(bytes);
  if (marked !== undefined) return read(bytes, marked);
  if (named !== undefined) return isEncoding(named) ? read(bytes, named) : undefined;
  const wide = utf16Of(bytes);
  if (wide !== undefined) return read(bytes, wide);
  const utf8 = read(bytes, 'utf-8', true);
  return utf8 ?? guessed(bytes, hints);
}

/** Whether a name is one of an encoding that can be read. */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== 'replacement';
  } catch {
    return false;
  }
}

/** U+FFFD stands for what could not be read. */
export const hasUnreadable = (text: string): boolean => text.includes('\ufffd');

const WESTERN = 'windows-1252';
/** What 80 to 9F stand for in windows-1252, by the index of the WHATWG Encoding Standard; five of them stand for themselves. */
const WESTERN_MARKS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
/** Node's decoder takes windows-1252 for ISO 8859-1 in some releases (nodejs/node issue 56542): euro signs would be lost. */
export const western = (text: string): string =>
  text.replace(/[\x80-\x9f]/g, (mark) => WESTERN_MARKS[mark.charCodeAt(0) - 0x80] as string);

function read(bytes: Uint8Array, encoding: string, fatal = false): DecodedText | undefined {
  try {
    const decoder = new TextDecoder(encoding, { fatal });
    const text = decoder.decode(bytes);
    return { text: decoder.encoding === WESTERN ? western(text) : text, encoding: decoder.encoding };
  } catch {
    return undefined;
  }
}

function byteOrderMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

const SAMPLE_BYTES = 1 << 16;
/** digits, marks and line breaks of a table are so many of its characters at least */
const LEAST_ASCII = 0.1;

/** UTF-16 without a mark: one byte in two of digits and separators is 0, always the same one. */
function utf16Of(bytes: Uint8Array): string | undefined {
  const end = Math.min(bytes.length - (bytes.length % 2), SAMPLE_BYTES);
  if (end < 4 || bytes.length % 2 === 1) return undefined;
  let high = 0;
  let low = 0;
  for (let at = 0; at < end; at += 2) {
    if (bytes[at] === 0 && isPlain(bytes[at + 1])) high += 1;
    else if (bytes[at + 1] === 0 && isPlain(bytes[at])) low += 1;
  }
  const most = Math.max(high, low);
  if (most < (end / 2) * LEAST_ASCII || Math.min(high, low) > most / 10) return undefined;
  return low > high ? 'utf-16le' : 'utf-16be';
}

const isPlain = (byte = 0): boolean => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;

type Score = (lead: number, trail: number) => number;
/**
 * How likely two bytes beyond ASCII are in each encoding. GB 2312 has its common characters at B0–D7, rare ones at D8–F7 and marks
 * at A1–A3, all with trails from A1 on; Big5 has common ones at A4–C6, rare ones at C9–F9, and trails below 7F for four in ten.
 */
const DOUBLE: Readonly<Record<'gb18030' | 'big5', Score>> = {
  gb18030: (lead, trail) => {
    if (trail < 0xa1) return trail >= 0x40 && trail !== 0x7f ? -0.5 : -1;
    if (lead >= 0xb0 && lead <= 0xd7) return 1;
    if (lead >= 0xa1 && lead <= 0xa3) return 0.7;
    return lead >= 0xd8 && lead <= 0xf7 ? 0.2 : -1;
  },
  big5: (lead, trail) => {
    if (!((trail >= 0x40 && trail <= 0x7e) || trail >= 0xa1)) return -1;
    if (lead >= 0xa4 && lead <= 0xc6) return 1;
    if (lead >= 0xa1 && lead <= 0xa3) return 0.7;
    return lead >= 0xc9 && lead <= 0xf9 ? 0.1 : -1;
  },
};

/** The mean over pairs of bytes beyond ASCII; a single one fits nothing. */
function doubleScore(bytes: Uint8Array, score: Score): number {
  let sum = 0;
  let count = 0;
  const end = Math.min(bytes.length, SAMPLE_BYTES);
  for (let at = 0; at < end; at += 1) {
    const lead = bytes[at] as number;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1] ?? 0;
    sum += lead === 0x80 || lead === 0xff ? -1 : score(lead, trail);
    count += 1;
    // What cannot be a second byte is looked at by itself.
    if (trail >= 0x40) at += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** Western texts have single letters beyond ASCII among plain ones, and a few signs. */
function westernScore(bytes: Uint8Array): number {
  let sum = 0;
  let count = 0;
  const end = Math.min(bytes.length, SAMPLE_BYTES);
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < 0x80) continue;
    const next = bytes[at + 1] ?? 0;
    const run = at > 1 && (bytes[at - 1] as number) >= 0x80 && (bytes[at - 2] as number) >= 0x80;
    count += 1;
    if ([0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)) sum -= 3;
    else if (run || (byte >= 0xc2 && byte <= 0xf4 && next >= 0x80 && next <= 0xbf)) sum -= 0.5;
    else if (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7) sum += next >= 0x80 ? 0.5 : 1;
    else if (byte >= 0xa0 || [0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0x99].includes(byte)) sum += 0.3;
    else sum -= 0.5;
  }
  return count === 0 ? 0 : sum / count;
}

const BIG5_ZONES = /^Asia\/(?:Taipei|Hong_Kong|Macau)$/;
const GB_ZONES = /^(?:Asia\/(?:Shanghai|Urumqi|Harbin|Chongqing|Kashgar|Singapore)|PRC)$/;

function guessed(bytes: Uint8Array, { words = [], timezone = '' }: EncodingHints): DecodedText | undefined {
  const candidates = [
    { name: 'gb18030', score: doubleScore(bytes, DOUBLE.gb18030) + (GB_ZONES.test(timezone) ? 0.05 : 0) },
    { name: 'big5', score: doubleScore(bytes, DOUBLE.big5) + (BIG5_ZONES.test(timezone) ? 0.05 : 0) },
    { name: 'windows-1252', score: westernScore(bytes) },
  ]
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
  const told = words.filter((word) => /[^\0-\x7f]/.test(word));
  const texts = candidates.flatMap(({ name }) => read(bytes, name) ?? []);
  const fits = texts.find(({ text }) => told.length > 0 && told.every((word) => text.includes(word)));
  return fits ?? texts[0];
}
