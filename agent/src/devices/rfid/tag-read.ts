import { readJsonItems, type JsonItems } from '../wire/json.js';
import type { Refusal } from '../refusal.js';
import { malformed, reading, type Reading } from '../wire/reading.js';

/** One sighting of one tag by one antenna, whoever made the reader. */
export interface TagRead {
  /** when the tag was seen, epoch ms by the reader's clock */
  ts: number;
  /** EPC memory, upper-case hex of whole bytes: see decodeEpc() */
  epc: string;
  /** port of the reader, from 1; null where the reader is set not to say */
  antenna: number | null;
  /** hundredths of dBm; null where the reader is set not to say */
  rssiCdbm: number | null;
}

/** What one message of a reader holds. */
export interface TagReads {
  /** the newest time in the message, epoch ms: what it counts as in the order of the reader's messages; 0: it says nothing of tags */
  ts: number;
  reads: TagRead[];
  /** kinds of messages beside reads that came along, such as `inventoryStatus`: known, and of no consequence here */
  others: string[];
  /** parts that could not be read: each costs only itself */
  refused: Refusal[];
}

/** Most sightings that one message may hold. */
export const MOST_READS = 5000;

/** Decoders of readers: bytes → sightings. The topic is the caller's business: it says which device spoke. */
export type TagReadDecoder = (topic: string, bytes: Uint8Array) => Reading<TagReads>;

/** The events of a reader's message: see readJsonItems. */
export function readEvents(bytes: Uint8Array): Reading<JsonItems> {
  const read = readJsonItems(bytes);
  if (!read.ok) return read;
  const { length } = read.value.items;
  if (length === 0) return malformed('', 'noEvents');
  return length > MOST_READS ? malformed('', 'tooManyEvents', { most: MOST_READS }) : read;
}

/** Text as hex digits of 1 to 62 whole bytes, in capitals; undefined for anything else. */
export function epcText(hex: string): string | undefined {
  return hex.length >= 2 && hex.length <= 124 && hex.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(hex)
    ? hex.toUpperCase()
    : undefined;
}

export const badEpc = (field: string): Reading<never> => malformed(field, 'expected', { expected: 'epcMemoryHex' });

/**
 * Puts what one message says together; the newest time is the message's own. `listening`: when the reader said that it listens, else 0. A
 * message that is one broken part is refused for it.
 */
export function together(
  reads: TagRead[],
  others: Iterable<string>,
  listening: number,
  refused: Refusal[],
): Reading<TagReads> {
  let ts = listening;
  for (const read of reads) ts = Math.max(ts, read.ts);
  const told = { ts, reads, others: [...others], refused };
  const [only] = refused;
  return only && refused.length === 1 && reads.length + told.others.length === 0 ? only : reading(told);
}

/** Words for kinds of messages beside reads, a bounded number of them. */
export function addOther(others: Set<string>, name: string): void {
  if (others.size < 16) others.add(name.slice(0, 64));
}

const QUOTED = /^[+-]?\d{1,9}(?:\.\d{1,6})?$/;

/** The same fields with numbers that some gateways put in quotes bare again; anything that is no object stays what it is. */
export function unquoted(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = { ...(value as Readonly<Record<string, unknown>>) };
  for (const name of names) {
    const text = fields[name];
    if (typeof text === 'string' && QUOTED.test(text.trim())) fields[name] = Number(text);
    // Said to be nothing: the reader is set not to say.
    else if (text === null || text === '') delete fields[name];
  }
  return fields;
}
