import type { Checked } from './validation.js';
import { problem, type Term } from './words/problem.js';

/**
 * Product codes in one form, whoever wrote them (SEMANTICS §17): GTIN-8, -12, -13 and -14 of one product are the same code,
 * what a spreadsheet put around a code is taken off, and a label with a weight or price in it is its item's.
 */

/** Longest code that counts as one. */
export const CODE_LENGTH = 32;
const GTIN_LENGTHS: ReadonlySet<number> = new Set([8, 12, 13, 14]);
const NORMAL_LENGTH = 14;
/** `6.90123E+12`, `6,9E+12`, `6.90123e12`: a sign or a decimal mark tells it from an article number such as 1E5. */
const ROUNDED = /^[+-]?\d(?:[.,]\d+e[+-]?|e[+-])\d{1,3}$/i;

/** What a spreadsheet shows where it has lost a value, in some of its languages, and where a column is too narrow. */
const LOST = /^#(?:(?:N\/[AV]|NV|REF!|VALUE!|NUM!|NULL!|NAME\?|DIV\/0!|BEZUG!|WERT!|ZAHL!|VALEUR!|¡VALOR!)|#+)$/i;
/** 6,901,234,567,892: digits in groups of three. */
const GROUPED = /^\d{1,3}([,.'’ ])\d{3}(?:\1\d{3})+$/;
/** 978-7-111-12345-6: a GTIN with hyphens, as books print it. */
const HYPHENED = /^\d[\d-]*\d$/;
const ISBN_10 = /^(?=.{13}$)\d+-\d+-\d+-[\dXx]$/;
/** GS1's element string: AI (01), a GTIN of 14 digits, and perhaps more; readers may put a sign for the symbology before it. */
const ELEMENT = /^(?:\](?:C1|d2|Q3|e0))?(?:\(01\)(\d{14})(?:\(.*)?|01(\d{14})(?:(?:1[0-7]|21|3\d|37)\S+)?)$/;
/** GS1 Digital Link: a web address with the GTIN behind /01/. */
const LINK = /^https?:\/\/\S+?\/(?:01|gtin)\/(\d{8,14})(?:[/?#]|$)/i;

/**
 * What a till, a file or a person wrote → the code in it: without `="…"`, a leading apostrophe, blanks, full-width digits and
 * the ".0" of a number. A code that a spreadsheet has rounded cannot be known any more and is refused.
 */
export function readCode(text: string): Checked<string> {
  let code = text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .trim();
  code = LINK.exec(code)?.[1] ?? code;
  const guarded = /^=\s*"+([^"]*)"+$/.exec(code);
  if (guarded) code = (guarded[1] as string).trim();
  code = code.replace(/^['’‘`]+|['’‘`]+$/g, '').trim();
  if (/^[\d\s]+$/.test(code)) code = code.replace(/\s+/g, '');
  else code = code.replace(/^(\d{6,})[.,]0+$/, '$1');
  if (ROUNDED.test(code) || LOST.test(code)) return refused(text, 'roundedCode');
  code = gtinIn(code) ?? code;
  if (code === '' || code.length > CODE_LENGTH) return refused(text, 'productCode');
  return { ok: true, value: code };
}

/** The GTIN in a code that is written with more than its digits, where its check digit says that it is one. */
function gtinIn(code: string): string | undefined {
  if (/^\d*$/.test(code)) return elementOf(code);
  const plain = /^[=+](\d+)$/.exec(code)?.[1];
  if (plain !== undefined) return plain;
  if (ISBN_10.test(code)) return isbn13(code.replaceAll('-', ''));
  const digits = code.replace(/\D/g, '');
  const isWritten = GROUPED.test(code) || (HYPHENED.test(code) && digits.length >= 12);
  return isWritten && isGtin(digits) ? digits : elementOf(code);
}

function elementOf(code: string): string | undefined {
  const found = ELEMENT.exec(code);
  const gtin = found?.[1] ?? found?.[2];
  return gtin !== undefined && isGtin(gtin) ? gtin : undefined;
}

/** ISBN-10 → the GTIN-13 of the same book (ISO 2108): 978 before its first nine digits. */
function isbn13(isbn: string): string | undefined {
  const sum = [...isbn].reduce((total, sign, at) => total + (/x/i.test(sign) ? 10 : Number(sign)) * (10 - at), 0);
  const body = `978${isbn.slice(0, 9)}`;
  return sum % 11 === 0 ? body + checkDigitOf(body) : undefined;
}

const refused = (text: string, expected: Term): Checked<string> => ({
  ok: false,
  problem: problem('', 'expectedGot', { expected, most: CODE_LENGTH, got: JSON.stringify(text.slice(0, 40)) }),
});

/** The form in which codes are compared: digits padded to 14, also of a GTIN with hyphens or in GS1's forms; anything else stays what it is. */
export function normalCode(code: string): string {
  const digits = /^\d{1,14}$/.test(code) ? code : gtinIn(code);
  return digits === undefined ? code : digits.padStart(NORMAL_LENGTH, '0');
}

/** The form that is printed on goods, of a GTIN: 14, 13, 12 or 8 digits; anything else stays what it is. */
export function printedCode(code: string): string {
  if (!isGtinLong(code)) return code;
  const zeros = /^0*/.exec(normalCode(code))?.[0].length ?? 0;
  return normalCode(code).slice(zeros >= 6 ? 6 : Math.min(zeros, 2));
}

const isGtinLong = (code: string): boolean => GTIN_LENGTHS.has(code.length) && /^\d+$/.test(code);

/** The check digit of a GTIN's other digits (GS1 General Specifications 7.9): weights 3 and 1 by turns from the right. */
export function checkDigitOf(body: string): string {
  let sum = 0;
  for (let at = body.length - 1, weight = 3; at >= 0; at -= 1, weight = 4 - weight) sum += Number(body[at]) * weight;
  return String((10 - (sum % 10)) % 10);
}

/** Whether a code is a GTIN of 8, 12, 13 or 14 digits, by its check digit. */
export const isGtin = (code: string): boolean => isGtinLong(code) && checkDigitOf(code.slice(0, -1)) === code.at(-1);

/** Whether a code is as long as a GTIN, and its last digit does not fit the others. */
export const hasWrongCheckDigit = (code: string): boolean =>
  isGtinLong(code) && checkDigitOf(code.slice(0, -1)) !== code.at(-1);

/** Whether a further code of a product is the beginning of labels that its shop prints. */
export const isLabelPrefix = (code: string): boolean => LABEL_PREFIX.test(code);

/** A label that a shop prints itself: GTIN-13 or GTIN-12 that begins with 2. The five digits before the last are weight or price. */
const LABEL = /^0(?:2\d|02)\d{11}$/;
/** A code of the store file that begins with 2 (or 02) and is shorter than a label is the beginning of labels. */
const LABEL_PREFIX = /^(?=\d{5,11}$)0?2/;

/** The item of a label: the same code with its value 0; undefined for what is no label. */
function labelItem(normal: string): string | undefined {
  if (!LABEL.test(normal) || hasWrongCheckDigit(normal)) return undefined;
  const body = `${normal.slice(0, 8)}00000`;
  return body + checkDigitOf(body);
}

/** What the codes of one product are in a store file. */
export interface CodedProduct {
  gtin: string;
  /** other GTINs, PLU numbers, beginnings of labels */
  codes?: readonly string[] | undefined;
}

/** Finds products by any of their codes. */
export class ProductBook<P extends CodedProduct = CodedProduct> {
  private readonly byCode = new Map<string, P>();
  /** beginnings of labels in GTIN-14, longest first */
  private readonly prefixes: [prefix: string, product: P][] = [];

  constructor(products: readonly P[] = []) {
    for (const product of products)
      for (const code of [product.gtin, ...(product.codes ?? [])]) {
        const normal = normalCode(code);
        if (!this.byCode.has(normal)) this.byCode.set(normal, product);
        // Labels are 13 digits long, in 14 with a 0 before them.
        if (code !== product.gtin && isLabelPrefix(code)) this.prefixes.push([`0${code}`, product]);
      }
    this.prefixes.sort(([one], [other]) => other.length - one.length);
  }

  find(code: string): P | undefined {
    const normal = normalCode(code);
    const known = this.byCode.get(normal);
    if (known || !LABEL.test(normal)) return known;
    const item = labelItem(normal);
    return (
      this.prefixes.find(([prefix]) => normal.startsWith(prefix))?.[1] ??
      (item === undefined ? undefined : this.byCode.get(item))
    );
  }

  /** Whether a code is a label with a weight or price in it, and not itself the code of a product. */
  isLabel(code: string): boolean {
    const normal = normalCode(code);
    if (this.byCode.has(normal)) return false;
    return labelItem(normal) !== undefined || (LABEL.test(normal) && this.find(code) !== undefined);
  }

  /** The product as the store file writes it; of what it does not know the printed form, of a label the item's. */
  itemOf(code: string): string {
    const product = this.find(code);
    if (product) return product.gtin;
    return printedCode(labelItem(normalCode(code)) ?? code);
  }
}
