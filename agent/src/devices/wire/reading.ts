import { atField, type Problem, type ProblemCode, type RefusalReason, type ValuesOf } from '@aisle/contracts';
import { refuse, refusing, type Refusal } from '../refusal.js';

/** What a decoder of somebody's dialect answers: readings in plain words, or which field was at fault. It never throws. */
export type Reading<T> = { ok: true; value: T } | Refusal;

export const reading = <T>(value: T): Reading<T> => ({ ok: true, value });

export const malformed = <C extends ProblemCode>(field: string, code: C, ...values: ValuesOf<C>): Refusal =>
  refuse('malformed', field, code, ...values);

/** A schema's problem as a refusal; `inside` is where in the message the checked value lies, such as `[3]`. */
export const refused = (problem: Problem, inside = '', reason: RefusalReason = 'malformed'): Refusal =>
  refusing(reason, atField(joined(inside, problem.field), problem));

function joined(outer: string, inner: string): string {
  if (outer === '' || inner === '') return outer + inner;
  return inner.startsWith('[') ? outer + inner : `${outer}.${inner}`;
}
