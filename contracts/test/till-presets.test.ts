import { describe, expect, it } from 'vitest';
import { checkTillFile, type Device, type TillCheck } from '../src/index.js';

/**
 * Files as the six programs lay them out, made up here by their makers' own pages and by files that anybody may look at: refunds, gift
 * cards, voids, several shops, other countries' dates and marks. Each is right to the cent, or refused by name.
 */
type Csv = NonNullable<Device['csv']>;
const MILK = '06901234567892';
const BAG = '06901234567908';

function check(csv: Csv, rows: readonly string[], { currency = 'USD', timezone = 'America/New_York' } = {}) {
  const till = { id: 'till-1', family: 'till', dialect: 'csv', csv } as Device;
  const store = { id: 's', name: { en: 'S', zh: 'S' }, timezone, currency };
  return checkTillFile(Buffer.from(rows.join('\n')), till, { store });
}
function read(csv: Csv, rows: readonly string[], shop?: { currency?: string; timezone?: string }): TillCheck {
  const checked = check(csv, rows, shop);
  if (!checked.ok) throw new Error(JSON.stringify(checked));
  return checked;
}
const nets = ({ sample }: TillCheck) => Object.fromEntries(sample.map(({ receipt, net }) => [receipt, net]));
const days = ({ sample }: TillCheck) => sample.map(({ ts }) => new Date(ts).toISOString().slice(0, 10));
const refused = ({ refused }: TillCheck) => refused.map(({ line, column, code }) => `${line} ${column} ${code}`);

describe('Square', () => {
  const HEAD =
    'Date,Time,Time Zone,Item,Qty,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type,Location,Customer Reference ID,Unit,Itemization Type';
  const square: Csv = { preset: 'square' };
  type More = { event?: string; shop?: string; type?: string };
  const row = (date: string, qty: string, net: string, id: string, more: More = {}) =>
    `${date},12:00:00,"Eastern Time (US & Canada)",Tea,${qty},${MILK},"Oat, 1 x Shot","${net}",$0.00,"${net}",$0.00,${id},` +
    `${more.event ?? 'Payment'},${more.shop ?? 'Main'},,,${more.type ?? 'Physical Good'}`;

  it('counts a refund on the day it is made, also under the number of its sale', () => {
    const sale = row('2026-10-05', '2.0', '$8.00', 'T1');
    const checked = read(square, [HEAD, row('2026-10-09', '-1.0', '-$4.00', 'T1', { event: 'Refund' }), sale]);
    expect(nets(checked)).toEqual({ T1: 8, 'T1/2026-10-09': -4 });
    expect(days(checked)).toEqual(['2026-10-05', '2026-10-09']);
    // on the day of the sale it is a line of its receipt
    const sameDay = row('2026-10-05', '-1.0', '-$4.00', 'T1', { event: 'Refund' });
    expect(nets(read(square, [HEAD, sameDay, sale]))).toEqual({ T1: 4 });
    // where a row of its number cannot be read, nothing of it counts
    const later = row('2026-10-09', '-1.0', '-$4.00', 'T1', { event: 'Refund' });
    for (const wrong of [row('2026-10-05', '1.0', '$1.5.0', 'T1'), row('never', '1.0', '$1.50', 'T1')]) {
      const doubtful = read(square, [HEAD, later, sale, wrong]);
      expect([nets(doubtful), doubtful.refusedRows]).toEqual([{}, 3]);
    }
  });

  it('leaves out gift cards that are sold, in files that tell them', () => {
    const card = row('2026-10-05', '1.0', '$25.00', 'T1', { type: 'Gift Card' });
    const rows = [HEAD, card, row('2026-10-05', '1.0', '$3.00', 'T1')];
    expect(nets(read(square, rows))).toEqual({ T1: 3 });
    expect(nets(read({ preset: 'square', skip: {} }, rows))).toEqual({ T1: 28 });
  });

  it('refuses a file of several shops, and reads that of one of them', () => {
    const rows = [
      HEAD,
      row('2026-10-05', '1', '$3.00', 'T1', { shop: 'North' }),
      row('2026-10-05', '1', '$5.00', 'T2', { shop: 'South' }),
      row('2026-10-05', '1', '$9.00', 'T3', { shop: 'South', event: 'Cash Drawer' }),
    ];
    const several = { ok: false, code: 'manyShops', field: 'Location', values: { shops: 'North, South' } };
    expect(check(square, rows)).toMatchObject(several);
    // the preset's own word on kinds of rows holds beside it
    expect(nets(read({ preset: 'square', only: { Location: ['South'] } }, rows))).toEqual({ T2: 5 });
  });

  it('reads days first where the file or the country says so, and asks where nothing does', () => {
    const london = { currency: 'GBP', timezone: 'Europe/London' };
    const fifth = row('05/10/2026', '1', '£3.00', 'T1');
    const both = [HEAD, fifth, row('25/10/2026', '1', '£3.00', 'T2')];
    expect(days(read(square, both, london))).toEqual(['2026-10-05', '2026-10-25']);
    expect(refused(read(square, [HEAD, fifth], london))).toEqual(['2 Date dateOrder']);
    expect(days(read({ preset: 'square', dateOrder: 'dmy' }, [HEAD, fifth], london))).toEqual(['2026-10-05']);
    expect(days(read(square, [HEAD, row('05/10/2026', '1', '$3.00', 'T1')]))).toEqual(['2026-05-10']);
  });

  it('reads weighed goods, thousands and modifiers', () => {
    const rows = [HEAD, row('2026-10-05', '0.455', '$5.91', 'T1'), row('2026-10-05', '1.0', '$1,199.00', 'T2')];
    expect(nets(read(square, rows))).toEqual({ T1: 5.91, T2: 1199 });
  });
});

describe('Loyverse', () => {
  const HEAD = 'Date,Receipt number,Receipt type,SKU,Quantity,Gross sales,Discounts,Net sales,Taxes,Store,Status';
  const loyverse: Csv = { preset: 'loyverse' };
  const manila = { currency: 'PHP', timezone: 'Asia/Manila' };
  const row = (date: string, id: string) => `${date},${id},Sale,1,1.000,15.00,0.00,15.00,0.00,Main,Closed`;

  it('tells days from months by the dates of the file', () => {
    const rows = [HEAD, row('01/10/2026 23:50', '2-1'), row('31/10/2026 09:00', '2-2')];
    expect(days(read(loyverse, rows, manila))).toEqual(['2026-10-01', '2026-10-31']);
    expect(refused(read(loyverse, rows.slice(0, 2), manila))).toEqual(['2 Date dateOrder']);
    // some of one kind, some of the other: none is right
    const contrary = read(loyverse, [...rows, row('10/31/2026 09:00', '2-3')], manila);
    expect(refused(contrary)).toEqual(['2 Date dateOrder', '3 Date dateOrder', '4 Date dateOrder']);
    // as it is written in the United States
    expect(days(read(loyverse, [HEAD, row('10/1/26 3:45 PM', '2-1')], manila))).toEqual(['2026-10-01']);
  });

  it('reads marks as the file has them', () => {
    const head = HEAD.replaceAll(',', ';');
    const comma = [head, '25/10/26 15:45;1-1;Sale;1;1,000;9,00;1,00;8,00;0,00;Main;Closed'];
    expect(nets(read(loyverse, comma, { currency: 'EUR', timezone: 'Europe/Madrid' }))).toEqual({ '1-1': 8 });
    const fils = [HEAD, '2026-10-05 08:00:00,T-1,Sale,1,1.000,1.250,0.000,1.250,0.000,Main,Closed'];
    expect(nets(read(loyverse, fils, { currency: 'KWD', timezone: 'Asia/Kuwait' }))).toEqual({ 'T-1': 1.25 });
    const either = [head, '2026-10-05 08:00:00;T-1;Sale;1;1;1,250;0;1,250;0;Main;Closed'];
    const doubtful = read(loyverse, either, { currency: 'TND', timezone: 'Africa/Tunis' });
    expect(refused(doubtful)).toEqual(['2 Net sales thousands']);
  });

  it('takes refunds off, whichever of their amounts have a sign, and no cancelled one', () => {
    const one = (id: string, type: string, quantity: string, net: string, status = 'Closed') =>
      `10/5/26 3:45 PM,${id},${type},1,${quantity},4.50,0.00,${net},0.00,Main,${status}`;
    const rows = [
      one('1', 'Sale', '2.000', '9.00'),
      one('2', 'Refund', '1.000', '-4.50'),
      one('3', 'Refund', '-1.000', '-4.50'),
      one('4', 'Refund', '1.000', '4.50', 'Cancelled'),
    ];
    expect(nets(read(loyverse, [HEAD, ...rows]))).toEqual({ '1': 9, '2': -4.5, '3': -4.5 });
  });
});

describe('Lightspeed', () => {
  const HEAD = 'Date,Receipt Number,Line Type,Quantity,Subtotal,Sales Tax,Status,SKU';
  const lightspeed: Csv = { preset: 'lightspeed' };
  const nz = { currency: 'NZD', timezone: 'Pacific/Auckland' };

  it('leaves out the lines of a voided sale whose status stands on its first row alone', () => {
    const rows = [
      HEAD,
      '2026-10-05 10:00:00,101,Sale,2,20.00,3.00,VOIDED,',
      '2026-10-05 10:00:00,101,Sale Line,2,20.00,3.00,,A1',
      '2026-10-05 10:01:00,102,Sale,1,10.00,1.50,CLOSED,',
      '2026-10-05 10:01:00,102,Sale Line,1,10.00,1.50,,A2',
    ];
    expect(nets(read(lightspeed, rows, nz))).toEqual({ '102': 10 });
  });

  it('counts what is sold on account, and what was laid by once it is paid', () => {
    const row = (id: string, status: string) => `2026-10-05 10:00:00,${id},Sale Line,1,10.00,1.50,${status},A1`;
    const status = ['ONACCOUNT', 'ONACCOUNT_CLOSED', 'LAYBY', 'LAYBY_CLOSED', 'SAVED'];
    const rows = status.map((one, at) => row(String(at + 1), one));
    expect(nets(read(lightspeed, [HEAD, ...rows], nz))).toEqual({ '1': 10, '2': 10, '4': 10 });
  });

  it('counts lines whose own status is empty where that speaks of single lines', () => {
    const columns = { receipt: 'R', date: 'D', gtin: 'G', quantity: 'Q', net: 'N' };
    const rows = [
      'R,D,G,Q,N,Status',
      `1,2026-10-05 10:00:00,${MILK},1,10,`,
      `1,2026-10-05 10:00:00,${BAG},1,5,`,
      `2,2026-10-05 10:02:00,${BAG},1,5,void`,
      `2,2026-10-05 10:02:00,${MILK},1,10,`,
    ];
    expect(nets(read({ columns, skip: { Status: ['void'] } }, rows))).toEqual({ '1': 15, '2': 10 });
    // a line that was taken off at some time says nothing of the next
    const when = rows.map((row) => row.replace('Status', 'Voided at').replace(',void', ',2026-10-05 10:03:00'));
    expect(nets(read({ columns }, when))).toEqual({ '1': 15, '2': 10 });
  });
});

describe('Shopify', () => {
  const HEAD =
    'Name,Financial Status,Currency,Subtotal,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount,Location';
  const T = '2026-05-01 10:00:00 +0200';
  const shopify: Csv = { preset: 'shopify' };
  const berlin = { currency: 'EUR', timezone: 'Europe/Berlin' };

  it('refuses an order that was given back in part or whole, and no other', () => {
    const rows = [
      HEAD,
      `#1,refunded,EUR,90.00,0.00,${T},2,Hat,45.00,A1,,90.00,Main`,
      `#2,partially_refunded,EUR,90.00,0.00,${T},1,Hat,45.00,A1,,45.00,Main`,
      `#2,,,,,${T},1,Cap,45.00,A2,,,`,
      `#3,paid,EUR,90.00,10.00,${T},2,Hat,50.00,A1,,0.00,Main`,
    ];
    const checked = read(shopify, rows, berlin);
    expect(nets(checked)).toEqual({ '#3': 90 });
    const back = 'Refunded Amount refundedLater';
    expect(refused(checked)).toEqual([`2 ${back}`, `3 ${back}`, '4 Name notWhole']);
  });

  it('refuses money of another currency', () => {
    const rows = [HEAD, `#1,paid,USD,90.00,0.00,${T},2,Hat,45.00,A1,,0.00,Main`];
    expect(refused(read(shopify, rows, berlin))).toEqual(['2 Currency otherCurrency']);
  });

  it('leaves out all lines of a voided order, and of a cancelled one', () => {
    const rows = [
      HEAD,
      `#1,voided,EUR,90.00,0.00,${T},1,Hat,45.00,A1,,0.00,Main`,
      `#1,,,,,${T},1,Cap,45.00,A2,,,`,
      `#2,paid,EUR,45.00,0.00,${T},1,Hat,45.00,A1,,0.00,Main`,
      `#3,paid,EUR,90.00,0.00,${T},1,Hat,45.00,A1,${T},0.00,Main`,
      `#3,,,,,${T},1,Cap,45.00,A2,,,`,
    ];
    const checked = read(shopify, rows, berlin);
    expect(nets(checked)).toEqual({ '#2': 45 });
    expect(checked.skipped.map(({ line, why }) => `${line} ${why}`)).toEqual([
      '2 Financial Status is voided',
      '3 Financial Status is voided',
      `5 Cancelled at is ${T}`,
      `6 Cancelled at is ${T}`,
    ]);
  });

  it('leaves out all lines of another shop’s order, though only its first row says whose it is', () => {
    const rows = [
      HEAD,
      `#1,paid,EUR,90.00,0.00,${T},1,Hat,45.00,A1,,0.00,North`,
      `#1,,,,,${T},1,Cap,45.00,A2,,,`,
      `#2,paid,EUR,90.00,0.00,${T},1,Hat,45.00,A1,,0.00,South`,
      `#2,,,,,${T},1,Cap,45.00,A2,,,`,
    ];
    expect(check(shopify, rows, berlin)).toMatchObject({ code: 'manyShops', values: { shops: 'North, South' } });
    expect(nets(read({ preset: 'shopify', only: { Location: ['South'] } }, rows, berlin))).toEqual({ '#2': 90 });
  });

  it('refuses an order whose lines cannot have cost what it says', () => {
    const rows = [HEAD, `#1,paid,EUR,9.00,0.00,${T},1,Hat,0.00,A1,,0.00,Main`];
    expect(refused(read(shopify, rows, berlin))).toEqual(['2 Subtotal totals']);
  });
});

describe('Odoo and ERPNext', () => {
  const ODOO = 'Order Ref,Date,Order Lines/Product/Barcode,Order Lines/Quantity,Order Lines/Subtotal w/o Tax';
  const ERPNEXT = 'ID,Date,Posting Time,Status,Currency,Barcode (Items),Quantity (Items),Net Amount (Items)';
  const india = { currency: 'INR', timezone: 'Asia/Kolkata' };

  it('read amounts with all the decimals of a binary fraction', () => {
    const rows = [ODOO, 'Shop/1,2026-10-05 10:00:00,,1.0,1.5', `,,${MILK},0.3,0.8999999999999999`];
    expect(nets(read({ preset: 'odoo' }, rows, { currency: 'EUR' }))).toEqual({ 'Shop/1': 2.4 });
  });

  it('read returns, names in quotes of their own, and India’s groups', () => {
    const rows = [
      ERPNEXT,
      `"""PSINV-1""",25-10-2026,10:00:00.123456,Paid,INR,${MILK},2,"1,00,000.00"`,
      `,,,,,${BAG},1,50.5`,
      `PSINV-2,05-10-2026,9:05:00,Return,INR,${MILK},-1,-500`,
      `PSINV-3,05-10-2026,9:06:00,Cancelled,INR,${MILK},1,500`,
    ];
    const checked = read({ preset: 'erpnext' }, rows, india);
    expect(nets(checked)).toEqual({ 'PSINV-1': 100050.5, 'PSINV-2': -500 });
    expect(days(checked)).toEqual(['2026-10-25', '2026-10-05']);
  });

  it('refuse an invoice in another currency', () => {
    const rows = [ERPNEXT, `PSINV-1,2026-10-25,10:00:00,Paid,USD,${MILK},2,10.00`];
    expect(refused(read({ preset: 'erpnext' }, rows, india))).toEqual(['2 Currency otherCurrency']);
  });
});
