import sharp from 'sharp';
import { inputSizeFor, letterbox, type Fit, type Letterbox } from '../../domain/detection/letterbox.js';
import { PictureError } from '../../ports/detector.js';
import { jpegSize } from './jpeg-size.js';

// A picture is seen once: caching it would only hold memory. One thread per picture; pictures run side by side.
sharp.cache(false);
sharp.concurrency(1);

/** What is taken: raising a limit costs memory (3 bytes per pixel for the moment of decoding) and time. */
export interface PictureLimits {
  /** of the file, bytes */
  maxBytes: number;
  /** width × height */
  maxPixels: number;
  /** of the shorter side */
  minSidePixels: number;
}

export const DEFAULT_LIMITS: PictureLimits = { maxBytes: 8 * 1024 * 1024, maxPixels: 40_000_000, minSidePixels: 16 };

/** Pixels without any file format around them, row by row: red, green, blue. */
export interface RawPicture {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A picture scaled for a model, and how it will lie in its input. */
export interface ScaledPicture {
  /** red, green, blue, `box.width` × `box.height` */
  pixels: Uint8Array;
  box: Letterbox;
  /** size of the model's input that it was scaled for */
  input: { width: number; height: number };
  /** of the picture as it came */
  width: number;
  height: number;
}

export interface Place {
  fit: Fit;
  width: number;
  height: number;
  /** see ModelManifest: the input takes the picture's own proportions */
  multiple?: number;
}

/**
 * Decodes and scales in one pass of libvips, which skips what the smaller size does not need already while it decodes.
 * @throws PictureError
 */
export async function scalePicture(
  picture: Uint8Array | RawPicture,
  place: Place,
  limits: PictureLimits,
): Promise<ScaledPicture> {
  const raw = picture instanceof Uint8Array ? undefined : picture;
  const size = picture instanceof Uint8Array ? await sizeOf(picture, limits) : picture;
  checkSize(size.width, size.height, limits);
  const input = inputSizeFor(place, size.width, size.height);
  const box = letterbox(place.fit, input.width, input.height, size.width, size.height);
  const source = raw
    ? sharp(raw.data, { raw: { width: raw.width, height: raw.height, channels: 3 } })
    : // Refuses what is cut off; what libjpeg can only guess at as well.
      sharp(picture as Uint8Array, { failOn: 'warning', limitInputPixels: limits.maxPixels, sequentialRead: true });
  if (box.width !== size.width || box.height !== size.height)
    source.resize(box.width, box.height, { fit: 'fill', kernel: 'linear' });
  let pixels: Buffer;
  try {
    pixels = await source.removeAlpha().toColourspace('srgb').raw().toBuffer();
  } catch (error) {
    throw damaged(error);
  }
  if (pixels.length !== box.width * box.height * 3)
    throw new PictureError(`cannot be decoded: expected three channels of 8 bits`);
  return { pixels, box, input, width: size.width, height: size.height };
}

/** From the file's first bytes: sharp would also try to draw SVG and PDF, which no camera sends. */
export function formatOf(bytes: Uint8Array): 'jpeg' | 'png' | 'gif' | 'webp' | undefined {
  const starts = (at: number, ...expected: number[]) => expected.every((byte, i) => bytes[at + i] === byte);
  if (starts(0, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (starts(0, 0x47, 0x49, 0x46, 0x38)) return 'gif';
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return 'webp';
  return undefined;
}

async function sizeOf(bytes: Uint8Array, limits: PictureLimits): Promise<{ width: number; height: number }> {
  if (bytes.length === 0) throw new PictureError('is empty; expected a JPEG, PNG, WebP or GIF');
  if (bytes.length > limits.maxBytes)
    throw new PictureError(`is ${bytes.length} bytes; at most ${limits.maxBytes} are taken`);
  const format = formatOf(bytes);
  if (format === undefined) throw new PictureError('is no picture that is taken; expected a JPEG, PNG, WebP or GIF');
  const size = format === 'jpeg' ? jpegSize(bytes) : undefined;
  if (size) return size;
  try {
    // Reads the header only. The limit is checked below, in words that say what it is.
    const { width, height } = await sharp(bytes, { failOn: 'warning', limitInputPixels: false }).metadata();
    return { width, height };
  } catch (error) {
    throw damaged(error);
  }
}

function checkSize(width: number, height: number, { maxPixels, minSidePixels }: PictureLimits): void {
  if (Math.min(width, height) < minSidePixels)
    throw new PictureError(`is ${width} × ${height} pixels; at least ${minSidePixels} × ${minSidePixels} are needed`);
  if (width * height > maxPixels) {
    const mega = (pixels: number) => (pixels / 1e6).toFixed(1);
    throw new PictureError(
      `is ${width} × ${height}, ${mega(width * height)} megapixels; at most ${mega(maxPixels)} are taken`,
    );
  }
}

/** sharp tells first what it was set to, then what libvips has found. */
function damaged(error: unknown): PictureError {
  const lines = (error as Error).message.split('\n').filter((line) => !/failOn/.test(line));
  return new PictureError(`cannot be decoded, it is damaged or cut off${lines[0] ? ` (${lines[0]})` : ''}`);
}
