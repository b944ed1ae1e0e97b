import { isUtf8 } from 'node:buffer';
import { malformed, reading, type Reading } from './reading.js';

/** Largest message of any dialect, in bytes. Raising it lets longer batches in and lets one sender block the agent longer. */
export const MAX_MESSAGE_BYTES = 1 << 20;

/** Bytes → text: UTF-8 without a byte order mark, of a size that is still read at once. */
export function readText(bytes: Uint8Array, limit = MAX_MESSAGE_BYTES): Reading<string> {
  if (bytes.length > limit) return malformed('', `is larger than ${limit} bytes`);
  if (!isUtf8(bytes)) return malformed('', 'is not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return reading(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

/** Bytes → one JSON value. */
export function readJson(bytes: Uint8Array): Reading<unknown> {
  const text = readText(bytes);
  return text.ok ? parse(text.value) : text;
}

/**
 * Bytes → JSON objects: one object, an array of them, or one per line (NDJSON), which is how readers send batches.
 * A broken line refuses the whole message, since nothing tells where the damage ends.
 */
export function readJsonItems(bytes: Uint8Array): Reading<unknown[]> {
  const text = readText(bytes);
  if (!text.ok) return text;
  const whole = parse(text.value);
  if (whole.ok) return reading(Array.isArray(whole.value) ? (whole.value as unknown[]) : [whole.value]);
  const items: unknown[] = [];
  const lines = text.value.split(/\r?\n/);
  if (lines.length === 1) return whole;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const item = parse(line);
    if (!item.ok) return malformed(`[${index}]`, `line ${index + 1} is not JSON`);
    items.push(item.value);
  }
  return items.length > 0 ? reading(items) : whole;
}

function parse(text: string): Reading<unknown> {
  try {
    return reading(JSON.parse(text) as unknown);
  } catch {
    return malformed('', 'is not JSON');
  }
}
