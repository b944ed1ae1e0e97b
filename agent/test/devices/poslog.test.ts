import { describe, expect, it } from 'vitest';
import { decodePoslog, faultWords, spread, type PoslogReport } from '@aisle/contracts';
import { bytes, mutations } from './support.js';

const settings = { timezone: 'Asia/Shanghai', currency: 'CNY', digits: 2 };
const decode = (xml: string, more = {}): ReturnType<typeof decodePoslog> =>
  decodePoslog('t', bytes(xml), { ...settings, ...more });
const report = (xml: string): PoslogReport => {
  const read = decode(xml);
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.value;
};

interface Parts {
  head?: string;
  time?: string;
  lines: string;
  attributes?: string;
  status?: string;
  receipt?: string;
}
const transaction = ({
  head = '',
  time = '2026-03-01T18:05:00',
  lines,
  attributes = '',
  status = '',
  receipt,
}: Parts): string =>
  `<Transaction ${attributes}><BusinessUnit><UnitID>s</UnitID></BusinessUnit><WorkstationID>3</WorkstationID>
   <SequenceNumber>4711</SequenceNumber><BusinessDayDate>2026-03-01</BusinessDayDate>
   <EndDateTime>${time}</EndDateTime><CurrencyCode>CNY</CurrencyCode>
   ${receipt === undefined ? '' : `<ReceiptNumber>${receipt}</ReceiptNumber>`}${head}
   <RetailTransaction ${status}>${lines}</RetailTransaction></Transaction>`;
const poslog = (...parts: Parts[]): string =>
  `<?xml version="1.0"?><POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/">${parts.map(transaction).join('')}</POSLog>`;
const sale = (inside: string, kind = 'Sale', attributes = ''): string =>
  `<LineItem><SequenceNumber>1</SequenceNumber><${kind} ${attributes}>
   <POSIdentity POSIDType="EAN"><POSItemID>6901234567892</POSItemID></POSIdentity>${inside}</${kind}></LineItem>`;
const lineOf = (lines: string): unknown => report(poslog({ lines })).sales[0]?.sale.lines[0];

describe('POSLog', () => {
  it('reads a sale, its receipt and a time without a zone in the time of the store', () => {
    const lines =
      sale('<ExtendedAmount>25.00</ExtendedAmount><Quantity>2</Quantity>') + '<LineItem><Tender/></LineItem>';
    expect(report(poslog({ lines, receipt: 'R-1' }))).toEqual({
      refused: [],
      skipped: [],
      sales: [
        {
          businessDay: '2026-03-01',
          workstation: '3',
          transaction: 1,
          sale: {
            ts: Date.UTC(2026, 2, 1, 10, 5),
            receipt: 'R-1',
            lines: [{ gtin: '6901234567892', quantity: 2, net: 25 }],
          },
        },
      ],
    });
    expect(report(poslog({ lines })).sales[0]?.sale.receipt).toBe('3-2026-03-01-4711');
  });

  it.each([
    ['2026-03-01T18:05:00.250', Date.UTC(2026, 2, 1, 10, 5, 0, 250)],
    ['2026-03-01T18:05:00Z', Date.UTC(2026, 2, 1, 18, 5)],
    ['2026-03-01T18:05:00-05:00', Date.UTC(2026, 2, 1, 23, 5)],
  ])('reads the time %s', (time, ts) => {
    expect(report(poslog({ time, lines: sale('<ExtendedAmount>1</ExtendedAmount>') })).sales[0]?.sale.ts).toBe(ts);
  });

  it.each([
    // In October, Berlin shows 02:30 twice: the first one counts. In March it does not show it at all.
    ['Europe/Berlin', '2025-10-26T02:30:00', Date.UTC(2025, 9, 26, 0, 30)],
    ['Europe/Berlin', '2025-10-26T01:59:59', Date.UTC(2025, 9, 25, 23, 59, 59)],
    ['Europe/Berlin', '2025-10-26T03:00:00', Date.UTC(2025, 9, 26, 2, 0)],
    ['Europe/Berlin', '2025-03-30T02:30:00', Date.UTC(2025, 2, 30, 1, 30)],
    ['Europe/Berlin', '2025-03-30T03:30:00', Date.UTC(2025, 2, 30, 1, 30)],
    ['America/New_York', '2025-07-01T12:00:00', Date.UTC(2025, 6, 1, 16, 0)],
  ])('in %s reads %s', (timezone, time, ts) => {
    const read = decode(poslog({ time, lines: sale('<ExtendedAmount>1</ExtendedAmount>') }), { timezone });
    expect(read.ok && read.value.sales[0]?.sale.ts).toBe(ts);
  });

  it.each([
    [
      'after discounts, by the regular price',
      '<RegularSalesUnitPrice>10</RegularSalesUnitPrice><ExtendedAmount>18</ExtendedAmount><Quantity>2</Quantity><RetailPriceModifier><Amount Action="Subtract">2</Amount></RetailPriceModifier>',
      { net: 18, gross: 20, discount: 2 },
    ],
    [
      'before discounts, by the regular price',
      '<RegularSalesUnitPrice>10</RegularSalesUnitPrice><ExtendedAmount>20</ExtendedAmount><Quantity>2</Quantity><RetailPriceModifier><Amount Action="Subtract">2</Amount></RetailPriceModifier>',
      { net: 18, gross: 20, discount: 2 },
    ],
    [
      'before a discount in percent and a surcharge',
      '<RegularSalesUnitPrice>10</RegularSalesUnitPrice><ExtendedAmount>20</ExtendedAmount><Quantity>2</Quantity><RetailPriceModifier><Percent Action="Subtract">10</Percent></RetailPriceModifier><RetailPriceModifier><Amount Action="Add">0.50</Amount></RetailPriceModifier>',
      { net: 18.5, gross: 20, discount: 1.5 },
    ],
    [
      'with a discount that was taken back',
      '<RegularSalesUnitPrice>10</RegularSalesUnitPrice><ExtendedAmount>20</ExtendedAmount><Quantity>2</Quantity><RetailPriceModifier VoidFlag="true"><Amount>2</Amount></RetailPriceModifier>',
      { net: 20, gross: 20 },
    ],
    [
      'from the unit price alone',
      '<ActualSalesUnitPrice>9.99</ActualSalesUnitPrice><Quantity>3</Quantity>',
      { net: 29.97 },
    ],
    ['of one unit where no quantity stands', '<ExtendedAmount>5</ExtendedAmount>', { quantity: 1, net: 5 }],
    [
      'sold by weight',
      '<ExtendedAmount>6.17</ExtendedAmount><Quantity UnitOfMeasureCode="KGM" Units="1">0.617</Quantity>',
      { quantity: 0.617, net: 6.17 },
    ],
    [
      'with tax on top',
      '<ExtendedAmount>10</ExtendedAmount><Tax TaxType="Sales"><Amount>0.80</Amount></Tax><Tax><Amount>0.20</Amount></Tax>',
      { net: 10, tax: 1 },
    ],
  ])('reads a line %s', (_name, inside, expected) => expect(lineOf(sale(inside))).toMatchObject(expected));

  it('takes tax out of prices that hold it, whether the line or the receipt states it', () => {
    const own = sale(
      '<ExtendedAmount>11.30</ExtendedAmount><Tax><Amount>1.30</Amount></Tax>',
      'Sale',
      'TaxIncludedInPriceFlag="true"',
    );
    expect(lineOf(own)).toMatchObject({ net: 10, tax: 1.3 });
    const untold = ['11.30', '22.60'].map((amount) =>
      sale(`<ExtendedAmount>${amount}</ExtendedAmount>`, 'Sale', 'TaxIncludedInPriceFlag="true"'),
    );
    const lines = report(poslog({ lines: untold.join('') + '<LineItem><Tax><Amount>3.90</Amount></Tax></LineItem>' }));
    expect(lines.sales[0]?.sale.lines.map(({ net, tax }) => [net, tax])).toEqual([
      [10, 1.3],
      [20, 2.6],
    ]);
  });

  it.each(['12.50', '-12.50'])('counts a return of %s as negative', (amount) => {
    const quantity = amount.startsWith('-') ? '-1' : '1';
    const inside = `<RegularSalesUnitPrice>12.50</RegularSalesUnitPrice><ExtendedAmount>${amount}</ExtendedAmount><Quantity>${quantity}</Quantity>`;
    expect(lineOf(sale(inside, 'Return'))).toMatchObject({ quantity: -1, net: -12.5, gross: -12.5 });
  });

  it('splits a discount on the whole receipt over its sales to the cent, once', () => {
    const lines = ['10', '10', '10'].map((amount) => sale(`<ExtendedAmount>${amount}</ExtendedAmount>`)).join('');
    const discount = '<LineItem><Discount><Amount>1.00</Amount></Discount></LineItem>';
    const nets = (xml: string): unknown => report(poslog({ lines: xml })).sales[0]?.sale.lines.map(({ net }) => net);
    expect(nets(lines + discount)).toEqual([9.66, 9.67, 9.67]);
    expect(nets(`${lines}${discount}<Total TotalType="TransactionNetAmount">30</Total>`)).toEqual([10, 10, 10]);
  });

  it('leaves out voided lines and skips what is no sale, saying why', () => {
    const good = sale('<ExtendedAmount>5</ExtendedAmount>');
    const voided = good.replace('<LineItem>', '<LineItem VoidFlag="true">');
    const read = report(
      poslog(
        { lines: good + voided },
        { lines: voided },
        { lines: good, attributes: 'CancelFlag="true"' },
        { lines: good, attributes: 'TrainingModeFlag="true"' },
        { lines: good, status: 'TransactionStatus="Suspended"' },
      ).replace('</POSLog>', '<Transaction><ControlTransaction/></Transaction></POSLog>'),
    );
    expect(read.sales.map(({ sale: { lines } }) => lines.length)).toEqual([1]);
    expect(read.skipped).toEqual([
      { transaction: 2, code: 'noGoods', values: {} },
      { transaction: 3, code: 'cancelled', values: {} },
      { transaction: 4, code: 'training', values: {} },
      { transaction: 5, code: 'unfinished', values: { status: 'suspended' } },
      { transaction: 6, code: 'notRetail', values: {} },
    ]);
  });

  it('reports a transaction that cannot be read and takes the others', () => {
    const good = { lines: sale('<ExtendedAmount>5</ExtendedAmount>') };
    const read = report(
      poslog(good, { lines: sale('<ExtendedAmount>five</ExtendedAmount>') }, { ...good, time: 'noon' }),
    );
    expect(read.sales).toHaveLength(1);
    expect(read.refused).toEqual([
      { transaction: 2, code: 'number', field: 'LineItem[1]/Sale/ExtendedAmount', values: {} },
      { transaction: 3, code: 'time', field: 'EndDateTime', values: {} },
    ]);
  });

  it('reads elements with any prefix, text in CDATA, and the five entities of XML', () => {
    const xml = poslog({ lines: sale('<ExtendedAmount><![CDATA[5]]></ExtendedAmount>'), receipt: 'a&amp;b' });
    const prefixed = xml.replace(/<(\/?)([A-Z])/g, '<$1p:$2').replace('xmlns=', 'xmlns:p=');
    expect(report(prefixed).sales[0]?.sale).toMatchObject({ receipt: 'a&b', lines: [{ net: 5 }] });
  });

  it.each([
    ['a document type', '<!DOCTYPE p [<!ENTITY a "aaaa">]><POSLog>&a;</POSLog>', /document type/],
    ['an entity of its own', '<POSLog>&a;</POSLog>', /well-formed/],
    ['a broken element', '<POSLog><Transaction></POSLog>', /well-formed/],
    ['another root', '<Invoice/>', /expected a POSLog/],
    ['no transaction', '<POSLog/>', /holds no Transaction/],
    ['nothing', '', /./],
    ['a hundred thousand nested elements', '<a>'.repeat(100_000) + '</a>'.repeat(100_000), /./],
  ])('refuses %s', (_name, xml, message) => {
    const read = decode(xml);
    expect(read).toMatchObject({ ok: false });
    expect(read.ok ? '' : faultWords(read)).toMatch(message);
  });

  it('refuses a file beyond its limit, another currency, and a lone transaction with a bad field', () => {
    const good = poslog({ lines: sale('<ExtendedAmount>5</ExtendedAmount>') });
    expect(decode(good, { limitBytes: 100 })).toMatchObject({ ok: false, code: 'tooLarge', values: { bytes: 100 } });
    expect(decode(good, { currency: 'EUR' })).toMatchObject({ ok: false, field: 'CurrencyCode' });
    expect(decode(good.replace('>5<', '>1e3<'))).toMatchObject({ ok: false, field: 'LineItem[1]/Sale/ExtendedAmount' });
  });

  it('splits amounts so that the parts add up', () => {
    expect(spread(1, [1, 1, 1], 2)).toEqual([0.34, 0.33, 0.33]);
    expect(spread(-1, [1, 2], 0)).toEqual([0, -1]);
    expect(spread(5, [0, -3], 2)).toBeUndefined();
  });

  it('never throws on garbage, and gives only sales of the contract', () => {
    const good = poslog(
      {
        lines: sale(
          '<RegularSalesUnitPrice>10</RegularSalesUnitPrice><ExtendedAmount>5</ExtendedAmount><Tax><Amount>1</Amount></Tax>',
        ),
      },
      { lines: sale('<ExtendedAmount>5</ExtendedAmount><Quantity>2</Quantity>', 'Return') },
    );
    let sales = 0;
    for (const message of mutations(13, [bytes(good)], 4000)) {
      const read = decodePoslog('t', message, settings);
      if (!read.ok) continue;
      sales += read.value.sales.length;
      for (const {
        sale: { ts, lines },
      } of read.value.sales)
        expect(Number.isSafeInteger(ts) && lines.every((line) => Number.isFinite(line.net))).toBe(true);
    }
    expect(sales).toBeGreaterThan(100);
  });
});
