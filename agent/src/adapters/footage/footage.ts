import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { RawPicture } from '../vision/picture.js';
import { ffmpegFrames } from './ffmpeg-frames.js';
import { FootageError } from './footage-error.js';

/** One frame of a recording. */
export interface FootageFrame {
  /** milliseconds from the first frame, or epoch milliseconds where the file's name says so */
  ts: number;
  picture: Uint8Array | RawPicture;
}

export interface FootageOptions {
  /** of a folder of pictures whose names tell no times */
  framesPerSecond: number;
}

const PICTURE = /\.(jpe?g|png|webp)$/i;
/** A name of so many digits is epoch milliseconds, as in `camera/frame/{ts}`. */
const TIMED = /^\d{12,16}$/;
/** So many pixels of an animation are decoded at once. */
const CHUNK_PIXELS = 16_000_000;
/** What a GIF means by no delay: what every viewer makes of it. */
const DEFAULT_DELAY_MS = 100;

/**
 * The frames of an animated GIF or WebP, a folder of pictures, or a video (by ffmpeg), in order of time.
 * @throws FootageError
 */
export async function* readFootage(file: string, options: FootageOptions): AsyncGenerator<FootageFrame> {
  let isFolder: boolean;
  try {
    isFolder = statSync(file).isDirectory();
  } catch (error) {
    throw new FootageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  if (isFolder) yield* folderFrames(file, options.framesPerSecond);
  else if (/\.(gif|webp)$/i.test(file)) yield* animationFrames(file);
  else if (PICTURE.test(file)) yield { ts: 0, picture: readFileSync(file) };
  else yield* ffmpegFrames(file);
}

function* folderFrames(folder: string, framesPerSecond: number): Generator<FootageFrame> {
  const names = readdirSync(folder).filter((name) => PICTURE.test(name));
  if (names.length === 0) throw new FootageError(`${folder} holds no pictures (.jpg, .png, .webp)`);
  const timed = names.every((name) => TIMED.test(path.parse(name).name));
  const stem = (name: string) => path.parse(name).name;
  names.sort((a, b) => (timed ? Number(stem(a)) - Number(stem(b)) : a.localeCompare(b, 'en', { numeric: true })));
  for (const [index, name] of names.entries()) {
    const ts = timed ? Number(stem(name)) : Math.round((index * 1000) / framesPerSecond);
    yield { ts, picture: readFileSync(path.join(folder, name)) };
  }
}

/** Times are sums of the file's own delays. */
async function* animationFrames(file: string): AsyncGenerator<FootageFrame> {
  try {
    const { width, height, pageHeight, pages, delay } = await sharp(file, { animated: true }).metadata();
    const rows = pageHeight ?? height;
    const count = pages ?? 1;
    const chunk = Math.max(1, Math.floor(CHUNK_PIXELS / (width * rows)));
    const bytes = width * rows * 3;
    let ts = 0;
    for (let page = 0; page < count; page += chunk) {
      const taken = Math.min(chunk, count - page);
      const all = await sharp(file, { page, pages: taken }).removeAlpha().toColourspace('srgb').raw().toBuffer();
      for (let i = 0; i < taken; i += 1) {
        yield { ts, picture: { data: all.subarray(i * bytes, (i + 1) * bytes), width, height: rows } };
        ts += delay?.[page + i] || DEFAULT_DELAY_MS;
      }
    }
  } catch (error) {
    throw new FootageError(`${file} cannot be decoded (${(error as Error).message.split('\n', 1)[0]})`);
  }
}
