import { open, type FileHandle } from 'node:fs/promises';
import type { MediaType } from '@aisle/contracts';

/** What a file says of itself by the lengths of its parts, with nothing decoded. */
export interface Parts {
  /** it ends where its last part does; what reads it may be content with less, and would show half of it */
  isWhole: boolean;
  /** pictures of a moving one, as many as a browser would go through; 1: it stands still, null: not told by its parts */
  frames: number | null;
  /** what a browser makes room for, where that is not what its first picture takes */
  canvas?: { width: number; height: number };
}

/** How much of a file is held at a time, bytes. */
const WINDOW = 1 << 18;

/** Goes through the parts of a picture or a video. A few bytes of each are read, so a large file takes no time. @param mostFrames where there are more, it looks no further */
export async function partsOf(file: string, type: MediaType, mostFrames: number): Promise<Parts> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const cursor = new Cursor(handle, size);
    switch (type) {
      case 'image/gif':
        return await gif(cursor, mostFrames);
      case 'image/png':
        return await png(cursor);
      case 'image/webp':
        return await webp(cursor);
      case 'image/avif':
      case 'video/mp4':
        return { isWhole: (await boxesEnd(cursor)) <= size, frames: null };
      case 'video/webm':
        return { isWhole: (await segmentEnd(cursor)) <= size, frames: null };
      case 'image/jpeg':
        return { isWhole: true, frames: 1 };
    }
  } finally {
    await handle.close();
  }
}

class Cursor {
  #window = Buffer.alloc(0);
  #from = 0;

  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  /** @returns fewer than `length` bytes at the end of the file */
  async read(at: number, length: number): Promise<Buffer> {
    const isHeld = at >= this.#from && at + length <= this.#from + this.#window.length;
    if (!isHeld) {
      const { buffer, bytesRead } = await this.handle.read(Buffer.alloc(WINDOW), 0, WINDOW, at);
      this.#window = buffer.subarray(0, bytesRead);
      this.#from = at;
    }
    return this.#window.subarray(at - this.#from, at - this.#from + length);
  }
}

/** Graphics Interchange Format 89a: blocks up to the trailer. */
async function gif(cursor: Cursor, mostFrames: number): Promise<Parts> {
  const screen = await cursor.read(6, 7);
  if (screen.length < 7) return { isWhole: false, frames: 0 };
  const canvas = { width: screen.readUInt16LE(0), height: screen.readUInt16LE(2) };
  const tableOf = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  let at = 13 + tableOf(screen[4] as number);
  let frames = 0;
  for (;;) {
    const [kind, ...rest] = await cursor.read(at, 10);
    if (kind === 0x3b) return { isWhole: true, frames, canvas };
    else if (kind === 0x2c && rest.length === 9) {
      frames += 1;
      if (frames > mostFrames) return { isWhole: true, frames, canvas };
      const [width, height] = [rest[4]! | (rest[5]! << 8), rest[6]! | (rest[7]! << 8)];
      canvas.width = Math.max(canvas.width, width);
      canvas.height = Math.max(canvas.height, height);
      at += 11 + tableOf(rest[8] as number);
    } else if (kind === 0x21) at += 2;
    else if (kind === 0) {
      // some encoders end a block twice
      at += 1;
      continue;
    } else return { isWhole: false, frames, canvas };
    for (;;) {
      const [length] = await cursor.read(at, 1);
      if (length === undefined) return { isWhole: false, frames, canvas };
      at += 1 + length;
      if (length === 0) break;
    }
  }
}

/** PNG, third edition (W3C 2025): chunks up to IEND; acTL says how many pictures a moving one has. */
async function png(cursor: Cursor): Promise<Parts> {
  let frames = 1;
  for (let at = 8; ;) {
    const head = await cursor.read(at, 12);
    if (head.length < 12) return { isWhole: false, frames };
    const kind = head.toString('latin1', 4, 8);
    if (kind === 'acTL') frames = Math.max(frames, head.readUInt32BE(8));
    at += 12 + head.readUInt32BE(0);
    if (kind === 'IEND') return { isWhole: at <= cursor.size, frames };
  }
}

/** WebP (RFC 9649): RIFF chunks, each of an even number of bytes; ANMF is a picture of a moving one. */
async function webp(cursor: Cursor): Promise<Parts> {
  const end = 8 + ((await cursor.read(4, 4)).readUInt32LE(0) ?? 0);
  let frames = 0;
  for (let at = 12; at + 8 <= end;) {
    const head = await cursor.read(at, 8);
    if (head.length < 8) return { isWhole: false, frames: Math.max(1, frames) };
    if (head.toString('latin1', 0, 4) === 'ANMF') frames += 1;
    const length = head.readUInt32LE(4);
    at += 8 + length + (length % 2);
  }
  return { isWhole: end <= cursor.size, frames: Math.max(1, frames) };
}

/** ISO/IEC 14496-12, 4.2. @returns where the last box that begins in the file ends; beyond every file where that makes no sense */
async function boxesEnd(cursor: Cursor): Promise<number> {
  let at = 0;
  while (at + 8 <= cursor.size) {
    const head = await cursor.read(at, 16);
    const short = head.readUInt32BE(0);
    // 0: up to the end of the file
    if (short === 0) return cursor.size;
    const length = short === 1 ? (head.length < 16 ? Infinity : Number(head.readBigUInt64BE(8))) : short;
    if (length < 8) return Infinity;
    at += length;
  }
  return at;
}

const SEGMENT = 0x18538067;

/** Matroska (RFC 9559): a header, and one segment that says how long it is. */
async function segmentEnd(cursor: Cursor): Promise<number> {
  const opening = await lengthAt(cursor, 4);
  if (opening === undefined) return Infinity;
  const at = opening.from + opening.length;
  const id = await cursor.read(at, 4);
  if (id.length < 4 || id.readUInt32BE(0) !== SEGMENT) return Infinity;
  const segment = await lengthAt(cursor, at + 4);
  if (segment === undefined) return Infinity;
  // a live recording does not know its length
  return segment.length === Infinity ? cursor.size : segment.from + segment.length;
}

/** A length as EBML writes it: as many bytes as its first has leading zero bits, and one (RFC 8794, 4). */
async function lengthAt(cursor: Cursor, at: number): Promise<{ from: number; length: number } | undefined> {
  const head = await cursor.read(at, 8);
  const bytes = Math.clz32(head[0] ?? 0) - 23;
  if (bytes > 8 || bytes > head.length) return undefined;
  const most = (1 << (8 - bytes)) - 1;
  let length = (head[0] as number) & most;
  let isUnknown = length === most;
  for (const byte of head.subarray(1, bytes)) {
    length = length * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { from: at + bytes, length: isUnknown ? Infinity : length };
}
