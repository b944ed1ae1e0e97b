/**
 * A picture of a floor plan that somebody brings, looked at before anything draws it: what it is by its first bytes, how large it would
 * become, and whether an SVG holds more than a drawing. Sizes in pixels. Formats: PNG (W3C PNG 3, IHDR), JPEG (ITU-T T.81, SOF markers),
 * PDF (ISO 32000, `%PDF-`), SVG 1.1.
 */
export type PictureKind = 'png' | 'jpeg' | 'svg' | 'pdf';
export type PictureRefusal = 'kind' | 'large' | 'bytes' | 'script' | 'broken';
export interface Looked {
  kind: PictureKind;
  /** null: it has none of its own (svg, pdf) */
  size: { width: number; height: number } | null;
}

export const MOST_PIXELS = 40_000_000;
export const MOST_PICTURE_BYTES = 30 << 20;

export function lookAtPicture(bytes: Uint8Array): Looked | PictureRefusal {
  if (bytes.length > MOST_PICTURE_BYTES) return 'bytes';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = (...values: number[]): boolean => values.every((value, at) => bytes[at] === value);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) {
    if (bytes.length < 33) return 'broken';
    return sized('png', view.getUint32(16), view.getUint32(20));
  }
  if (begins(0xff, 0xd8, 0xff)) return jpeg(view);
  if (begins(0x25, 0x50, 0x44, 0x46, 0x2d)) return { kind: 'pdf', size: null };
  return svg(new TextDecoder().decode(bytes));
}

function sized(kind: PictureKind, width: number, height: number): Looked | PictureRefusal {
  if (width === 0 || height === 0) return 'broken';
  return width * height > MOST_PIXELS ? 'large' : { kind, size: { width, height } };
}

function jpeg(view: DataView): Looked | PictureRefusal {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return 'broken';
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // C0 to CF begin a frame, but C4, C8 and CC, which are tables
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return sized('jpeg', view.getUint16(at + 7), view.getUint16(at + 5));
    at += 2 + view.getUint16(at + 2);
  }
  return 'broken';
}

/** An SVG may draw, and nothing else: no script, no handler, no page inside it, nothing from elsewhere. */
function svg(text: string): Looked | PictureRefusal {
  if (!/<svg[\s>]/i.test(text)) return 'kind';
  // what entities stand for is not seen here: a drawing needs none of its own
  if (/<!ENTITY/i.test(text)) return 'script';
  if (/<\s*(?:[\w-]+:)?(script|foreignObject|iframe|object|embed|handler|audio|video|animate|set)\b/i.test(text))
    return 'script';
  if (/[\s"'/]on[a-z]+\s*=/i.test(text)) return 'script';
  for (const [, , value = ''] of text.matchAll(/(?:xlink:)?(href|src)\s*=\s*["']?\s*([^"'\s>]*)/gi))
    if (!/^(#|data:image\/(png|jpeg);)/i.test(value)) return 'script';
  if (/url\(\s*["']?(?!#|["']?#)/i.test(text) || /@import/i.test(text)) return 'script';
  return { kind: 'svg', size: null };
}
