import type { SaleLine } from '../native.js';
import { isGtin, readCode } from '../product-codes.js';
import { decimal, tidy } from './amounts.js';
import { UNKNOWN_CODE } from './csv-line.js';
import { fault, type SalesFault } from './faults.js';
import { childOf, childrenOf, flagOf, textOf, type Element } from './xml.js';

/** One sale or return of an item; amounts are positive here also for a return, which `sign` tells. */
export interface PoslogLine {
  sign: 1 | -1;
  gtin: string;
  quantity: number;
  /** ExtendedAmount, or unit price × quantity */
  extended: number;
  /** what modifiers and rewards in the line take off, negative where they add */
  modifiers: number;
  /** at the regular price, where the till tells it */
  regular: number | undefined;
  /** undefined: the line does not say */
  tax: number | undefined;
  taxIncluded: boolean;
}

/** Cents of rounding that a till may lose between unit price and line. */
const NEAR = 0.011;
const PRODUCT_ID = /^(?:GTIN|EAN|UPC|ISBN|JAN|Item)/i;
/** What takes money off, whatever the vendor calls it. */
const REDUCTION =
  /discount|reward|promotion|coupon|markdown|rebate|saving|allowance|pricemodif|pricederivationresult|deduction/i;

export const isReduction = (element: Element): boolean => REDUCTION.test(element.name);

/** A `Sale` or `Return` element → line. `at`: where it stands, for refusals. */
export function readLine(item: Element, sign: 1 | -1, at: string): { ok: true; value: PoslogLine } | SalesFault {
  const quantity = amountOf(item, 'Quantity', 1);
  if (quantity === undefined) return fault('number', `${at}/Quantity`);
  const extended = amountOf(item, 'ExtendedAmount');
  const actual = amountOf(item, 'ActualSalesUnitPrice');
  const regularPrice = amountOf(item, 'RegularSalesUnitPrice');
  for (const [name, value] of Object.entries({
    ExtendedAmount: extended,
    ActualSalesUnitPrice: actual,
    RegularSalesUnitPrice: regularPrice,
  }))
    if (value === undefined && textOf(item, name) !== undefined) return fault('number', `${at}/${name}`);
  // A return's amounts are written with or without a minus sign: what the element is decides.
  const size = sign < 0 ? Math.abs : (value: number): number => value;
  const units = size(quantity);
  const total = extended ?? (actual ?? regularPrice ?? Number.NaN) * quantity;
  if (!Number.isFinite(total)) return fault('missing', `${at}/ExtendedAmount`);
  const regular = regularPrice === undefined ? undefined : tidy(Math.abs(regularPrice) * units);
  const modifiers = readModifiers(item, at, Math.abs(total));
  if (typeof modifiers !== 'number') return modifiers;
  const tax = readTax(item, at);
  if (tax !== undefined && 'code' in tax) return tax;
  const code = readCode(productOf(item));
  if (!code.ok)
    return fault(code.problem.values['expected'] === 'roundedCode' ? 'codeRounded' : 'code', `${at}/POSIdentity`, {
      got: productOf(item).slice(0, 40),
    });
  return {
    ok: true,
    value: {
      sign,
      gtin: code.value,
      quantity: units,
      extended: size(total),
      modifiers,
      regular,
      tax: tax?.amount,
      taxIncluded: flagOf(item, 'TaxIncludedInPriceFlag') || (tax?.included ?? false),
    },
  };
}

/** How a till's modifiers relate to its extended amounts: by the regular price, always still to be taken off, or never. */
export type ModifierRule = 'byPrice' | 'open' | 'done';

/**
 * What was paid for a line. ARTS says that ExtendedAmount is what is paid after price modifiers, yet tills send it at the regular
 * price as well. The regular unit price decides: where quantity times it is the extended amount although modifiers took
 * something off, these have still to be taken off.
 */
export function paidFor({ extended, regular, modifiers }: PoslogLine, rule: ModifierRule): number {
  const open =
    rule === 'open' ||
    (rule === 'byPrice' &&
      regular !== undefined &&
      modifiers !== 0 &&
      Math.abs(Math.abs(extended) - Math.abs(regular)) < NEAR);
  return tidy(open ? extended - Math.sign(extended) * modifiers : extended);
}

/** The line as the till's sale: net of discounts and, where the price held it, of tax. */
export function saleLine(
  line: PoslogLine,
  paidBefore: number,
  discount: number,
  tax: number | undefined,
  taxIncluded: boolean,
): SaleLine {
  const { sign, gtin, quantity, regular } = line;
  const paid = paidBefore - discount;
  const net = tidy(sign * (taxIncluded ? paid - (tax ?? 0) : paid));
  const taken = regular === undefined ? discount : regular - paidBefore + discount;
  return {
    gtin,
    quantity: tidy(sign * quantity),
    net,
    ...(regular !== undefined && { gross: tidy(sign * regular) }),
    ...(Math.abs(taken) > 1e-9 && { discount: tidy(sign * taken) }),
    ...(tax !== undefined && { tax: tidy(sign * tax) }),
  };
}

/** What modifiers and rewards in the line take off, negative where they add. */
function readModifiers(item: Element, at: string, extended: number): number | SalesFault {
  let taken = 0;
  const counts = new Map<string, number>();
  for (const modifier of item.children) {
    if (!isReduction(modifier)) continue;
    const index = (counts.get(modifier.name) ?? 0) + 1;
    counts.set(modifier.name, index);
    if (flagOf(modifier, 'VoidFlag')) continue;
    const where = `${at}/${modifier.name}[${index}]`;
    const read = reductionOf(modifier);
    if (!read) continue;
    if (read.value === undefined) return fault('number', `${where}/${read.name}`);
    if (/^replace$/i.test(read.action)) continue;
    const sign = /^add$/i.test(read.action) ? -1 : 1;
    taken += sign * (read.percent ? (extended * Math.abs(read.value)) / 100 : Math.abs(read.value));
  }
  return tidy(taken);
}

export interface Reduction {
  /** name of the element that holds the number */
  name: string;
  /** undefined: no number */
  value: number | undefined;
  percent: boolean;
  action: string;
}

const AMOUNT_NAMES = [
  /^Extended\w*Amount$/i,
  /^Amount$/i,
  /(?:Reward|Discount|Promotion|Coupon|Saving|Reduction|Markdown)s?\w*Amount$/i,
  /Amount$/i,
];
const PERCENT = /^Percent(?:age)?$/i;

/** The money, or the percentage, of what takes money off; undefined where it is about something else, such as points. */
export function reductionOf(element: Element): Reduction | undefined {
  const category = textOf(element, 'RewardCategory');
  if (category !== undefined && !/monetary|money|cash|currency/i.test(category)) return undefined;
  const inside = [...element.children, ...element.children.flatMap((child) => child.children)];
  const amount = AMOUNT_NAMES.map((name) => inside.find((child) => name.test(child.name) && child.text !== '')).find(
    Boolean,
  );
  const found = amount ?? inside.find((child) => PERCENT.test(child.name) && child.text !== '');
  if (!found) return undefined;
  const action = found.attributes['Action'] ?? element.attributes['Action'] ?? 'Subtract';
  return { name: found.name, value: decimal(found.text), percent: !amount, action };
}

function readTax(item: Element, at: string): { amount: number; included: boolean } | undefined | SalesFault {
  let sum: number | undefined;
  let included = false;
  for (const [index, tax] of childrenOf(item, 'Tax').entries()) {
    if (flagOf(tax, 'VoidFlag')) continue;
    const written = textOf(tax, 'Amount');
    if (written === undefined) continue;
    const amount = decimal(written);
    if (amount === undefined) return fault('number', `${at}/Tax[${index + 1}]/Amount`);
    sum = tidy((sum ?? 0) + Math.abs(amount));
    included ||=
      flagOf(childOf(tax, 'TaxableAmount'), 'TaxIncludedInTaxableAmountFlag') || flagOf(tax, 'TaxIncludedInPriceFlag');
  }
  return sum === undefined ? undefined : { amount: sum, included };
}

const CODE_ELEMENT = /^(?:GTIN|EAN|UPC|ISBN|JAN|Barcode|ItemBarcode|ScanData)$/i;

/** The scanned product code, else the till's own item number, else the department that was keyed in. */
function productOf(item: Element): string {
  const identities = childrenOf(item, 'POSIdentity').map((identity) => ({
    kind: identity.attributes['POSIDType'] ?? '',
    text: textOf(identity, 'POSItemID'),
  }));
  const own = [item, childOf(item, 'Item')]
    .flatMap((part) => childrenOf(part, 'ItemID'))
    .map(({ attributes, text }) => ({ kind: attributes['Type'] ?? attributes['Name'] ?? '', text }));
  const scanned = item.children
    .filter(({ name }) => CODE_ELEMENT.test(name))
    .map(({ text }) => ({ kind: 'GTIN', text }));
  const told = [...identities, ...scanned, ...own].filter(({ text }) => text !== undefined && text !== '');
  // What is named a code, else what is one by its check digit, else what stands first.
  const found =
    told.find(({ kind }) => PRODUCT_ID.test(kind)) ?? told.find(({ text }) => isGtin(text ?? '')) ?? told[0];
  return found?.text ?? textOf(item, 'MerchandiseHierarchy') ?? UNKNOWN_CODE;
}

/** A child's amount; `absent` where there is no such child, undefined for what is no number. */
function amountOf(item: Element, name: string, absent?: number): number | undefined {
  const text = textOf(item, name);
  return text === undefined ? absent : decimal(text);
}
