import { readCode, type SaleLine } from '@aisle/contracts';
import { malformed, reading, type Reading } from '../wire/reading.js';
import { decimal, tidy } from './amounts.js';
import { childOf, childrenOf, flagOf, textOf, type Element } from './xml.js';

/** One sale or return of an item; amounts are positive here also for a return, which `sign` tells. */
export interface PoslogLine {
  sign: 1 | -1;
  gtin: string;
  quantity: number;
  /** what was paid for the line after its own discounts, as the till writes prices (see taxIncluded) */
  paid: number;
  /** at the regular price, where the till tells it */
  regular: number | undefined;
  /** undefined: the line does not say */
  tax: number | undefined;
  taxIncluded: boolean;
}

/** Cents of rounding that a till may lose between unit price and line. */
const NEAR = 0.011;
const PRODUCT_ID = /^(?:GTIN|EAN|UPC|ISBN|JAN|Item)/i;

/** A `Sale` or `Return` element → line. `at`: where it stands, for refusals. */
export function readLine(item: Element, sign: 1 | -1, at: string): Reading<PoslogLine> {
  const quantity = amountOf(item, 'Quantity', 1);
  if (quantity === undefined) return malformed(`${at}/Quantity`, 'expected a number of units');
  const extended = amountOf(item, 'ExtendedAmount');
  const actual = amountOf(item, 'ActualSalesUnitPrice');
  const regularPrice = amountOf(item, 'RegularSalesUnitPrice');
  for (const [name, value] of Object.entries({
    ExtendedAmount: extended,
    ActualSalesUnitPrice: actual,
    RegularSalesUnitPrice: regularPrice,
  }))
    if (value === undefined && textOf(item, name) !== undefined)
      return malformed(`${at}/${name}`, 'expected an amount');
  // A return's amounts are written with or without a minus sign: what the element is decides.
  const size = sign < 0 ? Math.abs : (value: number): number => value;
  const units = size(quantity);
  const total = extended ?? (actual ?? regularPrice ?? Number.NaN) * quantity;
  if (!Number.isFinite(total)) return malformed(`${at}/ExtendedAmount`, 'is missing, and so are the unit prices');
  const regular = regularPrice === undefined ? undefined : tidy(Math.abs(regularPrice) * units);
  const modifiers = readModifiers(item, at, Math.abs(total));
  if (!modifiers.ok) return modifiers;
  const tax = readTax(item, at);
  if (!tax.ok) return tax;
  const code = readCode(productOf(item));
  if (!code.ok) return malformed(`${at}/POSIdentity`, code.problem.message);
  return reading({
    sign,
    gtin: code.value,
    quantity: units,
    paid: tidy(afterDiscount(size(total), regular, modifiers.value)),
    regular,
    tax: tax.value?.amount,
    taxIncluded: flagOf(item, 'TaxIncludedInPriceFlag') || (tax.value?.included ?? false),
  });
}

/** The line as the till's sale: net of discounts and, where the price held it, of tax. */
export function saleLine(line: PoslogLine, discount: number, tax: number | undefined): SaleLine {
  const { sign, gtin, quantity, regular } = line;
  const paid = line.paid - discount;
  const net = tidy(sign * (line.taxIncluded ? paid - (tax ?? 0) : paid));
  const taken = regular === undefined ? discount : regular - line.paid + discount;
  return {
    gtin,
    quantity: tidy(sign * quantity),
    net,
    ...(regular !== undefined && { gross: tidy(sign * regular) }),
    ...(Math.abs(taken) > 1e-9 && { discount: tidy(sign * taken) }),
    ...(tax !== undefined && { tax: tidy(sign * tax) }),
  };
}

/**
 * ARTS says that ExtendedAmount is what is paid after price modifiers, yet tills send it at the regular price as well.
 * The regular unit price decides: where quantity times it is the extended amount although modifiers took something
 * off, these have still to be taken off.
 */
function afterDiscount(extended: number, regular: number | undefined, modifiers: number): number {
  const before = regular !== undefined && modifiers !== 0 && Math.abs(Math.abs(extended) - regular) < NEAR;
  return before ? extended - Math.sign(extended) * modifiers : extended;
}

/** What RetailPriceModifiers take off the line, negative where they add. */
function readModifiers(item: Element, at: string, extended: number): Reading<number> {
  let taken = 0;
  for (const [index, modifier] of childrenOf(item, 'RetailPriceModifier').entries()) {
    if (flagOf(modifier, 'VoidFlag')) continue;
    const where = `${at}/RetailPriceModifier[${index + 1}]`;
    const amount = childOf(modifier, 'Amount');
    const percent = childOf(modifier, 'Percent');
    const value = decimal(amount?.text ?? percent?.text);
    if (value === undefined) {
      if (amount ?? percent) return malformed(`${where}/${amount ? 'Amount' : 'Percent'}`, 'expected a number');
      continue;
    }
    const action = (amount ?? percent)?.attributes['Action'] ?? 'Subtract';
    if (/^replace$/i.test(action)) continue;
    const sign = /^add$/i.test(action) ? -1 : 1;
    taken += sign * (amount ? Math.abs(value) : (extended * Math.abs(value)) / 100);
  }
  return reading(tidy(taken));
}

function readTax(item: Element, at: string): Reading<{ amount: number; included: boolean } | undefined> {
  let sum: number | undefined;
  let included = false;
  for (const [index, tax] of childrenOf(item, 'Tax').entries()) {
    if (flagOf(tax, 'VoidFlag')) continue;
    const written = textOf(tax, 'Amount');
    if (written === undefined) continue;
    const amount = decimal(written);
    if (amount === undefined) return malformed(`${at}/Tax[${index + 1}]/Amount`, 'expected an amount');
    sum = tidy((sum ?? 0) + Math.abs(amount));
    included ||=
      flagOf(childOf(tax, 'TaxableAmount'), 'TaxIncludedInTaxableAmountFlag') || flagOf(tax, 'TaxIncludedInPriceFlag');
  }
  return reading(sum === undefined ? undefined : { amount: sum, included });
}

/** The scanned product code, else the till's own item number, else the department that was keyed in. */
function productOf(item: Element): string {
  const identities = childrenOf(item, 'POSIdentity');
  const scanned =
    identities.find((identity) => PRODUCT_ID.test(identity.attributes['POSIDType'] ?? '')) ?? identities[0];
  return (
    textOf(scanned, 'POSItemID') ??
    textOf(item, 'ItemID') ??
    textOf(childOf(item, 'Item'), 'ItemID') ??
    textOf(item, 'MerchandiseHierarchy') ??
    'unknown'
  );
}

/** A child's amount; `absent` where there is no such child, undefined for what is no number. */
function amountOf(item: Element, name: string, absent?: number): number | undefined {
  const text = textOf(item, name);
  return text === undefined ? absent : decimal(text);
}
