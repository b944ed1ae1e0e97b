import type { TillSale } from '../native.js';
import { parseInZone } from '../written-time.js';
import { fault, type SalesFault, type SalesFaultCode, type SalesFaultValues, type SalesSkipCode } from './faults.js';
import { goodsOf, linesOf } from './poslog-receipt.js';
import { faultyField } from './plain-check.js';
import { BATCH, childOf, childrenOf, flagOf, readXml, textOf, within, xmlOf, type Element } from './xml.js';

/**
 * Sales as ARTS (OMG Retail) POSLog XML, versions 2 to 6: a `POSLog` of many transactions or one `Transaction`, in whatever envelope.
 * Source: OMG Retail "POSLog" v6.0 charter and schema (RetailTransaction, LineItem, Sale, Return, RetailPriceModifier, Tax, Total).
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
  /** from 1 */
  transaction: number;
  /** `YYYY-MM-DD` as the till writes it; null where it does not */
  businessDay: string | null;
  workstation: string | null;
}
export interface PoslogReport {
  sales: PoslogSale[];
  /** what should have been a sale and could not be read; `transaction` counts from 1 */
  refused: { transaction: number; code: SalesFaultCode; field: string; values: SalesFaultValues }[];
  /** what is none: voided, suspended, training, opening a drawer */
  skipped: { transaction: number; code: SalesSkipCode; values: SalesFaultValues }[];
}

const LIMIT_BYTES = 8 << 20;
/** states in which no sale was made */
const UNFINISHED = /^(?:(?:post[ -]?)?void|suspend|cancel|in[ -]?process|fail|training|abort|delet|incomplete)/i;

/** A file or message of a till → its sales, with a report of what was refused and skipped. One refused transaction alone refuses the message. */
export function decodePoslog(
  _topic: string,
  bytes: Uint8Array,
  settings: PoslogSettings,
): { ok: true; value: PoslogReport } | SalesFault {
  const root = readXml(bytes, settings.limitBytes ?? LIMIT_BYTES);
  if (!root.ok) return root;
  const found = transactionsOf(root.value);
  if (!Array.isArray(found)) return found;
  const report: PoslogReport = { sales: [], refused: [], skipped: [] };
  const undoing: { transaction: number; element: Element }[] = [];
  for (const [index, element] of found.entries()) {
    const transaction = index + 1;
    if (undoes(element)) {
      undoing.push({ transaction, element });
      continue;
    }
    const why = notASale(element);
    if (why !== undefined) {
      report.skipped.push({ transaction, values: {}, ...why });
      continue;
    }
    const sale = readTransaction(element, transaction, settings);
    if ('code' in sale) {
      if (found.length === 1) return sale;
      const { code, field, values } = sale;
      report.refused.push({ transaction, code, field, values });
    } else if (sale.sale.lines.length === 0) report.skipped.push({ transaction, code: 'noGoods', values: {} });
    else report.sales.push(sale);
  }
  for (const { transaction, element } of undoing) undo(report, transaction, element, found);
  return { ok: true, value: report };
}

/** All transactions of a document, out of envelopes, batches, and text that is a document itself. */
function transactionsOf(root: Element): Element[] | SalesFault {
  const logs = within(root, 'POSLog');
  const found = (logs.length > 0 ? logs : [root]).flatMap((log) =>
    log.name === 'Transaction' ? [log] : logs.length > 0 ? within(log, 'Transaction') : within(root, 'Transaction'),
  );
  if (found.length > 0) return found;
  const inside = innerText(root);
  const inner = inside === undefined ? undefined : xmlOf(inside.trim());
  if (inner?.ok) return transactionsOf(inner.value);
  if (inner) return inner;
  return logs.length > 0 || root.name === BATCH ? fault('noTransaction', 'POSLog') : fault('noPoslog');
}

const innerText = (element: Element): string | undefined =>
  /^\s*<[\s\S]*(?:POSLog|Transaction)/.test(element.text)
    ? element.text
    : element.children.map(innerText).find((text) => text !== undefined);

function notASale(transaction: Element): { code: SalesSkipCode; values?: SalesFaultValues } | undefined {
  const retail = childOf(transaction, 'RetailTransaction');
  if (!retail) return { code: 'notRetail' };
  const parts = [transaction, retail];
  const said = (...names: string[]) => parts.some((part) => names.some((name) => flagOf(part, name)));
  if (said('CancelFlag', 'VoidFlag')) return { code: 'cancelled' };
  if (said('TrainingModeFlag') || parts.some((part) => /^training/i.test(part.attributes['TypeCode'] ?? '')))
    return { code: 'training' };
  const status = parts
    .flatMap((part) => ['TransactionStatus', 'Status'].map((name) => part.attributes[name] ?? textOf(part, name)))
    .find((word) => word !== undefined && UNFINISHED.test(word));
  if (status !== undefined) return { code: 'unfinished', values: { status: status.toLowerCase() } };
  const sold = childrenOf(retail, 'LineItem').some((line) => !flagOf(line, 'VoidFlag') && goodsOf(line) !== undefined);
  return sold ? undefined : { code: 'noGoods' };
}

/** The link to the transaction that this one undoes as a whole. */
function undoes(transaction: Element): Element | undefined {
  const links = [transaction, childOf(transaction, 'RetailTransaction')].flatMap((part) =>
    childrenOf(part, 'TransactionLink'),
  );
  return links.find((link) => /void/i.test(link.attributes['ReasonCode'] ?? textOf(link, 'ReasonCode') ?? ''));
}

function undo(report: PoslogReport, transaction: number, element: Element, all: readonly Element[]): void {
  const link = undoes(element);
  const wanted = (name: string) => textOf(link, name);
  const sequence = wanted('SequenceNumber');
  const target = report.sales.find(({ transaction: number }) => {
    const other = all[number - 1] as Element;
    if (sequence === undefined || textOf(other, 'SequenceNumber') !== sequence) return false;
    return ['WorkstationID', 'BusinessDayDate'].every((name) => {
      const named = wanted(name) ?? textOf(element, name);
      return named === undefined || textOf(other, name) === named;
    });
  });
  if (!target) {
    report.refused.push({
      transaction,
      code: 'postVoid',
      field: 'TransactionLink',
      values: { receipt: sequence ?? '' },
    });
    return;
  }
  report.sales.splice(report.sales.indexOf(target), 1);
  report.skipped.push({ transaction: target.transaction, code: 'undone', values: { receipt: target.sale.receipt } });
  report.skipped.push({ transaction, code: 'unfinished', values: { status: 'void' } });
}

function readTransaction(transaction: Element, number: number, settings: PoslogSettings): PoslogSale | SalesFault {
  const retail = childOf(transaction, 'RetailTransaction');
  const currency = textOf(transaction, 'CurrencyCode') ?? textOf(retail, 'CurrencyCode');
  if (currency !== undefined && currency !== settings.currency)
    return fault('otherCurrency', 'CurrencyCode', { expected: settings.currency, got: currency.slice(0, 10) });
  const ts = timeOf(transaction, retail, settings.timezone);
  if (typeof ts !== 'number') return ts;
  const businessDay = textOf(transaction, 'BusinessDayDate') ?? null;
  const workstation = textOf(transaction, 'WorkstationID') ?? null;
  const receipt = receiptOf(transaction, retail, businessDay, workstation);
  if (receipt === undefined) return fault('missing', 'SequenceNumber');
  const lines = linesOf(retail, settings.digits);
  if ('code' in lines) return lines;
  const foreign = currencyOf(retail, settings.currency);
  if (foreign !== undefined)
    return fault('otherCurrency', 'Currency', { expected: settings.currency, got: foreign.slice(0, 10) });
  const sale = { ts, receipt, lines, ...returnOf(retail) };
  const faulty = lines.length === 0 ? undefined : faultyField(sale);
  if (faulty !== undefined) return fault('form', faulty, { field: faulty });
  return { sale, transaction: number, businessDay, workstation };
}

/** Another currency than the store's beside an amount of a line or a total. */
function currencyOf(retail: Element | undefined, own: string): string | undefined {
  const amounts = [
    ...childrenOf(retail, 'Total'),
    ...childrenOf(retail, 'LineItem').flatMap((line) => goodsOf(line)?.item.children ?? []),
  ];
  return amounts
    .map(({ attributes }) => attributes['Currency'] ?? attributes['CurrencyCode'])
    .find((code) => code !== undefined && /^[A-Z]{3}$/.test(code) && code !== own);
}

/** The receipt that is given back, where all returned lines name the same one. */
function returnOf(retail: Element | undefined): { returnOf?: string; returnOfDay?: string } {
  const links = [retail, ...childrenOf(retail, 'LineItem').map((line) => childOf(line, 'Return'))].flatMap((part) => [
    ...childrenOf(part, 'TransactionLink'),
    ...childrenOf(part, 'OriginalTransaction'),
  ]);
  const named = links.map((link) => {
    const day = textOf(link, 'BusinessDayDate');
    return { receipt: receiptOf(link, undefined, day ?? null, textOf(link, 'WorkstationID') ?? null), day };
  });
  const [first] = named;
  if (first?.receipt === undefined || first.receipt.length > 128) return {};
  if (named.some(({ receipt, day }) => receipt !== first.receipt || day !== first.day)) return {};
  const day = /^\d{4}-\d{2}-\d{2}/.exec(first.day ?? '')?.[0];
  return { returnOf: first.receipt, ...(day !== undefined && { returnOfDay: day }) };
}

function timeOf(transaction: Element, retail: Element | undefined, timezone: string): number | SalesFault {
  for (const name of ['EndDateTime', 'ReceiptDateTime', 'POSLogDateTime', 'BeginDateTime']) {
    const text = textOf(transaction, name) ?? textOf(retail, name);
    if (text === undefined) continue;
    return parseInZone(text, timezone) ?? fault('time', name);
  }
  return fault('missing', 'EndDateTime');
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
