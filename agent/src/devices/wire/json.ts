import { isUtf8 } from 'node:buffer';
import type { Refusal } from '../refusal.js';
import { malformed, reading, type Reading } from './reading.js';

/** Largest message of any dialect, in bytes. Raising it lets longer batches in and lets one sender block the agent longer. */
export const MAX_MESSAGE_BYTES = 1 << 20;

/** Bytes → text: UTF-8 without a byte order mark, of a size that is still read at once. */
export function readText(bytes: Uint8Array, limit = MAX_MESSAGE_BYTES): Reading<string> {
  if (bytes.length > limit) return malformed('', 'largerThan', { bytes: limit });
  if (!isUtf8(bytes)) return malformed('', 'notUtf8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return reading(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

/** Bytes → one JSON value. */
export function readJson(bytes: Uint8Array): Reading<unknown> {
  const text = readText(bytes);
  return text.ok ? parse(text.value) : text;
}

/** JSON objects of one message, and what of it is none. */
export interface JsonItems {
  items: { item: unknown; where: string }[];
  refused: Refusal[];
}

/**
 * Bytes → JSON objects: one, an array of them, one per line (NDJSON), or several behind each other, which is how readers send batches. A broken
 * line costs itself alone. `where`: what an object's fields are named behind, such as `[3]`; empty for a single one.
 */
export function readJsonItems(bytes: Uint8Array): Reading<JsonItems> {
  const text = readText(bytes);
  if (!text.ok) return text;
  const whole = parse(text.value);
  if (whole.ok) return reading(numbered(Array.isArray(whole.value) ? (whole.value as unknown[]) : [whole.value]));
  const items: unknown[] = [];
  const refused: Refusal[] = [];
  for (const [index, line] of text.value.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const found = objectsIn(line);
    if (found) items.push(...found);
    else refused.push(malformed(`[${index}]`, 'lineNotJson', { line: index + 1 }));
  }
  // One object over several lines, or several of them.
  const spread = items.length === 0 || refused.length > 0 ? objectsIn(text.value) : undefined;
  if (spread) return reading(numbered(spread));
  return items.length > 0 ? reading({ ...numbered(items), refused }) : whole;
}

function numbered(values: readonly unknown[]): JsonItems {
  return {
    items: values.map((item, index) => ({ item, where: values.length === 1 ? '' : `[${index}]` })),
    refused: [],
  };
}

/** Values behind each other, with or without commas between them; undefined where one is broken. */
function objectsIn(text: string): unknown[] | undefined {
  const values: unknown[] = [];
  let from = -1;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string;
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') {
      if (depth === 0) from = at;
      depth += 1;
    } else if (sign === '}' || sign === ']') {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth > 0) continue;
      const value = parse(text.slice(from, at + 1));
      if (!value.ok) return undefined;
      values.push(...(Array.isArray(value.value) ? (value.value as unknown[]) : [value.value]));
    } else if (depth === 0 && !/[\s,]/.test(sign)) return undefined;
    if (quoted && depth === 0) return undefined;
  }
  return depth === 0 && values.length > 0 ? values : undefined;
}

function parse(text: string): Reading<unknown> {
  try {
    return reading(JSON.parse(text) as unknown);
  } catch {
    return malformed('', 'notJson');
  }
}
