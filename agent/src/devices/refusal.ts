import { problem, type Problem, type ProblemCode, type RefusalReason, type ValuesOf } from '@aisle/contracts';

/** Why a message, or a part of one, counts for nothing: a reason that is counted, and what was wrong; never the message itself. */
export interface Refusal extends Problem {
  ok: false;
  reason: RefusalReason;
  /** where in a file the part stands, such as a row and its column; it is not in the field then */
  place?: string;
  /** several devices speak on one topic, and this message is of another of them: no fault */
  elsewhere?: true;
}
export const refusing = (reason: RefusalReason, wrong: Problem): Refusal => ({ ok: false, reason, ...wrong });
/** @param field at fault, empty for the whole message */
export const refuse = <C extends ProblemCode>(
  reason: RefusalReason,
  field: string,
  code: C,
  ...values: ValuesOf<C>
): Refusal => refusing(reason, problem(field, code, ...values));
/** Of another device on the same topic. */
export const elsewhere = <C extends ProblemCode>(field: string, code: C, ...values: ValuesOf<C>): Refusal => ({
  ...refuse('unknownSubject', field, code, ...values),
  elsewhere: true,
});
