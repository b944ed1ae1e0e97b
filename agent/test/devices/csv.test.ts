import { describe, expect, it } from 'vitest';
import { csvRows } from '../../../contracts/src/sales-file/csv-rows.js';
import { decodeCsv, faultWords, type CsvReport, type CsvSettings } from '@aisle/contracts';
import { bytes, mutations } from './support.js';

const settings: CsvSettings = {
  columns: {
    receipt: 'Bon',
    date: 'Datum',
    gtin: 'EAN',
    quantity: 'Menge',
    net: 'Netto',
    tax: 'MwSt',
    member: 'Kunde',
  },
  timezone: 'Europe/Berlin',
  decimal: 'comma',
  dateOrder: 'dmy',
};
const HEAD = 'Bon;Datum;EAN;Menge;Netto;MwSt;Kunde\n';
const { decimal: _told, ...untold } = settings;
const decode = (text: string, more: Partial<CsvSettings> = {}, base: CsvSettings = settings): CsvReport => {
  const read = decodeCsv('t', bytes(text), { ...base, ...more });
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.value;
};
const refusedOf = ({ refused }: CsvReport) => refused.map(({ line, column, expected }) => ({ line, column, expected }));
const NOON = Date.UTC(2026, 2, 1, 11);

describe('CSV of a till', () => {
  it('joins the rows of a receipt, with a decimal comma and local time', () => {
    const report = decode(
      `${HEAD}7;01.03.2026 12:00:00;4001;2;"1.234";0,10;K1\r\n7;01.03.2026 12:00:05;4002;0,5;1,25;;\r\n\r\n8;01.03.2026 12:00;4001;-1;-2,5;;\n`.replace(
        '"1.234"',
        '1234,5',
      ),
    );
    expect(report).toEqual({
      rows: 3,
      refusedRows: 0,
      refused: [],
      skippedRows: 0,
      skipped: [],
      read: { encoding: 'utf-8', delimiter: ';', decimal: 'comma', titleLine: 1 },
      sales: [
        {
          ts: NOON + 5000,
          receipt: '7',
          member: 'K1',
          lines: [
            { gtin: '4001', quantity: 2, net: 1234.5, tax: 0.1 },
            { gtin: '4002', quantity: 0.5, net: 1.25 },
          ],
        },
        { ts: NOON, receipt: '8', lines: [{ gtin: '4001', quantity: -1, net: -2.5 }] },
      ],
    });
  });

  it('takes off what a spreadsheet put around codes, and refuses by name those that it has rounded', () => {
    const row = (receipt: number, code: string) => `${receipt};01.03.2026 12:00;${code};1;1,00;;\n`;
    const report = decode(
      HEAD +
        row(1, '="06901234567892"') +
        row(2, '"=""06901234567892"""') +
        row(3, "'06901234567892") +
        row(4, '6,90123E+12'),
    );
    expect(report.sales.map((sale) => sale.lines[0]?.gtin)).toEqual(Array(3).fill('06901234567892'));
    expect(refusedOf(report)).toEqual([
      {
        line: 5,
        column: 'EAN',
        expected: 'a product code with all its digits: a spreadsheet has rounded this one, got "6,90123E+12"',
      },
    ]);
  });

  it.each<[string, Partial<CsvSettings>]>([
    ['2026-03-01 12:00:00', {}],
    ['2026-03-01T12:00:00+01:00', {}],
    ['1.3.2026 12:00', {}],
    ['3/1/2026 12:00 PM', { dateOrder: 'mdy' }],
    ['2026/03/01 12:00:00', { dateOrder: 'ymd' }],
  ])('reads the time %s', (date, more) => {
    expect(decode(`${HEAD}7;${date};4001;1;1;;`, more).sales[0]?.ts).toBe(NOON);
  });

  it('reads date and time of two columns, titles in any case, other marks, and one unit without a column', () => {
    const columns = { receipt: 'no', date: 'day', time: 'clock', gtin: 'code', net: 'amount' };
    const text = '\ufeff"No",Code,Amount,Day,Clock\n1,4001,2.50,2026-03-01,12:00\n';
    expect(decode(text, { columns, decimal: 'point' })).toMatchObject({
      sales: [{ ts: NOON, receipt: '1', lines: [{ gtin: '4001', quantity: 1, net: 2.5 }] }],
    });
  });

  it('reports each refused row with its line, column and what was expected, and refuses the receipt whole', () => {
    const rows = [
      '1;01.03.2026 12:00;4001;1;1,00;;',
      '1;01.03.2026 12:00;4002;one;1,00;;',
      ';01.03.2026 12:00;4001;1;1,00;;',
      '2;31.02.2026 12:00;4001;1;1,00;;',
      '3;01.03.2026 12:00;;1;1,00;;',
      '4;01.03.2026 12:00;4001;1;1.00;;',
      '5;01.03.2026 12:00;4001;-1;1,00;;',
      '6;01.03.2026 12:00;4001;0;1,00;;',
      '7;01.03.2026 12:00;4001;1;;;',
      '8;01.03.2026 12:00;4001;1;1,00;;',
      '9;01.03.2026 12:00;"4001"x;1;1,00;;',
    ];
    const report = decode(HEAD + rows.join('\n'));
    expect(report.sales.map((sale) => [sale.receipt, sale.lines[0]?.gtin])).toEqual([
      ['3', 'unknown'],
      ['6', '4001'],
      ['8', '4001'],
    ]);
    const number = 'a number with a decimal comma, such as 1234,50';
    expect(refusedOf(report)).toEqual([
      { line: 2, column: 'Bon', expected: 'a receipt all of whose rows can be read' },
      { line: 3, column: 'Menge', expected: number },
      { line: 4, column: 'Bon', expected: 'a receipt all of whose rows can be read' },
      { line: 5, column: 'Datum', expected: 'a date and time such as 31.12.2026 18:05:00' },
      { line: 7, column: 'Netto', expected: number },
      { line: 8, column: 'Netto', expected: 'a negative amount, as the quantity is negative (a return)' },
      { line: 10, column: 'Netto', expected: number },
      { line: 12, column: '', expected: 'quotes that are closed, with nothing behind them' },
    ]);
    expect([report.rows, report.refusedRows]).toEqual([11, 8]);
  });

  it('keeps receipts of different days apart only where numbers begin anew each day', () => {
    const text = `${HEAD}1;01.03.2026 23:59;4001;1;1;;\n1;02.03.2026 00:01;4001;1;2;;\n`;
    expect(decode(text, { receiptScope: 'day' }).sales.map(({ lines }) => lines[0]?.net)).toEqual([1, 2]);
    expect(decode(text).sales).toHaveLength(1);
  });

  it('takes marks between thousands where it is told, or the file tells, what the decimal mark is', () => {
    const nets = (cell: string, more: Partial<CsvSettings>, base?: CsvSettings) => {
      const { sales, refused } = decode(`${HEAD}1;01.03.2026 12:00;4001;1;${cell};;`, more, base);
      return sales[0]?.lines[0]?.net ?? refused[0]?.code;
    };
    expect(nets('1.234,50', {})).toBe(1234.5);
    expect(nets('1.234', {})).toBe(1234);
    expect(nets('1,234.50', { decimal: 'point' })).toBe(1234.5);
    expect(nets('1.234,50', { decimal: 'point' })).toBe('amount');
    expect(nets('1.234,50', {}, untold)).toBe(1234.5);
    expect(nets('1,234', {}, untold)).toBe('thousands');
  });

  it.each([
    ['', '', 'is empty'],
    ['Bon;Datum;EAN;Menge;MwSt;Kunde\n', 'Netto', 'is no title of a column in the first row'],
  ])('refuses the file %j', (text, field, message) => {
    const read = decodeCsv('t', bytes(text), settings);
    expect(read).toMatchObject({ ok: false, field });
    expect(read.ok ? '' : faultWords(read)).toBe(message);
  });

  it('splits quoted cells with quotes, marks and line breaks inside, and knows the line of each row', () => {
    const rows = [...csvRows('a,"b ""q"", \r\nc",d\n\n"e"\r\n,\n"open, f', ',')];
    expect(rows).toEqual([
      { line: 1, cells: ['a', 'b "q", \r\nc', 'd'], broken: false },
      { line: 4, cells: ['e'], broken: false },
      { line: 5, cells: ['', ''], broken: false },
      { line: 6, cells: ['open, f'], broken: true },
    ]);
  });

  it('never throws on garbage, and counts every row as sold, refused or left out', () => {
    const good = bytes(`${HEAD}7;01.03.2026 12:00:00;4001;2;"12,5";0,10;K1\n7;01.03.2026 12:00:05;4002;1;1,25;;\n`);
    for (const message of mutations(17, [good], 10_000)) {
      const read = decodeCsv('t', message, settings);
      if (!read.ok) continue;
      const sold = read.value.sales.reduce((sum, { lines }) => sum + lines.length, 0);
      expect(sold + read.value.refusedRows + read.value.skippedRows).toBe(read.value.rows);
    }
  });
});
