import { crc32 } from 'node:zlib';
import type { DomainEvent } from '@aisle/contracts';

/**
 * One record of the journal: mark (2 bytes), length of the body (4), CRC-32 (4) of all that follows, how far behind the start of
 * its group it lies (4), body. The body is JSON, `[seq, inboxSeq or 0, event]`, or several of those packed (packing.ts). Little endian.
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
    writeHeader(this.#buffer, this.#length, size, this.#length);
    this.#length = start + size;
  }
  /** The bodies that were added, in order. */
  *bodies(): Generator<Buffer> {
    for (let at = 0; at < this.#length;) {
      const start = at + HEADER_BYTES;
      at = start + this.#buffer.readUInt32LE(at + 2);
      yield this.#buffer.subarray(start, at);
    }
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

/** Writes the header of the record at `at`, whose body stands behind it already. */
function writeHeader(buffer: Buffer, at: number, bodyBytes: number, groupOffset: number): void {
  buffer.writeUInt16LE(MARK, at);
  buffer.writeUInt32LE(bodyBytes, at + 2);
  buffer.writeUInt32LE(groupOffset, at + CHECKED_FROM);
  buffer.writeUInt32LE(crc32(buffer.subarray(at + CHECKED_FROM, at + HEADER_BYTES + bodyBytes)), at + 6);
}

/** A record that is a group of its own. */
export function recordOf(...body: readonly Uint8Array[]): Buffer {
  const record = Buffer.concat([Buffer.alloc(HEADER_BYTES), ...body]);
  writeHeader(record, 0, record.length - HEADER_BYTES, 0);
  return record;
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

/** When an event came in, epoch ms. */
export const arrivalOf = (event: DomainEvent): number => ('receivedTs' in event ? event.receivedTs : event.ts);

export function parseBody(body: Buffer): JournalEntry {
  const [seq, inboxSeq, event] = JSON.parse(body.toString('utf8')) as [number, number, DomainEvent];
  return { seq, inboxSeq, event };
}
