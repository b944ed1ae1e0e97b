/** A row of a CSV file and the line of the file that it begins on, from 1. */
export interface CsvRow {
  line: number;
  cells: string[];
  /** a quote that is never closed, or that text follows */
  broken: boolean;
}

/** Splits text by RFC 4180: cells may be quoted, a quote inside is doubled, quoted cells may hold line breaks. Empty lines are left out. */
export function* csvRows(text: string, delimiter: string): Generator<CsvRow> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const row: CsvRow = { line, cells: [], broken: false };
    let ended = false;
    while (!ended) {
      let cell = '';
      if (text[at] === '"') {
        const quoted = readQuoted(text, at);
        cell = quoted.cell;
        at = quoted.at;
        line += quoted.breaks;
        row.broken ||= !quoted.closed;
        // What follows a closing quote before the next cell belongs to nothing.
        const end = plainEnd(text, at, delimiter);
        row.broken ||= text.slice(at, end).trim() !== '';
        at = end;
      } else {
        const end = plainEnd(text, at, delimiter);
        cell = text.slice(at, end);
        at = end;
      }
      row.cells.push(cell.trim());
      if (text[at] === delimiter) {
        at++;
        continue;
      }
      ended = true;
      if (text[at] === '\r' && text[at + 1] === '\n') at++;
      at++;
      line++;
    }
    if (row.cells.length > 1 || row.cells[0] !== '' || row.broken) yield row;
  }
}

/** Which of the usual marks stands most often in the first line, outside of quotes. */
export function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const head = text.slice(0, Math.min(end < 0 ? text.length : end, 10_000)).replace(/"[^"]*"/g, '');
  let best = ',';
  for (const mark of [';', '\t', '|']) if (count(head, mark) > count(head, best)) best = mark;
  return best;
}

const count = (text: string, mark: string): number => text.split(mark).length - 1;

function plainEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

function readQuoted(text: string, from: number): { cell: string; at: number; breaks: number; closed: boolean } {
  let cell = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      cell += text.slice(at);
      return { cell, at: text.length, breaks: count(cell, '\n'), closed: false };
    }
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { cell, at: quote + 1, breaks: count(cell, '\n'), closed: true };
    cell += '"';
    at = quote + 2;
  }
}
