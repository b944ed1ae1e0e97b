import { describe, expect, it } from 'vitest';
import { decodeCsv, type CsvReport, type CsvSettings } from '../src/index.js';

/** More of what exports of tills hold: each kind by several of its forms. */
const columns = { receipt: 'Receipt', date: 'Date', gtin: 'GTIN', quantity: 'Quantity', net: 'Net' };
const HEAD = 'Receipt,Date,GTIN,Quantity,Net\n';
const [MILK, BAG] = ['06901234567892', '06901234567908'];
const T = '2026-03-02 12:00:00';
const settings: CsvSettings = { columns, timezone: 'Asia/Shanghai', currency: 'CNY' };

function decode(file: string | Buffer, more: Partial<CsvSettings> = {}): CsvReport {
  const read = decodeCsv('t', Buffer.from(file), { ...settings, ...more });
  if (!read.ok) throw new Error(JSON.stringify(read));
  const { value } = read;
  const sold = value.sales.reduce((sum, { lines }) => sum + lines.length, 0);
  expect(sold + value.refusedRows + value.skippedRows, 'every row is sold, refused or left out').toBe(value.rows);
  return value;
}
const nets = ({ sales }: CsvReport) =>
  Object.fromEntries(
    sales.map(({ receipt, lines }) => [
      receipt,
      Math.round(lines.reduce((sum, { net }) => sum + net, 0) * 1000) / 1000,
    ]),
  );
const refused = ({ refused }: CsvReport) => refused.map(({ line, code }) => `${line} ${code}`);
const skipped = ({ skipped }: CsvReport) => skipped.map(({ line, code }) => `${line} ${code}`);

describe('rows of several receipts', () => {
  it('may stand between one another, with line breaks of every system', () => {
    const file = `${HEAD.trim()}\r\nA,${T},${MILK},1,12.50\nB,${T},${BAG},1,3.20\r\nA,,${BAG},2,6.40\rB,${T},${MILK},1,12.50`;
    expect(nets(decode(file))).toEqual({ A: 18.9, B: 15.7 });
    const wide = Buffer.from(`\ufeff${file}`, 'utf16le').swap16();
    expect(nets(decode(wide))).toEqual({ A: 18.9, B: 15.7 });
  });

  it('survive a remark over two lines and lone quotes behind it', () => {
    const note = (text: string, receipt: string) => `${receipt},${T},${BAG},1,3.20,${text}\n`;
    const file = `${HEAD.trim()},Note\n${note('"two\nlines"', 'A')}${note('5" pipe', 'B')}${note('"open', 'C')}${note('"6"" ok"', 'D')}`;
    expect(nets(decode(file))).toEqual({ A: 3.2, B: 3.2, D: 3.2 });
    expect(refused(decode(file))).toEqual(['5 quotes']);
  });
});

describe('amounts', () => {
  const net = (text: string, more: Partial<CsvSettings> = {}) => {
    const read = decode(`Receipt|Date|GTIN|Quantity|Net\nA|${T}|${MILK}|1|${text}\n`, more);
    return nets(read)['A'] ?? refused(read)[0];
  };
  it.each([
    ['12,-', 12],
    ['12,--', 12],
    ['12.—', 12],
    ['€ 1.234,-', 1234],
    ['CNY 12.--', 12],
    ['1.234,50-', -1234.5],
    ['12,50 -', -12.5],
  ])('a dash behind the mark is no minus: %s', (text, expected) => {
    const read = decode(`Receipt|Date|GTIN|Quantity|Net\nA|${T}|${MILK}|${expected < 0 ? -1 : 1}|${text}\n`);
    expect(nets(read)).toEqual({ A: expected });
  });

  it('money without a smaller unit has no decimals, of thousandths three; nothing else is guessed', () => {
    expect(net('1,250', { currency: 'JPY' })).toBe(1250);
    expect(net('12.345', { currency: 'KRW' })).toBe(12_345);
    expect(net('-1,250', { currency: 'JPY', returns: {} })).toBe(-1250);
    expect(net('1.250', { currency: 'KWD' })).toBe(1.25);
    expect(net('1,250', { currency: 'KWD' })).toBe('2 thousands');
    expect(net('1,250')).toBe('2 thousands');
    const kilograms = decode(`Receipt|Date|GTIN|Quantity|Net\nA|${T}|${MILK}|1.250|980\n`, { currency: 'JPY' });
    expect(refused(kilograms)).toEqual(['2 thousands']);
  });

  it('nothing, as exports write it, is nothing', () => {
    const read = decode(
      `${HEAD.trim()},Tax,Card\nA,${T},NULL,1,3.00,NULL,N/A\nB,${T},-,1,3.00,,\nC,${T},0,1,3.00,NaN,none\n`,
      {
        columns: { ...columns, tax: 'Tax', member: 'Card' },
      },
    );
    expect(read.sales.map(({ lines, member }) => [lines[0]?.gtin, lines[0]?.tax, member])).toEqual([
      ['unknown', undefined, undefined],
      ['unknown', undefined, undefined],
      ['unknown', undefined, undefined],
    ]);
  });
});

describe('rows that say of themselves that they do not count', () => {
  const one = (title: string, word: string) =>
    decode(`${HEAD.trim()},${title}\nA,${T},${MILK},1,12.50,${word}\nB,${T},${BAG},1,3.20,\n`);
  it.each([
    ...[
      'Cancelled by customer',
      'VOID (4711)',
      'Post-voided',
      'Stornierung',
      'annulée',
      'anulado',
      'Draft',
      'Parked',
      'On hold',
      'Declined',
    ].map((word) => ['Status', word]),
    ...['交易取消', '已作廢', '系统撤销', '挂单', '支付失败'].map((word) => ['订单状态', word]),
    ['Statut', 'annulé'],
    ['Type', 'Void'],
    ['Transaction_Type', 'Storno'],
    ['Voided', 'Yes'],
    ['Is Void', 'true'],
    ['Is_Training', '1'],
    ['是否作废', '是'],
    ['Cancelled at', '2026-03-02 12:31:00 +0800'],
    ['Voided', '2.3.2026'],
    ['作废时间', '2026年3月2日'],
  ])('%s: %s', (title, word) => {
    const read = one(title as string, word as string);
    expect(nets(read)).toEqual({ B: 3.2 });
    expect(skipped(read)).toEqual(['2 status']);
  });

  it.each([
    ['Status', 'Not cancelled'],
    ['Status', 'Partially cancelled'],
    ['Status', 'Refunded'],
    ['Status', 'Voidable'],
    ['订单状态', '未取消'],
    ['Type', 'Sale'],
    ['Voided', 'No'],
    ['Voided', '0'],
    ['Voided', '0.00'],
    ['Cancelled at', 'never'],
    ['Note', 'Void'],
  ])('and not: %s: %s', (title, word) => expect(nets(one(title, word))).toEqual({ A: 12.5, B: 3.2 }));

  it('a day of cancelling counts beside the words that the entry names, and not where it counts them all', () => {
    const file = `${HEAD.trim()},Cancelled at,State\nA,${T},${MILK},1,12.50,2026-03-02 13:00,paid\nA,,${BAG},1,3.20,,\nB,${T},${BAG},1,3.20,,paid\n`;
    expect(nets(decode(file, { skip: { State: ['draft'] } }))).toEqual({ B: 3.2 });
    expect(nets(decode(file, { skip: {} }))).toEqual({ A: 15.7, B: 3.2 });
  });

  it('a void takes back the receipt that it names, or is refused where that is not in the file', () => {
    const file = `${HEAD.trim()},Type,Original\nA,${T},${MILK},1,12.50,Sale,\nB,${T},${MILK},1,12.50,Void,A\nC,${T},${MILK},1,12.50,Void,Z9\nD,${T},${BAG},-1,-3.20,Return,A\n`;
    const read = decode(file, { columns: { ...columns, returnOf: 'Original' } });
    expect(nets(read)).toEqual({ D: -3.2 });
    expect(read.sales[0]?.returnOf).toBe('A');
    expect(skipped(read)).toEqual(['2 undone', '3 status']);
    expect(read.refused).toMatchObject([{ line: 4, column: 'Original', code: 'postVoid', values: { receipt: 'Z9' } }]);
  });

  it('a voided row with the other sign takes back the row of its receipt that it undoes', () => {
    const row = (code: string, quantity: number, net: number, status: string) =>
      `A,${T},${code},${quantity},${net},${status}\n`;
    const file = `${HEAD.trim()},Status\n${row(MILK, 1, 12.5, 'OK')}${row(MILK, 1, 12.5, 'OK')}${row(BAG, 1, 3.2, 'OK')}${row(MILK, -1, -12.5, 'Voided')}`;
    const read = decode(file);
    expect(nets(read)).toEqual({ A: 15.7 });
    expect(skipped(read)).toEqual(['3 undone', '5 status']);
  });

  it.each([
    ['a date', ',Total,,2,15.70'],
    ['a code', ',,TOTAL,2,15.70'],
    ['a receipt', 'Report total:,,,2,15.70'],
    ['a code behind a receipt', 'B,,合计,2,15.70'],
    ['German', ',,Gesamtsumme,2,15.70'],
  ])('a sum that stands where %s would is no goods', (_name, last) => {
    const read = decode(`${HEAD}A,${T},${MILK},1,12.50\nB,${T},${BAG},1,3.20\n${last}\n`);
    expect(nets(read)).toEqual({ A: 12.5, B: 3.2 });
    expect(skipped(read)).toEqual(['4 sum']);
  });
});

describe('times', () => {
  const ts = (text: string, more: Partial<CsvSettings> = {}) => {
    const [sale] = decode(`Receipt|Date|GTIN|Quantity|Net\nA|${text}|${MILK}|1|1\n`, more).sales;
    return sale === undefined ? 'refused' : new Date(sale.ts).toISOString();
  };
  it('take a year of two digits where it can be nothing else, or where the entry says so', () => {
    expect(ts('26/03/02 13:05')).toBe('2026-03-02T05:05:00.000Z');
    for (const text of ['3/2/26 13:05', '03/02/26 13:05', '24/03/26 13:05', '31/12/26 13:05'])
      expect(ts(text)).toBe('refused');
    expect(ts('3/2/26 1:05 p. m.', { dateOrder: 'mdy' })).toBe('2026-03-02T05:05:00.000Z');
    expect(ts('24/03/26 13:05', { dateOrder: 'dmy' })).toBe('2026-03-24T05:05:00.000Z');
  });
  it('take seconds and milliseconds since 1970', () => {
    expect(ts('1772424000')).toBe('2026-03-02T04:00:00.000Z');
    expect(ts('1772424000000')).toBe('2026-03-02T04:00:00.000Z');
  });
});

it('a workbook is told from text', () => {
  for (const head of ['PK\x03\x04', '\xd0\xcf\x11\xe0'])
    expect(decodeCsv('t', Buffer.from(`${head}abc`, 'latin1'), settings)).toMatchObject({
      ok: false,
      code: 'workbook',
    });
});
