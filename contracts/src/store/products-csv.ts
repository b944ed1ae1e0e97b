import { readCode } from '../product-codes.js';
import { readAmount } from '../sales-file/amounts.js';
import { csvRows, delimiterOf, toldDelimiter } from '../sales-file/csv-rows.js';
import { hasUnreadable } from '../text-encoding.js';
import { round6 } from '../units.js';
import { atField, problem, type Problem } from '../words/problem.js';

const COLUMNS = [
  ...['gtin', 'name', 'name_en', 'name_zh', 'category', 'price', 'unitGrams', 'codes', 'soldBy', 'cost'],
  ...['wasPrice', 'measure', 'picture'],
];

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
    const amounts = (['price', 'cost', 'unitGrams', 'wasPrice'] as const).flatMap((name) => {
      const written = cell(name);
      if (written === undefined) return [];
      const value = readAmount(written, {}, name);
      if (typeof value === 'number') return [[name, value]];
      say(name, problem('', 'expectedGot', { expected: 'number', got: JSON.stringify(written.slice(0, 40)) }));
      return [];
    });
    const measure = measureOf(cell('measure'));
    if (measure === null) say('measure', problem('', 'expectedOther', { expected: 'measureText' }));
    return {
      gtin: code(cell('gtin') ?? '', 'gtin'),
      ...(codes && { codes: codes.split(/[\s;]+/).map((written) => code(written, 'codes')) }),
      ...(en && { name: zh ? { en, zh } : en }),
      ...(cell('category') && { category: cell('category') }),
      ...(cell('soldBy') && { soldBy: cell('soldBy') }),
      ...Object.fromEntries(amounts),
      ...(measure && { measure }),
      ...(cell('picture') && { picture: cell('picture') }),
    };
  });
  return { products, problems };
}

/** "0.5 l", "500g" → in the units of a store file; null: not understood */
function measureOf(written: string | undefined): { amount: number; unit: string } | null | undefined {
  if (written === undefined) return undefined;
  const [, number = '', name = ''] = /^\s*([\d.,]+)\s*([a-z]+)\s*$/i.exec(written) ?? [];
  const [unit, size] = UNITS.get(name.toLowerCase()) ?? [];
  const amount = readAmount(number, {}, 'measure');
  if (unit === undefined || size === undefined || typeof amount !== 'number' || amount <= 0) return null;
  return { amount: round6(amount / size), unit };
}
/** how many of them are one of a store file's */
const UNITS = new Map<string, readonly [unit: string, size: number]>([
  ...[['kg', ['kg', 1]] as const, ['g', ['kg', 1000]] as const, ['l', ['l', 1]] as const, ['ml', ['l', 1000]] as const],
  ...[['cl', ['l', 100]] as const, ['m', ['m', 1]] as const, ['cm', ['m', 100]] as const],
  ...[['piece', ['piece', 1]] as const, ['pieces', ['piece', 1]] as const, ['pcs', ['piece', 1]] as const],
]);

const failed = (wrong: Problem) => ({ products: [], problems: [wrong] });
