import { wordsOf, type LiveDevice, type RefusalReason } from '@aisle/contracts';
import type { Locale, MessageKey, Translate } from '../i18n/translate.js';

/** Why a message could not be used, in words for shop people. The test holds it complete against the contracts. */
export const REFUSAL_WORDS: Record<RefusalReason, MessageKey> = {
  malformed: 'refusal.malformed',
  unknownDevice: 'refusal.unknownDevice',
  unknownSubject: 'refusal.unknownSubject',
  topic: 'refusal.topic',
  unsupported: 'refusal.unsupported',
  late: 'refusal.late',
  tooOld: 'refusal.tooOld',
  future: 'refusal.future',
  replay: 'refusal.replay',
  duplicate: 'refusal.duplicate',
  conflict: 'refusal.conflict',
  busy: 'refusal.busy',
  picture: 'refusal.picture',
};

type RefusedRow = NonNullable<LiveDevice['refused']>[number];
/** What was wrong with the newest of them, and what it came by; of an agent that tells no code, what it says to whoever reads English. */
export function sampleWords(t: Translate, locale: Locale, { why, sample }: Pick<RefusedRow, 'why' | 'sample'>): string {
  const words = why && wordsOf(locale, why);
  if (!why || words === undefined) return locale === 'en' ? sample : '';
  const told = why.field === undefined ? words : t('error.field', { field: why.field, what: words });
  return why.at === undefined ? told : t('error.field', { field: why.at, what: told });
}

export function refusalWords(t: Translate, reason: string): string {
  const key = REFUSAL_WORDS[reason as RefusalReason];
  return key ? t(key) : t('refusal.other', { reason });
}
