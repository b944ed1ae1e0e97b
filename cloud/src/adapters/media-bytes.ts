import type { MediaType } from '@aisle/contracts';

/** What the first bytes of a file say that it is. `page`: HTML, SVG or XML, which could hold a script. */
export type BytesSay = MediaType | 'page' | undefined;

/** Brands of ISO media files (ISO/IEC 14496-12) that are pictures which Chromium shows. */
const AVIF_BRANDS: ReadonlySet<string> = new Set(['avif', 'avis']);
/** … and pictures that it does not show. */
const OTHER_PICTURES: ReadonlySet<string> = new Set([
  'heic',
  'heix',
  'hevc',
  'hevx',
  'heim',
  'heis',
  'mif1',
  'msf1',
  'crx ',
]);

const EBML = 0x1a45dfa3;

/** @param head the first 4,096 bytes, or all there are */
export function bytesSay(head: Buffer): BytesSay {
  const ascii = (from: number, to: number): string => head.toString('latin1', from, to);
  if (head.length >= 3 && head.readUIntBE(0, 3) === 0xffd8ff) return 'image/jpeg';
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'image/gif';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'image/webp';
  // Matroska, of which WebM is a part (RFC 9559): the rest of it no browser promises to play
  if (head.length >= 4 && head.readUInt32BE(0) === EBML)
    return head.subarray(0, 64).includes('webm', 0, 'latin1') ? 'video/webm' : undefined;
  if (ascii(4, 8) === 'ftyp') {
    const length = Math.min(head.length >= 4 ? head.readUInt32BE(0) : 0, head.length);
    const brands = [ascii(8, 12)];
    for (let at = 16; at + 4 <= length; at += 4) brands.push(ascii(at, at + 4));
    if (brands.some((brand) => AVIF_BRANDS.has(brand))) return 'image/avif';
    return OTHER_PICTURES.has(brands[0] as string) ? undefined : 'video/mp4';
  }
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  return /^<(!doctype|html|head|body|script|svg|\?xml|!--)/i.test(text) ? 'page' : undefined;
}
