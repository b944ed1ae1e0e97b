import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { InlineDetector } from '../../src/adapters/vision/inline-detector.js';
import { InputTensor } from '../../src/adapters/vision/input-tensor.js';
import { jpegSize } from '../../src/adapters/vision/jpeg-size.js';
import { DEFAULT_LIMITS, formatOf, scalePicture } from '../../src/adapters/vision/picture.js';
import { letterbox } from '../../src/domain/detection/letterbox.js';
import { PictureError } from '../../src/ports/detector.js';
import { manifestOf, plainPicture, tiny, writeModel } from './models.js';

const place = { fit: 'top-left', width: 64, height: 32 } as const;
const noisy = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: '#777', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  });
const cut = (picture: Buffer) => picture.subarray(0, Math.floor(picture.length * 0.6));
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="9" height="9"/></svg>';

const refused: [string, () => Promise<Uint8Array> | Uint8Array, RegExp][] = [
  ['nothing', () => Buffer.alloc(0), /is empty/],
  ['text', () => Buffer.from('hello, this is no picture at all'), /is no picture that is taken; expected a JPEG/],
  ['an SVG', () => Buffer.from(svg), /is no picture that is taken/],
  ['a PDF', () => Buffer.from('%PDF-1.7\n1 0 obj'), /is no picture that is taken/],
  ['a TIFF', () => noisy(100, 100).tiff().toBuffer(), /is no picture that is taken/],
  ['a picture of 1 × 1', () => plainPicture(1, 1), /^is 1 × 1 pixels; at least 16 × 16 are needed$/],
  ['a strip of 400 × 15', () => plainPicture(400, 15), /^is 400 × 15 pixels/],
  [
    'a picture of 50 megapixels',
    () => plainPicture(8192, 6144),
    /^is 8192 × 6144, 50\.3 megapixels; at most 40\.0 are taken$/,
  ],
  [
    'a small file that unpacks to 50 megapixels',
    () =>
      sharp({ create: { width: 10_000, height: 5000, channels: 3, background: '#000' } })
        .png()
        .toBuffer(),
    /^is 10000 × 5000, 50\.0 megapixels/,
  ],
  [
    'a cut off JPEG',
    async () => cut(await noisy(320, 200).jpeg().toBuffer()),
    /^cannot be decoded, it is damaged or cut off/,
  ],
  ['a cut off PNG', async () => cut(await noisy(320, 200).png().toBuffer()), /cannot be decoded/],
  ['a JPEG without anything behind its first bytes', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /cannot be decoded/],
  [
    'a JPEG overwritten in the middle',
    async () => {
      const picture = await noisy(320, 200).jpeg().toBuffer();
      return picture.fill(0xff, Math.floor(picture.length / 2));
    },
    /cannot be decoded/,
  ],
  ['more bytes than are taken', () => Buffer.alloc(DEFAULT_LIMITS.maxBytes + 1, 0xff), /at most 8388608 are taken/],
];

describe('pictures', () => {
  it.each(refused)('%s is refused with the reason, and the next good one is answered', async (_, make, reason) => {
    const detector = await InlineDetector.open({ manifest: writeModel(tiny(), manifestOf()), folders: [] });
    const [bad, good] = await Promise.allSettled([
      detector.detect(await make()),
      detector.detect(await plainPicture(64, 32)),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'picture' } });
    expect((bad as PromiseRejectedResult).reason).toBeInstanceOf(PictureError);
    expect((bad as PromiseRejectedResult).reason.message).toMatch(reason);
    expect(good).toMatchObject({ status: 'fulfilled', value: { width: 64, height: 32, boxes: [{ x: 20, y: 8 }] } });
    await detector.close();
  });

  const kinds: [string, (picture: Sharp) => Sharp][] = [
    ['JPEG', (p) => p.jpeg()],
    ['progressive JPEG', (p) => p.jpeg({ progressive: true })],
    ['grey JPEG', (p) => p.greyscale().jpeg()],
    ['CMYK JPEG', (p) => p.toColourspace('cmyk').jpeg()],
    ['PNG', (p) => p.png()],
    ['PNG with transparency', (p) => p.ensureAlpha(0.5).png()],
    ['PNG of 16 bits', (p) => p.toColourspace('rgb16').png()],
    ['WebP', (p) => p.webp()],
    ['GIF', (p) => p.gif()],
  ];
  it.each(kinds)('%s becomes three bytes per pixel', async (_, make) => {
    const picture = await make(noisy(130, 65)).toBuffer();
    const scaled = await scalePicture(picture, place, DEFAULT_LIMITS);
    expect([scaled.width, scaled.height, scaled.pixels.length]).toEqual([130, 65, 64 * 32 * 3]);
  });

  it('pixels without a file are taken as they are', async () => {
    const data = new Uint8Array(64 * 32 * 3).map((_, i) => i % 251);
    const { pixels } = await scalePicture({ data, width: 64, height: 32 }, place, DEFAULT_LIMITS);
    expect(Buffer.compare(pixels, data)).toBe(0);
  });

  it('formats are told by their first bytes', async () => {
    for (const format of ['jpeg', 'png', 'gif', 'webp'] as const)
      expect(formatOf(await noisy(20, 20).toFormat(format).toBuffer())).toBe(format);
    expect(formatOf(Buffer.from('RIFF....WAVE'))).toBeUndefined();
  });

  it.each([
    ['plain', {}],
    ['progressive', { progressive: true }],
    ['with restart markers and other tables', { mozjpeg: true }],
  ])('the size of a %s JPEG stands in its header', async (_, options) => {
    const picture = await noisy(321, 123).withMetadata().jpeg(options).toBuffer();
    expect(jpegSize(picture)).toEqual({ width: 321, height: 123 });
    // A header that is cut off anywhere has no size, and nothing is read beyond it.
    for (let length = 0; length < 30; length += 1) expect(jpegSize(picture.subarray(0, length))).toBeUndefined();
  });
});

describe('the input of a model', () => {
  const pixels = Uint8Array.from([10, 20, 30, 40, 50, 60]); // two pixels side by side
  const box = letterbox('centre', 64, 32, 64, 32);
  const two = { ...box, left: 1, top: 1, width: 2, height: 1 };
  const input = (change: object) => ({ ...manifestOf().input, width: 4, height: 3, fill: 100, ...change });

  it('is planes of scaled numbers in the order of the model', () => {
    const tensor = new InputTensor(
      input({ type: 'float32', layout: 'nchw', channels: 'bgr', scale: 0.5, mean: [1, 2, 3], std: [1, 2, 4] }),
    );
    tensor.write(pixels, two);
    const fill = [49, 24, 11.75];
    const expected = [2, 1, 0].flatMap((from, channel) => {
      const plane = new Array<number>(12).fill(fill[channel] as number);
      for (const pixel of [0, 1])
        plane[4 + 1 + pixel] = ((pixels[pixel * 3 + from] as number) * 0.5 - [1, 2, 3][channel]!) / [1, 2, 4][channel]!;
      return plane;
    });
    expect(tensor.tensor.dims).toEqual([1, 3, 3, 4]);
    expect([...(tensor.tensor.data as Float32Array)]).toEqual(expected);
  });

  it.each([
    ['rgb', [10, 20, 30, 40, 50, 60]],
    ['bgr', [30, 20, 10, 60, 50, 40]],
  ])('is the bytes themselves for a model that scales by itself (%s)', (channels, expected) => {
    const tensor = new InputTensor(input({ channels }));
    tensor.write(pixels, two);
    const bytes = [...(tensor.tensor.data as Uint8Array)];
    expect(tensor.tensor.dims).toEqual([1, 3, 4, 3]);
    expect(bytes.slice(15, 21)).toEqual(expected);
    expect(bytes.filter((_, i) => i < 15 || i >= 21)).toEqual(new Array(30).fill(100));
  });

  it('holds nothing of a picture of other proportions that came before', () => {
    const tensor = new InputTensor(input({}));
    tensor.write(new Uint8Array(36).fill(7), { ...two, left: 0, top: 0, width: 4, height: 3 });
    tensor.write(pixels, two);
    expect([...(tensor.tensor.data as Uint8Array)]).not.toContain(7);
  });
});
