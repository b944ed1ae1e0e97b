import { crc32 } from 'node:zlib';
import type { DomainEvent } from '@aisle/contracts';

/**
 * One record of the journal: mark (2 bytes), length of the body (4), CRC-32 (4) of all that follows, how far behind the start of
 * its group it lies (4), body. The body is JSON: `[seq, inboxSeq or 0, event]`. Little endian.
 */
export const HEADER_BYTES = 14;
const CHECKED_FROM = 10;
const MARK = 0x5a4a; // "JZ"
/** Larger bodies are refused long before they come here. */
const MAX_BODY_BYTES = 8 << 20;

export interface JournalEntry {
  seq: number;
  event: DomainEvent;
  /** the inbox command that it came from, 0 for none */
  inboxSeq: number;
}

/** A growing buffer of records, used again for the next group. */
export class RecordBuffer {
  #buffer = Buffer.allocUnsafe(64 << 10);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
  add(entry: JournalEntry): void {
    const body = `[${entry.seq},${entry.inboxSeq},${JSON.stringify(entry.event)}]`;
    // Three bytes per UTF-16 unit is the most that UTF-8 needs.
    this.#reserve(HEADER_BYTES + body.length * 3);
    const start = this.#length + HEADER_BYTES;
    const size = this.#buffer.write(body, start, 'utf8');
    this.#buffer.writeUInt16LE(MARK, this.#length);
    this.#buffer.writeUInt32LE(size, this.#length + 2);
    this.#buffer.writeUInt32LE(this.#length, this.#length + CHECKED_FROM);
    this.#buffer.writeUInt32LE(
      crc32(this.#buffer.subarray(this.#length + CHECKED_FROM, start + size)),
      this.#length + 6,
    );
    this.#length = start + size;
  }
  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > 4 << 20) this.#buffer = Buffer.allocUnsafe(64 << 10);
  }
  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Body of the record at `offset`, or undefined where there is no whole, true record. */
export function bodyAt(file: Buffer, offset: number): Buffer | undefined {
  if (offset + HEADER_BYTES > file.length || file.readUInt16LE(offset) !== MARK) return undefined;
  const size = file.readUInt32LE(offset + 2);
  const start = offset + HEADER_BYTES;
  if (size > MAX_BODY_BYTES || start + size > file.length) return undefined;
  const checked = file.subarray(offset + CHECKED_FROM, start + size);
  return crc32(checked) === file.readUInt32LE(offset + 6) ? file.subarray(start, start + size) : undefined;
}

/** The whole records that start behind `offset`, and where the group of each begins. */
export function* recordsBehind(file: Buffer, offset: number): Generator<{ offset: number; groupStart: number }> {
  let at = offset + 1;
  while (at + HEADER_BYTES <= file.length) {
    const body = bodyAt(file, at);
    if (body) yield { offset: at, groupStart: at - file.readUInt32LE(at + CHECKED_FROM) };
    at += body ? HEADER_BYTES + body.length : 1;
  }
}

export function parseBody(body: Buffer): JournalEntry {
  const [seq, inboxSeq, event] = JSON.parse(body.toString('utf8')) as [number, number, DomainEvent];
  return { seq, inboxSeq, event };
}
