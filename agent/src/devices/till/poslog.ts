import { TillSale, compile } from '@aisle/contracts';
import { refuse, type Refusal } from '../refusal.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { parseInZone } from '../wire/time.js';
import { decimal, spread, tidy } from './amounts.js';
import { readLine, saleLine, type PoslogLine } from './poslog-line.js';
import { childOf, childrenOf, flagOf, readXml, textOf, type Element } from './xml.js';

/**
 * Sales as ARTS (OMG Retail) POSLog XML, versions 2 to 6: a `POSLog` of many transactions or one `Transaction`.
 * Source: OMG Retail "POSLog" v6.0 charter and schema (RetailTransaction, LineItem, Sale, Return, RetailPriceModifier, Tax).
 */
export interface PoslogSettings {
  /** IANA zone of the store: a time without a zone is read in it */
  timezone: string;
  /** of the store; a transaction in another is refused */
  currency: string;
  /** decimals of the currency's minor unit */
  digits: number;
  /** largest file in bytes. Raising it lets longer days in and takes about ten times as much memory while it is read */
  limitBytes?: number;
}

export interface PoslogSale {
  sale: TillSale;
  /** `YYYY-MM-DD` as the till writes it; null where it does not */
  businessDay: string | null;
  workstation: string | null;
}
export interface PoslogReport {
  sales: PoslogSale[];
  /** what should have been a sale and could not be read; `transaction` counts from 1 */
  refused: { transaction: number; field: string; message: string }[];
  /** what is none: voided, suspended, training, opening a drawer */
  skipped: { transaction: number; why: string }[];
}

const LIMIT_BYTES = 8 << 20;
const schema = compile(TillSale);
/** states in which no sale was made */
const UNFINISHED = /^(?:Voided|PostVoided|Suspended|Cancell?ed|InProcess|Failed|SuspendedDeleted|Training)$/i;

/** A file or message of a till → its sales, with a report of what was refused and skipped. One refused transaction alone refuses the message. */
export function decodePoslog(_topic: string, bytes: Uint8Array, settings: PoslogSettings): Reading<PoslogReport> {
  const root = readXml(bytes, settings.limitBytes ?? LIMIT_BYTES);
  if (!root.ok) return root;
  const transactions = root.value.name === 'POSLog' ? childrenOf(root.value, 'Transaction') : [root.value];
  if (root.value.name !== 'POSLog' && root.value.name !== 'Transaction')
    return malformed('', 'expected a POSLog or a Transaction as the root element');
  if (transactions.length === 0) return malformed('POSLog', 'holds no Transaction');
  const report: PoslogReport = { sales: [], refused: [], skipped: [] };
  for (const [index, transaction] of transactions.entries()) {
    const number = index + 1;
    const why = notASale(transaction);
    if (why !== undefined) {
      report.skipped.push({ transaction: number, why });
      continue;
    }
    const sale = readTransaction(transaction, settings);
    if (sale.ok) report.sales.push(sale.value);
    else if (transactions.length === 1) return sale;
    else report.refused.push({ transaction: number, field: sale.field, message: sale.message });
  }
  return reading(report);
}

function notASale(transaction: Element): string | undefined {
  const retail = childOf(transaction, 'RetailTransaction');
  if (!retail) return 'is no retail transaction';
  if (flagOf(transaction, 'CancelFlag')) return 'was cancelled';
  if (flagOf(transaction, 'TrainingModeFlag')) return 'was made in training';
  const status = retail.attributes['TransactionStatus'] ?? textOf(retail, 'TransactionStatus') ?? '';
  if (UNFINISHED.test(status)) return `is ${status.toLowerCase()}`;
  const sold = childrenOf(retail, 'LineItem').some((line) => !flagOf(line, 'VoidFlag') && goodsOf(line) !== undefined);
  return sold ? undefined : 'holds no goods';
}

/** The goods of a line, sold (1) or brought back (-1); undefined for payment, tax, discounts on the whole and remarks. */
function goodsOf(line: Element): { item: Element; sign: 1 | -1 } | undefined {
  const back = childOf(line, 'Return');
  if (back) return { item: back, sign: -1 };
  const item = childOf(line, 'Sale') ?? childOf(line, 'SaleForDelivery') ?? childOf(line, 'SaleForPickup');
  return item && { item, sign: 1 };
}

function readTransaction(transaction: Element, settings: PoslogSettings): Reading<PoslogSale> {
  const retail = childOf(transaction, 'RetailTransaction');
  const currency = textOf(transaction, 'CurrencyCode');
  if (currency !== undefined && currency !== settings.currency)
    return malformed('CurrencyCode', `expected ${settings.currency}, the currency of the store`);
  const ts = timeOf(transaction, retail, settings.timezone);
  if (!ts.ok) return ts;
  const businessDay = textOf(transaction, 'BusinessDayDate') ?? null;
  const workstation = textOf(transaction, 'WorkstationID') ?? null;
  const receipt = receiptOf(transaction, retail, businessDay, workstation);
  if (receipt === undefined) return malformed('SequenceNumber', 'is missing, and so is a receipt number');
  const lines: PoslogLine[] = [];
  let discount = 0;
  let tax = 0;
  for (const [index, line] of childrenOf(retail, 'LineItem').entries()) {
    if (flagOf(line, 'VoidFlag')) continue;
    const at = `LineItem[${index + 1}]`;
    const goods = goodsOf(line);
    if (goods) {
      const read = readLine(goods.item, goods.sign, `${at}/${goods.item.name}`);
      if (!read.ok) return read;
      lines.push(read.value);
      continue;
    }
    for (const name of ['Discount', 'Tax'] as const) {
      const written = textOf(childOf(line, name), 'Amount');
      const amount = written === undefined ? 0 : decimal(written);
      if (amount === undefined) return malformed(`${at}/${name}/Amount`, 'expected an amount');
      if (name === 'Discount') discount = tidy(discount + Math.abs(amount));
      else tax = tidy(tax + Math.abs(amount));
    }
  }
  const saleLines = wholeSale(lines, discount, tax, retail, settings.digits);
  if (!Array.isArray(saleLines)) return saleLines;
  const checked = schema.check({ ts: ts.value, receipt, lines: saleLines });
  if (!checked.ok) return refused(checked.problem);
  return reading({ sale: checked.value, businessDay, workstation });
}

/** Puts what was taken off the whole, and tax that only the whole states, onto the lines. */
function wholeSale(
  lines: readonly PoslogLine[],
  discount: number,
  tax: number,
  retail: Element | undefined,
  digits: number,
): TillSale['lines'] | Refusal {
  const paid = lines.map((line) => (line.sign > 0 ? line.paid : 0));
  const sum = tidy(lines.reduce((total, line) => total + line.sign * line.paid, 0));
  // Some tills put the discount on the lines already and repeat it for the receipt: their net total tells.
  const done = childrenOf(retail, 'Total').some(
    (total) =>
      total.attributes['TotalType'] === 'TransactionNetAmount' &&
      Math.abs((decimal(total.text) ?? Infinity) - sum) < 0.005,
  );
  const discounts = spread(done ? 0 : discount, paid, digits);
  if (!discounts) return refuse('malformed', 'LineItem/Discount', 'is taken off a receipt without a sale');
  const taxes = untoldTaxes(lines, tax, digits);
  return lines.map((line, index) => saleLine(line, discounts[index] ?? 0, line.tax ?? taxes[index]));
}

/** Shares of the receipt's tax for lines whose price holds tax that they do not state, sold and brought back alike. */
function untoldTaxes(lines: readonly PoslogLine[], tax: number, digits: number): (number | undefined)[] {
  const untold = (line: PoslogLine): boolean => line.taxIncluded && line.tax === undefined;
  const net = lines.reduce((sum, line) => (untold(line) ? sum + line.sign * line.paid : sum), 0);
  const gross = lines.reduce((sum, line) => (untold(line) ? sum + line.paid : sum), 0);
  // Of sales and returns together, a receipt states the difference of their taxes.
  const whole = net === 0 ? 0 : tax * Math.abs(gross / net);
  const weights = lines.map((line) => (untold(line) ? line.paid : 0));
  const shares = spread(whole, weights, digits);
  return lines.map((line, index) => (untold(line) ? shares?.[index] : undefined));
}

function timeOf(transaction: Element, retail: Element | undefined, timezone: string): Reading<number> {
  for (const name of ['EndDateTime', 'ReceiptDateTime', 'POSLogDateTime', 'BeginDateTime']) {
    const text = textOf(transaction, name) ?? textOf(retail, name);
    if (text === undefined) continue;
    const ts = parseInZone(text, timezone);
    return ts === undefined ? malformed(name, 'expected an ISO 8601 time') : reading(ts);
  }
  return malformed('EndDateTime', 'is missing');
}

/** The printed number where there is one, else what makes a transaction one of a kind in ARTS: till, business day, sequence. */
function receiptOf(
  transaction: Element,
  retail: Element | undefined,
  businessDay: string | null,
  workstation: string | null,
): string | undefined {
  const printed = textOf(transaction, 'ReceiptNumber') ?? textOf(retail, 'ReceiptNumber');
  if (printed !== undefined) return printed;
  const sequence = textOf(transaction, 'SequenceNumber');
  return sequence && [workstation, businessDay, sequence].filter((part) => part !== null).join('-');
}
