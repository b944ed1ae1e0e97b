import type { Random } from '../random.js';

/** Shorter ones are overwritten from end to end: what is left of a number would be another number. */
const SHORT_BYTES = 32;
const MOST_OVERWRITTEN = 16;
/** Stands in no UTF-8 text. */
const NEVER_UTF8 = 0xff;

/**
 * A damaged copy of a message: cut off, or some bytes overwritten, of which one at least is no text. So nothing that arrives
 * damaged can be taken for something else that was meant. `whole`: what must not be cut, because its beginning would be read.
 */
export function garble(payload: string, random: Random, whole: boolean): Uint8Array {
  const bytes = Buffer.from(payload, 'utf8');
  const short = bytes.length < SHORT_BYTES;
  if (!short && !whole && random.chance(0.5)) return bytes.subarray(0, random.integer(1, bytes.length - 2));
  const count = short ? bytes.length : random.integer(4, MOST_OVERWRITTEN);
  const from = random.integer(0, bytes.length - count);
  for (let at = from; at < from + count; at += 1) bytes[at] = random.integer(0, 255);
  if (count > 0) bytes[from + random.integer(0, count - 1)] = NEVER_UTF8;
  return bytes;
}
