import { describe, expect, it } from 'vitest';
import {
  decodeCsv,
  decodeText,
  faultWords,
  skipWords,
  withPreset,
  type Columns,
  type CsvReport,
  type CsvSettings,
} from '../src/index.js';

const columns = { receipt: 'Receipt', date: 'Date', gtin: 'GTIN', quantity: 'Quantity', net: 'Net' };
const HEAD = 'Receipt,Date,GTIN,Quantity,Net\n';
const MILK = '06901234567892';
const BAG = '06901234567908';
const settings: CsvSettings = { columns, timezone: 'Asia/Shanghai', currency: 'CNY' };

function decode(file: string | Uint8Array, more: Partial<CsvSettings> = {}): CsvReport {
  const read = decodeCsv('t', typeof file === 'string' ? Buffer.from(file) : file, { ...settings, ...more });
  if (!read.ok) throw new Error(JSON.stringify(read));
  const { value } = read;
  const sold = value.sales.reduce((sum, { lines }) => sum + lines.length, 0);
  expect(sold + value.refusedRows + value.skippedRows, 'every row is sold, refused or left out').toBe(value.rows);
  return value;
}
const nets = ({ sales }: CsvReport) =>
  Object.fromEntries(
    sales.map(({ receipt, lines }) => [receipt, Math.round(lines.reduce((sum, { net }) => sum + net, 0) * 100) / 100]),
  );
const refused = ({ refused }: CsvReport) => refused.map(({ line, code }) => `${line} ${code}`);
const skipped = ({ skipped }: CsvReport) => skipped.map(({ line, code }) => `${line} ${code}`);
const T = '2026-03-02 12:00:00';

describe('a receipt is never cut short', () => {
  it('rows without a receipt belong to the one above, with or without its time', () => {
    const report = decode(
      `${HEAD}G1,${T},${MILK},1,12.50\n,${T},${BAG},2,6.40\n,,${MILK},1,12.50\nG2,${T},${BAG},1,3.20\n`,
    );
    expect(nets(report)).toEqual({ G1: 31.4, G2: 3.2 });
  });

  it('a row with the receipt alone takes the time of its receipt, however far above', () => {
    const report = decode(`${HEAD}#1,${T},${MILK},1,12.50\n#2,${T},${BAG},1,3.20\n#1,,${BAG},1,3.20\n`);
    expect(nets(report)).toEqual({ '#1': 15.7, '#2': 3.2 });
  });

  it('a row of another time without a receipt refuses the one above whole', () => {
    const report = decode(
      `${HEAD}G1,${T},${MILK},1,12.50\n,2026-03-02 13:00:00,${BAG},1,3.20\nG2,${T},${BAG},1,3.20\n`,
    );
    expect(nets(report)).toEqual({ G2: 3.2 });
    expect(refused(report)).toEqual(['2 notWhole', '3 otherTime']);
  });

  it('rows without a receipt behind one that cannot be read are refused with it', () => {
    const report = decode(`${HEAD}G1,never,${MILK},1,12.50\n,,${BAG},1,3.20\nG2,${T},${BAG},1,3.20\n`);
    expect(nets(report)).toEqual({ G2: 3.2 });
    expect(refused(report)).toEqual(['2 date', '3 noReceiptAbove']);
  });

  it('a bad row among grouped ones refuses their receipt whole', () => {
    const report = decode(
      `${HEAD}G1,${T},${MILK},1,12.50\n,,${BAG},two,6.40\n,,${BAG},1,3.20\nG2,${T},${BAG},1,3.20\n`,
    );
    expect(nets(report)).toEqual({ G2: 3.2 });
    expect(refused(report)).toEqual(['2 notWhole', '3 amount', '4 notWhole']);
  });

  const ITEM = 'Receipt,Date,Item,GTIN,Quantity,Net\n';
  it.each([
    ['a quote that is not closed', `K1,${T},"Screen 19,${MILK},1,12.50\n`],
    ['a quote doubled at the end', `K1,${T},"Screen 19"",${MILK},1,12.50\n`],
    ['a quote inside', `K1,${T},"Screen 19" flat",${MILK},1,12.50\n`],
    ['a quote that a later row closes', `K1,${T},"Screen 19,${MILK},1,12.50\nK4,${T},Cable 5",${MILK},1,12.50\n`],
  ])('%s costs the receipts on its own line only', (_name, rows) => {
    const report = decode(
      `${ITEM}${rows}K2,${T},"Cable",${MILK},1,12.50\nK2,${T},"Bag",${BAG},1,3.20\nK3,${T},"Ok",${MILK},1,12.50\n`,
    );
    expect(nets(report)).toMatchObject({ K2: 15.7, K3: 12.5 });
    expect(nets(report)).not.toHaveProperty('K1');
    expect(refused(report)).toContain('2 quotes');
  });

  it('cells may hold line breaks, delimiters and quotes; lines are counted all the same', () => {
    const report = decode(`${ITEM}K1,${T},"two\nlines, ""quoted""",${MILK},1,12.50\nK2,${T},x,${MILK},one,1\n`);
    expect(nets(report)).toEqual({ K1: 12.5 });
    expect(refused(report)).toEqual(['4 amount']);
  });

  it('a row with more cells than titles is refused: 12,50 without quotes is not 12', () => {
    const report = decode(`${HEAD}X1,${T},${MILK},1,12,50\nX2,${T},${BAG},1,3.20,,\n`);
    expect(nets(report)).toEqual({ X2: 3.2 });
    expect(refused(report)).toEqual(['2 cells']);
  });
});

describe('rows that are no sales', () => {
  const STATUS = 'Receipt,Date,GTIN,Quantity,Net,Status\n';
  it('are left out by their status, also of the whole of a grouped receipt', () => {
    const report = decode(`${STATUS}C1,${T},${MILK},1,12.50,Void\n,,${BAG},1,3.20,\nC2,${T},${MILK},1,12.50,Closed\n`, {
      skip: { status: ['VOID'] },
    });
    expect(nets(report)).toEqual({ C2: 12.5 });
    expect(skipped(report)).toEqual(['2 status', '3 status']);
  });

  it('are told by usual words where the entry says nothing, and not where it says that none are', () => {
    const rows = `${STATUS}C1,${T},${MILK},1,12.50,作废\nC2,${T},${MILK},1,12.50,\n`;
    expect(nets(decode(rows))).toEqual({ C2: 12.5 });
    expect(nets(decode(rows, { skip: {} }))).toEqual({ C1: 12.5, C2: 12.5 });
  });

  it('are all but the kinds that are named; a head row gives its receipt to the lines below', () => {
    const head = 'Receipt,Date,GTIN,Quantity,Net,Line Type\n';
    const rows = `${head}L1,${T},,1,15.70,Sale\n,,${MILK},1,12.50,Sale Line\n,,${BAG},1,3.20,Sale Line\n,,,,15.70,Payment\n`;
    const report = decode(rows, { only: { 'Line Type': ['sale line'] } });
    expect(nets(report)).toEqual({ L1: 15.7 });
    expect(skipped(report)).toEqual(['2 kind', '5 kind']);
  });

  it('are totals and payments: without a quantity where they fit, else the receipt is refused', () => {
    const rows = `${HEAD}P1,${T},${MILK},1,12.50\nP1,${T},,,12.50\nP2,${T},${MILK},1,12.50\nP2,${T},,,99.00\n`;
    const report = decode(rows);
    expect(nets(report)).toEqual({ P1: 12.5 });
    expect(skipped(report)).toEqual(['3 sum']);
    expect(refused(report)).toEqual(['4 sumOrLine', '5 sumOrLine']);
  });

  it('are totals of a receipt and of the file in grouped rows', () => {
    const report = decode(
      `${HEAD}T1,${T},${MILK},1,12.50\n,,${BAG},2,6.40\n,,,3,18.90\nT2,${T},${BAG},1,3.20\n,,,4,22.10\n`,
    );
    expect(nets(report)).toEqual({ T1: 18.9, T2: 3.2 });
    expect(skipped(report)).toEqual(['4 sum', '6 sum']);
    expect(nets(decode(`${HEAD}T1,${T},${MILK},1,12.50\nTotal,,,,12.50\n合计,,,1,12.50\n`))).toEqual({ T1: 12.5 });
  });

  it('are remarks, repeated titles and rows of nothing', () => {
    const report = decode(
      `${HEAD}R2,${T},${MILK},1,12.50\nR2,${T},NOTE,0,0\nR2,${T},thanks,,\n${HEAD}R3,${T},${BAG},1,3.20\n`,
    );
    expect(nets(report)).toEqual({ R2: 12.5, R3: 3.2 });
    expect(skipped(report)).toEqual(['3 nothing', '4 nothing', '5 titles']);
  });

  it('are worded in both languages', () => {
    const [first] = decode(`${STATUS}C1,${T},${MILK},1,12.50,void\n`).skipped;
    expect(first && [skipWords(first), skipWords(first, 'zh')]).toEqual(['Status is void', 'Status 为 void']);
  });
});

describe('money and numbers', () => {
  it.each([
    ['$12.50', 12.5],
    ['¥12.50', 12.5],
    ['￥１２．５０', 12.5],
    ['12.50 €', 12.5],
    ['CNY 12.50', 12.5],
    ['RMB12.50', 12.5],
    ['12.50元', 12.5],
    ['HK$12.50', 12.5],
    ['R$ 12.50', 12.5],
    ['($12.50)', -12.5],
    ['$(12.50)', -12.5],
    ['-$12.50', -12.5],
    ['$-12.50', -12.5],
    ['12.50-', -12.5],
    ['−12.50', -12.5],
    ['+12.50', 12.5],
    ['$1,250.00', 1250],
    ["1'250.00", 1250],
    ['1 250.00', 1250],
    ['1\u202f250.00', 1250],
    ['12,34,567.00', 1_234_567],
    ['1,250,000', 1_250_000],
    ['.50', 0.5],
  ])('reads %s', (text, net) => {
    const quantity = net < 0 ? -1 : 1;
    expect(nets(decode(`${HEAD}S,${T},${MILK},${quantity},"${text}"\n`))).toEqual({ S: net });
  });

  it.each([
    ['1.250,00', 'amount'],
    ['12.50.00', 'amount'],
    ['1,25.00', 'amount'],
    ['0,125.00', 'amount'],
    ['--12.50', 'amount'],
    ['-(12.50)', 'amount'],
    ['12.50 apples', 'amount'],
    ['1e3', 'amount'],
    ['USD 12.50', 'otherCurrency'],
    ['1000000000000000000', 'amount'],
  ])('refuses %s', (text, code) => {
    expect(refused(decode(`${HEAD}S,${T},${MILK},1,"${text}"\n`, { decimal: 'point' }))).toEqual([`2 ${code}`]);
  });

  it('learns the decimal mark from amounts that can have no other', () => {
    expect(nets(decode(`${HEAD}S,${T},${MILK},1,"12,50"\nU,${T},${MILK},1,"1.250"\n`))).toEqual({ S: 12.5, U: 1250 });
    expect(refused(decode(`${HEAD}S,${T},${MILK},1,"1,250"\n`))).toEqual(['2 thousands']);
  });

  it('takes amounts up to ten to the fifteenth', () => {
    expect(nets(decode(`${HEAD}S,${T},${MILK},1,9999999999999.99\n`))).toEqual({ S: 9_999_999_999_999.99 });
  });
});

describe('what stands around the table', () => {
  it.each([
    ['titles and an empty line', `My shop\nSales report 2026\n\n${HEAD}`],
    ['titles with delimiters', `My shop,,,,\n"from 2 March, 2026",,,,\n${HEAD}`],
    ['sep=', `sep=,\n${HEAD}`],
    ['a byte order mark and sep=', `\ufeffsep=,\r\n${HEAD}`],
  ])('%s', (_name, head) => {
    expect(nets(decode(`${head}A,${T},${MILK},1,12.50\n`))).toEqual({ A: 12.5 });
  });

  it('sep=; decides against what stands most often', () => {
    const text = `sep=;\nReceipt;Date;GTIN;Quantity;Net;"a,b,c,d,e,f,g"\nA;${T};${MILK};1;12,50;\n`;
    expect(nets(decode(text))).toEqual({ A: 12.5 });
  });

  it.each([
    ['02.03.26 12:00', 'dmy'],
    ['2.3.2026 12:00:00', 'dmy'],
    ['3/2/26 12:00 PM', 'mdy'],
    ['2026年3月2日 12:00', undefined],
    ['2026/3/2 下午 12:00', undefined],
    ['20260302 120000', undefined],
    ['2 Mar 2026 12:00', undefined],
    ['"Mar 2, 2026 12:00 p.m."', undefined],
    ['2026/03/02 12:00', 'dmy'],
    ['2026-03-02 04:00:00 +0000', undefined],
  ] as const)('reads the time %s', (date, dateOrder) => {
    const { sales } = decode(`${HEAD}A,${date},${MILK},1,12.50\n`, dateOrder && { dateOrder });
    expect(sales.map(({ ts }) => ts)).toEqual([Date.UTC(2026, 2, 2, 4)]);
  });

  it('says what is missing, in both languages', () => {
    const read = decodeCsv('t', Buffer.from('Receipt,Date,GTIN,Quantity\n'), settings);
    expect(read).toMatchObject({ ok: false, code: 'noTitle', field: 'Net' });
    expect(read.ok ? '' : faultWords(read, 'zh')).toBe('首行没有这一列标题');
    expect(decodeCsv('t', Buffer.from(`Net,${HEAD}`), settings)).toMatchObject({ ok: false, code: 'twoTitles' });
  });
});

describe('encodings', () => {
  const rows = (receipt: string, name: string) =>
    `Receipt,Date,GTIN,Quantity,Net,Name\n${receipt},${T},${MILK},1,12.50,${name}\n`;
  const utf16 = (text: string, big: boolean, mark: boolean) => {
    const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
    return big ? bytes.swap16() : bytes;
  };
  /** 鲜牛奶 in GBK and Big5, Crème fraîche in windows-1252: after the tables of the WHATWG Encoding Standard. */
  const gbk = Buffer.from([0xcf, 0xca, 0xc5, 0xa3, 0xc4, 0xcc]);
  const big5 = Buffer.from([0xc2, 0x41, 0xa4, 0xfb, 0xa5, 0xa4]);
  const western = Buffer.concat([
    Buffer.from('Cr'),
    Buffer.from([0xe8]),
    Buffer.from('me fra'),
    Buffer.from([0xee]),
    Buffer.from('che'),
  ]);
  const around = (name: Buffer) => Buffer.concat([Buffer.from(rows('A', '').slice(0, -1)), name, Buffer.from('\n')]);

  it.each<[string, Uint8Array, string]>([
    ['UTF-8 with a mark', Buffer.from('\ufeff' + rows('A', '鲜牛奶')), 'utf-8'],
    ['UTF-16 LE with a mark', utf16(rows('A', '鲜牛奶'), false, true), 'utf-16le'],
    ['UTF-16 BE with a mark', utf16(rows('A', '鲜牛奶'), true, true), 'utf-16be'],
    ['UTF-16 LE without', utf16(rows('A', '鲜牛奶'), false, false), 'utf-16le'],
    ['UTF-16 BE without', utf16(rows('A', '鲜牛奶'), true, false), 'utf-16be'],
    ['GBK', around(gbk), 'gb18030'],
    ['Big5', around(big5), 'big5'],
    ['windows-1252', around(western), 'windows-1252'],
    ['GBK cut within a character, as tills cut names', around(gbk.subarray(0, 5)), 'gb18030'],
  ])('%s is found by itself', (_name, bytes, encoding) => {
    const report = decode(bytes, { timezone: 'Europe/Paris' });
    expect([report.read.encoding, report.sales.length]).toEqual([encoding, 1]);
  });

  it('reads every byte of windows-1252 as the Encoding Standard has it, euro sign and quotation marks too', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const read = decodeText(bytes, 'windows-1252')?.text ?? '';
    const marks = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
    expect([...read]).toEqual(
      Array.from(bytes, (byte) => (byte < 0x80 || byte > 0x9f ? String.fromCharCode(byte) : marks[byte - 0x80])),
    );
    expect(decodeText(Uint8Array.of(0xff), 'latin1')?.text).toBe('ÿ');
  });

  it('takes a price with a euro sign from a file of windows-1252', () => {
    const priced = rows('A', 'Cr\xe8me d\x92Is\xe8re').replace('12.50', '\x80 12.50');
    const report = decode(Buffer.from(priced, 'latin1'), { timezone: 'Europe/Paris' });
    expect(nets(report)).toEqual({ A: 12.5 });
    expect(report.read.encoding).toBe('windows-1252');
  });

  it('finds titles by what they read as', () => {
    // 單號,時間,條碼,數量,金額 in Big5
    const titles = Buffer.from('b3e6b8b92caeb9b6a12cb1f8bd582cbcc6b6712caaf7c342'.replace('aeb9', 'aec9'), 'hex');
    const file = Buffer.concat([titles, Buffer.from(`\nA,${T},${MILK},1,12.50\n`)]);
    const big = { receipt: '單號', date: '時間', gtin: '條碼', quantity: '數量', net: '金額' };
    expect(decode(file, { columns: big }).read.encoding).toBe('big5');
  });

  it('takes the encoding that the entry names, and refuses bytes that are no text', () => {
    const shiftJis = Buffer.from([0x8f, 0xac]);
    expect(decode(around(shiftJis), { encoding: 'shift_jis' }).sales).toHaveLength(1);
    expect(decodeCsv('t', Buffer.from([0x81, 0x8d, 0x8f, 0x90, 0x9d, 0x81]), settings)).toMatchObject({ ok: false });
  });

  it('refuses a receipt with a NUL, or with a half or an unreadable character, and no other', () => {
    const file = Buffer.concat([Buffer.from(HEAD), Buffer.from(`A\0B,${T},${MILK},1,1\nC,${T},${MILK},1,2\n`)]);
    expect(nets(decode(file))).toEqual({ C: 2 });
    const half = utf16(`${HEAD}A\ud800,${T},${MILK},1,1\nC,${T},${MILK},1,2\n`, false, true);
    expect(nets(decode(half))).toEqual({ C: 2 });
    expect(refused(decode(half))).toEqual(['2 unreadable']);
  });
});

describe('presets', () => {
  const preset = (name: NonNullable<Parameters<typeof withPreset>[0]['preset']>, text: string, currency = 'USD') => {
    const { columns, ...format } = withPreset({ preset: name });
    return decode(text, { ...format, columns: columns as Columns, currency, timezone: 'America/New_York' });
  };
  it('Square: payments and refunds, with signs and open amounts', () => {
    const text =
      'Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID\n' +
      `03/02/26,12:00:00,Eastern Time (US & Canada),Dairy,Milk,1.0,Regular,${MILK},,$13.50,($1.00),$12.50,$1.00,tA,pA,iPad,,,Payment,Shop,,,,\n` +
      '03/02/26,12:00:00,Eastern Time (US & Canada),None,Custom Amount,1.0,,,,$3.00,$0.00,$3.00,$0.00,tA,pA,iPad,,,Payment,Shop,,,,\n' +
      `03/02/26,12:05:00,Eastern Time (US & Canada),Dairy,Milk,-1.0,Regular,${MILK},,($12.50),$0.00,($12.50),($1.00),tB,pB,iPad,,,Refund,Shop,,,,\n`;
    expect(nets(preset('square', text))).toEqual({ tA: 15.5, tB: -12.5 });
  });
  it('Loyverse: refunds without signs, cancelled receipts', () => {
    const text =
      'Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,Net sales,Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status\n' +
      `3/2/26 1:33 PM,4-1,Sale,Dairy,${MILK},Milk,,,2,25.00,0.00,25.00,10,15,0.00,POS 1,Shop,Ann,,,,Closed\n` +
      `3/2/26 1:34 PM,4-2,Refund,Dairy,${MILK},Milk,,,1,12.50,0.00,12.50,5,7,0.00,POS 1,Shop,Ann,,,,Closed\n` +
      `3/2/26 1:35 PM,4-3,Sale,Dairy,${MILK},Milk,,,1,12.50,0.00,12.50,5,7,0.00,POS 1,Shop,Ann,,,,Cancelled\n`;
    expect(nets(preset('loyverse', text))).toEqual({ '4-1': 25, '4-2': -12.5 });
  });
  it('Lightspeed: lines below the row of their sale, and payments', () => {
    const text =
      'Date,Receipt Number,Line Type,Customer Name,Quantity,Subtotal,Sales Tax,Discount,Total,Paid,Details,Register,User,Status,SKU\n' +
      '2026-03-02 12:00:00,77,Sale,,2,15.70,1.57,0,17.27,17.27,,Main,Ann,CLOSED,\n' +
      `2026-03-02 12:00:00,77,Sale Line,,1,12.50,1.25,0,13.75,,Milk,Main,Ann,,${MILK}\n` +
      `2026-03-02 12:00:00,77,Sale Line,,1,3.20,0.32,0,3.52,,Bag,Main,Ann,,${BAG}\n` +
      '2026-03-02 12:00:00,77,Payment,,,,,,17.27,17.27,Cash,Main,Ann,,\n';
    expect(nets(preset('lightspeed', text))).toEqual({ '77': 15.7 });
  });
  it('Odoo: lines of an order in rows without its reference', () => {
    const text =
      'Order Ref,Date,Order Lines/Product/Barcode,Order Lines/Quantity,Order Lines/Subtotal w/o Tax\n' +
      `Shop/0001,2026-03-02 12:00:00,${MILK},1.0,12.50\n,,${BAG},2.0,6.40\n`;
    expect(nets(preset('odoo', text))).toEqual({ 'Shop/0001': 18.9 });
  });
  it('Shopify: the order on its first row, prices a unit, the subtotal after discounts', () => {
    const text =
      'Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n' +
      `#1001,,paid,2026-03-02 12:00:00 -0500,USD,25.20,0.00,0.00,25.20,TEN,2.80,2026-03-02 12:00:00 -0500,2,Milk,12.50,${MILK}\n` +
      `#1001,,,,,,,,,,,2026-03-02 12:00:00 -0500,1,Bag,3.00,${BAG}\n` +
      `#1002,,voided,,USD,12.50,0.00,0.00,12.50,,0.00,2026-03-02 12:01:00 -0500,1,Milk,12.50,${MILK}\n`;
    expect(nets(preset('shopify', text))).toEqual({ '#1001': 25.2 });
  });
  it('ERPNext: date and time apart, items below', () => {
    const text =
      'ID,Date,Posting Time,Status,Barcode (Items),Quantity (Items),Net Amount (Items)\n' +
      `"INV-1","2026-03-02","12:00:05","Paid","${MILK}",1,12.5\n"","","","","${BAG}",1,3.2\n"INV-2","2026-03-02","12:01:05","Cancelled","${BAG}",1,3.2\n`;
    expect(nets(preset('erpnext', text))).toEqual({ 'INV-1': 15.7 });
  });
});
