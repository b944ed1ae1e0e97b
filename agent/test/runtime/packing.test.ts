import { describe, expect, it } from 'vitest';
import { BlockPacker, GroupPacker, packedAs, Unpacker } from '../../src/journal/packing.js';
import { HEADER_BYTES } from '../../src/journal/record.js';

/** 22 November 2026: more than five bytes of milliseconds. */
const NOVEMBER = 1_795_305_600_123;
const bodyOf = (record: Buffer): Buffer => record.subarray(HEADER_BYTES);
const bodies = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));
/** What no packing makes smaller by much. */
const entry = (seq: number, bytes: number): Buffer => {
  const head = `[${seq},0,"`;
  return Buffer.from(`${head}${'x'.repeat(bytes - head.length - 2)}"]`);
};

describe('a small group', () => {
  it('says how many it holds, from where on, and its newest arrival to the millisecond, without being unpacked', () => {
    const packed = new GroupPacker().pack(bodies('[7,0,1]', '[8,0,2]'), 40, {
      count: 2,
      firstSeq: 2 ** 33,
      newestTs: NOVEMBER,
    });
    expect(packedAs(bodyOf(packed!))).toEqual({ count: 2, firstSeq: 2 ** 33, newestTs: NOVEMBER });
  });

  it.each([
    ['none', 0, 0],
    ['one before 1970', -5, 0],
    ['one that no clock shows', Number.NaN, 0],
    ['one beyond all clocks', 2 ** 50, 2 ** 48 - 1],
  ])('has for its newest arrival, where there is %s, what can be read again', (_, newestTs, read) => {
    const packed = new GroupPacker().pack(bodies('[7,0,1]'), 20, { count: 1, firstSeq: 7, newestTs });
    expect(packedAs(bodyOf(packed!))?.newestTs).toBe(read);
  });

  it.each([
    [8 << 10, 100, true],
    [(8 << 10) + 1, 100, false],
    [8 << 10, 0xffff, true],
    [8 << 10, 0x1_0000, false],
  ])('of %i bytes and %i entries is packed: %s; a larger one is left as it is', (bytes, count, isPacked) => {
    const packed = new GroupPacker().pack(bodies('[7,0,1]'), bytes, { count, firstSeq: 7, newestTs: NOVEMBER });
    expect(packed !== undefined).toBe(isPacked);
  });
});

describe('blocks of a closed file', () => {
  it('end with the body that fills 32 KiB, and the last with the file', async () => {
    const packer = new BlockPacker(NOVEMBER);
    const ended: number[] = [];
    for (let seq = 1; seq <= 9; seq += 1) if (await packer.add(entry(seq, 8 << 10), seq)) ended.push(seq);
    expect(ended).toEqual([4, 8]);
    await packer.end();
    const heads = packer.records.map((record) => packedAs(bodyOf(record)));
    expect(heads).toEqual(
      [
        [4, 1],
        [4, 5],
        [1, 9],
      ].map(([count, firstSeq]) => ({ count, firstSeq, newestTs: NOVEMBER })),
    );
    const unpacker = new Unpacker();
    const lines = packer.records.flatMap((record) => unpacker.lines(bodyOf(record)));
    expect(lines.map(String)).toEqual(Array.from({ length: 9 }, (_, at) => String(entry(at + 1, 8 << 10))));
  });

  it('hold no more bodies than their head can count', async () => {
    const packer = new BlockPacker(NOVEMBER);
    let full = 0;
    for (let seq = 1; seq < 0xffff; seq += 1) if (packer.add(Buffer.alloc(0), seq) !== false) full += 1;
    expect(full).toBe(0);
    expect(await packer.add(Buffer.alloc(0), 0xffff)).toBe(true);
    expect(packedAs(bodyOf(packer.records[0]!))?.count).toBe(0xffff);
  });
});
