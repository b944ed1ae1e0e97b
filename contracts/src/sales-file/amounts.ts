import { split } from '../split.js';
import { fromMinor, minorDigits, toMinor } from '../units.js';
import { fault, type SalesFault } from './faults.js';

/** A decimal number as XML and most programs write it; undefined for anything else, grouping marks included. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})$/.test(text) ? Number(text) : undefined;
}

/** Above this a millionth is beyond what a double can tell. */
const MILLIONTHS = 1e9;

/** Sums of decimals without the dust of binary fractions: to a millionth, of large ones to 15 digits. */
export function tidy(amount: number): number {
  const rounded = Math.abs(amount) < MILLIONTHS ? Math.round(amount * 1e6) / 1e6 : Number(amount.toPrecision(15));
  return rounded === 0 ? 0 : rounded;
}

/**
 * Splits an amount over lines in proportion to their weights (negative ones take nothing), to the minor unit of the
 * currency, by largest remainder; ties go to the earlier line. Undefined where no line can take any.
 */
export function spread(amount: number, weights: readonly number[], digits: number): number[] | undefined {
  const parts = weights.map((weight) => Math.round(Math.max(0, weight) * 1e6));
  const minor = toMinor(amount, digits);
  if (parts.every((part) => part === 0)) return minor === 0 ? weights.map(() => 0) : undefined;
  return split(minor, parts).map((share) => fromMinor(share, digits));
}

export type DecimalMark = 'point' | 'comma';

/** A written number without its sign and currency: what is between the marks, and the marks. */
interface Written {
  negative: boolean;
  /** digits and marks only */
  digits: string;
  /** ISO code that stands beside it */
  currency: string | undefined;
}

/** Minus signs of typographers and of East Asian keyboards. */
const DASHES = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g;
/** `12,-` and `12.--`: no cents. A dash behind a decimal mark is no minus. */
const NO_CENTS = /(\d[.,])-{1,2}(?=[^\d]*$)/;
/** What tills put beside an amount beyond currency signs, and are not ISO codes. */
const CURRENCY_WORDS =
  /^(?:kr\.?|zł|kč|ft|lei|rm|rs\.?|fr\.?|sfr\.?|din\.?|руб\.?|р\.?|元|圆|圓|円|원|人民币|[A-Z]{1,3}\$|[RSC]\/?\.?)$/i;

/** Signs, brackets, currency → the bare digits and marks; undefined for what is no amount. */
function bare(text: string): Written | undefined {
  let rest = text
    .normalize('NFKC')
    .replace(/[\p{Cf}]/gu, '')
    .replace(DASHES, '-')
    .trim()
    .replace(NO_CENTS, '$1');
  let signs = 0;
  const brackets = /^([^()]*)\(([^()]*)\)([^()]*)$/.exec(rest);
  if (brackets) {
    signs += 1;
    rest = `${brackets[1] ?? ''}${brackets[2] ?? ''}${brackets[3] ?? ''}`.trim();
  }
  let currency: string | undefined;
  let plus = false;
  // Sign and currency may stand in any order, before or after the digits.
  for (let found = true; found;) {
    found = false;
    const mark = /^([+-])\s*|\s*([+-])$/.exec(rest);
    if (mark) {
      if ((mark[1] ?? mark[2]) === '-') signs += 1;
      else plus = true;
      rest = rest.slice(mark.index === 0 ? mark[0].length : 0, mark.index === 0 ? undefined : mark.index);
      found = true;
      continue;
    }
    const sign = /^[\p{L}/.]{0,3}\p{Sc}\s*|\s*\p{Sc}$/u.exec(rest);
    const word = sign ?? /^(\p{L}[\p{L}/.]{0,4})\s*(?=[\d.,+-])|(?<=[\d.,-])\s*(\p{L}[\p{L}/.]{0,4})$/u.exec(rest);
    if (!word) continue;
    if (!sign) {
      const name = (word[1] ?? word[2] ?? '').trim();
      if (/^[A-Z]{3}$/.test(name)) currency = name === 'RMB' ? 'CNY' : name;
      else if (!CURRENCY_WORDS.test(name)) return undefined;
    }
    rest = rest.slice(word.index === 0 ? word[0].length : 0, word.index === 0 ? undefined : word.index);
    found = true;
  }
  if (signs > 1 || (plus && signs > 0)) return undefined;
  return { negative: signs === 1, digits: rest.trim(), currency };
}

const GROUP_MARKS = "'’ʼ _\u00a0\u2009\u202f";
/** 1,234,567 and India's 12,34,567; `mark` is one of them. */
function ungrouped(text: string, marks: string): string | undefined {
  const mark = [...text].find((sign) => !/\d/.test(sign));
  if (mark === undefined) return text;
  if (!marks.includes(mark)) return undefined;
  const groups = text.split(mark);
  const [first = '', ...others] = groups;
  const last = others.at(-1) ?? '';
  if (!/^[1-9]\d{0,2}$/.test(first) || !/^\d{3}$/.test(last)) return undefined;
  if (
    !others.every((group) => /^\d{3}$/.test(group)) &&
    !(mark === ',' && others.slice(0, -1).every((group) => /^\d{2}$/.test(group)))
  )
    return undefined;
  return groups.join('');
}

/** Which decimal mark a written number can only have; undefined where it has none, or could have either. */
export function decimalMarkOf(text: string): DecimalMark | undefined {
  const digits = bare(text)?.digits ?? '';
  const found = /^(?:\d[\d'’ʼ _\u00a0\u2009\u202f.,]*)?([.,])(\d*)$/.exec(digits);
  if (!found) return undefined;
  const mark = found[1] as string;
  const other = mark === '.' ? ',' : '.';
  const before = digits.slice(0, digits.length - (found[2]?.length ?? 0) - 1);
  const as = mark === '.' ? 'point' : 'comma';
  const against = mark === '.' ? 'comma' : 'point';
  if (before.includes(mark)) return before.includes(other) ? undefined : against;
  if (before.includes(other)) return as;
  const isGroup = found[2]?.length === 3 && /^[1-9]\d{0,2}$/.test(before);
  return isGroup ? undefined : as;
}

/** As many decimals as binary fractions are printed with: 0.8999999999999999. */
const PLAIN = /^\d{1,15}(?:\.\d{1,20})?$/;
/** A group of three behind a mark: thousands, or decimals. */
const EITHER = /^[1-9]\d{0,2}[.,]\d{3}$/;

export interface AmountSettings {
  /** undefined: nothing says which it is */
  decimal?: DecimalMark | undefined;
  /** ISO 4217, of the store */
  currency?: string | undefined;
}

/**
 * An amount as tills write it: `1,234.50`, `1.234,50`, `1'234.50`, `$12.50`, `(12.50)`, `12.50-`, `CNY 12.50`, `￥12`. A code of
 * another currency is refused, and 1,234 where nothing says what its mark is.
 */
export function readAmount(
  text: string,
  { decimal: mark, currency }: AmountSettings,
  field: string,
): number | SalesFault {
  // Nearly all cells are plain numbers, and a day's file has a million of them.
  if (mark !== 'comma' && PLAIN.test(text) && (mark === 'point' || !EITHER.test(text))) return Number(text);
  const written = bare(text);
  const refusal = fault('amount', field, {
    decimal: mark === 'comma' ? 'comma, such as 1234,50' : 'point, such as 1234.50',
    got: text.slice(0, 40),
  });
  if (!written) return refusal;
  if (written.currency !== undefined && currency !== undefined && written.currency !== currency)
    return fault('otherCurrency', field, { expected: currency, got: written.currency });
  const { digits } = written;
  const point = mark === 'comma' ? ',' : '.';
  const other = mark === 'comma' ? '.' : ',';
  const isEither = mark === undefined && EITHER.test(digits);
  const minor = currency === undefined ? 2 : minorDigits(currency);
  // Money without a smaller unit has no decimals, and of a thousandth three: there a point is the decimal one.
  if (isEither && !(minor === 0 || (minor === 3 && digits.includes('.'))))
    return fault('thousands', field, { got: text.slice(0, 40) });
  if (isEither && minor === 0) return signed(Number(digits.replace(/[.,]/, '')), written);
  const at = digits.lastIndexOf(point);
  const whole = at < 0 ? digits : digits.slice(0, at);
  const fraction = at < 0 ? '' : digits.slice(at + 1);
  const plain = whole === '' && fraction !== '' ? '' : ungrouped(whole, `${other}${GROUP_MARKS}`);
  if (plain === undefined || !/^\d*$/.test(fraction)) return refusal;
  const value = decimal(fraction === '' ? plain : `${plain}.${fraction}`);
  if (value === undefined) return refusal;
  return signed(value, written);
}

const signed = (value: number, { negative }: Written): number => (negative && value !== 0 ? -value : value);
