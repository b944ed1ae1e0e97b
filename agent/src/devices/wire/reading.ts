import type { Problem, RefusalReason } from '@aisle/contracts';
import { refuse, type Refusal } from '../refusal.js';

/** What a decoder of somebody's dialect answers: readings in plain words, or which field was at fault. It never throws. */
export type Reading<T> = { ok: true; value: T } | Refusal;

export const reading = <T>(value: T): Reading<T> => ({ ok: true, value });

export const malformed = (field: string, message: string): Refusal => refuse('malformed', field, message);

/** A schema's problem as a refusal; `inside` is where in the message the checked value lies, such as `[3]`. */
export const refused = (problem: Problem, inside = '', reason: RefusalReason = 'malformed'): Refusal =>
  refuse(reason, joined(inside, problem.field), problem.message);

function joined(outer: string, inner: string): string {
  if (outer === '' || inner === '') return outer + inner;
  return inner.startsWith('[') ? outer + inner : `${outer}.${inner}`;
}
