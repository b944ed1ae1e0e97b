import { describe, expect, it } from 'vitest';
import { csvFile, type RungUp } from '../../src/devices/till/csv.js';
import { poslogFile } from '../../src/devices/till/poslog.js';

const SALE: RungUp = {
  ts: Date.parse('2026-03-02T09:05:07+08:00'),
  number: 'S1-till-2-000001',
  receipt: {
    kind: 'sale',
    lines: [
      { gtin: '6901230101014', quantity: 2, grossMinor: 3380, discountMinor: 338, netMinor: 3042 },
      { gtin: '6901230102387', quantity: 1, grossMinor: 1590, discountMinor: 0, netMinor: 1590 },
    ],
  },
};
const RETURN: RungUp = {
  ts: SALE.ts,
  number: 'S1-till-2-000002',
  receipt: {
    kind: 'return',
    lines: [{ gtin: '6901230101014', quantity: -1, grossMinor: -1690, discountMinor: 0, netMinor: -1690 }],
  },
};

describe("tills' files", () => {
  it('writes rows as the store file says: titles, marks, decimals, order of dates', () => {
    const format = {
      columns: { receipt: 'Bon', date: 'Datum', time: 'Uhrzeit', gtin: 'EAN', quantity: 'Menge', net: 'Betrag' },
      delimiter: ';',
      decimal: 'comma',
      dateOrder: 'dmy',
    } as const;
    expect(csvFile([SALE, RETURN], format, 'Asia/Shanghai', 2)).toBe(
      [
        'Bon;Datum;Uhrzeit;EAN;Menge;Betrag',
        'S1-till-2-000001;02.03.2026;09:05:07;6901230101014;2;30,42',
        'S1-till-2-000001;02.03.2026;09:05:07;6901230102387;1;15,90',
        'S1-till-2-000002;02.03.2026;09:05:07;6901230101014;-1;-16,90',
        '',
      ].join('\r\n'),
    );
  });

  it('puts cells in quotes that hold the mark, and date and time together where there is one column', () => {
    const format = {
      columns: { receipt: 'No', date: 'When', gtin: 'Code', net: 'Net, total' },
      decimal: 'comma',
    } as const;
    const [titles, row] = csvFile([SALE], format, 'UTC', 2).split('\r\n');
    expect(titles).toBe('No,When,Code,"Net, total"');
    expect(row).toBe('S1-till-2-000001,2026-03-02 01:05:07,6901230101014,"30,42"');
  });

  const settings = { storeId: 's', workstation: 'till-3', timezone: 'Asia/Shanghai', currency: 'CNY', digits: 2 };
  it('writes a POSLog with prices, what was taken off, and a total', () => {
    const xml = poslogFile([SALE], settings);
    expect(xml).toContain('<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/"');
    expect(xml).toContain('<EndDateTime>2026-03-02T09:05:07.000+08:00</EndDateTime>');
    expect(xml).toContain(
      '<RegularSalesUnitPrice>16.90</RegularSalesUnitPrice><ExtendedAmount>30.42</ExtendedAmount><Quantity>2</Quantity>' +
        '<RetailPriceModifier MethodCode="Promotion"><SequenceNumber>1</SequenceNumber><Amount Currency="CNY" Action="Subtract">3.38</Amount>',
    );
    expect(xml).toContain('<Total TotalType="TransactionNetAmount">46.32</Total>');
  });

  it('writes returns as such, with amounts that are positive, and marks what was voided', () => {
    const back = poslogFile([RETURN], settings);
    expect(back).toContain('<Return ItemType="Stock">');
    expect(back).toContain('<ExtendedAmount>16.90</ExtendedAmount><Quantity>1</Quantity></Return>');
    expect(back).toContain('<Total TotalType="TransactionNetAmount">-16.90</Total>');
    const odd = poslogFile(
      [
        { ...SALE, voidedLine: true },
        { ...SALE, number: 'S1-till-2-000003V', voided: true },
      ],
      settings,
    );
    expect(odd.match(/VoidFlag="true"/g)).toHaveLength(1);
    expect(odd.match(/TransactionStatus="Voided"/g)).toHaveLength(1);
    expect(odd.match(/<Transaction>/g)).toHaveLength(2);
  });
});
