import { readCode } from '../product-codes.js';
import { readAmount } from '../sales-file/amounts.js';
import { csvRows, delimiterOf, toldDelimiter } from '../sales-file/csv-rows.js';
import { hasUnreadable } from '../text-encoding.js';
import { atField, problem, type Problem } from '../words/problem.js';

const COLUMNS = ['gtin', 'name', 'name_en', 'name_zh', 'category', 'price', 'unitGrams', 'codes', 'soldBy', 'cost'];

/**
 * A header row, then a product a row; quotes as in RFC 4180. `codes` are separated by blanks or semicolons. A product with one name
 * only has it in both languages. What is wrong is named by the row (its line, from 1) and the column.
 */
export function readProductsCsv(text: string): { products: unknown[]; problems: Problem[] } {
  const told = toldDelimiter(text);
  const rows = [...csvRows(text, told ?? delimiterOf(text))].slice(told === undefined ? 0 : 1);
  const header = (rows.shift()?.cells ?? []).map((name) => name.replace(/^\ufeff/, ''));
  const unknown = header.find((name) => !COLUMNS.includes(name));
  if (unknown !== undefined) return failed(problem(unknown, 'unknownColumn', { columns: COLUMNS.join(', ') }));
  if (!header.includes('gtin')) return failed(problem('gtin', 'missing'));
  const problems: Problem[] = [];
  const products = rows.map(({ cells, line, broken }) => {
    const say = (column: string, found: Problem) =>
      problems.push(atField(`row ${line}${column && `, ${column}`}`, found));
    const cell = (name: string) => cells[header.indexOf(name)] || undefined;
    if (broken) say('', problem('', 'openQuotes'));
    else if (cells.slice(header.length).some((text) => text !== ''))
      say('', problem('', 'tooManyCells', { most: header.length }));
    const bad = header.find((_name, at) => hasUnreadable(cells[at] ?? ''));
    if (bad !== undefined) say(bad, problem('', 'unreadableText'));
    const code = (written: string, column: string): string => {
      const read = readCode(written);
      if (read.ok) return read.value;
      say(column, read.problem);
      return '';
    };
    const zh = cell('name_zh');
    const en = cell('name_en') ?? cell('name') ?? zh;
    const codes = cell('codes');
    const amounts = (['price', 'cost', 'unitGrams'] as const).flatMap((name) => {
      const written = cell(name);
      if (written === undefined) return [];
      const value = readAmount(written, {}, name);
      if (typeof value === 'number') return [[name, value]];
      say(name, problem('', 'expectedGot', { expected: 'number', got: JSON.stringify(written.slice(0, 40)) }));
      return [];
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
