import { describe, expect, it } from 'vitest';
import {
  ProductBook,
  checkDigitOf,
  hasWrongCheckDigit,
  normalCode,
  parseProductsCsv,
  parseStoreFile,
  printedCode,
  readCode,
  receiptContent,
  receiptLines,
} from '../src/index.js';

const MILK = '06901234567892';

describe('a product code as somebody wrote it', () => {
  it.each([
    [`="${MILK}"`, MILK],
    [`=""${MILK}""`, MILK],
    [`= "${MILK}"`, MILK],
    [`'${MILK}`, MILK],
    [`’${MILK}`, MILK],
    ['6901234567892.0', '6901234567892'],
    ['6901234567892,00', '6901234567892'],
    [' 6901234567892\t', '6901234567892'],
    ['\u{feff}6901234567892\u{200b}', '6901234567892'],
    ['6 901234 567892', '6901234567892'],
    ['６９０１２３４５６７８９２', '6901234567892'],
    ['6,901,234,567,892', '6901234567892'],
    ['+6901234567892', '6901234567892'],
    [`=${MILK}`, MILK],
    ['978-7-111-12345-7', '978-7-111-12345-7'], // no GTIN by its check digit
    ['978-0-306-40615-7', '9780306406157'],
    ['0-306-40615-2', '9780306406157'],
    ['0-8044-2957-X', '9780804429573'],
    ['0306406152', '0306406152'], // ten digits may be anything
    [`(01)${MILK}(17)260101(10)AB-1`, MILK],
    [`]C101${MILK}17260101`, MILK],
    [`01${MILK}`, MILK],
    [`https://id.gs1.org/01/${MILK}/10/AB1`, MILK],
    ['12-345-678', '12-345-678'],
    ['4011', '4011'],
    ['milk', 'milk'],
    ['1E5', '1E5'],
    ['AB-1.0', 'AB-1.0'],
  ])('%j is %j', (written, code) => {
    expect(readCode(written)).toEqual({ ok: true, value: code });
  });

  it.each(['6.90123E+12', '6,90123E+12', '6.9e12', '7E+12', '="6.90123E+12"', '#N/A', '#REF!', '#WERT!', '########'])(
    'is refused by name where a spreadsheet has rounded it, or lost it: %j',
    (written) => {
      const read = readCode(written);
      expect(read.ok).toBe(false);
      if (!read.ok) expect(read.problem.message).toMatch(/a spreadsheet has rounded this one, got "/);
    },
  );

  it.each(['', ' ', '=""', "'", 'x'.repeat(33)])('is refused where nothing is left, or too much: %j', (written) => {
    expect(readCode(written).ok).toBe(false);
  });
});

describe('forms of one code', () => {
  it.each([
    ['96385074', '00000096385074', '96385074'],
    ['036000291452', '00036000291452', '036000291452'],
    ['0036000291452', '00036000291452', '036000291452'],
    ['6901234567892', MILK, '6901234567892'],
    [MILK, MILK, '6901234567892'],
    ['10012345678902', '10012345678902', '10012345678902'],
    ['4011', '00000000004011', '4011'],
    ['978-0-306-40615-7', '09780306406157', '978-0-306-40615-7'],
    ['AB-12', 'AB-12', 'AB-12'],
    ['milk', 'milk', 'milk'],
  ])('%s is compared as %s and printed as %s', (code, normal, printed) => {
    expect(normalCode(code)).toBe(normal);
    expect(printedCode(code)).toBe(printed);
  });

  it('tells a wrong check digit from a right one, and has none to tell in other codes', () => {
    expect(['6901234567892', '96385074', '036000291452', '4011', 'milk', '123456789'].some(hasWrongCheckDigit)).toBe(
      false,
    );
    expect(['6901234567893', '96385075', '036000291453'].every(hasWrongCheckDigit)).toBe(true);
    expect(checkDigitOf('629104150021')).toBe('3'); // the example of GS1's own page
  });
});

describe('the products of a store file', () => {
  it('finds a product by any of its forms, whichever the file has', () => {
    for (const gtin of ['978-0-306-40615-7', '9780306406157', '0-306-40615-2']) {
      const book = new ProductBook([{ gtin }]);
      for (const code of ['978-0-306-40615-7', '9780306406157', '09780306406157', '0-306-40615-2'])
        expect(book.find(code)?.gtin, code).toBe(gtin);
    }
  });
  const milk = { gtin: MILK, codes: ['96385074', '4011'] };
  const cheese = { gtin: 'cheese', codes: ['2100001'] };
  const apples = { gtin: '2100002000003' };
  const book = new ProductBook([milk, cheese, apples]);
  const label = (item: string, value: string) => `${item}${value}${checkDigitOf(item + value)}`;

  it.each([
    ['6901234567892', MILK],
    [MILK, MILK],
    ['00096385074', MILK],
    ['04011', MILK],
    [label('2100001', '00100'), 'cheese'],
    [`0${label('2100001', '09999')}`, 'cheese'],
    [label('2100002', '01234'), '2100002000003'],
    [label('2100003', '01234'), label('2100003', '00000')],
    [label('2100003', '04321'), label('2100003', '00000')],
    ['06901234567908', '6901234567908'],
    ['stranger', 'stranger'],
  ])('%s is %s', (code, item) => {
    expect(book.itemOf(code)).toBe(item);
  });

  it('tells labels from products that only begin like one', () => {
    expect(book.isLabel(label('2100001', '00100'))).toBe(true);
    expect(book.isLabel('2100002000003')).toBe(false);
    expect(book.isLabel(MILK)).toBe(false);
  });

  it('takes the longer of two beginnings', () => {
    const both = new ProductBook([
      { gtin: 'ham', codes: ['21000'] },
      { gtin: 'cheese', codes: ['2100001'] },
    ]);
    expect([both.itemOf(label('2100001', '00100')), both.itemOf(label('2100007', '00100'))]).toEqual(['cheese', 'ham']);
  });
});

describe('codes in a store file', () => {
  const file = (products: string, slot = MILK) => `
store: {id: demo, name: Demo, timezone: Asia/Shanghai, currency: CNY}
floor: {width: 30, depth: 20}
products: ${products}
fixtures: [{id: fx, slots: [{id: s1, gtin: "${slot}"}]}]
`;
  const parse = (products: string, slot?: string) => parseStoreFile(file(products, slot), 'shop.yaml');

  it.each([
    [
      `[{gtin: "06901234567893"}]`,
      'products[0].gtin "06901234567893" has a wrong check digit; expected 06901234567892',
    ],
    [
      `[{gtin: "${MILK}"}, {gtin: "6901234567892"}]`,
      `products[1].gtin "6901234567892" is "${MILK}" of products[0].gtin in another form`,
    ],
    [`[{gtin: "${MILK}"}, {gtin: "${MILK}"}]`, `products[1].gtin repeats "${MILK}" of products[0].gtin`],
    [
      `[{gtin: "${MILK}"}, {gtin: x, codes: ["4011", "6901234567892"]}]`,
      `products[1].codes[1] "6901234567892" is "${MILK}" of products[0].gtin in another form`,
    ],
    [`[{gtin: "${MILK}", codes: ["96385075"]}]`, 'products[0].codes[0] "96385075" has a wrong check digit'],
    [`[{gtin: x}]`, `fixtures[0].slots[0].gtin names no product: "${MILK}"`],
    [`[{gtin: "${MILK}", soldBy: metre}]`, 'products[0].soldBy expected one of piece, weight'],
    [`[{gtin: "${MILK}", cost: -1}]`, 'products[0].cost expected a cost, 0 or more'],
  ])('are refused: %s', (products, message) => {
    expect(() => parse(products)).toThrow(message);
  });

  it('may be given in another form by a slot, which then names the product as it is listed', () => {
    const read = parse(`[{gtin: "${MILK}", codes: ["2100001"], soldBy: weight, cost: 3.5}]`, '6901234567892');
    expect(read.fixtures?.[0]?.slots?.[0]?.gtin).toBe(MILK);
    expect(read.products?.[0]).toMatchObject({ codes: ['2100001'], soldBy: 'weight', cost: 3.5 });
  });

  it('come out of a spreadsheet: guards are taken off, rounded ones named by row and column', () => {
    const csv = `gtin,codes,soldBy,cost\n"=""${MILK}""",4011; 2100001,weight,3.5\n`;
    expect(parseProductsCsv(csv, 'p.csv')).toEqual([
      { gtin: MILK, codes: ['4011', '2100001'], soldBy: 'weight', cost: 3.5 },
    ]);
    expect(() => parseProductsCsv('gtin\n4011\n6.90123E+12\n', 'p.csv')).toThrow(
      'p.csv: row 3, gtin expected a product code with all its digits: a spreadsheet has rounded this one',
    );
  });
});

describe('the content of a receipt', () => {
  const line = (gtin: string, net = 12.5) => ({ lines: [{ gtin, quantity: 1, net }] });
  const content = (gtin: string) => {
    const lines = receiptLines(line(gtin), 2);
    return lines.ok ? receiptContent(1, lines.value) : lines.problem;
  };

  it('is the same whatever form its products are written in', () => {
    expect(content('6901234567892')).toBe(content(`="${MILK}"`));
    expect(content('96385074')).not.toBe(content(MILK));
  });

  it('names the line whose code or amount cannot be kept', () => {
    expect(content('6.90123E+12')).toMatchObject({ field: 'lines[0].gtin' });
    expect(receiptLines(line(MILK, 1e13), 2).ok).toBe(true);
    expect(receiptLines(line(MILK, 1.1e13), 2)).toMatchObject({ ok: false, problem: { field: 'lines[0].net' } });
  });
});
