import sharp from 'sharp';

sharp.cache(false);

/** Red, green, blue bytes, row by row → a JPEG. `quality` from 1 to 100. */
export const encodeJpeg = (rgb: Uint8Array, width: number, height: number, quality: number): Promise<Buffer> =>
  sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();

const GREY = 114;

export interface Letterboxed {
  /** picture pixels × scale = tensor pixels, across and down */
  readonly scaleX: number;
  readonly scaleY: number;
}

/**
 * A picture as a detector sees it: decoded, scaled with its proportions so that it just fits, at the top left of `into`
 * (width × height × 3 bytes), the rest grey. The agent does the same with its own code.
 */
export async function letterbox(
  jpeg: Buffer,
  picture: { readonly width: number; readonly height: number },
  into: Uint8Array,
  width: number,
  height: number,
): Promise<Letterboxed> {
  const ratio = Math.min(width / picture.width, height / picture.height);
  const w = Math.max(1, Math.min(width, Math.round(picture.width * ratio)));
  const h = Math.max(1, Math.min(height, Math.round(picture.height * ratio)));
  const raw = await sharp(jpeg, { sequentialRead: true })
    .resize(w, h, { fit: 'fill', kernel: 'linear' })
    .removeAlpha()
    .raw()
    .toBuffer();
  into.fill(GREY);
  for (let row = 0; row < h; row += 1) into.set(raw.subarray(row * w * 3, (row + 1) * w * 3), row * width * 3);
  return { scaleX: w / picture.width, scaleY: h / picture.height };
}
