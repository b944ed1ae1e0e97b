import { describe, expect, it } from 'vitest';
import { decodeCsv, type CsvReport, type CsvSettings } from '../src/index.js';

/** Rows that take another receipt back: by a column, by their words, or by what stands on them. */
const columns = { receipt: 'Receipt', date: 'Date', gtin: 'GTIN', quantity: 'Quantity', net: 'Net' };
const HEAD = 'Receipt,Date,GTIN,Quantity,Net';
const [MILK, BAG] = ['06901234567892', '06901234567908'];
const T = '2026-03-02 12:00:00';
const settings: CsvSettings = { columns, timezone: 'Asia/Shanghai', currency: 'CNY' };

/** @param title of one more column. @param rows receipt, code, quantity, net, what stands in that column, day */
type Row = [receipt: string, code: string, quantity: number | '', net: number | '', word: string, time?: string];
function read(title: string, rows: readonly Row[], more: Partial<CsvSettings> = {}): CsvReport {
  const lines = rows.map(([receipt, code, quantity, net, word, time = T]) =>
    [receipt, time, code, quantity, net, word].join(','),
  );
  const decoded = decodeCsv('t', Buffer.from([`${HEAD},${title}`, ...lines, ''].join('\n')), { ...settings, ...more });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded));
  const { value } = decoded;
  const sold = value.sales.reduce((sum, sale) => sum + sale.lines.length, 0);
  expect(sold + value.refusedRows + value.skippedRows, 'every row is sold, refused or left out').toBe(value.rows);
  return value;
}
const nets = ({ sales }: CsvReport) =>
  Object.fromEntries(sales.map(({ receipt, lines }) => [receipt, lines.reduce((sum, { net }) => sum + net, 0)]));
const refused = ({ refused: rows }: CsvReport) => rows.map(({ line, code }) => `${line} ${code}`);
const SOLD: Row[] = [
  ['A', MILK, 1, 12.5, ''],
  ['A', BAG, 1, 3.25, ''],
  ['B', BAG, 2, 6.5, ''],
];

describe('a row that names in its words the receipt that it takes back', () => {
  it.each([
    ['Type', 'Void of A'],
    ['Type', 'VOID A'],
    ['Type', 'void (A)'],
    ['Type', 'Post-void: A'],
    ['Transaction type', 'Void of receipt no. A'],
    ['Status', 'Cancellation of A'],
    ['Status', 'voided sale A'],
    ['Belegart', 'Storno zu Bon A'],
    ['Belegart', 'Stornierung von A'],
    ['Tipo', 'Annullato: A'],
    ['类型', '冲销 A'],
    ['交易类型', '作废单号A'],
    ['类型', '撤销订单：A'],
  ])('%s: %s', (title, word) => {
    for (const sign of [1, -1]) {
      const file: Row[] = [...SOLD, ['C', MILK, sign, sign * 12.5, word], ['C', BAG, sign, sign * 3.25, word]];
      const told = read(title, file);
      expect([nets(told), refused(told)]).toEqual([{ B: 6.5 }, []]);
    }
    const alone = read(title, [...SOLD, ['C', '', '', '', word]]);
    expect([nets(alone), refused(alone)]).toEqual([{ B: 6.5 }, []]);
    const sum = read(title, [...SOLD, ['C', '', '', -15.75, word]]);
    expect([nets(sum), refused(sum)]).toEqual([{ B: 6.5 }, []]);
  });

  it('takes back only the lines that it repeats', () => {
    expect(nets(read('Type', [...SOLD, ['C', BAG, -1, -3.25, 'Void of A']]))).toEqual({ A: 12.5, B: 6.5 });
  });

  it('is refused where what stands on it is not of that receipt, or the receipt is not in the file', () => {
    const other = read('Type', [...SOLD, ['C', MILK, -1, -9.99, 'Void of A']]);
    expect([nets(other), refused(other)]).toEqual([{ A: 15.75, B: 6.5 }, ['5 postVoidOther']]);
    const gone = read('Type', [...SOLD, ['C', MILK, -1, -12.5, 'Void of 4711']]);
    expect([nets(gone), refused(gone)]).toEqual([{ A: 15.75, B: 6.5 }, ['5 postVoid']]);
    expect(gone.refused[0]).toMatchObject({ column: 'Type', values: { receipt: '4711' } });
  });

  it.each([
    'Voided by A. Smith',
    'Cancelled at 12:05',
    'Cancelled on 2026-03-02',
    'Void (customer 2)',
    'Cancelled: 2 items',
  ])('and is no name where it says who, when or why: %s', (word) => {
    const told = read('Status', [...SOLD, ['2', MILK, 1, 12.5, ''], ['C', MILK, 1, 12.5, word]]);
    expect([nets(told), refused(told)]).toEqual([{ A: 15.75, B: 6.5, 2: 12.5 }, []]);
  });
});

describe('a receipt of a kind that takes back, without a name', () => {
  const kinds = ['Void', 'Storno', 'Cancellation', '冲销'];
  it.each(kinds)('undoes the one receipt of its day with the opposite lines: %s', (word) => {
    const told = read('Type', [...SOLD, ['C', BAG, -1, -3.25, word], ['C', MILK, -1, -12.5, word]]);
    expect([nets(told), refused(told)]).toEqual([{ B: 6.5 }, []]);
    const sum = read('Type', [...SOLD, ['C', '', '', -6.5, word]]);
    expect([nets(sum), refused(sum)]).toEqual([{ A: 15.75 }, []]);
  });

  it.each<[string, Row[]]>([
    [
      'two receipts fit',
      [
        ['D', BAG, 2, 6.5, ''],
        ['C', BAG, -2, -6.5, 'Void'],
      ],
    ],
    ['none fits', [['C', BAG, -3, -9.75, 'Void']]],
    ['it fits a part of one only', [['C', MILK, -1, -12.5, 'Void']]],
    ['the one that fits is of another day', [['C', BAG, -2, -6.5, 'Void', '2026-03-03 09:00:00']]],
  ])('is refused by name where %s', (_what, rows) => {
    const told = read('Type', [...SOLD, ...rows]);
    expect(nets(told)).toMatchObject({ A: 15.75, B: 6.5 });
    expect(refused(told)).toEqual([`${4 + rows.length} voidOfWhat`]);
    expect(told.refused[0]).toMatchObject({
      column: 'Type',
      expected: expect.stringContaining('without naming it') as string,
    });
  });

  it('is left out where it has the amounts of a sale: then it is what was cancelled', () => {
    const told = read('Type', [...SOLD, ['C', BAG, 2, 6.5, 'Void']]);
    expect([nets(told), refused(told)]).toEqual([{ A: 15.75, B: 6.5 }, []]);
  });

  it('is left out where a status says that it became so: a return that was cancelled gives nothing back', () => {
    const told = read('Status', [...SOLD, ['C', BAG, -2, -6.5, 'Cancelled']]);
    expect([nets(told), refused(told)]).toEqual([{ A: 15.75, B: 6.5 }, []]);
  });
});

describe('a void that a column names', () => {
  const more = { columns: { ...columns, returnOf: 'Original' } };
  it('takes back the lines that it repeats, all of it where it repeats none', () => {
    const file = (rows: string[]): CsvReport => {
      const text = [`${HEAD},Type,Original`, `A,${T},${MILK},1,12.50,Sale,`, `A,${T},${BAG},1,3.25,Sale,`, ...rows, ''];
      const decoded = decodeCsv('t', Buffer.from(text.join('\n')), { ...settings, ...more });
      if (!decoded.ok) throw new Error('unreadable');
      return decoded.value;
    };
    expect(nets(file([`B,${T},${BAG},-1,-3.25,Void,A`]))).toEqual({ A: 12.5 });
    expect(nets(file([`B,${T},,,,Void,A`]))).toEqual({});
    expect(nets(file([`B,${T},${BAG},-1,-3.25,Void,A`, `B,${T},${MILK},-1,-12.50,Void,A`]))).toEqual({});
  });
});
