import type { SaleLine } from '../native.js';
import { decimal, spread, tidy } from './amounts.js';
import { fault, type SalesFault } from './faults.js';
import {
  isReduction,
  paidFor,
  readLine,
  reductionOf,
  saleLine,
  type ModifierRule,
  type PoslogLine,
} from './poslog-line.js';
import { childOf, childrenOf, flagOf, textOf, type Element } from './xml.js';

/** What the lines of a transaction say, before it is known how the till means them. */
interface Parts {
  goods: { line: PoslogLine; voided: boolean }[];
  reductions: { name: string; amount: number; percent: boolean; voided: boolean; reward: boolean }[];
  tax: number;
  /** money that is for no goods and no tax: fees, deposits */
  others: number;
  /** of the whole to coins that there are, as often as it is told; its sign is the vendor's own */
  roundings: number[];
}

/** How a till may mean what it writes; what the receipt's own totals say decides. */
interface Reading {
  /** voided lines: left out, or undoing another line. `bySign`: those with the opposite sign undo */
  voids: 'bySign' | 'out' | 'undo';
  modifiers: ModifierRule;
  /** discounts on the whole are still to be taken off */
  discounts: boolean;
  rewards: boolean;
  /** prices hold the tax, whether the lines say so or not */
  taxIncluded: boolean;
}

/** The goods of a line, sold (1) or brought back (-1); undefined for payment, tax, discounts on the whole and remarks. */
export function goodsOf(line: Element): { item: Element; sign: 1 | -1 } | undefined {
  const back = childOf(line, 'Return');
  if (back) return { item: back, sign: -1 };
  const item = childOf(line, 'Sale') ?? childOf(line, 'SaleForDelivery') ?? childOf(line, 'SaleForPickup');
  return item && { item, sign: 1 };
}

/** The lines of a retail transaction as the till's sale. None: everything on it was undone. */
export function linesOf(retail: Element | undefined, digits: number): SaleLine[] | SalesFault {
  const parts = partsOf(retail);
  if ('code' in parts) return parts;
  const totals = totalsOf(retail, parts);
  // Where only the total tells the tax, that is what prices that hold it hold.
  if (parts.tax === 0 && parts.goods.every(({ line }) => line.tax === undefined)) parts.tax = Math.abs(totals.tax ?? 0);
  let first: SaleLine[] | SalesFault | undefined;
  let disagreeing: { lines: number; total: number } | undefined;
  for (const reading of readings(parts)) {
    const lines = read(parts, reading, digits);
    first ??= lines;
    // Where nothing tells, the likeliest reading is the only one.
    if (!totals.tell) return lines;
    if ('code' in lines) continue;
    const off = totals.agree(lines, digits);
    if (off === undefined) return lines;
    disagreeing ??= off;
  }
  if (first && 'code' in first) return first;
  return fault('totals', 'Total', { ...disagreeing });
}

function partsOf(retail: Element | undefined): Parts | SalesFault {
  const parts: Parts = { goods: [], reductions: [], tax: 0, others: 0, roundings: [] };
  // Some vendors put what is about the whole beside the lines, not into one.
  const lines = [...childrenOf(retail, 'LineItem'), ...besideLines(retail)];
  for (const [index, line] of lines.entries()) {
    const at = `LineItem[${index + 1}]`;
    const voided = flagOf(line, 'VoidFlag') || flagOf(line, 'CancelFlag');
    const goods = goodsOf(line);
    if (goods) {
      const read = readLine(goods.item, goods.sign, `${at}/${goods.item.name}`);
      if (!read.ok) {
        if (voided) continue;
        return read;
      }
      parts.goods.push({ line: read.value, voided: voided || flagOf(goods.item, 'VoidFlag') });
      continue;
    }
    for (const child of line.children) {
      if (child.name === 'Tax') {
        const written = textOf(child, 'Amount');
        const amount = written === undefined ? 0 : decimal(written);
        if (amount === undefined) return fault('number', `${at}/Tax/Amount`);
        if (!voided) parts.tax = tidy(parts.tax + Math.abs(amount));
      } else if (isReduction(child)) {
        const found = reductionOf(child);
        if (!found) continue;
        if (found.value === undefined) return fault('number', `${at}/${child.name}/${found.name}`);
        const amount = /^add$/i.test(found.action) ? -Math.abs(found.value) : found.value;
        parts.reductions.push({
          name: child.name,
          amount,
          percent: found.percent,
          voided,
          reward: child.name !== 'Discount',
        });
      } else if (roundingsOf(child).length > 0) {
        if (!voided) parts.roundings.push(...roundingsOf(child));
      } else if (/fee|deposit|charge|donation|tip|gratuity/i.test(child.name) && !voided) {
        parts.others = tidy(parts.others + (decimal(textOf(child, 'Amount')) ?? 0));
      }
    }
  }
  return parts;
}

/** Discounts on the whole that stand in no line, each as a line of its own. */
const besideLines = (retail: Element | undefined): Element[] =>
  (retail?.children ?? [])
    .filter((child) => isReduction(child) && !/summary|total|info/i.test(child.name))
    .map((child) => ({ name: 'LineItem', attributes: {}, children: [child], text: '' }));

/** What a line or a payment tells of rounding in cash. */
function roundingsOf(element: Element): number[] {
  const found = /rounding/i.test(element.name)
    ? [element]
    : element.children.filter(({ name }) => /rounding/i.test(name));
  return found.flatMap((one) => decimal(textOf(one, 'Amount') ?? one.text) ?? []);
}

/** Every way to read the parts that makes a difference, the likeliest first. */
function* readings({ goods, reductions, tax }: Parts): Generator<Reading> {
  const voided = [...goods, ...reductions].some((part) => part.voided);
  const modified = goods.some(({ line }) => line.modifiers !== 0);
  const has = (reward: boolean) => reductions.some((part) => part.reward === reward);
  const taxed = tax !== 0 || goods.some(({ line }) => line.tax !== undefined);
  for (const taxIncluded of taxed ? [false, true] : [false])
    for (const modifiers of modified ? (['byPrice', 'open', 'done'] as const) : (['byPrice'] as const))
      for (const rewards of has(true) ? [true, false] : [true])
        for (const discounts of has(false) ? [true, false] : [true])
          for (const voids of voided ? (['bySign', 'out', 'undo'] as const) : (['bySign'] as const))
            yield { voids, modifiers, discounts, rewards, taxIncluded };
}

function read(parts: Parts, reading: Reading, digits: number): SaleLine[] | SalesFault {
  const lines = withoutUndone(parts.goods, reading);
  if ('code' in lines) return lines;
  const paid = lines.map((line) => paidFor(line, reading.modifiers));
  const discount = takenOff(
    parts,
    reading,
    paid.reduce((sum, amount, at) => sum + (lines[at] as PoslogLine).sign * amount, 0),
  );
  const sold = lines.map((line, at) => (line.sign > 0 ? (paid[at] as number) : 0));
  // A reward that is taken back with what it was given for stands on the returned lines.
  const weights = sold.some((amount) => amount > 0) ? sold : paid;
  const shares = lines.length === 0 ? [] : spread(discount, weights, digits);
  if (!shares) return fault('noSale', 'LineItem/Discount');
  const included = (line: PoslogLine) => line.taxIncluded || reading.taxIncluded;
  const taxes = untoldTaxes(lines, paid, included, parts.tax, digits);
  return lines.map((line, at) =>
    saleLine(line, paid[at] as number, shares[at] ?? 0, line.tax ?? taxes[at], included(line)),
  );
}

/** Lines without those that are voided and those that these undo. */
function withoutUndone(goods: Parts['goods'], { voids }: Reading): PoslogLine[] | SalesFault {
  const left = goods.filter(({ voided }) => !voided).map(({ line }) => ({ ...line }));
  for (const { line, voided } of goods) {
    if (!voided || voids === 'out') continue;
    if (voids === 'bySign' && line.extended >= 0 && line.quantity >= 0) continue;
    const [amount, units] = [Math.abs(line.extended), Math.abs(line.quantity)];
    const same = left.filter((other) => other.gtin === line.gtin);
    const whole = same.findLast(
      (other) =>
        Math.abs(Math.abs(other.extended) - amount) < 0.005 && Math.abs(Math.abs(other.quantity) - units) < 1e-6,
    );
    const part = same.findLast((other) => other.extended - amount > -0.005 && other.quantity - units > -1e-6);
    if (whole) left.splice(left.indexOf(whole), 1);
    else if (part) {
      const share = part.extended === 0 ? 0 : (part.extended - amount) / part.extended;
      part.quantity = tidy(part.quantity - units);
      part.extended = tidy(part.extended - amount);
      part.modifiers = tidy(part.modifiers * share);
      if (part.regular !== undefined) part.regular = tidy(part.regular * share);
      if (part.tax !== undefined) part.tax = tidy(part.tax * share);
      if (part.quantity === 0 && part.extended === 0) left.splice(left.indexOf(part), 1);
    } else return fault('voids', 'LineItem');
  }
  return left;
}

/** What is taken off the whole. Each kind is written with a minus or without: whichever it is, the other sign gives it back. */
function takenOff({ reductions }: Parts, reading: Reading, goods: number): number {
  const counted = reductions.filter(({ reward }) => (reward ? reading.rewards : reading.discounts));
  const kept = counted.filter(({ voided }) => !voided);
  const minus = new Set(kept.filter(({ amount }) => amount < 0).map(({ name }) => name));
  const moneyOf = ({ name, amount, percent }: Parts['reductions'][number]): number =>
    (minus.has(name) ? -1 : 1) * (percent ? (goods * amount) / 100 : amount);
  let sum = kept.reduce((total, reduction) => total + moneyOf(reduction), 0);
  for (const reduction of counted) {
    if (!reduction.voided || reading.voids === 'out') continue;
    if (reading.voids === 'undo' || moneyOf(reduction) < 0) sum -= Math.abs(moneyOf(reduction));
  }
  return tidy(sum);
}

/** Shares of the receipt's tax for lines whose price holds tax that they do not state, sold and brought back alike. */
function untoldTaxes(
  lines: readonly PoslogLine[],
  paid: readonly number[],
  included: (line: PoslogLine) => boolean,
  tax: number,
  digits: number,
): (number | undefined)[] {
  const untold = lines.map((line) => included(line) && line.tax === undefined);
  const net = lines.reduce((sum, line, at) => (untold[at] ? sum + line.sign * (paid[at] as number) : sum), 0);
  const gross = lines.reduce((sum, _line, at) => (untold[at] ? sum + (paid[at] as number) : sum), 0);
  // Of sales and returns together, a receipt states the difference of their taxes.
  const whole = net === 0 ? 0 : tax * Math.abs(gross / net);
  const shares = spread(
    whole,
    lines.map((_line, at) => (untold[at] ? (paid[at] as number) : 0)),
    digits,
  );
  return untold.map((isUntold, at) => (isUntold ? shares?.[at] : undefined));
}

interface Totals {
  /** whether the receipt says anything of itself */
  tell: boolean;
  tax: number | undefined;
  /** undefined: they agree with the lines, or say nothing; else both sums */
  agree(lines: readonly SaleLine[], digits: number): { lines: number; total: number } | undefined;
}

/** What the receipt says of itself (TotalType of ARTS): TransactionGrandAmount less TransactionTaxAmount, else TransactionNetAmount. */
function totalsOf(retail: Element | undefined, parts: Parts): Totals {
  const total = (type: string): number | undefined => {
    const is = (name = '') => name.slice(name.indexOf(':') + 1).toLowerCase() === type.toLowerCase();
    const found = (retail?.children ?? []).filter((one) =>
      one.name === 'Total' ? is(one.attributes['TotalType'] ?? textOf(one, 'TotalType')) : type !== '' && is(one.name),
    );
    const last = found.at(-1);
    return decimal(textOf(last, 'Amount') ?? last?.text);
  };
  const grand = total('TransactionGrandAmount') ?? total('TransactionTotalAmount') ?? total('');
  const tax = total('TransactionTaxAmount');
  const net = total('TransactionNetAmount');
  return {
    tell: grand !== undefined || net !== undefined,
    tax,
    agree(lines, digits) {
      const sum = tidy(lines.reduce((all, line) => all + line.net, 0));
      const told = lines.reduce((all, line) => all + (line.tax ?? 0), 0);
      const near = (one: number, other: number) => Math.abs(one - other) < 0.5 * 10 ** -digits + 1e-9;
      // A receipt of nothing but returns may say what it gives back without a minus, as its lines may.
      const isReturn = lines.length > 0 && lines.every(({ quantity }) => quantity < 0);
      const fits = (one: number) =>
        [0, parts.others].some((other) =>
          [0, ...parts.roundings, ...parts.roundings.map((rounding) => -rounding)].some(
            (rounding) => near(one, sum + other + rounding) || (isReturn && near(-one, sum + other + rounding)),
          ),
        );
      if (grand !== undefined) {
        const without =
          grand - (tax === undefined ? told + (told === 0 ? parts.tax : 0) : Math.sign(grand || 1) * Math.abs(tax));
        return fits(tidy(without)) ? undefined : { lines: sum, total: tidy(without) };
      }
      if (net === undefined || fits(net) || near(net, sum + told)) return undefined;
      return { lines: sum, total: net };
    },
  };
}
