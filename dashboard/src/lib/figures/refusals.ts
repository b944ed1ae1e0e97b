import type { RefusalReason } from '@aisle/contracts';
import type { MessageKey, Translate } from '../i18n/translate.js';

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

export function refusalWords(t: Translate, reason: string): string {
  const key = REFUSAL_WORDS[reason as RefusalReason];
  return key ? t(key) : t('refusal.other', { reason });
}
