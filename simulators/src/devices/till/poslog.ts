import { localIso } from '../local-time.js';
import type { RungUp } from './csv.js';

/**
 * ARTS POSLog 6 (OMG Retail): a retail transaction with sales and returns, discounts as price modifiers, lines that were voided
 * before the receipt was closed, and now and then a transaction that was voided whole.
 */
export interface PoslogSettings {
  readonly storeId: string;
  readonly workstation: string;
  readonly timezone: string;
  readonly currency: string;
  readonly digits: number;
}
export interface Quirks {
  /** a line rung up by mistake and taken back before the end */
  readonly voidedLine: boolean;
  /** the whole transaction was voided: it is no sale */
  readonly voided: boolean;
}

export function poslogFile(sales: readonly (RungUp & Partial<Quirks>)[], settings: PoslogSettings): string {
  const transactions = sales.map((sale) => transaction(sale, settings)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/" MajorVersion="6" MinorVersion="0">\n${transactions}</POSLog>\n`;
}

function transaction(sale: RungUp & Partial<Quirks>, settings: PoslogSettings): string {
  const { ts, number, receipt, voidedLine = false, voided = false } = sale;
  const when = localIso(ts, settings.timezone);
  const { currency } = settings;
  const money = (minor: number) => (Math.abs(minor) / 10 ** settings.digits).toFixed(settings.digits);
  const lines: string[] = [];
  for (const line of receipt.lines) {
    const units = Math.abs(line.quantity);
    const name = line.quantity < 0 ? 'Return' : 'Sale';
    const modifier =
      line.discountMinor === 0
        ? ''
        : `<RetailPriceModifier MethodCode="Promotion"><SequenceNumber>1</SequenceNumber><Amount Currency="${currency}" Action="Subtract">${money(line.discountMinor)}</Amount></RetailPriceModifier>`;
    lines.push(
      `<${name} ItemType="Stock"><POSIdentity POSIDType="EAN"><POSItemID>${line.gtin}</POSItemID></POSIdentity>` +
        `<RegularSalesUnitPrice>${money(line.grossMinor / line.quantity)}</RegularSalesUnitPrice>` +
        `<ExtendedAmount>${money(line.netMinor)}</ExtendedAmount><Quantity>${units}</Quantity>${modifier}</${name}>`,
    );
  }
  const items = lines.map((text, at) => `<LineItem><SequenceNumber>${at + 1}</SequenceNumber>${text}</LineItem>`);
  if (voidedLine && lines.length > 0)
    items.unshift(`<LineItem VoidFlag="true"><SequenceNumber>0</SequenceNumber>${lines[0] as string}</LineItem>`);
  const net = receipt.lines.reduce((sum, line) => sum + line.netMinor, 0);
  const sign = net < 0 ? '-' : '';
  return (
    `<Transaction><RetailStoreID>${settings.storeId}</RetailStoreID><WorkstationID>${settings.workstation}</WorkstationID>` +
    `<SequenceNumber>${number.split('-').at(-1) as string}</SequenceNumber><BusinessDayDate>${when.slice(0, 10)}</BusinessDayDate>` +
    `<EndDateTime>${when}</EndDateTime><ReceiptNumber>${number}</ReceiptNumber>` +
    `<RetailTransaction${voided ? ' TransactionStatus="Voided"' : ''}>${items.join('')}` +
    `<Total TotalType="TransactionNetAmount">${sign}${money(net)}</Total>` +
    `<LineItem><SequenceNumber>${items.length + 1}</SequenceNumber><Tender TenderType="Cash"><Amount Currency="${currency}">${sign}${money(net)}</Amount></Tender></LineItem>` +
    `</RetailTransaction></Transaction>\n`
  );
}
