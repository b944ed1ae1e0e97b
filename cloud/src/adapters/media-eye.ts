import { open } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { problem, type MediaType } from '@aisle/contracts';
import type { Looked, MediaEye } from '../ports/index.js';
import { bytesSay } from './media-bytes.js';
import { partsOf } from './media-parts.js';
import { runTool, type ToolAnswer } from './media-tools.js';

/** Pixels of one picture: twice 8K. Raising it takes larger ones, and more memory while they are looked at. */
const MOST_PIXELS = 67_108_864;
/** Pixels of all pictures of a moving one. */
const MOST_MOVING_PIXELS = 536_870_912;
/** Pictures of a moving one: five minutes of them. Each costs a browser something, however small. */
const MOST_FRAMES = 9_000;
const HEAD_BYTES = 4_096;
const PROBE_MS = 20_000;
const READ_MS = 120_000;
const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF, MP4 (H.264), WebM';
/** sizes of memory rather than of time: libvips keeps what it has decoded */
sharp.cache(false);

type Video = 'video/mp4' | 'video/webm';
/** What Chromium plays by itself in each container (its media tests name the same). */
const PLAYS: Readonly<
  Record<Video, { demuxer: string; video: readonly string[]; audio: readonly string[]; words: string }>
> = {
  'video/mp4': { demuxer: 'mov', video: ['h264'], audio: ['aac', 'mp3'], words: 'H.264 (8 bit, 4:2:0)' },
  'video/webm': {
    demuxer: 'matroska',
    video: ['vp8', 'vp9', 'av1'],
    audio: ['opus', 'vorbis'],
    words: 'VP8, VP9, AV1',
  },
};
const PIXELS_OF_H264: readonly string[] = ['yuv420p', 'yuvj420p'];

/** in sharp's words */
const FORMAT_OF: Readonly<Record<Exclude<MediaType, Video>, string>> = {
  ...{ 'image/jpeg': 'jpeg', 'image/png': 'png', 'image/webp': 'webp', 'image/gif': 'gif', 'image/avif': 'heif' },
};

const refuse = (status: 413 | 415, wrong: ReturnType<typeof problem>): Looked => ({
  ok: false,
  status,
  problem: wrong,
});

/** sharp for pictures; ffprobe and ffmpeg, where they are installed, for video. */
export class SharpEye implements MediaEye {
  #sees: Promise<boolean> | undefined;

  seesVideo(): Promise<boolean> {
    this.#sees ??= Promise.all([
      runTool('ffprobe', ['-version'], PROBE_MS),
      runTool('ffmpeg', ['-version'], PROBE_MS),
    ]).then((both) => both.every(({ code }) => code === 0));
    return this.#sees;
  }

  async look(file: string, name: string): Promise<Looked> {
    const type = bytesSay(await headOf(file));
    if (type === 'page') return refuse(415, problem('file', 'mediaPage', { name, formats: FORMATS }));
    if (type === undefined) return refuse(415, problem('file', 'mediaUnknown', { name, formats: FORMATS }));
    if (type === 'video/mp4' || type === 'video/webm') return this.#video(file, name, type);
    return picture(file, name, type);
  }

  async preview(file: string, type: string, width: number): Promise<Buffer> {
    const still = type.startsWith('video/') ? await stillOf(file, type as Video) : file;
    return sharp(still, { limitInputPixels: MOST_PIXELS, failOn: 'none' })
      .rotate()
      .resize({ width, withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
  }

  async #video(file: string, name: string, type: Video): Promise<Looked> {
    if (!(await this.seesVideo())) return refuse(415, problem('file', 'mediaNoTool', { name }));
    if (!(await partsOf(file, type, MOST_FRAMES)).isWhole) return refuse(415, problem('file', 'mediaBroken', { name }));
    const { demuxer, video, audio, words } = PLAYS[type];
    const from = ['-v', 'error', '-protocol_whitelist', 'file', '-f', demuxer, '-i', file];
    const probed = probeOf(
      await runTool('ffprobe', ['-of', 'json', '-show_streams', '-show_format', ...from], PROBE_MS),
    );
    if (!probed) return refuse(415, problem('file', 'mediaBroken', { name }));
    const pictures = probed.streams.filter(
      ({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic !== 1,
    );
    const [stream] = pictures;
    if (!stream) return refuse(415, problem('file', 'mediaNoVideo', { name }));
    const wrong =
      pictures.find(({ codec_name: codec = '?' }) => !video.includes(codec)) ??
      pictures.find(
        ({ codec_name, pix_fmt }) =>
          codec_name === 'h264' && pix_fmt !== undefined && !PIXELS_OF_H264.includes(pix_fmt),
      ) ??
      probed.streams.find(
        ({ codec_type, codec_name: codec = '?' }) => codec_type === 'audio' && !audio.includes(codec),
      );
    if (wrong) {
      const codec = [wrong.codec_name ?? '?', ...(wrong.codec_type === 'video' ? [wrong.pix_fmt] : [])]
        .join(' ')
        .trim();
      const expected = wrong.codec_type === 'audio' ? audio.join(', ') : words;
      return refuse(415, problem('file', 'mediaCodec', { name, codec, expected }));
    }
    const seconds = Number(probed.format?.duration ?? stream.duration);
    const { width = 0, height = 0 } = stream;
    // every packet is read: one whose end is missing says so only there; and the first picture must decode
    const [packets, first] = [
      await runTool('ffmpeg', ['-nostdin', '-xerror', ...from, '-map', '0', '-c', 'copy', '-f', 'null', '-'], READ_MS),
      await runTool(
        'ffmpeg',
        ['-nostdin', '-xerror', ...from, '-map', '0:v:0', '-frames:v', '1', '-f', 'null', '-'],
        READ_MS,
      ),
    ];
    const isWhole = [packets, first].every(({ code, said }) => code === 0 && said.trim() === '');
    if (!isWhole || !(seconds > 0) || width < 1 || height < 1)
      return refuse(415, problem('file', 'mediaBroken', { name }));
    if (width * height > MOST_PIXELS)
      return refuse(413, problem('file', 'mediaPixels', { name, width, height, most: MOST_PIXELS / 1e6 }));
    const turned = stream.side_data_list?.some(({ rotation = 0 }) => Math.abs(rotation) % 180 === 90) === true;
    const size = turned ? { width: height, height: width } : { width, height };
    return { ok: true, file: { type, ...size, seconds: Math.round(seconds * 1000) / 1000 } };
  }
}

async function picture(file: string, name: string, type: Exclude<MediaType, Video>): Promise<Looked> {
  const broken = (): Looked => refuse(415, problem('file', 'mediaBroken', { name }));
  const most = Math.floor(MOST_PIXELS / 1e6);
  const { isWhole, frames, canvas } = await partsOf(file, type, MOST_FRAMES);
  // before anything else reads it: what decodes pictures goes through all of them at once
  if ((frames ?? 1) > MOST_FRAMES) return refuse(413, problem('file', 'mediaFrames', { name, most: MOST_FRAMES }));
  if (canvas && canvas.width * canvas.height > MOST_PIXELS)
    return refuse(413, problem('file', 'mediaPixels', { name, ...canvas, most }));
  if (!isWhole) return broken();
  let head: Metadata;
  try {
    // no limit yet: the header says how large it claims to be, and nothing is decoded
    head = await sharp(file, { limitInputPixels: false }).metadata();
  } catch {
    return broken();
  }
  // what reads it must take it for the same: a browser goes by its first bytes, too
  if (FORMAT_OF[type] !== head.format || (type === 'image/avif' && head.compression !== 'av1')) return broken();
  const { width = 0, orientation = 1, pages = 1, delay } = head;
  const height = head.pageHeight ?? head.height ?? 0;
  if (width < 1 || height < 1) return broken();
  const room = Math.max(width * height, canvas ? canvas.width * canvas.height : 0);
  if (width * height > MOST_PIXELS || room * Math.max(pages, frames ?? 1) > MOST_MOVING_PIXELS)
    return refuse(413, problem('file', 'mediaPixels', { name, width, height, most }));
  try {
    const options = {
      limitInputPixels: MOST_MOVING_PIXELS,
      failOn: 'error',
      animated: pages > 1,
      sequentialRead: true,
    } as const;
    await sharp(file, options).resize(16, 16, { fit: 'fill', fastShrinkOnLoad: false }).raw().toBuffer();
  } catch {
    return broken();
  }
  const size = orientation >= 5 ? { width: height, height: width } : { width, height };
  const seconds =
    pages > 1
      ? Math.max(
          0,
          (delay ?? []).reduce((sum, one) => sum + one, 0),
        ) / 1000
      : null;
  return { ok: true, file: { type, ...size, seconds } };
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function stillOf(file: string, type: Video): Promise<Buffer> {
  const from = ['-v', 'error', '-nostdin', '-protocol_whitelist', 'file', '-f', PLAYS[type].demuxer, '-i', file];
  const { out } = await runTool(
    'ffmpeg',
    [...from, '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', '-'],
    PROBE_MS,
  );
  return out;
}

interface Stream {
  codec_type?: string;
  codec_name?: string;
  pix_fmt?: string;
  width?: number;
  height?: number;
  duration?: string;
  disposition?: { attached_pic?: number };
  side_data_list?: { rotation?: number }[];
}
function probeOf({ code, out }: ToolAnswer): { streams: Stream[]; format?: { duration?: string } } | undefined {
  if (code !== 0) return undefined;
  try {
    const said = JSON.parse(out.toString('utf8')) as { streams?: Stream[]; format?: { duration?: string } };
    return { streams: said.streams ?? [], ...(said.format && { format: said.format }) };
  } catch {
    return undefined;
  }
}
