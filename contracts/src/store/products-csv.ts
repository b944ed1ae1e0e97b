import { readCode } from '../product-codes.js';
import { atField, problem, type Problem } from '../words/problem.js';

const COLUMNS = ['gtin', 'name', 'name_en', 'name_zh', 'category', 'price', 'unitGrams', 'codes', 'soldBy', 'cost'];

/**
 * A header row, then a product a row; quotes as in RFC 4180. `codes` are separated by blanks or semicolons. What is wrong is named
 * by the row (from 1, the header) and the column.
 */
export function readProductsCsv(text: string): { products: unknown[]; problems: Problem[] } {
  const rows = text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
  const header = splitCsvRow(rows.shift()?.line ?? '').map((cell) => cell.trim());
  const unknown = header.find((name) => !COLUMNS.includes(name));
  if (unknown !== undefined) return failed(problem(unknown, 'unknownColumn', { columns: COLUMNS.join(', ') }));
  if (!header.includes('gtin')) return failed(problem('gtin', 'missing'));
  const problems: Problem[] = [];
  const products = rows.map(({ line, number }) => {
    const cells = splitCsvRow(line);
    const cell = (name: string) => cells[header.indexOf(name)]?.trim() || undefined;
    const code = (written: string, column: string): string => {
      const read = readCode(written);
      if (read.ok) return read.value;
      problems.push(atField(`row ${number}, ${column}`, read.problem));
      return '';
    };
    const en = cell('name_en') ?? cell('name');
    const zh = cell('name_zh');
    const codes = cell('codes');
    const amounts = (['price', 'cost', 'unitGrams'] as const).flatMap((name) => {
      const written = cell(name);
      return written === undefined ? [] : [[name, Number(written)]];
    });
    return {
      gtin: code(cell('gtin') ?? '', 'gtin'),
      ...(codes && { codes: codes.split(/[\s;]+/).map((written) => code(written, 'codes')) }),
      ...(en && { name: zh ? { en, zh } : en }),
      ...(cell('category') && { category: cell('category') }),
      ...(cell('soldBy') && { soldBy: cell('soldBy') }),
      ...Object.fromEntries(amounts),
    };
  });
  return { products, problems };
}

const failed = (wrong: Problem) => ({ products: [], problems: [wrong] });

function splitCsvRow(line: string): string[] {
  const cells: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  return cells;
}
