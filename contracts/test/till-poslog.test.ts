import { describe, expect, it } from 'vitest';
import { decodePoslog, faultWords, type PoslogReport } from '../src/index.js';

const settings = { timezone: 'Asia/Shanghai', currency: 'CNY', digits: 2 };
const decode = (xml: string | Uint8Array) =>
  decodePoslog('t', typeof xml === 'string' ? Buffer.from(xml) : xml, settings);
const report = (xml: string | Uint8Array): PoslogReport => {
  const read = decode(xml);
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.value;
};
const item = (code: string, amount: string, quantity = '1', flags = '', inside = '', kind = 'Sale') =>
  `<LineItem ${flags}><${kind}><POSIdentity POSIDType="GTIN"><POSItemID>${code}</POSItemID></POSIdentity><ExtendedAmount>${amount}</ExtendedAmount><Quantity>${quantity}</Quantity>${inside}</${kind}></LineItem>`;
const VOID = 'VoidFlag="true"';
const total = (grand: string, tax = '0.00') =>
  `<Total TotalType="TransactionGrandAmount">${grand}</Total><Total TotalType="TransactionTaxAmount">${tax}</Total>`;
const transaction = (lines: string, sequence = 1, more = '') =>
  `<Transaction><WorkstationID>3</WorkstationID><SequenceNumber>${sequence}</SequenceNumber><BusinessDayDate>2026-03-02</BusinessDayDate><EndDateTime>2026-03-02T12:00:00</EndDateTime><CurrencyCode>CNY</CurrencyCode>${more}<RetailTransaction>${lines}</RetailTransaction></Transaction>`;
const poslog = (...transactions: string[]) =>
  `<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/">${transactions.join('')}</POSLog>`;
const linesOf = (lines: string) =>
  report(poslog(transaction(lines), transaction(item('9', '1.00'), 2)))
    .sales.find(({ transaction }) => transaction === 1)
    ?.sale.lines.map(({ gtin, quantity, net }) => `${gtin} ${quantity} ${net}`);
const faultOf = (lines: string) => {
  const [first] = report(poslog(transaction(lines), transaction(item('9', '1.00'), 2))).refused;
  return first && `${first.code} ${faultWords(first)}`;
};

describe('voided lines', () => {
  it.each([
    [
      'with negative amounts undo what they undo',
      item('A', '12.50') + item('B', '3.20') + item('A', '-12.50', '-1', VOID),
      ['B 1 3.2'],
    ],
    [
      'with positive amounts undo it where the total says so',
      item('A', '12.50') + item('B', '3.20') + item('A', '12.50', '1', VOID) + total('3.20'),
      ['B 1 3.2'],
    ],
    [
      'with positive amounts are themselves left out where the total says so',
      item('A', '12.50') + item('B', '3.20') + item('A', '12.50', '1', VOID) + total('15.70'),
      ['A 1 12.5', 'B 1 3.2'],
    ],
    ['undo a part of a line', item('A', '25.00', '2') + item('A', '-12.50', '-1', VOID) + total('12.50'), ['A 1 12.5']],
    [
      'undo one of two equal ones',
      item('A', '12.50') + item('A', '12.50') + item('A', '-12.50', '-1', VOID),
      ['A 1 12.5'],
    ],
    [
      'undo a return',
      item('B', '3.20') +
        item('A', '12.50', '1', '', '', 'Return') +
        item('A', '12.50', '1', VOID, '', 'Return') +
        total('3.20'),
      ['B 1 3.2'],
    ],
  ])('%s', (_name, lines, expected) => expect(linesOf(lines)).toEqual(expected));

  it('that undo nothing on the receipt are refused, unless its total tells', () => {
    expect(faultOf(item('A', '12.50') + item('B', '-3.20', '-1', VOID))).toBe(
      'voids a voided line undoes nothing that is on the receipt',
    );
    expect(linesOf(item('A', '12.50') + item('B', '-3.20', '-1', VOID) + total('12.50'))).toEqual(['A 1 12.5']);
  });

  it('may undo all of a receipt: then it is none', () => {
    const lines = item('A', '12.50') + item('A', '-12.50', '-1', VOID) + total('0.00');
    expect(report(poslog(transaction(lines))).skipped).toEqual([{ transaction: 1, code: 'noGoods', values: {} }]);
  });

  it('undo rewards too', () => {
    const reward = (amount: string, flag = '') =>
      `<LineItem ${flag}><LoyaltyReward><ExtendedRewardAmount>${amount}</ExtendedRewardAmount></LoyaltyReward></LineItem>`;
    expect(linesOf(item('A', '12.50') + reward('-2.50') + reward('2.50', VOID) + total('12.50'))).toEqual(['A 1 12.5']);
    expect(linesOf(item('A', '12.50') + reward('-2.50') + reward('-2.50', VOID) + total('10.00'))).toEqual(['A 1 10']);
  });
});

describe('what is taken off', () => {
  const line = (name: string, inside: string) => `<LineItem><${name}>${inside}</${name}></LineItem>`;
  it.each([
    [
      'a reward with a minus',
      line(
        'LoyaltyReward',
        '<RewardCategory>Monetary</RewardCategory><ExtendedRewardAmount>-2.50</ExtendedRewardAmount>',
      ),
      10,
    ],
    ['a reward without', line('LoyaltyReward', '<ExtendedRewardAmount>2.50</ExtendedRewardAmount>'), 10],
    [
      'points',
      line('LoyaltyReward', '<RewardCategory>Points</RewardCategory><ExtendedRewardAmount>250</ExtendedRewardAmount>'),
      12.5,
    ],
    ['a coupon of the store', line('StoreCoupon', '<Amount>0.50</Amount>'), 12],
    ['a percentage', line('Discount', '<Percentage>10</Percentage>'), 11.25],
    [
      'two of them',
      line('Discount', '<Amount>1</Amount>') + line('PromotionReward', '<PromotionAmount>-0.50</PromotionAmount>'),
      11,
    ],
    ['a remark about a promotion', line('PromotionInfo', '<PromotionID>5</PromotionID>'), 12.5],
  ])('%s', (_name, more, net) => {
    expect(linesOf(item('A', '12.50') + more)).toEqual([`A 1 ${net}`]);
    expect(linesOf(item('A', '12.50') + more + total(String(net)))).toEqual([`A 1 ${net}`]);
  });

  it('is not taken off twice where the total says that the lines have it', () => {
    expect(
      linesOf(
        item('A', '10.00') +
          line('LoyaltyReward', '<ExtendedRewardAmount>-2.50</ExtendedRewardAmount>') +
          total('10.00'),
      ),
    ).toEqual(['A 1 10']);
    const inside = '<LoyaltyReward><ExtendedRewardAmount>-2.50</ExtendedRewardAmount></LoyaltyReward>';
    expect(linesOf(item('A', '12.50', '1', '', inside) + total('10.00'))).toEqual(['A 1 10']);
    expect(linesOf(item('A', '12.50', '1', '', inside) + total('12.50'))).toEqual(['A 1 12.5']);
  });
});

describe('the totals of the receipt', () => {
  it('are its grand total less its tax, whether prices hold the tax or not', () => {
    expect(
      linesOf(item('A', '10.00') + '<LineItem><Tax><Amount>1.30</Amount></Tax></LineItem>' + total('11.30', '1.30')),
    ).toEqual(['A 1 10']);
    expect(
      linesOf(item('A', '11.30') + '<LineItem><Tax><Amount>1.30</Amount></Tax></LineItem>' + total('11.30', '1.30')),
    ).toEqual(['A 1 10']);
    expect(linesOf(item('A', '11.30') + total('11.30', '1.30'))).toEqual(['A 1 10']);
  });

  it('refuse what disagrees, with both sums, in both languages', () => {
    expect(faultOf(item('A', '12.50') + item('B', '3.20') + total('13.00'))).toBe(
      'totals the lines add up to 15.7, and the receipt itself says 13',
    );
    const [first] = report(
      poslog(transaction(item('A', '12.50') + total('13.00')), transaction(item('B', '1.00'), 2)),
    ).refused;
    expect(first && faultWords(first, 'zh')).toBe('各行合计 12.5，小票自身写的是 13');
  });

  it('may hold fees, which are no goods', () => {
    expect(
      linesOf(
        item('A', '12.50') +
          '<LineItem><MiscellaneousFee><Amount>0.25</Amount></MiscellaneousFee></LineItem>' +
          total('12.75'),
      ),
    ).toEqual(['A 1 12.5']);
  });

  it('of a return are negative', () => {
    expect(linesOf(item('A', '12.50', '1', '', '', 'Return') + total('-12.50'))).toEqual(['A -1 -12.5']);
    expect(faultOf(item('A', '12.50', '1', '', '', 'Return') + total('-10.00'))).toMatch(/^totals/);
  });
});

describe('envelopes', () => {
  const good = transaction(item('A', '12.50'));
  const log = poslog(good, transaction(item('B', '3.20'), 2));
  it.each([
    [
      'SOAP',
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body><m:Send xmlns:m="urn:m">${log}</m:Send></s:Body></s:Envelope>`,
    ],
    ['a batch of logs', `<Batch><Id>1</Id>${poslog(good)}${poslog(transaction(item('B', '3.20'), 2))}</Batch>`],
    ['transactions without a log', `<Transactions>${good}${transaction(item('B', '3.20'), 2)}</Transactions>`],
    [
      'documents behind one another',
      `<?xml version="1.0"?>${poslog(good)}\n<?xml version="1.0"?>${poslog(transaction(item('B', '3.20'), 2))}`,
    ],
    ['a document as text', `<Message><Payload><![CDATA[${log}]]></Payload></Message>`],
    ['a document as escaped text', `<Message>${log.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Message>`],
    ['a prefix', log.replace(/<(\/?)([A-Z])/g, '<$1ixr:$2').replace('xmlns=', 'xmlns:ixr=')],
  ])('%s is opened', (_name, xml) => {
    expect(report(xml).sales.map(({ sale }) => sale.lines[0]?.net)).toEqual([12.5, 3.2]);
  });

  it('reads the encoding that the declaration names, and UTF-16', () => {
    const named = `<?xml version="1.0" encoding="GB2312"?>${log.replace('<POSLog', '<POSLog Shop="')}`;
    const [before = '', after = ''] = named.split('Shop="');
    const gbk = Buffer.concat([Buffer.from(`${before}Shop="`), Buffer.from([0xcf, 0xca]), Buffer.from(`"${after}`)]);
    expect(report(gbk).sales).toHaveLength(2);
    expect(report(Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${log}`, 'utf16le')).sales).toHaveLength(2);
  });
});

describe('a transaction that undoes another', () => {
  const link = (sequence: number) =>
    `<TransactionLink ReasonCode="Void"><WorkstationID>3</WorkstationID><SequenceNumber>${sequence}</SequenceNumber></TransactionLink>`;
  it('takes both out where the other is in the file, and is refused where it is not', () => {
    const read = report(
      poslog(
        transaction(item('A', '12.50')),
        transaction(item('A', '12.50'), 2, link(1)),
        transaction(item('A', '12.50'), 3, link(9)),
      ),
    );
    expect(read.sales).toEqual([]);
    expect(read.skipped.map(({ transaction, code }) => [transaction, code])).toEqual([
      [1, 'undone'],
      [2, 'unfinished'],
    ]);
    expect(read.refused).toEqual([
      { transaction: 3, code: 'postVoid', field: 'TransactionLink', values: { receipt: '9' } },
    ]);
  });
});

describe('transactions that are no sales', () => {
  const one = (attributes: string, inside = '', retail = '') =>
    transaction(item('A', '12.50'))
      .replace('<Transaction>', `<Transaction ${attributes}>${inside}`)
      .replace('<RetailTransaction>', `<RetailTransaction ${retail}>`);
  it.each([
    ['a flag of the transaction', one('VoidFlag="true"'), 'cancelled'],
    ['a flag of its retail part', one('', '', 'CancelFlag="1"'), 'cancelled'],
    ['a flag that is an element', one('', '<CancelFlag>true</CancelFlag>'), 'cancelled'],
    ['training, wherever it stands', one('', '', 'TrainingModeFlag="true"'), 'training'],
    ['training as an element', one('', '<TrainingModeFlag>true</TrainingModeFlag>'), 'training'],
    ['training as a type', one('TypeCode="Training"'), 'training'],
    ['suspended and fetched again', one('', '', 'TransactionStatus="SuspendedRetrieved"'), 'unfinished'],
    ['aborted', one('', '', 'TransactionStatus="Aborted"'), 'unfinished'],
    ['a status of the transaction', one('', '<TransactionStatus>Voided</TransactionStatus>'), 'unfinished'],
  ])('%s', (_name, xml, code) => {
    const read = report(poslog(xml, transaction(item('9', '1.00'), 2)));
    expect(read.skipped.map((part) => [part.transaction, part.code])).toEqual([[1, code]]);
    expect(read.sales.map((part) => part.transaction)).toEqual([2]);
  });

  it('a flag that says no, and a status of what is finished, count', () => {
    const xml = poslog(one('CancelFlag="false"', '', 'TransactionStatus="Delivered"'));
    expect(report(xml).sales).toHaveLength(1);
  });
});

describe('the code of a line', () => {
  const GTIN = '06901234567892';
  const coded = (identity: string) =>
    `<LineItem><Sale>${identity}<Quantity>1</Quantity><ExtendedAmount>1.00</ExtendedAmount></Sale></LineItem>`;
  it.each([
    [`<ItemID Type="SKU">X99</ItemID><ItemID Type="GTIN">${GTIN}</ItemID>`, GTIN],
    [`<POSIdentity POSIDType="PLU"><POSItemID>4011</POSItemID></POSIdentity><ItemID>${GTIN}</ItemID>`, GTIN],
    [`<ItemID>77</ItemID><GTIN>${GTIN}</GTIN>`, GTIN],
    ['<POSIdentity POSIDType="PLU"><POSItemID>4011</POSItemID></POSIdentity><ItemID>77</ItemID>', '4011'],
    ['<MerchandiseHierarchy>12</MerchandiseHierarchy>', '12'],
    ['', 'unknown'],
  ])('%s', (identity, code) => expect(linesOf(coded(identity))).toEqual([`${code} 1 1`]));
});

describe('what a receipt says of itself, wherever it stands', () => {
  const milk = item('A', '12.50');
  it.each([
    ['a total in an element', '<Total TotalType="TransactionGrandAmount"><Amount>9.00</Amount></Total>'],
    ['a total by its name', '<TransactionGrandAmount>9.00</TransactionGrandAmount>'],
    ['a type with a prefix', '<Total TotalType="x:TransactionGrandAmount">9.00</Total>'],
    ['a total without a type', '<Total>9.00</Total>'],
  ])('%s', (_name, told) => {
    expect(faultOf(milk + told)).toBe('totals the lines add up to 12.5, and the receipt itself says 9');
    expect(linesOf(milk + told.replace('9.00', '12.50'))).toEqual(['A 1 12.5']);
  });

  it.each([
    ['beside the lines', '<Discount><Amount>2.50</Amount></Discount>'],
    [
      'as the result of a derived price',
      '<LineItem><PriceDerivationResult><Amount>2.50</Amount></PriceDerivationResult></LineItem>',
    ],
  ])('a discount %s', (_name, taken) => {
    expect(linesOf(milk + taken)).toEqual(['A 1 10']);
    expect(linesOf(milk + taken + total('10.00'))).toEqual(['A 1 10']);
  });

  it('rounding in cash is no goods, whichever sign it has', () => {
    const rounded = (amount: string) =>
      `<LineItem><Tender><Amount>12.50</Amount><Rounding>${amount}</Rounding></Tender></LineItem>`;
    expect(linesOf(item('A', '12.52') + rounded('0.02') + total('12.50'))).toEqual(['A 1 12.52']);
    expect(linesOf(item('A', '12.52') + rounded('-0.02') + total('12.50'))).toEqual(['A 1 12.52']);
    expect(faultOf(item('A', '12.60') + rounded('0.02') + total('12.50'))).toMatch(/^totals/);
  });

  it('of nothing but returns it may come without a minus', () => {
    const back = item('A', '12.50', '1', '', '', 'Return');
    expect(linesOf(back + total('12.50'))).toEqual(['A -1 -12.5']);
    expect(faultOf(back + item('B', '3.20') + total('9.30'))).toMatch(/^totals/);
  });

  it('an amount in another currency refuses it', () => {
    expect(faultOf(milk.replace('<ExtendedAmount>', '<ExtendedAmount Currency="USD">'))).toMatch(/^otherCurrency CNY/);
    expect(linesOf(milk.replace('<ExtendedAmount>', '<ExtendedAmount Currency="CNY">'))).toEqual(['A 1 12.5']);
  });

  it('a return names the receipt that it gives back', () => {
    const link = (day: string, number: number) =>
      `<TransactionLink ReasonCode="Return"><WorkstationID>3</WorkstationID><BusinessDayDate>${day}</BusinessDayDate><SequenceNumber>${number}</SequenceNumber></TransactionLink>`;
    const back = (inside: string) => item('A', '12.50', '1', '', inside, 'Return');
    const sale = (lines: string) => report(poslog(transaction(lines))).sales[0]?.sale;
    expect(sale(back(link('2026-03-01', 77)))).toMatchObject({
      returnOf: '3-2026-03-01-77',
      returnOfDay: '2026-03-01',
    });
    expect(sale(back(link('2026-03-01', 77)) + back(link('2026-03-01', 78)))).not.toHaveProperty('returnOf');
    expect(sale(back(''))).not.toHaveProperty('returnOf');
  });
});
