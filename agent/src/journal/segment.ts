import { HEADER_BYTES, bodyAt, parseBody, recordsBehind, type JournalEntry } from './record.js';

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

/** Walks the records of a segment; `take` returns false for an entry out of order, which ends the walk as broken. */
export function scanSegment(file: Buffer, name: string, take: (entry: JournalEntry) => boolean): Scan {
  const firstSeq = segmentStart(name) ?? 0;
  if (file.length < FIRST_RECORD) return { end: 0, tail: 'torn' };
  const header = file.subarray(0, FIRST_RECORD);
  if (!header.equals(segmentHeader(firstSeq))) return { end: 0, tail: isZero(file) ? 'torn' : 'broken' };
  let at = FIRST_RECORD;
  while (at < file.length) {
    const body = bodyAt(file, at);
    if (!body) return { end: at, tail: tailAt(file, at) };
    if (!take(parseBody(body))) return { end: at, tail: 'broken' };
    at += HEADER_BYTES + body.length;
  }
  return { end: at, tail: 'clean' };
}

/**
 * The file is made of zeros ahead, so a record that a crash cut short is short, or has zeros in it; nobody was told that it
 * is durable. A record that is all there but fails its checksum was damaged later. So was one that has records of a later group
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
  // JSON holds no zero byte.
  return file.subarray(at + HEADER_BYTES, end > file.length ? next : end).includes(0) ? 'torn' : 'broken';
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
