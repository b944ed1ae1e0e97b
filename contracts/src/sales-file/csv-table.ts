import { csvRows, delimiterOf, toldDelimiter, type CsvRow } from './csv-rows.js';
import type { ColumnName, CsvSettings } from './csv-settings.js';
import { fault, type SalesFault } from './faults.js';

/** Where the mapped columns are, by name and by title. */
export interface Table {
  delimiter: string;
  /** line of the titles, from 1 */
  titleLine: number;
  titles: readonly string[];
  places: ReadonlyMap<ColumnName, number>;
  /** rows behind the titles */
  rows: Iterable<CsvRow>;
}

/** The titles stand within so many rows: names of shops and of reports may stand above them. */
const PREAMBLE_ROWS = 50;
const DELIMITERS = [',', ';', '\t', '|'] as const;

export const sameTitle = (title: string): string =>
  title
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

/** Finds the row of titles, whatever stands above it, and what separates cells. */
export function tableOf(
  text: string,
  settings: Pick<CsvSettings, 'columns' | 'delimiter' | 'optional'>,
  isRow: (cells: readonly string[], places: ReadonlyMap<ColumnName, number>, count: number) => boolean,
): Table | SalesFault {
  const told = toldDelimiter(text);
  const named = settings.delimiter ?? told;
  const usual = delimiterOf(text);
  const delimiters = named === undefined ? [usual, ...DELIMITERS.filter((mark) => mark !== usual)] : [named];
  let best: { fault: SalesFault; found: number } | undefined;
  for (const delimiter of delimiters) {
    let index = 0;
    for (const row of csvRows(text, delimiter)) {
      index += 1;
      if (index > PREAMBLE_ROWS) break;
      const places = placesOf(row.cells, settings.columns, settings.optional);
      if (places.ok) {
        const { places: found } = places;
        const count = row.cells.length;
        const rows = behind(
          csvRows(text, delimiter, (cells) => isRow(cells, found, count)),
          row.line,
        );
        return { delimiter, titleLine: row.line, titles: row.cells, places: found, rows };
      }
      if (!best || places.found > best.found) best = places;
    }
  }
  return best?.fault ?? fault('empty');
}

function* behind(rows: Iterable<CsvRow>, line: number): Generator<CsvRow> {
  for (const row of rows) if (row.line > line) yield row;
}

type Placed = { ok: true; places: ReadonlyMap<ColumnName, number> } | { ok: false; fault: SalesFault; found: number };

function placesOf(
  cells: readonly string[],
  columns: CsvSettings['columns'],
  optional: CsvSettings['optional'] = {},
): Placed {
  const titles = cells.map(sameTitle);
  const places = new Map<ColumnName, number>();
  let missing: SalesFault | undefined;
  for (const [name, title] of Object.entries(columns) as [ColumnName, string | undefined][]) {
    if (title === undefined) continue;
    const at = titles.indexOf(sameTitle(title));
    if (at < 0) missing ??= fault('noTitle', title, { title });
    else if (titles.includes(sameTitle(title), at + 1)) missing ??= fault('twoTitles', title, { title });
    else places.set(name, at);
  }
  for (const [name, title] of Object.entries(optional) as [ColumnName, string][]) {
    const at = titles.indexOf(sameTitle(title));
    if (at >= 0) places.set(name, at);
  }
  return missing ? { ok: false, fault: missing, found: places.size } : { ok: true, places };
}

/** How exports write that there is nothing. */
const NOTHING = /^(?:null|nil|none|nan|n\/a|\\n|\(null\)|undefined|无|無)$/i;
/** Of a product: what keys and data bases put where there is no code. */
const NO_CODE = /^(?:[-–—]+|0+)$/;

/** A cell's text; undefined for an empty one, for one that says that there is nothing, and for a column that the shop does not have. */
export function cell(
  row: { cells: readonly string[] },
  places: ReadonlyMap<ColumnName, number>,
  name: ColumnName,
): string | undefined {
  const at = places.get(name);
  const text = at === undefined ? undefined : row.cells[at] || undefined;
  if (text === undefined || name === 'receipt' || (text.length > 9 && name !== 'gtin')) return text;
  return NOTHING.test(text) || (name === 'gtin' && NO_CODE.test(text)) ? undefined : text;
}
