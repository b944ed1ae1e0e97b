import { arrivalOf, HEADER_BYTES, bodyAt, recordsBehind, type JournalEntry } from './record.js';
import { BlockPacker, packedAs, Unpacker, type Packed } from './packing.js';

/** A segment: 16 bytes of header (mark, format 1, first sequence), then records. Named by its first sequence. */
const SEGMENT_MARK = Buffer.from('AISLEJ1\n', 'latin1');
export const FIRST_RECORD = 16;

export const segmentName = (firstSeq: number): string => `${String(firstSeq).padStart(16, '0')}.log`;
export const segmentStart = (name: string): number | undefined =>
  /^\d{16}\.log$/.test(name) ? Number(name.slice(0, 16)) : undefined;

export function segmentHeader(firstSeq: number): Buffer {
  const header = Buffer.alloc(FIRST_RECORD);
  SEGMENT_MARK.copy(header);
  header.writeBigUInt64LE(BigInt(firstSeq), 8);
  return header;
}

export interface Scan {
  /** offset behind the last true record */
  end: number;
  /**
   * What lies behind `end`. `clean`: nothing, or zeros made ahead. `torn`: an append that a crash cut short. `broken`: damage,
   * acknowledged events may be gone.
   */
  tail: 'clean' | 'torn' | 'broken';
}

/** Walks the entries of a segment; `take` returns false for an entry out of order, which ends the walk as broken. */
export function scanSegment(file: Buffer, name: string, take: (entry: JournalEntry) => boolean): Scan {
  const unpacker = new Unpacker();
  return walk(file, name, (body) => unpacker.entries(body).every(take));
}

/** The same without unpacking anything: `take` hears how many entries a record holds, from which sequence on, and how new they are. */
export function surveySegment(file: Buffer, name: string, take: (record: Packed) => boolean): Scan {
  const plain = new Unpacker();
  return walk(file, name, (body) => {
    const packed = packedAs(body);
    if (packed) return take(packed);
    return plain.entries(body).every(({ seq, event }) => take({ count: 1, firstSeq: seq, newestTs: arrivalOf(event) }));
  });
}

/**
 * A closed segment with everything packed in blocks: a fifth of the room, and quick to read again. Undefined where that would gain
 * nothing, where it is not whole, or when it was broken off.
 * @param newestTs of all its entries
 * @param rest called between two blocks; false breaks it off
 */
export async function packedSegment(
  file: Buffer,
  name: string,
  newestTs: number,
  rest: () => Promise<boolean>,
): Promise<Buffer | undefined> {
  const firstSeq = segmentStart(name) ?? 0;
  const unpacker = new Unpacker();
  const blocks = new BlockPacker(newestTs);
  let seq = firstSeq;
  let at = FIRST_RECORD;
  for (let body; (body = bodyAt(file, at)); at += HEADER_BYTES + body.length) {
    for (const line of unpacker.lines(body)) {
      if ((await blocks.add(line, seq)) && !(await rest())) return undefined;
      seq += 1;
    }
  }
  if (!isZero(file.subarray(at))) return undefined;
  await blocks.end();
  const bytes = Buffer.concat([segmentHeader(firstSeq), ...blocks.records]);
  return bytes.length < at * WORTH_IT ? bytes : undefined;
}
const WORTH_IT = 0.9;

function walk(file: Buffer, name: string, take: (body: Buffer) => boolean): Scan {
  const firstSeq = segmentStart(name) ?? 0;
  if (file.length < FIRST_RECORD) return { end: 0, tail: 'torn' };
  const header = file.subarray(0, FIRST_RECORD);
  if (!header.equals(segmentHeader(firstSeq))) return { end: 0, tail: isZero(file) ? 'torn' : 'broken' };
  let at = FIRST_RECORD;
  while (at < file.length) {
    const body = bodyAt(file, at);
    if (!body) return { end: at, tail: tailAt(file, at) };
    if (!take(body)) return { end: at, tail: 'broken' };
    at += HEADER_BYTES + body.length;
  }
  return { end: at, tail: 'clean' };
}

/**
 * The file is made of zeros ahead, so a record that a crash cut short is short, or a sector of it is all zeros (JSON has none at all, and
 * what is packed ends with none); nobody was told that it is durable. A record that is all there but fails its checksum was damaged later. So was one that has records of a later group
 * behind it: that group was only written once this one was on the disk.
 */
function tailAt(file: Buffer, at: number): Scan['tail'] {
  if (isZero(file.subarray(at))) return 'clean';
  let next: number | undefined;
  for (const behind of recordsBehind(file, at)) {
    if (behind.groupStart > at) return 'broken';
    next ??= behind.offset;
  }
  const header = file.subarray(at, at + HEADER_BYTES);
  if (header.length < HEADER_BYTES || isZero(header.subarray(0, 2))) return 'torn';
  const end = at + HEADER_BYTES + header.readUInt32LE(2);
  if (end > file.length && next === undefined) return 'torn';
  const to = Math.min(end > file.length ? (next ?? file.length) : end, file.length);
  if (hasBlankSector(file, at, Math.max(to, at + HEADER_BYTES))) return 'torn';
  return file[at + HEADER_BYTES] === JSON_BEGINS && file.subarray(at + HEADER_BYTES, to).includes(0)
    ? 'torn'
    : 'broken';
}
const JSON_BEGINS = 0x5b; // "["
const SECTOR_BYTES = 512;

function hasBlankSector(file: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to;) {
    const end = Math.min(to, at - (at % SECTOR_BYTES) + SECTOR_BYTES);
    if (isZero(file.subarray(at, end))) return true;
    at = end;
  }
  return false;
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
