import type { RefusalReason } from '@aisle/contracts';

/** Why a message, or a part of one, counts for nothing. */
export interface Refusal {
  ok: false;
  reason: RefusalReason;
  /** the field at fault, empty for the whole message */
  field: string;
  /** what was wrong, in words; never the message itself */
  message: string;
  /** several devices speak on one topic, and this message is of another of them: no fault */
  elsewhere?: true;
}
export const refuse = (reason: RefusalReason, field: string, message: string): Refusal => ({
  ok: false,
  reason,
  field,
  message,
});
/** Of another device on the same topic. */
export const elsewhere = (field: string, message: string): Refusal => ({
  ...refuse('unknownSubject', field, message),
  elsewhere: true,
});
