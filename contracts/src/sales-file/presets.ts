import type { CsvFormat } from '../store/device-entry.js';

/**
 * What programs export that many shops use: titles of columns and which rows are sales. Each is taken from files or source code that
 * anybody may look at (docs/devices/till-csv.md says which); an entry may change any part of it.
 */
export const PRESETS: Readonly<Record<NonNullable<CsvFormat['preset']>, Omit<CsvFormat, 'preset'>>> = {
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
    decimal: 'point',
    dateOrder: 'mdy',
    only: { 'Event Type': ['Payment', 'Refund'] },
    skip: {},
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
    decimal: 'point',
    dateOrder: 'mdy',
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
    decimal: 'point',
    only: { 'Line Type': ['Sale Line'] },
    skip: { Status: ['VOIDED', 'SAVED', 'LAYBY', 'ONACCOUNT'] },
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
    decimal: 'point',
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
    decimal: 'point',
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
    decimal: 'point',
    skip: { Status: ['Draft', 'Cancelled'] },
  },
};
