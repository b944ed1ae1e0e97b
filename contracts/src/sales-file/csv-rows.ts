/** A row of a CSV file and the line of the file that it begins on, from 1. */
export interface CsvRow {
  line: number;
  cells: string[];
  /** a quote that is never closed, that text follows, or that has swallowed other rows: the row is its one line */
  broken: boolean;
}

/** A quoted cell is no longer than this: what is has a quote that is not closed. */
const MOST_LINES = 64;
const MOST_CHARACTERS = 16_384;

/**
 * Splits text by RFC 4180: cells may be quoted, a quote inside is doubled, quoted cells may hold line breaks. Empty lines are left
 * out. A quote that is wrong costs its own line and no other: the next row begins on the next line. `isRow` says whether the
 * cells of a line that a quoted cell holds are a whole row, which no remark is.
 */
export function* csvRows(
  text: string,
  delimiter: string,
  isRow: (cells: readonly string[]) => boolean = () => false,
): Generator<CsvRow> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const read = readRow(text, at, delimiter);
    const held = read.breaks > 0 && !read.broken && swallows(text.slice(at, read.at), delimiter, isRow);
    const row: CsvRow = { line, cells: read.cells, broken: read.broken || held };
    if (row.broken) {
      const end = lineEnd(text, at);
      row.cells = readRow(text.slice(at, end), 0, delimiter).cells;
      at = afterBreak(text, end);
      line += 1;
    } else {
      at = read.at;
      line += read.breaks + 1;
    }
    if (row.cells.length > 1 || row.cells[0] !== '' || row.broken) yield row;
  }
}

/** Whether one of the later lines of a row is a row by itself. */
function swallows(text: string, delimiter: string, isRow: (cells: readonly string[]) => boolean): boolean {
  return text
    .split(/\r\n|\r|\n/)
    .slice(1)
    .some((line) => line !== '' && isRow(readRow(line, 0, delimiter).cells));
}

function readRow(
  text: string,
  from: number,
  delimiter: string,
): { cells: string[]; at: number; breaks: number; broken: boolean } {
  const cells: string[] = [];
  let at = from;
  let breaks = 0;
  for (;;) {
    let cell: string;
    if (text[at] === '"') {
      const quoted = readQuoted(text, at);
      cell = quoted.cell;
      at = quoted.at;
      breaks += quoted.breaks;
      // What follows a closing quote before the next cell belongs to nothing.
      const end = plainEnd(text, at, delimiter);
      if (!quoted.closed || text.slice(at, end).trim() !== '')
        return { cells: [...cells, cell.trim()], at, breaks, broken: true };
      at = end;
    } else {
      const end = plainEnd(text, at, delimiter);
      cell = text.slice(at, end);
      at = end;
    }
    cells.push(cell.trim());
    if (at < text.length && text[at] === delimiter) {
      at += 1;
      continue;
    }
    return { cells, at: afterBreak(text, at), breaks, broken: false };
  }
}

/** The delimiter that a first line `sep=;` names, as spreadsheets write it. */
export function toldDelimiter(text: string): string | undefined {
  return /^"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)/i.exec(text)?.[1];
}

/** Which of the usual marks stands most often in the first line, outside of quotes. */
export function delimiterOf(text: string): string {
  const head = text.slice(0, Math.min(lineEnd(text, 0), 10_000)).replace(/"[^"]*"/g, '');
  let best = ',';
  for (const mark of [';', '\t', '|']) if (count(head, mark) > count(head, best)) best = mark;
  return best;
}

const count = (text: string, mark: string): number => text.split(mark).length - 1;

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}

const afterBreak = (text: string, at: number): number => at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1);

function plainEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}

function readQuoted(text: string, from: number): { cell: string; at: number; breaks: number; closed: boolean } {
  let cell = '';
  let at = from + 1;
  let breaks = 0;
  for (;;) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    const part = text.slice(at, Math.min(end, at + MOST_CHARACTERS));
    cell += part;
    breaks += part.match(/\r\n|\r|\n/g)?.length ?? 0;
    if (quote < 0 || cell.length >= MOST_CHARACTERS || breaks > MOST_LINES)
      return { cell, at: end, breaks, closed: false };
    if (text[quote + 1] !== '"') return { cell, at: quote + 1, breaks, closed: true };
    cell += '"';
    at = quote + 2;
  }
}
