import { codePage, type CodePage } from './code-page.js';
import { cellEnds, escaped, linesOf, unescaped, type Line } from './lines.js';
import { PsaError } from './psa-error.js';

/**
 * A ProSpace planogram file (PSA), versions 2017 to 2024. The format has no public specification: what is known of it (first line,
 * escapes, code pages, row types, order of columns) was read from the public repository vazen-ai/toml, `typescript/src/psa`. Every
 * byte that is not changed is written as it was read, rows and columns that nobody knows included.
 */
export interface PsaRow {
  /** `Product`, `Position` … as the file says it */
  readonly type: string;
  /** from 1 */
  readonly line: number;
}

/** The seven types that are understood; every other row stays in its place, unread. */
export const PSA_ROW_TYPES = [
  'Project',
  'Product',
  'Planogram',
  'Performance',
  'Segment',
  'Fixture',
  'Position',
] as const;

const FIRST_LINE = /^PROSPACE SCHEMATIC FILE(?: *|; Version .*)$/;
const VERSION = /^(?:PROSPACE SCHEMATIC FILE)?(?:; Version |;V(?=\d))(.*)$/;
const CODE_PAGE = /^; *Codepage *= *(\d+) *$/i;
const DEFAULT_CODE_PAGE = 1252;
/** A file of a chain's largest shop has 20,000 positions and some 40 MB. */
const MOST_BYTES = 100 << 20;
const HEADER_LINES = 10;

export class PsaDocument {
  readonly rows: readonly PsaRow[];
  /** as the header says it, such as `2024.4.0`; undefined where it does not */
  readonly version: string | undefined;
  /** as TextDecoder names it */
  readonly encoding: string;

  readonly #bytes: Uint8Array;
  readonly #lines: readonly Line[];
  readonly #page: CodePage;
  readonly #lineBreak: Uint8Array;
  readonly #isAscii: boolean;
  /** by index of the line */
  readonly #ends = new Map<number, number[]>();
  readonly #changed = new Map<number, Map<number, Uint8Array>>();
  readonly #removed = new Set<number>();
  readonly #inserted = new Map<number, Uint8Array[]>();

  /**
   * @param bytes kept, not copied: they must not change
   * @throws PsaError when it is no such file
   */
  constructor(bytes: Uint8Array) {
    if (bytes.length > MOST_BYTES) throw new PsaError('psaTooLarge', { most: MOST_BYTES >> 20 });
    this.#bytes = bytes;
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    this.#lines = linesOf(bytes, marked ? 3 : 0);
    const header = this.#lines.slice(0, HEADER_LINES).map((line) => asciiOf(bytes, line));
    if (!FIRST_LINE.test(header[0] ?? '')) throw new PsaError('psaFirstLine', {}, 1);
    this.version = header.map((line) => VERSION.exec(line)?.[1]?.trim()).find((version) => version);
    const declared = header.map((line) => CODE_PAGE.exec(line)?.[1]).find((number) => number !== undefined);
    this.#isAscii = bytes.every((byte) => byte < 0x80);
    const isUtf8 = marked || (!this.#isAscii && isValidUtf8(bytes));
    if (marked && !isValidUtf8(bytes)) throw new PsaError('psaNotUtf8', {}, 1);
    const number = isUtf8 ? 65_001 : Number(declared ?? DEFAULT_CODE_PAGE);
    const page = codePage(number);
    if (!page) throw new PsaError('psaCodePage', { page: number }, 1);
    this.#page = page;
    this.encoding = page.encoding;
    const [first] = this.#lines;
    this.#lineBreak = first && first.next > first.end ? bytes.slice(first.end, first.next) : Uint8Array.of(13, 10);
    this.rows = this.#lines.flatMap((line, index) => {
      if (line.end === line.start || bytes[line.start] === SEMICOLON || index === 0) return [];
      return [{ type: this.#read(index, 0), line: index + 1 }];
    });
    this.#checkOrder();
  }

  #checkOrder(): void {
    const [first] = this.rows;
    if (first?.type !== 'Project') throw new PsaError('psaProjectFirst', {}, first?.line ?? 1);
    const second = this.rows.find(({ type }, index) => index > 0 && type === 'Project');
    if (second) throw new PsaError('psaOneProject', {}, second.line);
    const planogram = this.rows.find(({ type }) => type === 'Planogram');
    const early = this.rows.find(
      ({ type, line }) =>
        (planogram === undefined || line < planogram.line) &&
        (type === 'Segment' || type === 'Fixture' || type === 'Position'),
    );
    if (early) throw new PsaError('psaBeforePlanogram', { type: early.type }, early.line);
  }

  /** How many cells a row has, its type included. */
  width({ line }: PsaRow): number {
    return this.#endsOf(line - 1).length;
  }

  /** The text of a cell as it stands now; empty where the row is shorter. @param column 0 is the row's type */
  cell({ line }: PsaRow, column: number): string {
    const changed = this.#changed.get(line - 1)?.get(column);
    return changed ? unescaped(this.#page.decode(changed)) : this.#read(line - 1, column);
  }

  /** @throws PsaError when the file's code page has no such character */
  set(row: PsaRow, column: number, text: string): void {
    if (this.cell(row, column) === text) return;
    const bytes = this.#encoded(text, row.line, column);
    const index = row.line - 1;
    const changed = this.#changed.get(index) ?? new Map<number, Uint8Array>();
    // what is set back to what it was is written as it was
    if (this.#read(index, column) === text && column < this.#endsOf(index).length) changed.delete(column);
    else changed.set(column, bytes);
    this.#changed.set(index, changed);
  }

  /** The row and its line break are left out. */
  remove({ line }: PsaRow): void {
    this.#removed.add(line - 1);
  }

  /** A row of its own behind another, in the order of the calls. @throws PsaError as `set` */
  insertAfter({ line }: PsaRow, cells: readonly string[]): void {
    const row = cells.map((cell, column) => this.#encoded(cell, line, column));
    const list = this.#inserted.get(line - 1) ?? [];
    list.push(joined(row));
    this.#inserted.set(line - 1, list);
  }

  bytes(): Uint8Array {
    if (this.#changed.size === 0 && this.#removed.size === 0 && this.#inserted.size === 0) return this.#bytes.slice();
    const parts: Uint8Array[] = [];
    let from = 0;
    this.#lines.forEach((line, index) => {
      const changed = this.#changed.get(index);
      const inserted = this.#inserted.get(index);
      if (!changed?.size && !inserted && !this.#removed.has(index)) return;
      parts.push(this.#bytes.subarray(from, line.start));
      if (!this.#removed.has(index)) {
        parts.push(changed?.size ? this.#rewritten(index, changed) : this.#bytes.subarray(line.start, line.end));
        parts.push(this.#bytes.subarray(line.end, line.next));
      }
      for (const row of inserted ?? []) {
        // the last line of a file may have no line break of its own
        const bare = line.next === line.end && !this.#removed.has(index);
        parts.push(...(bare ? [this.#lineBreak, row] : [row, this.#lineBreak]));
      }
      from = line.next;
    });
    parts.push(this.#bytes.subarray(from));
    const out = concat(parts);
    // ASCII says nothing of itself: with characters of the declared page it must not look like UTF-8 to the next reader
    if (this.#isAscii && this.encoding !== 'utf-8' && out.some((byte) => byte >= 0x80) && isValidUtf8(out))
      throw new PsaError('psaAmbiguous', { encoding: this.encoding });
    return out;
  }

  #rewritten(index: number, changed: ReadonlyMap<number, Uint8Array>): Uint8Array {
    const ends = this.#endsOf(index);
    const width = Math.max(ends.length, ...[...changed.keys()].map((column) => column + 1));
    return joined(Array.from({ length: width }, (_, column) => changed.get(column) ?? this.#raw(index, column)));
  }

  #encoded(text: string, line: number, column: number): Uint8Array {
    const bytes = text.includes('\0') ? undefined : this.#page.encode(escaped(text));
    if (!bytes) throw new PsaError('psaCharacter', { encoding: this.encoding, text: text.slice(0, 40) }, line, column);
    return bytes;
  }

  #read(index: number, column: number): string {
    return unescaped(this.#page.decode(this.#raw(index, column)));
  }

  #raw(index: number, column: number): Uint8Array {
    const ends = this.#endsOf(index);
    if (column >= ends.length) return new Uint8Array();
    const { start } = this.#lines[index] as Line;
    return this.#bytes.subarray(column === 0 ? start : (ends[column - 1] as number) + 1, ends[column]);
  }

  #endsOf(index: number): number[] {
    let ends = this.#ends.get(index);
    if (!ends) this.#ends.set(index, (ends = cellEnds(this.#bytes, this.#lines[index] as Line, this.#page)));
    return ends;
  }
}

const SEMICOLON = 59;
const asciiOf = (bytes: Uint8Array, { start, end }: Line): string =>
  String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 200)));

function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const joined = (cells: readonly Uint8Array[]): Uint8Array =>
  concat(cells.flatMap((cell, index) => (index === 0 ? [cell] : [Uint8Array.of(44), cell])));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
