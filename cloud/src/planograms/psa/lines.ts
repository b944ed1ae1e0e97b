import type { CodePage } from './code-page.js';

/**
 * The bytes of a PSA file as lines and cells, by their places: nothing is decoded that nobody asks for, and what nobody changes is
 * written back as it stands. Rows are comma separated and never quoted; a backslash takes the next character's meaning away.
 */
export interface Line {
  /** byte offsets: [start, end) is its text, [end, next) its line break, if any */
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

const LF = 10;
const CR = 13;
export const COMMA = 44;
export const BACKSLASH = 92;

/** @param from where the text begins: behind a byte order mark */
export function linesOf(bytes: Uint8Array, from: number): Line[] {
  const lines: Line[] = [];
  let start = from;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte !== LF && byte !== CR) continue;
    const next = byte === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
    lines.push({ start, end: at, next });
    start = next;
    at = next - 1;
  }
  if (start < bytes.length) lines.push({ start, end: bytes.length, next: bytes.length });
  return lines;
}

/** Where the cells of a row end: of cell i the bytes from the end before it (plus the comma) to its own. */
export function cellEnds(bytes: Uint8Array, { start, end }: Line, page: CodePage): number[] {
  const ends: number[] = [];
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === COMMA) ends.push(at);
    else if (byte === BACKSLASH) {
      // what it escapes may be a character of two bytes
      at += 1;
      if (at < end && page.isLead(bytes[at] as number)) at += 1;
    } else if (byte >= 0x81 && page.isLead(byte)) at += 1;
  }
  ends.push(end);
  return ends;
}

const MEANT: Readonly<Record<string, string>> = { '"': '"', ',': ',', '\\': '\\', n: '\n', r: '\r', t: '\t' };
const WRITTEN: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(MEANT).map(([escape, character]) => [character, `\\${escape}`]),
);

/** The text of a cell; an escape that nobody knows keeps its backslash. */
export const unescaped = (cell: string): string =>
  cell.includes('\\') ? cell.replace(/\\([^])/gu, (all, character: string) => MEANT[character] ?? all) : cell;
export const escaped = (text: string): string =>
  text.replace(/[\t\n\r",\\]/g, (character) => WRITTEN[character] as string);
