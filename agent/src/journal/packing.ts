import { deflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib';
import { promisify } from 'node:util';
import { parseBody, recordOf, type JournalEntry } from './record.js';

/**
 * A body that holds several: mark (1 byte), whether it was packed with what stands before it in mind (1), how many bodies (2), sequence
 * of the first (6), newest arrival (6, epoch ms), the bodies as lines (raw deflate), mark. Little endian. JSON begins otherwise.
 */
const MARK = 0x50; // "P"
const HEAD_BYTES = 16;
const MARKED = Buffer.of(MARK);
/** The most that six bytes hold: no arrival is later, whatever a clock says. */
const LATEST = 2 ** 48 - 1;
const MOST_BODIES = 0xffff;
/** So much of the text before is what a small group is packed with: events of neighbouring seconds are much alike. */
const CONTEXT_BYTES = 4 << 10;
/** Groups above this come from a shop under load, whose time is worth more than the room: they are packed when their file is closed. */
const SMALL_GROUP_BYTES = 8 << 10;
/** Of a closed file's blocks: larger ones are packed a little better, and keep whoever packs them from everything else for longer. */
const BLOCK_BYTES = 32 << 10;
const LINE = Buffer.from('\n');

const pack = promisify(deflateRaw);
const SMALL = { windowBits: 13, memLevel: 6, chunkSize: 4 << 10 };

/** What is known of a body without unpacking it. */
export interface Packed {
  count: number;
  firstSeq: number;
  newestTs: number;
}

export function packedAs(body: Buffer): Packed | undefined {
  if (body[0] !== MARK || body.length < HEAD_BYTES + 1) return undefined;
  return { count: body.readUInt16LE(2), firstSeq: body.readUIntLE(4, 6), newestTs: body.readUIntLE(10, 6) };
}

function packedRecord({ count, firstSeq, newestTs }: Packed, inContext: boolean, data: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = MARK;
  head[1] = inContext ? 1 : 0;
  head.writeUInt16LE(count, 2);
  head.writeUIntLE(firstSeq, 4, 6);
  head.writeUIntLE(Number.isFinite(newestTs) ? Math.min(Math.max(0, Math.floor(newestTs)), LATEST) : 0, 10, 6);
  // A byte at the end that is not zero: what is zero there was never written.
  return recordOf(head, data, MARKED);
}

/** Packs small groups as they are written, one file after the other. */
export class GroupPacker {
  #context: Buffer | undefined;

  /** Another file begins, or what stands in this one is not known. */
  reset(): void {
    this.#context = undefined;
  }

  /** The group as one record, or undefined where it is better left as it is. */
  pack(bodies: Iterable<Buffer>, bytes: number, group: Packed): Buffer | undefined {
    if (bytes > SMALL_GROUP_BYTES || group.count > MOST_BODIES) return undefined;
    const text = Buffer.concat([...bodies].flatMap((body, index) => (index === 0 ? [body] : [LINE, body])));
    const context = this.#context;
    const data = deflateRawSync(text, { ...SMALL, ...(context && { dictionary: context }) });
    this.#context = contextBehind(context, text);
    return packedRecord(group, context !== undefined, data);
  }
}

const contextBehind = (context: Buffer | undefined, text: Buffer): Buffer =>
  Buffer.concat(context ? [context, text] : [text]).subarray(-CONTEXT_BYTES);

/** Reads the bodies of one file, in its order. */
export class Unpacker {
  #context: Buffer | undefined;

  /** @throws Error when what was packed cannot be unpacked */
  lines(body: Buffer): Buffer[] {
    if (body[0] !== MARK) return [body];
    const inContext = body[1] === 1;
    if (inContext && !this.#context) throw new Error('packed with what is not there');
    const dictionary = inContext ? this.#context : undefined;
    const data = body.subarray(HEAD_BYTES, -1);
    const text = inflateRawSync(data, dictionary ? { dictionary, chunkSize: SMALL.chunkSize } : {});
    this.#context = contextBehind(dictionary, text);
    const lines: Buffer[] = [];
    for (let from = 0; ;) {
      const end = text.indexOf(0x0a, from);
      lines.push(text.subarray(from, end < 0 ? text.length : end));
      if (end < 0) return lines;
      from = end + 1;
    }
  }

  entries(body: Buffer): JournalEntry[] {
    return this.lines(body).map(parseBody);
  }
}

/** Puts bodies together into blocks, each a record. */
export class BlockPacker {
  readonly records: Buffer[] = [];
  #bodies: Buffer[] = [];
  #bytes = 0;
  #firstSeq = 0;

  constructor(private readonly newestTs: number) {}

  /** Whether a block was full with it, once that is packed: in the thread pool. */
  add(body: Buffer, seq: number): Promise<boolean> | false {
    if (this.#bodies.length === 0) this.#firstSeq = seq;
    this.#bodies.push(body);
    this.#bytes += body.length;
    const isFull = this.#bytes >= BLOCK_BYTES || this.#bodies.length === MOST_BODIES;
    return isFull && this.end();
  }

  async end(): Promise<true> {
    if (this.#bodies.length === 0) return true;
    const of = { count: this.#bodies.length, firstSeq: this.#firstSeq, newestTs: this.newestTs };
    const text = Buffer.concat(this.#bodies.flatMap((body, index) => (index === 0 ? [body] : [LINE, body])));
    this.#bodies = [];
    this.#bytes = 0;
    this.records.push(packedRecord(of, false, await pack(text)));
    return true;
  }
}
