import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The same numbers for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const bytes = (value: unknown): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

/** Pieces of text that parsers trip over. */
export const SPICY: readonly string[] = [
  'null',
  '-1',
  '1e999',
  '[]',
  '{}',
  '"',
  '""',
  '\u0000',
  'true',
  '9'.repeat(40),
  '\\ud800',
  '__proto__',
];

/** Random bytes, and good messages with bytes changed, cut, doubled or swapped for others. */
export function* mutations(seed: number, good: readonly Buffer[], count: number): Generator<Buffer> {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let round = 0; round < count; round++) {
    if (good.length === 0 || round % 4 === 0) {
      yield Buffer.from(Array.from({ length: below(60) }, () => below(256)));
      continue;
    }
    let message = Buffer.from(good[below(good.length)] ?? Buffer.alloc(0));
    for (let change = below(4); change >= 0; change--) {
      const at = below(message.length + 1);
      const end = Math.min(message.length, at + below(8));
      const kind = below(4);
      if (kind === 0 && message.length > 0) message[Math.min(at, message.length - 1)] = below(256);
      else if (kind === 1) message = Buffer.concat([message.subarray(0, at), message.subarray(end)]);
      else if (kind === 2)
        message = Buffer.concat([message.subarray(0, at), bytes(SPICY[below(SPICY.length)]), message.subarray(end)]);
      else message = Buffer.concat([message.subarray(0, end), message.subarray(at)]);
    }
    yield message;
  }
}

const folder = process.env['AISLE_RECORDINGS'];

/** A file of recorded messages, where AISLE_RECORDINGS names the folder that holds it, or one beside or above that; else undefined. */
export function recording(name: string): string | undefined {
  if (folder === undefined) return undefined;
  const found = [folder, path.join(folder, 'wire-samples'), path.dirname(folder)]
    .map((at) => path.join(at, name))
    .find((file) => existsSync(file));
  return found === undefined ? undefined : readFileSync(found, 'utf8');
}
