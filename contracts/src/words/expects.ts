import type { TSchema } from '@sinclair/typebox';
import { termOf } from './problem.js';
import type { ProblemValues } from './problem-schema.js';
import { TERMS_EN, type Term } from './terms-en.js';

/** What a schema expects, as a term with its values; a symbol, so that no document shows it. */
const EXPECTED = Symbol('expected');
export interface Expected {
  term: Term;
  values: ProblemValues;
}

/** Options of a schema: what a refusal says was expected, in every language; `description` is the English of it. */
export const expects = (
  term: Term,
  values: ProblemValues = {},
): { description: string; readonly [EXPECTED]: Expected } => ({
  description: termOf('en', term, values),
  [EXPECTED]: { term, values },
});

/** What was said of a schema by expects(). */
export const expectedOf = (schema: TSchema): Expected | undefined =>
  (schema as { readonly [EXPECTED]?: Expected })[EXPECTED];

const SECRET = Symbol('secret');
/** Options of a schema: what was found there is never repeated in a refusal. */
export const secret = { [SECRET]: true } as const;
export const isSecret = (schema: TSchema): boolean => (schema as { readonly [SECRET]?: boolean })[SECRET] === true;

/** Whether a text is a term. */
export const isTerm = (text: string): text is Term => Object.hasOwn(TERMS_EN, text);
