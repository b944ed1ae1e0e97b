import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { JpegSplitter } from '../../src/adapters/frames/jpeg-splitter.js';
import { picture } from './support.js';

function split(bytes: Buffer, chunk: number, maxBytes?: number) {
  const found: Buffer[] = [];
  const splitter = new JpegSplitter((jpeg) => found.push(jpeg), maxBytes);
  for (let at = 0; at < bytes.length; at += chunk) splitter.push(bytes.subarray(at, at + chunk));
  return { found, splitter };
}

describe('the JPEG splitter', () => {
  it.each([1, 2, 3, 7, 100, 4096, 1 << 20])('finds the same pictures in chunks of %i bytes', async (chunk) => {
    const pictures = [await picture(1), await picture(2), await picture(3, 200, 100)];
    const { found, splitter } = split(Buffer.concat(pictures), chunk);
    expect(found).toEqual(pictures);
    expect(splitter.skipped).toBe(0);
  });

  it.each([1, 5, 4096])('reads progressive pictures, and restart markers, in chunks of %i', async (chunk) => {
    const raw = sharp(await picture(4, 300, 200));
    const progressive = await raw.clone().jpeg({ progressive: true }).toBuffer();
    const { found } = split(Buffer.concat([progressive, progressive]), chunk);
    expect(found).toEqual([progressive, progressive]);
  });

  it('does not take the end of a thumbnail for the end of the picture', async () => {
    const whole = await picture(1);
    const thumbnail = await picture(2, 16, 16);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), thumbnail]);
    segment.writeUInt16BE(thumbnail.length + 2, 2);
    const withThumbnail = Buffer.concat([whole.subarray(0, 2), segment, whole.subarray(2)]);
    expect(split(Buffer.concat([withThumbnail, whole]), 50).found).toEqual([withThumbnail, whole]);
  });

  it('passes over garbage between pictures', async () => {
    const one = await picture(1);
    const garbage = Buffer.from('--frame\r\nContent-Type: image/jpeg\xff\r\n\r\n', 'latin1');
    const { found, splitter } = split(Buffer.concat([garbage, one, garbage, one]), 10);
    expect(found).toEqual([one, one]);
    expect(splitter.skipped).toBe(garbage.length * 2);
  });

  it('gives up a picture beyond the bound and finds the next', async () => {
    const endless = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2]), Buffer.alloc(5000, 0x11)]);
    const one = await picture(1, 16, 16);
    const { found, splitter } = split(Buffer.concat([endless, one]), 500, 2000);
    expect(splitter.tooLarge).toBeGreaterThan(0);
    expect(found).toEqual([one]);
  });

  it('begins anew when a picture was cut off in the middle', async () => {
    const one = await picture(1);
    const { found } = split(Buffer.concat([one.subarray(0, 300), one, one]), 64);
    expect(found.at(-1)).toEqual(one);
  });
});
