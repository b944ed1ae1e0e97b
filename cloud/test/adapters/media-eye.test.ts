import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { SharpEye } from '../../src/adapters/media-eye.js';

const folder = mkdtempSync(path.join(tmpdir(), 'aisle-eye-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const eye = new SharpEye();

/** What it is taken for, or the code of why it is not taken. */
async function lookAt(bytes: Buffer): Promise<string> {
  const file = path.join(folder, 'looked-at');
  writeFileSync(file, bytes);
  const looked = await eye.look(file, 'looked-at');
  return looked.ok ? looked.file.type : looked.problem.code;
}
const film = (name: string, ...args: string[]): Buffer => {
  const file = path.join(folder, name);
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=10:duration=1'];
  execFileSync('ffmpeg', ['-y', '-v', 'error', ...source, ...args, file], { stdio: 'ignore' });
  return readFileSync(file);
};
const encoders = (() => {
  try {
    return execFileSync('ffmpeg', ['-v', 'error', '-encoders'], { encoding: 'utf8' });
  } catch {
    return '';
  }
})();
const H264 = ['-pix_fmt', 'yuv420p', '-c:v', 'libx264'];

const noise = (width: number, height: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 251));
const still = (): Sharp => sharp(noise(90, 60), { raw: { width: 90, height: 60, channels: 3 } });
const moving = (): Sharp =>
  sharp(noise(32, 24 * 6), { raw: { width: 32, height: 24 * 6, channels: 3, pageHeight: 24 } });
const PICTURES: Record<string, () => Promise<Buffer>> = {
  jpeg: () => still().jpeg().toBuffer(),
  'progressive jpeg': () => still().jpeg({ progressive: true }).toBuffer(),
  png: () => still().png().toBuffer(),
  webp: () => still().webp().toBuffer(),
  gif: () => still().gif().toBuffer(),
  'moving gif': () => moving().gif({ delay: 100 }).toBuffer(),
  'moving webp': () => moving().webp({ delay: 100 }).toBuffer(),
  avif: () => still().avif({ effort: 0 }).toBuffer(),
};
/** The last byte alone of these is padding that no reader looks at. */
const CUTS = [0.05, 0.3, 0.5, 0.7, 0.9, 0.97];

describe('a picture', () => {
  it.each(Object.keys(PICTURES))('as %s is not taken wherever it breaks off', async (kind) => {
    const bytes = await (PICTURES[kind] as () => Promise<Buffer>)();
    const type = `image/${kind.split(' ').at(-1)}`;
    expect(await lookAt(bytes)).toBe(type);
    for (const part of CUTS)
      expect([part, await lookAt(bytes.subarray(0, bytes.length * part))]).toEqual([part, 'mediaBroken']);
    expect(await lookAt(bytes.subarray(0, -2))).toBe('mediaBroken');
  });

  it('is taken for what its first bytes say, or not at all', async () => {
    const heads: Record<string, Buffer> = {
      'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
      'image/png': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      'image/gif': Buffer.from('GIF89a'),
      'image/webp': Buffer.from('RIFF\x90\0\0\0WEBP', 'latin1'),
      'image/avif': Buffer.from('\0\0\0\x18ftypavif\0\0\0\0avifmif1', 'latin1'),
      'video/webm': Buffer.from('\x1a\x45\xdf\xa3\x88\x42\x82\x84webm', 'latin1'),
      'video/mp4': Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp41', 'latin1'),
    };
    const bodies: Buffer[] = [Buffer.from('<!doctype html><script src="https://evil.test/x.js"></script>')];
    for (const make of Object.values(PICTURES)) bodies.push(await make());
    for (const [type, head] of Object.entries(heads))
      for (const body of bodies)
        for (const mixed of [Buffer.concat([head, body]), Buffer.concat([head, body.subarray(head.length)])]) {
          // a head over its own like changes nothing
          if (mixed.equals(body)) continue;
          const said = await lookAt(mixed);
          const isItself = body.subarray(0, 3).equals(head.subarray(0, 3)) && said === type;
          expect(isItself ? 'mediaBroken' : said, type).toMatch(/^media/);
        }
  });

  it.each([
    ['a page', '<html><body onload="x()">'],
    ['a page behind spaces', '\n\n   <!DOCTYPE html><script src="https://evil.test/x.js"></script>'],
    ['a page with a mark of its order of bytes', '\ufeff<script>alert(1)</script>'],
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['a drawing with a declaration', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
  ])('that is %s is refused as one', async (_what, text) => {
    expect(await lookAt(Buffer.from(text))).toBe('mediaPage');
  });

  it('with more pixels or pictures than a screen’s browser has room for is refused, whatever its format', async () => {
    const png = await still().png().toBuffer();
    const flat = (width: number, height: number): Sharp =>
      sharp({ create: { width, height, channels: 3, background: 'red' } });
    const claims = (from: Buffer, change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(from);
      change(bytes);
      return bytes;
    };
    const webp = await still().webp().toBuffer();
    const jpeg = await still().jpeg().toBuffer();
    const gif = await flat(1, 1).gif().toBuffer();
    const frame = gif.subarray(
      gif.indexOf(Buffer.from([0x21, 0xf9])) < 0 ? gif.indexOf(0x2c) : gif.indexOf(Buffer.from([0x21, 0xf9])),
      -1,
    );
    const manyOf = (count: number, of: Buffer, one: Buffer): Buffer =>
      Buffer.concat([of.subarray(0, -1), ...Array.from({ length: count }, () => one), Buffer.from([0x3b])]);
    // an animation control chunk behind the header: 4 bytes of pictures, 4 of plays
    const apng = Buffer.concat([
      png.subarray(0, 33),
      Buffer.from([0, 0, 0, 8]),
      Buffer.from('acTL'),
      Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      png.subarray(33),
    ]);
    const cases: [string, Buffer, string][] = [
      [
        'png',
        claims(png, (bytes) => bytes.writeUInt32BE(20_000, 16) && bytes.writeUInt32BE(20_000, 20)),
        'mediaPixels',
      ],
      [
        'jpeg',
        claims(jpeg, (bytes) => bytes.writeUInt32BE(0xfde8fde8, bytes.indexOf(Buffer.from([0xff, 0xc0])) + 5)),
        'mediaPixels',
      ],
      ['webp', claims(webp, (bytes) => bytes.writeUInt32LE(0x3fff3fff, 26)), 'mediaPixels'],
      ['gif of a large screen', claims(gif, (bytes) => bytes.writeUInt32LE(0xea60ea60, 6)), 'mediaPixels'],
      ['gif of many pictures', manyOf(9_001, gif, frame), 'mediaFrames'],
      [
        'gif of large pictures',
        manyOf(
          40,
          claims(gif, (bytes) => bytes.writeUInt32LE(0x0fa00fa0, 6)),
          frame,
        ),
        'mediaPixels',
      ],
      ['moving png', apng, 'mediaFrames'],
    ];
    for (const [what, bytes, code] of cases) expect([what, await lookAt(bytes)]).toEqual([what, code]);
  }, 20_000);
});

describe.runIf(encoders.includes('libx264'))('a video (needs ffmpeg)', () => {
  const can = (encoder: string): boolean => encoders.includes(` ${encoder} `);
  it.each([
    ['HEVC', 'hevc.mp4', 'libx265', ['-x265-params', 'log-level=none'], 'mediaCodec'],
    ['ProRes', 'prores.mov', 'prores_ks', [], 'mediaCodec'],
    ['MPEG-2', 'mpeg2.mp4', 'mpeg2video', [], 'mediaCodec'],
    ['MPEG-2 as a program stream', 'mpeg2.mpg', 'mpeg2video', [], 'mediaUnknown'],
    ['AV1 in MP4', 'av1.mp4', 'libsvtav1', [], 'mediaCodec'],
    ['AV1', 'av1.webm', 'libsvtav1', [], 'video/webm'],
    ['VP9', 'vp9.webm', 'libvpx-vp9', ['-deadline', 'realtime'], 'video/webm'],
    ['VP9 in Matroska', 'vp9.mkv', 'libvpx-vp9', ['-deadline', 'realtime'], 'mediaUnknown'],
    ['H.264 of 10 bits', 'deep.mp4', 'libx264', ['-pix_fmt', 'yuv420p10le'], 'mediaCodec'],
  ] as const)(
    'of %s is taken where Chromium plays it, else refused by name',
    async (_what, name, codec, more, said) => {
      if (can(codec)) expect(await lookAt(film(name, '-c:v', codec, ...more))).toBe(said);
    },
  );

  it('is not taken wherever it breaks off', async () => {
    const films = [
      film('tail.mp4', ...H264),
      film('front.mp4', ...H264, '-movflags', '+faststart'),
      film('vp8.webm', '-c:v', 'libvpx', '-g', '2'),
    ];
    for (const bytes of films) {
      for (const part of [0.1, 0.6, 0.95])
        expect([part, await lookAt(bytes.subarray(0, bytes.length * part))]).toEqual([part, 'mediaBroken']);
      expect(await lookAt(bytes.subarray(0, -1))).toBe('mediaBroken');
    }
  });
});
