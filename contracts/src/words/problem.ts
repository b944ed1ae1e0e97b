import { FAULT_WORDS, type SalesFaultCode } from '../sales-file/faults.js';
import type { ProblemValues, Told } from './problem-schema.js';
import { PROBLEMS_EN } from './problems-en.js';
import { PROBLEMS_ZH } from './problems-zh.js';
import { TERMS_EN } from './terms-en.js';
import { TERMS_ZH } from './terms-zh.js';

export type { Term } from './terms-en.js';

/**
 * What is wrong, as a code with values: worded by whoever shows it, in the reader's language. A code that the reader does not
 * know comes from a newer side, and is told by the English `message` beside it.
 */
export type ProblemCode = keyof typeof PROBLEMS_EN | SalesProblem;
/** Of a till's file: what is wrong with all of it or a transaction, and what was expected in a row. */
export type SalesProblem = `sales.${SalesFaultCode}` | `salesRow.${SalesFaultCode}`;
export type ProblemLocale = 'en' | 'zh';

/** A field (a JSON path such as `lines[0].net`, empty for the whole) and a sentence about it in English, without the field. */
export interface FieldMessage {
  field: string;
  message: string;
}
/** Why a value was refused. `message` is made from code and values. */
export interface Problem extends FieldMessage {
  code: ProblemCode;
  values: ProblemValues;
}

/** The names of a sentence's holes, for the compiler. */
type Holes<S extends string> = S extends `${string}{${infer Hole}}${infer Rest}`
  ? (Hole extends `#${infer Name}` ? Name : Hole) | Holes<Rest>
  : never;
/** The values that a code's sentence needs; terms may need more. */
export type ValuesOf<C extends ProblemCode> = C extends keyof typeof PROBLEMS_EN
  ? [Holes<(typeof PROBLEMS_EN)[C]>] extends [never]
    ? [values?: ProblemValues]
    : [values: Record<Holes<(typeof PROBLEMS_EN)[C]>, string | number> & ProblemValues]
  : [values: ProblemValues];

export function problem<C extends ProblemCode>(field: string, code: C, ...[values = {}]: ValuesOf<C>): Problem {
  return { field, code, values, message: wordsOf('en', { code, values }) as string };
}

/** A problem as one sentence, with its field before it. */
export const sentenceOf = ({ field, message }: FieldMessage): string =>
  field === '' ? message : `${field} ${message}`;

/** The same without the value that was found: it may be a secret, an address or a track. */
export function withoutValue(found: Problem): Problem {
  if (found.code !== 'expectedGot') return found;
  const { got: _got, ...values } = found.values;
  return problem(found.field, 'expectedOther', values as ProblemValues & { expected: string });
}

/** The same problem of a value that lies at `field`. */
export const atField = (field: string, found: Problem): Problem => ({ ...found, field });

function salesProblems(locale: ProblemLocale, expected: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(FAULT_WORDS).flatMap(([code, words]) => [
      [`sales.${code}`, words[locale]],
      [`salesRow.${code}`, `${expected}${words[locale]}`],
    ]),
  );
}

const SENTENCES: Readonly<Record<ProblemLocale, Readonly<Record<string, string>>>> = {
  en: { ...PROBLEMS_EN, ...salesProblems('en', 'expected ') },
  zh: { ...PROBLEMS_ZH, ...salesProblems('zh', '应为') },
};
const TERMS: Readonly<Record<ProblemLocale, Readonly<Record<string, string>>>> = { en: TERMS_EN, zh: TERMS_ZH };
const own = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** The sentence of a problem, without its field; undefined for a code that is not known here, or that lacks a value. */
export function wordsOf(locale: ProblemLocale, { code, values }: Told): string | undefined {
  const sentence = own(SENTENCES[locale], code);
  return sentence === undefined ? undefined : filled(locale, sentence, values);
}

/** A term with its holes filled; what is no term stays as it is. */
export const termOf = (locale: ProblemLocale, term: string, values: ProblemValues = {}): string =>
  filled(locale, own(TERMS[locale], term) ?? term, values) ?? term;

/** `{name}`: the value itself; `{#name}`: the term that the value names. What has no value makes the whole unknown. */
function filled(locale: ProblemLocale, text: string, values: ProblemValues): string | undefined {
  let whole = true;
  const out = text.replace(HOLE, (_hole, isTerm: string, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) whole = false;
    return isTerm && typeof value === 'string' ? termOf(locale, value, values) : String(value);
  });
  return whole ? out : undefined;
}
/** Lower-case letters and digits only: `{role, scope}` of a sentence is no hole. */
const HOLE = /\{(#?)([a-zA-Z]\w*)\}/g;
