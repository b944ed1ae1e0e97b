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

/**
 * What a till, a file or a person wrote → the code in it: without `="…"`, a leading apostrophe, blanks, full-width digits and
 * the ".0" of a number. A code that a spreadsheet has rounded cannot be known any more and is refused.
 */
export function readCode(text: string): Checked<string> {
  let code = text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .trim();
  const guarded = /^=\s*"+([^"]*)"+$/.exec(code);
  if (guarded) code = (guarded[1] as string).trim();
  code = code.replace(/^['’‘`]+|['’‘`]+$/g, '').trim();
  if (/^[\d\s]+$/.test(code)) code = code.replace(/\s+/g, '');
  else code = code.replace(/^(\d{6,})[.,]0+$/, '$1');
  if (ROUNDED.test(code)) return refused(text, 'roundedCode');
  if (code === '' || code.length > CODE_LENGTH) return refused(text, 'productCode');
  return { ok: true, value: code };
}

const refused = (text: string, expected: Term): Checked<string> => ({
  ok: false,
  problem: problem('', 'expectedGot', { expected, most: CODE_LENGTH, got: JSON.stringify(text.slice(0, 40)) }),
});

/** The form in which codes are compared: digits padded to 14; anything else stays what it is. */
export const normalCode = (code: string): string =>
  /^\d{1,13}$/.test(code) ? code.padStart(NORMAL_LENGTH, '0') : code;

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
