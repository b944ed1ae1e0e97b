import type { CsvFormat } from '../store/device-entry.js';

/** What an account's export says beyond its columns for a sale; a file may lack any of these, older exports do. */
export interface PresetLayout extends Omit<CsvFormat, 'preset' | 'decimal' | 'dateOrder'> {
  /** titles of columns that a file may lack. `shop`: of several of one account; `refunded`: what was given back of the receipt later */
  optional?: Readonly<Partial<Record<OptionalColumn, string>>>;
  /** how the program writes where a file does not tell by itself. `mdy`: in the United States only, as programs write for the country */
  usual: { readonly decimal: 'point' | 'comma'; readonly dateOrder?: 'mdy' };
  /** as `skip`, of columns that a file may lack */
  maySkip?: NonNullable<CsvFormat['skip']>;
}
export type OptionalColumn = 'shop' | 'currency' | 'refunded';

/**
 * What programs export that many shops use: titles of columns and which rows are sales. Each is taken from files or source code that
 * anybody may look at (docs/devices/till-csv.md says which); an entry may change any part of it.
 */
export const PRESETS: Readonly<Record<NonNullable<CsvFormat['preset']>, PresetLayout>> = {
  /** Square Dashboard, Transactions → export items detail. */
  square: {
    columns: {
      receipt: 'Transaction ID',
      date: 'Date',
      time: 'Time',
      gtin: 'SKU',
      quantity: 'Qty',
      net: 'Net Sales',
      tax: 'Tax',
      member: 'Customer Reference ID',
    },
    optional: { shop: 'Location' },
    usual: { decimal: 'point', dateOrder: 'mdy' },
    only: { 'Event Type': ['Payment', 'Refund'] },
    skip: {},
    // A card that is sold is money that is owed, and a sale once it pays for one.
    maySkip: { 'Itemization Type': ['Gift Card', 'Digital Gift Card', 'eGift Card', 'Physical Gift Card'] },
  },
  /** Loyverse Back Office, Receipts → export by items. */
  loyverse: {
    columns: {
      receipt: 'Receipt number',
      date: 'Date',
      gtin: 'SKU',
      quantity: 'Quantity',
      net: 'Net sales',
      discount: 'Discounts',
      tax: 'Taxes',
    },
    optional: { shop: 'Store' },
    usual: { decimal: 'point', dateOrder: 'mdy' },
    skip: { Status: ['Cancelled', 'Canceled'] },
    returns: { 'Receipt type': ['Refund'] },
  },
  /** Lightspeed Retail (X-Series), Sales history → export. */
  lightspeed: {
    columns: {
      receipt: 'Receipt Number',
      date: 'Date',
      gtin: 'SKU',
      quantity: 'Quantity',
      net: 'Subtotal',
      tax: 'Sales Tax',
    },
    usual: { decimal: 'point' },
    only: { 'Line Type': ['Sale Line'] },
    // What is sold on account counts on its day, what is laid by once it is paid: Lightspeed's own sales report does so.
    skip: { Status: ['VOIDED', 'SAVED', 'LAYBY'] },
  },
  /** Odoo Point of Sale, Orders → export with their lines. */
  odoo: {
    columns: {
      receipt: 'Order Ref',
      date: 'Date',
      gtin: 'Order Lines/Product/Barcode',
      quantity: 'Order Lines/Quantity',
      net: 'Order Lines/Subtotal w/o Tax',
    },
    usual: { decimal: 'point' },
  },
  /** Shopify admin, Orders → export. */
  shopify: {
    columns: {
      receipt: 'Name',
      date: 'Created at',
      gtin: 'Lineitem sku',
      quantity: 'Lineitem quantity',
      price: 'Lineitem price',
      receiptNet: 'Subtotal',
    },
    optional: { shop: 'Location', currency: 'Currency', refunded: 'Refunded Amount' },
    usual: { decimal: 'point' },
    skip: { 'Financial Status': ['voided', 'pending', 'authorized', 'expired'] },
  },
  /** ERPNext, data export of POS Invoice with its table of items. */
  erpnext: {
    columns: {
      receipt: 'ID',
      date: 'Date',
      time: 'Posting Time',
      gtin: 'Barcode (Items)',
      quantity: 'Quantity (Items)',
      net: 'Net Amount (Items)',
    },
    optional: { currency: 'Currency' },
    usual: { decimal: 'point' },
    skip: { Status: ['Draft', 'Cancelled'] },
  },
};
