import { HEADER_BYTES, bodyAt, parseBody, recordBehind, type JournalEntry } from './record.js';

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
  /** the file ends there */
  whole: boolean;
  /** what follows `end` is an append that a crash cut short: nothing true lies behind it */
  torn: boolean;
}

/** Walks the records of a segment; `take` returns false for an entry out of order, which ends the walk as broken. */
export function scanSegment(file: Buffer, name: string, take: (entry: JournalEntry) => boolean): Scan {
  const firstSeq = segmentStart(name) ?? 0;
  if (file.length < FIRST_RECORD) return { end: 0, whole: false, torn: true };
  if (!file.subarray(0, FIRST_RECORD).equals(segmentHeader(firstSeq))) return { end: 0, whole: false, torn: false };
  let at = FIRST_RECORD;
  while (at < file.length) {
    const body = bodyAt(file, at);
    if (!body) return { end: at, whole: false, torn: isTorn(file, at) };
    if (!take(parseBody(body))) return { end: at, whole: false, torn: false };
    at += HEADER_BYTES + body.length;
  }
  return { end: at, whole: true, torn: false };
}

/**
 * A crash leaves a record short, a power cut leaves zeros where pages were never written; nobody was told that those were
 * durable. A record that is all there but fails its checksum was damaged later, and so was one with true records behind.
 */
function isTorn(file: Buffer, at: number): boolean {
  const header = file.subarray(at, at + HEADER_BYTES);
  if (header.every((byte) => byte === 0)) return true;
  if (recordBehind(file, at)) return false;
  if (header.length < HEADER_BYTES) return true;
  const end = at + HEADER_BYTES + header.readUInt32LE(2);
  // JSON holds no zero byte.
  return end > file.length || file.subarray(at + HEADER_BYTES, end).includes(0);
}
