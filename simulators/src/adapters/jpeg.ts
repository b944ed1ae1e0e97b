import sharp from 'sharp';

sharp.cache(false);

/** Red, green, blue bytes, row by row → a JPEG. `quality` from 1 to 100. */
export const encodeJpeg = (rgb: Uint8Array, width: number, height: number, quality: number): Promise<Buffer> =>
  sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();

const GREY = 114;

export interface Letterboxed {
  /** picture pixels × scale = tensor pixels */
  readonly scale: number;
}

/**
 * A picture as a detector sees it: decoded, made smaller so that it fits (never larger), at the top left of `into`
 * (width × height × 3 bytes from `offset`), the rest grey. The agent does the same with its own code.
 */
export async function letterbox(
  jpeg: Buffer,
  picture: { readonly width: number; readonly height: number },
  into: Uint8Array,
  offset: number,
  width: number,
  height: number,
): Promise<Letterboxed> {
  const scale = Math.min(width / picture.width, height / picture.height, 1);
  const [w, h] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const raw = await sharp(jpeg).resize(w, h, { fit: 'fill', kernel: 'linear' }).removeAlpha().raw().toBuffer();
  into.fill(GREY, offset, offset + width * height * 3);
  for (let row = 0; row < h; row += 1) into.set(raw.subarray(row * w * 3, (row + 1) * w * 3), offset + row * width * 3);
  return { scale };
}
