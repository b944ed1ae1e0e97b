import { readJsonItems } from '../wire/json.js';
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
}

/** Most sightings that one message may hold. */
export const MOST_READS = 5000;

/** Decoders of readers: bytes → sightings. The topic is the caller's business: it says which device spoke. */
export type TagReadDecoder = (topic: string, bytes: Uint8Array) => Reading<TagReads>;

/** The events of a reader's message (one, an array, or one a line), each with what its fields are named behind: `[3]`, empty for a single one. */
export function readEvents(bytes: Uint8Array): Reading<{ item: unknown; where: string }[]> {
  const items = readJsonItems(bytes);
  if (!items.ok) return items;
  const { length } = items.value;
  if (length === 0) return malformed('', 'expected at least one event');
  if (length > MOST_READS) return malformed('', `expected at most ${MOST_READS} events`);
  return reading(items.value.map((item, index) => ({ item, where: length === 1 ? '' : `[${index}]` })));
}

/** Text as hex digits of 1 to 62 whole bytes, in capitals; undefined for anything else. */
export function epcText(hex: string): string | undefined {
  return hex.length >= 2 && hex.length <= 124 && hex.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(hex)
    ? hex.toUpperCase()
    : undefined;
}

export const badEpc = (field: string): Reading<never> =>
  malformed(field, 'expected the EPC memory as hex digits of 1 to 62 whole bytes');

/** Puts sightings into one message; the newest time is the message's own. `listening`: when the reader said that it listens, else 0. */
export function together(reads: TagRead[], others: string[], listening = 0): TagReads {
  let ts = listening;
  for (const read of reads) ts = Math.max(ts, read.ts);
  return { ts, reads, others };
}
